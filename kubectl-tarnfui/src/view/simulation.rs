//! What manifests would do over a span of time, with no cluster.
//!
//! Replicas are those of the manifests, and there are no requests: an autoscaler and people who call
//! change both.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Reason, State};
use tarnfui_shared::workload::Kind;
use tarnfui_shared::zone::Zone;

use super::{API_VERSION, NextTransition};
use crate::error::one_line;
use crate::manifests::{Manifests, WorkloadManifest};
use crate::reading::{Annotations, Reading, Segment, Sleeper, timeline};

mod diff;
mod hours;

pub use diff::{ChangedHours, Compared, NamespaceDiff, Presence, SimulationDiff, compare};
pub use hours::{Hours, ReplicaHours, StateHours, Totals};

/// From when until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first instant inside.
    pub from: Timestamp,
    /// The first instant behind it.
    pub to: Timestamp,
}

/// What manifests would do: the document `Simulation`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Simulation {
    /// The version of the documents: `cli.tarnfui.io/v1`.
    api_version: &'static str,
    /// Which document it is.
    kind: &'static str,
    /// The first instant of the span, in UTC.
    pub from: Timestamp,
    /// The first instant behind it, in UTC.
    pub to: Timestamp,
    /// The namespaces, by name.
    pub items: Vec<NamespaceSimulation>,
    /// All of them together.
    pub total: Totals,
}

/// What one namespace would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NamespaceSimulation {
    /// Its name.
    pub namespace: String,
    /// The IANA name of the zone of its hours, as in `Europe/Paris`.
    pub timezone: String,
    /// What it is at first, and what it becomes.
    #[serde(flatten)]
    pub course: Course,
    /// The same in numbers.
    #[serde(flatten)]
    pub totals: Totals,
    /// Its workloads, by kind and name.
    pub workloads: Vec<WorkloadSimulation>,
    /// Its zone, to show times in.
    #[serde(skip)]
    pub zone: Zone,
}

/// What one workload would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkloadSimulation {
    /// Its kind and name, as `deployment/web`.
    pub workload: String,
    /// Its replicas in the manifest; of a CronJob, 0.
    pub replicas: i32,
    /// How many of them do not run while it sleeps.
    pub released: i32,
    /// How long they run, and how long not.
    pub replica_hours: ReplicaHours,
    /// What it does, where it goes by rules of its own.
    #[serde(flatten)]
    pub own: Option<Course>,
}

/// What something is at first, and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Course {
    /// The state at the first instant, and why. Of a workload, left out where it goes by the rules
    /// of its namespace.
    pub start: Start,
    /// The changes of state or reason after it. Of a workload, left out where it goes by the rules
    /// of its namespace.
    pub transitions: Vec<NextTransition>,
    /// The same as segments.
    #[serde(skip)]
    pub segments: Vec<Segment>,
}

/// A state, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Start {
    /// The state.
    pub state: State,
    /// Why it is in that state.
    pub reason: Reason,
}

impl NamespaceSimulation {
    /// Whether it is of no interest: nothing of it is ever managed, and nothing is wrong.
    pub fn is_plain(&self) -> bool {
        let is_plain = |course: &Course| {
            let mut all = course.segments.iter();
            all.all(|segment| segment.reason == Reason::NoRule)
        };
        is_plain(&self.course)
            && self
                .workloads
                .iter()
                .all(|it| it.own.as_ref().is_none_or(is_plain))
    }
}

impl Course {
    fn of(segments: Vec<Segment>) -> Self {
        let first = segments.first();
        Self {
            start: Start {
                state: first.map_or(State::Unmanaged, |it| it.state),
                reason: first.map_or(Reason::NoRule, |it| it.reason),
            },
            transitions: segments
                .iter()
                .skip(1)
                .map(|it| NextTransition {
                    at: it.start,
                    state: it.state,
                    reason: it.reason,
                })
                .collect(),
            segments,
        }
    }
}

/// The manifests of one namespace; of two with one name, those that are applied last.
#[derive(Default)]
struct Home<'a> {
    workloads: BTreeMap<(Kind, &'a str), &'a WorkloadManifest>,
}

/// What the manifests would do over the span, under `config`.
pub fn simulate(span: Span, manifests: &Manifests, config: &Config) -> Simulation {
    let mut homes: BTreeMap<&str, Home<'_>> = BTreeMap::new();
    for namespace in &manifests.namespaces {
        homes.entry(&namespace.name).or_default();
    }
    for manifest in &manifests.workloads {
        let home = homes.entry(&manifest.namespace).or_default();
        let key = (manifest.workload.kind, &*manifest.workload.name);
        home.workloads.insert(key, manifest);
    }
    let items: Vec<NamespaceSimulation> = homes
        .iter()
        .map(|(name, home)| namespace(span, name, home, manifests, config))
        .collect();
    Simulation {
        api_version: API_VERSION,
        kind: "Simulation",
        from: span.from,
        to: span.to,
        total: items.iter().map(|item| item.totals).sum(),
        items,
    }
}

fn namespace(
    span: Span,
    name: &str,
    home: &Home<'_>,
    manifests: &Manifests,
    config: &Config,
) -> NamespaceSimulation {
    let nothing = Annotations::new();
    let annotations = manifests.annotations_of(name).unwrap_or(&nothing);
    let reading = Reading::of(name, annotations, config);
    let segments = timeline(span.from, span.to, &reading.rules);
    let workloads: Vec<WorkloadSimulation> = home
        .workloads
        .values()
        .map(|manifest| {
            let sleeper = Sleeper::of(manifests, manifest, &reading, config);
            workload(span, manifest, &sleeper, &segments)
        })
        .collect();
    NamespaceSimulation {
        namespace: one_line(name),
        timezone: reading.zone.to_string(),
        totals: Totals {
            hours: StateHours::of(&segments),
            replica_hours: workloads.iter().map(|it| it.replica_hours).sum(),
        },
        course: Course::of(segments),
        workloads,
        zone: reading.zone,
    }
}

fn workload(
    span: Span,
    manifest: &WorkloadManifest,
    sleeper: &Sleeper,
    of_namespace: &[Segment],
) -> WorkloadSimulation {
    let own = sleeper.own.as_ref();
    let own = own.map(|rules| timeline(span.from, span.to, rules));
    let segments = own.as_deref().unwrap_or(of_namespace);
    let replicas = manifest.workload.value.replicas().unwrap_or(0);
    let asleep = StateHours::of(segments).asleep;
    let all = Hours::between(span.from, span.to);
    WorkloadSimulation {
        workload: one_line(&manifest.workload.reference()),
        replicas,
        released: sleeper.released,
        replica_hours: ReplicaHours {
            all: all.times(replicas),
            released: asleep.times(sleeper.released),
        },
        own: own
            .filter(|own| own.as_slice() != of_namespace)
            .map(Course::of),
    }
}
