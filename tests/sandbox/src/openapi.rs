//! The part of OpenAPI v3 that clients decide by: whether a resource can be patched, in which
//! formats, and with which queries. `kubectl apply` and `create` look here for `fieldValidation`,
//! and leave it to the server to check fields if they find it.
//!
//! It must not describe the objects themselves: what has no schema here, `kubectl` merges by the
//! types that it has built in. The older `/openapi/v2` is a document that describes nothing: where
//! there is none, `kubectl` takes what is unknown to it for a fault of the server.

use std::collections::BTreeSet;

use crate::json::{Map, Value, json};

use crate::discovery::{Document, GIT_VERSION};
use crate::kinds::{RESOURCES, Resource};

/// Answers a GET of `/openapi/v3` and of the documents that it names, whatever hash is asked for;
/// `None` where there is nothing, which is a 404.
///
/// These documents change only with the program: with the hash in the query they may be kept by
/// the client for ever.
pub fn answer(path: &str) -> Option<Document> {
    let below = path.strip_prefix("/openapi/v3")?;
    let body = match below.strip_prefix('/') {
        None if below.is_empty() => index(),
        None => return None,
        Some(root) => document(root)?,
    };
    Some(Document {
        content_type: "application/json".to_owned(),
        body,
    })
}

/// What `/openapi/v2` is, as protobuf: `swagger: "2.0"`, and no paths and definitions.
pub const V2: &[u8] = b"\x0a\x032.0";

/// How that is asked for.
pub const V2_ACCEPTED: &str = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
/// What it says that it is.
pub const V2_TYPE: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// The queries of a PATCH, and what their values are.
const QUERIES: [(&str, &str); 5] = [
    ("dryRun", "string"),
    ("fieldManager", "string"),
    ("fieldValidation", "string"),
    ("force", "boolean"),
    ("pretty", "string"),
];

const PATCHES: [&str; 4] = [
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
];

/// Where each document is, by the root of what it describes: `apis/apps/v1`.
fn index() -> Value {
    let roots: BTreeSet<String> = RESOURCES.iter().map(root).collect();
    let paths: Map = roots
        .into_iter()
        .filter_map(|root| {
            let hash = hash(&document(&root)?.to_string());
            let url = format!("/openapi/v3/{root}?hash={hash:016X}");
            Some((root, json!({"serverRelativeURL": url})))
        })
        .collect();
    json!({"paths": paths})
}

/// What there is to patch below a root.
fn document(below: &str) -> Option<Value> {
    let paths: Map = RESOURCES
        .iter()
        .filter(|it| root(it) == below)
        .map(|it| (path(it), json!({"patch": patch(it)})))
        .collect();
    let document = json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": GIT_VERSION},
        "paths": paths,
        "components": {"schemas": {}},
    });
    (!paths.is_empty()).then_some(document)
}

/// The start of its URLs, as a name: without the slash.
fn root(resource: &Resource) -> String {
    resource.root().trim_start_matches('/').to_owned()
}

/// The path of one object.
fn path(resource: &Resource) -> String {
    let namespace = if resource.is_namespaced {
        "namespaces/{namespace}/"
    } else {
        ""
    };
    let root = resource.root();
    format!("{root}/{namespace}{}/{{name}}", resource.plural)
}

fn patch(resource: &Resource) -> Value {
    let parameters: Vec<Value> = QUERIES
        .iter()
        .map(|(name, kind)| json!({"name": name, "in": "query", "schema": {"type": kind}}))
        .collect();
    let formats: Map = PATCHES
        .iter()
        .map(|format| ((*format).to_owned(), json!({"schema": {"type": "object"}})))
        .collect();
    json!({
        "parameters": parameters,
        "requestBody": {"content": formats, "required": true},
        "responses": {"200": {"description": "OK"}, "201": {"description": "Created"}},
        "x-kubernetes-action": "patch",
        "x-kubernetes-group-version-kind": {
            "group": resource.group,
            "version": resource.version,
            "kind": resource.kind,
        },
    })
}

/// FNV-1a: a name for a document's content that is the same on every machine.
fn hash(text: &str) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    text.bytes().fold(BASIS, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests;
