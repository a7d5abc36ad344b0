//! The list itself: which one a request starts from, what a write does to each entry, and the order.
//!
//! It must not compare objects: it is given what differs.

use crate::json::{Map, Value, json};

use super::Writer;
use super::compare::Changes;
use super::set::{self, Element, Path, Set};

/// The name of who gives none.
const UNKNOWN: &str = "unknown";

/// Takes the list out of the object, or that of the live one where the request may not or did not
/// change it. None is left of a list that the request emptied.
pub(super) fn base(before: Option<&Value>, after: &mut Value, is_subresource: bool) -> Vec<Value> {
    let requested = after
        .get_mut("metadata")
        .and_then(Value::as_object_mut)
        .and_then(|metadata| metadata.remove("managedFields"));
    // To see that the list is the live one is quicker than to copy that.
    let is_open = !is_subresource || requested.as_ref() == managers(before);
    if let (Some(Value::Array(entries)), true) = (requested, is_open) {
        // One empty entry ends the record, as no entry does.
        if let [only] = entries.as_slice()
            && only.as_object().is_some_and(Map::is_empty)
        {
            return Vec::new();
        }
        if entries.iter().all(is_readable) {
            return without_doubles(entries.into());
        }
    }
    live(before)
}

/// The list of an object in the store.
pub(super) fn live(object: Option<&Value>) -> Vec<Value> {
    let entries = managers(object).and_then(Value::as_array);
    without_doubles(entries.cloned().unwrap_or_default())
}

fn managers(object: Option<&Value>) -> Option<&Value> {
    object?.get("metadata")?.get("managedFields")
}

/// Puts the list into the object, in its order. What has no metadata keeps no record.
pub(super) fn put(object: &mut Value, mut entries: Vec<Value>) {
    entries.retain(|entry| {
        entry["fieldsV1"]
            .as_object()
            .is_some_and(|set| !set.is_empty())
    });
    if entries.is_empty() {
        return;
    }
    entries.sort_by(|left, right| rank(left).cmp(&rank(right)));
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.insert("managedFields".to_owned(), entries.into());
    }
}

/// Makes the changed fields the writer's, and nobody's those that are gone. The writer's time moves
/// only if it changed something.
pub(super) fn record(entries: &mut Vec<Value>, changes: Changes, writer: &Writer<'_>) {
    let Changes { changed, removed } = changes;
    let mut own = None;
    for (index, entry) in entries.iter_mut().enumerate() {
        let is_own = is_update_by(entry, writer);
        let Some(fields) = fields(entry) else {
            continue;
        };
        set::subtract(fields, &removed);
        if is_own {
            own = Some(index);
        } else {
            set::subtract(fields, &changed);
        }
    }
    if changed.is_empty() {
        return;
    }
    match own {
        Some(index) => {
            let entry = &mut entries[index];
            if let Some(fields) = fields(entry) {
                set::unite(fields, changed);
            }
            entry["time"] = Value::from(writer.at);
        }
        None => entries.push(new(writer, "Update", changed)),
    }
}

/// The same for a write to the subresource `scale`, with the real server's quirks. It knows no times
/// there. It takes the field from the entry of each updater that owns it; who still owns it after the
/// write gets it back in a second entry. And where nobody owned it, nobody does after.
pub(super) fn record_scale(entries: &mut Vec<Value>, changes: &Changes, writer: &Writer<'_>) {
    let replicas = replicas();
    let is_changed = !set::intersection(&changes.changed, &replicas).is_empty();
    let mut kept = Vec::new();
    let mut was_owned = false;
    for entry in entries.iter_mut() {
        let is_applier = text(entry, "operation") == "Apply";
        let Some(fields) = fields(entry) else {
            continue;
        };
        if set::intersection(fields, &replicas).is_empty() {
            continue;
        }
        was_owned = true;
        if is_changed || !is_applier {
            set::subtract(fields, &replicas);
        }
        if !is_changed && !is_applier {
            kept.push(timeless(entry));
        }
    }
    if is_changed && was_owned {
        kept.push(timeless(&new(writer, "Update", Set::new())));
    }
    entries.extend(kept);
}

/// The set of the one field that a scale has.
fn replicas() -> Set {
    let mut replicas = Set::new();
    let spec = Path {
        within: None,
        element: Element::Field("spec"),
    };
    let path = Path {
        within: Some(&spec),
        element: Element::Field("replicas"),
    };
    set::insert(&mut replicas, &path);
    replicas
}

