//! `restore`: what is given back by hand, what is asked before, and what fails.

use kubectl_tarnfui::Exit;
use serde_json::{Value as Json, json};

use crate::saved::{WEB, set};
use crate::world::{MONDAY, SUNDAY, World, shop};

/// What no controller is there for any more.
pub(crate) fn sleeping() -> World {
    shop()
        .asleep("shop", "web", "3")
        .workload(("shop", "statefulsets", "db"), 4, &[("saved", "2")], &[])
        .running("shop", "api", 2)
}

/// What is said where no controller leads.
pub(crate) const NOTE: &str = "note: no controller leads in namespace tarnfui-system; one that does again would \
                    put 2 workloads to sleep again; kubectl tarnfui wake shop keeps it awake\n";

/// The write that restores one.
pub(crate) const WEB_WRITE: &str = concat!(
    "PATCH /apis/apps/v1/namespaces/shop/deployments/web?fieldManager=tarnfui ",
    r#"{"metadata":{"labels":{"tarnfui.io/asleep-at":null,"tarnfui.io/saved":null},"#,
    r#""resourceVersion":"7"},"spec":{"replicas":3}}"#,
);

const DB_WRITE: &str = concat!(
    "PATCH /apis/apps/v1/namespaces/shop/statefulsets/db?fieldManager=tarnfui ",
    r#"{"metadata":{"labels":{"tarnfui.io/asleep-at":null,"tarnfui.io/saved":null},"#,
    r#""resourceVersion":"7"}}"#,
);

/// What is said of both.
pub(crate) const BOTH: &str = "shop/deployment/web restored: 3 replicas\n\
                    shop/statefulset/db released: somebody started it, and it stays at 4 replicas\n";

#[test]
fn what_sleeps_comes_back_after_a_yes() {
    let world = sleeping().terminal(120, "yes\n");
    let ran = world.run(SUNDAY, "restore shop");
    let asked = "shop/deployment/web: 0 replicas -> 3 replicas\n\
                 shop/statefulset/db: stays at 4 replicas, only its mark goes\n\
                 restore 2 workloads? [y/N] ";
    ran.shows(Exit::Done, BOTH, &format!("{NOTE}{asked}"));
    ran.wrote(&[WEB_WRITE, DB_WRITE]);
    let again = world.run(SUNDAY, "restore shop");
    again
        .shows(Exit::Done, "", "nothing to restore\n")
        .wrote_nothing();
}

#[test]
fn anything_but_yes_restores_nothing() {
    for answer in ["n\n", "\n", ""] {
        let ran = sleeping().terminal(120, answer).run(SUNDAY, "restore -A");
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
        assert!(ran.err.ends_with("[y/N] nothing was written\n"), "{ran:?}");
        ran.wrote_nothing();
    }
}

#[test]
fn restoring_needs_a_yes() {
    let ran = sleeping().run(SUNDAY, "restore shop");
    ran.shows(
        Exit::Usage,
        "",
        "error: restoring needs a yes, and there is no terminal to ask on\n\
         hint: give --yes, or see what would be done with --dry-run\n",
    );
    assert_eq!(ran.reads, 0);
}

#[test]
fn every_way_to_name_it_is_taken() {
    for command in [
        "restore shop --yes",
        "restore -n shop --yes",
        "restore namespace shop --yes",
        "restore -A --yes",
        "restore -l team=shop --yes",
        "restore shop/deploy/web shop/sts/db shop/deployment/web --yes",
    ] {
        let ran = sleeping().namespace("blog", &[]).run(SUNDAY, command);
        ran.shows(Exit::Done, BOTH, NOTE);
        ran.wrote(&[WEB_WRITE, DB_WRITE]);
    }
    let one = sleeping().run(SUNDAY, "restore shop/deployment/web --yes");
    one.wrote(&[WEB_WRITE]);
    let elsewhere = sleeping()
        .namespace("default", &[])
        .run(SUNDAY, "restore --yes");
    let nothing = "nothing to restore in namespace \"default\"; -A looks everywhere\n";
    elsewhere.shows(Exit::Done, "", nothing).wrote_nothing();
}

