//! What server-side apply does with values: lists the fields of one, merges one into another, and
//! takes fields out.
//!
//! It must not know who owns what.

use crate::json::Value;

use super::schema::{self, List, Place, Relation};
use super::set::{self, Element, Path, Set};

/// The fields that an object has, with those that nobody ever owns.
pub(super) fn fields_of(object: &Value) -> Set {
    let mut set = Set::new();
    if let Value::Object(fields) = object {
        collect(&mut set, (kind(object), ""), None, fields);
    }
    set
}

/// The object as it is when the applied one is put into it. Null is nothing.
pub(super) fn merge(mut live: Value, applied: &Value) -> Value {
    let kind = kind(applied);
    if let (Value::Object(live), Value::Object(applied)) = (&mut live, applied) {
        merge_fields((kind, ""), live, applied);
    }
    live
}

/// Takes out the fields of the set, and what is left empty by that.
pub(super) fn remove(object: &Value, set: &Set) -> Value {
    let mut left = object.clone();
    if let Value::Object(fields) = &mut left {
        remove_fields((kind(object), ""), fields, set);
    }
    left
}

/// The kind of the whole object, and the field that the place is in.
type Within<'a> = (&'a str, &'a str);

fn kind(object: &Value) -> &str {
    object["kind"].as_str().unwrap_or_default()
}

fn relation((kind, within): Within<'_>, name: &str, value: &Value) -> Relation {
    schema::relation(Place { kind, within }, name, value)
}

fn collect(set: &mut Set, within: Within<'_>, path: Option<&Path<'_>>, fields: &Set) {
    for (name, value) in fields {
        let path = Path {
            within: path,
            element: Element::Field(name),
        };
        match (relation(within, name, value), value) {
            (Relation::Granular, Value::Object(fields)) if !fields.is_empty() => {
                collect(set, (within.0, name), Some(&path), fields);
            }
            (Relation::Items(list), Value::Array(items)) if can_identify(list, items) => {
                for item in items {
                    collect_item(set, within.0, (&path, list), item);
                }
            }
            _ => set::insert(set, &path),
        }
    }
}

fn collect_item(set: &mut Set, kind: &str, (path, list): (&Path<'_>, &'static List), item: &Value) {
    let path = Path {
        within: Some(path),
        element: Element::Item(list, item),
    };
    if let (Value::Object(fields), false) = (item, list.has_atomic_items) {
        collect(set, (kind, list.name()), Some(&path), fields);
    }
    set::insert(set, &path);
}

fn can_identify(list: &List, items: &[Value]) -> bool {
    items.iter().all(|item| list.can_identify(item))
}

fn merge_fields(within: Within<'_>, live: &mut Set, applied: &Set) {
    for (name, applied) in applied {
        let Some(field) = live.get_mut(name) else {
            if let Some(value) = without_nulls(applied) {
                live.insert(name.clone(), value);
            }
            continue;
        };
        if applied.is_null() {
            // Null leaves what has parts to those who own the parts.
            if matches!(relation(within, name, field), Relation::Atomic) {
                live.remove(name);
            }
            continue;
        }
        match (relation(within, name, applied), field, applied) {
            (Relation::Granular, Value::Object(live), Value::Object(applied)) => {
                merge_fields((within.0, name), live, applied);
            }
            (Relation::Items(list), Value::Array(live), Value::Array(applied))
                if can_identify(list, live) && can_identify(list, applied) =>
            {
                *live = merge_items(within.0, list, live, applied).into();
            }
            (_, field, _) => *field = without_nulls(applied).unwrap_or_default(),
        }
    }
}

/// The items of both, in the order of the applied ones; those that are only in the live list stay
/// behind the one they were behind.
fn merge_items(kind: &str, list: &List, live: &[Value], applied: &[Value]) -> Vec<Value> {
    let in_applied = |item: &Value| applied.iter().any(|other| list.is_same(item, other));
    // The applied items that are live too set the pace, in their order.
    let mut shared = applied
        .iter()
        .filter(|item| live.iter().any(|other| list.is_same(item, other)))
        .peekable();
    let mut merged: Vec<Value> = Vec::with_capacity(live.len().max(applied.len()));
    let mut rest = applied.iter().peekable();
    let mut lives = live.iter().peekable();
    loop {
        match (lives.peek(), rest.peek()) {
            (None, None) => return merged,
            (Some(item), Some(next)) if list.is_same(item, next) => {
                merged.push(merge_item(kind, list, item, next));
                lives.next();
                rest.next();
                shared.next();
            }
            // It is to come later: another one of both comes first.
            (Some(item), Some(_))
                if in_applied(item) && shared.peek().is_some_and(|it| !list.is_same(it, item)) =>
            {
                lives.next();
            }
            (Some(item), _) if !in_applied(item) => {
                merged.push((*item).clone());
                lives.next();
            }
            (_, Some(next)) => {
                let item = live.iter().find(|item| list.is_same(item, next));
                match item {
                    Some(item) => merged.push(merge_item(kind, list, item, next)),
                    None => merged.extend(without_nulls(next)),
                }
                if shared.peek().is_some_and(|it| list.is_same(it, next)) {
                    shared.next();
                }
                rest.next();
            }
            (Some(_), None) => {
                lives.next();
            }
        }
    }
}

fn merge_item(kind: &str, list: &List, live: &Value, applied: &Value) -> Value {
    match (live, applied) {
        (Value::Object(live), Value::Object(applied)) if !list.has_atomic_items => {
            let mut merged = live.clone();
            merge_fields((kind, list.name()), &mut merged, applied);
            Value::Object(merged)
        }
        _ => applied.clone(),
    }
}

/// The value as the API reads it: a field that is null is not there.
fn without_nulls(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(fields) => {
            let fields = fields.iter();
            let kept =
                fields.filter_map(|(name, value)| Some((name.clone(), without_nulls(value)?)));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(items) => Some(Value::Array(
            items.iter().filter_map(without_nulls).collect(),
        )),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(value.clone()),
    }
}

fn remove_fields(within: Within<'_>, fields: &mut Set, set: &Set) {
    for (key, node) in set::children(set) {
        let Some(name) = key.strip_prefix("f:") else {
            continue;
        };
        let Some(value) = fields.get_mut(name) else {
            continue;
        };
        if set::is_member(node) {
            fields.remove(name);
            continue;
        }
        let relation = relation(within, name, value);
        let is_left = match (relation, value) {
            (Relation::Granular, Value::Object(parts)) => {
                remove_fields((within.0, name), parts, node);
                !parts.is_empty()
            }
            (Relation::Items(list), Value::Array(items)) => {
                remove_items(within.0, list, items, node);
                !items.is_empty()
            }
            _ => false,
        };
        if !is_left {
            fields.remove(name);
        }
    }
}

fn remove_items(kind: &str, list: &List, items: &mut Vec<Value>, set: &Set) {
    items.retain_mut(|item| {
        let Some(node) = set::object_at(set, &list.identity(item)) else {
            return true;
        };
        if set::is_member(node) {
            return false;
        }
        if let Value::Object(parts) = item {
            remove_fields((kind, list.name()), parts, node);
        }
        true
    });
}
