//! `pending`: what is to come, what it moves, and what is said where that can't be known.

use kubectl_tarnfui::Exit;
use serde_json::{Value as Json, json};

use crate::world::{MONDAY, PARIS, SUNDAY, World, shop, world};

/// A Monday evening with something of each sort.
fn many() -> World {
    let order = [
        ("awake-until", "2026-11-23T22:00:00+01:00"),
        ("override-by", "kim"),
        ("override-reason", "late deploy"),
    ];
    world()
        .namespace("bad", &[("schedule", "Mo-Fri 8:00-18:00")])
        .namespace("blog", &PARIS)
        .running("blog", "web", 3)
        .workload(("blog", "statefulsets", "db"), 2, &[], &[])
        .workload(
            ("blog", "deployments", "cron"),
            1,
            &[],
            &[("schedule", "daily 06:00-19:30")],
        )
        .namespace("lab", &[("schedule", "daily 06:00-12:00")])
        .asleep("lab", "web", "4")
        .namespace("plain", &[])
        .running("plain", "web", 1)
        .namespace("shop", &[&PARIS[..], &order[..]].concat())
        .running("shop", "web", 3)
        .namespace("tools", &[PARIS[0], ("exclude", "true")])
}

#[test]
fn all_that_is_to_come_is_in_order_of_time() {
    let expect = "\
WHEN                  NAMESPACE              BECOMES   WORKLOADS   REPLICAS   WHY            OVERRIDE
30m (19:30 CET)       blog/deployment/cron   Asleep    1           1          OffHours       -
1h (20:00 CET)        blog                   Asleep    2           5          OffHours       -
3h (22:00 CET)        shop                   Asleep    1           3          OffHours       Awake by kim ends
11h (Tue 06:00 CET)   blog/deployment/cron   Awake     1           1          WorkingHours   -
12h (Tue 06:00 UTC)   lab                    Awake     1           4          WorkingHours   -
13h (Tue 08:00 CET)   blog                   Awake     2           5          WorkingHours   -
13h (Tue 08:00 CET)   shop                   Awake     1           3          WorkingHours   -
18h (Tue 12:00 UTC)   lab                    Asleep    1           4          OffHours       -
";
    for command in ["pending", "pending -A", "pending --within 1d"] {
        let ran = many().run(MONDAY, command);
        ran.shows(
            Exit::Done,
            expect,
            "8 transitions in 3 namespaces within 24 h\n",
        )
        .wrote_nothing();
        // Namespaces, configuration and three kinds, a page each.
        assert_eq!(ran.reads, 5);
    }
}

#[test]
fn the_first_of_a_namespace_is_what_status_says_comes_next() {
    let read = |command: &str| -> Vec<Json> {
        let out = many().run(MONDAY, command).out;
        let document: Json = serde_json::from_str(&out).unwrap();
        document["items"].as_array().unwrap().clone()
    };
    let pending = read("pending --within 30d -o json");
    for status in read("status -o json") {
        let is_its =
            |it: &&Json| it["namespace"] == status["namespace"] && it["workload"].is_null();
        let first = pending.iter().find(is_its).unwrap_or(&Json::Null);
        for field in ["at", "state", "reason"] {
            assert_eq!(first[field], status["next"][field], "{status}");
        }
    }
}

#[test]
fn wide_says_more_and_a_workload_with_a_schedule_is_named_with_its_own() {
    let ran = many().run(MONDAY, "pending shop ns/blog --within 3h -o wide");
    ran.shows(
        Exit::Done,
        "\
WHEN              NAMESPACE              BECOMES   WORKLOADS   REPLICAS   WHY        OVERRIDE            REASON        SCHEDULE              TIMEZONE
30m (19:30 CET)   blog/deployment/cron   Asleep    1           1          OffHours   -                   -             daily 06:00-19:30     Europe/Paris
1h (20:00 CET)    blog                   Asleep    2           5          OffHours   -                   -             Mon-Fri 08:00-20:00   Europe/Paris
3h (22:00 CET)    shop                   Asleep    1           3          OffHours   Awake by kim ends   late deploy   Mon-Fri 08:00-20:00   Europe/Paris
",
        "3 transitions in 2 namespaces within 3 h\n",
    );
}

