//! What is filled in, carried over and refused.

use crate::json::json;

use super::*;
use crate::kinds;

fn deployments() -> &'static Resource {
    kinds::find("apps", "v1", "deployments").unwrap()
}

fn deployment(replicas: &Value) -> Value {
    json!({ "metadata": { "name": "web" }, "spec": { "replicas": replicas,
        "selector": { "matchLabels": { "app": "web" } },
        "template": { "metadata": { "labels": { "app": "web" } },
            "spec": { "containers": [{ "name": "c", "image": "x/y:1" }] } } } })
}

#[test]
fn what_is_left_out_is_filled_in_and_what_is_there_stays() {
    let mut object = deployment(&Value::Null);
    tidy(&mut object);
    fill_in(deployments(), &mut object);
    assert_eq!(object["spec"]["replicas"], 1);
    assert_eq!(object["spec"]["strategy"]["type"], "RollingUpdate");
    let container = &object["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["imagePullPolicy"], "IfNotPresent");
    let mut object = deployment(&json!(7));
    fill_in(deployments(), &mut object);
    assert_eq!(object["spec"]["replicas"], 7);
}

#[test]
fn a_client_cannot_change_what_the_server_keeps() {
    let before = json!({ "metadata": { "uid": "1", "generation": 3, "creationTimestamp": "t" },
        "status": { "replicas": 3 } });
    let mut after = json!({ "metadata": { "deletionTimestamp": "now" },
        "status": { "replicas": 9 } });
    carry_over(deployments(), &before, &mut after);
    assert_eq!(after, before);
}

#[test]
fn generations_count_what_people_want() {
    let object = |spec: u32, annotation: &str| {
        json!({ "metadata": { "generation": 1, "annotations": { "a": annotation } },
            "spec": { "replicas": spec } })
    };
    let generation = |plural: &str, mut after: Value| {
        let row = kinds::find("apps", "v1", plural).unwrap();
        count_generation(row, &object(1, "x"), &mut after);
        after["metadata"]["generation"].as_i64().unwrap()
    };
    assert_eq!(generation("deployments", object(1, "x")), 1);
    assert_eq!(generation("deployments", object(2, "x")), 2);
    assert_eq!(generation("deployments", object(1, "y")), 2);
    assert_eq!(generation("statefulsets", object(1, "y")), 1);
}

#[test]
fn faults_are_named_with_their_field() {
    let fields = |before: Option<&Value>, after: &Value| -> Vec<String> {
        let mut after = after.clone();
        tidy(&mut after);
        fill_in(deployments(), &mut after);
        let faults = faults(deployments(), before, &after);
        faults.into_iter().map(|it| it.field).collect()
    };
    assert_eq!(fields(None, &deployment(&json!(0))), [""; 0]);
    assert_eq!(fields(None, &deployment(&json!(-1))), ["spec.replicas"]);
    let mut named = deployment(&json!(1));
    named["metadata"]["name"] = "Web".into();
    named["metadata"]["labels"] = json!({ "x": "a b" });
    assert_eq!(fields(None, &named), ["metadata.name", "metadata.labels"]);
    let mut other = deployment(&json!(1));
    other["spec"]["selector"]["matchLabels"]["app"] = "db".into();
    let labels = "spec.template.metadata.labels";
    assert_eq!(fields(None, &other), [labels]);
    let before = deployment(&json!(1));
    assert_eq!(fields(Some(&before), &other), [labels, "spec.selector"]);
    other["spec"] = Value::Null;
    let containers = "spec.template.spec.containers";
    assert_eq!(fields(None, &other), ["spec.selector", labels, containers]);
}

#[test]
fn names_keys_and_values() {
    let check = |what: Option<String>, is_fit: bool| assert_eq!(what.is_none(), is_fit, "{what:?}");
    for (name, is_fit) in [
        ("a.b-1", true),
        ("a..b", false),
        ("-a", false),
        ("A", false),
    ] {
        check(names::subdomain(name), is_fit);
    }
    check(names::label_name("a.b"), false);
    for (key, is_fit) in [
        ("app", true),
        ("example.com/x.Y_z-0", true),
        ("a/b/c", false),
        ("/b", false),
        ("a/", false),
        ("no key", false),
    ] {
        check(names::qualified(key), is_fit);
    }
    for (value, is_fit) in [
        ("", true),
        ("x.Y_z-0", true),
        ("12:30", false),
        ("-", false),
    ] {
        check(names::label_value(value), is_fit);
    }
    check(names::config_key("key.name"), true);
    check(names::config_key("a b"), false);
    check(names::path_segment("system:node"), true);
    check(names::path_segment("a/b"), false);
}
