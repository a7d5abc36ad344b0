//! The recordings are of a real kube-apiserver 1.36.3: objects, as far as it matters here, and what
//! their scale was.

use super::*;
use crate::kinds;

#[test]
fn every_scale_is_that_of_the_real_server() {
    let mut count = 0;
    for line in include_str!("recorded.jsonl").lines() {
        let (plural, object, scale): (String, Value, Value) = serde_json::from_str(line).unwrap();
        let resource = kinds::find("apps", "v1", &plural).unwrap();
        assert_eq!(of(resource, &object), Some(scale));
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn one_is_wanted_where_nobody_said() {
    let resource = kinds::find("apps", "v1", "deployments").unwrap();
    let scale = of(resource, &json!({"metadata": {"name": "web"}, "spec": {}})).unwrap();
    assert_eq!(scale["spec"], json!({"replicas": 1}));
    assert_eq!(scale["status"], json!({"replicas": 0}));
    assert_eq!(scale["metadata"], json!({"name": "web"}));
}

#[test]
fn what_has_no_replicas_has_no_scale() {
    for resource in kinds::RESOURCES.iter().filter(|it| !it.has_scale) {
        assert_eq!(of(resource, &json!({"spec": {"replicas": 1}})), None);
    }
}

#[test]
fn a_wish_is_a_number_of_replicas() {
    let found = |found: &str| {
        let found = found.to_owned();
        Err(ScaleError::NotANumber { found })
    };
    for (spec, expect) in [
        (json!({"replicas": 3}), Ok(3)),
        (json!({"replicas": 0}), Ok(0)),
        (json!({"replicas": null}), Ok(0)),
        (json!({}), Ok(0)),
        (json!({"replicas": i32::MAX}), Ok(i32::MAX)),
        (
            json!({"replicas": -1}),
            Err(ScaleError::Negative { found: -1 }),
        ),
        (json!({"replicas": 2_147_483_648_u32}), found("2147483648")),
        (json!({"replicas": 1.5}), found("1.5")),
        (json!({"replicas": "two"}), found("\"two\"")),
    ] {
        assert_eq!(wanted(&json!({"spec": spec})), expect, "{spec}");
    }
    assert_eq!(wanted(&json!({})), Ok(0));
}

#[test]
fn an_error_says_what_is_there() {
    for (error, expect) in [
        (
            ScaleError::NotANumber {
                found: "1.5".to_owned(),
            },
            "spec.replicas is 1.5, which is no number of replicas",
        ),
        (
            ScaleError::Negative { found: -1 },
            "spec.replicas is -1, and must be 0 or more",
        ),
    ] {
        assert_eq!(error.to_string(), expect);
    }
}
