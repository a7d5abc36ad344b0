//! What a server makes of an object before it keeps it: what is filled in, what is carried over from
//! the object before, and what is refused.
//!
//! As far as a client of ours can tell: of pod templates, only what every Deployment has.

use crate::json::{Map, Value};

use crate::kinds::Resource;

mod defaults;
mod events;
mod faults;
mod meta;
mod names;
mod numbers;
mod others;
mod rollouts;
mod workloads;

pub use defaults::fill_in;
pub use faults::faults;

/// Takes out what a typed server never keeps: nulls, and maps and lists of the metadata that are empty.
pub fn tidy(value: &mut Value) {
    drop_nulls(value);
    let Some(metadata) = value["metadata"].as_object_mut() else {
        return;
    };
    for key in ["labels", "annotations", "finalizers", "ownerReferences"] {
        let is_empty = match metadata.get(key) {
            Some(Value::Object(map)) => map.is_empty(),
            Some(Value::Array(list)) => list.is_empty(),
            _ => false,
        };
        if is_empty {
            metadata.remove(key);
        }
    }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The metadata of an object, made if there is none.
///
/// # Panics
///
/// Never: it is made an object first.
pub fn metadata(value: &mut Value) -> &mut Map {
    if !value["metadata"].is_object() {
        value["metadata"] = Value::Object(Map::new());
    }
    value["metadata"]
        .as_object_mut()
        .expect("it was just made so")
}

/// Carries over what a client cannot change: the identity, the birth, and what the server counts.
pub fn carry_over(row: &Resource, before: &Value, after: &mut Value) {
    let old = &before["metadata"];
    let new = metadata(after);
    // Another uid is refused, and not put right.
    if !new.contains_key("uid")
        && let Some(uid) = old.get("uid")
    {
        new.insert("uid".to_owned(), uid.clone());
    }
    for key in [
        "creationTimestamp",
        "generation",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generateName",
        "resourceVersion",
    ] {
        match old.get(key) {
            // Comparing is cheaper than copying, and nearly always enough.
            Some(value) if new.get(key) == Some(value) => {}
            Some(value) => drop(new.insert(key.to_owned(), value.clone())),
            None => drop(new.remove(key)),
        }
    }
    if row.has_status {
        replace(before, after, "status");
    }
}

/// Makes a part of the object what it was.
pub fn replace(before: &Value, after: &mut Value, part: &str) {
    let Some(after) = after.as_object_mut() else {
        return;
    };
    match before.get(part) {
        Some(value) if after.get(part) == Some(value) => {}
        Some(value) => drop(after.insert(part.to_owned(), value.clone())),
        None => drop(after.remove(part)),
    }
}

/// Counts a change of what people want.
pub fn count_generation(row: &Resource, before: &Value, after: &mut Value) {
    if !row.has_generation {
        return;
    }
    // The annotations of a Deployment go to its ReplicaSets, so they count.
    let annotations = |value: &Value| value["metadata"]["annotations"].clone();
    let is_changed = before["spec"] != after["spec"]
        || (row.kind == "Deployment" && annotations(before) != annotations(after));
    if is_changed {
        let generation = before["metadata"]["generation"].as_i64().unwrap_or(0);
        metadata(after).insert("generation".to_owned(), (generation + 1).into());
    }
}

#[cfg(test)]
mod tests;
