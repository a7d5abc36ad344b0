//! Rules that no recorded request shows: objects come here as a caller may leave them, where a real
//! server has decoded them.

use crate::json::{Value, json};

use super::super::{Writer, apply, update};

const WRITER: Writer<'_> = Writer {
    manager: "me",
    api_version: "v1",
    at: "2026-01-05T08:00:00Z",
    subresource: None,
};

/// The fields of the entry that a create makes.
fn fields_of(object: &Value) -> Value {
    let mut object = object.clone();
    if object.get("metadata").is_none() {
        object["metadata"] = json!({});
    }
    update(None, &mut object, &WRITER);
    let fields = object.pointer_mut("/metadata/managedFields/0/fieldsV1");
    fields.map(Value::take).unwrap_or_default()
}

fn entry(manager: &str, fields: &Value) -> Value {
    json!({
        "manager": manager, "operation": "Update", "apiVersion": "v1", "time": "2026-01-05T07:00:00Z",
        "fieldsType": "FieldsV1", "fieldsV1": fields,
    })
}

#[test]
fn what_decoding_would_drop_belongs_to_nobody() {
    let rows = [
        json!({"spec": {"list": []}}),
        json!({"spec": {"value": null}}),
        json!({"metadata": {"labels": {}, "annotations": null}}),
        json!({"status": {"replicas": 1}}),
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "uid": "b"}}),
    ];
    for object in rows {
        assert_eq!(fields_of(&object), Value::Null, "{object}");
    }
    // An empty object of the schema says something.
    assert_eq!(
        fields_of(&json!({"spec": {"dir": {}}})),
        json!({"f:spec": {"f:dir": {}}})
    );
}

#[test]
fn only_the_metadata_of_the_whole_object_is_not_owned() {
    let object = json!({"spec": {"template": {"metadata": {"name": "a"}}}});
    let fields = json!({"f:spec": {"f:template": {"f:metadata": {"f:name": {}}}}});
    assert_eq!(fields_of(&object), fields);
}

#[test]
fn a_list_whose_items_have_no_keys_is_one_value() {
    let object = json!({"spec": {"containers": [{"image": "a"}]}});
    assert_eq!(fields_of(&object), json!({"f:spec": {"f:containers": {}}}));
}

#[test]
fn who_gives_no_name_is_unknown() {
    let mut object = json!({"spec": {"a": 1}, "metadata": {}});
    let writer = Writer {
        manager: "",
        ..WRITER
    };
    update(None, &mut object, &writer);
    assert_eq!(object["metadata"]["managedFields"][0]["manager"], "unknown");
}

#[test]
fn each_door_reaches_its_part() {
    let before = json!({
        "metadata": {"managedFields": [entry("a", &json!({"f:spec": {"f:old": {}}}))]},
        "spec": {"old": 1},
    });
    let mut after = before.clone();
    after["spec"]["new"] = json!(1);
    after["status"] = json!({"new": 1});
    let by_status = Writer {
        subresource: Some("status"),
        ..WRITER
    };
    for (writer, fields) in [
        (WRITER, json!({"f:spec": {"f:new": {}}})),
        (by_status, json!({"f:status": {"f:new": {}}})),
    ] {
        let mut after = after.clone();
        update(Some(&before), &mut after, &writer);
        let entries = after["metadata"]["managedFields"].as_array().unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[1]["fieldsV1"], fields);
    }
}

#[test]
fn an_applier_is_one_in_all_versions_and_an_updater_is_not() {
    let before = json!({"spec": {"a": 1}, "metadata": {}});
    for (operation, count) in [("Apply", 1), ("Update", 2)] {
        let mut entries = vec![entry("a", &json!({"f:spec": {"f:a": {}}})); 2];
        for (entry, version) in entries.iter_mut().zip(["v1", "v2"]) {
            entry["operation"] = json!(operation);
            entry["apiVersion"] = json!(version);
        }
        let mut after = before.clone();
        after["metadata"]["managedFields"] = json!(entries);
        update(Some(&before), &mut after, &WRITER);
        let entries = after["metadata"]["managedFields"].as_array().unwrap();
        assert_eq!(entries.len(), count, "{operation}");
        assert_eq!(entries[count - 1]["apiVersion"], "v2");
    }
}

#[test]
fn the_annotation_of_client_side_apply_does_not_hold_itself() {
    let name = "kubectl.kubernetes.io/last-applied-configuration";
    let applied = json!({"apiVersion": "v1", "metadata": {"annotations": {name: "x", "a": "b"}}});
    let writer = Writer {
        manager: "kubectl",
        ..WRITER
    };
    let result = apply(None, &applied, &writer, false).unwrap();
    assert_eq!(
        result["metadata"]["annotations"][name],
        "{\"apiVersion\":\"v1\",\"metadata\":{\"annotations\":{\"a\":\"b\"}}}\n"
    );
}
