//! The rows of Services.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::access::{list, number, text, text_or};
use super::{age, text as words};
use crate::json::{Value, json};

pub(super) fn cells(object: &Value, now: Timestamp) -> Vec<Value> {
    let single = text_or(object, "/spec/clusterIP", words::NONE);
    vec![
        json!(text(object, "/metadata/name")),
        json!(kind(object)),
        json!(text_or(object, "/spec/clusterIPs/0", single)),
        json!(outside(object)),
        json!(ports(object)),
        json!(age::of(object, now)),
        json!(words::labels(object, "/spec/selector")),
    ]
}

fn kind(object: &Value) -> &str {
    text_or(object, "/spec/type", "ClusterIP")
}

/// The addresses by which it is found from outside.
fn outside(object: &Value) -> String {
    let mut addresses = Vec::new();
    match kind(object) {
        "ClusterIP" | "NodePort" => {}
        "LoadBalancer" => addresses.extend(balancers(object)),
        "ExternalName" => return text(object, "/spec/externalName").to_owned(),
        _ => return age::UNKNOWN.to_owned(),
    }
    let external = list(object, "/spec/externalIPs").iter();
    addresses.extend(external.filter_map(Value::as_str));
    match (addresses.is_empty(), kind(object)) {
        (true, "LoadBalancer") => "<pending>".to_owned(),
        (true, _) => words::NONE.to_owned(),
        (false, _) => addresses.join(","),
    }
}

fn balancers(object: &Value) -> BTreeSet<&str> {
    list(object, "/status/loadBalancer/ingress")
        .iter()
        .map(|it| text_or(it, "/ip", text(it, "/hostname")))
        .filter(|it| !it.is_empty())
        .collect()
}

fn ports(object: &Value) -> String {
    let ports = list(object, "/spec/ports").iter().map(|port| {
        let inside = number(port, "/port");
        let protocol = text_or(port, "/protocol", "TCP");
        match number(port, "/nodePort") {
            ..=0 => format!("{inside}/{protocol}"),
            node => format!("{inside}:{node}/{protocol}"),
        }
    });
    let ports: Vec<String> = ports.collect();
    if ports.is_empty() {
        words::NONE.to_owned()
    } else {
        ports.join(",")
    }
}
