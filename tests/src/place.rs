//! A namespace of a trial on a cluster: changed as people change it, looked at, and every request
//! that the controller made in it counted.
//!
//! A workload is looked at as a line of text, `0 saved=3`, so that what a trial expects is what it
//! reads like. That nothing more happened is never waited for: [`Place::settle`] gives the
//! controller something to do, and what it had not done by then it does not do.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::events::v1::Event;
use kube::api::{
    Api, ApiResource, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams,
};
use kube::runtime::wait::await_condition;
use serde_json::{Value, json};

use crate::controllers::ACCOUNT;
use crate::scene::{Scene, ns};
use crate::testbed::{Cluster, Request};
use crate::wait;

/// How long anything may take that should happen at once, on a machine that is busy.
pub const BOUND: Duration = Duration::from_secs(30);

/// How long the log of requests may lag behind what can be seen.
const LOGGED: Duration = Duration::from_secs(5);

/// Canaries made so far in this process: each is another namespace.
static CANARIES: AtomicU32 = AtomicU32::new(0);

/// A namespace of a trial.
pub struct Place<'a> {
    cluster: &'a Cluster,
    client: kube::Client,
    name: String,
}

impl<'a> Place<'a> {
    /// Makes what is in `scene`, as `admin`.
    pub async fn make(cluster: &'a Cluster, scene: &Scene) -> anyhow::Result<Self> {
        let client = cluster.client("admin").await?;
        scene.make(&client).await?;
        Ok(Self {
            cluster,
            client,
            name: scene.name().to_owned(),
        })
    }

    /// The name of the namespace.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The cluster it is on.
    pub fn cluster(&self) -> &Cluster {
        self.cluster
    }

    /// The client of `admin`.
    pub fn client(&self) -> &kube::Client {
        &self.client
    }

    /// Sets annotations of Tarnfui on the namespace, or takes them away, in one write.
    pub async fn says(&self, pairs: &[(&str, Option<&str>)]) -> anyhow::Result<()> {
        let pairs = pairs
            .iter()
            .map(|(key, value)| (format!("tarnfui.io/{key}"), json!(value)));
        let annotations: serde_json::Map<String, Value> = pairs.collect();
        let patch = Patch::Merge(json!({ "metadata": { "annotations": annotations } }));
        let api: Api<Namespace> = Api::all(self.client.clone());
        api.patch(&self.name, &PatchParams::default(), &patch)
            .await
            .context("annotate the namespace")?;
        Ok(())
    }

    /// The Namespace itself, whole.
    pub async fn namespace(&self) -> anyhow::Result<Value> {
        let api: Api<Namespace> = Api::all(self.client.clone());
        Ok(serde_json::to_value(api.get(&self.name).await?)?)
    }

    /// Merges a patch into an object such as `deployment/web`.
    pub async fn patch(&self, reference: &str, patch: &Value) -> anyhow::Result<DynamicObject> {
        self.patch_as("trial", reference, patch).await
    }

    /// The same, by another field manager.
    pub async fn patch_as(
        &self,
        manager: &str,
        reference: &str,
        patch: &Value,
    ) -> anyhow::Result<DynamicObject> {
        let (api, name) = self.api(reference)?;
        let params = PatchParams {
            field_manager: Some(manager.to_owned()),
            ..Default::default()
        };
        let done = api.patch(name, &params, &Patch::Merge(patch)).await;
        done.with_context(|| format!("patch {reference}"))
    }

    /// The object, whole.
    pub async fn get(&self, reference: &str) -> anyhow::Result<Value> {
        let (api, name) = self.api(reference)?;
        let object = api
            .get(name)
            .await
            .with_context(|| format!("get {reference}"))?;
        Ok(serde_json::to_value(object)?)
    }

    /// How the workload stands, in a line: `3`, `0 saved=3`, `1 saved=3 asleep-at=1`, `suspended`.
    pub async fn see(&self, reference: &str) -> anyhow::Result<String> {
        Ok(line(&self.get(reference).await?))
    }

    /// Waits until the workload stands so.
    pub async fn until(&self, reference: &str, expected: &str) -> anyhow::Result<()> {
        let is_so = {
            let expected = expected.to_owned();
            move |object: &Value| line(object) == expected
        };
        self.until_it(reference, is_so)
            .await
            .with_context(|| format!("expected {expected:?}"))
    }