/// An entry of the same writer, with that field only.
fn timeless(entry: &Value) -> Value {
    let mut timeless = Map::new();
    for field in [
        "apiVersion",
        "fieldsType",
        "manager",
        "operation",
        "subresource",
    ] {
        if let Some(value) = entry.get(field) {
            timeless.insert(field.to_owned(), value.clone());
        }
    }
    timeless.insert("fieldsV1".to_owned(), Value::Object(replicas()));
    Value::Object(timeless)
}

/// Takes from every entry what changed or is gone.
pub(super) fn take_from_all(entries: &mut [Value], changes: &Changes) {
    for fields in entries.iter_mut().filter_map(fields) {
        set::subtract(fields, &changes.changed);
        set::subtract(fields, &changes.removed);
    }
}

/// Takes out the entry of who applies.
pub(super) fn take_applier(entries: &mut Vec<Value>, writer: &Writer<'_>) -> Option<Value> {
    let index = entries.iter().position(|entry| {
        text(entry, "operation") == "Apply"
            && text(entry, "manager") == name(writer)
            && text(entry, "subresource") == writer.subresource.unwrap_or_default()
    })?;
    Some(entries.remove(index))
}

/// The new entry of who applies. Its time is that of the last apply that changed something.
pub(super) fn applier(
    writer: &Writer<'_>,
    old: Option<&Value>,
    fields: Set,
    is_changed: bool,
) -> Value {
    let mut entry = new(writer, "Apply", fields);
    if !is_changed && let Value::Object(entry) = &mut entry {
        match old.and_then(|old| old.get("time")) {
            Some(time) => entry.insert("time".to_owned(), time.clone()),
            None => entry.remove("time"),
        };
    }
    entry
}

/// An entry of the writer's.
fn new(writer: &Writer<'_>, operation: &str, fields: Set) -> Value {
    let mut entry = json!({
        "manager": name(writer),
        "operation": operation,
        "apiVersion": writer.api_version,
        "time": writer.at,
        "fieldsType": "FieldsV1",
    });
    entry["fieldsV1"] = Value::Object(fields);
    if let Some(subresource) = writer.subresource {
        entry["subresource"] = Value::from(subresource);
    }
    entry
}

/// The name that the writer's entries have.
fn name<'a>(writer: &Writer<'a>) -> &'a str {
    if writer.manager.is_empty() {
        UNKNOWN
    } else {
        writer.manager
    }
}

/// The fields of an entry.
fn fields(entry: &mut Value) -> Option<&mut Set> {
    entry.get_mut("fieldsV1")?.as_object_mut()
}

/// A field of an entry that is a text, empty where it is missing.
pub(super) fn text<'e>(entry: &'e Value, field: &str) -> &'e str {
    entry.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn is_update_by(entry: &Value, writer: &Writer<'_>) -> bool {
    text(entry, "manager") == name(writer)
        && text(entry, "operation") == "Update"
        && text(entry, "apiVersion") == writer.api_version
        && text(entry, "subresource") == writer.subresource.unwrap_or_default()
}

/// One that is not makes the server fall back to the list it has.
fn is_readable(entry: &Value) -> bool {
    matches!(text(entry, "operation"), "Apply" | "Update")
        && !text(entry, "apiVersion").is_empty()
        && text(entry, "fieldsType") == "FieldsV1"
}

/// Of two entries of the same writer the later one counts.
fn without_doubles(mut entries: Vec<Value>) -> Vec<Value> {
    let mut index = 0;
    while index < entries.len() {
        let is_double = entries[index + 1..]
            .iter()
            .any(|later| is_same_writer(&entries[index], later));
        if is_double {
            entries.remove(index);
        } else {
            index += 1;
        }
    }
    entries
}

/// An applier is one in all versions.
fn is_same_writer(left: &Value, right: &Value) -> bool {
    let is_same = |field| text(left, field) == text(right, field);
    is_same("manager")
        && is_same("operation")
        && is_same("subresource")
        && (text(left, "operation") == "Apply" || is_same("apiVersion"))
}

/// Appliers first, then by time; times are all in UTC and whole seconds, and so sort as texts.
fn rank(entry: &Value) -> [&str; 5] {
    ["operation", "time", "manager", "apiVersion", "subresource"].map(|field| text(entry, field))
}
