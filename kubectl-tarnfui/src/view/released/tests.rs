//! Quantities, and what pods ask for.

use serde_json::json;

use super::*;

#[test]
fn quantities_are_those_of_kubernetes() {
    let check = |text, expect| assert_eq!(quantity(text), expect, "{text}");
    check("100m", Some(0.1));
    check("2", Some(2.0));
    check("0.5", Some(0.5));
    check("1e3", Some(1000.0));
    check("512Mi", Some(536_870_912.0));
    check("1.5Gi", Some(1_610_612_736.0));
    check("128M", Some(128_000_000.0));
    check("2E", Some(2e18));
    for wrong in ["", "m", "Mi", "-1", "inf", "NaN", "1 Gi", "1gi"] {
        check(wrong, None);
    }
}

#[test]
fn a_pod_asks_for_what_runs_at_once() {
    let container = |cpu: &str| json!({ "resources": { "requests": { "cpu": cpu } } });
    let mut sidecar = container("100m");
    sidecar["restartPolicy"] = json!("Always");
    let check = |template: serde_json::Value, expect: f64| {
        let template = serde_json::from_value(template).unwrap();
        let cores = Requests::of(&template).cores;
        assert!((cores - expect).abs() < 1e-9, "{cores} {expect}");
    };
    check(json!({}), 0.0);
    check(
        json!({ "containers": [container("250m"), container("1")] }),
        1.25,
    );
    // What runs before is over when the others start: the larger counts.
    let before = json!([container("2")]);
    check(
        json!({ "containers": [container("1")], "initContainers": before }),
        2.0,
    );
    let before = json!([container("500m")]);
    check(
        json!({ "containers": [container("1")], "initContainers": before }),
        1.0,
    );
    // A sidecar runs beside what comes after it.
    let before = json!([sidecar, container("2")]);
    check(
        json!({ "containers": [container("1")], "initContainers": before }),
        2.1,
    );
    check(
        json!({ "containers": [container("1")], "overhead": { "cpu": "250m" } }),
        1.25,
    );
}