#[test]
fn a_dry_run_writes_nothing() {
    let world = sleeping();
    let ran = world.run(SUNDAY, "restore shop --dry-run");
    let tried = BOTH.replace('\n', " (dry run)\n");
    ran.shows(Exit::Done, &tried, NOTE).wrote_nothing();
    let ran = world.run(SUNDAY, "restore shop --dry-run=server");
    let tried = BOTH.replace('\n', " (server dry run)\n");
    ran.shows(Exit::Done, &tried, NOTE);
    let dry = "web?fieldManager=tarnfui&dryRun=All ";
    assert!(
        ran.writes.len() == 2 && ran.writes[0].contains(dry),
        "{ran:?}"
    );
    assert_eq!(world.run(SUNDAY, "saved -o name").out.lines().count(), 2);
}

/// One whose mark somebody edited, beside one that is well.
fn odd() -> World {
    sleeping().asleep("shop", "odd", "x")
}

#[test]
fn a_mark_that_can_not_be_read_is_named_and_the_others_go_on() {
    let ran = odd().run(SUNDAY, "restore shop --yes");
    let failure = "error: shop/deployment/odd has a mark that can't be read: \"x\"\n\
                   hint: kubectl tarnfui restore shop/deployment/odd --replicas N\n";
    ran.shows(Exit::Failed, BOTH, &format!("{failure}{NOTE}"));
    ran.wrote(&[WEB_WRITE, DB_WRITE]);
}

#[test]
fn a_number_stands_in_for_a_mark_that_can_not_be_read() {
    for command in [
        "restore shop/deployment/odd --replicas 2 --yes",
        "restore shop --replicas 2 --yes",
    ] {
        let ran = odd().run(MONDAY, command);
        ran.shows(Exit::Done, "shop/deployment/odd restored: 2 replicas\n", "");
        ran.wrote(&[concat!(
            "PATCH /apis/apps/v1/namespaces/shop/deployments/odd?fieldManager=tarnfui ",
            r#"{"metadata":{"labels":{"tarnfui.io/asleep-at":null,"tarnfui.io/saved":null},"#,
            r#""resourceVersion":"7"},"spec":{"replicas":2}}"#,
        )]);
    }
}

#[test]
fn a_number_does_not_replace_one_that_was_saved() {
    let ran = odd().run(SUNDAY, "restore shop/deployment/web --replicas 2 --yes");
    ran.shows(
        Exit::NotMet,
        "",
        "error: shop/deployment/web has a mark that can be read: 3 replicas\n\
         hint: kubectl tarnfui restore shop/deployment/web\n",
    );
    ran.wrote_nothing();
    let ran = sleeping().run(SUNDAY, "restore shop --replicas 2 --yes");
    ran.shows(
        Exit::NotMet,
        "",
        "error: namespace \"shop\" has no mark that can't be read\n\
         hint: leave --replicas out; kubectl tarnfui saved shop\n",
    );
    ran.wrote_nothing();
}

#[test]
fn a_number_is_for_one_workload_or_one_namespace() {
    for command in [
        "restore --replicas 2 --yes",
        "restore shop blog --replicas 2 --yes",
        "restore shop/deploy/web shop/deploy/odd --replicas 2 --yes",
        "restore -A --replicas 2 --yes",
        "restore shop --replicas 0 --yes",
        "restore shop blog/deploy/web --yes",
        "restore -n shop shop/deploy/web --yes",
        "restore shop/deploymnt/web --yes",
    ] {
        let ran = odd().run(SUNDAY, command);
        assert_eq!(
            (ran.exit, ran.reads),
            (Exit::Usage, 0),
            "{command}: {ran:?}"
        );
    }
}

