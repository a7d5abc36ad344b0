//! `saved --forget`: the one write to a workload, and everything that keeps it from being made.

use kubectl_tarnfui::Exit;
use serde_json::{Value as Json, json};

use crate::saved::{WEB, entry, set};
use crate::world::{SUNDAY, World, shop};

const FORGOTTEN: &str =
    "the saved value 4 of shop/deployment/web is forgotten; it stays at 0 replicas\n";

/// A sleeper that the controller put to rest, and that an applier knows as well.
fn sleeper() -> World {
    set(shop().asleep("shop", "web", "4"), WEB, |web| {
        let mut helm = entry("helm");
        helm["fieldsV1"] = json!({ "f:spec": { "f:paused": {} } });
        web["metadata"]["managedFields"] = json!([helm, entry("tarnfui")]);
    })
}

fn web(world: &World) -> Json {
    let mut found = Json::Null;
    world.clone().with(|fake| found = fake.objects[WEB].clone());
    found
}

#[test]
fn the_mark_goes_with_the_entry_in_one_write_and_the_value_stays() {
    let world = sleeper();
    let ran = world.run(SUNDAY, "saved shop --forget deployment/web --yes");
    ran.shows(Exit::Done, FORGOTTEN, "").wrote(&[
        "PATCH /apis/apps/v1/namespaces/shop/deployments/web?&fieldManager=kubectl-tarnfui \
         {\"metadata\":{\"labels\":{\"tarnfui.io/asleep-at\":null,\"tarnfui.io/saved\":null},\
         \"managedFields\":[{\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:spec\":{\"f:paused\":{}}},\
         \"manager\":\"helm\",\"operation\":\"Update\",\"time\":\"2026-11-21T19:00:00Z\"}],\
         \"resourceVersion\":\"7\"}}",
    ]);
    // One look, and no other request.
    assert_eq!(ran.reads, 1);
    let web = web(&world);
    assert_eq!(web["metadata"]["labels"], json!({}));
    assert_eq!(web["spec"]["replicas"], 0);
    // Then there is nothing to forget any more.
    let again = world.run(SUNDAY, "saved -n shop --forget deploy/web --yes");
    again
        .shows(
            Exit::Failed,
            "",
            "error: shop/deployment/web has no mark\nhint: kubectl tarnfui saved shop\n",
        )
        .wrote_nothing();
}

#[test]
fn where_only_the_controller_has_entries_an_empty_one_takes_their_place() {
    let world = set(shop().asleep("shop", "web", "4"), WEB, |web| {
        web["metadata"]["managedFields"] = json!([entry("tarnfui"), entry("tarnfui-handover")]);
    });
    let ran = world.run(SUNDAY, "saved shop --forget deployment/web -y");
    assert!(
        ran.writes.concat().contains("\"managedFields\":[{}],"),
        "{ran:?}"
    );
}

#[test]
fn a_person_is_asked_and_told_what_is_lost() {
    let asked = "the saved value 4 of shop/deployment/web is lost for good: nothing gives it back, \
                 and it stays at 0 replicas\nforget it? [y/N] ";
    let no = sleeper().terminal(80, "n\n");
    no.run(SUNDAY, "saved shop --forget deployment/web")
        .shows(Exit::Failed, "", &format!("{asked}nothing was written\n"))
        .wrote_nothing();
    let yes = sleeper().terminal(80, "y\n");
    let ran = yes.run(SUNDAY, "saved shop --forget deployment/web");
    ran.shows(Exit::Done, FORGOTTEN, asked);
    assert_eq!(ran.writes.len(), 1);
}

#[test]
fn where_nobody_can_be_asked_it_is_refused() {
    let ran = sleeper().run(SUNDAY, "saved shop --forget deployment/web");
    ran.shows(
        Exit::Usage,
        "",
        "error: dropping a saved value needs a yes, and there is no terminal to ask on\n\
         hint: kubectl tarnfui saved shop --forget deployment/web --yes\n",
    )
    .wrote_nothing();
    assert_eq!(ran.reads, 0);
}

#[test]
fn dry_runs_ask_nothing_and_store_nothing() {
    let world = sleeper();
    let ran = world.run(SUNDAY, "saved shop --forget deployment/web --dry-run");
    let told = FORGOTTEN.trim_end();
    ran.shows(Exit::Done, &format!("{told} (dry run)\n"), "")
        .wrote_nothing();
    let ran = world.run(
        SUNDAY,
        "saved shop --forget deployment/web --dry-run=server",
    );
    ran.shows(Exit::Done, &format!("{told} (server dry run)\n"), "");
    assert_eq!(ran.writes.len(), 1);
    assert!(ran.writes[0].contains("dryRun=All"), "{ran:?}");
    assert_eq!(web(&world)["metadata"]["labels"]["tarnfui.io/saved"], "4");
}

