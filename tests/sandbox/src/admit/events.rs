//! What is wrong with an Event, which is kept by the names of `events.k8s.io`.

use crate::json::Value;

use super::{meta, names};
use crate::answer::Cause;
use crate::kinds::Resource;

/// How long texts may be.
const INSTANCE_BYTES: usize = 128;
const ACTION_BYTES: usize = 128;
const REASON_BYTES: usize = 128;
const NOTE_BYTES: usize = 1024;

/// What does not change once it is told; the first name is ours, the second the message's.
const FIXED: [(&str, &str); 12] = [
    ("regarding", "involvedObject"),
    ("reason", "reason"),
    ("note", "message"),
    ("deprecatedSource", "source"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedCount", "count"),
    ("type", "type"),
    ("eventTime", "eventTime"),
    ("action", "action"),
    ("related", "related"),
    ("reportingController", "reportingController"),
];

pub(super) fn faults(
    row: &Resource,
    before: Option<&Value>,
    after: &Value,
    causes: &mut Vec<Cause>,
) {
    let is_old_api = row.group.is_empty();
    if after["eventTime"].is_string() {
        told(after, is_old_api, causes);
    } else {
        namespace_of_old(after, causes);
    }
    if is_old_api {
        return;
    }
    meta::faults(row, before, after, causes);
    match before {
        None => new(after, causes),
        Some(before) => fixed(before, after, causes),
    }
}

fn text<'v>(event: &'v Value, key: &str) -> &'v str {
    event[key].as_str().unwrap_or_default()
}

fn wrong_namespace(event: &Value) -> Cause {
    let found = format!("{:?}", text(&event["regarding"], "namespace"));
    let why = "does not match event.namespace";
    Cause::invalid("involvedObject.namespace", &found, why)
}

fn namespace_of_old(event: &Value, causes: &mut Vec<Cause>) {
    let about = text(&event["regarding"], "namespace");
    let own = text(&event["metadata"], "namespace");
    if about != own && !(about.is_empty() && own == "default") {
        causes.push(wrong_namespace(event));
    }
}

fn told(event: &Value, is_old_api: bool, causes: &mut Vec<Cause>) {
    let own = text(&event["metadata"], "namespace");
    let is_common = matches!(own, "default" | "kube-system");
    if text(&event["regarding"], "namespace").is_empty() && !is_common {
        causes.push(wrong_namespace(event));
    }
    let controller = text(event, "reportingController");
    let field = if is_old_api {
        "reportingComponent"
    } else {
        "reportingController"
    };
    if controller.is_empty() {
        causes.push(Cause::required(field, ""));
    }
    if let Some(why) = names::qualified(controller) {
        causes.push(Cause::invalid(field, &format!("{controller:?}"), &why));
    }
    for (key, limit, is_required) in [
        ("reportingInstance", INSTANCE_BYTES, true),
        ("action", ACTION_BYTES, true),
        ("reason", REASON_BYTES, true),
        ("note", NOTE_BYTES, false),
    ] {
        let found = text(event, key);
        if is_required && found.is_empty() {
            causes.push(Cause::required(key, ""));
        }
        if found.len() > limit {
            let field = if key == "note" { "message" } else { key };
            let why = format!("can have at most {limit} characters");
            causes.push(Cause::invalid(field, "\"\"", &why));
        }
    }
}

fn new(event: &Value, causes: &mut Vec<Cause>) {
    if !event["eventTime"].is_string() {
        causes.push(Cause::required("eventTime", ""));
    }
    let kind = text(event, "type");
    if !matches!(kind, "Normal" | "Warning") {
        let why = format!("has invalid value: {kind}");
        causes.push(Cause::invalid("type", "\"\"", &why));
    }
    for (key, field) in [
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
    ] {
        if !event[key].is_null() {
            causes.push(Cause::invalid(field, "\"\"", "needs to be unset"));
        }
    }
    let source = event["deprecatedSource"].as_object();
    if source.is_some_and(|source| !source.is_empty()) {
        causes.push(Cause::invalid("source", "\"\"", "needs to be unset"));
    }
}

fn fixed(before: &Value, after: &Value, causes: &mut Vec<Cause>) {
    for (key, field) in FIXED {
        if before[key] != after[key] {
            let value = after[key].to_string();
            causes.push(Cause::invalid(field, &value, "field is immutable"));
        }
    }
}
