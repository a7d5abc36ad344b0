//! The parts of objects that tables print as one word: labels, selectors, containers.

use crate::json::Value;

use super::access::{list, map, text};

/// What is shown where nothing is set.
pub(super) const NONE: &str = "<none>";

/// A label selector, `{matchLabels, matchExpressions}`, as one writes it for `kubectl -l`; empty if
/// it selects everything or is missing. `None` if it is not one.
pub(crate) fn selector(selector: &Value) -> Option<String> {
    let mut parts: Vec<(&str, String)> = Vec::new();
    for (key, value) in map(selector, "/matchLabels").into_iter().flatten() {
        parts.push((key, format!("{key}={}", value.as_str()?)));
    }
    for rule in list(selector, "/matchExpressions") {
        let key = text(rule, "/key");
        let mut values: Vec<&str> = list(rule, "/values")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        values.sort_unstable();
        let values = values.join(",");
        let part = match text(rule, "/operator") {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.to_owned(),
            "DoesNotExist" => format!("!{key}"),
            _ => return None,
        };
        parts.push((key, part));
    }
    parts.sort_by_key(|(key, _)| *key);
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    Some(parts.join(","))
}

/// The selector at a path, in words also where there is none.
pub(super) fn selector_or_none(object: &Value, path: &str) -> String {
    let found = object.pointer(path).map_or(Some(String::new()), selector);
    match found.as_deref() {
        Some("") => NONE.to_owned(),
        Some(found) => found.to_owned(),
        None => "<error>".to_owned(),
    }
}

/// The labels at a path, in the order of their names.
pub(super) fn labels(object: &Value, path: &str) -> String {
    let mut parts: Vec<String> = map(object, path)
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    if parts.is_empty() {
        return NONE.to_owned();
    }
    parts.sort_unstable();
    parts.join(",")
}

/// The names and the images of the containers of the pod template at a path.
pub(super) fn containers(object: &Value, template: &str) -> [Value; 2] {
    let containers = list(object, &format!("{template}/spec/containers"));
    ["/name", "/image"].map(|field| {
        let words: Vec<&str> = containers.iter().map(|it| text(it, field)).collect();
        words.join(",").into()
    })
}
