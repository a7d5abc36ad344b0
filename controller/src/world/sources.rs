//! How the watches stand: which lists are complete, which failed, and why.
//!
//! What may be decided while one is missing is not known here, but in [`super::World::unknown`].

use std::collections::BTreeMap;
use std::fmt;

use tarnfui_shared::workload::Kind;

/// Something that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The ConfigMap of the configuration.
    Configuration,
    /// All Namespaces.
    Namespaces,
    /// All workloads of a kind; where the kind is not handled, those that have a mark.
    Workloads(Kind),
    /// All HorizontalPodAutoscalers.
    Autoscalers,
}

impl Source {
    /// As in URLs, metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configmaps",
            Self::Namespaces => "namespaces",
            Self::Workloads(kind) => kind.row().plural,
            Self::Autoscalers => "horizontalpodautoscalers",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a list or watch failed, as a sentence with a next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub String);

#[derive(Debug, Default)]
struct Status {
    generation: u32,
    is_listed: bool,
    has_failed: bool,
    fault: Option<Fault>,
}

/// The watches by what they watch.
#[derive(Debug, Default)]
pub struct Sources(BTreeMap<Source, Status>);

impl Sources {
    /// Whether a first list was complete.
    pub fn is_listed(&self, source: Source) -> bool {
        self.0.get(&source).is_some_and(|status| status.is_listed)
    }

    /// Whether a first list was complete or has ever failed: a kind that nobody may list must not keep
    /// the others from being looked after.
    pub fn is_settled(&self, source: Source) -> bool {
        self.0
            .get(&source)
            .is_some_and(|status| status.is_listed || status.has_failed)
    }

    /// The watches that fail at the moment, and why.
    pub fn faults(&self) -> impl Iterator<Item = (Source, &Fault)> {
        self.0
            .iter()
            .filter_map(|(source, status)| Some((*source, status.fault.as_ref()?)))
    }

    pub(super) fn generation(&self, source: Source) -> u32 {
        self.0.get(&source).map_or(0, |status| status.generation)
    }

    pub(super) fn relisting(&mut self, source: Source, generation: u32) {
        self.0.entry(source).or_default().generation = generation;
    }

    /// Returns the generation that stays.
    pub(super) fn listed(&mut self, source: Source) -> u32 {
        let status = self.0.entry(source).or_default();
        status.is_listed = true;
        status.fault = None;
        status.generation
    }

    /// Returns whether this settles the source.
    pub(super) fn failed(&mut self, source: Source, fault: Fault) -> bool {
        let was_settled = self.is_settled(source);
        let status = self.0.entry(source).or_default();
        status.has_failed = true;
        status.fault = Some(fault);
        !was_settled
    }

    pub(super) fn recovered(&mut self, source: Source) {
        if let Some(status) = self.0.get_mut(&source) {
            status.fault = None;
        }
    }
}
