//! A namespace as `status` shows it: the controller's own plan, read and not carried out.

use jiff::Timestamp;
use serde::Serialize;
use tarnfui_shared::annotations::{NamespaceAnnotations, Until};
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Activity, Decision, Reason, State, Unknown};
use tarnfui_shared::observe::Workload;
use tarnfui_shared::plan::{self, Memory, Observation, Plan, Stage};
use tarnfui_shared::problem::Problem;
use tarnfui_shared::rules::Rules;
use tarnfui_shared::workload::{Mark, Value};
use tarnfui_shared::zone::Zone;

use crate::cluster::Namespace;
use crate::error::one_line;
use crate::reading::{Known, Reading, next_state};
use crate::view::Requests;

/// A namespace as it was seen.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The object.
    pub namespace: &'a Namespace,
    /// What lies in it.
    pub belongings: &'a Belongings,
    /// The configuration.
    pub known: Known<'a>,
}

/// What lies in a namespace.
#[derive(Debug, Default)]
pub struct Belongings {
    /// Its workloads, sorted by kind and name.
    pub workloads: Vec<Workload>,
    /// Its HorizontalPodAutoscalers.
    pub autoscalers: Vec<tarnfui_shared::observe::Autoscaler>,
}

/// A namespace as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NamespaceStatus {
    /// Its name.
    pub namespace: String,
    /// Its state; null where nothing can be decided.
    pub state: Option<State>,
    /// Why it is in that state; null where nothing can be decided.
    pub reason: Option<Reason>,
    /// Why nothing can be decided; null where something is.
    pub unknown: Option<Unknown>,
    /// The instant at which state or reason next change by themselves, in UTC; null where they do
    /// not within 400 days, or nothing can be decided.
    pub until: Option<Timestamp>,
    /// The next change of state, as opposed to one of the reason alone; null where none is to come.
    pub next: Option<NextTransition>,
    /// Its schedule in canonical form, as in `Mon-Fri 08:00-20:00`; null where it has none that can
    /// be read.
    pub schedule: Option<String>,
    /// The IANA name of the zone of its hours, as in `Europe/Paris`.
    pub timezone: String,
    /// Its workloads in numbers.
    pub counts: Counts,
    /// The order in force; null where there is none.
    #[serde(rename = "override")]
    pub order: Option<OverrideStatus>,
    /// What is wrong with it and its workloads; empty where nothing is.
    pub problems: Vec<Problem>,
    /// Its workloads, by kind and name; left out where the namespace was not named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workloads: Option<Vec<WorkloadStatus>>,
    /// Its zone, to show times in.
    #[serde(skip)]
    pub zone: Zone,
    /// Whether it is of no interest: no rule, no mark and no problem, in itself or its workloads.
    #[serde(skip)]
    pub is_plain: bool,
    /// What its sleepers set free; only where it was looked up, which takes lists of its own.
    #[serde(skip)]
    pub released: Option<Requests>,
}

impl NamespaceStatus {
    /// Whether something is wrong with it that somebody should mend.
    pub fn is_faulty(&self) -> bool {
        self.problems.iter().any(|it| !it.code.is_notice())
    }
}

/// A change of state, or of the reason alone, to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NextTransition {
    /// The instant, in UTC.
    pub at: Timestamp,
    /// The state from then on.
    pub state: State,
    /// Why it is in that state from then on.
    pub reason: Reason,
}

/// Workloads in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// How many workloads sleep: they have a mark and are at rest.
    pub asleep: usize,
    /// How many workloads are handled at all, or sleep.
    pub all: usize,
    /// How many replicas come back when those that sleep wake.
    pub saved_replicas: i64,
}

/// An order in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OverrideStatus {
    /// The state that was ordered.
    pub state: State,
    /// The instant at which it ends, in UTC; null where it holds until it is resumed.
    pub until: Option<Timestamp>,
    /// Who gave it, by their own word; null where that was not noted.
    pub by: Option<String>,
    /// Why it was given, in a person's words; null where that was not noted.
    pub reason: Option<String>,
}

/// A workload as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkloadStatus {
    /// Its kind and name, as `deployment/web`.
    pub workload: String,
    /// The state that was decided for it; null where nothing can be decided.
    pub state: Option<State>,
    /// Why it is to be in that state; null where nothing can be decided.
    pub reason: Option<Reason>,
    /// How it stands; null where nothing can be decided.
    pub stage: Option<Stage>,
    /// The instant at which it is old enough to sleep, in UTC, where its age alone keeps it awake; null
    /// elsewhere.
    pub grace_until: Option<Timestamp>,
    /// When it was made, from which its grace is counted.
    #[serde(skip)]
    pub created_at: Timestamp,
    /// The value of the field that sleeping changes: its replicas, or, of a CronJob, whether it is
    /// suspended.
    pub value: Value,
    /// How many of its replicas are ready; 0 for what has none.
    pub ready: i32,
    /// The value that comes back when it wakes; null where it does not sleep.
    pub saved: Option<Value>,
    /// The instant at which its state or reason next change by themselves, in UTC; null where they
    /// do not within 400 days, or nothing can be decided.
    pub until: Option<Timestamp>,
}

impl Seen<'_> {
    pub(super) fn config(&self) -> &Config {
        self.known.config()
    }
}

