//! The end of a namespace.

use super::*;

const SHOP: &str = "/api/v1/namespaces/shop";
const MAPS: &str = "/api/v1/namespaces/shop/configmaps";

fn world() -> World {
    let mut world = World::new();
    world.create(MAPS, &json!({ "metadata": { "name": "one" } }));
    let deployments = "/apis/apps/v1/namespaces/shop/deployments";
    world.create(
        deployments,
        &json!({ "metadata": { "name": "web" }, "spec": { "selector": { "matchLabels": { "a": "b" } },
            "template": { "metadata": { "labels": { "a": "b" } },
                "spec": { "containers": [{ "name": "c", "image": "x:1" }] } } } }),
    );
    world.settle();
    world
}

#[test]
fn it_goes_with_all_that_is_in_it() {
    let mut world = world();
    world.create(
        "/api/v1/namespaces/default/configmaps",
        &json!({ "metadata": { "name": "two" } }),
    );
    world.delete(SHOP, "Background");
    world.pass(9);
    assert_eq!(world.get(SHOP)["status"]["phase"], "Terminating");
    assert_eq!(world.names(MAPS), ["one"]);
    world.settle();
    assert!(!world.is_there(SHOP));
    assert_eq!(world.names(MAPS), [""; 0]);
    let all = "/apis/apps/v1/deployments";
    assert_eq!(world.names(all), [""; 0]);
    assert_eq!(
        world.names("/api/v1/namespaces/default/configmaps"),
        ["two"]
    );
    // Afterwards there can be another one, and what is in it lives.
    world.create(
        "/api/v1/namespaces",
        &json!({ "metadata": { "name": "shop" } }),
    );
    world.settle();
    assert_eq!(world.get(SHOP)["status"]["phase"], "Active");
}

#[test]
fn a_finalizer_holds_it() {
    let mut world = world();
    world.patch(
        &format!("{MAPS}/one"),
        &json!({ "metadata": { "finalizers": ["x/hold"] } }),
    );
    world.delete(SHOP, "Background");
    world.settle();
    let shop = world.get(SHOP);
    assert_eq!(
        condition(&shop, "NamespaceContentRemaining"),
        "True SomeResourcesRemain"
    );
    let held = "NamespaceFinalizersRemaining";
    assert_eq!(condition(&shop, held), "True SomeFinalizersRemain");
    let all = shop["status"]["conditions"].as_array().unwrap().iter();
    let message = all.clone().find(|it| it["type"] == held).unwrap()["message"].clone();
    let expect = "Some content in the namespace has finalizers remaining: x/hold in 1 resource \
                  instances";
    assert_eq!(message, expect);
    assert!(world.get(&format!("{MAPS}/one"))["metadata"]["deletionTimestamp"].is_string());
    let version = world.version();
    world.pass(3_600_000);
    assert_eq!((world.version(), world.due), (version, None));
    world.patch(
        &format!("{MAPS}/one"),
        &json!({ "metadata": { "finalizers": null } }),
    );
    world.settle();
    assert!(!world.is_there(SHOP));
}