    /// Waits until the workload's own controller says that it has so many pods, all of them ready.
    pub async fn until_ready(&self, reference: &str, pods: i64) -> anyhow::Result<()> {
        let is_so = move |it: &Value| {
            let number = |field: &str| it["status"][field].as_i64().unwrap_or(0);
            let is_observed = it["status"]["observedGeneration"] == it["metadata"]["generation"];
            is_observed && number("replicas") == pods && number("readyReplicas") == pods
        };
        let waited = self.until_it(reference, is_so).await;
        waited.with_context(|| format!("expected {pods} pods"))
    }

    /// Waits until the object is so.
    pub async fn until_it(
        &self,
        reference: &str,
        is_so: impl Fn(&Value) -> bool + Send + 'static,
    ) -> anyhow::Result<()> {
        let (api, name) = self.api(reference)?;
        let condition = move |object: Option<&DynamicObject>| {
            let json = object.and_then(|object| serde_json::to_value(object).ok());
            json.is_some_and(|json| is_so(&json))
        };
        match tokio::time::timeout(BOUND, await_condition(api, name, condition)).await {
            Ok(watched) => {
                watched.with_context(|| format!("watch {reference}"))?;
                Ok(())
            }
            Err(_) => anyhow::bail!(
                "{reference} in {} is {:?} after {} s",
                self.name,
                self.see(reference).await?,
                BOUND.as_secs(),
            ),
        }
    }

