//! From what was seen of one namespace to what to do about it.
//!
//! [`plan`] is pure, total and deterministic: no clock, no environment, no randomness, the same
//! plan for the same input. It leaves no choice to who carries it out. After every change of a plan,
//! or any part of them, the namespace is in a state that the next plan goes on from.

use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};

use crate::change::{Change, Op, Urgency};
use crate::decide::{Activity, Decision, State, Unknown, decide};
use crate::observe::{Version, Workload};
use crate::problem::Problem;
use crate::rules::Rules;
use crate::workload::Value;

mod waves;
mod workload;

pub use workload::Stage;

/// How many writes are made for one workload between two transitions. Whoever undoes the third is
/// at odds with us, and a fourth would be a fight.
pub const MAX_WRITES: u8 = 3;

/// How many ends of decisions are followed that nobody looked at: the first one with another state
/// settles it, and few follow each other that change the reason alone.
const MAX_UNSEEN: usize = 8;

/// How long a wave may take to become ready before the next one is woken all the same.
pub const WAVE_DEADLINE: SignedDuration = SignedDuration::from_mins(5);

/// Everything that was seen of one namespace.
#[derive(Debug)]
pub struct Observation<'a> {
    /// Its name.
    pub namespace: &'a str,
    /// Row 0: why nothing may be decided, if so.
    pub unknown: Option<Unknown>,
    /// What is in force for it.
    pub rules: &'a Rules,
    /// What is wrong with its annotations.
    pub problems: &'a [Problem],
    /// What is known of the requests to it.
    pub activity: Activity,
    /// Its workloads, sorted by kind and name.
    pub workloads: Vec<Seen<'a>>,
}

/// One workload in an [`Observation`].
#[derive(Debug)]
pub struct Seen<'a> {
    /// The object.
    pub workload: &'a Workload,
    /// Rules of its own, with what is wrong with them; none where it has the namespace's.
    pub own: Option<(&'a Rules, &'a [Problem])>,
    /// Whether its kind is handled; what is not is only ever released.
    pub is_handled: bool,
    /// The HorizontalPodAutoscaler that targets it.
    pub autoscaler: Option<&'a str>,
    /// What earlier looks left behind.
    pub memory: Memory,
}

/// What is remembered of a workload from look to look, until the next transition.
///
/// It only ever keeps us from writing. Losing it, as a new leader has, costs a repeated attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// Whether what follows is about being asleep, or about being awake.
    is_asleep: bool,
    /// Until when that was decided. Who stood still through the day must not take the next night for
    /// the same one: what was seen at rest in the last was started by day, and not in this. In seconds,
    /// rounded down, because there is one for each workload of a cluster.
    until: Option<NonZeroU32>,
    /// Whether it was seen at rest since.
    has_rested: bool,
    /// How many writes the server took since.
    writes: u8,
    /// Since when it is asked to be ready and is not, in seconds like the above.
    unready_since: Option<NonZeroU32>,
    /// The version before a write of ours that may have landed. What is seen at that version may be
    /// over by now, whatever was decided since.
    doubted: Option<Version>,
}

impl Memory {
    /// What is still true: a transition forgets everything but a doubt, also one that nobody looked at.
    fn on_entering(
        self,
        now: Timestamp,
        decision: Decision,
        decided_at: impl Fn(Timestamp) -> Decision,
    ) -> Self {
        let is_asleep = decision.state == State::Asleep;
        let is_same = |at: Timestamp| (decided_at(at).state == State::Asleep) == is_asleep;
        let unseen = |from: Option<Timestamp>| from.filter(|at| *at < now);
        let until = self.until.and_then(instant);
        let mut ends = std::iter::successors(unseen(until), |at| unseen(decided_at(*at).until));
        let goes_on = self.is_asleep == is_asleep && ends.by_ref().take(MAX_UNSEEN).all(is_same);
        let kept = if goes_on {
            self
        } else {
            Self {
                doubted: self.doubted,
                ..Self::default()
            }
        };
        Self {
            is_asleep,
            until: decision.until.and_then(seconds),
            ..kept
        }
    }

    /// It is at rest, as seen at `version`.
    fn rests_at(&mut self, version: Version) {
        if self.doubted != Some(version) {
            self.doubted = None;
            self.has_rested = true;
        }
    }