#[test]
fn a_cron_job_goes_on_and_one_with_a_broken_mark_is_for_a_person() {
    let job = |mark: &str| -> Json {
        let labels = json!({ "tarnfui.io/saved": mark });
        let metadata = json!({ "name": "nightly", "namespace": "shop", "labels": labels });
        json!({ "metadata": metadata, "spec": { "suspend": true } })
    };
    let path = "/apis/batch/v1/namespaces/shop/cronjobs/nightly";
    let ran = shop()
        .with(|fake| fake.put(path, job("false")))
        .run(SUNDAY, "restore shop --yes");
    ran.shows(
        Exit::Done,
        "shop/cronjob/nightly restored: unsuspended\n",
        "",
    );
    let broken = shop().with(|fake| fake.put(path, job("no")));
    let ran = broken.run(SUNDAY, "restore shop/cj/nightly --replicas 1 --yes");
    ran.shows(
        Exit::Failed,
        "",
        "error: shop/cronjob/nightly is suspended and has no replicas\n\
         hint: kubectl patch cronjob/nightly -n shop -p '{\"spec\":{\"suspend\":false}}', \
         then kubectl label cronjob/nightly -n shop tarnfui.io/saved-\n",
    );
    ran.wrote_nothing();
}

#[test]
fn what_is_being_deleted_is_left_alone() {
    let going = |path: &'static str| {
        set(odd(), path, |it| {
            it["metadata"]["deletionTimestamp"] = json!("2026-11-22T12:00:00Z");
        })
    };
    let ran = going("/api/v1/namespaces/shop").run(MONDAY, "restore -A --yes");
    ran.shows(Exit::Done, "", "nothing to restore\n")
        .wrote_nothing();
    let ran = going(WEB).run(MONDAY, "restore -A -o name --yes");
    assert_eq!(ran.out, "shop/statefulset/db\n");
    let ran = going("/apis/apps/v1/namespaces/shop/deployments/odd")
        .run(MONDAY, "restore shop/deployment/odd --replicas 2 --yes");
    ran.shows(Exit::Done, "", "nothing to restore\n")
        .wrote_nothing();
}

#[test]
fn failures_are_named_and_the_others_go_on() {
    let ran = sleeping()
        .forbid("patch deployments")
        .run(MONDAY, "restore shop --yes");
    ran.shows(
        Exit::Failed,
        "shop/statefulset/db released: somebody started it, and it stays at 4 replicas\n",
        "error: shop/deployment/web: may not patch deployment \"web\" in namespace \"shop\"\n\
         hint: kubectl auth can-i patch deployments/web -n shop\n",
    );
    let ran = sleeping()
        .forbid("list statefulsets")
        .run(MONDAY, "restore shop nowhere --yes");
    ran.shows(
        Exit::Failed,
        "shop/deployment/web restored: 3 replicas\n",
        "error: namespace \"nowhere\" does not exist\nhint: kubectl get namespaces\n\
         error: statefulsets are left out: may not list statefulsets in namespace \"shop\"\n\
         hint: kubectl auth can-i list statefulsets -n shop\n",
    );
}

#[test]
fn what_has_no_mark_is_not_restored() {
    let ran = sleeping().run(
        MONDAY,
        "restore shop/deployment/api shop/deployment/none --yes",
    );
    ran.shows(
        Exit::NotMet,
        "",
        "error: deployment \"none\" in namespace \"shop\" does not exist\n\
         hint: kubectl get deployments -n shop\n\
         error: shop/deployment/api has no mark: nothing is saved\n\
         hint: kubectl tarnfui saved shop\n",
    );
    ran.wrote_nothing();
}

#[test]
fn many_are_counted_and_waves_go_in_order() {
    let mut world = shop();
    for number in 0..12 {
        let (name, wave) = (format!("w{number:02}"), (20 - number).to_string());
        world = world.workload(
            ("shop", "deployments", &name),
            0,
            &[("saved", "1")],
            &[("wave", &wave)],
        );
    }
    let ran = world
        .terminal(120, "y\n")
        .run(MONDAY, "restore shop -o name");
    assert!(
        ran.err
            .starts_with("shop/deployment/w11: 0 replicas -> 1 replica\n"),
        "{ran:?}"
    );
    assert!(
        ran.err
            .contains("\nshop/deployment/w02: 0 replicas -> 1 replica\nand 2 more\nrestore 12 workloads? [y/N] "),
        "{ran:?}"
    );
    assert!(
        ran.writes[0].contains("/w11?") && ran.writes[11].contains("/w00?"),
        "{ran:?}"
    );
    assert!(ran.out.starts_with("shop/deployment/w11\n"), "{ran:?}");
}
