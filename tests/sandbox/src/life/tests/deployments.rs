//! Deployments without pods: the status alone.

use super::*;

const ALL: &str = "/apis/apps/v1/namespaces/shop/deployments";
const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";

fn web(replicas: i64) -> Value {
    json!({ "metadata": { "name": "web" }, "spec": { "replicas": replicas,
        "selector": { "matchLabels": { "app": "web" } }, "template": template("web:1") } })
}

fn template(image: &str) -> Value {
    json!({ "metadata": { "labels": { "app": "web" } },
        "spec": { "containers": [{ "name": "web", "image": image }] } })
}

fn image(image: &str) -> Value {
    json!({ "spec": { "template": template(image) } })
}

/// Observed generation, replicas, and which of them are updated, ready, available, and missing.
fn counts(world: &mut World) -> [i64; 6] {
    let fields = [
        "observedGeneration",
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "unavailableReplicas",
    ];
    numbers(&world.get(WEB), &fields).try_into().unwrap()
}

fn progressing(world: &mut World) -> String {
    condition(&world.get(WEB), "Progressing")
}

fn running(replicas: i64) -> World {
    let mut world = World::new();
    world.create(ALL, &web(replicas));
    world.settle();
    world
}

#[test]
fn a_new_one_is_seen_then_started_then_ready() {
    let mut world = World::new();
    world.create(ALL, &web(3));
    for (millis, expect, reason) in [
        (0, [0, 0, 0, 0, 0, 0], ""),
        (9, [0, 0, 0, 0, 0, 0], ""),
        (1, [1, 0, 0, 0, 0, 0], "True NewReplicaSetCreated"),
        (10, [1, 3, 3, 0, 0, 3], "True ReplicaSetUpdated"),
        (999, [1, 3, 3, 0, 0, 3], "True ReplicaSetUpdated"),
        (1, [1, 3, 3, 3, 3, 0], "True NewReplicaSetAvailable"),
    ] {
        world.pass(millis);
        assert_eq!(counts(&mut world), expect, "after {millis} more");
        if !reason.is_empty() {
            assert_eq!(progressing(&mut world), reason, "after {millis} more");
        }
    }
    let web = world.get(WEB);
    assert_eq!(
        condition(&web, "Available"),
        "True MinimumReplicasAvailable"
    );
    assert_eq!(web["metadata"]["generation"], 1);
    assert_eq!(
        web["metadata"]["annotations"]["deployment.kubernetes.io/revision"],
        "1"
    );
}

#[test]
fn at_rest_nothing_is_written_and_nothing_is_due() {
    let mut world = running(3);
    let version = world.version();
    world.pass(3_600_000);
    assert_eq!((world.version(), world.due), (version, None));
}

#[test]
fn the_status_is_written_by_the_controller_alone() {
    let mut world = running(3);
    let web = world.get(WEB);
    let entries = web["metadata"]["managedFields"].as_array().unwrap();
    let own = entries
        .iter()
        .find(|it| it["manager"] == "kube-controller-manager")
        .unwrap();
    assert_eq!(own["subresource"], "status");
    assert_eq!(own["time"], "2026-11-22T08:00:01Z");
    assert!(own["fieldsV1"]["f:status"]["f:replicas"].is_object());
    assert!(own["fieldsV1"]["f:spec"].is_null());
    // Making the namespace and the Deployment, and looking at it.
    assert_eq!(world.server.log().unwrap().count(), 3);
}

#[test]
fn scaling_takes_a_moment_and_is_no_rollout() {
    let mut world = running(3);
    world.patch(WEB, &json!({ "spec": { "replicas": 0 } }));
    for (millis, expect) in [
        (0, [1, 3, 3, 3, 3, 0]),
        (10, [2, 3, 3, 3, 3, 0]),
        (10, [2, 0, 0, 0, 0, 0]),
    ] {
        world.pass(millis);
        assert_eq!(counts(&mut world), expect, "down, after {millis} more");
    }
    assert_eq!(progressing(&mut world), "True NewReplicaSetAvailable");
    world.settle();
    world.patch(WEB, &json!({ "spec": { "replicas": 2 } }));
    for (millis, expect) in [
        (10, [3, 0, 0, 0, 0, 0]),
        (10, [3, 2, 2, 0, 0, 2]),
        (1_000, [3, 2, 2, 2, 2, 0]),
    ] {
        world.pass(millis);
        assert_eq!(counts(&mut world), expect, "up, after {millis} more");
        assert_eq!(progressing(&mut world), "True NewReplicaSetAvailable");
    }
}

#[test]
fn another_template_is_rolled_out_step_by_step() {
    let mut world = running(4);
    world.patch(WEB, &image("web:2"));
    // A quarter more, a quarter less.
    for (millis, expect) in [
        (10, [2, 4, 0, 4, 4, 0]),
        (10, [2, 5, 2, 3, 3, 2]),
        (1_000, [2, 5, 4, 3, 3, 2]),
        (1_000, [2, 4, 4, 4, 4, 0]),
    ] {
        world.pass(millis);
        assert_eq!(counts(&mut world), expect, "after {millis} more");
    }
    let web = world.get(WEB);
    assert_eq!(
        condition(&web, "Progressing"),
        "True NewReplicaSetAvailable"
    );
    assert_eq!(
        web["metadata"]["annotations"]["deployment.kubernetes.io/revision"],
        "2"
    );
    assert_eq!(web["metadata"]["generation"], 2);
}
