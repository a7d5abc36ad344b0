//! Evidence, from the API server: what each workload is before and after, and the writes between.
//!
//! The server's own objects, and its own log of requests where it shows one: neither the watches of
//! the demo nor the controllers have a say in it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use kube::Client;
use kube::api::{Api, DynamicObject};
use serde_json::{Value as Json, json};
use tarnfui_shared::workload::{Kind, SAVED_LABEL};

use crate::controllers::ACCOUNT;
use crate::testbed::Request;
use crate::wait;

use super::cast::{Namespace, Workload};
use super::sight::{resource, value_of};

/// How long pods may take to be ready; alone they take two seconds.
const READY_BOUND: Duration = Duration::from_mins(2);

/// Which workload: its namespace, as the cluster calls it, and `deployment/web`.
pub(super) type Name = (String, String);

/// Of each workload everything that is not its status or the server's bookkeeping.
pub(super) type Picture = BTreeMap<Name, Json>;

/// The writes of the controllers to one workload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Writes {
    /// Those that the server took.
    pub(super) taken: usize,
    /// Those that it refused because the object had changed meanwhile: nothing was written.
    pub(super) stale: usize,
    /// Those that it refused for any other reason.
    pub(super) refused: usize,
}

/// Waits until all pods are ready, then takes the picture.
pub(super) async fn settled(client: &Client, namespaces: &[Namespace]) -> anyhow::Result<Picture> {
    let are_ready = async || {
        for (namespace, workload) in all(namespaces) {
            let object = get(client, namespace, workload).await?;
            let ready = object.data["status"]["readyReplicas"].as_i64().unwrap_or(0);
            let wanted = workload.original.replicas().map_or(0, i64::from);
            if ready < wanted {
                return Ok(false);
            }
        }
        Ok(true)
    };
    wait::until_async("all pods are ready", READY_BOUND, are_ready).await?;
    picture(client, namespaces).await
}

/// Takes the picture.
pub(super) async fn picture(client: &Client, namespaces: &[Namespace]) -> anyhow::Result<Picture> {
    let mut picture = Picture::new();
    for (namespace, workload) in all(namespaces) {
        let object = get(client, namespace, workload).await?;
        let shown = json!({
            "labels": object.metadata.labels,
            "annotations": object.metadata.annotations,
            "spec": object.data["spec"],
        });
        picture.insert((namespace.to_owned(), workload.reference()), shown);
    }
    Ok(picture)
}

/// What is wrong with a workload at the end, if anything is.
pub(super) fn difference(workload: &Workload, before: &Json, after: &Json) -> Option<String> {
    let value = value_of(workload.kind, after);
    let original = workload.original;
    if value != Some(original) {
        let value = value.map_or("nothing".to_owned(), |value| value.to_string());
        return Some(format!("is at {value} and was at {original}"));
    }
    if let Some(mark) = after["labels"][SAVED_LABEL].as_str() {
        return Some(format!("still has the mark {mark}"));
    }
    (before != after).then(|| format!("was {before} and is {after}"))
}

/// The writes of the controllers to each workload.
pub(super) fn writes(requests: &[Request]) -> BTreeMap<Name, Writes> {
    let mut writes: BTreeMap<Name, Writes> = BTreeMap::new();
    for request in requests
        .iter()
        .filter(|it| it.user == ACCOUNT && it.is_write())
    {
        let (Some(namespace), Some(name)) = (&request.namespace, &request.name) else {
            continue;
        };
        let Some(kind) = Kind::parse(&request.resource) else {
            continue;
        };
        let reference = format!("{}/{name}", kind.row().singular);
        let of_workload = writes.entry((namespace.clone(), reference)).or_default();
        match request.code {
            200..300 => of_workload.taken += 1,
            409 => of_workload.stale += 1,
            _ => of_workload.refused += 1,
        }
    }
    writes
}

fn all(namespaces: &[Namespace]) -> Vec<(&str, &Workload)> {
    let mut all = Vec::new();
    for namespace in namespaces {
        all.extend(
            namespace
                .workloads
                .iter()
                .map(|workload| (&*namespace.place, workload)),
        );
    }
    all
}

async fn get(
    client: &Client,
    namespace: &str,
    workload: &Workload,
) -> anyhow::Result<DynamicObject> {
    let api: Api<DynamicObject> =
        Api::namespaced_with(client.clone(), namespace, &resource(workload.kind));
    let object = api.get(workload.name).await;
    object.with_context(|| format!("get {} in {namespace}", workload.reference()))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use tarnfui_shared::workload::Value;

    use super::*;

    const WEB: Workload = Workload {
        kind: Kind::Deployment,
        name: "web",
        original: Value::Replicas(3),
    };

    #[test]
    fn only_what_is_exactly_as_before_is_restored() {
        let before = json!({ "labels": null, "spec": { "replicas": 3, "paused": false } });
        let check = |after: Json, expect: Option<&str>| {
            assert_eq!(difference(&WEB, &before, &after).as_deref(), expect);
        };
        check(before.clone(), None);
        check(
            json!({ "labels": null, "spec": { "replicas": 2 } }),
            Some("is at 2 and was at 3"),
        );
        let marked = json!({ "labels": { SAVED_LABEL: "3" }, "spec": { "replicas": 3 } });
        check(marked, Some("still has the mark 3"));
        let touched = json!({ "labels": null, "spec": { "replicas": 3, "paused": true } });
        assert!(
            difference(&WEB, &before, &touched)
                .unwrap()
                .starts_with("was {")
        );
    }

    #[test]
    fn writes_are_those_of_the_controllers_to_workloads() {
        let request = |user: &str, verb: &str, resource: &str, code: u16| Request {
            received_at: Timestamp::UNIX_EPOCH,
            user: user.to_owned(),
            user_agent: String::new(),
            verb: verb.to_owned(),
            uri: String::new(),
            resource: resource.to_owned(),
            namespace: Some("shop".to_owned()),
            name: Some("web".to_owned()),
            code,
        };
        let counted = writes(&[
            request(ACCOUNT, "patch", "deployments", 200),
            request(ACCOUNT, "patch", "deployments", 409),
            request(ACCOUNT, "patch", "deployments", 403),
            request(ACCOUNT, "get", "deployments", 200),
            request(ACCOUNT, "create", "events", 201),
            request("admin", "patch", "deployments", 200),
        ]);
        let expect = Writes {
            taken: 1,
            stale: 1,
            refused: 1,
        };
        let name = ("shop".to_owned(), "deployment/web".to_owned());
        assert_eq!(counted, BTreeMap::from([(name, expect)]));
    }
}
