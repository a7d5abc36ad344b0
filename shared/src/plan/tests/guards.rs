//! What speaks against putting a workload to sleep, and what is released before it leaves our care.

use super::*;

use Stage::{Asleep, Awake, FallingAsleep, Kept, Waking};

const SLEEPS: &str = "sleep deployment/web 3 -> 0";

#[test]
fn a_workload_younger_than_grace_is_not_put_to_sleep() {
    let born = |at: &str| deploy("web", 3).set("/metadata/creationTimestamp", json!(at));
    let look = |item: Item, rules: &[(&str, &str)]| plan_at(now(), rules, &[item]);
    let young = look(born("2026-11-23T11:45:01Z"), ASLEEP);
    assert_eq!((done(&young), young.outlooks[0].stage), (vec![], Kept));
    assert_eq!(young.outlooks[0].grace_until, young.next_transition);
    assert_eq!(young.next_transition, "2026-11-23T12:00:01Z".parse().ok());
    assert_eq!(codes(&young), []);
    check(
        ASLEEP,
        born("2026-11-23T11:45:00Z"),
        SLEEPS,
        FallingAsleep,
        &[],
    );
    let hour = [("schedule", "never"), ("grace", "1h")];
    check(&hour, born("2026-11-23T11:00:01Z"), "", Kept, &[]);
    check(
        &hour,
        born("2026-11-23T11:00:00Z"),
        SLEEPS,
        FallingAsleep,
        &[],
    );
    // A person's order does not wait.
    check(ORDERED, born(NOW), SLEEPS, FallingAsleep, &[]);
    // And a wake never does.
    let asleep = born(NOW).set("/spec/replicas", json!(0)).saved("3");
    check(AWAKE, asleep, "restore deployment/web 3", Waking, &[]);
    // A clock that is ahead delays by no more than it is ahead.
    check(ASLEEP, born("2027-01-01T00:00:00Z"), "", Kept, &[]);
}

#[test]
fn a_rollout_under_way_is_not_put_to_sleep_by_a_rule() {
    let rolling = |item: Item| {
        item.set("/status/replicas", json!(4))
            .set("/status/updatedReplicas", json!(1))
    };
    let unobserved = deploy("web", 3).set("/metadata/generation", json!(2));
    let held = rolling(deploy("web", 3)).set("/spec/paused", json!(true));
    for item in [unobserved, rolling(deploy("web", 3)), held] {
        check(ASLEEP, item.clone(), "", Kept, &[Code::RolloutInProgress]);
        check(ORDERED, item.clone(), SLEEPS, FallingAsleep, &[]);
        check(AWAKE, item, "", Awake, &[]);
    }
    let partitioned = rolling(sts("db", 3))
        .set("/status/currentRevision", json!("a"))
        .set("/status/updateRevision", json!("b"));
    check(ASLEEP, partitioned, "", Kept, &[Code::RolloutInProgress]);
}

#[test]
fn a_rollout_past_its_deadline_is_put_to_sleep_and_said() {
    let stuck = deploy("web", 3)
        .set("/status/replicas", json!(4))
        .set("/status/updatedReplicas", json!(1))
        .set(
            "/status/conditions",
            json!([{ "type": "Progressing", "reason": "ProgressDeadlineExceeded" }]),
        );
    check(
        ASLEEP,
        stuck.clone(),
        SLEEPS,
        FallingAsleep,
        &[Code::RolloutStuck],
    );
    check(ORDERED, stuck, SLEEPS, FallingAsleep, &[]);
}

#[test]
fn a_sleeper_or_a_wake_never_waits_for_a_rollout() {
    let asleep = deploy("web", 0)
        .saved("3")
        .set("/metadata/generation", json!(9));
    check(ASLEEP, asleep.clone(), "", Asleep, &[]);
    check(AWAKE, asleep, "restore deployment/web 3", Waking, &[]);
}

#[test]
fn volumes_are_never_deleted() {
    let policy = json!({ "whenDeleted": "Retain", "whenScaled": "Delete" });
    let db = sts("db", 3).set("/spec/persistentVolumeClaimRetentionPolicy", policy);
    check(ASLEEP, db.clone(), "", Kept, &[Code::WouldDeleteVolumes]);
    check(ORDERED, db.clone(), "", Kept, &[Code::WouldDeleteVolumes]);
    check(
        ASLEEP,
        db.clone().with("sleep-replicas", "1"),
        "",
        Kept,
        &[Code::WouldDeleteVolumes],
    );
    check(AWAKE, db.clone(), "", Awake, &[]);
    // What sleeps already comes back.
    let asleep = db.set("/spec/replicas", json!(0)).saved("3");
    check(ASLEEP, asleep.clone(), "", Asleep, &[]);
    check(AWAKE, asleep, "restore statefulset/db 3", Waking, &[]);
}

