//! How far a rollout is.

use super::*;

#[test]
fn a_deployment_in_each_stage() {
    let check = |edits: &[(&str, Json)], expect: Rollout| {
        let workload = observe(Kind::Deployment, edited(DEPLOYMENT, edits));
        assert_eq!(workload.rollout, expect, "{edits:?}");
    };
    let progressing = |reason: &str| {
        let condition = json!([{ "type": "Progressing", "status": "True", "reason": reason }]);
        ("/status/conditions", condition)
    };
    let half = [
        ("/status/replicas", json!(4)),
        ("/status/updatedReplicas", json!(1)),
    ];
    let with = |more: (&'static str, Json)| [half[0].clone(), half[1].clone(), more];
    check(&[], Rollout::Settled);
    check(&[("/metadata/generation", json!(8))], Rollout::Unobserved);
    check(&half, Rollout::UnderWay);
    check(&with(progressing("ReplicaSetUpdated")), Rollout::UnderWay);
    check(
        &with(progressing("ProgressDeadlineExceeded")),
        Rollout::Stuck,
    );
    check(&with(("/spec/paused", json!(true))), Rollout::Held);
    check(&with(("/spec/paused", json!(false))), Rollout::UnderWay);
    // The new revision has all the pods, ready or not: nothing would be lost.
    check(&[progressing("ProgressDeadlineExceeded")], Rollout::Settled);
    check(&[("/status/readyReplicas", json!(0))], Rollout::Settled);
    check(&[("/spec/paused", json!(true))], Rollout::Settled);
    // Pods of the old revision alone, as while it is recreated.
    check(
        &[("/status/updatedReplicas", Json::Null)],
        Rollout::UnderWay,
    );
    // Asleep, in the middle of one.
    let none = [
        ("/status/replicas", Json::Null),
        ("/status/updatedReplicas", Json::Null),
    ];
    check(&none, Rollout::Settled);
    // The spec changed, and paused and stuck are of the one before.
    check(
        &[
            ("/metadata/generation", json!(8)),
            progressing("ProgressDeadlineExceeded"),
        ],
        Rollout::Unobserved,
    );
}

#[test]
fn another_condition_with_that_reason_is_no_deadline() {
    let conditions = json!([{ "type": "Available", "reason": "ProgressDeadlineExceeded" }]);
    let edits = [
        ("/status/replicas", json!(4)),
        ("/status/updatedReplicas", json!(1)),
        ("/status/conditions", conditions),
    ];
    let workload = observe(Kind::Deployment, edited(DEPLOYMENT, &edits));
    assert_eq!(workload.rollout, Rollout::UnderWay);
}

#[test]
fn a_stateful_set_in_each_stage() {
    let check = |edits: &[(&str, Json)], expect: Rollout| {
        let workload = observe(Kind::StatefulSet, edited(STATEFUL_SET, edits));
        assert_eq!(workload.rollout, expect, "{edits:?}");
    };
    // Behind its partition.
    check(&[], Rollout::Held);
    check(&[("/status/updatedReplicas", json!(3))], Rollout::Settled);
    check(&[("/status/updatedReplicas", Json::Null)], Rollout::Held);
    check(
        &[("/status/currentRevision", json!("db-7d10"))],
        Rollout::Settled,
    );
    check(&[("/metadata/generation", json!(5))], Rollout::Unobserved);
    // A Deployment's deadline means nothing here.
    let conditions = json!([{ "type": "Progressing", "reason": "ProgressDeadlineExceeded" }]);
    check(&[("/status/conditions", conditions)], Rollout::Held);
    check(
        &[
            ("/status/replicas", json!(0)),
            ("/status/updatedReplicas", json!(0)),
        ],
        Rollout::Settled,
    );
}

#[test]
fn a_cron_job_has_none() {
    let object = edited(CRON_JOB, &[("/metadata/generation", json!(99))]);
    assert_eq!(observe(Kind::CronJob, object).rollout, Rollout::Settled);
}

#[test]
fn only_an_unobserved_status_says_nothing() {
    assert!(!Rollout::Unobserved.is_observed());
    for rollout in [
        Rollout::Settled,
        Rollout::UnderWay,
        Rollout::Held,
        Rollout::Stuck,
    ] {
        assert!(rollout.is_observed());
    }
}
