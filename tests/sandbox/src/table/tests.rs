//! The recordings are tables of a real kube-apiserver 1.36.3 with `includeObject=Object`: what the
//! objects were, what it made of them, and when. Left out of them are the descriptions of columns,
//! and fields of objects that no column shows.

use jiff::SignedDuration;

use super::*;
use crate::kinds;

const RECORDED: &[(&str, &str, &str, &str)] = &[
    (
        "",
        "v1",
        "namespaces",
        include_str!("recorded/namespaces.json"),
    ),
    (
        "",
        "v1",
        "configmaps",
        include_str!("recorded/configmaps.json"),
    ),
    ("", "v1", "secrets", include_str!("recorded/secrets.json")),
    (
        "",
        "v1",
        "serviceaccounts",
        include_str!("recorded/serviceaccounts.json"),
    ),
    ("", "v1", "services", include_str!("recorded/services.json")),
    ("", "v1", "pods", include_str!("recorded/pods.json")),
    ("", "v1", "events", include_str!("recorded/events.json")),
    (
        "apps",
        "v1",
        "deployments",
        include_str!("recorded/deployments.json"),
    ),
    (
        "apps",
        "v1",
        "replicasets",
        include_str!("recorded/replicasets.json"),
    ),
    (
        "apps",
        "v1",
        "statefulsets",
        include_str!("recorded/statefulsets.json"),
    ),
    (
        "apps",
        "v1",
        "daemonsets",
        include_str!("recorded/daemonsets.json"),
    ),
    (
        "batch",
        "v1",
        "cronjobs",
        include_str!("recorded/cronjobs.json"),
    ),
    ("batch", "v1", "jobs", include_str!("recorded/jobs.json")),
    (
        "autoscaling",
        "v2",
        "horizontalpodautoscalers",
        include_str!("recorded/horizontalpodautoscalers.json"),
    ),
    (
        "coordination.k8s.io",
        "v1",
        "leases",
        include_str!("recorded/leases.json"),
    ),
    (
        "events.k8s.io",
        "v1",
        "events",
        include_str!("recorded/events.events.k8s.io.json"),
    ),
    (RBAC, "v1", "roles", include_str!("recorded/roles.json")),
    (
        RBAC,
        "v1",
        "rolebindings",
        include_str!("recorded/rolebindings.json"),
    ),
    (
        RBAC,
        "v1",
        "clusterroles",
        include_str!("recorded/clusterroles.json"),
    ),
    (
        RBAC,
        "v1",
        "clusterrolebindings",
        include_str!("recorded/clusterrolebindings.json"),
    ),
];

const RBAC: &str = "rbac.authorization.k8s.io";

#[test]
fn every_table_is_that_of_the_real_server() {
    for (group, version, plural, recorded) in RECORDED {
        let resource = kinds::find(group, version, plural).unwrap();
        let recorded: Value = serde_json::from_str(recorded).unwrap();
        let now = recorded["now"].as_str().unwrap().parse().unwrap();
        let rows = recorded["rows"].as_array().unwrap();
        let objects: Vec<&Value> = rows.iter().map(|row| &row["object"]).collect();
        let mut table = table(resource, &objects, json!({}), now, Include::Object);
        for column in table["columnDefinitions"].as_array_mut().unwrap() {
            let description = column.as_object_mut().unwrap().remove("description");
            assert_eq!(description, Some(json!("")));
        }
        assert_eq!(table["columnDefinitions"], recorded["columns"], "{plural}");
        for (at, row) in rows.iter().enumerate() {
            assert_eq!(&table["rows"][at], row, "{plural}");
        }
        assert_eq!(table["rows"].as_array().unwrap().len(), rows.len());
    }
}

#[test]
fn the_table_of_a_scale_is_that_of_the_real_server() {
    for line in include_str!("recorded/scale.jsonl").lines() {
        let recorded: Value = serde_json::from_str(line).unwrap();
        let now = recorded["now"].as_str().unwrap().parse().unwrap();
        let row = &recorded["rows"][0];
        let mut table = of_scale(&row["object"], json!({}), now, Include::Object);
        for column in table["columnDefinitions"].as_array_mut().unwrap() {
            column.as_object_mut().unwrap().remove("description");
        }
        assert_eq!(table["columnDefinitions"], recorded["columns"]);
        assert_eq!(table["rows"], recorded["rows"]);
    }
}

