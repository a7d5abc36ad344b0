//! `status` in the hands of scripts, of people with few rights, and on narrow and coloured terminals.

use kubectl_tarnfui::Exit;
use serde_json::json;

use crate::world::{PARIS, SUNDAY, World, shop, world};

const QUIET: &str = "1 namespace: 1 asleep\n";

#[test]
fn the_exit_code_says_whether_something_is_wrong() {
    let check = |world: World, command: &str, expect: Exit| {
        let ran = world.run(SUNDAY, command);
        assert_eq!(ran.exit, expect, "{command}: {ran:?}");
        ran.wrote_nothing();
    };
    let bad = || shop().namespace("bad", &[("shedule", "always")]);
    check(shop(), "status --exit-code", Exit::Done);
    check(world(), "status --exit-code", Exit::Done);
    // A problem, a state that can't be known, and a gap.
    check(bad(), "status --exit-code", Exit::NotMet);
    check(bad(), "status --exit-code -o json", Exit::NotMet);
    check(
        shop().config("paused: true"),
        "status --exit-code",
        Exit::NotMet,
    );
    check(
        shop().config("defualts: {}"),
        "status --exit-code",
        Exit::NotMet,
    );
    check(
        shop().forbid("list cronjobs"),
        "status --exit-code",
        Exit::NotMet,
    );
    // Without being asked for it stays out of the way; and only what is shown counts.
    check(bad(), "status", Exit::Done);
    check(bad(), "status shop --exit-code", Exit::Done);
    // What is only worth knowing is not wrong.
    let misleading = [("schedule", "Mon-Fri 08:00-24:00")];
    check(
        world().namespace("late", &misleading),
        "status --exit-code",
        Exit::Done,
    );
    // A failure stays one.
    check(bad(), "status nowhere bad --exit-code", Exit::Failed);
}

#[test]
fn one_that_is_being_deleted_is_not_wrong() {
    let going = shop().with(|fake| {
        let shop = fake.objects.get_mut("/api/v1/namespaces/shop").unwrap();
        shop["metadata"]["deletionTimestamp"] = json!("2026-11-22T11:59:00Z");
    });
    let ran = going.run(SUNDAY, "status --exit-code --no-headers");
    ran.shows(
        Exit::Done,
        "shop   -   Terminating   -   0/0   -   -\n",
        "1 namespace: 1 unknown\n",
    );
}

#[test]
fn where_not_all_may_be_listed_the_contexts_is_shown() {
    let world = shop()
        .namespace("default", &PARIS)
        .asleep("default", "web", "2")
        .forbid("list namespaces");
    let ran = world.run(SUNDAY, "status --no-headers");
    ran.shows(
        Exit::Done,
        "default   Asleep   OffHours   19h (Mon 08:00 CET)   1/1   2   -\n\n\
         deployment/web   Asleep   OffHours   Asleep   0/0   2\n",
        "problem: only default is looked at, the context's namespace: may not list namespaces\n\
         hint: name a namespace that you may read; kubectl auth can-i list namespaces -A\n",
    );
    let json = world.run(SUNDAY, "status -o json --exit-code");
    assert!(json.out.contains("\"what\": \"namespaces\""), "{json:?}");
    assert_eq!(json.exit, Exit::NotMet);
    // Who asks for all in so many words is not given a part.
    for command in ["status -A", "status -l team=shop"] {
        world.run(SUNDAY, command).shows(
            Exit::Failed,
            "",
            "error: may not list namespaces\n\
             hint: name a namespace that you may read; kubectl auth can-i list namespaces -A\n",
        );
    }
    // And where that one may not be read either, that is what is said, and nothing of its workloads.
    let none = world
        .forbid("get namespaces")
        .forbid("list deployments")
        .run(SUNDAY, "status");
    none.shows(
        Exit::Failed,
        "",
        "problem: only default is looked at, the context's namespace: may not list namespaces\n\
         hint: name a namespace that you may read; kubectl auth can-i list namespaces -A\n\
         error: may not get namespace \"default\"\n\
         hint: kubectl auth can-i get namespaces/default -n default\n",
    );
}

#[test]
fn long_names_are_cut_in_their_middle_on_a_terminal_and_never_in_a_pipe() {
    let name = "customer-portal-integration-tests-eu-west-1-staging";
    let world = world().namespace(name, &PARIS);
    world.clone().terminal(80, "").run(SUNDAY, "status").shows(
        Exit::Done,
        "\
NAMESPACE                 STATE      WHY        NEXT                  ASLEEP/ALL
customer-po…t-1-staging   ○ Asleep   OffHours   19h (Mon 08:00 CET)   0/0
",
        QUIET,
    );
    world
        .clone()
        .terminal(200, "")
        .run(SUNDAY, "status --no-headers")
        .shows(
            Exit::Done,
            &format!("{name}   ○ Asleep   OffHours   19h (Mon 08:00 CET)   0/0   -   -\n"),
            QUIET,
        );
    world.run(SUNDAY, "status --no-headers").shows(
        Exit::Done,
        &format!("{name}   Asleep   OffHours   19h (Mon 08:00 CET)   0/0   -   -\n"),
        QUIET,
    );
}

