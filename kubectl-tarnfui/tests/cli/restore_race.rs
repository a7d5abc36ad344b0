//! `restore` where somebody else writes as well: an applier, and whoever was faster.

use kubectl_tarnfui::Exit;
use serde_json::json;

use crate::restore::sleeping;
use crate::saved::{WEB, set};
use crate::world::{MONDAY, SUNDAY, World, shop};

#[test]
fn a_conflict_is_looked_at_once_more() {
    let once = sleeping().with(|fake| fake.raced = 1);
    let ran = once.run(MONDAY, "restore shop/deployment/web --yes");
    ran.shows(Exit::Done, "shop/deployment/web restored: 3 replicas\n", "");
    assert_eq!(ran.writes.len(), 2, "{ran:?}");
    let twice = sleeping().with(|fake| fake.raced = 2);
    let ran = twice.run(MONDAY, "restore shop/deployment/web --yes");
    ran.shows(
        Exit::Failed,
        "",
        "error: shop/deployment/web: could not patch deployment \"web\" in namespace \"shop\": \
         somebody else changes it all the time\nhint: try again\n",
    );
    assert_eq!(ran.writes.len(), 2, "{ran:?}");
    // What was given back meanwhile is not written over.
    let faster = sleeping().with(|fake| {
        fake.raced = 1;
        fake.labelled_when_raced = Some(("tarnfui.io/saved", None));
    });
    let ran = faster.run(MONDAY, "restore shop/deployment/web --yes");
    ran.shows(
        Exit::Done,
        "",
        "note: shop/deployment/web: somebody else was faster\n",
    );
    assert_eq!(ran.writes.len(), 1, "{ran:?}");
    // And what was spoilt meanwhile is for a person.
    let spoilt = sleeping().with(|fake| {
        fake.raced = 1;
        fake.labelled_when_raced = Some(("tarnfui.io/saved", Some("x")));
    });
    let ran = spoilt.run(MONDAY, "restore shop/deployment/web --yes");
    ran.shows(
        Exit::Failed,
        "",
        "error: shop/deployment/web has a mark that can't be read: \"x\"\n\
         hint: kubectl tarnfui restore shop/deployment/web --replicas N\n",
    );
    assert_eq!(ran.writes.len(), 1, "{ran:?}");
}

/// One that an applier owns.
fn applied() -> World {
    // As the real server does it: the write makes an entry under the manager that it came from.
    let applied = json!({ "manager": "flux", "operation": "Apply",
        "fieldsV1": { "f:spec": { "f:replicas": {} } } });
    let handover = json!({ "manager": "tarnfui-handover", "operation": "Update" });
    set(shop().asleep("shop", "web", "3"), WEB, move |web| {
        web["metadata"]["managedFields"] = json!([applied, handover]);
    })
}

#[test]
fn what_is_put_to_sleep_again_meanwhile_is_not_restored_twice() {
    let world = applied().with(|fake| {
        (fake.spared, fake.raced) = (1, 1);
        fake.labelled_when_raced = Some(("tarnfui.io/saved", Some("3")));
    });
    let ran = world.run(MONDAY, "restore shop --yes");
    ran.shows(Exit::Done, "shop/deployment/web restored: 3 replicas\n", "");
    assert_eq!(ran.writes.len(), 2, "{ran:?}");
    // What else was written meanwhile keeps nobody from handing over.
    let world = applied().with(|fake| (fake.spared, fake.raced) = (1, 1));
    let ran = world.run(MONDAY, "restore shop --yes");
    ran.shows(Exit::Done, "shop/deployment/web restored: 3 replicas\n", "");
    assert_eq!(ran.writes.len(), 3, "{ran:?}");
    let world = applied().with(|fake| (fake.spared, fake.raced) = (1, 2));
    let ran = world.run(MONDAY, "restore shop --yes");
    ran.shows(
        Exit::Failed,
        "shop/deployment/web restored: 3 replicas\n",
        "error: shop/deployment/web: restored, but its entry in managedFields stays: could not patch \
         deployment \"web\" in namespace \"shop\": somebody else changes it all the time\n\
         hint: kubectl tarnfui restore shop/deployment/web\n",
    );
    // As the hint says; what has no mark is no news for a controller.
    let ran = crate::restore_led::led(world, MONDAY)
        .terminal(120, "y\n")
        .run(SUNDAY, "restore shop/deployment/web");
    ran.shows(
        Exit::Done,
        "shop/deployment/web handed over: our entry in its managedFields is gone\n",
        "shop/deployment/web: only our entry in its managedFields goes\nrestore 1 workload? [y/N] ",
    );
    assert_eq!(ran.writes.len(), 1, "{ran:?}");
}

#[test]
fn where_an_applier_owns_the_field_our_entry_goes_again() {
    let ran = applied().run(MONDAY, "restore shop --yes");
    ran.shows(Exit::Done, "shop/deployment/web restored: 3 replicas\n", "");
    assert_eq!(ran.writes.len(), 2, "{ran:?}");
    assert!(
        ran.writes[0].contains("fieldManager=tarnfui-handover "),
        "{ran:?}"
    );
    assert!(
        ran.writes[1].ends_with(concat!(
            r#"[{"op":"add","path":"/metadata/resourceVersion","value":"8"},"#,
            r#"{"op":"remove","path":"/metadata/managedFields/1"}]"#,
        )),
        "{ran:?}"
    );
}
