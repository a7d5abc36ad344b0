//! Jobs without pods: the status alone.

use super::*;

const ALL: &str = "/apis/batch/v1/namespaces/shop/jobs";
const ONE: &str = "/apis/batch/v1/namespaces/shop/jobs/one";

fn world(image: &str, change: &Value) -> World {
    let mut world = World::new();
    let mut body = json!({ "metadata": { "name": "one" }, "spec": { "template": { "spec": {
        "restartPolicy": "Never", "containers": [{ "name": "one", "image": image }] } } } });
    for (key, value) in change.as_object().unwrap() {
        body["spec"][key] = value.clone();
    }
    world.create(ALL, &body);
    world
}

fn counts(world: &mut World) -> Vec<i64> {
    numbers(&world.get(ONE), &["active", "ready", "succeeded", "failed"])
}

#[test]
fn its_pod_starts_works_and_is_done() {
    let mut world = world("one:1", &json!({}));
    for (millis, expect) in [
        (20, [1, 0, 0, 0]),
        (1_000, [1, 1, 0, 0]),
        (4_999, [1, 1, 0, 0]),
        (1, [0, 0, 1, 0]),
    ] {
        world.pass(millis);
        assert_eq!(counts(&mut world), expect);
    }
    let job = world.get(ONE);
    assert_eq!(job["status"]["startTime"], "2026-11-22T08:00:00Z");
    assert_eq!(job["status"]["completionTime"], "2026-11-22T08:00:06Z");
    assert_eq!(world.due, None);
}

#[test]
fn several_run_side_by_side() {
    let mut world = world("one:1", &json!({ "completions": 3, "parallelism": 2 }));
    world.pass(20);
    assert_eq!(counts(&mut world), [2, 0, 0, 0]);
    world.pass(6_000);
    assert_eq!(counts(&mut world), [1, 0, 2, 0]);
    world.settle();
    assert_eq!(counts(&mut world), [0, 0, 3, 0]);
}

#[test]
fn one_that_fails_is_tried_so_often() {
    let mut world = world("one:failing", &json!({ "backoffLimit": 2 }));
    world.settle();
    assert_eq!(counts(&mut world), [0, 0, 0, 3]);
    assert_eq!(
        condition(&world.get(ONE), "Failed"),
        "True BackoffLimitExceeded"
    );
    assert!(world.get(ONE)["status"]["completionTime"].is_null());
}

#[test]
fn a_suspended_one_waits() {
    let mut world = world("one:1", &json!({ "suspend": true }));
    world.settle();
    assert_eq!(counts(&mut world), [0, 0, 0, 0]);
    assert_eq!(condition(&world.get(ONE), "Suspended"), "True JobSuspended");
    world.patch(ONE, &json!({ "spec": { "suspend": false } }));
    world.pass(100);
    assert_eq!(counts(&mut world), [1, 0, 0, 0]);
    world.patch(ONE, &json!({ "spec": { "suspend": true } }));
    world.settle();
    assert_eq!(counts(&mut world), [0, 0, 0, 0]);
    world.patch(ONE, &json!({ "spec": { "suspend": false } }));
    world.settle();
    assert_eq!(counts(&mut world), [0, 0, 1, 0]);
    assert_eq!(condition(&world.get(ONE), "Suspended"), "False JobResumed");
}

#[test]
fn one_that_is_done_goes_when_it_says_so() {
    let mut world = world("one:1", &json!({ "ttlSecondsAfterFinished": 60 }));
    world.pass(65_999);
    assert!(world.is_there(ONE));
    world.pass(1_000);
    assert!(!world.is_there(ONE));
}
