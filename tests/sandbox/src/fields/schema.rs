//! Which lists are merged item by item and by which keys, and which objects are one value, as tables
//! by the names of fields.
//!
//! The API's own schemas say it per type. Over the kinds that are served, the name of a field and that
//! of the one it lies in tell all of them apart but one, the conditions of a Job. Strategic merge
//! patches have rules of their own, which are older: they stand in the same rows.
//!
//! It must not look at more than one place of an object at a time.

use crate::json::Value;

mod lists;

pub(crate) use lists::{List, Merge};

/// How a list or an object is owned.
#[derive(Debug, Clone, Copy)]
pub(super) enum Relation {
    /// As one value.
    Atomic,
    /// Field by field.
    Granular,
    /// Item by item.
    Items(&'static List),
}

/// The objects that are owned as one value, sorted.
static ATOMIC_OBJECTS: &[&str] = &[
    "configMapKeyRef",
    "dataSource",
    "fieldRef",
    "fileKeyRef",
    "involvedObject",
    "labelSelector",
    "namespaceSelector",
    "nodePublishSecretRef",
    "nodeSelector",
    "preference",
    "regarding",
    "related",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "resourceFieldRef",
    "roleRef",
    "secretKeyRef",
    "secretRef",
    "selector",
];

/// The objects with keys that people choose, sorted. An empty one is the same as none, where an empty
/// object of the schema, such as `emptyDir`, says something.
static MAPS: &[&str] = &[
    "annotations",
    "binaryData",
    "data",
    "labels",
    "limits",
    "matchLabels",
    "nodeSelector",
    "overhead",
    "requests",
    "stringData",
];

/// What an object of the API always has, if only empty: by the field it lies in, and its name. That
/// it is there belongs to nobody.
static ALWAYS: &[(&str, &str)] = &[
    ("", "deprecatedSource"),
    ("", "metadata"),
    ("", "source"),
    ("", "spec"),
    ("", "status"),
    ("containers", "resources"),
    ("initContainers", "resources"),
    ("jobTemplate", "metadata"),
    ("jobTemplate", "spec"),
    ("spec", "containers"),
    ("spec", "jobTemplate"),
    ("spec", "scaleTargetRef"),
    ("spec", "strategy"),
    ("spec", "template"),
    ("spec", "updateStrategy"),
    ("status", "loadBalancer"),
    ("template", "metadata"),
    ("template", "spec"),
];

/// The plain values that are always there, as empty text or zero where nobody set them: to write that
/// changes nothing.
static ZEROS: &[(&str, &str)] = &[
    ("", "reportingComponent"),
    ("", "reportingInstance"),
    ("status", "currentNumberScheduled"),
    ("status", "desiredNumberScheduled"),
    ("status", "desiredReplicas"),
    ("status", "numberMisscheduled"),
    ("status", "numberReady"),
    ("status", "replicas"),
];

/// Where a field lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The kind of the whole object.
    pub(super) kind: &'a str,
    /// The field around it, of which a list stands for its items; empty for the whole object.
    pub(super) within: &'a str,
}

/// How the field `name` is owned whose value is this one.
pub(super) fn relation(place: Place<'_>, name: &str, value: &Value) -> Relation {
    match value {
        Value::Array(_) => match lists::find(place.within, name) {
            Some(list) if list.is_atomic => Relation::Atomic,
            Some(_) if place.kind == "Job" && name == "conditions" => Relation::Atomic,
            Some(list) => Relation::Items(list),
            None => Relation::Atomic,
        },
        Value::Object(_) if ATOMIC_OBJECTS.binary_search(&name).is_ok() => Relation::Atomic,
        Value::Object(_) => Relation::Granular,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Relation::Atomic,
    }
}

/// What a strategic merge patch does with the list `name`.
pub(crate) fn merge(within: &str, name: &str) -> Merge {
    lists::find(within, name).map_or(Merge::Replace, |list| list.merge)
}

/// Whether the API does not keep this value apart from none.
pub(super) fn is_nothing(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty() && MAPS.binary_search(&name).is_ok(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Whether the field is there in every object that has the one around it.
pub(super) fn is_always_there(within: &str, name: &str) -> bool {
    ALWAYS.binary_search(&(within, name)).is_ok()
}

/// Whether the field has this value where nobody set it.
pub(super) fn is_unset(within: &str, name: &str, value: &Value) -> bool {
    (*value == "" || *value == 0) && ZEROS.binary_search(&(within, name)).is_ok()
}

#[cfg(test)]
mod tests;
