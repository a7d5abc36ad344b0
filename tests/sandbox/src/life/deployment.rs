//! Deployments: revisions, and how the pods go from one to the other.
//!
//! It must not know how long anything takes.

use std::sync::Arc;

use jiff::Timestamp;

use super::attention::Attention;
use super::pods::{Phase, Pod, earlier};
use super::queue::Key;
use super::room::Shortage;
use super::{Scene, counted, kubelet};
use crate::json::{Map, Value};
use crate::store::Object;

mod conditions;
mod objects;
mod rolling;
mod spec;

use conditions::Conditions;
use rolling::Share;
use spec::Spec;

/// Where a Deployment says which revision it is at.
const REVISION: &str = "deployment.kubernetes.io/revision";

/// One template, and its pods.
#[derive(Debug)]
struct Revision {
    hash: Arc<str>,
    /// They are counted from 1; one that comes back gets a new number.
    number: u64,
    wanted: i64,
    /// Whether there is no room for all of them.
    is_short: bool,
    /// The Deployment as it was when the revision was asked for.
    source: Arc<Object>,
}

/// How many pods there are, as the status counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    replicas: i64,
    updated: i64,
    ready: i64,
    available: i64,
    wanted: i64,
}

/// A Deployment.
#[derive(Debug)]
pub(super) struct Deployment {
    attention: Attention,
    spec: Spec,
    /// In the order of their numbers.
    revisions: Vec<Revision>,
    pods: Vec<Pod>,
    /// How many pods were made so far.
    made: i64,
    /// The replicas that the revisions share, and the most that there may be of them.
    scaled: (i64, i64),
    report: Report,
    /// The version that has the last report, and what that was.
    reported: Option<(u64, Report)>,
}

/// What the status says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Report {
    seen: i64,
    counts: Counts,
    conditions: Conditions,
}

/// The template of its pods.
fn template(deployment: &Object) -> &Value {
    &deployment.value["spec"]["template"]
}

impl Deployment {
    /// One without pods, that was never seen.
    pub(super) fn new(object: &Arc<Object>) -> Self {
        let spec = Spec::read(object, None);
        Self {
            attention: Attention::new(),
            scaled: (spec.replicas, spec.replicas + spec.surge),
            spec,
            revisions: Vec::new(),
            pods: Vec::new(),
            made: 0,
            report: Report::default(),
            reported: None,
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
            self.spec = Spec::read(object, Some(&self.spec));
            self.conditions_of_change(&key.name, now);
        }
        kubelet::look(scene, &key.namespace, self.pods.iter_mut());
        for pod in &mut self.pods {
            pod.advance(now);
        }
        let is_ending = object.value["metadata"]["deletionTimestamp"].is_string();
        if self.attention.acts(now) && !is_ending {
            self.share(now);
            self.start_and_stop(scene);
        }
        let is_seen = self.attention.seen() > 0;
        if is_seen {
            self.show(scene, key, object);
        }
        self.pods.retain(|pod| pod.phase != Phase::Gone);
        if is_seen {
            self.prune();
            self.clear(scene, object);
            self.judge(&key.name, now);
            self.report(scene, key, object);
        }
        let due = self
            .pods
            .iter()
            .filter_map(|it| it.due(self.spec.min_ready, now))
            .min();
        let due = earlier(due, self.attention.due(now));
        earlier(due, self.report.conditions.due(&self.spec))
    }

    /// How many pods it has.
    pub(super) fn count(&self) -> usize {
        self.pods.len()
    }

    /// The names of its pods.
    pub(super) fn pods(&self) -> Vec<&str> {
        self.pods.iter().map(|it| &*it.name).collect()
    }

    /// What is said as soon as a change is seen.
    fn conditions_of_change(&mut self, name: &str, now: Timestamp) {
        self.report.conditions.pause(self.spec.is_paused, now);
        if self.spec.is_paused
            || self
                .place()
                .is_some_and(|at| at + 1 == self.revisions.len())
        {
            return;
        }
        let number = self.revisions.last().map_or(1, |it| it.number + 1);
        let revision = if let Some(at) = self.place() {
            Revision {
                number,
                ..self.revisions.remove(at)
            }
        } else {
            let hash = self.spec.hash.clone();
            self.report.conditions.begin(&format!("{name}-{hash}"), now);
            Revision {
                hash,
                number,
                wanted: 0,
                is_short: false,
                source: self.spec.source.clone(),
            }
        };
        self.revisions.push(revision);
    }

    /// The place of the revision that is asked for, if there is one of it.
    fn place(&self) -> Option<usize> {
        self.revisions
            .iter()
            .position(|it| it.hash == self.spec.hash)
    }

    /// Says how many pods each revision is to have.
    fn share(&mut self, now: Timestamp) {
        let new = self.place();
        let mut shares: Vec<Share> = self
            .revisions
            .iter()
            .map(|it| self.share_of(it, now))
            .collect();
        let most = self.spec.replicas + self.spec.surge;
        if self.spec.replicas != self.scaled.0 {
            rolling::scale(&self.spec, &mut shares, new, self.scaled.1);
        }
        self.scaled = (self.spec.replicas, most);
        if let (Some(new), false) = (new, self.spec.is_paused) {
            rolling::roll(&self.spec, &mut shares, new);
        }
        for (revision, share) in self.revisions.iter_mut().zip(shares) {
            revision.wanted = share.wanted;
        }
    }

