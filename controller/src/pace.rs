//! Which change starts when: the queue, the writes in flight, and the one place that decides about
//! trying again.
//!
//! Wakes go before sleeps. Every object waits for itself alone: its failures delay no other's. The
//! queue holds at most one change per object, and none whose namespace was looked at again since;
//! it says when it is full of what goes first, and no more is planned then. No request is made here.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tarnfui_shared::change::{Change, Target, Urgency};
use tarnfui_shared::observe::Version;
use tarnfui_shared::workload::Kind;
use tokio::time::Instant;

use crate::execute::Outcome;

/// The pause after a first failure of an object, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// How long to wait for the watch to bring the version that a conflict spoke of.
const CONFLICT_PATIENCE: Duration = Duration::from_secs(1);

/// What a server says that answers with a conflict although the newest version was sent.
const CONFLICT_ALL_THE_SAME: &str = "a conflict, although nothing has changed since it was read";

/// How many queued changes are enough: some turns of the largest number of writes in flight.
const ENOUGH: usize = 256;

/// The longest `Retry-After` that is honoured.
const LONGEST_BUSY: Duration = Duration::from_mins(1);

/// What to do for a change whose turn it is.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Write it.
    Write(Change),
    /// Read the object first: what is known of it is too old to write.
    Read(Change),
}

/// What a failure means for people.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is well, or will be by itself.
    Fine,
    /// The server refuses, and somebody has to mend that.
    Refused(String),
}

/// The queue, and what is known of the objects that failed.
#[derive(Debug, Default)]
pub struct Pace {
    queue: BTreeMap<Target, Queued>,
    order: BTreeSet<(Urgency, u64, Target)>,
    /// How many are queued of each urgency.
    counts: BTreeMap<Urgency, usize>,
    next_place: u64,
    in_flight: BTreeSet<Target>,
    troubles: BTreeMap<Target, Trouble>,
    /// The whole server asked for a pause.
    busy_until: Option<Instant>,
}

#[derive(Debug)]
struct Queued {
    place: u64,
    change: Change,
}

#[derive(Debug)]
struct Trouble {
    failures: u32,
    conflicts: u32,
    /// Not before this, unless the object's version is another one by then.
    not_before: Instant,
    version: Version,
    /// What was tried: a sleep that is refused says nothing about a wake.
    urgency: Urgency,
    /// The version that was read after a conflict: one more at it is not for want of reading.
    read: Option<Version>,
}

impl Pace {
    /// Replaces what is queued for a namespace by what its newest plan says. What is in flight is not
    /// queued again: once it has ended, its namespace is looked at anew. An object that no longer calls
    /// for a change has no trouble any more.
    pub fn replace(&mut self, namespace: &str, changes: Vec<Change>) {
        for target in of_namespace(&self.queue, namespace) {
            self.drop_queued(&target);
        }
        for change in changes {
            if self.in_flight.contains(&change.target) {
                continue;
            }
            let place = self.next_place;
            self.next_place += 1;
            self.order
                .insert((change.urgency, place, change.target.clone()));
            *self.counts.entry(change.urgency).or_default() += 1;
            self.queue
                .insert(change.target.clone(), Queued { place, change });
        }
        for target in of_namespace(&self.troubles, namespace) {
            if !self.queue.contains_key(&target) && !self.in_flight.contains(&target) {
                self.troubles.remove(&target);
            }
        }
    }

    /// Whether enough is queued that goes before something so urgent, or with it, to keep the writers
    /// busy, so that planning more of it would only take memory. What waits for a failure of its own
    /// does not count: it could wait for long.
    pub fn is_full(&self, urgency: Urgency) -> bool {
        let before = self.counts.range(..=urgency).map(|(_, count)| count);
        before.sum::<usize>().saturating_sub(self.troubles.len()) >= ENOUGH
    }

    /// Whether anything is queued for a namespace.
    pub fn has(&self, namespace: &str) -> bool {
        !of_namespace(&self.queue, namespace).is_empty()
    }

    /// Drops all that is queued: it was planned under another configuration.
    pub fn drop_queue(&mut self) {
        self.queue.clear();
        self.order.clear();
        self.counts.clear();
    }

    /// Forgets everything but what is in flight: it is of another leadership.
    pub fn clear(&mut self) {
        self.drop_queue();
        self.troubles.clear();
        self.busy_until = None;
    }

    /// The next change that may start, if one may.
    pub fn next(&mut self, now: Instant, limit: usize) -> Option<Step> {
        if self.in_flight.len() >= limit || self.busy_until.is_some_and(|until| now < until) {
            return None;
        }
        let may_start = |target: &Target| {
            !self.in_flight.contains(target) && self.waits_until(target, now).is_none()
        };
        let (_, _, target) = self
            .order
            .iter()
            .find(|(_, _, target)| may_start(target))?
            .clone();
        let change = self.drop_queued(&target)?;
        self.in_flight.insert(target.clone());
        let trouble = self.troubles.get(&target);
        let is_stale = trouble.is_some_and(|it| {
            it.conflicts > 0 && it.version == change.version && it.read != Some(change.version)
        });
        Some(if is_stale {
            Step::Read(change)
        } else {
            Step::Write(change)
        })
    }

