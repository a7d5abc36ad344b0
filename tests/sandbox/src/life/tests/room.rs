//! More pods than there is room for: some are made, and it is said that the rest is not.

use super::*;

const ALL: &str = "/apis/apps/v1/namespaces/shop/deployments";
const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";
const SETS: &str = "/apis/apps/v1/namespaces/shop/replicasets";
const PODS: &str = "/api/v1/namespaces/shop/pods";
const MOST: i64 = 2_147_483_647;

fn world(with_pods: bool) -> World {
    let habits = Habits {
        with_pods,
        ..strict()
    };
    World::with(1, habits)
}

fn template(name: &str, image: &str) -> Value {
    json!({ "metadata": { "labels": { "app": name } },
        "spec": { "containers": [{ "name": name, "image": image }] } })
}

fn spec(name: &str, replicas: i64) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "replicas": replicas,
        "selector": { "matchLabels": { "app": name } }, "template": template(name, "a:1") } })
}

fn replicas(world: &mut World, uri: &str) -> i64 {
    numbers(&world.get(uri), &["replicas"])[0]
}

#[test]
fn a_deployment_gets_what_there_is_room_for_and_says_so() {
    for with_pods in [false, true] {
        let mut world = world(with_pods);
        world.create(ALL, &spec("web", MOST));
        // Not all at once.
        world.pass(20);
        assert_eq!(replicas(&mut world, WEB), 500);
        world.pass(10);
        assert_eq!(replicas(&mut world, WEB), 1_000);
        world.settle();
        let web = world.get(WEB);
        let fields = ["replicas", "readyReplicas", "unavailableReplicas"];
        assert_eq!(numbers(&web, &fields), [1_100, 1_100, MOST - 1_100]);
        assert_eq!(condition(&web, "ReplicaFailure"), "True FailedCreate");
        assert_eq!(
            condition(&web, "Progressing"),
            "False ProgressDeadlineExceeded"
        );
        if with_pods {
            assert_eq!(world.names(PODS).len(), 1_100);
            let set = world.get(SETS)["items"][0].clone();
            assert_eq!(set["spec"]["replicas"], MOST);
            assert_eq!(condition(&set, "ReplicaFailure"), "True FailedCreate");
        }
        // It is said no longer than it is so.
        world.patch(WEB, &json!({ "spec": { "replicas": 2 } }));
        world.settle();
        let web = world.get(WEB);
        assert_eq!(numbers(&web, &["replicas", "readyReplicas"]), [2, 2]);
        assert_eq!(condition(&web, "ReplicaFailure"), "");
        if with_pods {
            let set = world.get(SETS)["items"][0].clone();
            assert_eq!(set["status"]["conditions"], Value::Null);
        }
    }
}

#[test]
fn who_had_no_room_gets_what_another_gives_back() {
    for with_pods in [false, true] {
        let mut world = world(with_pods);
        world.create(ALL, &spec("web", 1_099));
        world.settle();
        world.create(ALL, &spec("shop", 2));
        world.settle();
        let shop = format!("{ALL}/shop");
        assert_eq!(replicas(&mut world, &shop), 1);
        world.patch(WEB, &json!({ "spec": { "replicas": 1_000 } }));
        world.settle();
        assert_eq!(replicas(&mut world, &shop), 2);
        assert_eq!(condition(&world.get(&shop), "ReplicaFailure"), "");
        // So it is when the other one is gone as a whole.
        world.patch(&shop, &json!({ "spec": { "replicas": 1_100 } }));
        world.settle();
        assert_eq!(replicas(&mut world, &shop), 100);
        world.delete(WEB, "Background");
        world.settle();
        assert_eq!(replicas(&mut world, &shop), 1_100);
    }
}

#[test]
fn neither_do_stateful_sets_get_more() {
    for policy in ["Parallel", "OrderedReady"] {
        let mut world = world(false);
        let all = "/apis/apps/v1/namespaces/shop/statefulsets";
        let mut body = spec("db", MOST);
        body["spec"]["podManagementPolicy"] = policy.into();
        world.create(all, &body);
        let at_first = if policy == "Parallel" { 500 } else { 1 };
        world.pass(20);
        assert_eq!(replicas(&mut world, &format!("{all}/db")), at_first);
        world.pass(1_200_000);
        assert_eq!(replicas(&mut world, &format!("{all}/db")), 1_100);
        assert_eq!(world.due, None);
    }
}

#[test]
fn nor_do_jobs() {
    let mut world = world(false);
    let all = "/apis/batch/v1/namespaces/shop/jobs";
    world.create(
        all,
        &json!({ "metadata": { "name": "one" }, "spec": {
            "completions": MOST, "parallelism": MOST, "template": { "spec": {
                "restartPolicy": "Never", "containers": [{ "name": "one", "image": "one:1" }] } } } }),
    );
    world.pass(20);
    let counts = |world: &mut World| {
        let job = world.get(&format!("{all}/one"));
        numbers(&job, &["active", "succeeded"])
    };
    assert_eq!(counts(&mut world), [500, 0]);
    world.pass(100);
    assert_eq!(counts(&mut world), [1_100, 0]);
    // Those that have ended are still there.
    world.settle();
    assert_eq!(counts(&mut world), [0, 1_100]);
}

#[test]
fn pods_of_nobody_take_room_too() {
    let mut world = world(true);
    world.create(ALL, &spec("web", 1_099));
    world.settle();
    let one = json!({ "metadata": { "name": "one" }, "spec": template("one", "a:1")["spec"] });
    world.create(PODS, &one);
    world.patch(WEB, &json!({ "spec": { "replicas": 1_100 } }));
    world.settle();
    assert_eq!(replicas(&mut world, WEB), 1_099);
    world.delete(&format!("{PODS}/one"), "Background");
    world.settle();
    assert_eq!(replicas(&mut world, WEB), 1_100);
}

#[test]
fn no_number_is_too_large_to_reckon_with() {
    let mut world = world(false);
    let mut body = spec("web", MOST);
    body["spec"]["strategy"] = json!({ "rollingUpdate": {
        "maxSurge": "9223372036854775807%", "maxUnavailable": 0 } });
    world.create(ALL, &body);
    world.settle();
    world.patch(
        WEB,
        &json!({ "spec": { "template": template("web", "a:2") } }),
    );
    world.pass(1_500);
    world.patch(WEB, &json!({ "spec": { "replicas": MOST - 1 } }));
    world.settle();
    assert_eq!(replicas(&mut world, WEB), 1_100);
}
