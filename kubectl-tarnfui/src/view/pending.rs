//! What is to come: the transitions of many namespaces on one time line, and what each will move.
//!
//! What moves is not guessed from the state of now: the controller's own plan is made at every
//! transition, and carried out on a copy of what was seen. Two things are taken for granted, because
//! nobody can know better: rollouts under way end, and nobody else changes anything.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tarnfui_shared::annotations::Until;
use tarnfui_shared::change::Op;
use tarnfui_shared::decide::{Activity, Reason, State, Unknown};
use tarnfui_shared::observe::{Rollout, Workload};
use tarnfui_shared::plan::{self, Memory, Observation};
use tarnfui_shared::rules::Rules;
use tarnfui_shared::text::MAX_DURATION;
use tarnfui_shared::workload::{Mark, Value};
use tarnfui_shared::zone::Zone;

use super::status::{autoscaler, shown_order, unknown};
use super::{Gap, OverrideStatus, Seen};
use crate::reading::{Reading, Transition, state_changes};

/// So many transitions are shown at most: nobody reads more, and each is planned.
const MAX_SHOWN: usize = 1_000;

/// So many namespaces are named in one sentence.
const MAX_NAMED: usize = 5;

/// The last look before a transition is this long before it.
const JUST_BEFORE: SignedDuration = SignedDuration::from_secs(1);

/// What is to come.
#[derive(Debug)]
pub struct Pending {
    /// The transitions within the span, by time, then in the order of `all`.
    pub items: Vec<PendingTransition>,
    /// The first one after the span.
    pub later: Option<PendingTransition>,
    /// What is not among them, and why.
    pub gaps: Vec<Gap>,
}

/// A change of state to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PendingTransition {
    /// The instant, in UTC.
    pub at: Timestamp,
    /// The name of the namespace.
    pub namespace: String,
    /// The workload, as `deployment/web`; left out where it is the whole namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// The state from then on.
    pub state: State,
    /// Why it is in that state from then on.
    pub reason: Reason,
    /// What it puts to sleep, or wakes.
    pub moves: Moves,
    /// The order that ends with it; null where none does.
    #[serde(rename = "override")]
    pub order: Option<OverrideStatus>,
    /// The schedule in canonical form, as in `Mon-Fri 08:00-20:00`; null where there is none that
    /// can be read.
    pub schedule: Option<String>,
    /// The IANA name of the zone of its hours, as in `Europe/Paris`.
    pub timezone: String,
    /// The same, to show times in.
    #[serde(skip)]
    pub zone: Zone,
}

/// What is put to sleep, or woken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Moves {
    /// How many workloads.
    pub workloads: usize,
    /// How many replicas they lose or get back.
    pub replicas: i64,
}

/// What has one time line: a namespace, or a workload with a schedule of its own.
struct Subject<'a> {
    seen: &'a Seen<'a>,
    reading: &'a Reading,
    /// The workload that it is, where it is one.
    own: Option<&'a Workload>,
    /// The changes of state to come: those within the span, and one after it.
    changes: Vec<Transition>,
}

/// A workload as it will be, and the rules that it has for itself.
struct Sleeper<'a> {
    workload: Workload,
    own: Option<Rules>,
    is_handled: bool,
    autoscaler: Option<&'a str>,
}