#[test]
fn every_resource_was_recorded() {
    assert_eq!(RECORDED.len(), kinds::RESOURCES.len());
}

#[test]
fn a_row_has_as_many_cells_as_there_are_columns() {
    for resource in kinds::RESOURCES {
        for object in [
            json!({}),
            json!(null),
            json!({"spec": 1, "status": [], "metadata": ""}),
        ] {
            let table = table(
                resource,
                &[&object],
                json!({}),
                Timestamp::UNIX_EPOCH,
                Include::None,
            );
            let cells = table["rows"][0]["cells"].as_array().unwrap();
            let columns = table["columnDefinitions"].as_array().unwrap();
            assert_eq!(cells.len(), columns.len(), "{resource:?}");
        }
    }
}

#[test]
fn a_row_holds_what_was_asked_for() {
    let resource = kinds::find("", "v1", "namespaces").unwrap();
    let object = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "dev", "labels": {"a": "b"}},
        "status": {"phase": "Active"},
    });
    let metadata = json!({"resourceVersion": "7", "continue": "x"});
    let partial = json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"name": "dev", "labels": {"a": "b"}},
    });
    for (include, expect) in [
        (Include::None, json!(null)),
        (Include::Metadata, partial.clone()),
        (Include::Object, object.clone()),
    ] {
        let now = Timestamp::UNIX_EPOCH;
        let table = table(resource, &[&object], metadata.clone(), now, include);
        let row = json!({"cells": ["dev", "Active", "<unknown>"], "object": expect});
        assert_eq!(table["rows"], json!([row]));
        assert_eq!(table["metadata"], metadata);
        assert_eq!(
            (&table["kind"], &table["apiVersion"]),
            (&json!("Table"), &json!("meta.k8s.io/v1"))
        );
        let later = without_columns(table.clone());
        assert_eq!(later["columnDefinitions"], Value::Null);
        assert_eq!(later["rows"], table["rows"]);
    }
    assert_eq!(
        partial_list(&[&object], metadata.clone()),
        json!({
            "kind": "PartialObjectMetadataList",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
            "items": [partial],
        })
    );
}

#[test]
fn the_query_says_how_much_of_an_object_goes_along() {
    for (word, expect) in [
        (None, Some(Include::Metadata)),
        (Some(""), Some(Include::Metadata)),
        (Some("Metadata"), Some(Include::Metadata)),
        (Some("None"), Some(Include::None)),
        (Some("Object"), Some(Include::Object)),
        (Some("object"), None),
    ] {
        assert_eq!(Include::of_query(word), expect, "{word:?}");
    }
}

/// The steps from one form to the next. The recorded ConfigMaps have more, with a second of doubt.
#[test]
fn spans_have_two_figures_at_most() {
    let (minute, hour, day, year) = (60, 3_600, 86_400, 365 * 86_400);
    for (seconds, expect) in [
        (-2, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (2 * minute - 1, "119s"),
        (2 * minute, "2m"),
        (5 * minute + 12, "5m12s"),
        (10 * minute - 1, "9m59s"),
        (10 * minute, "10m"),
        (10 * minute + 59, "10m"),
        (3 * hour - 1, "179m"),
        (3 * hour, "3h"),
        (8 * hour - 1, "7h59m"),
        (8 * hour, "8h"),
        (8 * hour + 5 * minute, "8h"),
        (2 * day - 1, "47h"),
        (2 * day, "2d"),
        (3 * day + 4 * hour, "3d4h"),
        (8 * day - 1, "7d23h"),
        (8 * day, "8d"),
        (8 * day + 5 * hour, "8d"),
        (2 * year - 1, "729d"),
        (2 * year, "2y"),
        (2 * year + 3 * day, "2y3d"),
        (8 * year - 1, "7y364d"),
        (8 * year, "8y"),
        (8 * year + 5 * day, "8y"),
    ] {
        let span = SignedDuration::from_secs(seconds);
        assert_eq!(age::human(span), expect, "{seconds}");
    }
    assert_eq!(age::human(SignedDuration::from_millis(-1_999)), "0s");
}
