//! Selectors: what they select, and what they refuse.

use crate::json::json;

use super::*;
use crate::kinds;

#[track_caller]
fn check(labels: &str, expect: bool) {
    let object =
        json!({ "metadata": { "labels": { "app": "web", "tier": "front", "size": "4" } } });
    let deployments = kinds::find("apps", "v1", "deployments").unwrap();
    let selector = Selector::read(labels, "", deployments).unwrap();
    assert_eq!(selector.selects(&object), expect, "{labels}");
}

#[test]
fn labels() {
    for labels in [
        "",
        "app",
        "!gone",
        "app=web",
        "app==web",
        "app!=db",
        "gone!=db",
        "app in (db, web)",
        "app notin (db),tier=front",
        "gone notin (a,b)",
        "size>3,size<5",
        "app in (web,)",
    ] {
        check(labels, true);
    }
    for labels in [
        "gone",
        "!app",
        "app=db",
        "app!=web",
        "gone=x",
        "app in (db,x)",
        "app notin (web)",
        "app=web,tier=back",
        "size>4",
        "app=",
    ] {
        check(labels, false);
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    let deployments = kinds::find("apps", "v1", "deployments").unwrap();
    for (labels, why) in [
        (
            "app of (a)",
            "unable to parse requirement: found 'of', expected: in, notin, =, ==, !=, gt, lt",
        ),
        (
            "a in b",
            "unable to parse requirement: found 'b' expected: '('",
        ),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("a,=", "found '=', expected: identifier after ','"),
    ] {
        let refused = Selector::read(labels, "", deployments).unwrap_err();
        assert_eq!(
            (refused.code.as_u16(), refused.message.as_str()),
            (400, why)
        );
    }
    let refused = Selector::read("", "spec.replicas=3", deployments).unwrap_err();
    let why = "\"spec.replicas\" is not a known field selector: only \"metadata.name\", \
               \"metadata.namespace\"";
    assert_eq!(refused.message, why);
}

#[test]
fn fields() {
    let events = kinds::find("", "v1", "events").unwrap();
    let object = json!({ "metadata": { "name": "x" }, "involvedObject": { "kind": "Pod" } });
    let check = |fields: &str, expect| {
        let selector = Selector::read("", fields, events).unwrap();
        assert_eq!(selector.selects(&object), expect, "{fields}");
    };
    check("metadata.name=x,involvedObject.kind=Pod", true);
    check("metadata.name!=x", false);
    check("involvedObject.name=", true);
    let selector = Selector::read("", "metadata.name=x", events).unwrap();
    assert_eq!(selector.name(), Some("x"));
}
