//! Every cell of the table: what was seen, asleep and not.

use super::*;

use Stage::{Asleep, AtRest, Awake, FallingAsleep, Waking};

/// The column "awake or unmanaged": whatever the reason, the same is done.
#[track_caller]
fn not_asleep(item: &Item, change: &str, stage: Stage, problems: &[Code]) {
    check(AWAKE, item.clone(), change, stage, problems);
    check(NO_RULE, item.clone(), change, stage, problems);
    let excluded = [("schedule", "never"), ("exclude", "true")];
    check(&excluded, item.clone(), change, stage, problems);
    let dropped = Item {
        is_handled: false,
        ..item.clone()
    };
    check(ASLEEP, dropped, change, stage, problems);
    let own = item.clone().with("exclude", "true");
    check(ASLEEP, own, change, stage, problems);
}

#[test]
fn no_mark_and_running() {
    check(
        ASLEEP,
        deploy("web", 3),
        "sleep deployment/web 3 -> 0",
        FallingAsleep,
        &[],
    );
    check(
        ORDERED,
        deploy("web", 3),
        "sleep deployment/web 3 -> 0",
        FallingAsleep,
        &[],
    );
    check(
        ASLEEP,
        sts("db", 1),
        "sleep statefulset/db 1 -> 0",
        FallingAsleep,
        &[],
    );
    check(
        ASLEEP,
        cron("report", false),
        "sleep cronjob/report false -> true",
        FallingAsleep,
        &[],
    );
    not_asleep(&deploy("web", 3), "", Awake, &[]);
    not_asleep(&cron("report", false), "", Awake, &[]);
}

#[test]
fn no_mark_and_at_rest_is_not_ours() {
    for item in [deploy("web", 0), sts("db", 0), cron("report", true)] {
        check(ASLEEP, item.clone(), "", AtRest, &[]);
        not_asleep(&item, "", AtRest, &[]);
    }
    // At or under the value it would sleep at.
    for replicas in [1, 2] {
        let floor = deploy("web", replicas).with("sleep-replicas", "2");
        check(ASLEEP, floor.clone(), "", AtRest, &[]);
        not_asleep(&floor, "", Awake, &[]);
    }
}

#[test]
fn a_mark_and_not_running() {
    let web = deploy("web", 0).saved("3");
    check(ASLEEP, web.clone(), "", Asleep, &[]);
    not_asleep(&web, "restore deployment/web 3", Waking, &[]);
    let report = cron("report", true).saved("false");
    check(ASLEEP, report.clone(), "", Asleep, &[]);
    not_asleep(&report, "restore cronjob/report false", Waking, &[]);
    // At the floor it was put to, and under it.
    for replicas in [0, 1] {
        let floor = deploy("web", replicas).saved("3").label("asleep-at", "1");
        check(ASLEEP, floor.clone(), "", Asleep, &[]);
        not_asleep(&floor, "restore deployment/web 3", Waking, &[]);
    }
}

#[test]
fn a_mark_and_running_is_somebody_elses_will() {
    for replicas in [1, 3, 9] {
        let web = deploy("web", replicas).saved("3");
        check(ASLEEP, web.clone(), "", Awake, &[Code::StartedByOther]);
        check(ORDERED, web.clone(), "", Awake, &[Code::StartedByOther]);
        not_asleep(&web, "release deployment/web", Awake, &[]);
    }
    let floor = deploy("web", 2).saved("3").label("asleep-at", "1");
    check(ASLEEP, floor.clone(), "", Awake, &[Code::StartedByOther]);
    not_asleep(&floor, "release deployment/web", Awake, &[]);
    let report = cron("report", false).saved("false");
    check(ASLEEP, report.clone(), "", Awake, &[Code::StartedByOther]);
    not_asleep(&report, "release cronjob/report", Awake, &[]);
}

#[test]
fn no_mark_and_running_but_at_rest_earlier_in_this_sleep() {
    let web = deploy("web", 3).memory(memory(true, true, 0));
    check(ASLEEP, web.clone(), "", Awake, &[Code::StartedByOther]);
    check(ORDERED, web.clone(), "", Awake, &[Code::StartedByOther]);
    not_asleep(&web, "", Awake, &[]);
    // Of another sleep, and of the day between, nothing is remembered.
    let day = deploy("web", 3).memory(memory(false, true, 0));
    check(
        ASLEEP,
        day,
        "sleep deployment/web 3 -> 0",
        FallingAsleep,
        &[],
    );
}

#[test]
fn a_mark_that_cannot_be_read() {
    for saved in ["", "0", "-1", "many"] {
        for replicas in [0, 3] {
            let web = deploy("web", replicas).saved(saved);
            let stage = if replicas == 0 { AtRest } else { Awake };
            check(ASLEEP, web.clone(), "", stage, &[Code::SavedUnreadable]);
            check(ORDERED, web.clone(), "", stage, &[Code::SavedUnreadable]);
            not_asleep(&web, "", stage, &[Code::SavedUnreadable]);
        }
    }
    let web = deploy("web", 1).saved("3").label("asleep-at", "x");
    not_asleep(&web, "", Awake, &[Code::SavedUnreadable]);
}