#[test]
fn who_was_faster_is_looked_at_once_more() {
    let once = sleeper().with(|fake| fake.raced = 1);
    let ran = once.run(SUNDAY, "saved shop --forget deployment/web --yes");
    ran.shows(Exit::Done, FORGOTTEN, "");
    assert_eq!((ran.reads, ran.writes.len()), (2, 2));
    let always = sleeper().with(|fake| fake.raced = 9);
    let ran = always.run(SUNDAY, "saved shop --forget deployment/web --yes");
    ran.shows(
        Exit::Failed,
        "",
        "error: could not patch deployment \"web\" in namespace \"shop\": \
         somebody else changes it all the time\nhint: try again\n",
    );
    assert_eq!((ran.reads, ran.writes.len()), (2, 2));
}

#[test]
fn a_yes_to_one_value_is_none_to_another() {
    let world = sleeper().with(|fake| {
        fake.raced = 1;
        fake.labelled_when_raced = Some(("tarnfui.io/saved", Some("9")));
    });
    let ran = world.run(SUNDAY, "saved shop --forget deployment/web --yes");
    ran.shows(
        Exit::Failed,
        "",
        "error: it is the saved value 9 of shop/deployment/web by now, and nothing was written\n\
         hint: kubectl tarnfui saved shop\n",
    );
    assert_eq!(ran.writes.len(), 1);
    assert_eq!(web(&world)["metadata"]["labels"]["tarnfui.io/saved"], "9");
}

#[test]
fn a_mark_that_cant_be_read_can_be_dropped() {
    let world = shop().workload(
        ("shop", "deployments", "web"),
        1,
        &[("saved", "three")],
        &[],
    );
    world
        .run(SUNDAY, "saved shop --forget deployment/web --yes")
        .shows(
            Exit::Done,
            "the unreadable saved value \"three\" of shop/deployment/web is forgotten; \
             it stays at 1 replica\n",
            "",
        );
}

#[test]
fn what_is_refused_writes_nothing() {
    let check = |world: World, command: &str, exit: Exit, err: &str| {
        let ran = world.run(SUNDAY, &format!("saved {command}"));
        ran.shows(exit, "", err);
        assert!(ran.writes.iter().all(|it| it.starts_with("PATCH")));
        ran
    };
    let one = "error: --forget is for one workload, so it needs exactly one namespace\n\
               hint: kubectl tarnfui saved NAMESPACE --forget deployment/web\n";
    for command in [
        "--forget deployment/web --yes",
        "shop blog --forget deployment/web --yes",
    ] {
        check(sleeper(), command, Exit::Usage, one).wrote_nothing();
    }
    check(
        sleeper(),
        "shop --forget web --yes",
        Exit::Usage,
        "error: \"web\" names no workload: expected KIND/NAME\n\
         hint: kubectl tarnfui saved shop shows them, as in deployment/web\n",
    )
    .wrote_nothing();
    check(
        sleeper(),
        "shop --forget deploymint/web --yes",
        Exit::Usage,
        "error: kind \"deploymint\" in \"shop/deploymint/web\" is not known\n\
         hint: did you mean deployment?\n",
    )
    .wrote_nothing();
    check(
        sleeper(),
        "shop --forget deployment/wbe --yes",
        Exit::Failed,
        "error: deployment \"wbe\" in namespace \"shop\" does not exist\n\
         hint: kubectl tarnfui saved shop\n",
    )
    .wrote_nothing();
    check(
        sleeper().forbid("patch deployments"),
        "shop --forget deployment/web --yes",
        Exit::Failed,
        "error: may not patch deployment \"web\" in namespace \"shop\"\n\
         hint: kubectl auth can-i patch deployments/web -n shop\n",
    );
    for flags in [
        "-A --forget deployment/web",
        "-l team=shop --forget deployment/web",
        "shop --forget deployment/web -o json",
        "shop --yes",
        "shop --dry-run",
    ] {
        let ran = sleeper().run(SUNDAY, &format!("saved {flags}"));
        assert_eq!((ran.exit, ran.reads), (Exit::Usage, 0), "{flags}: {ran:?}");
        ran.wrote_nothing();
    }
}