/// What `status` shows of one namespace at `now`.
pub fn namespace_status(now: Timestamp, seen: &Seen<'_>, is_named: bool) -> NamespaceStatus {
    let metadata = &seen.namespace.metadata;
    let reading = Reading::of(&metadata.name, &metadata.annotations, seen.config());
    let unknown = unknown(seen);
    let plan = planned(now, seen, &reading, unknown);
    let decision = plan.decision.ok();
    let next = next_state(now, &reading.rules).filter(|_| decision.is_some());
    let schedule = reading
        .annotations
        .schedule
        .or(&seen.config().defaults.schedule);
    let workloads = is_named.then(|| workloads(seen.belongings, &plan));
    let is_plain = is_plain(seen.belongings, &plan);
    NamespaceStatus {
        namespace: metadata.name.clone(),
        state: decision.map(|decision| decision.state),
        reason: decision.map(|decision| decision.reason),
        unknown,
        until: decision.and_then(|decision| decision.until),
        next: next.map(|next| NextTransition {
            at: next.at,
            state: next.state,
            reason: next.reason,
        }),
        schedule: schedule.value().map(ToString::to_string),
        timezone: reading.zone.to_string(),
        counts: counts(seen),
        order: order(now, &reading),
        problems: if unknown.is_some() {
            reading.problems.clone()
        } else {
            plan.problems
        },
        workloads,
        zone: reading.zone,
        is_plain,
        released: None,
    }
}

fn is_plain(belongings: &Belongings, plan: &Plan) -> bool {
    let is_unmanaged = |decision: &Decision| decision.reason == Reason::NoRule;
    plan.problems.is_empty()
        && plan.decision.as_ref().is_ok_and(is_unmanaged)
        && plan
            .outlooks
            .iter()
            .all(|outlook| is_unmanaged(&outlook.decision))
        && belongings
            .workloads
            .iter()
            .all(|workload| workload.mark == Mark::None)
}

pub(super) fn unknown(seen: &Seen<'_>) -> Option<Unknown> {
    if !seen.known.is_read() {
        Some(Unknown::ConfigurationUnread)
    } else if seen.config().is_paused {
        Some(Unknown::Paused)
    } else {
        seen.namespace
            .metadata
            .is_terminating()
            .then_some(Unknown::Terminating)
    }
}

/// The plan that the controller would make at its first look.
fn planned(now: Timestamp, seen: &Seen<'_>, reading: &Reading, unknown: Option<Unknown>) -> Plan {
    let own: Vec<Option<(Rules, Vec<Problem>)>> = seen
        .belongings
        .workloads
        .iter()
        .map(|workload| {
            let own = &workload.own.as_ref()?.annotations;
            Some(
                reading
                    .rules
                    .for_workload(own, &reading.annotations, seen.config()),
            )
        })
        .collect();
    let workloads = seen.belongings.workloads.iter().zip(&own);
    let workloads = workloads.map(|(workload, own)| plan::Seen {
        workload,
        own: own
            .as_ref()
            .map(|(rules, problems)| (rules, problems.as_slice())),
        is_handled: seen.config().kinds.contains(workload.kind),
        autoscaler: autoscaler(seen.belongings, workload),
        memory: Memory::default(),
    });
    plan::plan(
        now,
        &Observation {
            namespace: &seen.namespace.metadata.name,
            unknown,
            rules: &reading.rules,
            problems: &reading.problems,
            activity: Activity::default(),
            workloads: workloads.collect(),
        },
    )
}

pub(super) fn autoscaler<'a>(belongings: &'a Belongings, workload: &Workload) -> Option<&'a str> {
    let targets = |it: &&tarnfui_shared::observe::Autoscaler| {
        it.kind == workload.kind && workload.name == *it.target
    };
    belongings
        .autoscalers
        .iter()
        .find(targets)
        .map(|it| &*it.name)
}

fn workloads(belongings: &Belongings, plan: &Plan) -> Vec<WorkloadStatus> {
    let mut outlooks = plan.outlooks.iter();
    let shown = belongings.workloads.iter().map(|workload| {
        let outlook = outlooks.next();
        WorkloadStatus {
            workload: workload.reference(),
            state: outlook.map(|outlook| outlook.decision.state),
            reason: outlook.map(|outlook| outlook.decision.reason),
            stage: outlook.map(|outlook| outlook.stage),
            grace_until: outlook.and_then(|outlook| outlook.grace_until),
            created_at: workload.created_at.instant(),
            value: workload.value,
            ready: workload.ready,
            saved: workload.sleeping(),
            until: outlook.and_then(|outlook| outlook.decision.until),
        }
    });
    shown.collect()
}

fn counts(seen: &Seen<'_>) -> Counts {
    let mut counts = Counts::default();
    for workload in &seen.belongings.workloads {
        let saved = workload.sleeping();
        let is_handled =
            seen.config().kinds.contains(workload.kind) && workload.controller.is_none();
        counts.all += usize::from(is_handled || saved.is_some());
        counts.asleep += usize::from(saved.is_some());
        counts.saved_replicas += i64::from(saved.and_then(Value::replicas).unwrap_or(0));
    }
    counts
}

/// The order in force: of two, the one that wins.
fn order(now: Timestamp, reading: &Reading) -> Option<OverrideStatus> {
    let annotations = &reading.annotations;
    let in_force = |until: Option<&Until>| until.copied().filter(|until| until.in_force(now));
    let awake = in_force(annotations.awake_until.value()).map(|until| (State::Awake, until));
    let asleep = in_force(annotations.asleep_until.value()).map(|until| (State::Asleep, until));
    let (state, until) = awake.or(asleep)?;
    Some(shown_order(state, until.instant(), annotations))
}

/// An order of `state` until `until`, with what was noted of it.
pub(super) fn shown_order(
    state: State,
    until: Option<Timestamp>,
    annotations: &NamespaceAnnotations,
) -> OverrideStatus {
    let shown = |text: &Option<String>| text.as_deref().map(one_line).filter(|it| !it.is_empty());
    OverrideStatus {
        state,
        until,
        by: shown(&annotations.override_by),
        reason: shown(&annotations.override_reason),
    }
}
