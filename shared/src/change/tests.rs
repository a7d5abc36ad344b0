//! Each change as the request that it is, to the byte: our fields, the precondition, nothing else.

use serde_json::{Value as Json, json};

use super::*;
use crate::observe::RawWorkload;

/// A workload of `kind`, which an applier owns or not.
fn workload(kind: Kind, is_applied: bool) -> Workload {
    let operation = if is_applied { "Apply" } else { "Update" };
    let object = json!({
        "metadata": {
            "name": "web", "uid": "1", "resourceVersion": "4711",
            "managedFields": [{
                "manager": "x", "operation": operation,
                "fieldsV1": { "f:spec": { "f:replicas": {}, "f:suspend": {} } },
            }],
        },
    });
    let raw: RawWorkload = serde_json::from_value(object).unwrap();
    raw.observe(kind).unwrap()
}

fn change(kind: Kind, is_applied: bool, op: Op) -> Change {
    Change::new("shop", &workload(kind, is_applied), op, Reason::OffHours)
}

#[track_caller]
fn check(kind: Kind, op: Op, content_type: &str, body: &Json) {
    for (is_applied, manager) in [(false, "tarnfui"), (true, "tarnfui-handover")] {
        let patch = change(kind, is_applied, op).patch();
        assert_eq!(&patch.body, body, "{op:?}");
        assert_eq!(patch.content_type, content_type, "{op:?}");
        if !matches!(op, Op::HandOver { .. }) {
            assert_eq!(patch.manager, manager, "{op:?}");
        }
    }
}

const MERGE: &str = "application/merge-patch+json";

fn sleep(saved: i32, to: i32) -> Op {
    Op::Sleep {
        saved: Value::Replicas(saved),
        to: Value::Replicas(to),
    }
}

#[test]
fn sleeping_sets_the_field_and_the_mark_together() {
    let body = |replicas: i32, saved: &str, asleep_at: Option<&str>| {
        json!({
            "metadata": {
                "resourceVersion": "4711",
                "labels": { "tarnfui.io/saved": saved, "tarnfui.io/asleep-at": asleep_at },
            },
            "spec": { "replicas": replicas },
        })
    };
    for kind in [Kind::Deployment, Kind::StatefulSet] {
        check(kind, sleep(3, 0), MERGE, &body(0, "3", None));
        check(kind, sleep(3, 1), MERGE, &body(1, "3", Some("1")));
        check(
            kind,
            sleep(i32::MAX, 0),
            MERGE,
            &body(0, "2147483647", None),
        );
    }
    let suspend = Op::Sleep {
        saved: Value::Suspend(false),
        to: Value::Suspend(true),
    };
    let body = json!({
        "metadata": {
            "resourceVersion": "4711",
            "labels": { "tarnfui.io/saved": "false", "tarnfui.io/asleep-at": null },
        },
        "spec": { "suspend": true },
    });
    check(Kind::CronJob, suspend, MERGE, &body);
}

/// A merge patch takes a label away with null.
fn unmarked() -> Json {
    json!({
        "resourceVersion": "4711",
        "labels": { "tarnfui.io/saved": null, "tarnfui.io/asleep-at": null },
    })
}

#[test]
fn restoring_sets_the_field_and_drops_the_mark() {
    let to = Value::Replicas(3);
    let body = json!({ "metadata": unmarked(), "spec": { "replicas": 3 } });
    check(Kind::StatefulSet, Op::Restore { to }, MERGE, &body);
    let to = Value::Suspend(false);
    let body = json!({ "metadata": unmarked(), "spec": { "suspend": false } });
    check(Kind::CronJob, Op::Restore { to }, MERGE, &body);
}

#[test]
fn releasing_drops_the_mark_alone() {
    check(
        Kind::Deployment,
        Op::Release,
        MERGE,
        &json!({ "metadata": unmarked() }),
    );
}

#[test]
fn handing_over_takes_one_entry_out_under_the_same_precondition() {
    let body = json!([
        { "op": "add", "path": "/metadata/resourceVersion", "value": "4711" },
        { "op": "remove", "path": "/metadata/managedFields/2" },
    ]);
    let op = Op::HandOver { entry: 2 };
    check(Kind::Deployment, op, "application/json-patch+json", &body);
}

#[test]
fn every_kind_has_its_path() {
    let check = |kind: Kind, expect: &str| {
        assert_eq!(change(kind, false, Op::Release).path(), expect);
    };
    check(
        Kind::Deployment,
        "/apis/apps/v1/namespaces/shop/deployments/web",
    );
    check(
        Kind::StatefulSet,
        "/apis/apps/v1/namespaces/shop/statefulsets/web",
    );
    check(Kind::CronJob, "/apis/batch/v1/namespaces/shop/cronjobs/web");
}

#[test]
fn who_waits_in_front_of_a_page_goes_first() {
    let urgency = |op: Op, reason: Reason| {
        Change::new("shop", &workload(Kind::Deployment, false), op, reason).urgency
    };
    let restore = Op::Restore {
        to: Value::Replicas(1),
    };
    assert_eq!(urgency(restore, Reason::Requested), Urgency::Requested);
    assert_eq!(urgency(restore, Reason::WorkingHours), Urgency::Wake);
    assert_eq!(urgency(Op::Release, Reason::NoRule), Urgency::Wake);
    assert_eq!(urgency(sleep(3, 0), Reason::OffHours), Urgency::Sleep);
    assert_eq!(
        urgency(Op::HandOver { entry: 0 }, Reason::OffHours),
        Urgency::Sleep
    );
    assert!(Urgency::Requested < Urgency::Wake && Urgency::Wake < Urgency::Sleep);
}

#[test]
fn a_change_is_told_in_words() {
    let change = change(Kind::CronJob, false, Op::Release);
    assert_eq!(change.target.to_string(), "cronjob/web in shop");
    let words = [
        (sleep(3, 0), "sleep"),
        (
            Op::Restore {
                to: Value::Replicas(3),
            },
            "restore",
        ),
        (Op::Release, "release"),
        (Op::HandOver { entry: 0 }, "handover"),
    ];
    for (op, word) in words {
        assert_eq!(op.as_str(), word);
    }
}
