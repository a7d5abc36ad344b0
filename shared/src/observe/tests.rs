//! Objects as the API server sends them, and what is kept of them.

use serde_json::{Value as Json, json};

use super::*;
use crate::annotations::Entry;

mod others;
mod owners;
mod rollouts;

const DEPLOYMENT: &str = include_str!("tests/objects/deployment.json");
const ASLEEP: &str = include_str!("tests/objects/asleep.json");
const STATEFUL_SET: &str = include_str!("tests/objects/statefulset.json");
const CRON_JOB: &str = include_str!("tests/objects/cronjob.json");

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// The object with what `edits` set, each at its JSON pointer; null takes away.
#[track_caller]
fn edited(text: &str, edits: &[(&str, Json)]) -> Json {
    let mut object = json(text);
    for (pointer, value) in edits {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = object
            .pointer_mut(parent)
            .expect(pointer)
            .as_object_mut()
            .unwrap();
        if value.is_null() {
            parent.remove(key);
        } else {
            parent.insert(key.to_owned(), value.clone());
        }
    }
    object
}

#[track_caller]
fn observe(kind: Kind, object: Json) -> Workload {
    let raw: RawWorkload = serde_json::from_value(object).unwrap();
    raw.observe(kind).unwrap()
}

#[test]
fn a_deployment_that_runs() {
    let workload = observe(Kind::Deployment, json(DEPLOYMENT));
    assert_eq!(
        workload,
        Workload {
            kind: Kind::Deployment,
            name: "web".into(),
            uid: Uid::read("0b0f7f5e-3c55-4c0e-9a43-6a1f8b6f3f11"),
            version: Version::new("4711").unwrap(),
            created_at: Second::of("2026-03-02T09:15:00Z".parse().unwrap()),
            is_terminating: false,
            value: Value::Replicas(3),
            mark: Mark::None,
            own: None,
            controller: None,
            rollout: Rollout::Settled,
            deletes_volumes: false,
            catches_up: false,
            owner: FieldOwner {
                is_ours: false,
                handover_entry: None,
                is_applied: false,
                other: Some("kubectl-client-side-apply".to_owned().into()),
            },
            ready: 3,
        }
    );
    assert_eq!(workload.reference(), "deployment/web");
    assert!(workload.is_ready());
}

#[test]
fn a_deployment_that_sleeps() {
    let workload = observe(Kind::Deployment, json(ASLEEP));
    assert_eq!(workload.value, Value::Replicas(1));
    let mark = Mark::Saved {
        saved: Value::Replicas(5),
        asleep_at: Value::Replicas(1),
    };
    assert_eq!(workload.mark, mark);
    assert!(workload.owner.is_ours && !workload.owner.is_applied);
    let own = workload.own.unwrap();
    assert_eq!(own.annotations.sleep_replicas, Entry::Set(1));
    assert_eq!(own.annotations.wave, Entry::Set(2));
    assert_eq!(own.problems, []);
}

#[test]
fn a_stateful_set_that_would_lose_its_volumes() {
    let workload = observe(Kind::StatefulSet, json(STATEFUL_SET));
    assert!(workload.deletes_volumes);
    assert_eq!(workload.value, Value::Replicas(3));
    assert_eq!(workload.reference(), "statefulset/db");
    let policy = "/spec/persistentVolumeClaimRetentionPolicy";
    for (pointer, value) in [
        (policy.to_owned(), Json::Null),
        (format!("{policy}/whenScaled"), json!("Retain")),
        (format!("{policy}/whenScaled"), Json::Null),
    ] {
        let object = edited(STATEFUL_SET, &[(&pointer, value)]);
        assert!(
            !observe(Kind::StatefulSet, object).deletes_volumes,
            "{pointer}"
        );
    }
}

#[test]
fn a_cron_job_and_what_it_missed() {
    let workload = observe(Kind::CronJob, json(CRON_JOB));
    assert_eq!(workload.value, Value::Suspend(false));
    assert!(workload.catches_up && workload.is_ready());
    assert_eq!(workload.rollout, Rollout::Settled);
    let other = workload.owner.other.as_deref().map(String::as_str);
    assert_eq!(other, Some("kubectl-create"));
    let late = edited(CRON_JOB, &[("/spec/startingDeadlineSeconds", json!(60))]);
    assert!(!observe(Kind::CronJob, late).catches_up);
    let asleep = edited(
        CRON_JOB,
        &[
            ("/spec/suspend", json!(true)),
            ("/metadata/labels", json!({ "tarnfui.io/saved": "false" })),
        ],
    );
    let asleep = observe(Kind::CronJob, asleep);
    assert_eq!(asleep.value, Value::Suspend(true));
    assert!(matches!(asleep.mark, Mark::Saved { .. }));
}

#[test]
fn what_is_absent_has_kubernetes_default() {
    let bare = json!({ "metadata": { "name": "x", "resourceVersion": "1", "uid": "1" } });
    let workload = observe(Kind::Deployment, bare.clone());
    assert_eq!(workload.value, Value::Replicas(1));
    assert!(!workload.is_ready() && !workload.is_terminating);
    assert_eq!(workload.rollout, Rollout::Settled);
    assert_eq!(workload.created_at.instant(), Timestamp::UNIX_EPOCH);
    assert_eq!(workload.owner, FieldOwner::default());
    assert_eq!(observe(Kind::CronJob, bare).value, Value::Suspend(false));
}

