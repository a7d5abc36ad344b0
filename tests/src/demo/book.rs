//! What is owed and what was seen, of one namespace.
//!
//! The hours are computed here from the annotations, and what happens is told by a watch: the
//! controller is not asked for either. Pure: time comes in as an argument, so that lateness, a
//! transition that was missed and a write too many can be tested without a cluster.

use std::time::Duration;

use jiff::Timestamp;
use tarnfui_shared::decide::{Activity, State, decide};
use tarnfui_shared::rules::Rules;
use tarnfui_shared::workload::{Kind, Value};

use super::cast::{Namespace, Workload};

#[cfg(test)]
mod tests;

/// Why the state of a namespace changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// It got its rule, outside its hours.
    Start,
    /// Its hours began or ended.
    Boundary,
    /// Its rule was taken away while it slept.
    End,
}

/// From this instant on it has to be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transition {
    /// The instant, by the clock of the controllers.
    pub(super) at: Timestamp,
    /// The state.
    pub(super) to: State,
    /// Why.
    pub(super) cause: Cause,
}

/// A workload as a watch has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sighting {
    /// Its namespace.
    pub(super) namespace: String,
    /// Its kind.
    pub(super) kind: Kind,
    /// Its name.
    pub(super) name: String,
    /// The field that sleeping changes; none if it is gone.
    pub(super) value: Option<Value>,
    /// The mark.
    pub(super) saved: Option<String>,
    /// How often its spec was written, by the server's own count.
    pub(super) generation: i64,
    /// When it was seen, by the machine's clock.
    pub(super) real: Timestamp,
}

/// A transition of which the last write was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Done {
    /// The transition.
    pub(super) transition: Transition,
    /// How many workloads it was for.
    pub(super) workloads: usize,
    /// From the boundary to the last write, in real time.
    pub(super) lateness: Duration,
}

/// What is owed and seen of one workload.
#[derive(Debug)]
pub(super) struct Entry {
    /// The workload as it was made.
    pub(super) workload: Workload,
    /// The value seen last.
    pub(super) value: Value,
    /// The mark seen last.
    pub(super) saved: Option<String>,
    /// Whether the newest transition was not seen of it yet.
    pub(super) is_pending: bool,
    /// How many writes are owed to it since the start: one for each transition.
    pub(super) writes: usize,
    /// Replicas not run, times hours, by the clock of the controllers.
    pub(super) saved_hours: f64,
    /// The same, had it never slept.
    pub(super) all_hours: f64,
    since: Option<Timestamp>,
}

/// The book of one namespace.
#[derive(Debug)]
pub(super) struct Book {
    /// The namespace.
    pub(super) namespace: Namespace,
    /// What is owed and seen of each workload.
    pub(super) entries: Vec<Entry>,
    /// When the hours began or ended so far, and how often all writes for it were seen.
    pub(super) boundaries: usize,
    /// How many of them were seen whole.
    pub(super) met: usize,
    /// From each boundary to each write, in real time.
    pub(super) lateness: Vec<Duration>,
    /// When it changed, as seen, and to what.
    pub(super) history: Vec<(Timestamp, State)>,
    /// What should not have happened, in sentences.
    pub(super) faults: Vec<String>,
    rules: Rules,
    is_ruled: bool,
    last: Option<Transition>,
    next: Option<Transition>,
}

impl Entry {
    fn new(workload: Workload) -> Self {
        Self {
            workload,
            value: workload.original,
            saved: None,
            is_pending: false,
            writes: 0,
            saved_hours: 0.0,
            all_hours: 0.0,
            since: None,
        }
    }

    /// Whether it is what `state` asks of it: the value, and the mark that goes with it.
    fn is_in(&self, state: State) -> bool {
        match state {
            State::Asleep => {
                let saved = self.workload.original.to_string();
                self.value == Value::at_rest(self.workload.kind.row().field)
                    && self.saved.as_deref() == Some(&*saved)
            }
            State::Awake | State::Unmanaged => {
                self.value == self.workload.original && self.saved.is_none()
            }
        }
    }

    /// Counts what was saved up to `now`.
    fn count(&mut self, now: Timestamp) {
        let replicas = |value: Value| f64::from(value.replicas().unwrap_or(0));
        if let Some(since) = self.since {
            let hours = now.duration_since(since).as_secs_f64() / 3600.0;
            let all = hours * replicas(self.workload.original);
            self.all_hours += all;
            self.saved_hours += all - hours * replicas(self.value);
        }
        self.since = Some(now);
    }
}

impl Book {
    /// An empty book: the namespace has no rule yet.
    pub(super) fn new(namespace: Namespace) -> anyhow::Result<Self> {
        let rules = namespace.rules()?;
        let entries = namespace
            .workloads
            .iter()
            .copied()
            .map(Entry::new)
            .collect();
        Ok(Self {
            namespace,
            entries,
            boundaries: 0,
            met: 0,
            lateness: Vec::new(),
            history: Vec::new(),
            faults: Vec::new(),
            rules,
            is_ruled: false,
            last: None,
            next: None,
        })
    }

    /// The state that the hours ask for.
    pub(super) fn state_at(&self, at: Timestamp) -> State {
        decide(at, &self.rules, &Activity::default()).state
    }