/// The transitions to come from `now` on, of `all` namespaces, sorted by time.
pub fn pending(now: Timestamp, within: SignedDuration, all: &[Seen<'_>]) -> Pending {
    let mut pending = Pending {
        items: Vec::new(),
        later: None,
        gaps: Vec::new(),
    };
    let end = now.checked_add(within).unwrap_or(Timestamp::MAX);
    let readings = all.iter().map(|seen| {
        let metadata = &seen.namespace.metadata;
        Reading::of(&metadata.name, &metadata.annotations, seen.config())
    });
    let readings: Vec<Reading> = readings.collect();
    let mut subjects = Vec::new();
    let mut leaving = Vec::new();
    for (seen, reading) in all.iter().zip(&readings) {
        let found = subjects_of(now, end, seen, reading);
        match unknown(seen) {
            None => subjects.extend(found),
            Some(Unknown::Terminating) if found.is_empty() => {}
            Some(Unknown::Terminating) => leaving.push(&*seen.namespace.metadata.name),
            // Of all or of none, so who read the configuration tells of it.
            Some(Unknown::ConfigurationUnread | Unknown::Paused | Unknown::NotListed) => {}
        }
    }
    pending.gaps.extend(terminating(&leaving));
    let mut order: Vec<(Timestamp, usize, usize)> = Vec::new();
    for (at, subject) in subjects.iter().enumerate() {
        let changes = subject.changes.iter().enumerate();
        order.extend(changes.map(|(nth, it)| (it.at, at, nth)));
    }
    order.sort_unstable();
    let later = order.iter().find(|(at, ..)| *at > end);
    pending.later = later.map(|(_, at, nth)| {
        let subject = &subjects[*at];
        subject.shown(subject.changes[*nth], Moves::default())
    });
    order.retain(|(at, ..)| *at <= end);
    if order.len() > MAX_SHOWN {
        order.truncate(MAX_SHOWN);
        pending.gaps.push(cut());
    }
    let mut counts = vec![0; subjects.len()];
    for (_, at, _) in &order {
        counts[*at] += 1;
    }
    let moves = subjects.iter().zip(&counts);
    let moves: Vec<Vec<Moves>> = moves.map(|(it, count)| it.moves(now, *count)).collect();
    let items = order.iter().map(|(_, at, nth)| {
        let subject = &subjects[*at];
        subject.shown(subject.changes[*nth], moves[*at][*nth])
    });
    pending.items = items.collect();
    pending
}

/// The namespace and its workloads with a schedule of their own, as far as anything is to come. Those
/// that are not ours to handle follow no schedule.
fn subjects_of<'a>(
    now: Timestamp,
    end: Timestamp,
    seen: &'a Seen<'a>,
    reading: &'a Reading,
) -> Vec<Subject<'a>> {
    let subject = |own: Option<&'a Workload>| {
        let of_own = own.and_then(|workload| rules_of(workload, seen, reading));
        let mut changes = Vec::new();
        for change in state_changes(now, of_own.as_ref().unwrap_or(&reading.rules)) {
            changes.push(change);
            if change.at > end || changes.len() > MAX_SHOWN {
                break;
            }
        }
        (!changes.is_empty()).then_some(Subject {
            seen,
            reading,
            own,
            changes,
        })
    };
    let workloads = seen.belongings.workloads.iter().filter(|workload| {
        has_schedule(workload)
            && seen.config().kinds.contains(workload.kind)
            && workload.controller.is_none()
            && !workload.is_terminating
    });
    let all = std::iter::once(None).chain(workloads.map(Some));
    all.filter_map(subject).collect()
}

fn has_schedule(workload: &Workload) -> bool {
    let own = workload.own.as_ref();
    own.is_some_and(|own| own.annotations.schedule.is_present())
}

/// The rules of a workload that says something for itself.
fn rules_of(workload: &Workload, seen: &Seen<'_>, reading: &Reading) -> Option<Rules> {
    let own = &workload.own.as_ref()?.annotations;
    let rules = reading
        .rules
        .for_workload(own, &reading.annotations, seen.config());
    Some(rules.0)
}

