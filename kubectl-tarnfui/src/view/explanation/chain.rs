//! The rules in the order in which they were tried, and what would have to change for another one.

use jiff::Timestamp;
use serde::Serialize;
use tarnfui_shared::decide::{Reason, Row, State, Trace, Verdict};
use tarnfui_shared::rules::Rules;
use tarnfui_shared::text::format_duration;
use tarnfui_shared::zone::Zone;

use crate::when;

/// A rule, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChainRow {
    /// Its number, from 1 to 9: the first that fits wins.
    pub rule: u8,
    /// The reason that it gives where it wins.
    pub reason: Reason,
    /// The state that it gives where it wins.
    pub state: State,
    /// What became of it.
    pub verdict: Verdict,
    /// When it would win instead, in words; null where nothing makes it, or it has won.
    pub wins_if: Option<String>,
}

/// The rules that were tried, down to the one that won, at `now` for the namespace `name`, or for a workload in it.
pub(super) fn chain(
    now: Timestamp,
    name: &str,
    rules: &Rules,
    zone: &Zone,
    trace: &Trace,
) -> Vec<ChainRow> {
    let tried = trace.steps.iter();
    let tried = tried.take_while(|step| step.verdict != Verdict::NotTried);
    let rows = tried.map(|step| {
        let (state, reason) = match step.verdict {
            Verdict::Won => (trace.decision.state, trace.decision.reason),
            Verdict::Passed | Verdict::NotTried => gives(step.row, rules),
        };
        ChainRow {
            rule: step.row.number(),
            reason,
            state,
            verdict: step.verdict,
            wins_if: match step.verdict {
                Verdict::Passed => wins_if(step.row, now, name, rules, zone),
                Verdict::Won | Verdict::NotTried => None,
            },
        }
    });
    rows.collect()
}

/// What a rule gives where it wins.
fn gives(row: Row, rules: &Rules) -> (State, Reason) {
    match row {
        Row::NoRule => (State::Unmanaged, Reason::NoRule),
        Row::Excluded => (State::Unmanaged, Reason::Excluded),
        Row::InvalidRules => (State::Awake, Reason::InvalidRules),
        Row::AwakeOrder => (State::Awake, Reason::Override),
        Row::AsleepOrder => (State::Asleep, Reason::Override),
        Row::Requested => (State::Awake, Reason::Requested),
        Row::OutsideHours => (State::Asleep, Reason::OffHours),
        Row::Idle => (State::Asleep, Reason::Idle),
        Row::Otherwise if rules.hours.is_none() => (State::Awake, Reason::Active),
        Row::Otherwise => (State::Awake, Reason::WorkingHours),
    }
}

/// What would have to be for a rule to win that was passed over; none where nothing makes it.
fn wins_if(row: Row, now: Timestamp, name: &str, rules: &Rules, zone: &Zone) -> Option<String> {
    match row {
        Row::NoRule => Some("no rule is left, or the configuration excludes it".to_owned()),
        Row::Excluded => Some("tarnfui.io/exclude: \"true\" is set".to_owned()),
        Row::InvalidRules => Some("a rule can't be read".to_owned()),
        Row::AwakeOrder => Some(format!("somebody orders it: kubectl tarnfui wake {name}")),
        Row::AsleepOrder => Some(format!("somebody orders it: kubectl tarnfui sleep {name}")),
        Row::Requested => {
            let kept = format_duration(rules.kept_by_request?);
            // It is for the time outside the hours alone.
            rules.hours.as_ref()?;
            Some(format!("a request comes outside its hours, for {kept}"))
        }
        Row::OutsideHours => {
            let standing = rules.hours.as_ref()?.at(now);
            let end = standing.until.filter(|_| standing.open)?;
            Some(format!("its hours end: {}", when::clock(end, now, zone)))
        }
        Row::Idle => {
            let after = format_duration(rules.idle_after?);
            Some(format!("no request comes for {after}"))
        }
        Row::Otherwise => None,
    }
}
