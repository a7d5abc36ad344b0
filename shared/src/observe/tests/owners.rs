//! Who owns the field, from `managedFields` as tools write them.

use super::*;

fn entry(manager: &str, operation: &str, spec: &Json) -> Json {
    json!({
        "manager": manager,
        "operation": operation,
        "apiVersion": "apps/v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": { "f:metadata": { "f:labels": {} }, "f:spec": spec },
    })
}

fn replicas(manager: &str, operation: &str) -> Json {
    entry(manager, operation, &json!({ "f:replicas": {} }))
}

fn template(manager: &str, operation: &str) -> Json {
    entry(manager, operation, &json!({ "f:template": {} }))
}

fn status(manager: &str) -> Json {
    json!({
        "manager": manager, "operation": "Update", "subresource": "status",
        "fieldsV1": { "f:status": { "f:replicas": {} } },
    })
}

/// As `ours`, `applied`, `handover 0` and `other x`, those that hold.
#[track_caller]
fn check(entries: &[Json], expect: &str) {
    let fields = ("/metadata/managedFields", json!(entries));
    let owner = observe(Kind::Deployment, edited(DEPLOYMENT, &[fields])).owner;
    let words = [
        owner.is_ours.then(|| "ours".to_owned()),
        owner.is_applied.then(|| "applied".to_owned()),
        owner
            .handover_entry
            .map(|place| format!("handover {place}")),
        owner.other.map(|other| format!("other {other}")),
    ];
    let found = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
    assert_eq!(found, expect, "{entries:#?}");
}

#[test]
fn kubectl_and_helm_update() {
    check(&[], "");
    let kubectl = "kubectl-client-side-apply";
    check(
        &[
            replicas(kubectl, "Update"),
            status("kube-controller-manager"),
        ],
        &format!("other {kubectl}"),
    );
    // After our write; the first owner keeps the rest.
    check(
        &[template(kubectl, "Update"), replicas(MANAGER, "Update")],
        "ours",
    );
    // After a person's `kubectl scale`, which goes by a subresource.
    let mut scaled = replicas("kubectl", "Update");
    scaled["subresource"] = json!("scale");
    check(&[template(kubectl, "Update"), scaled], "other kubectl");
}

#[test]
fn an_autoscaler_goes_by_the_scale_subresource() {
    let mut scale = replicas("kube-controller-manager", "Update");
    scale["subresource"] = json!("scale");
    check(
        &[template("helm", "Update"), scale.clone()],
        "other kube-controller-manager",
    );
    // Applied without replicas, and the autoscaler owns them: nobody meets a conflict.
    check(
        &[template("flux", "Apply"), scale],
        "other kube-controller-manager",
    );
}

#[test]
fn an_applier_that_owns_the_field_gets_it_back() {
    check(&[replicas("kubectl", "Apply")], "applied, other kubectl");
    // Both, where both wrote the same value.
    check(
        &[replicas("kubectl", "Apply"), replicas(MANAGER, "Update")],
        "ours, applied, other kubectl",
    );
    check(
        &[replicas("helm", "Update"), replicas("flux", "Apply")],
        "applied, other helm",
    );
}

#[test]
fn an_entry_to_be_taken_out_is_found_at_its_place() {
    check(
        &[
            template("flux", "Apply"),
            replicas(HANDOVER_MANAGER, "Update"),
        ],
        "ours, applied, handover 1",
    );
    // With labels alone it has to go as well.
    check(
        &[
            template(HANDOVER_MANAGER, "Update"),
            replicas("flux", "Apply"),
        ],
        "applied, handover 0, other flux",
    );
    // The lasting entry stays, since who updates meets no conflict.
    check(
        &[replicas("helm", "Update"), replicas(MANAGER, "Update")],
        "ours, other helm",
    );
}

#[test]
fn after_the_hand_over_nobody_owns_it_and_the_next_write_is_handed_over_too() {
    check(
        &[template("flux", "Apply"), status("kube-controller-manager")],
        "applied",
    );
    check(&[template("helm", "Update")], "");
}

#[test]
fn who_moves_to_server_side_apply_meets_no_conflict_for_ever() {
    // We wrote it while an older kind of apply was used, which left our entry for good.
    check(
        &[template("flux", "Apply"), replicas(MANAGER, "Update")],
        "ours, applied",
    );
}

#[test]
fn a_cron_jobs_field_is_another() {
    let suspend = |manager: &str| entry(manager, "Update", &json!({ "f:suspend": {} }));
    let owner = |entries: Json| {
        let object = edited(CRON_JOB, &[("/metadata/managedFields", entries)]);
        observe(Kind::CronJob, object).owner
    };
    assert!(owner(json!([suspend(MANAGER)])).is_ours);
    assert!(!owner(json!([replicas(MANAGER, "Update")])).is_ours);
}

#[test]
fn long_names_are_cut() {
    let long = "m".repeat(200);
    let fields = (
        "/metadata/managedFields",
        json!([replicas(&long, "Update")]),
    );
    let owner = observe(Kind::Deployment, edited(DEPLOYMENT, &[fields])).owner;
    assert!(owner.other.unwrap().len() <= 64);
}
