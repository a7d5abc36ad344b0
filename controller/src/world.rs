//! What is known of the cluster, in as little memory as it takes.
//!
//! A store of slim values per namespace, filled by [`crate::watch`] and owned by the one task of
//! [`crate::reconcile`], so there are no locks. It decides nothing: it hands out an
//! [`Observation`] and keeps what a look at it left behind. There is no clock in here.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use tarnfui_shared::change::{Change, Op};
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Activity, Unknown};
use tarnfui_shared::observe::{NamespaceObject, Workload};
use tarnfui_shared::plan::{Memory, Observation, Plan, Seen};
use tarnfui_shared::problem::Problem;
use tarnfui_shared::rules::Rules;
use tarnfui_shared::workload::{KINDS, Kind};

use crate::events::Subject;

mod namespace;
mod news;
mod shared;
mod sources;
mod workloads;

use namespace::{Entry, Namespace};
pub use namespace::{Last, ToldProblems};
pub use news::{Dirty, News};
use shared::Shared;
pub use sources::{Fault, Source, Sources};

/// The rules of what was not resolved; nothing is decided by them.
static NONE: LazyLock<Rules> = LazyLock::new(Rules::none);

/// Everything that is known.
#[derive(Debug)]
pub struct World {
    config: Option<Arc<Config>>,
    config_version: String,
    config_problems: Vec<Problem>,
    /// Boxed, because the nodes of a map are never full.
    namespaces: BTreeMap<Box<str>, Box<Namespace>>,
    shared: Shared,
    sources: Sources,
}

impl World {
    /// A world in which nothing is known but, where none has to be read, the configuration.
    pub fn new(config: Option<Arc<Config>>) -> Self {
        Self {
            config,
            config_version: String::new(),
            config_problems: Vec::new(),
            namespaces: BTreeMap::new(),
            shared: Shared::default(),
            sources: Sources::default(),
        }
    }

    /// The configuration in force, if one was ever read.
    pub fn config(&self) -> Option<&Arc<Config>> {
        self.config.as_ref()
    }

    /// The version of the configuration in force; empty where none is read from the cluster.
    pub fn config_version(&self) -> &str {
        &self.config_version
    }

    /// What is wrong with the newest configuration, which is then not the one in force.
    pub fn config_problems(&self) -> &[Problem] {
        &self.config_problems
    }

