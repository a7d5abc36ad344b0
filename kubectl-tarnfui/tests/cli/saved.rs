//! `saved`: what sleeps and what comes back, read from sleepers alone.

use kubectl_tarnfui::Exit;
use serde_json::{Value as Json, json};

use crate::world::{PARIS, SUNDAY, World, shop, world};

/// Sets something on an object that is there.
pub(crate) fn set(
    world: World,
    path: &'static str,
    change: impl FnOnce(&mut Json) + 'static,
) -> World {
    world.with(|fake| change(fake.objects.get_mut(path).unwrap()))
}

pub(crate) const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";

/// The entry that the controller leaves when it puts something to sleep: Saturday, 20:00 in Paris.
pub(crate) fn entry(manager: &str) -> Json {
    json!({
        "manager": manager, "operation": "Update", "time": "2026-11-21T19:00:00Z",
        "fieldsType": "FieldsV1", "fieldsV1": { "f:spec": { "f:replicas": {} } },
    })
}

fn pods(object: &mut Json) {
    object["spec"]["template"] = json!({ "spec": { "containers": [
        { "resources": { "requests": { "cpu": "250m", "memory": "512Mi" } } },
    ]}});
}

/// Sleepers of every kind, in every state.
pub(crate) fn sleepers() -> World {
    let cron = json!({
        "metadata": {
            "name": "report", "namespace": "blog",
            "labels": { "tarnfui.io/saved": "false" },
        },
        "spec": { "suspend": true },
    });
    let world = shop()
        .namespace("blog", &[])
        .asleep("shop", "web", "4")
        .running("shop", "awake", 8)
        .workload(
            ("shop", "statefulsets", "db"),
            1,
            &[("saved", "3"), ("asleep-at", "1")],
            &[],
        )
        .workload(
            ("blog", "deployments", "started"),
            5,
            &[("saved", "2")],
            &[],
        )
        .workload(
            ("blog", "deployments", "broken"),
            0,
            &[("saved", "three")],
            &[],
        )
        .with(|fake| fake.put("/apis/batch/v1/namespaces/blog/cronjobs/report", cron));
    let world = set(world, WEB, |web| {
        pods(web);
        web["metadata"]["managedFields"] = json!([entry("tarnfui")]);
    });
    let db = "/apis/apps/v1/namespaces/shop/statefulsets/db";
    let world = set(world, db, |db| {
        pods(db);
        // Where an applier has its field back, who set it when is gone.
        db["metadata"]["managedFields"] = json!([entry("helm")]);
    });
    let started = "/apis/apps/v1/namespaces/blog/deployments/started";
    set(world, started, pods)
}

const SUMMARY: &str = "\
3 workloads in 2 namespaces sleep; 6 replicas, 1.5 cores, 3 GiB released; \
1 with a mark started by somebody; 1 with a mark that can't be read
problem: blog/deployment/broken: tarnfui.io/saved: \"three\": expected a whole number above what it sleeps at; nothing is written
hint: set spec.replicas, then kubectl tarnfui saved blog --forget deployment/broken
";

#[test]
fn every_sleeper_has_a_line() {
    let ran = sleepers().run(SUNDAY, "saved");
    let expect = "\
NAMESPACE   WORKLOAD             SAVED         ASLEEP SINCE          NOW           CORES   GIB   PROBLEMS
blog        deployment/broken    unreadable    unknown               0             -       -     SavedUnreadable
blog        deployment/started   2             unknown               5 (started)   -       -     -
blog        cronjob/report       unsuspended   unknown               suspended     -       -     -
shop        deployment/web       4             17h (Sat 20:00 CET)   0             1       2     -
shop        statefulset/db       3             unknown               1             0.5     1     -
";
    ran.shows(Exit::Done, expect, SUMMARY).wrote_nothing();
    // Namespaces, the configuration, and one list of each kind.
    assert_eq!(ran.reads, 5);
}

#[test]
fn wide_says_where_it_rests_and_who_else_has_the_field() {
    let ran = sleepers().run(SUNDAY, "saved shop -o wide --no-headers");
    ran.shows(
        Exit::Done,
        "shop   deployment/web   4   17h (Sat 20:00 CET)   0   1     2   -   0   -\n\
         shop   statefulset/db   3   unknown               1   0.5   1   -   1   helm\n",
        "2 workloads in 1 namespace sleep; 6 replicas, 1.5 cores, 3 GiB released\n",
    );
}

#[test]
fn namespaces_are_selected_as_for_status() {
    let check = |command: &str, expect: &[&str]| {
        let ran = sleepers().run(SUNDAY, &format!("saved -o name {command}"));
        let lines: Vec<&str> = ran.out.lines().collect();
        assert_eq!(lines, expect, "{command}: {ran:?}");
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
        ran.wrote_nothing();
    };
    let shop = ["shop/deployment/web", "shop/statefulset/db"];
    let blog = [
        "blog/deployment/broken",
        "blog/deployment/started",
        "blog/cronjob/report",
    ];
    check("shop", &shop);
    check("ns/shop", &shop);
    check("-n shop", &shop);
    check("-l team=shop", &shop);
    check("blog shop", &[&blog[..], &shop[..]].concat());
    check("-A", &[&blog[..], &shop[..]].concat());
    check("-l team=nobody", &[]);
}