    /// The next instant after `at` at which the hours begin or end.
    pub(super) fn boundary_after(&self, at: Timestamp) -> Option<Transition> {
        let before = self.state_at(at);
        let until = |at: &Timestamp| decide(*at, &self.rules, &Activity::default()).until;
        let mut instants = std::iter::successors(until(&at), until);
        // A holiday that ends at night changes the reason alone.
        let at = instants.find(|at| self.state_at(*at) != before)?;
        Some(Transition {
            at,
            to: self.state_at(at),
            cause: Cause::Boundary,
        })
    }

    /// The state that is owed now.
    pub(super) fn owed(&self) -> State {
        self.last.map_or(State::Awake, |transition| transition.to)
    }

    /// The namespace gets its rule.
    pub(super) fn start(&mut self, now: Timestamp) {
        self.is_ruled = true;
        self.next = self.boundary_after(now);
        self.history.push((now, State::Awake));
        for entry in &mut self.entries {
            entry.count(now);
        }
        if self.state_at(now) == State::Asleep {
            self.owe(Transition {
                at: now,
                to: State::Asleep,
                cause: Cause::Start,
            });
        }
    }

    /// The rule is taken away.
    pub(super) fn end(&mut self, now: Timestamp) {
        self.advance(now);
        self.is_ruled = false;
        self.next = None;
        if self.owed() == State::Asleep {
            self.owe(Transition {
                at: now,
                to: State::Awake,
                cause: Cause::End,
            });
        }
    }

    /// Time has passed.
    pub(super) fn advance(&mut self, now: Timestamp) {
        while let Some(next) = self.next.filter(|next| next.at <= now) {
            self.next = self.boundary_after(next.at);
            self.boundaries += 1;
            self.owe(next);
        }
    }

    fn owe(&mut self, transition: Transition) {
        self.give_up();
        self.last = Some(transition);
        for entry in &mut self.entries {
            entry.is_pending = true;
            entry.writes += 1;
        }
    }

    /// What was not seen by now was missed.
    pub(super) fn give_up(&mut self) {
        let Some(last) = self.last else { return };
        for entry in self.entries.iter_mut().filter(|entry| entry.is_pending) {
            entry.is_pending = false;
            let workload = entry.workload.reference();
            let fault = format!("{workload} was not seen {} after {}", last.to, last.at);
            self.faults.push(fault);
        }
    }

    /// Whether everything owed was seen.
    pub(super) fn is_settled(&self) -> bool {
        self.entries.iter().all(|entry| !entry.is_pending)
    }

    /// How far the clock may run: not past a boundary before what the one before it called for was
    /// seen, or on a busy machine a night could be over before anybody was asleep.
    pub(super) fn leash(&self) -> Option<Timestamp> {
        let next = self.next?;
        if self.is_settled() {
            self.boundary_after(next.at).map(|after| after.at)
        } else {
            Some(next.at)
        }
    }

    /// Takes in what was seen at `now`; `late` says how much real time has passed since an instant.
    /// The transition, if that was the last write for it.
    pub(super) fn see(
        &mut self,
        seen: &Sighting,
        now: Timestamp,
        late: impl Fn(Timestamp) -> Duration,
    ) -> Option<Done> {
        self.advance(now);
        let is_it =
            |it: &&mut Entry| it.workload.kind == seen.kind && it.workload.name == seen.name;
        let entry = self.entries.iter_mut().find(is_it)?;
        let Some(value) = seen.value else {
            self.faults
                .push(format!("{} is gone", entry.workload.reference()));
            return None;
        };
        if (value, &seen.saved) == (entry.value, &entry.saved) {
            return None;
        }
        entry.count(now);
        (entry.value, entry.saved) = (value, seen.saved.clone());
        let last = self
            .last
            .filter(|last| entry.is_pending && entry.is_in(last.to));
        let Some(last) = last else {
            let mark = seen.saved.as_deref().unwrap_or("none");
            let workload = entry.workload.reference();
            self.faults.push(format!(
                "{workload} became {value} (mark: {mark}) unasked at {now}"
            ));
            return None;
        };
        entry.is_pending = false;
        let lateness = late(last.at);
        if last.cause == Cause::Boundary {
            self.lateness.push(lateness);
        }
        self.done(last, lateness, now)
    }

    fn done(&mut self, transition: Transition, lateness: Duration, now: Timestamp) -> Option<Done> {
        if !self.is_settled() {
            return None;
        }
        self.history.push((now, transition.to));
        self.met += usize::from(transition.cause == Cause::Boundary);
        Some(Done {
            transition,
            workloads: self.entries.len(),
            lateness,
        })
    }

    /// Counts what was saved up to the end of the demo.
    pub(super) fn close(&mut self, now: Timestamp) {
        for entry in &mut self.entries {
            entry.count(now);
        }
    }

    /// Replicas not run, times hours.
    pub(super) fn saved_hours(&self) -> f64 {
        self.entries.iter().map(|entry| entry.saved_hours).sum()
    }

    /// Replicas, times hours, had nothing ever slept.
    pub(super) fn all_hours(&self) -> f64 {
        self.entries.iter().map(|entry| entry.all_hours).sum()
    }

    /// The state as it was seen at `at`; none before the start.
    pub(super) fn seen_at(&self, at: Timestamp) -> Option<State> {
        let earlier = self.history.iter().rev().find(|(since, _)| *since <= at);
        earlier.map(|(_, state)| *state)
    }
}
