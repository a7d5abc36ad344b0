use serde_json::json;

use super::*;

fn shown(root: &Value, pointers: &str) -> Vec<String> {
    let pointers: Vec<_> = pointers.split_whitespace().map(str::to_owned).collect();
    body(root, &pointers, &mut Names::new("case"))
}

#[test]
fn a_pointer_is_a_line_for_each_value_below_it() {
    let object = json!({
        "kind": "ConfigMap",
        "metadata": { "resourceVersion": "5", "labels": { "a/b": "x" }, "finalizers": [] },
        "data": { "n": 1, "k": "5" },
    });
    assert_eq!(
        shown(&object, "/metadata /data /status @content-type"),
        [
            "/metadata/finalizers []",
            "/metadata/labels/a~1b \"x\"",
            "/metadata/resourceVersion v1",
            "/data/k \"5\"",
            "/data/n 1",
            "/status absent",
        ]
    );
    assert_eq!(shown(&object, "/").len(), 6);
    assert!(shown(&object, "").is_empty());
}

#[test]
fn a_star_is_every_item_and_versions_are_named_by_age() {
    let item = |name: &str, version: &str| json!({ "metadata": { "name": name, "resourceVersion": version } });
    let list = json!({
        "kind": "ConfigMapList",
        "metadata": { "resourceVersion": "9", "continue": "abc" },
        "items": [item("a", "7"), item("b", "6")],
    });
    assert_eq!(
        shown(&list, "/items/*/metadata/resourceVersion /metadata"),
        [
            "/items/0/metadata/resourceVersion v2",
            "/items/1/metadata/resourceVersion v1",
            "/metadata/continue <token>",
            "/metadata/resourceVersion >=v2",
        ]
    );
    assert_eq!(shown(&json!({ "items": [] }), "/items/*/x"), ["/items []"]);
}

#[test]
fn a_status_says_what_went_wrong_unasked() {
    let status = json!({
        "kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404,
        "message": "configmaps \"a\" not found", "details": { "kind": "configmaps" },
    });
    assert_eq!(
        shown(&status, ""),
        [
            "/reason \"NotFound\"",
            "/message configmaps \"a\" not found",
            "/details/kind \"configmaps\"",
        ]
    );
    assert_eq!(shown(&status, "/code"), ["/code 404"]);
    // What was expected of an object says nothing about a failure.
    assert_eq!(
        shown(&status, "/spec/replicas @warning"),
        shown(&status, "")
    );
}

#[test]
fn an_event_is_a_line() {
    let mut names = Names::new("case");
    let mut line = |value: &Value| {
        let pointers = ["@x", "/metadata/name", "/metadata/resourceVersion", "/no"];
        event(value, &pointers.map(str::to_owned), &mut names)
    };
    let object = json!({ "metadata": { "name": "a", "resourceVersion": "5" } });
    let added = json!({ "type": "ADDED", "object": object });
    assert_eq!(line(&added), "ADDED \"a\" v1 null");
    let end = json!({ "type": "BOOKMARK", "object": {
        "kind": "ConfigMap", "apiVersion": "v1",
        "metadata": { "resourceVersion": "8", "annotations": { INITIAL_EVENTS_END: "true" } },
    }});
    assert_eq!(
        line(&end),
        "BOOKMARK \"ConfigMap\" \"v1\" >=v1 initial-events-end"
    );
    let error = json!({ "type": "ERROR", "object": {
        "code": 410, "reason": "Expired", "message": "too old resource version: 1 (5)",
    }});
    assert!(line(&error).starts_with("ERROR 410 \"Expired\" "));
}

#[test]
fn cells_are_read_across_and_ages_have_no_length() {
    let table = json!({ "rows": [{ "cells": ["web", 2, "3m12s", "s"] }] });
    assert_eq!(
        shown(&table, "/rows/*/cells"),
        ["/rows/0/cells [\"web\",2,<age>,\"s\"]"]
    );
}