    /// When something that is queued may start that may not yet.
    pub fn wakes_at(&self, now: Instant) -> Option<Instant> {
        // Only what failed waits, and that is few where the queue is long.
        let waiting = self.troubles.keys();
        let waiting = waiting
            .filter(|target| self.queue.contains_key(*target) && !self.in_flight.contains(*target));
        let objects = waiting
            .filter_map(|target| self.waits_until(target, now))
            .min();
        let busy = self
            .busy_until
            .filter(|until| now < *until && !self.queue.is_empty());
        objects.into_iter().chain(busy).min()
    }

    /// How many changes are queued.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// How many writes are in flight.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Takes in what came of a step, and decides when the object's next one may start.
    pub fn finished(&mut self, step: &Step, outcome: &Outcome, now: Instant) -> Verdict {
        let change = step.change();
        self.in_flight.remove(&change.target);
        let trouble = self.troubles.remove(&change.target);
        let mut trouble = trouble.unwrap_or_else(|| Trouble::none(change, now));
        let is_read = trouble.read == Some(change.version);
        trouble.version = change.version;
        trouble.urgency = change.urgency;
        let mut verdict = Verdict::Fine;
        match outcome {
            Outcome::Done(object) => match step {
                Step::Write(_) => return verdict,
                Step::Read(_) => {
                    trouble.read = Some(object.version);
                    trouble.not_before = now;
                }
            },
            Outcome::Conflict if is_read => {
                verdict = Verdict::Refused(CONFLICT_ALL_THE_SAME.to_owned());
                trouble.fail(now);
            }
            Outcome::Conflict => {
                // The second in a row says that the watch is behind: read at once.
                let is_first = trouble.conflicts == 0;
                trouble.conflicts += 1;
                trouble.not_before = if is_first {
                    now + CONFLICT_PATIENCE
                } else {
                    now
                };
            }
            Outcome::Busy(pause) => {
                let until = now + pause.unwrap_or(FIRST_PAUSE).min(LONGEST_BUSY);
                self.busy_until = Some(until);
                trouble.not_before = until;
            }
            // Gone, or another one in its place: the watch is the one that says which.
            Outcome::Gone | Outcome::Unknown(_) => trouble.fail(now),
            Outcome::Refused(message) => {
                verdict = Verdict::Refused(message.clone());
                trouble.fail(now);
            }
        }
        self.troubles.insert(change.target.clone(), trouble);
        verdict
    }

    /// Until when an object has to wait, if it has to. A conflict is over as soon as the watch has
    /// brought another version.
    fn waits_until(&self, target: &Target, now: Instant) -> Option<Instant> {
        let trouble = self.troubles.get(target)?;
        let queued = self.queue.get(target).map(|queued| &queued.change);
        let is_newer = queued.is_some_and(|change| change.version != trouble.version);
        let is_other = queued.is_some_and(|change| change.urgency != trouble.urgency);
        if is_other || (trouble.failures == 0 && trouble.conflicts > 0 && is_newer) {
            return None;
        }
        (now < trouble.not_before).then_some(trouble.not_before)
    }

    fn drop_queued(&mut self, target: &Target) -> Option<Change> {
        let Queued { place, change } = self.queue.remove(target)?;
        self.order.remove(&(change.urgency, place, target.clone()));
        if let Some(count) = self.counts.get_mut(&change.urgency) {
            *count -= 1;
        }
        Some(change)
    }
}

impl Step {
    /// The change that the step is for.
    pub fn change(&self) -> &Change {
        match self {
            Self::Write(change) | Self::Read(change) => change,
        }
    }
}

impl Trouble {
    fn none(change: &Change, now: Instant) -> Self {
        Self {
            failures: 0,
            conflicts: 0,
            not_before: now,
            version: change.version,
            urgency: change.urgency,
            read: None,
        }
    }

    fn fail(&mut self, now: Instant) {
        self.not_before = now + backoff(self.failures);
        self.failures += 1;
    }
}

/// The targets in one namespace, by the order of the map: its name comes first.
fn of_namespace<T>(map: &BTreeMap<Target, T>, namespace: &str) -> Vec<Target> {
    let first = Target {
        namespace: namespace.into(),
        kind: Kind::FIRST,
        name: "".into(),
    };
    let targets = map.range(first..).map(|(target, _)| target);
    targets
        .take_while(|target| &*target.namespace == namespace)
        .cloned()
        .collect()
}

/// 1 s, 2 s, 4 s and so on to 5 min, less up to a quarter so that objects do not come in step.
fn backoff(failures: u32) -> Duration {
    let pause = FIRST_PAUSE
        .saturating_mul(1 << failures.min(9))
        .min(LONGEST_PAUSE);
    pause.mul_f64(1.0 - fastrand::f64() / 4.0)
}

#[cfg(test)]
mod tests;