    /// Waits until the controller has looked at everything that was so when this was called.
    ///
    /// It is asked to put another workload to sleep, in a namespace of its own; what it had queued
    /// for here goes before that.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let number = CANARIES.fetch_add(1, Ordering::Relaxed);
        let scene = ns(&format!("{}-canary-{number}", self.name))
            .says("asleep-until", "forever")
            .deploy("canary", 1)
            // Its own controller need not make pods of it.
            .with(&json!({ "spec": { "paused": true } }));
        let canary = Box::pin(Place::make(self.cluster, &scene)).await?;
        canary
            .until("deployment/canary", "0 saved=1")
            .await
            .context("settle")
    }

    /// What the controller asked to be changed here so far, oldest first, but for Events and for
    /// writes that were refused because something else came first: `patch deployments/web`, with the
    /// status where it was refused.
    pub fn writes(&self) -> anyhow::Result<Vec<String>> {
        let requests = self.controller_requests()?;
        let is_change = |it: &&Request| it.is_write() && it.resource != "events" && it.code != 409;
        Ok(requests.iter().filter(is_change).map(written).collect())
    }

    /// The writes that were refused because something else came first, with when they came.
    pub fn conflicts(&self) -> anyhow::Result<Vec<String>> {
        let requests = self.controller_requests()?;
        let is_conflict =
            |it: &&Request| it.is_write() && it.resource != "events" && it.code == 409;
        let told = |it: &Request| format!("{} at {}", written(it), it.received_at);
        Ok(requests.iter().filter(is_conflict).map(told).collect())
    }

    /// Settles, and fails unless exactly these writes were made, in any order: nothing more happened.
    pub async fn expect_writes(&self, expected: &[&str]) -> anyhow::Result<()> {
        self.settle().await?;
        let (mut found, mut expected) = (self.written(expected.len()).await?, expected.to_vec());
        found.sort();
        expected.sort_unstable();
        self.compare(&found, &expected)
    }

    /// The same, in this order.
    pub async fn expect_writes_in_order(&self, expected: &[&str]) -> anyhow::Result<()> {
        self.settle().await?;
        let found = self.written(expected.len()).await?;
        self.compare(&found, expected)
    }

    /// The writes, once there are so many or time is up: what a write did can be seen before it is
    /// answered, and in the log.
    async fn written(&self, at_least: usize) -> anyhow::Result<Vec<String>> {
        let are_there = async || Ok(self.writes()?.len() >= at_least);
        let waited = wait::until_async("the writes are logged", LOGGED, are_there).await;
        // What is missing then is told by whoever compares.
        waited.or_else(|_| anyhow::Ok(()))?;
        self.writes()
    }

    fn compare(&self, found: &[String], expected: &[&str]) -> anyhow::Result<()> {
        let name = &self.name;
        ensure!(
            found == expected,
            "expected the writes {expected:?} in {name}, found {found:?}"
        );
        let conflicts = self.conflicts()?;
        // One conflict, and one after reading again, is what a busy status may cost a write.
        ensure!(
            conflicts.len() <= 2 * found.len() + 1,
            "conflicts in {name}: {conflicts:?}"
        );
        Ok(())
    }

    /// Every request of the controller about an object in this namespace.
    pub fn controller_requests(&self) -> anyhow::Result<Vec<Request>> {
        let mut requests = self.cluster.requests()?;
        requests.retain(|it| it.user == ACCOUNT && it.namespace.as_deref() == Some(&self.name));
        Ok(requests)
    }

    /// When the controller's first granted write to `name` arrived that came at `since` or later.
    pub async fn written_at(&self, name: &str, since: Timestamp) -> anyhow::Result<Timestamp> {
        let is_it = |it: &Request| {
            it.is_write()
                && it.code == 200
                && it.resource != "events"
                && it.name.as_deref() == Some(name)
                && it.received_at >= since
        };
        let mut at = None;
        wait::until_async(&format!("{name} is written"), LOGGED, async || {
            let requests = self.controller_requests()?;
            at = requests
                .iter()
                .find(|it| is_it(it))
                .map(|it| it.received_at);
            Ok(at.is_some())
        })
        .await?;
        at.context("a write")
    }

    /// The controller's Events here, as `Normal Asleep Namespace/shop`, oldest first.
    pub async fn events(&self) -> anyhow::Result<Vec<String>> {
        let events = self.event_objects().await?;
        Ok(events.iter().map(told).collect())
    }

    /// Waits until there is such an Event, and returns its note.
    pub async fn until_event(&self, expected: &str) -> anyhow::Result<String> {
        let mut note = None;
        let seen = wait::until_async(expected, BOUND, async || {
            let events = self.event_objects().await?;
            let it = events.into_iter().find(|event| told(event) == expected);
            note = it.map(|event| event.note.unwrap_or_default());
            Ok(note.is_some())
        });
        if let Err(error) = seen.await {
            return Err(error.context(format!("Events: {:?}", self.events().await?)));
        }
        note.context("an Event")
    }

    /// Runs kubectl in this namespace, as `admin`, and returns what it wrote to stdout.
    pub fn kubectl(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self
            .cluster
            .kubectl(&[&["--namespace", &self.name], arguments].concat())?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "kubectl {}: {said}",
            arguments.join(" ")
        );
        Ok(String::from_utf8(output.stdout)?)
    }

    async fn event_objects(&self) -> anyhow::Result<Vec<Event>> {
        let api: Api<Event> = Api::namespaced(self.client.clone(), &self.name);
        let mut events = api.list(&ListParams::default()).await?.items;
        events.retain(|it| it.reporting_controller.as_deref() == Some("tarnfui.io/controller"));
        events.sort_by_key(|event| event.event_time.as_ref().map(|time| time.0));
        Ok(events)
    }

    fn api<'r>(&self, reference: &'r str) -> anyhow::Result<(Api<DynamicObject>, &'r str)> {
        let (kind, name) = reference
            .split_once('/')
            .context("a reference is kind/name")?;
        let (group, version, kind) = match kind {
            "deployment" => ("apps", "v1", "Deployment"),
            "statefulset" => ("apps", "v1", "StatefulSet"),
            "cronjob" => ("batch", "v1", "CronJob"),
            "pod" => ("", "v1", "Pod"),
            "horizontalpodautoscaler" => ("autoscaling", "v2", "HorizontalPodAutoscaler"),
            "configmap" => ("", "v1", "ConfigMap"),
            other => anyhow::bail!("{other}: not a kind that trials look at"),
        };
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
        Ok((
            Api::namespaced_with(self.client.clone(), &self.name, &resource),
            name,
        ))
    }
}

/// How a workload stands.
fn line(object: &Value) -> String {
    let value = match (&object["spec"]["replicas"], &object["spec"]["suspend"]) {
        (Value::Number(replicas), _) => replicas.to_string(),
        (_, Value::Bool(true)) => "suspended".to_owned(),
        _ => "unsuspended".to_owned(),
    };
    let label = |key: &str| {
        let value = object["metadata"]["labels"][format!("tarnfui.io/{key}")].as_str();
        value.map_or(String::new(), |value| format!(" {key}={value}"))
    };
    format!("{value}{}{}", label("saved"), label("asleep-at"))
}

fn written(request: &Request) -> String {
    let name = request.name.as_deref().unwrap_or_default();
    let what = format!("{} {}/{name}", request.verb, request.resource);
    if (200..300).contains(&request.code) {
        what
    } else {
        format!("{what}: {}", request.code)
    }
}

fn told(event: &Event) -> String {
    let about = event.regarding.clone().unwrap_or_default();
    format!(
        "{} {} {}/{}",
        event.type_.as_deref().unwrap_or_default(),
        event.reason.as_deref().unwrap_or_default(),
        about.kind.unwrap_or_default(),
        about.name.unwrap_or_default(),
    )
}
