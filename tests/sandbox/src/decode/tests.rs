//! What a typed server makes of documents.

use crate::json::json;

use super::*;
use crate::kinds::RESOURCES;

fn read(kind: &str, value: Value) -> Result<(Value, Vec<String>), String> {
    let place = RESOURCES.iter().position(|it| it.kind == kind).unwrap();
    let mut value = value;
    let unknown = object(of(place), &mut value)?;
    Ok((value, unknown))
}

#[test]
fn every_resource_has_a_type() {
    for (place, row) in RESOURCES.iter().enumerate() {
        let kind = of(place);
        assert!(kind.name.ends_with(row.kind), "{row:?}");
        assert!(kind.field("metadata").is_some(), "{row:?}");
    }
}

#[test]
fn what_no_field_is_called_is_dropped_and_told() {
    let written = json!({ "spec": { "replica": 3, "replicas": 2, "template": { "spec": {
        "containers": [{ "name": "a", "imge": "x" }] } } }, "metadata": { "name": "web" } });
    let (kept, unknown) = read("Deployment", written).unwrap();
    assert_eq!(
        kept,
        json!({ "spec": { "replicas": 2, "template": { "spec": { "containers": [{ "name": "a" }] } } },
            "metadata": { "name": "web" } })
    );
    assert_eq!(
        unknown,
        [
            "unknown field \"spec.replica\"",
            "unknown field \"spec.template.spec.containers[0].imge\"",
        ]
    );
}

#[test]
fn what_says_nothing_is_left_out() {
    let written = json!({ "metadata": { "name": "a", "labels": {}, "finalizers": [] },
        "data": {}, "immutable": null });
    let (kept, unknown) = read("ConfigMap", written).unwrap();
    assert_eq!(kept, json!({ "metadata": { "name": "a" } }));
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn what_a_field_cannot_hold_is_refused() {
    let refused = |kind: &str, value: Value| read(kind, value).unwrap_err();
    assert_eq!(
        refused("ConfigMap", json!({ "data": { "k": 1 } })),
        "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"
    );
    assert_eq!(
        refused("Deployment", json!({ "spec": { "replicas": "3" } })),
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type \
         int32"
    );
    assert_eq!(
        refused(
            "Deployment",
            json!({ "spec": { "replicas": 2_147_483_648_i64 } })
        ),
        "json: cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas \
         of type int32"
    );
}

#[test]
fn times_are_as_the_api_writes_them() {
    let time = |text: &str| {
        let written = json!({ "spec": { "renewTime": text } });
        read("Lease", written).map(|(kept, _)| kept["spec"]["renewTime"].clone())
    };
    let canonical = "2001-01-01T00:00:00.123456Z";
    assert_eq!(time(canonical).unwrap(), canonical);
    assert_eq!(time("2001-01-01T01:00:00.123456+01:00").unwrap(), canonical);
    for (text, told) in [
        ("2001-01-01T00:00:00Z", "cannot parse \"Z\" as \".000000\""),
        (
            "2001-01-01T00:00:00.1234567Z",
            "cannot parse \"7Z\" as \"Z07:00\"",
        ),
        ("soon", "cannot parse \"soon\" as \"2006\""),
    ] {
        let error = time(text).unwrap_err();
        assert!(error.ends_with(told), "{error}");
    }
}

#[test]
fn fields_that_are_there_twice_are_told() {
    let read = json(br#"{"a": {"b": 1, "b": [{"c": 1, "c": 2}]}, "a": 3}"#).unwrap();
    assert_eq!(read.value, json!({ "a": 3 }));
    assert_eq!(
        read.doubles,
        [
            "duplicate field \"a.b\"",
            "duplicate field \"a.b[0].c\"",
            "duplicate field \"a\"",
        ]
    );
    assert_eq!(json(b"{\"a\"").unwrap_err(), "unexpected end of JSON input");
}

#[test]
fn of_what_was_put_in_only_that_is_read() {
    let place = RESOURCES.iter().position(|it| it.kind == "Deployment");
    let kind = of(place.unwrap());
    let put = json!({ "spec": { "replica": 3, "template": { "spec": null } },
        "metadata": { "labels": { "x": null } } });
    let mut value = json!({ "spec": { "replica": 3, "replicas": 2, "template": {} },
        "metadata": { "name": "web", "labels": {} } });
    let unknown = merged(kind, &mut value, &put).unwrap();
    assert_eq!(unknown, ["unknown field \"spec.replica\""]);
    assert_eq!(
        value,
        json!({ "spec": { "replicas": 2, "template": {} }, "metadata": { "name": "web" } })
    );
    let put = json!({ "spec": { "replicas": "2" } });
    let mut value = put.clone();
    assert!(merged(kind, &mut value, &put).is_err());
}
