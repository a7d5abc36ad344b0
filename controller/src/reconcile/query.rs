//! Answers to those who ask from outside: readiness, figures, and every decision.
//!
//! Asking changes nothing: no look is kept, and nothing is queued.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tarnfui_shared::decide::{Decision, Unknown};
use tarnfui_shared::plan::{Observation, Plan, plan};
use tarnfui_shared::workload::Mark;
use tokio::sync::oneshot;

use super::Reconciler;
use crate::leader::Leadership;

/// A question to the task that knows.
#[derive(Debug)]
pub enum Query {
    /// Whether the caches are filled.
    Readiness(oneshot::Sender<Readiness>),
    /// Figures for `/metrics`.
    Summary(oneshot::Sender<Summary>),
    /// Every decision, as JSON; of one namespace where one is named.
    Decisions(Option<String>, oneshot::Sender<Json>),
}

/// Whether this replica could lead, in sentences.
#[derive(Debug, Default)]
pub struct Readiness {
    /// What is missing; ready if nothing is.
    pub missing: Vec<String>,
    /// What else is wrong, and does not stand in the way.
    pub faults: Vec<String>,
}

/// How many there are of each.
#[derive(Debug, Default)]
pub struct Summary {
    /// Namespaces by state and reason.
    pub namespaces: BTreeMap<(&'static str, &'static str), u64>,
    /// Workloads and replicas.
    pub counts: Counts,
    /// Changes that wait for their turn.
    pub queued: usize,
    /// Writes that are under way.
    pub in_flight: usize,
}

/// What is counted of one namespace, or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Workloads that have a mark and are at rest.
    pub asleep: u32,
    /// Workloads that are known.
    pub workloads: u32,
    /// Replicas that come back.
    pub saved_replicas: u64,
    /// Problems, notices aside.
    pub problems: u32,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.asleep += other.asleep;
        self.workloads += other.workloads;
        self.saved_replicas += other.saved_replicas;
        self.problems += other.problems;
    }
}

impl Reconciler {
    pub(super) fn answer(&mut self, query: Query) {
        // Who asked may be gone by now; there is nothing to do about that.
        match query {
            Query::Readiness(reply) => drop(reply.send(self.readiness())),
            Query::Summary(reply) => drop(reply.send(self.summary())),
            Query::Decisions(namespace, reply) => drop(reply.send(self.decisions(namespace))),
        }
    }

    fn readiness(&self) -> Readiness {
        let world = &self.parts.world;
        let missing = world.unknown().and_then(missing);
        let sources = world.sources().faults().map(|(_, fault)| fault.0.clone());
        let lease = self
            .parts
            .leader
            .fault()
            .map(|error| crate::errors::chain(&*error));
        let config = world
            .config_problems()
            .iter()
            .map(|problem| format!("the configuration is not taken: {problem}"));
        Readiness {
            missing: missing.map(str::to_owned).into_iter().collect(),
            faults: sources.chain(config).chain(lease).collect(),
        }
    }

    fn summary(&mut self) -> Summary {
        let mut summary = Summary {
            queued: self.pace.queued(),
            in_flight: self.pace.in_flight(),
            ..Summary::default()
        };
        for last in self.parts.world.all_last() {
            summary.counts.add(last.counts);
            let key = match last.decision {
                Some(Ok((state, reason))) => (state.as_str(), reason.as_str()),
                Some(Err(unknown)) => ("Unknown", unknown.as_str()),
                None => continue,
            };
            *summary.namespaces.entry(key).or_default() += 1;
        }
        summary
    }

    fn decisions(&mut self, namespace: Option<String>) -> Json {
        let now = self.parts.clock.now();
        let names: Vec<String> = match namespace {
            Some(name) => vec![name],
            None => self.parts.world.names().map(str::to_owned).collect(),
        };
        let mut items = Vec::new();
        for name in names {
            let Some(observation) = self.parts.world.observation(&name) else {
                continue;
            };
            let plan = plan(now, &observation);
            let workloads = observation.workloads.iter().zip(&plan.outlooks);
            let workloads = workloads.map(|(seen, outlook)| {
                let saved = match &seen.workload.mark {
                    Mark::Saved { saved, .. } => Some(*saved),
                    Mark::None | Mark::Unreadable(_) => None,
                };
                json!({
                    "workload": seen.workload.reference(),
                    "stage": outlook.stage,
                    "decision": describe(&outlook.decision),
                    "value": seen.workload.value,
                    "saved": saved,
                })
            });
            items.push(json!({
                "namespace": name,
                "decision": plan.decision.as_ref().ok().map(describe),
                "unknown": plan.decision.as_ref().err(),
                "nextTransition": plan.next_transition,
                "problems": plan.problems,
                "workloads": workloads.collect::<Vec<_>>(),
            }));
        }
        let (leads, holder) = match &*self.leadership.borrow() {
            Leadership::Leader { holder, .. } => (true, Some(holder.name.clone())),
            Leadership::Standby { holder } => (false, holder.as_ref().map(|it| it.name.clone())),
        };
        json!({ "now": now, "leads": leads, "holder": holder, "items": items })
    }
}

/// What stands in the way of deciding, unless somebody wants it so.
fn missing(unknown: Unknown) -> Option<&'static str> {
    match unknown {
        Unknown::ConfigurationUnread => Some("the configuration was not read yet"),
        Unknown::NotListed => Some("the first lists are not complete yet"),
        Unknown::Terminating | Unknown::Paused => None,
    }
}

fn describe(decision: &Decision) -> Json {
    json!({ "state": decision.state, "reason": decision.reason, "until": decision.until })
}

/// Counts what a plan says.
pub(super) fn count(observed: &Observation<'_>, plan: &Plan) -> Counts {
    let mut counts = Counts {
        workloads: u32::try_from(plan.outlooks.len()).unwrap_or(u32::MAX),
        problems: u32::try_from(
            plan.problems
                .iter()
                .filter(|it| !it.code.is_notice())
                .count(),
        )
        .unwrap_or(u32::MAX),
        ..Counts::default()
    };
    for saved in observed
        .workloads
        .iter()
        .filter_map(|seen| seen.workload.sleeping())
    {
        counts.asleep += 1;
        let replicas = saved
            .replicas()
            .and_then(|number| u64::try_from(number).ok());
        counts.saved_replicas += replicas.unwrap_or(0);
    }
    counts
}
