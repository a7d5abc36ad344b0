//! `restore` beside a controller: what one that leads would undo is refused, and nothing else.

use kubectl_tarnfui::Exit;
use serde_json::json;

use crate::restore::{BOTH, NOTE, WEB_WRITE, sleeping};
use crate::saved::{WEB, set};
use crate::world::{MONDAY, PARIS, SUNDAY, World, shop, world};

const LEASE: &str =
    "/apis/coordination.k8s.io/v1/namespaces/tarnfui-system/leases/tarnfui-controller";

/// A cluster with a lease that was last renewed at an instant.
pub(crate) fn led(world: World, renewed_at: &str) -> World {
    let spec = json!({
        "holderIdentity": "tarnfui-controller-0-x7f2",
        "renewTime": renewed_at,
        "leaseDurationSeconds": 15,
    });
    world.with(|fake| fake.put(LEASE, json!({ "metadata": {}, "spec": spec })))
}

const UNDONE: &str = "error: namespace \"shop\": controller \"tarnfui-controller-0-x7f2\" leads, and \
                      would put 2 workloads to sleep again\n\
                      hint: kubectl tarnfui wake shop\n";

#[test]
fn what_a_living_leader_would_undo_is_refused() {
    // By the clock of another machine, so a minute and the lease's 15 s are given it.
    for renewed_at in [
        "2026-11-22T11:58:46Z",
        "2026-11-22T12:00:00Z",
        "2026-11-22T12:30:00Z",
    ] {
        let ran = led(sleeping(), renewed_at).run(SUNDAY, "restore shop --yes");
        ran.shows(Exit::NotMet, "", UNDONE).wrote_nothing();
    }
    let dead = led(sleeping(), "2026-11-22T11:58:44Z").run(SUNDAY, "restore shop --yes");
    dead.shows(Exit::Done, BOTH, NOTE);
    let given_back = led(sleeping(), SUNDAY).with(|fake| {
        fake.objects.get_mut(LEASE).unwrap()["spec"]["holderIdentity"] = json!("");
    });
    given_back
        .run(SUNDAY, "restore shop --yes")
        .shows(Exit::Done, BOTH, NOTE);
}

#[test]
fn whether_it_lives_is_asked_of_the_servers_clock() {
    // Here it is noon; there, by which the lease was renewed, it is half an hour later.
    let led_there = led(sleeping(), "2026-11-22T12:29:58Z");
    let ran = led_there
        .with(|fake| fake.date = Some("Sun, 22 Nov 2026 12:30:00 GMT"))
        .run("2026-11-22T12:00:00Z", "restore shop --yes");
    ran.shows(Exit::NotMet, "", UNDONE).wrote_nothing();
    // And half an hour earlier.
    let led_there = led(sleeping(), "2026-11-22T11:29:58Z");
    let ran = led_there
        .with(|fake| fake.date = Some("Sun, 22 Nov 2026 11:30:00 GMT"))
        .run("2026-11-22T12:00:00Z", "restore shop --yes");
    ran.shows(Exit::NotMet, "", UNDONE).wrote_nothing();
    let dead = led(sleeping(), "2026-11-22T12:00:00Z");
    let ran = dead
        .with(|fake| fake.date = Some("Sun, 22 Nov 2026 12:30:00 GMT"))
        .run("2026-11-22T12:00:00Z", "restore shop --yes");
    ran.shows(Exit::Done, BOTH, NOTE);
}

#[test]
fn a_leader_that_can_not_be_known_lives() {
    let ran = sleeping()
        .forbid("get leases")
        .run(SUNDAY, "restore shop --yes");
    ran.shows(
        Exit::NotMet,
        "",
        "error: namespace \"shop\": a controller may lead (may not get lease \"tarnfui-controller\" \
         in namespace \"tarnfui-system\"), and would put 2 workloads to sleep again\n\
         hint: kubectl tarnfui wake shop\n",
    );
    ran.wrote_nothing();
    let undated = led(sleeping(), SUNDAY).with(|fake| {
        let spec = json!({ "holderIdentity": "tarnfui-controller-0-x7f2" });
        fake.objects.get_mut(LEASE).unwrap()["spec"] = spec;
    });
    undated
        .run(SUNDAY, "restore shop --yes")
        .shows(Exit::NotMet, "", UNDONE);
}

#[test]
fn no_lease_lives_for_longer_than_controllers_let_it() {
    let long = |renewed_at| {
        set(led(sleeping(), renewed_at), LEASE, |lease| {
            lease["spec"]["leaseDurationSeconds"] = json!(86_400);
        })
    };
    long("2026-11-22T11:54:01Z")
        .run(SUNDAY, "restore shop --yes")
        .shows(Exit::NotMet, "", UNDONE);
    long("2026-11-22T11:53:59Z")
        .run(SUNDAY, "restore shop --yes")
        .shows(Exit::Done, BOTH, NOTE);
}

#[test]
fn what_a_living_leader_would_leave_awake_is_restored() {
    // Within the hours, paused, excluded, or without a rule: nobody would undo it.
    let ran = led(sleeping(), MONDAY).run(MONDAY, "restore shop --yes");
    ran.shows(Exit::Done, BOTH, "");
    let ran = led(sleeping(), SUNDAY)
        .config("paused: true")
        .run(SUNDAY, "restore shop --yes");
    ran.shows(Exit::Done, BOTH, "");
    let excluded = sleeping().namespace("shop", &[PARIS[0], ("exclude", "true")]);
    let ran = led(excluded, SUNDAY).run(SUNDAY, "restore shop --yes");
    ran.shows(Exit::Done, BOTH, "");
    // Somebody else's business, so that it was only to be given back anyway.
    let owned = set(shop().asleep("shop", "web", "3"), WEB, |web| {
        web["metadata"]["ownerReferences"] = json!([{ "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Rollout", "name": "web", "uid": "1", "controller": true }]);
    });
    let ran = led(owned, SUNDAY).run(SUNDAY, "restore shop --yes");
    ran.shows(Exit::Done, "shop/deployment/web restored: 3 replicas\n", "");
    // And one with hours of its own, in a namespace that sleeps.
    let own = sleeping().workload(
        ("shop", "deployments", "web"),
        0,
        &[("saved", "3")],
        &[("schedule", "always")],
    );
    let ran = led(own, SUNDAY).run(SUNDAY, "restore -A --yes");
    assert_eq!(ran.out, "shop/deployment/web restored: 3 replicas\n");
    assert_eq!(ran.exit, Exit::NotMet);
    assert!(
        ran.err.contains("would put 1 workload to sleep again"),
        "{ran:?}"
    );
    ran.wrote(&[WEB_WRITE]);
}

#[test]
fn rules_that_can_not_be_known_are_no_permission() {
    let plain = || world().namespace("shop", &[]).asleep("shop", "web", "3");
    let unread = led(plain(), SUNDAY).config("defualts: {}");
    let ran = unread.run(SUNDAY, "restore shop --yes");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::NotMet, ""), "{ran:?}");
    ran.wrote_nothing();
    let ran = led(plain(), SUNDAY).run(SUNDAY, "restore shop --yes");
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
}