#[test]
fn no_mark_and_at_rest_by_our_hand() {
    let web = deploy("web", 0).owned_by("tarnfui", "Update");
    check(ASLEEP, web.clone(), "", AtRest, &[Code::SavedMissing]);
    not_asleep(&web, "", AtRest, &[Code::SavedMissing]);
    let report = cron("report", true).owned_by("tarnfui", "Update");
    check(ASLEEP, report.clone(), "", AtRest, &[Code::SavedMissing]);
    not_asleep(&report, "", AtRest, &[Code::SavedMissing]);
    // Running, it was restored by us and all is well.
    not_asleep(
        &deploy("web", 3).owned_by("tarnfui", "Update"),
        "",
        Awake,
        &[],
    );
    // Put there by somebody else since.
    not_asleep(
        &deploy("web", 0).owned_by("kubectl", "Update"),
        "",
        AtRest,
        &[],
    );
}

#[test]
fn what_is_said_names_who_and_what_next() {
    let told =
        |rules: &[(&str, &str)], item: Item| plan_at(now(), rules, &[item]).problems[0].to_string();
    assert_eq!(
        told(
            ASLEEP,
            deploy("web", 3).saved("3").owned_by("kubectl", "Update")
        ),
        "deployment/web: spec.replicas: was started by \"kubectl\" while it should sleep, and is \
         left as it is; hint: kubectl tarnfui wake says how long; tarnfui.io/exclude: \"true\" \
         keeps it out"
    );
    assert_eq!(
        told(ASLEEP, deploy("web", 0).saved("many")),
        "deployment/web: tarnfui.io/saved: \"many\": expected a whole number above what it sleeps \
         at; nothing is written; hint: set spec.replicas and take the label away"
    );
    assert_eq!(
        told(AWAKE, cron("report", true).saved("true")),
        "cronjob/report: tarnfui.io/saved: \"true\": expected false; nothing is written; \
         hint: set spec.suspend and take the label away"
    );
    assert_eq!(
        told(AWAKE, deploy("web", 0).owned_by("tarnfui", "Update")),
        "deployment/web: tarnfui.io/saved: was put to sleep, and its mark is gone; nothing is \
         written; hint: set spec.replicas to what it was"
    );
}

#[test]
fn the_value_written_is_the_smaller_of_current_and_floor() {
    let floor = |replicas, floor: &str| deploy("web", replicas).with("sleep-replicas", floor);
    check(
        ASLEEP,
        floor(5, "2"),
        "sleep deployment/web 5 -> 2",
        FallingAsleep,
        &[],
    );
    check(
        ASLEEP,
        floor(5, "0"),
        "sleep deployment/web 5 -> 0",
        FallingAsleep,
        &[],
    );
    // Never scaled up to sleep.
    check(ASLEEP, floor(1, "2"), "", AtRest, &[]);
    check(ASLEEP, floor(5, "2147483647"), "", AtRest, &[]);
    // A CronJob has no replicas.
    let report = cron("report", false).with("sleep-replicas", "2");
    check(
        ASLEEP,
        report,
        "sleep cronjob/report false -> true",
        FallingAsleep,
        &[],
    );
}

#[test]
fn a_floor_that_changes_while_asleep_changes_nothing() {
    for floor in ["0", "1", "2", "5"] {
        let web = deploy("web", 1)
            .saved("3")
            .label("asleep-at", "1")
            .with("sleep-replicas", floor);
        check(ASLEEP, web.clone(), "", Asleep, &[]);
        not_asleep(&web, "restore deployment/web 3", Waking, &[]);
    }
    let web = deploy("web", 0).saved("3").with("sleep-replicas", "2");
    check(ASLEEP, web, "", Asleep, &[]);
}

#[test]
fn a_copied_mark_is_valid_where_it_lies() {
    let web = deploy("copy", 0).saved("3").owned_by("kubectl", "Update");
    check(ASLEEP, web.clone(), "", Asleep, &[]);
    not_asleep(&web, "restore deployment/copy 3", Waking, &[]);
}

#[test]
fn a_schedule_of_its_own_is_for_that_workload_only() {
    let items = [
        deploy("api", 2),
        deploy("web", 3).with("schedule", "always"),
        deploy("zoo", 0).saved("4").with("schedule", "always"),
    ];
    let plan = plan_at(now(), ASLEEP, &items);
    assert_eq!(
        done(&plan),
        ["restore deployment/zoo 4", "sleep deployment/api 2 -> 0"]
    );
    let alone = [deploy("api", 2), deploy("web", 3).with("schedule", "never")];
    assert_eq!(
        done(&plan_at(now(), NO_RULE, &alone)),
        ["sleep deployment/web 3 -> 0"]
    );
    // A fault of its own keeps only it awake.
    let bad = [deploy("api", 2), deploy("web", 3).with("schedule", "?")];
    assert_eq!(
        done(&plan_at(now(), ASLEEP, &bad)),
        ["sleep deployment/api 2 -> 0"]
    );
}