    /// How the watches stand.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The names of all namespaces.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.namespaces.keys().map(AsRef::as_ref)
    }

    /// The name of the namespace that comes after a name; of the first one, if there is no name.
    pub fn name_after(&self, name: Option<&str>) -> Option<&str> {
        let from = name.map_or(Bound::Unbounded, Bound::Excluded);
        let mut after = self.namespaces.range::<str, _>((from, Bound::Unbounded));
        after.next().map(|(name, _)| &**name)
    }

    /// What is kept of a namespace from look to look.
    pub fn last(&mut self, namespace: &str) -> Option<&mut Last> {
        self.namespaces
            .get_mut(namespace)
            .map(|known| &mut known.last)
    }

    /// Calls `each` for the namespaces whose transition has come, which from then on are late for it.
    pub fn take_due(&mut self, now: Timestamp, mut each: impl FnMut(&str)) {
        for (name, known) in &mut self.namespaces {
            if let Some(at) = known.last.next_transition.take_if(|at| *at <= now) {
                known.last.due_since.get_or_insert(at);
                each(name);
            }
        }
    }

    /// What is kept of every namespace.
    pub fn all_last(&self) -> impl Iterator<Item = &Last> {
        self.namespaces.values().map(|known| &known.last)
    }

    /// What an Event about a namespace, or about one of its workloads, is about.
    pub fn subject(&self, namespace: &str, workload: Option<(Kind, &str)>) -> Option<Subject> {
        let known = self.namespaces.get(namespace)?;
        let uid = match workload {
            Some((kind, name)) => known.workloads.get(kind, name)?.workload.uid.to_string(),
            None => known.object.as_ref()?.uid.to_string(),
        };
        let workload = workload.map(|(kind, name)| (kind, name.into()));
        Some(Subject {
            namespace: namespace.into(),
            uid,
            workload,
        })
    }

    /// Takes in what was seen.
    pub fn take_in(&mut self, news: News) -> Dirty {
        match news {
            News::Relisting(source, generation) => {
                self.sources.relisting(source, generation);
                Dirty::None
            }
            News::Listed(source) => self.listed(source),
            News::Failed(source, fault) => {
                if self.sources.failed(source, fault) {
                    Dirty::All
                } else {
                    Dirty::None
                }
            }
            News::Recovered(source) => {
                self.sources.recovered(source);
                Dirty::None
            }
            News::Namespace(name, object) => self.namespace(name, object),
            News::NamespaceGone(name) => self.namespace_gone(name),
            News::Workload(namespace, workload) => self.take_workload(namespace, *workload),
            News::WorkloadGone(namespace, kind, name) => {
                if let Some(known) = self.namespaces.get_mut(&namespace) {
                    known.workloads.remove(kind, &name);
                }
                self.forget_if_empty(&namespace);
                Dirty::One(namespace)
            }
            News::Autoscaler(namespace, name, autoscaler) => {
                let generation = self.sources.generation(Source::Autoscalers);
                let known = self.namespaces.entry(namespace.clone()).or_default();
                known.autoscaler(name, generation, autoscaler);
                self.forget_if_empty(&namespace);
                Dirty::One(namespace)
            }
            News::Configuration(read, version) => self.configuration(read, version),
        }
    }

    /// A broken configuration is a fault, not an empty one: the last good one stays in force.
    fn configuration(&mut self, read: Result<Arc<Config>, Vec<Problem>>, version: String) -> Dirty {
        match read {
            Ok(config) => {
                self.config_problems.clear();
                self.config_version = version;
                self.config = Some(config);
                self.shared.forget_meanings();
                for known in self.namespaces.values_mut() {
                    known.forget_meaning();
                }
                Dirty::All
            }
            Err(problems) => {
                self.config_problems = problems;
                Dirty::None
            }
        }
    }

    fn namespace(&mut self, name: Box<str>, mut object: NamespaceObject) -> Dirty {
        self.shared.namespace(&mut object);
        let generation = self.sources.generation(Source::Namespaces);
        let known = self.namespaces.entry(name.clone()).or_default();
        known.generation = generation;
        if known.object.as_ref() == Some(&object) {
            return Dirty::None;
        }
        if known.object.as_ref().is_some_and(|it| it.uid != object.uid) {
            known.forget_object();
        }
        known.object = Some(object);
        known.forget_meaning();
        Dirty::One(name)
    }

    fn namespace_gone(&mut self, name: Box<str>) -> Dirty {
        if let Some(known) = self.namespaces.get_mut(&name) {
            known.forget_object();
        }
        self.forget_if_empty(&name);
        Dirty::One(name)
    }

    /// Takes in a workload, unless it is an older view than the one that is there: the answer to a
    /// write can overtake the watch.
    fn take_workload(&mut self, namespace: Box<str>, mut workload: Workload) -> Dirty {
        self.shared.workload(&mut workload);
        let generation = self.sources.generation(Source::Workloads(workload.kind));
        let known = self.namespaces.entry(namespace.clone()).or_default();
        let Some(entry) = known.workloads.get_mut(workload.kind, &workload.name) else {
            if workload.own.is_some() {
                known.forget_meaning();
            }
            known.workloads.insert(Entry {
                workload,
                generation,
                memory: Memory::default(),
            });
            return Dirty::One(namespace);
        };
        // The first sight in a new list counts whatever its version: after a restore of etcd versions
        // go down, and what is known would otherwise stay as it was for good.
        let is_older = workload.version.is_before(entry.workload.version);
        let is_new_list = std::mem::replace(&mut entry.generation, generation) != generation;
        if (is_older && !is_new_list) || entry.workload == workload {
            return Dirty::None;
        }
        if entry.workload.uid != workload.uid {
            entry.memory = Memory::default();
        }
        let means_something_else = entry.workload.own != workload.own;
        entry.workload = workload;
        if means_something_else {
            known.forget_meaning();
        }
        Dirty::One(namespace)
    }

    /// What the complete list did not name is gone.
    fn listed(&mut self, source: Source) -> Dirty {
        let generation = self.sources.listed(source);
        for known in self.namespaces.values_mut() {
            match source {
                Source::Configuration => {}
                Source::Namespaces => {
                    if known.generation != generation {
                        known.forget_object();
                    }
                }
                Source::Workloads(kind) => known
                    .workloads
                    .retain(|entry| entry.workload.kind != kind || entry.generation == generation),
                Source::Autoscalers => known.autoscalers_listed(generation),
            }
        }
        self.namespaces.retain(|_, known| !known.is_empty());
        Dirty::All
    }

    fn forget_if_empty(&mut self, namespace: &str) {
        if self
            .namespaces
            .get(namespace)
            .is_some_and(|known| known.is_empty())
        {
            self.namespaces.remove(namespace);
        }
    }

    /// What was seen of one namespace; none if it is not known at all.
    pub fn observation(&mut self, namespace: &str) -> Option<Observation<'_>> {
        let unknown = self.unknown();
        let (name, known) = {
            let known = self.namespaces.get_mut(namespace)?;
            if let Some(config) = &self.config {
                known.resolve(namespace, config, &mut self.shared);
            }
            self.namespaces.get_key_value(namespace)?
        };
        let kinds = self.config.as_ref().map(|config| config.kinds);
        let resolved = known.resolved.as_deref();
        let workloads = known.workloads.iter().map(|entry| Seen {
            workload: &entry.workload,
            own: known
                .own(&entry.workload)
                .map(|own| (&own.rules, own.problems.as_slice())),
            is_handled: kinds.is_some_and(|kinds| kinds.contains(entry.workload.kind)),
            autoscaler: known.autoscaler_of(&entry.workload),
            memory: entry.memory,
        });
        Some(Observation {
            namespace: name,
            unknown: unknown.or_else(|| known.unknown()),
            rules: resolved.map_or(&NONE, |resolved| &resolved.rules),
            problems: resolved.map_or(&[], |resolved| &resolved.problems),
            activity: Activity::default(),
            workloads: workloads.collect(),
        })
    }

    /// Row 0, as far as it is the same for all namespaces.
    pub fn unknown(&self) -> Option<Unknown> {
        let Some(config) = &self.config else {
            return Some(Unknown::ConfigurationUnread);
        };
        let kinds = KINDS
            .iter()
            .map(|row| row.kind)
            .filter(|kind| config.kinds.contains(*kind));
        if !self.sources.is_listed(Source::Namespaces)
            || !self.sources.is_settled(Source::Autoscalers)
            || !kinds
                .into_iter()
                .all(|kind| self.sources.is_settled(Source::Workloads(kind)))
        {
            return Some(Unknown::NotListed);
        }
        config.is_paused.then_some(Unknown::Paused)
    }

    /// Keeps what the plan says to remember of each workload.
    pub fn remember(&mut self, namespace: &str, plan: &Plan) {
        let Some(known) = self.namespaces.get_mut(namespace) else {
            return;
        };
        for (place, entry) in known.workloads.iter_mut().enumerate() {
            // Where nothing is decided nothing is remembered: who knows what happens meanwhile.
            entry.memory = plan
                .outlooks
                .get(place)
                .map_or_else(Memory::default, |it| it.memory);
        }
    }

    /// Takes in the answer to a request, and that the server took a write, if that is what it was.
    pub fn seen(&mut self, namespace: &str, workload: Workload, written: Option<Op>) {
        let Some(known) = self.namespaces.get_mut(namespace) else {
            return;
        };
        // Gone again in the meantime: the watch is the one that says what is there.
        let Some(entry) = known.workloads.get_mut(workload.kind, &workload.name) else {
            return;
        };
        match written {
            Some(op) => entry.memory = entry.memory.after_write(op),
            // What was read is the newest there is, even if its version is lower than ours.
            None => entry.generation = entry.generation.wrapping_sub(1),
        }
        drop(self.take_workload(namespace.into(), workload));
    }

    /// Keeps that a write may have landed.
    pub fn attempted(&mut self, change: &Change) {
        let target = &change.target;
        let known = self.namespaces.get_mut(&target.namespace);
        if let Some(entry) = known.and_then(|it| it.workloads.get_mut(target.kind, &target.name)) {
            entry.memory = entry.memory.after_attempt(change.op, change.version);
        }
    }
}

#[cfg(test)]
mod tests;
