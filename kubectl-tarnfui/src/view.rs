//! What is shown, as values: from objects to view models, in which nothing is left to decide.
//!
//! The models are serialized as they stand: their fields are the public API of `-o json`, described
//! in docs/plugin-output.md. No text for people is made here, and nothing is fetched.

use serde::Serialize;

mod doctor;
mod explanation;
mod lint;
mod order;
mod pending;
mod progress;
mod released;
mod restored;
mod saved;
#[cfg(feature = "schema")]
pub mod schema;
mod simulation;
mod status;
mod strip;
mod version;
mod watch;

pub use doctor::{
    Asked, Check, Diagnosis, Findings, NEIGHBOURS, Name, Namespaces, Neighbour, Obstacle, Outcome,
    OwnRights,
};
pub use explanation::{ChainRow, Detail, Explanation, Origin, ValueRow, explain, explain_workload};
pub use lint::{Finding, Level, is_missing, lint};
pub use order::{NamespaceManifest, OrderOutcome};
pub use pending::{Moves, Pending, PendingTransition, pending};
pub use progress::{Goal, Progress, progress};
pub use released::{Requests, released};
pub use restored::RestoredWorkload;
pub use saved::{Drift, Released, SavedWorkload};
pub use simulation::{
    ChangedHours, Compared, Course, Hours, NamespaceDiff, NamespaceSimulation, Presence,
    ReplicaHours, Simulation, SimulationDiff, Span, Start, StateHours, Totals, WorkloadSimulation,
    compare, simulate,
};
pub use status::{
    Belongings, Counts, NamespaceStatus, NextTransition, OverrideStatus, Seen, WorkloadStatus,
    namespace_status,
};
pub use strip::{Cell, Row, Strip, strip};
pub use version::{Client, Controller, Server, Versions};
pub use watch::{Change, Standing, Standings};

/// The version of the documents.
pub const API_VERSION: &str = "cli.tarnfui.io/v1";

/// The kinds of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DocumentKind {
    /// Of `status`.
    NamespaceStatusList,
    /// Of `explain`.
    ExplanationList,
    /// Of `pending`.
    PendingTransitionList,
    /// Of orders.
    OrderList,
    /// Of `saved`.
    SavedWorkloadList,
    /// Of `restore`.
    RestoredWorkloadList,
    /// Of `lint`.
    FindingList,
}

/// A document with a list of something.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct List<'a, T> {
    /// The version of the documents: `cli.tarnfui.io/v1`.
    api_version: &'static str,
    /// Which document it is.
    kind: DocumentKind,
    /// Its items; none where there is nothing to show.
    items: &'a [T],
    /// What could not be read, so that the items may be incomplete; left out where all could.
    #[serde(skip_serializing_if = "<[Gap]>::is_empty")]
    gaps: &'a [Gap],
}

impl<'a, T> List<'a, T> {
    /// A complete list.
    pub fn new(kind: DocumentKind, items: &'a [T]) -> Self {
        Self {
            api_version: API_VERSION,
            kind,
            items,
            gaps: &[],
        }
    }

    /// The same list, of which this could not be read.
    #[must_use]
    pub fn without(self, gaps: &'a [Gap]) -> Self {
        Self { gaps, ..self }
    }
}

/// Something that could not be read, while everything else could.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gap {
    /// What is left out: `configuration`, the plural of a kind as in `statefulsets`, `namespaces`
    /// or `transitions`.
    pub what: String,
    /// Why, in a sentence.
    pub message: String,
    /// What to do next, often a command; left out where there is nothing to suggest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
