//! What is owned, and what becomes of it.

use super::*;

const MAPS: &str = "/api/v1/namespaces/shop/configmaps";

/// Makes a map that is owned by these, as name and uid.
fn map(world: &mut World, name: &str, owners: &[(&str, &str)]) -> String {
    let owner = |(name, uid): &(&str, &str)| {
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": uid,
            "blockOwnerDeletion": true })
    };
    let owners: Vec<Value> = owners.iter().map(owner).collect();
    let body = json!({ "metadata": { "name": name, "ownerReferences": owners } });
    let made = world.create(MAPS, &body);
    made["metadata"]["uid"].as_str().unwrap().to_owned()
}

fn uri(name: &str) -> String {
    format!("{MAPS}/{name}")
}

#[test]
fn what_is_owned_goes_after_its_owner() {
    let mut world = World::new();
    let root = map(&mut world, "root", &[]);
    let child = map(&mut world, "child", &[("root", &root)]);
    map(&mut world, "grandchild", &[("child", &child)]);
    map(&mut world, "other", &[]);
    world.settle();
    assert_eq!(world.names(MAPS), ["child", "grandchild", "other", "root"]);
    world.delete(&uri("root"), "Background");
    world.pass(9);
    assert_eq!(world.names(MAPS), ["child", "grandchild", "other"]);
    world.pass(1);
    assert_eq!(world.names(MAPS), ["grandchild", "other"]);
    world.settle();
    assert_eq!(world.names(MAPS), ["other"]);
    assert!(world.is_there("/api/v1/namespaces/shop"));
}

#[test]
fn one_of_several_owners_is_enough_to_stay() {
    let mut world = World::new();
    let left = map(&mut world, "left", &[]);
    let right = map(&mut world, "right", &[]);
    map(&mut world, "child", &[("left", &left), ("right", &right)]);
    world.settle();
    world.delete(&uri("left"), "Background");
    world.settle();
    let child = world.get(&uri("child"));
    let owners = child["metadata"]["ownerReferences"].as_array().unwrap();
    assert_eq!((owners.len(), &owners[0]["uid"]), (1, &json!(right)));
    world.delete(&uri("right"), "Background");
    world.settle();
    assert_eq!(world.names(MAPS), [""; 0]);
}

#[test]
fn an_owner_is_its_uid_not_its_name() {
    let mut world = World::new();
    map(&mut world, "root", &[]);
    map(&mut world, "child", &[("root", "of-another-life")]);
    let unknown = json!({ "metadata": { "name": "kept", "ownerReferences": [{
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web", "uid": "1" }] } });
    world.create(MAPS, &unknown);
    world.settle();
    assert_eq!(world.names(MAPS), ["kept", "root"]);
}

#[test]
fn in_the_foreground_the_owner_goes_last() {
    let mut world = World::new();
    let root = map(&mut world, "root", &[]);
    let child = map(&mut world, "child", &[("root", &root)]);
    map(&mut world, "grandchild", &[("child", &child)]);
    world.patch(
        &uri("grandchild"),
        &json!({ "metadata": { "finalizers": ["x/hold"] } }),
    );
    world.settle();
    world.delete(&uri("root"), "Foreground");
    world.settle();
    assert_eq!(world.names(MAPS), ["child", "grandchild", "root"]);
    for name in ["child", "grandchild", "root"] {
        assert!(
            world.get(&uri(name))["metadata"]["deletionTimestamp"].is_string(),
            "{name}"
        );
    }
    world.patch(
        &uri("grandchild"),
        &json!({ "metadata": { "finalizers": null } }),
    );
    world.settle();
    assert_eq!(world.names(MAPS), [""; 0]);
}

#[test]
fn orphans_stay() {
    let mut world = World::new();
    let root = map(&mut world, "root", &[]);
    map(&mut world, "child", &[("root", &root)]);
    world.settle();
    world.delete(&uri("root"), "Orphan");
    world.settle();
    assert_eq!(world.names(MAPS), ["child"]);
    assert!(world.get(&uri("child"))["metadata"]["ownerReferences"].is_null());
    assert_eq!(world.due, None);
}

#[test]
fn what_was_missed_of_the_history_is_found_out() {
    let mut world = World::new();
    let root = map(&mut world, "root", &[]);
    map(&mut world, "child", &[("root", &root)]);
    // Of a kind of which nothing is missed.
    let owner = json!({ "apiVersion": "v1", "kind": "ConfigMap", "name": "root", "uid": root });
    let secrets = "/api/v1/namespaces/shop/secrets";
    let secret = json!({ "metadata": { "name": "child", "ownerReferences": [owner] } });
    world.create(secrets, &secret);
    world.settle();
    world.delete(&uri("root"), "Background");
    world.server.compact();
    world.settle();
    assert_eq!(world.names(MAPS), [""; 0]);
    assert_eq!(world.names(secrets), [""; 0]);
}