    /// To be called where a write that was made on `version` may have landed, and nobody knows: a
    /// restore that did has started the workload, which is then no sign of somebody else.
    #[must_use]
    pub fn after_attempt(self, op: Op, version: Version) -> Self {
        match op {
            Op::Restore { .. } | Op::Release => Self {
                has_rested: false,
                doubted: Some(version),
                ..self
            },
            Op::Sleep { .. } | Op::HandOver { .. } => self,
        }
    }

    /// To be called once the server took a write.
    #[must_use]
    pub fn after_write(self, op: Op) -> Self {
        match op {
            Op::Sleep { .. } => Self {
                writes: self.writes.saturating_add(1),
                has_rested: true,
                ..self
            },
            Op::Restore { .. } | Op::Release => Self {
                writes: self.writes.saturating_add(1),
                has_rested: false,
                ..self
            },
            Op::HandOver { .. } => self,
        }
    }
}

/// The whole seconds of an instant of our days; what lies beyond is not remembered.
fn seconds(at: Timestamp) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(at.as_second()).ok()?)
}

/// The instant of so many seconds.
fn instant(seconds: NonZeroU32) -> Option<Timestamp> {
    Timestamp::from_second(seconds.get().into()).ok()
}

/// What is to become of one workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// What was decided for it.
    pub decision: Decision,
    /// How it stands.
    pub stage: Stage,
    /// When it is old enough to sleep, where nothing else keeps it awake.
    pub grace_until: Option<Timestamp>,
    /// What to remember.
    pub memory: Memory,
}

/// What to do about one namespace, and when to look again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What was decided for the namespace, or why nothing was.
    pub decision: Result<Decision, Unknown>,
    /// What is to become of each workload, in the order of the observation.
    pub outlooks: Vec<Outlook>,
    /// What to write, in the order in which to start.
    pub changes: Vec<Change>,
    /// The next instant at which this plan can change by itself.
    pub next_transition: Option<Timestamp>,
    /// What people should know of, the namespace's own first.
    pub problems: Vec<Problem>,
}

/// Plans for one namespace.
pub fn plan(now: Timestamp, observation: &Observation<'_>) -> Plan {
    if let Some(unknown) = observation.unknown {
        return Plan {
            decision: Err(unknown),
            outlooks: Vec::new(),
            changes: Vec::new(),
            next_transition: None,
            problems: Vec::new(),
        };
    }
    let decision = decide(now, observation.rules, &observation.activity);
    let mut prospects: Vec<workload::Prospect<'_>> = observation
        .workloads
        .iter()
        .map(|seen| workload::prospect(now, observation, decision, seen))
        .collect();
    waves::hold(now, &mut prospects);

    let mut problems = observation.problems.to_vec();
    let mut times: Vec<Timestamp> = decision.until.into_iter().collect();
    let mut changes = Vec::new();
    let mut outlooks = Vec::new();
    for prospect in prospects {
        problems.extend(prospect.problems);
        times.extend(prospect.outlook.decision.until);
        times.extend(prospect.look_again_at);
        if let Some(op) = prospect.op {
            let reason = prospect.outlook.decision.reason;
            let change = Change::new(observation.namespace, prospect.workload, op, reason);
            changes.push((prospect.wave, change));
        }
        outlooks.push(prospect.outlook);
    }
    changes.sort_by_key(|(wave, change)| (change.urgency, in_order(*wave, change.urgency)));
    Plan {
        decision: Ok(decision),
        outlooks,
        changes: changes.into_iter().map(|(_, change)| change).collect(),
        next_transition: times.into_iter().filter(|at| *at > now).min(),
        problems,
    }
}

/// Waking goes by ascending wave, sleeping by descending.
fn in_order(wave: i32, urgency: Urgency) -> i64 {
    match urgency {
        Urgency::Requested | Urgency::Wake => wave.into(),
        Urgency::Sleep => -i64::from(wave),
    }
}

/// The floor that a workload asks for, as the value to put it to: never above what it has.
fn sleeping_value(workload: &Workload) -> Value {
    let floor = workload
        .own
        .as_ref()
        .and_then(|own| own.annotations.sleep_replicas.value());
    match (workload.value, floor) {
        (Value::Replicas(current), Some(floor)) => Value::Replicas(current.min(*floor)),
        (Value::Replicas(_) | Value::Suspend(_), _) => Value::at_rest(workload.kind.row().field),
    }
}

#[cfg(test)]
mod tests;
