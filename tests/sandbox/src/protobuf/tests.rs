//! The recordings are bodies that kubectl 1.36.3 sent for a command, and what they mean by hand.

use std::collections::BTreeSet;

use super::*;

#[test]
fn what_kubectl_sends_is_read() {
    let mut kinds = BTreeSet::new();
    for line in include_str!("recorded.jsonl").lines() {
        let (command, body, expect): (String, String, Value) = serde_json::from_str(line).unwrap();
        let body = BASE64_STANDARD.decode(body).unwrap();
        kinds.insert(expect["kind"].to_string());
        assert_eq!(read(&body), Ok(expect), "kubectl {command}");
    }
    assert_eq!(kinds.len(), TYPES.len());
}

/// A body of a kind, with the bytes of an object.
fn body(api_version: &str, kind: &str, object: &[u8]) -> Vec<u8> {
    let meta = [field(1, api_version.as_bytes()), field(2, kind.as_bytes())].concat();
    [b"k8s\0".to_vec(), field(1, &meta), field(2, object)].concat()
}

/// A field of bytes, shorter than 128.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).unwrap();
    [&[number << 3 | 2, length], bytes].concat()
}

#[test]
fn what_is_set_and_not_known_is_an_error() {
    assert_eq!(
        read(&body("policy/v1", "PodDisruptionBudget", &[])),
        Err(ProtobufError::UnknownKind {
            api_version: "policy/v1".to_owned(),
            kind: "PodDisruptionBudget".to_owned(),
        })
    );
    assert!(matches!(
        read(&body("v2", "ConfigMap", &[])),
        Err(ProtobufError::UnknownKind { api_version, .. }) if api_version == "v2"
    ));
    let unknown = |place: &str, number| {
        let place = place.to_owned();
        Err(ProtobufError::UnknownField { place, number })
    };
    let secrets = field(2, &field(1, b"s"));
    assert_eq!(
        read(&body("v1", "ServiceAccount", &secrets)),
        unknown("ServiceAccount", 2)
    );
    let container = [0x28, 1];
    let template = field(2, &field(2, &container));
    let deployment = field(2, &field(3, &template));
    assert_eq!(
        read(&body("apps/v1", "Deployment", &deployment)),
        unknown("Deployment.spec.template.spec.containers", 5)
    );
}

#[test]
fn numbers_times_and_flags_are_read() {
    // 300 s, in two groups of seven bits.
    let time = [0x08, 0xac, 0x02];
    let metadata = [field(8, &time), vec![0x38, 7]].concat();
    let object = [field(1, &metadata), vec![0x20, 1]].concat();
    assert_eq!(
        read(&body("v1", "ConfigMap", &object)),
        Ok(json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"creationTimestamp": "1970-01-01T00:05:00Z", "generation": 7},
            "immutable": true,
        }))
    );
    let found = read(&body("v1", "ConfigMap", &[0x20, 0])).unwrap();
    assert_eq!(found, json!({"apiVersion": "v1", "kind": "ConfigMap"}));
    let epoch = field(1, &field(8, &[0x08, 0]));
    let found = read(&body("v1", "ConfigMap", &epoch)).unwrap();
    assert_eq!(
        found["metadata"]["creationTimestamp"],
        "1970-01-01T00:00:00Z"
    );
    // An entry of a map whose value is empty.
    let found = read(&body("v1", "ConfigMap", &field(2, &field(1, b"a")))).unwrap();
    assert_eq!(found["data"], json!({"a": ""}));
    // -1 takes all ten bytes.
    let minus_one = [&[0x38][..], &[0xff; 9], &[1]].concat();
    let found = read(&body("v1", "ConfigMap", &field(1, &minus_one))).unwrap();
    assert_eq!(found["metadata"], json!({"generation": -1}));
}

#[test]
fn what_is_cut_or_of_another_type_is_malformed() {
    assert_eq!(read(b"{}"), Err(ProtobufError::NotAnEnvelope));
    assert_eq!(read(b"k8s"), Err(ProtobufError::NotAnEnvelope));
    let malformed = |place: &str| Err(malformed(place));
    assert_eq!(read(b"k8s\0\x0a\x05ab"), malformed("the envelope"));
    assert_eq!(read(b"k8s\0\x0b"), malformed("the envelope"));
    assert_eq!(read(b"k8s\0\x1c\0"), malformed("the envelope"));
    assert_eq!(read(b"k8s\0\xff"), malformed("the envelope"));
    assert_eq!(
        read(&[b"k8s\0", &[0xff; 11][..]].concat()),
        malformed("the envelope")
    );
    for (object, place) in [
        (vec![0x08, 1], "ConfigMap.metadata"),
        (field(4, b"x"), "ConfigMap.immutable"),
        (field(1, &field(1, b"\xff")), "ConfigMap.metadata.name"),
        (field(2, &field(3, b"x")), "ConfigMap.data"),
    ] {
        assert_eq!(read(&body("v1", "ConfigMap", &object)), malformed(place));
    }
    // The beginning of a body is never taken for the whole.
    let whole = body(
        "v1",
        "ConfigMap",
        &field(2, &[field(1, b"a"), field(2, b"b")].concat()),
    );
    let found = read(&whole);
    assert_eq!(found.as_ref().unwrap()["data"], json!({"a": "b"}));
    assert!((0..whole.len()).all(|end| read(&whole[..end]) != found));
}

#[test]
fn an_error_says_what_to_do() {
    for (error, expect) in [
        (
            ProtobufError::NotAnEnvelope,
            "the body is no protobuf of Kubernetes",
        ),
        (
            ProtobufError::UnknownKind {
                api_version: "batch/v1".to_owned(),
                kind: "Job".to_owned(),
            },
            "Job of batch/v1 can be sent as JSON only",
        ),
        (
            ProtobufError::UnknownField {
                place: "Pod.spec".to_owned(),
                number: 9,
            },
            "field 9 below Pod.spec can be sent as JSON only",
        ),
        (
            malformed("Pod.spec"),
            "the value below Pod.spec is malformed",
        ),
    ] {
        assert_eq!(error.to_string(), expect);
    }
}
