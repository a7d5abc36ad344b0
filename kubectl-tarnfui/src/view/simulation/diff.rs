//! What changes between two versions of the manifests.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use tarnfui_shared::decide::State;
use tarnfui_shared::zone::Zone;

use super::{API_VERSION, NamespaceSimulation, Simulation, Totals};
use crate::reading::Segment;

/// What changes: the document `SimulationDiff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SimulationDiff {
    /// The version of the documents: `cli.tarnfui.io/v1`.
    api_version: &'static str,
    /// Which document it is.
    kind: &'static str,
    /// The first instant of the span, in UTC.
    pub from: Timestamp,
    /// The first instant behind it, in UTC.
    pub to: Timestamp,
    /// The namespaces that differ, by name.
    pub items: Vec<NamespaceDiff>,
    /// All namespaces together, the same ones included.
    pub total: Compared<Totals>,
}

/// How it was, and how it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Compared<T> {
    /// By the old manifests.
    pub was: T,
    /// By the new ones.
    pub is: T,
}

/// What changes in one namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NamespaceDiff {
    /// Its name.
    pub namespace: String,
    /// The IANA name of the zone of its hours, as in `Europe/Paris`.
    pub timezone: String,
    /// In which of the manifests it is.
    pub presence: Presence,
    /// The hours in which it, or a workload with rules of its own, is in another state; empty where
    /// it is in one of them only.
    pub changes: Vec<ChangedHours>,
    /// What that does to the hours and replica-hours.
    pub totals: Compared<Totals>,
    /// Its zone, to show times in.
    #[serde(skip)]
    pub zone: Zone,
}

/// In which of the manifests a namespace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Presence {
    /// In both.
    Kept,
    /// In the new ones.
    Added,
    /// In the old ones.
    Removed,
}

/// Hours in another state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedHours {
    /// The workload, as `deployment/web`; left out where it is the whole namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// The first instant in another state, in UTC.
    pub from: Timestamp,
    /// The first instant behind it, in UTC.
    pub to: Timestamp,
    /// The state by the old manifests.
    pub was: State,
    /// The state by the new ones.
    pub is: State,
}

/// What changes from `old` to `new`.
///
/// # Panics
///
/// Where they are not of the same span.
pub fn compare(old: &Simulation, new: &Simulation) -> SimulationDiff {
    assert_eq!((old.from, old.to), (new.from, new.to), "of the same span");
    let by_name = |all: &'_ Simulation| -> BTreeMap<String, NamespaceSimulation> {
        let named = all.items.iter();
        named
            .map(|item| (item.namespace.clone(), item.clone()))
            .collect()
    };
    let (before, after) = (by_name(old), by_name(new));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let pairs = names
        .iter()
        .map(|name| (before.get(*name), after.get(*name)));
    SimulationDiff {
        api_version: API_VERSION,
        kind: "SimulationDiff",
        from: new.from,
        to: new.to,
        items: pairs.filter_map(|(old, new)| namespace(old, new)).collect(),
        total: Compared {
            was: old.total,
            is: new.total,
        },
    }
}

/// What changes in a namespace; none where nothing does.
fn namespace(
    old: Option<&NamespaceSimulation>,
    new: Option<&NamespaceSimulation>,
) -> Option<NamespaceDiff> {
    let (presence, changes) = match (old, new) {
        (Some(old), Some(new)) => (Presence::Kept, changes(old, new)),
        (None, Some(_)) => (Presence::Added, Vec::new()),
        (Some(_), None) => (Presence::Removed, Vec::new()),
        (None, None) => return None,
    };
    let shown = new.or(old)?;
    let totals = Compared {
        was: old.map(|it| it.totals).unwrap_or_default(),
        is: new.map(|it| it.totals).unwrap_or_default(),
    };
    let is_same = presence == Presence::Kept && changes.is_empty() && totals.was == totals.is;
    (!is_same).then(|| NamespaceDiff {
        namespace: shown.namespace.clone(),
        timezone: shown.timezone.clone(),
        presence,
        changes,
        totals,
        zone: shown.zone.clone(),
    })
}

/// The namespace's own changes, and those of workloads in both that go by rules of their own.
fn changes(old: &NamespaceSimulation, new: &NamespaceSimulation) -> Vec<ChangedHours> {
    let mut found = differing(&old.course.segments, &new.course.segments, None);
    for workload in &new.workloads {
        let mut before = old.workloads.iter();
        let Some(before) = before.find(|it| it.workload == workload.workload) else {
            continue;
        };
        if before.own.is_none() && workload.own.is_none() {
            continue;
        }
        let was = before.own.as_ref().unwrap_or(&old.course);
        let is = workload.own.as_ref().unwrap_or(&new.course);
        let whose = Some(workload.workload.as_str());
        found.extend(differing(&was.segments, &is.segments, whose));
    }
    found
}

/// The stretches in which the states differ, of two timelines of the same span without gaps.
fn differing(old: &[Segment], new: &[Segment], workload: Option<&str>) -> Vec<ChangedHours> {
    let mut found: Vec<ChangedHours> = Vec::new();
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    while let (Some(was), Some(is)) = (old.peek(), new.peek()) {
        let (from, to) = (was.start.max(is.start), was.end.min(is.end));
        let states = (was.state, is.state);
        if states.0 != states.1 {
            match found.last_mut() {
                Some(last) if last.to == from && (last.was, last.is) == states => last.to = to,
                Some(_) | None => found.push(ChangedHours {
                    workload: workload.map(str::to_owned),
                    from,
                    to,
                    was: states.0,
                    is: states.1,
                }),
            }
        }
        let (old_is_over, new_is_over) = (was.end == to, is.end == to);
        if old_is_over {
            old.next();
        }
        if new_is_over {
            new.next();
        }
    }
    found
}
