//! What is known of one namespace. What it means is not decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use smol_str::SmolStr;
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Decision, State, Unknown};
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
    /// What those workloads mean that say something for themselves. Not in their entries: few do.
    pub(super) own: BTreeMap<(Kind, SmolStr), Resolved>,
    pub(super) workloads: Workloads,
    pub(super) autoscalers: BTreeMap<Box<str>, (u32, Autoscaler)>,
    /// What the last look left behind.
    pub(super) last: Last,
}

/// What the last look at a namespace left behind.
#[derive(Debug, Default)]
pub struct Last {
    /// The state as of the last look.
    pub state: Option<State>,
    /// Whether people were told that the namespace went to that state.
    pub is_told: bool,
    /// What was decided, or why nothing was; none before the first look.
    pub decision: Option<Result<Decision, Unknown>>,
    /// What was counted.
    pub counts: Counts,
    /// The problems that were told to people.
    pub problems: BTreeSet<(Option<String>, Code)>,
    /// The boundary that called for changes which are not all made yet.
    pub due_since: Option<Timestamp>,
}

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
        self.object.is_none() && self.workloads.is_empty() && self.autoscalers.is_empty()
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
        self.own.clear();
    }

    /// What a workload means that says something for itself.
    pub(super) fn own(&self, workload: &Workload) -> Option<&Resolved> {
        workload.own.as_ref()?;
        self.own.get(&(workload.kind, workload.name.clone()))
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
                rules.for_workload(&own.annotations, &object.annotations, config);
            let meaning = Resolved { rules, problems };
            self.own.insert((*kind, name.clone()), meaning);
        }
        self.resolved = Some(resolved);
    }

    pub(super) fn autoscaler_of(&self, workload: &Workload) -> Option<&str> {
        let mut all = self.autoscalers.values().map(|(_, autoscaler)| autoscaler);
        let found = all.find(|it| it.kind == workload.kind && workload.name == *it.target);
        found.map(|autoscaler| &*autoscaler.name)
    }
}
