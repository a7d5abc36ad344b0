//! With pods: what kubectl shows of them.

use super::*;

const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";
const PODS: &str = "/api/v1/namespaces/shop/pods";
const SETS: &str = "/apis/apps/v1/namespaces/shop/replicasets";

fn world() -> World {
    let habits = Habits {
        with_pods: true,
        ..strict()
    };
    World::with(1, habits)
}

fn spec(name: &str, image: &str, replicas: i64) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "replicas": replicas,
        "selector": { "matchLabels": { "app": name } }, "template": {
            "metadata": { "labels": { "app": name } },
            "spec": { "containers": [{ "name": name, "image": image }] } } } })
}

fn running() -> World {
    let mut world = world();
    world.create(
        "/apis/apps/v1/namespaces/shop/deployments",
        &spec("web", "web:1", 2),
    );
    world.settle();
    world
}

/// Ready, status and restarts of each pod.
fn pods(world: &mut World) -> Vec<String> {
    let rows = world.table(PODS, 4);
    rows.iter()
        .map(|row| row.split_once(' ').unwrap().1.to_owned())
        .collect()
}

#[test]
fn a_deployment_has_a_replica_set_and_that_has_pods() {
    let mut world = world();
    world.create(
        "/apis/apps/v1/namespaces/shop/deployments",
        &spec("web", "web:1", 2),
    );
    world.pass(20);
    assert_eq!(pods(&mut world), ["0/1 ContainerCreating 0"; 2]);
    assert_eq!(world.get(WEB)["status"]["unavailableReplicas"], 2);
    world.pass(1_000);
    assert_eq!(pods(&mut world), ["1/1 Running 0"; 2]);
    let set = world.names(SETS).remove(0);
    let hash = set.strip_prefix("web-").unwrap().to_owned();
    assert_eq!(world.table(SETS, 4), [format!("{set} 2 2 2")]);
    let (web, found) = (world.get(WEB), world.get(&format!("{SETS}/{set}")));
    assert_eq!(
        found["metadata"]["ownerReferences"][0]["uid"],
        web["metadata"]["uid"]
    );
    assert_eq!(
        found["spec"]["selector"]["matchLabels"]["pod-template-hash"],
        hash.as_str()
    );
    let name = world.names(PODS).remove(0);
    assert_eq!(name.len(), set.len() + 6, "{name}");
    let pod = world.get(&format!("{PODS}/{name}"));
    let owner = &pod["metadata"]["ownerReferences"][0];
    assert_eq!(owner["uid"], found["metadata"]["uid"]);
    assert_eq!(
        (&owner["kind"], &owner["controller"]),
        (&json!("ReplicaSet"), &json!(true))
    );
    assert_eq!(
        pod["metadata"]["labels"],
        json!({ "app": "web", "pod-template-hash": hash })
    );
    assert!(
        pod["status"]["podIP"]
            .as_str()
            .unwrap()
            .starts_with("10.244.")
    );
    assert_eq!(
        condition(&web, "Available"),
        "True MinimumReplicasAvailable"
    );
    assert_eq!(
        numbers(&web, &["readyReplicas", "observedGeneration"]),
        [2, 1]
    );
    let version = world.version();
    world.pass(3_600_000);
    assert_eq!((world.version(), world.due), (version, None));
}

#[test]
fn scaled_down_they_terminate_and_go() {
    let mut world = running();
    world.patch(WEB, &json!({ "spec": { "replicas": 0 } }));
    world.pass(20);
    assert_eq!(pods(&mut world), ["1/1 Terminating 0"; 2]);
    assert_eq!(world.get(WEB)["status"]["replicas"], Value::Null);
    world.pass(500);
    assert_eq!(pods(&mut world), [""; 0]);
    let set = world.names(SETS).remove(0);
    assert_eq!(world.table(SETS, 4), [format!("{set} 0 0 0")]);
}

#[test]
fn another_template_is_another_replica_set() {
    let mut world = running();
    let first = world.names(SETS).remove(0);
    let broken = spec("web", "web:broken", 2)["spec"]["template"].clone();
    world.patch(WEB, &json!({ "spec": { "template": broken } }));
    world.settle();
    assert_eq!(world.names(SETS).len(), 2);
    let mut shown = pods(&mut world);
    shown.sort();
    assert_eq!(
        shown,
        ["0/1 ImagePullBackOff 0", "1/1 Running 0", "1/1 Running 0"]
    );
    assert_eq!(
        condition(&world.get(WEB), "Progressing"),
        "False ProgressDeadlineExceeded"
    );
    // Back again: the first one is used once more, with a new number.
    let back = spec("web", "web:1", 2)["spec"]["template"].clone();
    world.patch(WEB, &json!({ "spec": { "template": back } }));
    world.settle();
    assert_eq!(pods(&mut world), ["1/1 Running 0"; 2]);
    let found = world.get(&format!("{SETS}/{first}"));
    assert_eq!(
        found["metadata"]["annotations"]["deployment.kubernetes.io/revision"],
        "3"
    );
    assert_eq!(found["status"]["readyReplicas"], 2);
}

#[test]
fn only_so_many_old_replica_sets_are_kept() {
    let mut world = running();
    world.patch(WEB, &json!({ "spec": { "revisionHistoryLimit": 1 } }));
    for tag in ["2", "3", "4"] {
        let template = spec("web", &format!("web:{tag}"), 2)["spec"]["template"].clone();
        world.patch(WEB, &json!({ "spec": { "template": template } }));
        world.settle();
    }
    let sets = world.get(SETS);
    let sets = sets["items"].as_array().unwrap().iter();
    let numbers =
        sets.map(|it| &it["metadata"]["annotations"]["deployment.kubernetes.io/revision"]);
    let mut numbers: Vec<_> = numbers.map(|it| it.as_str().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["3", "4"]);
}