#[test]
fn floors_waves_and_what_is_not_ours_are_counted_as_the_controller_will_move_them() {
    let world = shop()
        // A floor: of 3 replicas 2 go, and 2 come back.
        .workload(
            ("shop", "deployments", "floor"),
            3,
            &[],
            &[("sleep-replicas", "1")],
        )
        // Two waves, woken one after the other.
        .workload(("shop", "deployments", "late"), 2, &[], &[("wave", "2")])
        .workload(("shop", "statefulsets", "first"), 1, &[], &[("wave", "1")])
        // Hands off, and at rest of its own accord.
        .workload(
            ("shop", "deployments", "out"),
            5,
            &[],
            &[("exclude", "true")],
        )
        .running("shop", "zero", 0)
        // Still to be woken now, so that it runs by the evening.
        .asleep("shop", "waking", "4")
        // What another object controls follows no schedule, not even its own.
        .workload(
            ("shop", "deployments", "owned"),
            7,
            &[],
            &[("schedule", "daily 06:00-19:30")],
        )
        .with(|fake| {
            let path = "/apis/apps/v1/namespaces/shop/deployments/owned";
            let owned = fake.objects.get_mut(path).unwrap();
            owned["metadata"]["ownerReferences"] =
                json!([{ "kind": "Rollout", "name": "web", "controller": true }]);
        });
    let ran = world.run(MONDAY, "pending --no-headers");
    ran.shows(
        Exit::Done,
        "\
1h (20:00 CET)        shop   Asleep   4   9   OffHours       -
13h (Tue 08:00 CET)   shop   Awake    4   9   WorkingHours   -
",
        "2 transitions in 1 namespace within 24 h\n",
    );
}

#[test]
fn one_that_is_too_young_at_first_sleeps_later_and_is_counted() {
    let world = shop().running("shop", "web", 3).with(|fake| {
        let path = "/apis/apps/v1/namespaces/shop/deployments/web";
        let web = fake.objects.get_mut(path).unwrap();
        web["metadata"]["creationTimestamp"] = json!("2026-11-23T17:59:00Z");
        web["status"]["updatedReplicas"] = json!(1);
    });
    let world = world.namespace(
        "shop",
        &[("schedule", "2026-11-23 08:00-18:05"), ("grace", "15m")],
    );
    world.run(MONDAY, "pending --no-headers").shows(
        Exit::Done,
        "5m (18:05 UTC)   shop   Asleep   1   3   OffHours   -\n",
        "1 transition in 1 namespace within 24 h\n",
    );
}

#[test]
fn the_end_of_an_order_is_one_also_where_there_are_no_hours() {
    let order = [
        ("asleep-until", "2026-11-23T20:00:00Z"),
        ("override-by", "kim"),
    ];
    world()
        .namespace("shop", &order)
        .asleep("shop", "web", "3")
        .run(MONDAY, "pending shop --no-headers")
        .shows(
            Exit::Done,
            "2h (20:00 UTC)   shop   Unmanaged   1   3   NoRule   Asleep by kim ends\n",
            "1 transition in 1 namespace within 24 h\n",
        );
}

#[test]
fn nothing_pending_is_said_with_what_comes_after() {
    shop().run(SUNDAY, "pending --within 90m").shows(
        Exit::Done,
        "",
        "no transition within 1 h 30 min; the next: shop becomes Awake Mon 08:00 CET (in 19 h)\n",
    );
    let plain = world().namespace("plain", &[]);
    plain.run(SUNDAY, "pending --within 7d").shows(
        Exit::Done,
        "",
        "no transition within 7 d, and none after it\n",
    );
    for output in ["json", "name"] {
        let ran = plain.run(SUNDAY, &format!("pending -o {output}"));
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""), "{ran:?}");
    }
}

#[test]
fn names_are_for_scripts_and_none_comes_twice() {
    many().run(MONDAY, "pending -o name").shows(
        Exit::Done,
        "namespace/blog\nnamespace/shop\nnamespace/lab\n",
        "",
    );
    many()
        .run(MONDAY, "pending -l team=lab -o name")
        .shows(Exit::Done, "namespace/lab\n", "");
}

#[test]
fn yaml_is_the_same_document() {
    many()
        .run(MONDAY, "pending blog --within 30m -o yaml")
        .shows(
            Exit::Done,
            "\
apiVersion: cli.tarnfui.io/v1
kind: PendingTransitionList
items:
- at: 2026-11-23T18:30:00Z
  namespace: blog
  workload: deployment/cron
  state: Asleep
  reason: OffHours
  moves:
    workloads: 1
    replicas: 1
  override: null
  schedule: daily 06:00-19:30
  timezone: Europe/Paris
",
            "",
        );
}

