//! What is known of one namespace. What it means is not decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use smol_str::SmolStr;
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Reason, State, Unknown};
use tarnfui_shared::observe::{Autoscaler, NamespaceObject, Workload};
use tarnfui_shared::plan::Memory;
use tarnfui_shared::problem::{Code, Problem};
use tarnfui_shared::rules::Rules;
use tarnfui_shared::workload::Kind;

use super::shared::Shared;
use super::workloads::Workloads;
use crate::reconcile::Counts;

/// What is known of one namespace.
#[derive(Debug, Default)]
pub(super) struct Namespace {
    /// The object; none while only things in it were seen.
    pub(super) object: Option<NamespaceObject>,
    pub(super) generation: u32,
    pub(super) resolved: Option<Arc<Resolved>>,
    pub(super) workloads: Workloads,
    /// What few have.
    extras: Option<Box<Extras>>,
    /// What the last look left behind.
    pub(super) last: Last,
}

/// What few namespaces have, so that the others have no room for it.
#[derive(Debug, Default)]
struct Extras {
    /// What those workloads mean that say something for themselves.
    own: BTreeMap<(Kind, SmolStr), Resolved>,
    /// Autoscalers, each with the list that it was in.
    autoscalers: BTreeMap<Box<str>, (u32, Autoscaler)>,
}

/// What the last look at a namespace left behind.
#[derive(Debug, Default)]
pub struct Last {
    /// The state when people were last told of a change, or would have been if anything had moved.
    pub state: Option<State>,
    /// Whether people were told that the namespace went to that state.
    pub is_told: bool,
    /// What was decided and by which rule, or why nothing was; none before the first look.
    pub decision: Option<Result<(State, Reason), Unknown>>,
    /// What was counted.
    pub counts: Counts,
    /// The problems that were told to people.
    pub problems: Option<Box<ToldProblems>>,
    /// The next transition, from which on it is due.
    pub next_transition: Option<Timestamp>,
    /// The boundary that called for changes of which none was started yet.
    pub due_since: Option<Timestamp>,
}

/// Problems that were told to people: of which workload, and what.
#[derive(Debug)]
pub struct ToldProblems(pub BTreeSet<(Option<String>, Code)>);

#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) rules: Rules,
    pub(super) problems: Vec<Problem>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) workload: Workload,
    pub(super) generation: u32,
    pub(super) memory: Memory,
}

impl Namespace {
    pub(super) fn is_empty(&self) -> bool {
        let extras = self.extras.as_ref();
        let has_autoscalers = extras.is_some_and(|it| !it.autoscalers.is_empty());
        self.object.is_none() && self.workloads.is_empty() && !has_autoscalers
    }

    /// The Namespace is gone. What people were told was of that one, and not of the next by its name.
    pub(super) fn forget_object(&mut self) {
        self.object = None;
        self.forget_meaning();
        self.last = Last::default();
    }

    /// What was written is another, or means something else.
    pub(super) fn forget_meaning(&mut self) {
        self.resolved = None;
        if let Some(extras) = &mut self.extras {
            extras.own.clear();
        }
    }

    /// Keeps an autoscaler that is in a list, or forgets it.
    pub(super) fn autoscaler(&mut self, name: Box<str>, list: u32, found: Option<Autoscaler>) {
        match (found, &mut self.extras) {
            (Some(it), extras) => {
                let extras = extras.get_or_insert_default();
                extras.autoscalers.insert(name, (list, it));
            }
            (None, Some(extras)) => drop(extras.autoscalers.remove(&name)),
            (None, None) => {}
        }
    }

    /// Forgets the autoscalers that are not in a list.
    pub(super) fn autoscalers_listed(&mut self, list: u32) {
        if let Some(extras) = &mut self.extras {
            extras.autoscalers.retain(|_, (listed, _)| *listed == list);
        }
    }

    /// What a workload means that says something for itself.
    pub(super) fn own(&self, workload: &Workload) -> Option<&Resolved> {
        workload.own.as_ref()?;
        let own = &self.extras.as_ref()?.own;
        own.get(&(workload.kind, workload.name.clone()))
    }

    pub(super) fn unknown(&self) -> Option<Unknown> {
        match &self.object {
            None => Some(Unknown::NotListed),
            Some(object) => object.is_terminating.then_some(Unknown::Terminating),
        }
    }

    /// Names are looked up once, not at every look.
    pub(super) fn resolve(&mut self, name: &str, config: &Config, shared: &mut Shared) {
        if self.resolved.is_some() {
            return;
        }
        let Some(object) = &self.object else { return };
        let resolved = shared.resolved(name, object, config);
        for entry in self.workloads.iter() {
            let Workload {
                kind, name, own, ..
            } = &entry.workload;
            let Some(own) = own else { continue };
            let rules = &resolved.rules;
            let (rules, problems) =
                rules.for_workload(&own.annotations, &object.reading.annotations, config);
            let meaning = Resolved { rules, problems };
            let extras = self.extras.get_or_insert_default();
            extras.own.insert((*kind, name.clone()), meaning);
        }
        self.resolved = Some(resolved);
    }

    pub(super) fn autoscaler_of(&self, workload: &Workload) -> Option<&str> {
        let all = self.extras.as_ref()?.autoscalers.values();
        let mut all = all.map(|(_, autoscaler)| autoscaler);
        let found = all.find(|it| it.kind == workload.kind && workload.name == *it.target);
        found.map(|autoscaler| &*autoscaler.name)
    }
}
