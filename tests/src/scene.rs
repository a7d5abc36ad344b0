//! What a trial finds: a namespace with its annotations and workloads, in a few words.
//!
//! It makes objects and nothing else. What becomes of them is looked at through a
//! [`Place`](crate::place::Place).

use std::future::Future;

use anyhow::Context as _;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, PostParams};
use serde_json::{Value, json};

use crate::testbed::FAKE_NODE;

/// What every annotation and label of Tarnfui begins with.
const PREFIX: &str = "tarnfui.io/";

/// A namespace and what is in it, not made yet.
#[derive(Debug, Clone)]
pub struct Scene {
    namespace: Value,
    objects: Vec<Value>,
}

/// A namespace with nothing in it.
///
/// ```
/// use tarnfui_tests::scene::ns;
///
/// let scene = ns("dev").schedule("Mon-Fri 08:00-18:00").deploy("web", 3).wave(2);
/// assert_eq!(scene.name(), "dev");
/// assert!(scene.manifest().contains(r#""tarnfui.io/wave":"2""#));
/// ```
pub fn ns(name: &str) -> Scene {
    let namespace = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": { "name": name, "annotations": {} },
    });
    Scene {
        namespace,
        objects: Vec::new(),
    }
}

impl Scene {
    /// The name of the namespace.
    pub fn name(&self) -> &str {
        self.namespace["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
    }

    /// Sets `tarnfui.io/schedule` on the namespace.
    #[must_use]
    pub fn schedule(self, text: &str) -> Self {
        self.says("schedule", text)
    }

    /// Sets an annotation of Tarnfui on the namespace, by its name without the prefix.
    #[must_use]
    pub fn says(mut self, key: &str, value: &str) -> Self {
        self.namespace["metadata"]["annotations"][format!("{PREFIX}{key}")] = value.into();
        self
    }

    /// Adds a Deployment whose pods become ready at once, where there is a node.
    #[must_use]
    pub fn deploy(self, name: &str, replicas: i32) -> Self {
        let spec =
            json!({ "replicas": replicas, "selector": selector(name), "template": pod(name) });
        self.object("apps/v1", "Deployment", name, &spec)
    }

    /// Adds a StatefulSet, all of whose pods start at once.
    #[must_use]
    pub fn stateful_set(self, name: &str, replicas: i32) -> Self {
        let spec = json!({
            "replicas": replicas,
            "selector": selector(name),
            "template": pod(name),
            "serviceName": name,
            "podManagementPolicy": "Parallel",
        });
        self.object("apps/v1", "StatefulSet", name, &spec)
    }

    /// Adds a CronJob that is due once a year.
    #[must_use]
    pub fn cron_job(self, name: &str) -> Self {
        let mut template = pod(name);
        template["spec"]["restartPolicy"] = "Never".into();
        let spec = json!({
            "schedule": "0 0 1 1 *",
            "startingDeadlineSeconds": 60,
            "jobTemplate": { "spec": { "template": template } },
        });
        self.object("batch/v1", "CronJob", name, &spec)
    }

    /// Adds a HorizontalPodAutoscaler for a Deployment of the same name.
    #[must_use]
    pub fn autoscaler(self, name: &str, min: i32, max: i32) -> Self {
        let spec = json!({
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": name },
            "minReplicas": min,
            "maxReplicas": max,
        });
        self.object("autoscaling/v2", "HorizontalPodAutoscaler", name, &spec)
    }

    /// Adds any object of the namespace.
    #[must_use]
    pub fn object(mut self, api_version: &str, kind: &str, name: &str, spec: &Value) -> Self {
        let namespace = self.name();
        self.objects.push(json!({
            "apiVersion": api_version,
            "kind": kind,
            "metadata": {
                "name": name, "namespace": namespace,
                "labels": { "app": name }, "annotations": {},
            },
            "spec": spec,
        }));
        self
    }

    /// Sets an annotation of Tarnfui on the object added last.
    #[must_use]
    pub fn saying(self, key: &str, value: &str) -> Self {
        let key = format!("{PREFIX}{key}");
        self.with(&json!({ "metadata": { "annotations": { key: value } } }))
    }

    /// Sets the wave of the workload added last.
    #[must_use]
    pub fn wave(self, number: i32) -> Self {
        self.saying("wave", &number.to_string())
    }

    /// Sets a label of Tarnfui on the object added last: what only the controller does otherwise.
    #[must_use]
    pub fn marked(self, key: &str, value: &str) -> Self {
        let key = format!("{PREFIX}{key}");
        self.with(&json!({ "metadata": { "labels": { key: value } } }))
    }

    /// Leaves the pods of the workload added last pending: there is no scheduler.
    #[must_use]
    pub fn unscheduled(self) -> Self {
        self.with(&json!({ "spec": { "template": { "spec": { "nodeName": null } } } }))
    }

    /// Merges a patch into the object added last.
    ///
    /// # Panics
    ///
    /// If there is none yet.
    #[must_use]
    pub fn with(mut self, patch: &Value) -> Self {
        let last = self.objects.last_mut();
        merge(last.expect("there is an object to change"), patch);
        self
    }

    /// Everything as one List, for kubectl.
    pub fn manifest(&self) -> String {
        let items: Vec<_> = std::iter::once(&self.namespace)
            .chain(&self.objects)
            .collect();
        json!({ "apiVersion": "v1", "kind": "List", "items": items }).to_string()
    }

    /// The object added last, alone, for kubectl.
    pub fn last(&self) -> String {
        self.objects.last().unwrap_or(&self.namespace).to_string()
    }

    /// Makes everything, the namespace first.
    pub async fn make(&self, client: &kube::Client) -> anyhow::Result<()> {
        for object in std::iter::once(&self.namespace).chain(&self.objects) {
            create(client, object)
                .await
                .with_context(|| format!("make {object}"))?;
        }
        Ok(())
    }
}

/// Makes one object of any kind.
pub fn create(
    client: &kube::Client,
    object: &Value,
) -> impl Future<Output = anyhow::Result<DynamicObject>> {
    let (client, object) = (client.clone(), object.clone());
    async move {
        let object: DynamicObject = serde_json::from_value(object)?;
        let types = object.types.clone().context("an object without a kind")?;
        let kind = ApiResource::from_gvk(&GroupVersionKind::try_from(&types)?);
        let api: Api<DynamicObject> = match &object.metadata.namespace {
            Some(namespace) => Api::namespaced_with(client, namespace, &kind),
            None => Api::all_with(client, &kind),
        };
        Ok(api.create(&PostParams::default(), &object).await?)
    }
}

fn selector(name: &str) -> Value {
    json!({ "matchLabels": { "app": name } })
}

fn pod(name: &str) -> Value {
    json!({
        "metadata": { "labels": { "app": name } },
        "spec": {
            "nodeName": FAKE_NODE,
            "terminationGracePeriodSeconds": 0,
            "containers": [{ "name": "main", "image": "example.invalid/main:1" }],
        },
    })
}

/// A JSON merge patch: null takes away.
pub fn merge(into: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = json!({});
    }
    for (key, value) in patch {
        if value.is_null() {
            into.as_object_mut().map(|object| object.remove(key));
        } else {
            merge(&mut into[key], value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_is_what_it_says() {
        let scene = ns("dev")
            .schedule("never")
            .deploy("web", 3)
            .deploy("db", 1)
            .wave(-1)
            .unscheduled();
        let list: Value = serde_json::from_str(&scene.manifest()).unwrap();
        assert_eq!(
            list["items"][0]["metadata"]["annotations"],
            json!({ "tarnfui.io/schedule": "never" })
        );
        assert_eq!(list["items"][1]["metadata"]["annotations"], json!({}));
        assert_eq!(list["items"][1]["spec"]["replicas"], 3);
        assert_eq!(
            list["items"][2]["metadata"]["annotations"]["tarnfui.io/wave"],
            "-1"
        );
        assert!(
            list["items"][2]["spec"]["template"]["spec"]
                .get("nodeName")
                .is_none()
        );
    }
}
