//! Namespaces and HorizontalPodAutoscalers.

use super::*;

#[test]
fn a_namespace_and_its_problems() {
    let object = json!({
        "metadata": {
            "name": "shop", "uid": "7f", "resourceVersion": "12",
            "labels": { "kubernetes.io/metadata.name": "shop" },
            "annotations": {
                "tarnfui.io/schedule": "Mon-Fri 08:00-20:00",
                "tarnfui.io/timezone": "Mars",
                "openshift.io/requester": "dana",
            },
        },
        "spec": { "finalizers": ["kubernetes"] },
        "status": { "phase": "Active" },
    });
    let raw: RawNamespace = serde_json::from_value(object.clone()).unwrap();
    let seen = raw.observe();
    assert_eq!((seen.uid, seen.is_terminating), (Uid::read("7f"), false));
    assert!(seen.reading.annotations.schedule.value().is_some());
    assert_eq!(seen.reading.annotations.timezone, Entry::Unreadable);
    assert_eq!(seen.reading.problems.len(), 1);

    let deleted = ("/metadata/deletionTimestamp", json!("2026-11-23T10:00:00Z"));
    let raw: RawNamespace =
        serde_json::from_value(edited(&object.to_string(), &[deleted])).unwrap();
    assert!(raw.observe().is_terminating);
}

#[test]
fn an_autoscaler_and_its_target() {
    let autoscaler = |target: Json| {
        let object = json!({ "metadata": { "name": "web" }, "spec": { "scaleTargetRef": target } });
        let raw: RawAutoscaler = serde_json::from_value(object).unwrap();
        raw.observe()
    };
    let target = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" });
    let expect = Autoscaler {
        name: "web".into(),
        kind: Kind::Deployment,
        target: "web".into(),
    };
    assert_eq!(autoscaler(target), Some(expect));
    assert_eq!(
        autoscaler(json!({ "kind": "Rollout", "name": "web" })),
        None
    );
    assert_eq!(autoscaler(json!({})), None);
}
