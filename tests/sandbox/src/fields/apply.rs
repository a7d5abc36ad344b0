//! Server-side apply: what a manager applies, it owns; what it no longer applies goes, if nobody else
//! owns it; and what another owns it may change only by force.
//!
//! It must not fill in defaults, which nobody owns.

use crate::json::{Text, Value};

use super::compare::{self, Changes};
use super::set::{self, Set};
use super::{Conflict, Writer, conflict, entries, parts};

/// The manager that owns what was there when the first apply came.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// The manager of `kubectl apply --server-side`, which takes over from `kubectl apply`.
const KUBECTL: &str = "kubectl";

/// Where `kubectl apply` keeps what it applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Puts the applied object into the live one; none is live where it is created.
///
/// `applied` has the kind and version of the live object and no `managedFields`; the caller sees to
/// that. The result holds no defaults for what is new in it, and by the front door no new status. An apply that changes nothing moves no
/// time, and the entry of who applies for the first time then has none.
pub fn apply(
    current: Option<&Value>,
    applied: &Value,
    writer: &Writer<'_>,
    is_forced: bool,
) -> Result<Value, Vec<Conflict>> {
    let mut result = match attempt(current, applied, writer, is_forced) {
        Err(conflicts) if writer.manager == KUBECTL => {
            take_over(current, applied, writer, conflicts)
        }
        result => result,
    }
    .map_err(|conflicts| conflict::list(&conflicts))?;
    if writer.manager == KUBECTL {
        keep_last_applied(&mut result, applied);
    }
    Ok(result)
}

/// The sets of fields that stand in the way, each with the entry that owns them.
type Conflicts = Vec<(Value, Set)>;

fn attempt(
    current: Option<&Value>,
    applied: &Value,
    writer: &Writer<'_>,
    is_forced: bool,
) -> Result<Value, Conflicts> {
    let mut managers = entries::live(current);
    if let (Some(current), true) = (current, managers.is_empty()) {
        let before = Writer {
            manager: BEFORE_FIRST_APPLY,
            ..*writer
        };
        let changes = compare::between(None, current, writer.subresource);
        entries::record(&mut managers, changes, &before);
    }
    let live = without_managers(current);
    let mut set = parts::fields_of(applied);
    let out_of_reach = compare::out_of_reach(writer.subresource);
    set.remove(&format!("f:{out_of_reach}"));

    let own = entries::take_applier(&mut managers, writer);
    let mut object = parts::merge(live.clone(), applied);
    remove_managers(&mut object);
    put_back(&mut object, &live, out_of_reach);
    if let Some(last) = own.as_ref().and_then(|entry| entry["fieldsV1"].as_object()) {
        let mut let_go = last.clone();
        set::subtract(&mut let_go, &set);
        if !let_go.is_empty() {
            object = prune(&object, last, &managers, &set);
        }
    }

    let changes = compare::between(current, &object, writer.subresource);
    let conflicts = conflicts(&managers, &changes);
    if !is_forced && !conflicts.is_empty() {
        return Err(conflicts);
    }
    entries::take_from_all(&mut managers, &changes);
    compare::remove_unowned(&mut set);
    let is_changed = current.is_none() || live != object;
    managers.push(entries::applier(writer, own.as_ref(), set, is_changed));
    entries::put(&mut object, managers);
    Ok(object)
}

fn conflicts(managers: &[Value], changes: &Changes) -> Conflicts {
    let mut conflicts = Conflicts::new();
    for entry in managers {
        let Some(fields) = entry["fieldsV1"].as_object() else {
            continue;
        };
        let common = set::intersection(fields, &changes.changed);
        if !common.is_empty() {
            conflicts.push((entry.clone(), common));
        }
    }
    conflicts
}

