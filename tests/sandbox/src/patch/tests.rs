//! What each rule of a patch does, one at a time. Whole requests, as a real API server carried them
//! out, are in the tests of [`crate::fields`].

use crate::json::{Value, json};

use super::*;

#[test]
fn a_content_type_names_a_kind_of_patch() {
    let rows = [
        ("application/json-patch+json", Some(PatchType::Json)),
        ("application/merge-patch+json", Some(PatchType::Merge)),
        (
            "application/strategic-merge-patch+json; charset=utf-8",
            Some(PatchType::Strategic),
        ),
        ("application/apply-patch+yaml", Some(PatchType::Apply)),
        ("application/json", None),
        ("", None),
    ];
    for (value, expected) in rows {
        assert_eq!(PatchType::of_content_type(value), expected, "{value}");
    }
}

#[test]
fn a_merge_patch_sets_replaces_and_takes_away() {
    let check = |current: Value, patch: Value, expected: Value| {
        assert_eq!(merge(current, &patch), expected, "{patch}");
    };
    check(
        json!({"a": 1, "b": 2}),
        json!({"a": 3}),
        json!({"a": 3, "b": 2}),
    );
    check(
        json!({"a": {"b": 1, "c": 2}}),
        json!({"a": {"b": null}}),
        json!({"a": {"c": 2}}),
    );
    check(json!({"a": [1, 2]}), json!({"a": [3]}), json!({"a": [3]}));
    check(
        json!({"a": 1}),
        json!({"a": {"b": {"c": null, "d": 1}}}),
        json!({"a": {"b": {"d": 1}}}),
    );
    check(json!({"a": 1}), json!({"b": null}), json!({"a": 1}));
    check(
        json!({"a": 1}),
        json!({"b": {"c": null}}),
        json!({"a": 1, "b": {}}),
    );
}

#[test]
fn a_json_patch_is_carried_out_whole_or_not_at_all() {
    let current = json!({"spec": {"replicas": 3}, "list": [1, 2]});
    let check = |patch: Value, expected: Result<Value, &str>| {
        let result = json(&current, &patch).map_err(|error| match error {
            PatchError::Malformed(_) => "malformed",
            PatchError::Rejected(_) => "rejected",
            PatchError::Failed(_) => "failed",
        });
        assert_eq!(result, expected, "{patch}");
    };
    check(
        json!([
            {"op": "test", "path": "/spec/replicas", "value": 3},
            {"op": "replace", "path": "/spec/replicas", "value": 0},
            {"op": "remove", "path": "/list/0"},
            {"op": "add", "path": "/list/-", "value": 5},
        ]),
        Ok(json!({"spec": {"replicas": 0}, "list": [2, 5]})),
    );
    // As if the value were null.
    check(
        json!([{"op": "add", "path": "/spec/replicas"}]),
        Ok(json!({"spec": {"replicas": null}, "list": [1, 2]})),
    );
    for rejected in [
        json!([{"op": "test", "path": "/spec/replicas", "value": 9}]),
        json!([{"op": "test", "path": "/spec/nope", "value": 9}]),
        json!([{"op": "remove", "path": "/spec/nope"}]),
        json!([{"op": "remove", "path": "/list/17"}]),
        json!([{"op": "replace", "path": "/spec/no/way", "value": 1}]),
        json!([{"op": "add", "path": "spec", "value": 1}]),
        json!([{"op": "guess", "path": "/spec"}]),
        json!([{"path": "/spec", "value": 1}]),
    ] {
        check(rejected, Err("rejected"));
    }
    check(json!({"op": "remove", "path": "/spec"}), Err("malformed"));
    check(json!(["remove"]), Err("malformed"));
}

/// The containers of a pod, and what a patch of them makes of it.
fn check_containers(containers: &Value, patch: &Value, expected: Option<&Value>) {
    let current = json!({"spec": {"containers": containers}});
    let result = strategic(current, &json!({"spec": patch}))
        .map(|mut object| object["spec"].take())
        .ok();
    assert_eq!(result.as_ref(), expected, "{patch}");
}