    fn share_of(&self, revision: &Revision, now: Timestamp) -> Share {
        let own = || self.pods.iter().filter(|it| it.revision == revision.hash);
        let available = own().filter(|it| it.is_available(self.spec.min_ready, now));
        Share {
            wanted: revision.wanted,
            available: counted(available.count()),
            pods: counted(own().filter(|it| it.phase != Phase::Gone).count()),
        }
    }

    /// Makes the pods as many as they are to be.
    fn start_and_stop(&mut self, scene: &mut Scene<'_>) {
        let now = scene.now;
        for revision in &mut self.revisions {
            let is_own = |it: &Pod| it.revision == revision.hash && it.is_active();
            let mut own: Vec<&mut Pod> = self.pods.iter_mut().filter(|it| is_own(it)).collect();
            let surplus = counted(own.len()) - revision.wanted;
            // Those that are not ready first, then the youngest.
            own.sort_by_key(|it| (it.is_ready(), -it.ordinal));
            for pod in own.into_iter().take(usize::try_from(surplus).unwrap_or(0)) {
                pod.stop(now, scene.dice);
            }
            let taken = scene.room.take(-surplus);
            let is_full = scene.room.shortage == Some(Shortage::Full);
            revision.is_short = is_full && taken < -surplus;
            for _ in 0..taken {
                self.made += 1;
                let template = template(&revision.source);
                let chance = (now, &mut *scene.dice);
                let pod = Pod::start(template, &revision.hash, self.made, chance);
                self.pods.push(pod);
            }
        }
    }

    /// Forgets the oldest of the revisions that have no pods.
    fn prune(&mut self) {
        let is_needed = |it: &Revision| {
            it.wanted > 0
                || it.hash == self.spec.hash
                || self.pods.iter().any(|pod| pod.revision == it.hash)
        };
        let idle = self.revisions.iter().filter(|it| !is_needed(it)).count();
        let mut surplus = idle.saturating_sub(self.spec.kept);
        self.revisions.retain(|it| {
            let is_kept = surplus == 0 || is_needed(it);
            surplus -= usize::from(!is_kept);
            is_kept
        });
    }

    /// Counts, and says how it goes.
    fn judge(&mut self, name: &str, now: Timestamp) {
        let before = self.report.counts;
        let active = || self.pods.iter().filter(|it| it.is_active());
        let is_new = |it: &&Pod| it.revision == self.spec.hash;
        let is_available = |it: &&Pod| it.is_available(self.spec.min_ready, now);
        self.report.counts = Counts {
            replicas: counted(active().count()),
            updated: counted(active().filter(is_new).count()),
            ready: counted(active().filter(|it| it.is_ready()).count()),
            available: counted(active().filter(is_available).count()),
            wanted: self.revisions.iter().map(|it| it.wanted).sum(),
        };
        let is_enough = self.report.counts.available >= self.spec.least();
        self.report.conditions.availability(is_enough, now);
        let mut short = self.revisions.iter().rev().filter(|it| it.is_short);
        let name_of = |it: &Revision| format!("{name}-{}", it.hash);
        let short = short.next().map(name_of);
        self.report.conditions.shortage(short.as_deref(), now);
        if !self.spec.is_paused && self.attention.acts(now) {
            let name = format!("{name}-{}", self.spec.hash);
            let way = (before, self.report.counts);
            self.report.conditions.progress(&self.spec, &name, way, now);
        }
    }

    fn report(&mut self, scene: &mut Scene<'_>, key: &Key, object: &Object) {
        self.report.seen = self.attention.seen();
        let reported = self.reported.as_ref();
        if reported.is_some_and(|it| it.0 == object.version && it.1 == self.report) {
            return;
        }
        let status = self.report.document();
        let number = self.place().map(|at| self.revisions[at].number.to_string());
        let told = object.value["metadata"]["annotations"][REVISION].as_str();
        let version = if number.as_deref().is_none_or(|number| told == Some(number)) {
            scene.report(key, object, status)
        } else {
            let hand = scene.hand(Some("status"));
            let write = |after: &mut Value| {
                after["status"] = status;
                after["metadata"]["annotations"][REVISION] = number.into();
            };
            let kept = scene.server.change(key.resource, object, hand, write);
            kept.version
        };
        self.reported = Some((version, self.report.clone()));
    }
}

impl Report {
    fn document(&self) -> Value {
        let counts = self.counts;
        let numbers = [
            ("observedGeneration", self.seen),
            ("replicas", counts.replicas),
            ("updatedReplicas", counts.updated),
            ("readyReplicas", counts.ready),
            ("availableReplicas", counts.available),
            (
                "unavailableReplicas",
                (counts.wanted - counts.available).max(0),
            ),
        ];
        let mut status = Map::new();
        for (field, number) in numbers.into_iter().filter(|(_, number)| *number != 0) {
            status.insert(field.to_owned(), number.into());
        }
        status.insert("conditions".to_owned(), self.conditions.document());
        Value::Object(status)
    }
}
