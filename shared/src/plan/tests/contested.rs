//! Who undoes our writes: the third reversal ends the attempts until the next transition.

use super::*;

use Stage::{Asleep, Awake, FallingAsleep, Waking};

fn woken(writes: u8) -> Item {
    deploy("web", 0)
        .saved("3")
        .memory(memory(false, false, writes))
}

#[test]
fn three_writes_and_no_fourth() {
    for writes in 0..MAX_WRITES {
        check(
            AWAKE,
            woken(writes),
            "restore deployment/web 3",
            Waking,
            &[],
        );
    }
    for writes in [MAX_WRITES, u8::MAX] {
        check(AWAKE, woken(writes), "", Asleep, &[Code::Contested]);
    }
    let released = |writes| {
        deploy("web", 2)
            .saved("3")
            .memory(memory(false, false, writes))
    };
    check(AWAKE, released(2), "release deployment/web", Awake, &[]);
    check(AWAKE, released(3), "", Awake, &[Code::Contested]);
    // In the direction of sleep the first reversal is already StartedByOther; without its memory:
    let slept = |writes| deploy("web", 3).memory(memory(true, false, writes));
    check(
        ASLEEP,
        slept(2),
        "sleep deployment/web 3 -> 0",
        FallingAsleep,
        &[],
    );
    check(ASLEEP, slept(3), "", Awake, &[Code::Contested]);
}

#[test]
fn a_transition_begins_anew() {
    let fought = deploy("web", 0).saved("3").memory(memory(true, true, 3));
    check(AWAKE, fought, "restore deployment/web 3", Waking, &[]);
    let fought = deploy("web", 3).memory(memory(false, false, 3));
    check(
        ASLEEP,
        fought,
        "sleep deployment/web 3 -> 0",
        FallingAsleep,
        &[],
    );
}

#[test]
fn only_writes_of_ours_that_the_server_took_are_counted() {
    let none = Memory::default();
    let to = Value::Replicas(0);
    let sleep = Op::Sleep {
        saved: Value::Replicas(3),
        to,
    };
    assert_eq!(none.after_write(sleep), memory(false, true, 1));
    assert_eq!(
        none.after_write(Op::Restore { to }),
        memory(false, false, 1)
    );
    assert_eq!(none.after_write(Op::Release), memory(false, false, 1));
    assert_eq!(none.after_write(Op::HandOver { entry: 0 }), none);
    assert_eq!(
        memory(true, true, u8::MAX).after_write(Op::Release).writes,
        u8::MAX
    );
}

#[test]
fn the_manager_that_did_it_and_the_setting_that_ends_it_are_named() {
    let told = |manager: &str| {
        let item = woken(3).owned_by(manager, "Update");
        plan_at(now(), AWAKE, &[item]).problems[0].to_string()
    };
    let start = |manager: &str| {
        format!(
            "deployment/web: spec.replicas: {manager:?} undid 3 writes; no more are made until \
             the next transition; hint: "
        )
    };
    assert_eq!(
        told("argocd-controller"),
        start("argocd-controller")
            + "in the Argo CD Application, add /spec/replicas to ignoreDifferences and set \
               RespectIgnoreDifferences=true"
    );
    for flux in ["kustomize-controller", "helm-controller"] {
        let hint = "take spec.replicas out of the manifests that Flux applies";
        assert_eq!(told(flux), start(flux) + hint);
    }
    let hint = "take spec.replicas and the label tarnfui.io/saved out of what it writes";
    assert_eq!(told("helm"), start("helm") + hint);
    let nobody = plan_at(now(), AWAKE, &[woken(3)]).problems[0].to_string();
    assert_eq!(nobody, start("somebody") + hint);
}

#[test]
fn a_contested_look_plans_no_other_one() {
    let plan = plan_at(now(), AWAKE, &[woken(3)]);
    assert_eq!(plan.next_transition, None);
    assert_eq!(plan.outlooks[0].memory, memory(false, false, 3));
}

#[test]
fn what_was_seen_at_rest_is_remembered_for_this_sleep() {
    let seen =
        |rules: &[(&str, &str)], item: Item| plan_at(now(), rules, &[item]).outlooks[0].memory;
    assert_eq!(seen(ASLEEP, deploy("web", 0)), memory(true, true, 0));
    assert_eq!(
        seen(ASLEEP, deploy("web", 0).saved("3")),
        memory(true, true, 0)
    );
    assert_eq!(seen(ASLEEP, deploy("web", 3)), memory(true, false, 0));
    assert_eq!(seen(AWAKE, deploy("web", 0)), memory(false, false, 0));
    let slept = memory(true, true, 2);
    assert_eq!(seen(ASLEEP, deploy("web", 0).memory(slept)), slept);
    assert_eq!(
        seen(AWAKE, deploy("web", 3).memory(slept)),
        Memory::default()
    );
    assert_eq!(
        seen(NO_RULE, deploy("web", 3).memory(slept)),
        Memory::default()
    );
}

