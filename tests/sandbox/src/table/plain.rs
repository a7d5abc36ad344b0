//! The rows of what has little to say: a name, an age, and a word or two between them.

use jiff::Timestamp;

use super::access::{list, map, number, text, text_or};
use super::age;
use crate::json::{Value, json};

pub(super) fn namespace(object: &Value, now: Timestamp) -> Vec<Value> {
    row(object, now, json!(text(object, "/status/phase")))
}

pub(super) fn config_map(object: &Value, now: Timestamp) -> Vec<Value> {
    let entries = count(object, "/data") + count(object, "/binaryData");
    row(object, now, json!(entries))
}

pub(super) fn secret(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        json!(text(object, "/metadata/name")),
        json!(text_or(object, "/type", "Opaque")),
        json!(count(object, "/data")),
        json!(age::of(object, now)),
    ]
}

pub(super) fn service_account(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        json!(text(object, "/metadata/name")),
        json!(age::of(object, now)),
    ]
}

pub(super) fn lease(object: &Value, now: Timestamp) -> Vec<Value> {
    row(object, now, json!(text(object, "/spec/holderIdentity")))
}

pub(super) fn binding(object: &Value, now: Timestamp) -> Vec<Value> {
    let kind = text(object, "/roleRef/kind");
    let role = format!("{kind}/{}", text(object, "/roleRef/name"));
    let mut cells = row(object, now, json!(role));
    cells.extend(["User", "Group", "ServiceAccount"].map(|kind| {
        let names: Vec<String> = list(object, "/subjects")
            .iter()
            .filter(|it| text(it, "/kind") == kind)
            .map(subject)
            .collect();
        names.join(", ").into()
    }));
    cells
}

pub(super) fn scale(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        json!(text(object, "/metadata/name")),
        json!(number(object, "/spec/replicas")),
        json!(number(object, "/status/replicas")),
        json!(age::of(object, now)),
    ]
}

/// What nothing more is known of.
pub(super) fn any(object: &Value, _: Timestamp) -> Vec<Value> {
    vec![
        json!(text(object, "/metadata/name")),
        json!(text(object, "/metadata/creationTimestamp")),
    ]
}

/// The name, one more cell, and the age.
fn row(object: &Value, now: Timestamp, cell: Value) -> Vec<Value> {
    vec![
        json!(text(object, "/metadata/name")),
        cell,
        json!(age::of(object, now)),
    ]
}

fn count(object: &Value, path: &str) -> usize {
    map(object, path).map_or(0, crate::json::Map::len)
}

fn subject(subject: &Value) -> String {
    let name = text(subject, "/name");
    if text(subject, "/kind") == "ServiceAccount" {
        format!("{}/{name}", text(subject, "/namespace"))
    } else {
        name.to_owned()
    }
}
