//! StatefulSets without pods: the status alone.

use super::*;

const ALL: &str = "/apis/apps/v1/namespaces/shop/statefulsets";
const DB: &str = "/apis/apps/v1/namespaces/shop/statefulsets/db";

fn template(image: &str) -> Value {
    json!({ "metadata": { "labels": { "app": "db" } },
        "spec": { "containers": [{ "name": "db", "image": image }] } })
}

fn image(image: &str) -> Value {
    json!({ "spec": { "template": template(image) } })
}

fn running(policy: &str) -> World {
    let mut world = World::new();
    world.create(
        ALL,
        &json!({ "metadata": { "name": "db" }, "spec": { "replicas": 3, "serviceName": "db",
            "podManagementPolicy": policy, "selector": { "matchLabels": { "app": "db" } },
            "template": template("db:1") } }),
    );
    world.settle();
    world
}

/// Observed generation, replicas, and which of them are ready, of the current and the new revision.
fn counts(world: &mut World) -> [i64; 5] {
    let fields = [
        "observedGeneration",
        "replicas",
        "readyReplicas",
        "currentReplicas",
        "updatedReplicas",
    ];
    numbers(&world.get(DB), &fields).try_into().unwrap()
}

fn has_one_revision(world: &mut World) -> bool {
    let status = &world.get(DB)["status"];
    status["currentRevision"] == status["updateRevision"]
}

fn check(world: &mut World, steps: &[(u64, [i64; 5])]) {
    for (at, (millis, expect)) in steps.iter().enumerate() {
        world.pass(*millis);
        assert_eq!(counts(world), *expect, "step {at}");
    }
}

#[test]
fn its_pods_stop_and_start_one_after_the_other() {
    let mut world = running("OrderedReady");
    assert_eq!(counts(&mut world), [1, 3, 3, 3, 3]);
    world.patch(DB, &json!({ "spec": { "replicas": 0 } }));
    check(
        &mut world,
        &[
            (10, [2, 3, 3, 3, 3]),
            (10, [2, 3, 3, 2, 2]),
            (500, [2, 2, 2, 1, 1]),
            (500, [2, 1, 1, 0, 0]),
            (500, [2, 0, 0, 0, 0]),
        ],
    );
    world.settle();
    world.patch(DB, &json!({ "spec": { "replicas": 3 } }));
    check(
        &mut world,
        &[
            (10, [3, 0, 0, 0, 0]),
            (10, [3, 1, 0, 1, 1]),
            (1_000, [3, 2, 1, 2, 2]),
            (1_000, [3, 3, 2, 3, 3]),
            (1_000, [3, 3, 3, 3, 3]),
        ],
    );
}

#[test]
fn or_all_at_once() {
    let mut world = running("Parallel");
    world.patch(DB, &json!({ "spec": { "replicas": 0 } }));
    check(
        &mut world,
        &[
            (20, [2, 3, 3, 0, 0]),
            (499, [2, 3, 3, 0, 0]),
            (1, [2, 0, 0, 0, 0]),
        ],
    );
    world.patch(DB, &json!({ "spec": { "replicas": 2 } }));
    check(
        &mut world,
        &[(20, [3, 2, 0, 2, 2]), (1_000, [3, 2, 2, 2, 2])],
    );
}

#[test]
fn another_template_goes_from_the_last_to_the_first() {
    for policy in ["OrderedReady", "Parallel"] {
        let mut world = running(policy);
        world.patch(DB, &image("db:2"));
        check(
            &mut world,
            &[
                (10, [2, 3, 3, 3, 0]),
                (10, [2, 3, 3, 2, 0]),
                (500, [2, 3, 2, 2, 1]),
                (1_000, [2, 3, 3, 1, 1]),
                (500, [2, 3, 2, 1, 2]),
                (1_000, [2, 3, 3, 0, 2]),
                (500, [2, 3, 2, 0, 3]),
            ],
        );
        assert!(!has_one_revision(&mut world));
        check(&mut world, &[(1_000, [2, 3, 3, 3, 3])]);
        assert!(has_one_revision(&mut world));
    }
}

#[test]
fn a_partition_holds_the_first_ones_back() {
    let mut world = running("Parallel");
    let mut change = image("db:2");
    change["spec"]["updateStrategy"] = json!({ "rollingUpdate": { "partition": 2 } });
    world.patch(DB, &change);
    world.settle();
    assert_eq!(counts(&mut world), [2, 3, 3, 2, 1]);
    assert!(!has_one_revision(&mut world));
    // Whichever comes anew is of the revision of its number.
    world.patch(DB, &json!({ "spec": { "replicas": 1 } }));
    world.settle();
    world.patch(DB, &json!({ "spec": { "replicas": 3 } }));
    world.settle();
    assert_eq!(counts(&mut world), [4, 3, 3, 2, 1]);
    // At 0 there is no pod left of the old one, and so nothing to come back to.
    world.patch(DB, &json!({ "spec": { "replicas": 0 } }));
    world.settle();
    assert!(has_one_revision(&mut world));
}

#[test]
fn one_that_is_broken_is_waited_for() {
    let mut world = running("OrderedReady");
    world.patch(DB, &image("db:broken"));
    world.settle();
    assert_eq!(counts(&mut world), [2, 3, 2, 2, 1]);
    // With order, not even the way back is found without help.
    world.patch(DB, &image("db:1"));
    world.settle();
    assert_eq!(counts(&mut world), [3, 3, 2, 2, 2]);
    let mut world = running("Parallel");
    world.patch(DB, &image("db:broken"));
    world.settle();
    world.patch(DB, &image("db:1"));
    world.settle();
    assert_eq!(counts(&mut world), [3, 3, 3, 3, 3]);
}

#[test]
fn on_delete_nothing_is_replaced() {
    let mut world = running("OrderedReady");
    let mut change = image("db:2");
    change["spec"]["updateStrategy"] = json!({ "type": "OnDelete", "rollingUpdate": null });
    world.patch(DB, &change);
    world.settle();
    assert_eq!(counts(&mut world), [2, 3, 3, 3, 0]);
}