#[test]
fn nothing_that_a_template_left_empty_is_a_fault() {
    let object = json!({
        "metadata": {
            "name": "x", "resourceVersion": "1", "uid": "1", "creationTimestamp": null,
            "labels": null, "annotations": null, "deletionTimestamp": null,
        },
        "spec": { "replicas": null, "suspend": null, "paused": null },
        "status": {},
    });
    assert_eq!(observe(Kind::Deployment, object).value, Value::Replicas(1));
}

#[test]
fn an_object_without_a_version_cannot_be_written_and_is_refused() {
    for version in [Json::Null, json!(""), json!("0")] {
        let object = edited(DEPLOYMENT, &[("/metadata/resourceVersion", version)]);
        let raw: RawWorkload = serde_json::from_value(object).unwrap();
        let error = raw.observe(Kind::Deployment).unwrap_err();
        assert_eq!(
            error.to_string(),
            "web carries no resourceVersion that is a number"
        );
    }
}

#[test]
fn versions_of_one_object_have_an_order() {
    let version = |text: &str| Version::new(text).unwrap();
    assert!(version("9").is_before(version("10")));
    assert!(!version("10").is_before(version("10")));
    assert!(!version("10").is_before(version("9")));
    assert_eq!(version("4711").to_string(), "4711");
}

#[test]
fn a_version_that_could_not_be_a_precondition_is_none() {
    for text in [
        "",
        "0",
        "00",
        "007",
        "+7",
        "-7",
        "a",
        "7 ",
        "18446744073709551616",
    ] {
        assert_eq!(Version::new(text), None, "{text:?}");
    }
}

#[test]
fn a_uid_is_shown_as_it_was_written() {
    let text = "0b0f7f5e-3c55-4c0e-9a43-6a1f8b6f3f11";
    assert_eq!(Uid::read(text).to_string(), text);
    assert_ne!(Uid::read("1"), Uid::read("2"));
    // Longer texts must not make it fail.
    Uid::read(&"f".repeat(100));
}

#[test]
fn only_keys_of_ours_are_kept_and_only_labels_make_a_mark() {
    let labels = json!({ "app": "web", "saved": "3", "tarnfui.com/saved": "3" });
    let annotations = json!({ "tarnfui.io/saved": "3", "other": "x" });
    let object = edited(
        DEPLOYMENT,
        &[
            ("/metadata/labels", labels),
            ("/metadata/annotations", annotations),
        ],
    );
    let workload = observe(Kind::Deployment, object);
    assert_eq!(workload.mark, Mark::None);
    let problems = workload.own.unwrap().problems;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].key, "tarnfui.io/saved");
}

#[test]
fn an_edited_mark_is_unreadable_and_not_guessed_at() {
    for saved in ["", "0", "-3", "three", "3.0", "99999999999", "{\"a\":1}"] {
        let labels = json!({ "tarnfui.io/saved": saved });
        let object = edited(DEPLOYMENT, &[("/metadata/labels", labels)]);
        let mark = observe(Kind::Deployment, object).mark;
        assert_eq!(mark, Mark::Unreadable(saved.into()), "{saved:?}");
    }
}

#[test]
fn an_instant_is_kept_in_seconds_and_as_near_as_they_reach() {
    let kept = |text: &str| Second::of(text.parse().unwrap()).instant().to_string();
    assert_eq!(kept("2026-03-02T09:15:00.9Z"), "2026-03-02T09:15:00Z");
    assert_eq!(kept("1969-12-31T23:59:59Z"), "1970-01-01T00:00:00Z");
    assert_eq!(kept("2106-02-07T06:28:15Z"), "2106-02-07T06:28:15Z");
    assert_eq!(kept("2200-01-01T00:00:00Z"), "2106-02-07T06:28:15Z");
}

#[test]
fn the_controlling_owner_is_named_and_no_other() {
    let owners = |owners: Json| {
        let object = edited(DEPLOYMENT, &[("/metadata/ownerReferences", owners)]);
        observe(Kind::Deployment, object).controller
    };
    let owner = |kind: &str, controller: Json| json!({ "kind": kind, "name": "x", "uid": "1", "controller": controller });
    assert_eq!(owners(json!([])), None);
    assert_eq!(
        owners(json!([{ "kind": "A", "name": "x", "uid": "1" }])),
        None
    );
    assert_eq!(owners(json!([owner("A", json!(false))])), None);
    let two = json!([owner("A", json!(false)), owner("Rollout", json!(true))]);
    assert_eq!(owners(two).as_deref(), Some("Rollout/x"));
}

#[test]
fn an_object_that_is_being_deleted_says_so() {
    let deleted = ("/metadata/deletionTimestamp", json!("2026-11-23T10:00:00Z"));
    assert!(observe(Kind::Deployment, edited(DEPLOYMENT, &[deleted])).is_terminating);
}

#[test]
fn ready_means_against_the_current_replicas_and_spec() {
    let check = |edits: &[(&str, Json)], expect: bool| {
        let workload = observe(Kind::Deployment, edited(DEPLOYMENT, edits));
        assert_eq!(workload.is_ready(), expect, "{edits:?}");
    };
    check(&[], true);
    check(&[("/status/readyReplicas", json!(2))], false);
    check(&[("/status/readyReplicas", Json::Null)], false);
    check(&[("/spec/replicas", json!(4))], false);
    check(&[("/metadata/generation", json!(8))], false);
    check(
        &[
            ("/spec/replicas", json!(0)),
            ("/status/readyReplicas", Json::Null),
        ],
        true,
    );
}