#[test]
fn the_target_of_an_autoscaler_rests_at_0_or_not_at_all() {
    let scaled = |replicas| Item {
        autoscaler: Some("web"),
        ..deploy("web", replicas)
    };
    check(ASLEEP, scaled(3), SLEEPS, FallingAsleep, &[]);
    check(
        ASLEEP,
        scaled(3).with("sleep-replicas", "0"),
        SLEEPS,
        FallingAsleep,
        &[],
    );
    let floor = scaled(3).with("sleep-replicas", "1");
    check(
        ASLEEP,
        floor.clone(),
        "",
        Kept,
        &[Code::FloorUnderAutoscaler],
    );
    check(ORDERED, floor, "", Kept, &[Code::FloorUnderAutoscaler]);
    // Its later changes are not drift, and what it started is left.
    check(AWAKE, scaled(7), "", Awake, &[]);
    check(
        AWAKE,
        scaled(0).saved("3"),
        "restore deployment/web 3",
        Waking,
        &[],
    );
}

#[test]
fn a_run_that_was_missed_is_said_beforehand() {
    let report = |suspend: bool| item(Kind::CronJob, "report", &json!({ "suspend": suspend }));
    let will = &[Code::WillCatchUp];
    check(
        ASLEEP,
        report(false),
        "sleep cronjob/report false -> true",
        FallingAsleep,
        will,
    );
    check(ASLEEP, report(true).saved("false"), "", Asleep, will);
    check(
        AWAKE,
        report(true).saved("false"),
        "restore cronjob/report false",
        Waking,
        &[],
    );
    check(AWAKE, report(false), "", Awake, &[]);
    check(ASLEEP, report(true), "", Stage::AtRest, &[]);
}

#[test]
fn what_an_owner_controls_is_released_and_then_not_touched() {
    let parent = json!([{ "kind": "Rollout", "name": "web", "uid": "1", "controller": true }]);
    let owned = |item: Item| item.set("/metadata/ownerReferences", parent.clone());
    for rules in [ASLEEP, ORDERED] {
        check(
            rules,
            owned(deploy("web", 3)),
            "",
            Awake,
            &[Code::OwnedByOther],
        );
        check(
            rules,
            owned(deploy("web", 0).saved("3")),
            "restore deployment/web 3",
            Waking,
            &[Code::OwnedByOther],
        );
        check(
            rules,
            owned(deploy("web", 2).saved("3")),
            "release deployment/web",
            Awake,
            &[Code::OwnedByOther],
        );
    }
}

#[test]
fn an_owner_is_no_news_where_nothing_would_be_done_anyway() {
    let parent = json!([{ "kind": "Rollout", "name": "web", "uid": "1", "controller": true }]);
    let owned = deploy("web", 3).set("/metadata/ownerReferences", parent);
    check(NO_RULE, owned.clone(), "", Awake, &[]);
    check(
        &[("schedule", "never"), ("exclude", "true")],
        owned.clone(),
        "",
        Awake,
        &[],
    );
    check(
        ASLEEP,
        owned.clone().with("exclude", "true"),
        "",
        Awake,
        &[],
    );
    check(AWAKE, owned, "", Awake, &[Code::OwnedByOther]);
}

#[test]
fn an_entry_to_be_taken_out_goes_once_nothing_else_is_due() {
    let ours = |item: Item| item.owned_by("tarnfui-handover", "Update");
    let gone = "handover deployment/web 0";
    check(ASLEEP, ours(deploy("web", 0).saved("3")), gone, Asleep, &[]);
    // Who refuses to have it taken out must not keep the workload from waking.
    let wake = "restore deployment/web 3";
    check(AWAKE, ours(deploy("web", 0).saved("3")), wake, Waking, &[]);
    check(AWAKE, ours(deploy("web", 3)), gone, Awake, &[]);
    check(NO_RULE, ours(deploy("web", 3)), gone, Awake, &[]);
    let dropped = Item {
        is_handled: false,
        ..ours(deploy("web", 3))
    };
    check(ASLEEP, dropped, gone, Awake, &[]);
}

#[test]
fn where_an_applier_owns_the_field_the_write_is_to_be_handed_over() {
    let applied = |item: Item| item.owned_by("flux", "Apply");
    let look = |rules: &[(&str, &str)], item: Item| plan_at(now(), rules, &[item]).changes;
    let changes = look(ASLEEP, applied(deploy("web", 3)));
    assert!(changes[0].is_handed_over);
    assert_eq!(changes[0].patch().manager, "tarnfui-handover");
    assert!(look(AWAKE, applied(deploy("web", 0).saved("3")))[0].is_handed_over);
    let updated = deploy("web", 3).owned_by("helm", "Update");
    assert!(!look(ASLEEP, updated)[0].is_handed_over);
}

#[test]
fn exclusions_and_dropped_kinds_are_released() {
    let asleep = deploy("web", 0).saved("3");
    let mut plan = plan_at(
        now(),
        ASLEEP,
        &[Item {
            is_handled: false,
            ..asleep
        }],
    );
    assert_eq!(done(&plan), ["restore deployment/web 3"]);
    let outlook = plan.outlooks.remove(0);
    let decision = (outlook.decision.state, outlook.decision.reason);
    assert_eq!(decision, (State::Unmanaged, Reason::NoRule));
    assert_eq!(
        plan.decision.unwrap().state,
        State::Asleep,
        "the namespace sleeps on"
    );
}