#[test]
fn what_can_not_be_decided_is_told_and_not_guessed() {
    let unread = many().config("defualts: {}").run(MONDAY, "pending");
    unread.shows(
        Exit::Done,
        "",
        "problem: the configuration can't be read: defualts: no such configuration key\n\
         hint: did you mean defaults?\n",
    );
    let paused = many().config("paused: true").run(MONDAY, "pending -o json");
    assert!(
        paused.out.contains("\"what\": \"configuration\""),
        "{paused:?}"
    );
    assert_eq!(
        paused.err,
        "problem: nothing is to come: the configuration says paused\n\
         hint: kubectl get configmap tarnfui-config -n tarnfui-system -o yaml\n"
    );
    let going = many().with(|fake| {
        for name in ["blog", "lab", "plain"] {
            let path = format!("/api/v1/namespaces/{name}");
            let object = fake.objects.get_mut(&path).unwrap();
            object["metadata"]["deletionTimestamp"] = json!("2026-11-23T17:59:00Z");
        }
    });
    going.run(MONDAY, "pending --within 3h --no-headers").shows(
        Exit::Done,
        "3h (22:00 CET)   shop   Asleep   1   3   OffHours   Awake by kim ends\n",
        "problem: blog, lab are left out: they are being deleted\n\
         hint: kubectl get namespaces\n\
         1 transition in 1 namespace within 3 h\n",
    );
}

#[test]
fn where_not_all_may_be_listed_the_contexts_is_shown() {
    let world = shop()
        .namespace("default", &PARIS)
        .forbid("list namespaces");
    world.run(MONDAY, "pending --within 1h --no-headers").shows(
        Exit::Done,
        "1h (20:00 CET)   default   Asleep   0   0   OffHours   -\n",
        "problem: only default is looked at, the context's namespace: may not list namespaces\n\
         hint: name a namespace that you may read; kubectl auth can-i list namespaces -A\n\
         1 transition in 1 namespace within 1 h\n",
    );
    let all = world.run(MONDAY, "pending -A");
    assert_eq!((all.exit, all.out.as_str()), (Exit::Failed, ""), "{all:?}");
}

#[test]
fn a_namespace_that_is_not_there_is_a_failure_and_the_others_are_shown() {
    let failure = "error: namespace \"nowhere\" does not exist\nhint: kubectl get namespaces\n";
    many()
        .run(MONDAY, "pending nowhere")
        .shows(Exit::Failed, "", failure);
    let ran = many().run(MONDAY, "pending nowhere shop --within 3h --no-headers");
    ran.shows(
        Exit::Failed,
        "3h (22:00 CET)   shop   Asleep   1   3   OffHours   Awake by kim ends\n",
        &format!("1 transition in 1 namespace within 3 h\n{failure}"),
    );
}

#[test]
fn more_than_anybody_reads_is_cut_and_said() {
    let spans: Vec<String> = (0..24)
        .map(|hour| format!("daily {hour:02}:00-{hour:02}:30"))
        .collect();
    let busy = world().namespace("busy", &[("schedule", &spans.join(", "))]);
    let ran = busy.run(MONDAY, "pending --within 30d --no-headers");
    assert_eq!(ran.out.lines().count(), 1000);
    assert_eq!(
        ran.err,
        "problem: only the first 1000 transitions are shown\n\
         hint: give a shorter --within, or name namespaces\n\
         1000 transitions in 1 namespace within 30 d\n"
    );
    assert_eq!(ran.exit, Exit::Done);
}

#[test]
fn a_span_that_can_not_be_read_is_refused_with_what_can() {
    for span in ["0m", "31d", "24", "soon"] {
        let ran = shop().run(MONDAY, &format!("pending --within {span}"));
        assert_eq!(
            (ran.exit, ran.out.as_str(), ran.reads),
            (Exit::Usage, "", 0)
        );
        assert!(ran.err.contains("hint: what comes later"), "{}", ran.err);
    }
    let twice = shop().run(MONDAY, "pending shop -n blog");
    assert_eq!(twice.exit, Exit::Usage, "{twice:?}");
    assert!(twice.err.contains("hint: "), "{twice:?}");
}

#[test]
fn a_terminal_has_glyphs_and_cuts_names_in_their_middle() {
    let name = "customer-portal-integration-tests-eu-west-1-staging";
    let world = world().namespace(name, &PARIS);
    world
        .terminal(80, "")
        .run(MONDAY, "pending --within 1h")
        .shows(
            Exit::Done,
            "\
WHEN             NAMESPACE                       BECOMES    WORKLOADS   REPLICAS
1h (20:00 CET)   customer-porta…west-1-staging   ○ Asleep   0           0
",
            "1 transition in 1 namespace within 1 h\n",
        );
}
