//! The rows of events, by the names that their fields have in the core and in `events.k8s.io`.

use jiff::Timestamp;

use super::access::{number, set, text, text_or};
use super::age;
use crate::json::{Value, json};

pub(super) fn cells(object: &Value, now: Timestamp) -> Vec<Value> {
    let first = first_of(object, ["/firstTimestamp", "/deprecatedFirstTimestamp"])
        .map_or("/eventTime", |(path, _)| path);
    let last = first_of(
        object,
        [
            "/series/lastObservedTime",
            "/lastTimestamp",
            "/deprecatedLastTimestamp",
        ],
    )
    .map_or(first, |(path, _)| path);
    vec![
        json!(age::since(now, object, last)),
        json!(text(object, "/type")),
        json!(text(object, "/reason")),
        json!(target(object)),
        json!(text(about(object), "/fieldPath")),
        json!(source(object)),
        json!(text_or(object, "/message", text(object, "/note")).trim()),
        json!(age::since(now, object, first)),
        json!(count(object)),
        json!(text(object, "/metadata/name")),
    ]
}

/// What the event is about, with the kind in small letters.
fn target(object: &Value) -> String {
    let kind = text(about(object), "/kind").to_lowercase();
    match text(about(object), "/name") {
        "" => kind,
        name => format!("{kind}/{name}"),
    }
}

fn about(object: &Value) -> &Value {
    first_of(object, ["/involvedObject", "/regarding"]).map_or(&Value::Null, |(_, found)| found)
}

/// Who said it, and where.
fn source(object: &Value) -> String {
    let word = |old: &str, newer: &str, name: &str| {
        let paths = [
            format!("/source/{old}"),
            format!("/deprecatedSource/{old}"),
            format!("/{newer}"),
            format!("/{name}"),
        ];
        let mut words = paths.iter().map(|path| text(object, path));
        words.find(|it| !it.is_empty()).unwrap_or_default()
    };
    let component = word("component", "reportingComponent", "reportingController");
    match word("host", "reportingInstance", "reportingInstance") {
        "" => component.to_owned(),
        instance => format!("{component}, {instance}"),
    }
}

/// How often it happened. One that is not repeated has no count.
fn count(object: &Value) -> i64 {
    if set(object, "/series").is_some() {
        return number(object, "/series/count");
    }
    match number(object, "/count").max(number(object, "/deprecatedCount")) {
        0 => 1,
        count => count,
    }
}

/// The first of these paths at which something is set, and what that is.
fn first_of<'a, const COUNT: usize>(
    object: &'a Value,
    paths: [&'static str; COUNT],
) -> Option<(&'static str, &'a Value)> {
    paths
        .into_iter()
        .find_map(|path| Some((path, set(object, path)?)))
}
