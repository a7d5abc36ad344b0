use kube::api::ObjectList;
use serde_json::json;

use super::*;
use crate::watch::object::Object;

/// `object` as an item of a list among others.
fn item(object: &Value) -> Item {
    let whole = json!({ "metadata": { "name": "web", "namespace": "shop" } });
    let list = json!({ "metadata": {}, "items": [whole, object, whole] });
    let list: ObjectList<Object<Item>> = serde_json::from_str(&list.to_string()).unwrap();
    let [_, item, _] = <[_; 3]>::try_from(list.items).unwrap();
    item.raw
}

fn check(object: &Value, expect: &str) {
    let unread = item(object).read(Kind::CronJob).unwrap_err().to_string();
    let (told, step) = unread.split_once("; ").unwrap();
    assert_eq!(told, expect, "{object}");
    assert_eq!(step, next_step(Kind::CronJob, "it"));
}

#[test]
fn what_can_be_read_is_read_as_by_a_controller() {
    let object = json!({
        "metadata": {
            "name": "web", "namespace": "shop", "resourceVersion": "7",
            "labels": { "tarnfui.io/saved": "3", "app": "web" },
            "creationTimestamp": "2026-11-24T12:00:00Z",
            "managedFields": [{
                "manager": "tarnfui-handover", "operation": "Update",
                "fieldsV1": { "f:spec": { "f:replicas": {} } },
            }],
        },
        "spec": { "replicas": 0 },
    });
    let raw: RawWorkload = serde_json::from_str(&object.to_string()).unwrap();
    let expect = raw.observe(Kind::Deployment).unwrap();
    let read = item(&object).read(Kind::Deployment);
    assert_eq!(read, Ok(("shop".into(), expect)));
}

#[test]
fn what_is_known_of_one_that_cannot_be_read_is_told_with_what_is_wrong() {
    let named = json!({ "name": "job", "namespace": "lab", "resourceVersion": "7" });
    check(
        &json!({ "metadata": named, "spec": { "suspend": "yes" } }),
        "in lab: cronjob/job: can't be read: invalid type: string \"yes\", expected a boolean",
    );
    check(
        &json!({ "metadata": { "name": "job", "namespace": "lab", "labels": [] } }),
        "in lab: cronjob/job: can't be read: invalid type: sequence, expected a map of texts",
    );
    check(
        &json!({ "metadata": { "name": "job", "namespace": "lab" } }),
        "in lab: cronjob/job: can't be read: job carries no resourceVersion that is a number",
    );
    check(
        &json!({ "metadata": { "namespace": "lab", "resourceVersion": "7" } }),
        "in lab: a cronjob without a name: can't be read: it has no metadata.name",
    );
    for namespace in [json!(null), json!("")] {
        check(
            &json!({ "metadata": { "name": "job", "namespace": namespace } }),
            "in no namespace that is known: cronjob/job: can't be read: it has no metadata.namespace",
        );
    }
    check(
        &json!({ "metadata": { "name": 7, "namespace": "lab" } }),
        "in lab: a cronjob without a name: can't be read: invalid type: integer `7`, expected a string",
    );
    check(
        &json!(null),
        "in no namespace that is known: a cronjob without a name: can't be read: \
         invalid type: null, expected struct RawWorkload",
    );
    check(
        &json!({}),
        "in no namespace that is known: a cronjob without a name: can't be read: \
         missing field `metadata`",
    );
}

#[test]
fn what_is_long_is_cut() {
    let long = "x".repeat(4_000);
    let metadata = json!({ "name": long, "namespace": long });
    let object = json!({ "metadata": metadata, "spec": { "suspend": long } });
    let unread = item(&object).read(Kind::CronJob).unwrap_err().to_string();
    assert!(unread.len() < 4 * MAX_BYTES, "{}", unread.len());
}
