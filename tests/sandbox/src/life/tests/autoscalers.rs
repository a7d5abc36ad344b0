//! HorizontalPodAutoscalers and their targets.

use super::*;

const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";
const HPA: &str = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web";

fn running(replicas: i64) -> World {
    let mut world = World::new();
    world.create(
        "/apis/apps/v1/namespaces/shop/deployments",
        &json!({ "metadata": { "name": "web" }, "spec": { "replicas": replicas,
            "selector": { "matchLabels": { "app": "web" } }, "template": {
            "metadata": { "labels": { "app": "web" } },
            "spec": { "containers": [{ "name": "web", "image": "web:1" }] } } } }),
    );
    world.create(
        "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers",
        &json!({ "metadata": { "name": "web" }, "spec": { "minReplicas": 2, "maxReplicas": 4,
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" } } }),
    );
    world.settle();
    world
}

fn check(world: &mut World, replicas: i64, active: &str, limited: &str) {
    assert_eq!(world.get(WEB)["spec"]["replicas"], replicas);
    let found = world.get(HPA);
    assert_eq!(condition(&found, "ScalingActive"), active);
    assert_eq!(condition(&found, "ScalingLimited"), limited);
    let counts = numbers(&found, &["currentReplicas", "desiredReplicas"]);
    assert_eq!(counts, [replicas, replicas]);
}

const ACTIVE: &str = "True ValidMetricFound";
const WITHIN: &str = "False DesiredWithinRange";

#[test]
fn it_rests_while_its_target_does_and_goes_on_by_itself() {
    let mut world = running(3);
    check(&mut world, 3, ACTIVE, WITHIN);
    world.patch(WEB, &json!({ "spec": { "replicas": 0 } }));
    world.settle();
    check(&mut world, 0, "False ScalingDisabled", "");
    world.patch(WEB, &json!({ "spec": { "replicas": 3 } }));
    world.settle();
    check(&mut world, 3, ACTIVE, WITHIN);
}

#[test]
fn it_holds_its_target_within_its_bounds() {
    for (replicas, expect) in [(1, 2), (9, 4)] {
        let mut world = running(3);
        world.patch(WEB, &json!({ "spec": { "replicas": replicas } }));
        world.pass(1_999);
        assert_eq!(world.get(WEB)["spec"]["replicas"], replicas);
        world.settle();
        check(&mut world, expect, ACTIVE, WITHIN);
        let web = world.get(WEB);
        assert_eq!(web["metadata"]["generation"], 3);
        assert_eq!(web["status"]["observedGeneration"], 3);
        let entries = web["metadata"]["managedFields"].as_array().unwrap();
        let own = entries
            .iter()
            .find(|it| it["subresource"] == "scale")
            .unwrap();
        assert_eq!(own["manager"], "kube-controller-manager");
        assert!(own["fieldsV1"]["f:spec"]["f:replicas"].is_object());
    }
}

#[test]
fn one_without_a_target_says_so() {
    let mut world = running(3);
    assert_eq!(world.ask(Method::DELETE, WEB, &Value::Null).0, 200);
    world.settle();
    assert_eq!(
        condition(&world.get(HPA), "AbleToScale"),
        "False FailedGetScale"
    );
}

#[test]
fn it_writes_nothing_where_nothing_is_to_be_done() {
    let mut world = running(3);
    let version = world.version();
    world.pass(3_600_000);
    assert_eq!((world.version(), world.due), (version, None));
}

#[test]
fn other_bounds_are_held_too() {
    let mut world = running(3);
    world.patch(HPA, &json!({ "spec": { "minReplicas": 4 } }));
    world.settle();
    check(&mut world, 4, ACTIVE, WITHIN);
}