#[test]
fn where_nothing_sleeps_that_is_said() {
    let awake = shop().running("shop", "web", 3);
    let said = "nothing is saved: no workload has a mark\n";
    awake.run(SUNDAY, "saved").shows(Exit::Done, "", said);
    awake.run(SUNDAY, "saved shop").shows(Exit::Done, "", said);
    let ran = awake.run(SUNDAY, "saved -o json");
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert!(ran.out.contains("\"items\": []"), "{ran:?}");
}

#[test]
fn a_kind_that_may_not_be_listed_is_a_gap() {
    let ran = sleepers()
        .forbid("list cronjobs")
        .forbid("list deployments")
        .run(SUNDAY, "saved shop blog --no-headers");
    ran.shows(
        Exit::Done,
        "shop   statefulset/db   3   unknown   1   0.5   1   -\n",
        "problem: deployments are left out: may not list deployments in namespace \"shop\"\n\
         hint: kubectl auth can-i list deployments -n shop\n\
         problem: cronjobs are left out: may not list cronjobs in namespace \"shop\"\n\
         hint: kubectl auth can-i list cronjobs -n shop\n\
         1 workload in 1 namespace sleeps; 2 replicas, 0.5 cores, 1 GiB released\n",
    );
    let none = shop().forbid("list cronjobs").run(SUNDAY, "saved shop");
    assert!(
        none.err
            .ends_with("nothing is saved: no workload that could be read has a mark\n"),
        "{none:?}"
    );
}

#[test]
fn where_not_all_may_be_listed_the_contexts_is_shown() {
    let world = world()
        .namespace("default", &PARIS)
        .asleep("default", "web", "2")
        .asleep("shop", "web", "2")
        .forbid("list namespaces");
    let ran = world.run(SUNDAY, "saved --no-headers");
    ran.shows(
        Exit::Done,
        "default   deployment/web   2   unknown   0   -   -   -\n",
        "problem: only default is looked at, the context's namespace: may not list namespaces\n\
         hint: name a namespace that you may read; kubectl auth can-i list namespaces -A\n\
         1 workload in 1 namespace sleeps; 2 replicas released\n",
    );
    for command in ["saved -A", "saved -l team=shop"] {
        world.run(SUNDAY, command).shows(
            Exit::Failed,
            "",
            "error: may not list namespaces\n\
             hint: name a namespace that you may read; kubectl auth can-i list namespaces -A\n",
        );
    }
}

#[test]
fn a_namespace_that_is_not_there_is_told_of_and_the_others_are_shown() {
    let ran = sleepers().run(SUNDAY, "saved nowhere shop -o name");
    ran.shows(
        Exit::Failed,
        "shop/deployment/web\nshop/statefulset/db\n",
        "error: namespace \"nowhere\" does not exist\nhint: kubectl get namespaces\n",
    );
}

#[test]
fn times_are_in_the_zone_of_the_namespace_else_of_the_configuration_else_utc() {
    let asleep = |world: World| {
        let world = world.asleep("shop", "web", "4");
        set(world, WEB, |web| {
            web["metadata"]["managedFields"] = json!([entry("tarnfui")]);
        })
    };
    let check = |world: World, expect: &str| {
        let ran = asleep(world).run(SUNDAY, "saved shop --no-headers");
        assert!(ran.out.contains(expect), "{ran:?}");
        assert_eq!(ran.exit, Exit::Done);
        assert!(!ran.err.contains("configuration"), "{ran:?}");
    };
    check(shop(), "17h (Sat 20:00 CET)");
    let plain = || world().namespace("shop", &[]);
    let config = "defaults: {timezone: America/New_York}";
    check(plain().config(config), "17h (Sat 14:00 EST)");
    check(plain(), "17h (Sat 19:00 UTC)");
    check(plain().config("defualts: {}"), "17h (Sat 19:00 UTC)");
}

#[test]
fn many_sleepers_come_page_by_page() {
    let world = (0..25).fold(shop(), |world, at| {
        world.asleep("shop", &format!("web-{at:02}"), "2")
    });
    let ran = world
        .with(|fake| fake.page = Some(10))
        .run(SUNDAY, "saved shop -o name");
    assert_eq!(ran.out.lines().count(), 25);
    // The namespace, the configuration, three pages of Deployments, and two empty lists.
    assert_eq!(ran.reads, 7);
}

#[test]
fn what_was_changed_and_still_rests_is_asleep_all_the_same() {
    let floor = [("saved", "3"), ("asleep-at", "1")];
    let world = shop().workload(("shop", "deployments", "web"), 0, &floor, &[]);
    world.run(SUNDAY, "saved --no-headers").shows(
        Exit::Done,
        "shop   deployment/web   3   unknown   0 (changed)   -   -   -\n",
        "1 workload in 1 namespace sleeps; 3 replicas released\n",
    );
    let json = world.run(SUNDAY, "saved -o json").out;
    assert!(json.contains("\"drift\": \"Changed\""), "{json}");
}
