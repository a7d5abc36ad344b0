//! Whatever people do: it ends, the same seed has the same course, and in the end there is what they
//! asked for.

use fastrand::Rng;

use super::*;

const SHOP: &str = "/apis/apps/v1/namespaces/shop";
const PODS: &str = "/api/v1/namespaces/shop/pods";

const WORKLOADS: [(&str, &str); 3] = [
    ("deployments", "web"),
    ("statefulsets", "db"),
    ("statefulsets", "queue"),
];

fn workload(name: &str, image: &str, rng: &mut Rng) -> Value {
    let policy = if name == "queue" {
        "Parallel"
    } else {
        "OrderedReady"
    };
    let mut spec = json!({ "replicas": rng.i64(0..6), "template": {
        "metadata": { "labels": { "app": name } },
        "spec": { "containers": [{ "name": name, "image": image }] } },
        "selector": { "matchLabels": { "app": name } } });
    if name != "web" {
        spec["podManagementPolicy"] = policy.into();
        spec["serviceName"] = name.into();
    }
    json!({ "metadata": { "name": name }, "spec": spec })
}

/// Does something, and then lets some time pass.
fn step(world: &mut World, rng: &mut Rng) {
    let (plural, name) = WORKLOADS[rng.usize(..WORKLOADS.len())];
    let uri = format!("{SHOP}/{plural}/{name}");
    let image = format!("{name}:{}", rng.u8(1..4));
    let body = workload(name, &image, rng);
    let replicas = json!({ "spec": { "replicas": rng.i64(0..6) } });
    let template = json!({ "spec": { "template": body["spec"]["template"] } });
    let policy = ["Background", "Foreground", "Orphan"][rng.usize(..3)];
    match rng.u8(..20) {
        0 => drop(world.ask(
            Method::DELETE,
            &uri,
            &json!({ "propagationPolicy": policy }),
        )),
        1..=5 => drop(world.ask(Method::POST, &format!("{SHOP}/{plural}"), &body)),
        6..=11 => drop(world.ask(Method::PATCH, &uri, &replicas)),
        12..=16 => drop(world.ask(Method::PATCH, &uri, &template)),
        17 => {
            let pods = world.names(PODS);
            if let Some(pod) = pods.get(rng.usize(..pods.len().max(1))) {
                drop(world.ask(Method::DELETE, &format!("{PODS}/{pod}"), &Value::Null));
            }
        }
        18 if name == "web" => {
            let paused = json!({ "spec": { "paused": rng.bool() } });
            drop(world.ask(Method::PATCH, &uri, &paused));
        }
        _ => world.server.compact(),
    }
    world.pass(rng.u64(..4_000));
}

/// All there is, as text.
fn state(world: &World) -> String {
    let store = world.server.store();
    let all = (0..RESOURCES.len()).flat_map(|at| store.all(at, None));
    all.map(|it| String::from_utf8_lossy(it.bytes()).into_owned())
        .collect()
}

fn course(seed: u64, with_pods: bool) -> World {
    let habits = Habits {
        with_pods,
        ..Habits::default()
    };
    let mut world = World::with(seed, habits);
    let mut rng = Rng::with_seed(seed);
    for _ in 0..60 {
        step(&mut world, &mut rng);
    }
    world.ask(
        Method::PATCH,
        &format!("{SHOP}/deployments/web"),
        &json!({ "spec": { "paused": false } }),
    );
    world.settle();
    world
}

fn check(seed: u64, with_pods: bool) {
    let mut world = course(seed, with_pods);
    let mut pods_of = std::collections::BTreeMap::new();
    for pod in world.get(PODS)["items"].as_array().unwrap() {
        let owner = pod["metadata"]["ownerReferences"][0]["uid"].as_str();
        let count: &mut i64 = pods_of
            .entry(owner.unwrap_or_default().to_owned())
            .or_default();
        *count += 1;
        assert_eq!(pod["status"]["phase"], "Running", "seed {seed}");
    }
    for (plural, name) in WORKLOADS {
        let uri = format!("{SHOP}/{plural}/{name}");
        let (code, found) = world.ask(Method::GET, &uri, &Value::Null);
        if code == 404 {
            continue;
        }
        let wanted = found["spec"]["replicas"].as_i64().unwrap();
        let fields = [
            "replicas",
            "readyReplicas",
            "updatedReplicas",
            "availableReplicas",
        ];
        assert_eq!(
            numbers(&found, &fields),
            [wanted; 4],
            "{name} of seed {seed}"
        );
        let generation = &found["metadata"]["generation"];
        assert_eq!(
            found["status"]["observedGeneration"], *generation,
            "seed {seed}"
        );
        if with_pods {
            let uid = &found["metadata"]["uid"];
            let sets = world.get(&format!("{SHOP}/replicasets"));
            let sets = sets["items"].as_array().unwrap().iter();
            let sets = sets.filter(|it| it["metadata"]["ownerReferences"][0]["uid"] == *uid);
            let uids = sets.map(|it| &it["metadata"]["uid"]).chain([uid]);
            let pods = uids.filter_map(|it| pods_of.get(it.as_str().unwrap()));
            assert_eq!(pods.sum::<i64>(), wanted, "{name} of seed {seed}");
        }
    }
    assert!(with_pods || pods_of.is_empty(), "seed {seed}");
    let version = world.version();
    world.pass(3_600_000);
    assert_eq!((world.version(), world.due), (version, None), "seed {seed}");
}

#[test]
fn in_the_end_there_is_what_was_asked_for() {
    for seed in 0..8 {
        check(seed, seed % 2 == 0);
    }
}

#[test]
fn the_same_seed_has_the_same_course() {
    for with_pods in [false, true] {
        let (one, two) = (course(7, with_pods), course(7, with_pods));
        assert_eq!(state(&one), state(&two));
        assert_ne!(state(&one), state(&course(8, with_pods)));
    }
}
