//! Rollouts that are held, stuck, or in the way of a change of the replicas.

use super::*;

const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";

fn running(replicas: i64, change: &Value) -> World {
    let mut world = World::new();
    let mut body = json!({ "metadata": { "name": "web" }, "spec": { "replicas": replicas,
        "selector": { "matchLabels": { "app": "web" } }, "template": {
            "metadata": { "labels": { "app": "web" } },
            "spec": { "containers": [{ "name": "web", "image": "web:1" }] } } } });
    for (key, value) in change.as_object().unwrap() {
        body["spec"][key] = value.clone();
    }
    world.create("/apis/apps/v1/namespaces/shop/deployments", &body);
    world.settle();
    world
}

fn image(world: &mut World, image: &str) {
    let containers = json!([{ "name": "web", "image": image }]);
    let spec = json!({ "template": { "spec": { "containers": containers } } });
    world.patch(WEB, &json!({ "spec": spec }));
}

/// Replicas, and which of them are updated and ready.
fn counts(world: &mut World) -> Vec<i64> {
    numbers(
        &world.get(WEB),
        &["replicas", "updatedReplicas", "readyReplicas"],
    )
}

fn progressing(world: &mut World) -> String {
    condition(&world.get(WEB), "Progressing")
}

#[test]
fn a_revision_that_never_gets_ready_exceeds_its_deadline() {
    let mut world = running(3, &json!({ "progressDeadlineSeconds": 60 }));
    image(&mut world, "web:broken");
    world.pass(30_000);
    assert_eq!(counts(&mut world), [4, 1, 3]);
    assert_eq!(progressing(&mut world), "True ReplicaSetUpdated");
    world.pass(30_019);
    assert_eq!(progressing(&mut world), "True ReplicaSetUpdated");
    world.pass(1);
    assert_eq!(progressing(&mut world), "False ProgressDeadlineExceeded");
    assert_eq!(counts(&mut world), [4, 1, 3]);
    assert_eq!(world.due, None);
    image(&mut world, "web:1");
    world.settle();
    assert_eq!(counts(&mut world), [3, 3, 3]);
    assert_eq!(progressing(&mut world), "True NewReplicaSetAvailable");
}

#[test]
fn a_pause_holds_a_rollout_before_it_begins_and_midway() {
    let mut world = running(4, &json!({}));
    world.patch(WEB, &json!({ "spec": { "paused": true } }));
    image(&mut world, "web:2");
    world.settle();
    assert_eq!(counts(&mut world), [4, 0, 4]);
    assert_eq!(progressing(&mut world), "Unknown DeploymentPaused");
    world.patch(WEB, &json!({ "spec": { "paused": false } }));
    world.pass(100);
    assert_eq!(counts(&mut world), [5, 2, 3]);
    world.patch(WEB, &json!({ "spec": { "paused": true } }));
    world.settle();
    assert_eq!(counts(&mut world), [5, 2, 5]);
    // The deadline does not run meanwhile.
    world.pass(3_600_000);
    assert_eq!(progressing(&mut world), "Unknown DeploymentPaused");
    world.patch(WEB, &json!({ "spec": { "paused": false } }));
    world.settle();
    assert_eq!(counts(&mut world), [4, 4, 4]);
    assert_eq!(progressing(&mut world), "True NewReplicaSetAvailable");
}

#[test]
fn replicas_are_shared_between_the_revisions_of_a_held_rollout() {
    let mut world = running(4, &json!({}));
    image(&mut world, "web:2");
    world.pass(100);
    world.patch(WEB, &json!({ "spec": { "paused": true } }));
    world.settle();
    assert_eq!(counts(&mut world), [5, 2, 5]);
    world.patch(WEB, &json!({ "spec": { "replicas": 8 } }));
    world.settle();
    assert_eq!(counts(&mut world), [10, 4, 10]);
    world.patch(WEB, &json!({ "spec": { "replicas": 0 } }));
    world.settle();
    assert_eq!(counts(&mut world), [0, 0, 0]);
    // What comes back is the new revision alone.
    world.patch(WEB, &json!({ "spec": { "replicas": 4 } }));
    world.settle();
    assert_eq!(counts(&mut world), [4, 4, 4]);
}

#[test]
fn one_that_recreates_has_no_two_revisions_at_once() {
    let mut world = running(2, &json!({ "strategy": { "type": "Recreate" } }));
    image(&mut world, "web:2");
    world.pass(20);
    assert_eq!(counts(&mut world), [0, 0, 0]);
    world.pass(500);
    assert_eq!(counts(&mut world), [2, 2, 0]);
    world.settle();
    assert_eq!(counts(&mut world), [2, 2, 2]);
}

#[test]
fn without_a_deadline_nothing_is_said_of_progress() {
    let mut world = running(1, &json!({ "progressDeadlineSeconds": 2_147_483_647 }));
    assert_eq!(progressing(&mut world), "");
    image(&mut world, "web:broken");
    world.settle();
    assert_eq!((progressing(&mut world), world.due), (String::new(), None));
}

#[test]
fn a_pod_is_available_once_it_has_been_ready_for_long_enough() {
    let mut world = running(1, &json!({ "minReadySeconds": 30 }));
    image(&mut world, "web:2");
    let available =
        |world: &mut World| numbers(&world.get(WEB), &["replicas", "availableReplicas"]);
    world.pass(1_020);
    assert_eq!(available(&mut world), [2, 1]);
    world.pass(29_999);
    assert_eq!(available(&mut world), [2, 1]);
    world.pass(1);
    assert_eq!(available(&mut world), [1, 1]);
}

#[test]
fn each_step_of_a_rollout_is_a_new_start_for_the_deadline() {
    let rolling = json!({ "maxSurge": 1, "maxUnavailable": 0 });
    let strategy = json!({ "type": "RollingUpdate", "rollingUpdate": rolling });
    let change = json!({ "progressDeadlineSeconds": 2, "strategy": strategy });
    let mut world = running(6, &change);
    image(&mut world, "web:2");
    for updated in 1..=6 {
        world.pass(if updated == 1 { 20 } else { 1_000 });
        assert_eq!(counts(&mut world), [7, updated, 6]);
        assert_eq!(progressing(&mut world), "True ReplicaSetUpdated");
    }
    world.pass(1_000);
    assert_eq!(counts(&mut world), [6, 6, 6]);
    assert_eq!(progressing(&mut world), "True NewReplicaSetAvailable");
}

#[test]
fn one_that_is_being_deleted_is_left_as_it_is() {
    let mut world = running(2, &json!({}));
    world.patch(WEB, &json!({ "metadata": { "finalizers": ["x/hold"] } }));
    world.delete(WEB, "Background");
    world.patch(WEB, &json!({ "spec": { "replicas": 0 } }));
    world.settle();
    assert_eq!(counts(&mut world), [2, 2, 2]);
    let web = world.get(WEB);
    assert_eq!(
        web["status"]["observedGeneration"],
        web["metadata"]["generation"]
    );
}

#[test]
fn another_one_of_the_same_name_starts_anew() {
    let mut world = running(2, &json!({}));
    let mut again = world.get(WEB);
    again["metadata"] = json!({ "name": "web" });
    world.delete(WEB, "Background");
    world.create("/apis/apps/v1/namespaces/shop/deployments", &again);
    world.pass(20);
    assert_eq!(counts(&mut world), [2, 2, 0]);
    world.settle();
    assert_eq!(counts(&mut world), [2, 2, 2]);
}