#[test]
fn colour_is_for_terminals_that_take_it_and_for_who_insists() {
    let painted = "\
\u{1b}[1mNAMESPACE\u{1b}[0m   \u{1b}[1mSTATE\u{1b}[0m     \u{1b}[1mWHY\u{1b}[0m            \
\u{1b}[1mNEXT\u{1b}[0m   \u{1b}[1mASLEEP/ALL\u{1b}[0m   \u{1b}[1mSAVED\u{1b}[0m   \u{1b}[1mOVERRIDE\u{1b}[0m
bad         \u{1b}[32m● Awake\u{1b}[0m   \u{1b}[31mInvalidRules\u{1b}[0m   -      0/0          -       -
";
    let world = world().namespace("bad", &[("schedule", "Mo-Fri 8:00-18:00")]);
    let on = world.clone().terminal(120, "").colored();
    assert_eq!(on.run(SUNDAY, "status").out, painted);
    assert!(
        !on.run(SUNDAY, "status --color never")
            .out
            .contains('\u{1b}')
    );
    // A terminal without colour, a pipe, and a pipe to something that shows it.
    let plain = world.clone().terminal(120, "");
    assert!(!plain.run(SUNDAY, "status").out.contains('\u{1b}'));
    assert!(!world.run(SUNDAY, "status").out.contains('\u{1b}'));
    let forced = world.run(SUNDAY, "status --color always --no-headers");
    forced.shows(
        Exit::Done,
        "bad   \u{1b}[32mAwake\u{1b}[0m   \u{1b}[31mInvalidRules\u{1b}[0m   -   0/0   -   -\n",
        "1 namespace: 1 awake\n1 with problems: kubectl tarnfui status bad\n",
    );
    // Documents and names are for programs.
    for output in ["json", "yaml", "name"] {
        let ran = on.run(SUNDAY, &format!("status -o {output} --color always"));
        assert!(!ran.out.contains('\u{1b}'), "{ran:?}");
    }
}

#[test]
fn wide_says_what_the_sleepers_set_free() {
    let pod = json!({ "spec": { "containers": [
        { "resources": { "requests": { "cpu": "250m", "memory": "512Mi" } } },
        { "resources": { "requests": { "cpu": "0.5", "memory": "1Gi" } } },
    ]}});
    let world = shop()
        .asleep("shop", "web", "4")
        .running("shop", "api", 8)
        .workload(
            ("shop", "statefulsets", "db"),
            1,
            &[("saved", "3"), ("asleep-at", "1")],
            &[("sleep-replicas", "1")],
        )
        .with(|fake| {
            for object in fake.objects.values_mut() {
                object["spec"]["template"] = pod.clone();
            }
        });
    let ran = world.run(SUNDAY, "status -o wide -l team=shop --no-headers");
    ran.shows(
        Exit::Done,
        "shop   Asleep   OffHours   19h (Mon 08:00 CET)   2/3   7   -   4.5   9.0   -   \
         Mon-Fri 08:00-20:00   Europe/Paris   -\n",
        QUIET,
    );
    // Six lists as ever, for one keeps a floor, and two of sleepers alone.
    assert_eq!(ran.reads, 8);
    let ran = world.run(SUNDAY, "status --no-headers");
    assert_eq!(ran.reads, 6);
}

#[test]
fn what_is_kept_for_its_age_is_said_and_until_when() {
    let young = shop().running("shop", "web", 3).with(|fake| {
        let web = "/apis/apps/v1/namespaces/shop/deployments/web";
        fake.objects.get_mut(web).unwrap()["metadata"]["creationTimestamp"] =
            "2026-11-22T11:58:00Z".into();
    });
    let ran = young.run(SUNDAY, "status shop");
    let expect = "\
NAMESPACE   STATE    WHY        NEXT                  ASLEEP/ALL   SAVED   OVERRIDE
shop        Asleep   OffHours   19h (Mon 08:00 CET)   0/1          -       -

WORKLOAD         STATE    WHY        STAGE   READY   SAVED
deployment/web   Asleep   OffHours   Kept    3/3     -
deployment/web is kept until 13:13 CET: it is younger than its grace of 15m
";
    ran.shows(Exit::Done, expect, "");
    let ran = young.run(SUNDAY, "status shop -o json");
    assert!(
        ran.out.contains("\"graceUntil\": \"2026-11-22T12:13:00Z\""),
        "{ran:?}"
    );
    let ran = young.run("2026-11-22T12:13:00Z", "status shop");
    assert!(ran.out.contains("FallingAsleep"), "{ran:?}");
    assert!(!ran.out.contains("grace"), "{ran:?}");
}
