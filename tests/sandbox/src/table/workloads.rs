//! The rows of the kinds of `apps`.

use jiff::Timestamp;

use super::access::{number, number_if, text};
use super::{age, text as words};
use crate::json::{Value, json};

/// Where these kinds have their pods' template.
const TEMPLATE: &str = "/spec/template";

pub(super) fn deployment(object: &Value, now: Timestamp) -> Vec<Value> {
    let ready = number(object, "/status/readyReplicas");
    let mut cells = vec![
        json!(text(object, "/metadata/name")),
        json!(format!("{ready}/{}", wanted(object))),
        json!(number(object, "/status/updatedReplicas")),
        json!(number(object, "/status/availableReplicas")),
        json!(age::of(object, now)),
    ];
    cells.extend(words::containers(object, TEMPLATE));
    let selector = object
        .pointer("/spec/selector")
        .map_or(Some(String::new()), words::selector);
    cells.push(json!(selector.as_deref().unwrap_or("<invalid>")));
    cells
}

pub(super) fn replica_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let mut cells = vec![
        json!(text(object, "/metadata/name")),
        json!(wanted(object)),
        json!(number(object, "/status/replicas")),
        json!(number(object, "/status/readyReplicas")),
        json!(age::of(object, now)),
    ];
    cells.extend(words::containers(object, TEMPLATE));
    cells.push(json!(words::selector_or_none(object, "/spec/selector")));
    cells
}

pub(super) fn stateful_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let ready = number(object, "/status/readyReplicas");
    let mut cells = vec![
        json!(text(object, "/metadata/name")),
        json!(format!("{ready}/{}", wanted(object))),
        json!(age::of(object, now)),
    ];
    cells.extend(words::containers(object, TEMPLATE));
    cells
}

pub(super) fn daemon_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let mut cells = vec![
        json!(text(object, "/metadata/name")),
        json!(number(object, "/status/desiredNumberScheduled")),
        json!(number(object, "/status/currentNumberScheduled")),
        json!(number(object, "/status/numberReady")),
        json!(number(object, "/status/updatedNumberScheduled")),
        json!(number(object, "/status/numberAvailable")),
        json!(words::labels(object, "/spec/template/spec/nodeSelector")),
        json!(age::of(object, now)),
    ];
    cells.extend(words::containers(object, TEMPLATE));
    cells.push(json!(words::selector_or_none(object, "/spec/selector")));
    cells
}

/// How many there should be: one, if nobody said.
fn wanted(object: &Value) -> i64 {
    number_if(object, "/spec/replicas").unwrap_or(1)
}
