//! StatefulSets: numbered pods, one after the other unless told otherwise.
//!
//! It must not know how long anything takes. Volumes are not modelled.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::attention::Attention;
use super::pods::{Phase, Pod, earlier};
use super::queue::Key;
use super::{Scene, adopt, counted, hash, kubelet};
use crate::json::{Map, Value, json};
use crate::store::Object;

/// The label that tells the pods of one revision from those of another.
const REVISION: &str = "controller-revision-hash";

/// What is asked for.
#[derive(Debug)]
struct Spec {
    /// The number of the first pod, and the one after the last.
    first: i64,
    end: i64,
    /// Whether each pod waits for the one before.
    is_ordered: bool,
    /// Whether pods are replaced at all where the template has changed, and from which number on.
    is_rolling: bool,
    partition: i64,
    min_ready: Duration,
}

/// A StatefulSet.
#[derive(Debug)]
pub(super) struct StatefulSet {
    attention: Attention,
    spec: Spec,
    /// In the order of their numbers.
    pods: Vec<Pod>,
    /// The revision that all pods had once, and the one that they are to have.
    current: Revision,
    update: Revision,
}

/// A template, by its name.
#[derive(Debug, Clone)]
struct Revision {
    name: Arc<str>,
    /// The StatefulSet as it was when this was asked for.
    source: Arc<Object>,
}

/// How many pods there are, as the status counts them.
#[derive(Debug, Clone, Copy)]
struct Counts {
    replicas: i64,
    ready: i64,
    available: i64,
    current: i64,
    updated: i64,
}

/// Whether a step was taken that the next ones have to wait for.
type Step = ControlFlow<()>;

impl Spec {
    fn read(source: &Arc<Object>) -> Self {
        let spec = &source.value["spec"];
        let first = spec["ordinals"]["start"].as_i64().unwrap_or(0);
        let strategy = &spec["updateStrategy"];
        let partition = strategy["rollingUpdate"]["partition"].as_i64();
        let seconds = spec["minReadySeconds"].as_u64().unwrap_or(0);
        Self {
            first,
            end: first + spec["replicas"].as_i64().unwrap_or(1),
            is_ordered: spec["podManagementPolicy"] != "Parallel",
            is_rolling: strategy["type"] != "OnDelete",
            partition: first + partition.unwrap_or(0),
            min_ready: Duration::from_secs(seconds),
        }
    }
}

impl Revision {
    fn of(source: &Arc<Object>) -> Self {
        let hash = hash::of(template(source));
        Self {
            name: format!("{}-{hash}", source.metadata("name")).into(),
            source: source.clone(),
        }
    }
}

fn template(stateful_set: &Object) -> &Value {
    &stateful_set.value["spec"]["template"]
}

impl StatefulSet {
    /// One without pods, that was never seen.
    pub(super) fn new(object: &Arc<Object>) -> Self {
        Self {
            attention: Attention::new(),
            spec: Spec::read(object),
            pods: Vec::new(),
            current: Revision::of(object),
            update: Revision::of(object),
        }
    }

    /// Does what is due, and says when there is more.
    pub(super) fn act(
        &mut self,
        scene: &mut Scene<'_>,
        key: &Key,
        object: &Arc<Object>,
    ) -> Option<Timestamp> {
        let now = scene.now;
        let generation = object.value["metadata"]["generation"].as_i64().unwrap_or(0);
        let is_new = self.attention.seen() == 0;
        if self.attention.turn(generation, now, scene.dice) {
            if is_new {
                self.adopt(scene, object);
            }
            self.see(object);
        }
        kubelet::look(scene, &key.namespace, self.pods.iter_mut());
        for pod in &mut self.pods {
            pod.advance(now);
        }
        self.show(scene, key, object);
        self.pods.retain(|pod| pod.phase != Phase::Gone);
        let is_ending = object.value["metadata"]["deletionTimestamp"].is_string();
        if self.attention.acts(now) && !is_ending {
            // The first step that has to be waited for ends it; which one that was is of no interest.
            let _ = self.step(scene);
            self.show(scene, key, object);
        }
        if self.attention.seen() > 0 {
            self.report(scene, key, object);
        }
        let due = self
            .pods
            .iter()
            .filter_map(|it| it.due(self.spec.min_ready, now))
            .min();
        earlier(due, self.attention.due(now))
    }

    /// How many pods it has.
    pub(super) fn count(&self) -> usize {
        self.pods.len()
    }

    /// The names of its pods.
    pub(super) fn pods(&self) -> Vec<&str> {
        self.pods.iter().map(|it| &*it.name).collect()
    }

    fn see(&mut self, object: &Arc<Object>) {
        self.spec = Spec::read(object);
        if template(&self.update.source) != template(object) {
            self.update = Revision::of(object);
        }
    }

    fn step(&mut self, scene: &mut Scene<'_>) -> Step {
        self.fill(scene)?;
        self.shrink(scene)?;
        self.roll(scene)
    }

    /// Starts the pods that are missing.
    fn fill(&mut self, scene: &mut Scene<'_>) -> Step {
        for ordinal in self.spec.first..self.spec.end {
            let found = self.pods.binary_search_by_key(&ordinal, |it| it.ordinal);
            let is_fit = match found {
                Ok(at) => self.pods[at].is_available(self.spec.min_ready, scene.now),
                Err(_) if scene.room.take(1) == 0 => return Step::Break(()),
                Err(at) => {
                    let pod = self.pod(ordinal, scene);
                    self.pods.insert(at, pod);
                    false
                }
            };
            self.wait_unless(is_fit)?;
        }
        Step::Continue(())
    }

