//! What is said of the controller: its rights, its leader and its configuration.

use serde_json::json;

use super::{LEASE, check, lease, well};
use crate::fake::Fake;
use crate::world::shop;

#[test]
fn what_the_controller_may_not_do_is_named() {
    let hint = "hint: kubectl apply -f deploy/rbac.yaml; \
                --controller-namespace says where the controller is";
    check(
        well(shop()).with(|fake| fake.denied.extend(["account patch cronjobs"])),
        "ControllerRights",
        &format!(
            "problem serviceaccount tarnfui-system/tarnfui-controller may not patch cronjobs.batch {hint}"
        ),
    );
    let all = [
        "list namespaces",
        "watch namespaces",
        "create events",
        "create leases",
        "get leases",
        "patch leases",
        "list configmaps",
        "watch configmaps",
        "list horizontalpodautoscalers",
        "watch horizontalpodautoscalers",
    ];
    let kinds = ["deployments", "statefulsets", "cronjobs"];
    let kinds = kinds
        .iter()
        .flat_map(|kind| ["get", "list", "watch", "patch"].map(|verb| format!("{verb} {kind}")));
    let all: Vec<&'static str> = all
        .map(str::to_owned)
        .into_iter()
        .chain(kinds)
        .map(|right| &*format!("account {right}").leak())
        .collect();
    check(
        well(shop()).with(|fake| fake.denied.extend(all)),
        "ControllerRights",
        &format!(
            "problem serviceaccount tarnfui-system/tarnfui-controller has no right at all: \
             it is another one, or not bound {hint}"
        ),
    );
    check(
        well(shop()).forbid("create subjectaccessreviews"),
        "ControllerRights",
        "unknown may not create subjectaccessreviews \
         hint: kubectl auth can-i create subjectaccessreviews",
    );
}

#[test]
fn whether_anybody_leads_is_seen_by_the_lease() {
    let hint = "hint: kubectl get pods -n tarnfui-system; \
                --controller-namespace says where the controller is";
    let with = |change: fn(&mut Fake)| well(shop()).with(change);
    check(
        with(|fake| fake.put(LEASE, lease("2026-11-22T11:55:00Z", Some("")))),
        "Leader",
        &format!(
            "problem nobody leads: tarnfui-controller-0-x7f2 did, lease renewed 5 min ago, \
             and it lives for 15 s {hint}"
        ),
    );
    check(
        with(|fake| drop(fake.objects.remove(LEASE))),
        "Leader",
        &format!("problem nobody leads in namespace tarnfui-system: there is no lease {hint}"),
    );
    let released = |fake: &mut Fake| fake.put(LEASE, json!({ "spec": { "holderIdentity": "" } }));
    check(
        with(released),
        "Leader",
        &format!(
            "problem nobody leads in namespace tarnfui-system: the lease was given back {hint}"
        ),
    );
    check(
        well(shop()).forbid("get leases"),
        "Leader",
        "unknown may not get lease \"tarnfui-controller\" in namespace \"tarnfui-system\" \
         hint: kubectl auth can-i get leases/tarnfui-controller -n tarnfui-system",
    );
}

#[test]
fn whether_the_leader_acts_by_the_configuration_is_seen_by_its_note() {
    let configmap = "configmap tarnfui-system/tarnfui-config at version 7";
    let noted = |version: Option<&'static str>| {
        let world = well(shop()).config("kinds: [Deployment]");
        world.with(|fake| fake.put(LEASE, lease("2026-11-22T11:59:59Z", version)))
    };
    let named = "Configuration";
    check(
        noted(Some("7")),
        named,
        &format!("ok {configmap}; the leader acts by it"),
    );
    check(
        noted(Some("5")),
        named,
        &format!(
            "problem {configmap}; the leader still acts by version 5 hint: kubectl get lease -n \
             tarnfui-system -w says when that changes; else see the controller's log"
        ),
    );
    check(
        noted(Some("")),
        named,
        &format!(
            "problem {configmap}; the leader does not read it \
             hint: start the controllers with --config tarnfui-config"
        ),
    );
    check(
        noted(None),
        named,
        &format!(
            "unknown {configmap}; the leader does not say by which it acts \
             hint: ask again in some seconds"
        ),
    );
    check(
        noted(Some("7")).with(|fake| drop(fake.objects.remove(LEASE))),
        named,
        &format!(
            "unknown {configmap}; nobody leads who could act by it \
             hint: kubectl get pods -n tarnfui-system"
        ),
    );
    check(
        noted(Some("7")).config("defualts: {}"),
        named,
        "problem the configuration can't be read: defualts: no such configuration key \
         hint: did you mean defaults?",
    );
    check(
        noted(Some("7")).config("paused: true"),
        named,
        "problem it says paused: nothing is decided, nothing written \
         hint: take `paused` out of it: kubectl edit configmap tarnfui-config -n tarnfui-system",
    );
    check(
        noted(Some("7")).forbid("get configmaps"),
        named,
        "unknown may not get configmap \"tarnfui-config\" in namespace \"tarnfui-system\" \
         hint: kubectl auth can-i get configmaps/tarnfui-config -n tarnfui-system",
    );
}
