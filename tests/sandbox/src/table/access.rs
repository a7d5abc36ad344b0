//! Reading the fields of an object by path. A field that is missing, or of another type than it
//! should be, reads as one that was never set.

use crate::json::{Map, Value};

/// The text at a path, or none at all.
pub(super) fn text<'a>(object: &'a Value, path: &str) -> &'a str {
    let found = object.pointer(path).and_then(Value::as_str);
    found.unwrap_or_default()
}

/// The text at a path, or another where there is none or an empty one.
pub(super) fn text_or<'a>(object: &'a Value, path: &str, other: &'a str) -> &'a str {
    match text(object, path) {
        "" => other,
        found => found,
    }
}

/// The number at a path, or 0.
pub(super) fn number(object: &Value, path: &str) -> i64 {
    number_if(object, path).unwrap_or(0)
}

/// The number at a path.
pub(super) fn number_if(object: &Value, path: &str) -> Option<i64> {
    object.pointer(path).and_then(Value::as_i64)
}

/// What is set at a path; `null` is not.
pub(super) fn set<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    object.pointer(path).filter(|it| !it.is_null())
}

/// Whether there is a `true` at a path.
pub(super) fn is_true(object: &Value, path: &str) -> bool {
    object.pointer(path) == Some(&Value::Bool(true))
}

/// The items at a path.
pub(super) fn list<'a>(object: &'a Value, path: &str) -> &'a [Value] {
    let found = object.pointer(path).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

/// The map at a path.
pub(super) fn map<'a>(object: &'a Value, path: &str) -> Option<&'a Map> {
    object.pointer(path).and_then(Value::as_object)
}

/// The status of the condition of a type: `True`, `False` or `Unknown`, or none at all.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> &'a str {
    let mut all = list(object, "/status/conditions").iter();
    let found = all.find(|it| text(it, "/type") == kind);
    found.map_or("", |it| text(it, "/status"))
}