impl Subject<'_> {
    fn shown(&self, change: Transition, moves: Moves) -> PendingTransition {
        let annotations = &self.reading.annotations;
        let of_own = self
            .own
            .and_then(|workload| workload.own.as_ref()?.annotations.schedule.value());
        let of_namespace = annotations
            .schedule
            .or(&self.seen.config().defaults.schedule)
            .value();
        PendingTransition {
            at: change.at,
            namespace: self.seen.namespace.metadata.name.clone(),
            workload: self.own.map(Workload::reference),
            state: change.state,
            reason: change.reason,
            moves,
            order: self.ending(change.at),
            schedule: of_own.or(of_namespace).map(ToString::to_string),
            timezone: self.reading.zone.to_string(),
            zone: self.reading.zone.clone(),
        }
    }

    /// The order that ends at `at`: of two, the one that was in force.
    fn ending(&self, at: Timestamp) -> Option<OverrideStatus> {
        let annotations = &self.reading.annotations;
        let ends = |until: Option<&Until>| until.and_then(|it| it.instant()) == Some(at);
        let state = if ends(annotations.awake_until.value()) {
            State::Awake
        } else if ends(annotations.asleep_until.value()) {
            State::Asleep
        } else {
            return None;
        };
        Some(shown_order(state, Some(at), annotations))
    }

    /// What its first `count` changes move, each reckoned from what the one before left behind.
    fn moves(&self, now: Timestamp, count: usize) -> Vec<Moves> {
        if count == 0 {
            return Vec::new();
        }
        let mut sleepers = self.sleepers();
        // What is to be done now is done before the first change.
        let starts = std::iter::once(now).chain(self.changes.iter().map(|change| change.at));
        let ends = self.changes.iter().map(|change| Some(change.at));
        let periods = starts.zip(ends.chain([None])).take(count + 1);
        let moves = periods.map(|(start, end)| self.settle(&mut sleepers, start, end));
        moves.skip(1).collect()
    }

    /// Its workloads, sorted by kind and name as they were seen.
    fn sleepers(&self) -> Vec<Sleeper<'_>> {
        let is_here = |workload: &&Workload| match self.own {
            Some(own) => std::ptr::eq(own, *workload),
            None => !has_schedule(workload),
        };
        let workloads = self.seen.belongings.workloads.iter().filter(is_here);
        let sleepers = workloads.map(|workload| Sleeper {
            own: rules_of(workload, self.seen, self.reading),
            is_handled: self.seen.config().kinds.contains(workload.kind),
            autoscaler: autoscaler(self.seen.belongings, workload),
            workload: at_peace(workload.clone()),
        });
        sleepers.collect()
    }

    /// Carries out what is planned from `start` on, and says what that moves before `end`. Looked at
    /// twice: a workload too young for the first look may be old enough for the last one.
    fn settle(
        &self,
        sleepers: &mut [Sleeper<'_>],
        start: Timestamp,
        end: Option<Timestamp>,
    ) -> Moves {
        let last = match end {
            Some(end) => end.checked_sub(JUST_BEFORE),
            None => start.checked_add(MAX_DURATION),
        };
        let last = last.unwrap_or(start).max(start);
        let mut moves = Moves::default();
        for at in [start, last] {
            // One round for each wave, and there are no more waves than workloads.
            for _ in 0..=sleepers.len() {
                if !self.carry_out(at, sleepers, &mut moves) {
                    break;
                }
            }
        }
        moves
    }

    /// Carries out one plan; returns whether there was something to do.
    fn carry_out(&self, at: Timestamp, sleepers: &mut [Sleeper<'_>], moves: &mut Moves) -> bool {
        let workloads = sleepers.iter().map(|sleeper| plan::Seen {
            workload: &sleeper.workload,
            own: sleeper.own.as_ref().map(|rules| (rules, [].as_slice())),
            is_handled: sleeper.is_handled,
            autoscaler: sleeper.autoscaler,
            memory: Memory::default(),
        });
        let planned = plan::plan(
            at,
            &Observation {
                namespace: &self.seen.namespace.metadata.name,
                unknown: None,
                rules: &self.reading.rules,
                problems: &[],
                activity: Activity::default(),
                workloads: workloads.collect(),
            },
        );
        for change in &planned.changes {
            let target = (change.target.kind, &*change.target.name);
            let place =
                sleepers.binary_search_by(|it| (it.workload.kind, &*it.workload.name).cmp(&target));
            let sleeper = &mut sleepers[place.expect("what is planned is for what was seen")];
            apply(change.op, &mut sleeper.workload, moves);
        }
        !planned.changes.is_empty()
    }
}

/// A workload as it will be when its rollout is over.
fn at_peace(mut workload: Workload) -> Workload {
    workload.rollout = match workload.rollout {
        Rollout::Unobserved | Rollout::UnderWay => Rollout::Settled,
        settled @ (Rollout::Settled | Rollout::Held | Rollout::Stuck) => settled,
    };
    workload.owner.handover_entry = None;
    become_ready(&mut workload);
    workload
}

/// What is asked for is there at once: no wave waits for an earlier one.
fn become_ready(workload: &mut Workload) {
    workload.ready = workload.value.replicas().unwrap_or(workload.ready);
}

/// Carries out one change, and counts what it moves.
fn apply(op: Op, workload: &mut Workload, moves: &mut Moves) {
    let (to, mark) = match op {
        Op::Sleep { saved, to } => {
            let asleep_at = to;
            (to, Mark::Saved { saved, asleep_at })
        }
        Op::Restore { to } => (to, Mark::None),
        Op::Release => (workload.value, Mark::None),
        Op::HandOver { .. } => return,
    };
    let replicas = |value: Value| i64::from(value.replicas().unwrap_or(0));
    moves.workloads += usize::from(to != workload.value);
    moves.replicas += (replicas(to) - replicas(workload.value)).abs();
    workload.value = to;
    workload.mark = mark;
    become_ready(workload);
}

fn terminating(names: &[&str]) -> Option<Gap> {
    let (first, rest) = names.split_at(names.len().min(MAX_NAMED));
    let more = match rest.len() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let (is, it) = match names.len() {
        0 => return None,
        1 => ("is", "it is"),
        _ => ("are", "they are"),
    };
    Some(Gap {
        what: "namespaces".to_owned(),
        message: format!(
            "{}{more} {is} left out: {it} being deleted",
            first.join(", ")
        ),
        hint: Some("kubectl get namespaces".to_owned()),
    })
}

fn cut() -> Gap {
    Gap {
        what: "transitions".to_owned(),
        message: format!("only the first {MAX_SHOWN} transitions are shown"),
        hint: Some("give a shorter --within, or name namespaces".to_owned()),
    }
}
