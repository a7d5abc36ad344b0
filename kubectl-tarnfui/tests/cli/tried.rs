//! Orders that are only tried, and orders printed for other programs.

use kubectl_tarnfui::Exit;

use crate::world::{SUNDAY, shop};

#[test]
fn a_dry_run_on_the_client_sends_nothing() {
    let world = shop();
    let ran = world.run(SUNDAY, "wake shop --dry-run=client");
    let expect = "namespace/shop wakes and stays awake until 15:00 CET \
                  (in 2 h; wake was due at Mon 08:00) (dry run)\n";
    ran.shows(Exit::Done, expect, "").wrote_nothing();
    world
        .run(SUNDAY, "wake shop --dry-run")
        .shows(Exit::Done, expect, "")
        .wrote_nothing();
}

#[test]
fn a_dry_run_on_the_server_stores_nothing() {
    let world = shop();
    let ran = world.run(SUNDAY, "wake shop --dry-run=server");
    assert!(ran.out.ends_with(" (server dry run)\n"), "{ran:?}");
    assert!(
        ran.writes[0].starts_with("PATCH /api/v1/namespaces/shop?&dryRun=All&"),
        "{ran:?}"
    );
    assert_eq!(world.annotations("shop").len(), 2);
}

#[test]
fn yaml_is_a_namespace_to_commit() {
    let ran = shop().run(
        SUNDAY,
        "wake shop --forever --reason fair --dry-run=client -o yaml",
    );
    ran.shows(
        Exit::Done,
        "\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    team: shop
  annotations:
    tarnfui.io/awake-until: forever
    tarnfui.io/override-by: dana
    tarnfui.io/override-reason: fair
    tarnfui.io/schedule: Mon-Fri 08:00-20:00
    tarnfui.io/timezone: Europe/Paris
",
        "namespace/shop wakes and stays awake until it is resumed (wake was due at Mon 08:00)\n",
    );
    ran.wrote_nothing();
    shop().run(SUNDAY, "wake shop -o name").shows(
        Exit::Done,
        "namespace/shop\n",
        "namespace/shop wakes and stays awake until 15:00 CET (in 2 h; wake was due at Mon 08:00)\n",
    );
}
