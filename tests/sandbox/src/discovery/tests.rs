//! The recordings are answers of a real kube-apiserver 1.36.3, without what is not served here.

use super::*;

/// As kubectl asks.
const KUBECTL: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
     application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

fn recorded() -> Vec<(String, Value)> {
    include_str!("recorded.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_answer_is_that_of_the_real_server() {
    let recorded = recorded();
    assert_eq!(recorded.len(), 22);
    for (path, body) in recorded {
        let (path, accept) = match path.strip_suffix(" at once") {
            Some(path) => (path, KUBECTL),
            None => (path.as_str(), ""),
        };
        let answer = answer(path, accept).unwrap_or_else(|| panic!("{path} is not there"));
        assert_eq!(answer.body, body, "{path}");
        let is_one = body["kind"] == "APIGroupDiscoveryList";
        let content_type = if is_one {
            ALL_AT_ONCE
        } else {
            "application/json"
        };
        assert_eq!(answer.content_type, content_type, "{path}");
    }
}

#[test]
fn every_group_has_its_place() {
    for row in RESOURCES.iter().map(Row::of).chain(REVIEWS) {
        assert!(ORDER.contains(&row.group), "{}", row.group);
        let same_group = rows(row.group);
        assert!(same_group.iter().all(|it| it.version == row.version));
    }
}

#[test]
fn the_first_known_format_is_the_answer() {
    for (accept, expect) in [
        ("", false),
        ("*/*", false),
        ("application/json", false),
        (KUBECTL, true),
        (ALL_AT_ONCE, true),
        (
            "application/json; as=APIGroupDiscoveryList; v=v2; g=apidiscovery.k8s.io",
            true,
        ),
        (
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList;profile=nopeer",
            true,
        ),
        (
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
            false,
        ),
        (
            "application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
            false,
        ),
    ] {
        assert_eq!(asks_for_all_at_once(accept), expect, "{accept}");
    }
    assert!(!asks_for_all_at_once(&format!(
        "application/json,{ALL_AT_ONCE}"
    )));
    assert!(asks_for_all_at_once(&format!(
        "application/vnd.kubernetes.protobuf,{ALL_AT_ONCE}"
    )));
}

#[test]
fn what_is_not_there_has_no_answer() {
    for path in [
        "/",
        "/api/v2",
        "/api/v1/pods",
        "/apis/apps/v2",
        "/apis/autoscaling/v1",
        "/apis/argoproj.io",
        "/apis/v1",
        "/apis//v1",
        "/apis/apps/v1/deployments",
        "/openapi/v2",
        "/healthz",
    ] {
        assert_eq!(answer(path, KUBECTL), None, "{path}");
    }
}

#[test]
fn the_version_is_of_the_same_minor_as_the_real_one() {
    let version = answer("/version", "").unwrap().body;
    assert_eq!(version["gitVersion"], "v1.36.3+sandbox");
    assert_eq!(
        (&version["major"], &version["minor"]),
        (&json!("1"), &json!("36"))
    );
}