#[test]
fn a_pod_that_is_deleted_is_made_anew() {
    let mut world = running();
    let before = world.names(PODS);
    world.delete(&format!("{PODS}/{}", before[0]), "Background");
    world.settle();
    let after = world.names(PODS);
    assert_eq!(after.len(), 2);
    assert!(!after.contains(&before[0]) && after.contains(&before[1]));
    assert_eq!(pods(&mut world), ["1/1 Running 0"; 2]);
    // So is a ReplicaSet, with its pods.
    let set = world.names(SETS).remove(0);
    world.delete(&format!("{SETS}/{set}"), "Background");
    world.settle();
    assert_eq!(world.names(SETS), [set]);
    assert_eq!(pods(&mut world), ["1/1 Running 0"; 2]);
    assert!(world.names(PODS).iter().all(|it| !after.contains(it)));
}

#[test]
fn with_its_deployment_all_of_it_goes() {
    for policy in ["Background", "Foreground"] {
        let mut world = running();
        world.delete(WEB, policy);
        world.pass(100);
        assert_eq!(pods(&mut world), ["1/1 Terminating 0"; 2], "{policy}");
        world.settle();
        assert_eq!(
            (world.names(PODS).len(), world.names(SETS).len()),
            (0, 0),
            "{policy}"
        );
        assert!(!world.is_there(WEB), "{policy}");
    }
}

#[test]
fn without_it_orphans_go_on_until_another_one_takes_them_over() {
    let mut world = running();
    let before = (world.names(PODS), world.names(SETS));
    world.delete(WEB, "Orphan");
    world.settle();
    assert_eq!((world.names(PODS), world.names(SETS)), before);
    world.create(
        "/apis/apps/v1/namespaces/shop/deployments",
        &spec("web", "web:1", 2),
    );
    world.settle();
    assert_eq!((world.names(PODS), world.names(SETS)), before);
    assert_eq!(world.get(WEB)["status"]["readyReplicas"], 2);
    world.patch(WEB, &json!({ "spec": { "replicas": 1 } }));
    world.settle();
    assert_eq!(pods(&mut world).len(), 1);
}

#[test]
fn another_life_goes_on_where_the_first_one_ended() {
    let mut world = running();
    let before = world.names(PODS);
    world.life = Life::new(
        2,
        Habits {
            with_pods: true,
            ..strict()
        },
    );
    world.settle();
    assert_eq!(world.names(PODS), before);
    world.patch(WEB, &json!({ "spec": { "replicas": 0 } }));
    world.settle();
    assert_eq!(pods(&mut world), [""; 0]);
}

#[test]
fn a_namespace_waits_for_its_pods() {
    let mut world = running();
    world.delete("/api/v1/namespaces/shop", "Background");
    world.pass(100);
    assert_eq!(pods(&mut world), ["1/1 Terminating 0"; 2]);
    world.settle();
    assert!(!world.is_there("/api/v1/namespaces/shop"));
    assert_eq!(world.names("/api/v1/pods"), [""; 0]);
}

#[test]
fn the_pods_of_a_stateful_set_have_numbers() {
    let mut world = world();
    let mut body = spec("db", "db:1", 2);
    body["spec"]["serviceName"] = "db".into();
    world.create("/apis/apps/v1/namespaces/shop/statefulsets", &body);
    world.pass(30);
    assert_eq!(world.table(PODS, 3), ["db-0 0/1 ContainerCreating"]);
    world.settle();
    assert_eq!(
        world.table(PODS, 3),
        ["db-0 1/1 Running", "db-1 1/1 Running"]
    );
    let uid = world.get(&format!("{PODS}/db-0"))["metadata"]["uid"].clone();
    world.delete(&format!("{PODS}/db-0"), "Background");
    world.settle();
    assert_eq!(
        world.table(PODS, 3),
        ["db-0 1/1 Running", "db-1 1/1 Running"]
    );
    assert_ne!(world.get(&format!("{PODS}/db-0"))["metadata"]["uid"], uid);
}

#[test]
fn the_pod_of_a_job_completes() {
    let mut world = world();
    let body = json!({ "metadata": { "name": "one" }, "spec": { "template": { "spec": {
        "restartPolicy": "Never", "containers": [{ "name": "one", "image": "one:1" }] } } } });
    world.create("/apis/batch/v1/namespaces/shop/jobs", &body);
    world.pass(1_500);
    assert_eq!(pods(&mut world), ["1/1 Running 0"]);
    world.settle();
    assert_eq!(pods(&mut world), ["0/1 Completed 0"]);
    world.delete("/apis/batch/v1/namespaces/shop/jobs/one", "Background");
    world.settle();
    assert_eq!(pods(&mut world), [""; 0]);
}

#[test]
fn a_pod_without_an_owner_runs_too() {
    let mut world = world();
    let body = json!({ "metadata": { "name": "one" },
        "spec": { "containers": [{ "name": "one", "image": "one:1" }] } });
    world.create(PODS, &body);
    world.settle();
    assert_eq!(pods(&mut world), ["1/1 Running 0"]);
    assert_eq!(
        world.get(&format!("{PODS}/one"))["spec"]["nodeName"],
        "node-1"
    );
}
