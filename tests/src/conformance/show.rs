//! Answers and events as lines of text, with [`Names`] for what differs from run to run.

use serde_json::Value;

use super::names::Names;

/// What is shown of a `Status`, where the step does not say, or says what is in an object only.
const OF_STATUS: [&str; 3] = ["/reason", "/message", "/details"];

/// What the pointer to a version ends with.
const VERSION: &str = "/resourceVersion";

/// The annotation that ends the objects that a watch begins with.
const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

/// The body of an answer at these pointers, a line for each value.
pub(super) fn body(root: &Value, pointers: &[String], names: &mut Names) -> Vec<String> {
    let mut shown = Vec::new();
    for pointer in pointers.iter().filter(|it| !it.starts_with('@')) {
        select(root, pointer, &mut shown);
    }
    let is_silent = shown.iter().all(|(_, leaf)| leaf.is_none());
    if root["kind"] == "Status" && is_silent {
        shown.clear();
        let there = OF_STATUS.iter().filter(|it| root.pointer(it).is_some());
        there.for_each(|pointer| select(root, pointer, &mut shown));
    }
    // Named in the order in which they were made, not in which they are listed.
    names.meet(shown.iter().filter_map(|(pointer, leaf)| {
        let is_version = pointer.ends_with(VERSION) && !is_of_list(root, pointer);
        leaf.and_then(Value::as_str).filter(|_| is_version)
    }));
    let line = |(pointer, leaf): &(String, Option<&Value>)| match leaf {
        None => format!("{pointer} absent"),
        Some(leaf) => format!("{pointer} {}", leaf_text(root, leaf, pointer, names)),
    };
    shown.iter().map(line).collect()
}

/// An event in a line: its type, and the values at these pointers.
pub(super) fn event(event: &Value, pointers: &[String], names: &mut Names) -> String {
    let kind = event["type"].as_str().unwrap_or("?");
    let object = &event["object"];
    let values = match kind {
        "ERROR" => ["/code", "/reason", "/message"].map(str::to_owned).to_vec(),
        "BOOKMARK" => ["/kind", "/apiVersion", "/metadata/resourceVersion"]
            .map(str::to_owned)
            .to_vec(),
        _ => pointers
            .iter()
            .filter(|it| !it.starts_with('@'))
            .cloned()
            .collect(),
    };
    let mut line = kind.to_owned();
    for pointer in values {
        let value = object.pointer(&pointer).unwrap_or(&Value::Null);
        let text = if kind == "BOOKMARK" && pointer.ends_with(VERSION) {
            names.version_of_list(value.as_str().unwrap_or_default())
        } else {
            compact(value, &pointer, names)
        };
        line = format!("{line} {text}");
    }
    if is_end_of_initial_events(event) {
        line.push_str(" initial-events-end");
    }
    line
}

/// Whether an event says that what was there before has been sent.
pub(super) fn is_end_of_initial_events(event: &Value) -> bool {
    event["object"]["metadata"]["annotations"][INITIAL_EVENTS_END] == "true"
}

/// A place in an answer, and the value there.
type Shown<'v> = (String, Option<&'v Value>);

/// Adds what one pointer stands for; `*` is every item of a list.
fn select<'v>(root: &'v Value, pointer: &str, shown: &mut Vec<Shown<'v>>) {
    if let Some((list, below)) = pointer.split_once("/*") {
        return match root.pointer(list).and_then(Value::as_array) {
            Some(items) if !items.is_empty() => (0..items.len())
                .for_each(|index| select(root, &format!("{list}/{index}{below}"), shown)),
            _ => select(root, list, shown),
        };
    }
    let pointer = if pointer == "/" { "" } else { pointer };
    match root.pointer(pointer) {
        None => shown.push((pointer.to_owned(), None)),
        Some(value) => leaves(value, pointer, shown),
    }
}

/// Adds every value below that holds no further ones.
fn leaves<'v>(value: &'v Value, pointer: &str, shown: &mut Vec<Shown<'v>>) {
    match value {
        // A row of a table is read across.
        Value::Array(items) if !items.is_empty() && !pointer.ends_with("/cells") => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &format!("{pointer}/{index}"), shown);
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            for (key, field) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                leaves(field, &format!("{pointer}/{key}"), shown);
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => shown.push((pointer.to_owned(), Some(value))),
    }
}

/// Whether this is the version of a list and not of an object.
fn is_of_list(root: &Value, pointer: &str) -> bool {
    let kind = root["kind"].as_str().unwrap_or_default();
    (kind.ends_with("List") || kind == "Table") && pointer == "/metadata/resourceVersion"
}

fn leaf_text(root: &Value, leaf: &Value, pointer: &str, names: &mut Names) -> String {
    match (pointer, leaf) {
        (_, Value::String(raw)) if is_of_list(root, pointer) => names.version_of_list(raw),
        ("/metadata/continue", Value::String(_)) => "<token>".to_owned(),
        // Sentences are easier to read as they are.
        ("/message", Value::String(raw)) if root["kind"] == "Status" => {
            names.text(raw).0.replace('\n', "\\n")
        }
        _ => compact(leaf, pointer, names),
    }
}

/// A value in a line, as JSON with names in it.
fn compact(value: &Value, pointer: &str, names: &mut Names) -> String {
    match value {
        Value::String(raw) if pointer.ends_with(VERSION) => names.version(raw),
        Value::String(raw) if pointer.contains("/cells/") && is_age(raw) => "<age>".to_owned(),
        Value::String(raw) => match names.text(raw) {
            (name, true) => name,
            (text, false) => Value::String(text).to_string(),
        },
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(at, item)| compact(item, &format!("{pointer}/{at}"), names));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, field)| {
                let field = compact(field, &format!("{pointer}/{key}"), names);
                format!("{}:{field}", Value::String(key.clone()))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// How long ago something was made, as tables say it: `0s`, `2m3s`.
fn is_age(text: &str) -> bool {
    let is_unit = |c: char| matches!(c, 's' | 'm' | 'h' | 'd');
    text.ends_with(is_unit)
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || is_unit(c))
}

#[cfg(test)]
mod tests;
