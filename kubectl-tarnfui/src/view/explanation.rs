//! Why a namespace or workload is what it is, with where each value comes from.

use jiff::Timestamp;
use jiff::civil::Time;
use serde::Serialize;
use tarnfui_shared::annotations::WorkloadAnnotations;
use tarnfui_shared::decide::{Activity, Reason, State, trace};
use tarnfui_shared::observe::Workload;
use tarnfui_shared::problem::Problem;
use tarnfui_shared::rules::Rules;
use tarnfui_shared::zone::Zone;

use super::{NextTransition, Strip, strip};
use crate::reading::{Annotations, Known, Reading, Transition, next_state, timeline, transitions};

mod chain;
mod values;

pub use chain::ChainRow;
pub use values::{Origin, ValueRow};

use values::{own_values, values, with_names};

/// How many transitions are shown: a working week has its five evenings or its five mornings, and
/// more is what a timeline is for.
const TRANSITIONS: usize = 5;

/// How many days the strip shows.
const DAYS: i64 = 7;

/// Why a namespace or workload is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Explanation {
    /// The name of the namespace.
    pub namespace: String,
    /// Its state; null where the configuration could not be read.
    pub state: Option<State>,
    /// Why it is in that state; null where the configuration could not be read.
    pub reason: Option<Reason>,
    /// The instant at which state or reason next change by themselves, in UTC; null where they do
    /// not within 400 days, or the configuration could not be read.
    pub until: Option<Timestamp>,
    /// What is wrong with its rules; empty where nothing is.
    pub problems: Vec<Problem>,
    /// The workload, as `deployment/web`; left out where it is the namespace that is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// The number of the rule that won, from 1 to 9; null where the configuration could not be
    /// read.
    pub rule: Option<u8>,
    /// The rules that were tried, in their order; the last one won. Empty where the configuration
    /// could not be read.
    pub chain: Vec<ChainRow>,
    /// The values in force, and where each comes from.
    pub values: Vec<ValueRow>,
    /// The next changes of state or reason, at most five; empty where none is to come, or the
    /// configuration could not be read.
    pub transitions: Vec<NextTransition>,
    /// What only people are shown.
    #[serde(skip)]
    pub detail: Detail,
}

/// What only people are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The zone of its times.
    pub zone: Zone,
    /// When the state changes next, as opposed to the reason alone.
    pub ends_at: Option<Timestamp>,
    /// The week from now on; none where nothing changes in it.
    pub week: Option<Strip>,
}

/// Explains the namespace `name` at `now`; without a configuration, as far as that goes.
pub fn explain(
    now: Timestamp,
    name: &str,
    annotations: &Annotations,
    known: Known<'_>,
) -> Explanation {
    let reading = Reading::of(name, annotations, known.config());
    explanation(
        now,
        name,
        (&reading, None),
        values(annotations, known),
        known,
    )
}

/// Explains a workload at `now`: what it says for itself goes before what its namespace says.
pub fn explain_workload(
    now: Timestamp,
    name: &str,
    annotations: &Annotations,
    workload: &Workload,
    known: Known<'_>,
) -> Explanation {
    let config = known.config();
    let mut reading = Reading::of(name, annotations, config);
    let mut values = values(annotations, known);
    if let Some(own) = &workload.own {
        let (rules, found) =
            reading
                .rules
                .for_workload(&own.annotations, &reading.annotations, config);
        let of_own = own.problems.iter().cloned().chain(found);
        reading
            .problems
            .extend(of_own.map(|it| it.of_workload(workload.reference())));
        reading.rules = rules;
        let own = own_values(&own.annotations);
        values.retain(|row| own.iter().all(|of_own| of_own.key != row.key));
        values.splice(0..0, own);
    }
    if !config.kinds.contains(workload.kind) || workload.controller.is_some() {
        reading.rules = Rules::none();
    }
    let own = workload.own.as_ref().map(|own| &own.annotations);
    let explained = explanation(now, name, (&reading, own), values, known);
    Explanation {
        workload: Some(workload.reference()),
        ..explained
    }
}

fn explanation(
    now: Timestamp,
    name: &str,
    (reading, own): (&Reading, Option<&WorkloadAnnotations>),
    values: Vec<ValueRow>,
    known: Known<'_>,
) -> Explanation {
    let (rules, zone) = (&reading.rules, &reading.zone);
    let traced = known
        .is_read()
        .then(|| trace(now, rules, &Activity::default()));
    let decision = traced.map(|traced| traced.decision);
    let coming = decision.into_iter();
    let coming = coming.flat_map(|_| transitions(now, rules).take(TRANSITIONS));
    let today = zone.to_civil(now).date();
    Explanation {
        namespace: name.to_owned(),
        state: decision.map(|decision| decision.state),
        reason: decision.map(|decision| decision.reason),
        until: decision.and_then(|decision| decision.until),
        problems: reading.problems.clone(),
        workload: None,
        rule: traced.map(|traced| traced.winner.number()),
        chain: traced.map_or_else(Vec::new, |traced| {
            chain::chain(now, name, rules, zone, &traced)
        }),
        values: with_names(values, today, (&reading.annotations, own), known.config()),
        detail: Detail {
            zone: zone.clone(),
            ends_at: decision.and_then(|_| next_state(now, rules).map(|it| it.at)),
            week: decision.and_then(|_| week(now, rules, zone)),
        },
        transitions: coming.map(next).collect(),
    }
}

fn next(transition: Transition) -> NextTransition {
    let Transition { at, state, reason } = transition;
    NextTransition { at, state, reason }
}

/// The days from now on; none where nothing changes in them.
fn week(now: Timestamp, rules: &Rules, zone: &Zone) -> Option<Strip> {
    let today = zone.to_civil(now).date();
    let end = today.saturating_add(jiff::Span::new().days(DAYS));
    let end = zone.start_of(end.to_datetime(Time::midnight()));
    let segments = timeline(now, end, rules);
    (segments.len() > 1).then(|| strip(&segments, zone))
}