/// Takes out what the manager applied before and now does not, unless somebody owns it.
///
/// A field that has parts counts as owned where one of its parts is; what nobody owns, such as a
/// default, goes only with the field around it.
fn prune(merged: &Value, last: &Set, managers: &[Value], applied: &Set) -> Value {
    let last = with_parents(last.clone());
    let mut owned = applied.clone();
    for entry in managers {
        if let Some(fields) = entry["fieldsV1"].as_object() {
            set::unite(&mut owned, fields.clone());
        }
    }
    let all = with_parents(parts::fields_of(merged));
    let mut unowned = all.clone();
    set::subtract(&mut unowned, &with_parents(owned));
    let kept = with_parents(parts::fields_of(&parts::remove(merged, &unowned)));

    let mut gone = all;
    set::subtract(&mut gone, &kept);
    parts::remove(merged, &set::intersection(&gone, &last))
}

/// The set with every named field around one of its members. Items of lists stay as they are.
fn with_parents(set: Set) -> Set {
    let named = |(key, node): (Text, Value)| {
        let parts = node.as_object().filter(|parts| !parts.is_empty());
        let Some(parts) = parts else {
            return (key, node);
        };
        let mut parts = with_parents(parts.clone());
        if key.starts_with("f:") {
            set::make_member(&mut parts);
        }
        (key, Value::Object(parts))
    };
    set.into_iter().map(named).collect()
}

/// What stands in the way of kubectl is no conflict where its client-side apply put it there: the
/// annotation says the same as the object. Then it is forced; else only the rest is in the way.
fn take_over(
    current: Option<&Value>,
    applied: &Value,
    writer: &Writer<'_>,
    conflicts: Conflicts,
) -> Result<Value, Conflicts> {
    let Some(inherited) = current.and_then(|current| inherited(current, writer)) else {
        return Err(conflicts);
    };
    let mut rest = Conflicts::new();
    for (entry, mut set) in conflicts {
        set::subtract(&mut set, &inherited);
        if !set.is_empty() {
            rest.push((entry, set));
        }
    }
    if rest.is_empty() {
        attempt(current, applied, writer, true)
    } else {
        Err(rest)
    }
}

/// The fields of the annotation that are still as it says.
fn inherited(current: &Value, writer: &Writer<'_>) -> Option<Set> {
    let text = current["metadata"]["annotations"][LAST_APPLIED].as_str()?;
    let last: Value = serde_json::from_str(text).ok()?;
    if last["apiVersion"].as_str() != Some(writer.api_version) {
        return None;
    }
    let mut set = parts::fields_of(&last);
    let Changes { changed, removed } = compare::between(Some(&last), current, writer.subresource);
    set::subtract(&mut set, &changed);
    set::subtract(&mut set, &removed);
    Some(set)
}

/// Where there is an annotation of client-side apply, it follows, so that one may go back to that.
fn keep_last_applied(object: &mut Value, applied: &Value) {
    let annotation = object.pointer_mut("/metadata/annotations");
    let annotation = annotation.and_then(|annotations| annotations.get_mut(LAST_APPLIED));
    let Some(annotation) = annotation.filter(|it| it.as_str().is_some_and(|it| !it.is_empty()))
    else {
        return;
    };
    let mut applied = applied.clone();
    if let Some(annotations) = applied.pointer_mut("/metadata/annotations")
        && let Some(annotations) = annotations.as_object_mut()
    {
        annotations.remove(LAST_APPLIED);
    }
    *annotation = Value::from(format!("{applied}\n"));
}

/// What this door does not reach is as it was.
fn put_back(object: &mut Value, live: &Value, name: &str) {
    if let Value::Object(fields) = object {
        match live.get(name) {
            Some(value) => fields.insert(name.to_owned(), value.clone()),
            None => fields.remove(name),
        };
    }
}

fn without_managers(current: Option<&Value>) -> Value {
    let mut live = current
        .cloned()
        .unwrap_or_else(|| Value::Object(Set::new()));
    remove_managers(&mut live);
    live
}

fn remove_managers(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
}