#[test]
fn a_restore_that_may_have_landed_is_no_start_of_somebody_else() {
    let restore = Op::Restore {
        to: Value::Replicas(3),
    };
    let sleep = Op::Sleep {
        saved: Value::Replicas(3),
        to: Value::Replicas(0),
    };
    let version = |text: &str| Version::new(text).unwrap();
    let slept = memory(true, true, 1);
    let doubted = Memory {
        doubted: Some(version("7")),
        ..memory(true, false, 1)
    };
    assert_eq!(slept.after_attempt(restore, version("7")), doubted);
    assert_eq!(slept.after_write(restore), memory(true, false, 2));
    assert_eq!(slept.after_attempt(sleep, version("7")), slept);

    // At the version that the restore was made on nothing is known, whatever is decided meanwhile.
    let seen = |rules: &[(&str, &str)], item: Item, version: &str| {
        let item = item.set("/metadata/resourceVersion", json!(version));
        plan_at(now(), rules, &[item]).outlooks[0].memory
    };
    let asleep = |memory: Memory| deploy("web", 0).saved("3").memory(memory);
    assert_eq!(seen(ASLEEP, asleep(doubted), "7"), doubted);
    let day = seen(AWAKE, asleep(doubted), "7");
    assert_eq!(day.doubted, doubted.doubted);
    assert!(!seen(ASLEEP, asleep(day), "7").has_rested);
    // Another version says whether it landed.
    assert_eq!(seen(ASLEEP, asleep(doubted), "8"), memory(true, true, 1));
    let landed = deploy("web", 3).memory(doubted);
    let again = "sleep deployment/web 3 -> 0";
    check(ASLEEP, landed, again, FallingAsleep, &[]);
}

/// A leader whose lists are behind sees another leader's restore only after the night has begun: who
/// changed the field last says that nobody started it.
#[test]
fn a_restore_by_another_replica_is_no_start_of_somebody_else() {
    let web = |manager: &str| {
        let web = deploy("web", 3).memory(memory(true, true, 0));
        web.owned_by(manager, "Update")
    };
    check(
        ASLEEP,
        web("tarnfui"),
        "sleep deployment/web 3 -> 0",
        FallingAsleep,
        &[],
    );
    check(ASLEEP, web("kubectl"), "", Awake, &[Code::StartedByOther]);
}

/// A replica that stood still from one night into the next looked at no transition: what somebody
/// scaled by day was seen at rest in another sleep, and sleeps in this one.
#[test]
fn a_day_that_nobody_looked_at_ends_the_night_before_it() {
    let hours = &[("schedule", "daily 08:00-20:00 UTC")][..];
    let at = |text: &str| format!("2026-11-{text}:00Z").parse::<Timestamp>().unwrap();
    let look = |now: &str, item: Item| plan_at(at(now), hours, &[item]).outlooks[0].memory;
    let night = look("23T22:00", deploy("web", 0).saved("3"));
    assert_eq!(
        (night.has_rested, night.until),
        (true, seconds(at("24T08:00")))
    );
    let started = || deploy("web", 5).owned_by("kubectl", "Update");

    // In the same night, and at its very end.
    let same = look("24T07:59", started().memory(night));
    assert!(same.has_rested);
    assert!(!look("24T08:00", started().memory(night)).has_rested);
    // In the next.
    let plan = plan_at(at("24T20:01"), hours, &[started().memory(night)]);
    assert_eq!(done(&plan), ["sleep deployment/web 5 -> 0"]);
    assert!(!plan.outlooks[0].memory.has_rested);
}

/// The end of an order in the middle of a night changes the reason, and not the night.
#[test]
fn an_end_that_changes_the_reason_alone_ends_no_night() {
    let ordered = &[
        ("schedule", "daily 08:00-20:00 UTC"),
        ("asleep-until", "2026-11-24T02:00:00Z"),
    ][..];
    let at = |text: &str| format!("2026-11-{text}:00Z").parse::<Timestamp>().unwrap();
    let item = || deploy("web", 0).saved("3");
    let night = plan_at(at("23T22:00"), ordered, &[item()]).outlooks[0].memory;
    assert_eq!(night.until, seconds(at("24T02:00")));
    let after = plan_at(at("24T03:00"), ordered, &[deploy("web", 5).memory(night)]);
    assert!(after.outlooks[0].memory.has_rested);
}