    fn pod(&self, ordinal: i64, scene: &mut Scene<'_>) -> Pod {
        let is_held = self.spec.is_rolling && ordinal < self.spec.partition;
        let revision = if is_held { &self.current } else { &self.update };
        let chance = (scene.now, &mut *scene.dice);
        Pod::start(template(&revision.source), &revision.name, ordinal, chance)
    }

    /// Stops the pods that are too many, the last one first.
    fn shrink(&mut self, scene: &mut Scene<'_>) -> Step {
        let wanted = self.spec.first..self.spec.end;
        for at in (0..self.pods.len()).rev() {
            let pod = &mut self.pods[at];
            if wanted.contains(&pod.ordinal) {
                continue;
            }
            pod.stop(scene.now, scene.dice);
            self.wait_unless(false)?;
        }
        Step::Continue(())
    }

    /// Stops the last pod of another revision, and waits for the one that comes instead.
    fn roll(&mut self, scene: &mut Scene<'_>) -> Step {
        if !self.spec.is_rolling {
            return Step::Continue(());
        }
        for pod in self.pods.iter_mut().rev() {
            if pod.ordinal < self.spec.partition {
                break;
            }
            if pod.revision != self.update.name && pod.is_active() {
                pod.stop(scene.now, scene.dice);
                return Step::Break(());
            }
            if !pod.is_ready() {
                return Step::Break(());
            }
        }
        Step::Continue(())
    }

    fn wait_unless(&self, is_fit: bool) -> Step {
        if is_fit || !self.spec.is_ordered {
            Step::Continue(())
        } else {
            Step::Break(())
        }
    }

    /// Takes over the pods that are there.
    fn adopt(&mut self, scene: &mut Scene<'_>, object: &Arc<Object>) {
        if !scene.dice.habits.with_pods {
            return;
        }
        let prefix = format!("{}-", object.metadata("name"));
        for pod in adopt::objects(scene, "Pod", object) {
            let ordinal = pod.metadata("name").strip_prefix(&prefix);
            let Some(ordinal) = ordinal.and_then(|it| it.parse().ok()) else {
                continue;
            };
            let revision = adopt::label(&pod, REVISION);
            if revision != &*self.update.name {
                self.current.name = revision.into();
            }
            self.pods.push(adopt::pod(scene, &pod, revision, ordinal));
        }
        self.pods.sort_by_key(|it| it.ordinal);
    }

    /// Makes the objects what the pods are, where there are objects for them.
    fn show(&mut self, scene: &mut Scene<'_>, key: &Key, object: &Object) {
        if !scene.dice.habits.with_pods {
            return;
        }
        for pod in &mut self.pods {
            let is_current = pod.revision == self.current.name;
            let revision = if is_current {
                &self.current
            } else {
                &self.update
            };
            let document = |pod: &Pod| {
                let name = format!("{}-{}", key.name, pod.ordinal);
                let labels = json!({
                    "apps.kubernetes.io/pod-index": pod.ordinal.to_string(),
                    REVISION: &*pod.revision,
                    "statefulset.kubernetes.io/pod-name": &name,
                });
                let named = json!({ "name": &name, "generateName": format!("{}-", key.name) });
                let template = template(&revision.source);
                let mut document = kubelet::document(template, object, named, labels);
                document["spec"]["hostname"] = name.into();
                document["spec"]["subdomain"] = object.value["spec"]["serviceName"].clone();
                Some(document)
            };
            kubelet::show(scene, &key.namespace, pod, document);
        }
    }

    fn counts(&self, now: Timestamp) -> Counts {
        let is_ready = |it: &&Pod| match it.phase {
            Phase::Ready(_) => true,
            // It answers until it is gone.
            Phase::Stopping { was_ready, .. } => was_ready,
            Phase::Starting(_) | Phase::Ended { .. } | Phase::Gone => false,
        };
        let is_of = |revision: &Arc<str>| {
            let own = self.pods.iter().filter(|it| it.is_active());
            counted(own.filter(|it| it.revision == *revision).count())
        };
        let is_available = |it: &&Pod| {
            is_ready(it) && (!it.is_active() || it.is_available(self.spec.min_ready, now))
        };
        Counts {
            replicas: counted(self.pods.len()),
            ready: counted(self.pods.iter().filter(is_ready).count()),
            available: counted(self.pods.iter().filter(is_available).count()),
            current: is_of(&self.current.name),
            updated: is_of(&self.update.name),
        }
    }

    fn report(&mut self, scene: &mut Scene<'_>, key: &Key, object: &Object) {
        let mut counts = self.counts(scene.now);
        let is_done = [counts.updated, counts.ready] == [counts.replicas; 2];
        if self.spec.is_rolling && is_done && self.attention.acts(scene.now) {
            self.current = self.update.clone();
            counts.current = counts.updated;
        }
        let mut status = Map::new();
        for (field, number) in [
            ("observedGeneration", self.attention.seen()),
            ("readyReplicas", counts.ready),
            ("currentReplicas", counts.current),
            ("updatedReplicas", counts.updated),
        ] {
            if number != 0 {
                status.insert(field.to_owned(), number.into());
            }
        }
        status.insert("replicas".to_owned(), counts.replicas.into());
        status.insert("availableReplicas".to_owned(), counts.available.into());
        status.insert("collisionCount".to_owned(), json!(0));
        status.insert("currentRevision".to_owned(), json!(*self.current.name));
        status.insert("updateRevision".to_owned(), json!(*self.update.name));
        scene.report(key, object, Value::Object(status));
    }
}