#[test]
fn lists_are_merged_by_what_identifies_their_items() {
    let two = json!([{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:1"}]);
    check_containers(
        &two,
        &json!({"containers": [{"name": "b", "image": "b:2"}]}),
        Some(
            &json!({"containers": [{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:2"}]}),
        ),
    );
    check_containers(
        &two,
        &json!({"containers": [{"name": "c", "image": null, "env": [{"name": "A"}]}]}),
        Some(&json!({"containers": [
            {"name": "c", "env": [{"name": "A"}]},
            {"name": "a", "image": "a:1"},
            {"name": "b", "image": "b:1"},
        ]})),
    );
    check_containers(&two, &json!({"containers": [{"image": "b:2"}]}), None);
    // By the port alone, whatever the protocol.
    check_containers(
        &json!([{"name": "a", "ports": [{"containerPort": 80, "protocol": "TCP"}]}]),
        &json!({"containers": [{"name": "a", "ports": [{"containerPort": 80, "protocol": "UDP"}]}]}),
        Some(&json!({"containers": [
            {"name": "a", "ports": [{"containerPort": 80, "protocol": "UDP"}]},
        ]})),
    );
    check_containers(
        &json!([{"name": "a", "args": ["x", "y"]}]),
        &json!({"containers": [{"name": "a", "args": ["z"]}]}),
        Some(&json!({"containers": [{"name": "a", "args": ["z"]}]})),
    );
}

#[test]
fn plain_values_are_merged_where_the_api_says_so() {
    let check = |patch: Value, expected: Value| {
        let current =
            json!({"metadata": {"finalizers": ["a", "b"]}, "spec": {"finalizers": ["a"]}});
        assert_eq!(strategic(current, &patch).unwrap(), expected, "{patch}");
    };
    check(
        json!({"metadata": {"finalizers": ["b", "c"]}}),
        json!({"metadata": {"finalizers": ["a", "b", "c"]}, "spec": {"finalizers": ["a"]}}),
    );
    check(
        json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}}),
        json!({"metadata": {"finalizers": ["b"]}, "spec": {"finalizers": ["a"]}}),
    );
    check(
        json!({"metadata": {"$setElementOrder/finalizers": ["b", "a"]}}),
        json!({"metadata": {"finalizers": ["b", "a"]}, "spec": {"finalizers": ["a"]}}),
    );
    check(
        json!({"spec": {"finalizers": ["b"]}}),
        json!({"metadata": {"finalizers": ["a", "b"]}, "spec": {"finalizers": ["b"]}}),
    );
    check(
        json!({"metadata": {"$deleteFromPrimitiveList/nothing": ["a"]}}),
        json!({"metadata": {"finalizers": ["a", "b"]}, "spec": {"finalizers": ["a"]}}),
    );
}

#[test]
fn directives_delete_replace_and_order() {
    let three = json!([{"name": "a"}, {"name": "b"}, {"name": "c"}]);
    let rows = [
        (
            json!({"containers": [{"name": "b", "$patch": "delete"}]}),
            json!({"containers": [{"name": "a"}, {"name": "c"}]}),
        ),
        (
            json!({"containers": [{"$patch": "replace"}, {"name": "d"}]}),
            json!({"containers": [{"name": "d"}]}),
        ),
        (
            json!({"$setElementOrder/containers": [{"name": "c"}, {"name": "a"}]}),
            json!({"containers": [{"name": "b"}, {"name": "c"}, {"name": "a"}]}),
        ),
        (
            json!({
                "$setElementOrder/containers": [{"name": "c"}, {"name": "d"}, {"name": "a"}],
                "containers": [{"name": "d", "image": "d:1"}, {"name": "b", "$patch": "delete"}],
            }),
            json!({"containers": [{"name": "c"}, {"name": "d", "image": "d:1"}, {"name": "a"}]}),
        ),
        (
            json!({"$setElementOrder/volumes": [{"name": "v"}], "volumes": [{"name": "v"}]}),
            json!({"containers": three, "volumes": [{"name": "v"}]}),
        ),
        (json!({"$patch": "delete"}), json!({})),
        (
            json!({"$patch": "replace", "x": {"y": 1, "z": null}}),
            json!({"x": {"y": 1}}),
        ),
        (json!({"$retainKeys": ["x"], "x": 1}), json!({"x": 1})),
        (
            json!({"new": {"$patch": "delete"}, "x": [{"$patch": "delete"}, {"y": 1}]}),
            json!({"containers": three, "x": [{"y": 1}]}),
        ),
    ];
    for (patch, expected) in rows {
        check_containers(&three, &patch, Some(&expected));
    }
}

#[test]
fn a_directive_is_known_or_an_error() {
    for patch in [
        json!({"$patch": "merge"}),
        json!({"$guess": 1}),
        json!({"containers": [{"name": "a", "$patch": "merge"}]}),
        json!({"containers": [{"$patch": "delete"}]}),
        json!({"$retainKeys": ["x"], "y": 1}),
        json!({"$retainKeys": "x"}),
        json!({"$setElementOrder/containers": "a"}),
        json!({"$setElementOrder/containers": [{"name": "a"}], "containers": [{"name": "b"}]}),
        json!({"$deleteFromPrimitiveList/containers": "a"}),
    ] {
        check_containers(&json!([{"name": "a"}]), &patch, None);
    }
    assert!(strategic(json!({}), &json!([])).is_err());
    let unnamed = json!([{"image": "a:1"}]);
    check_containers(&unnamed, &json!({"containers": [{"name": "a"}]}), None);
}
