//! What people want of a workload, from what they did to it.

use std::time::Duration;

use super::troubles::Troubles;
use super::writes::{Namespaces, Stand, Write, stretches};
use crate::cast::CAST;
use crate::stage::Stage;

/// The value that a workload is to have, and what may be true of it besides.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wish {
    /// The value.
    pub(super) value: i64,
    /// Whether somebody made the mark unreadable: then nothing is written.
    pub(super) is_unreadable: bool,
    /// When somebody started it who found it at rest, if it was not put to sleep since.
    pub(super) started: Option<Duration>,
    /// When it was at rest last, if it is not any more, whoever changed that.
    rested: Option<Duration>,
    /// Whether its value is somebody else's than ours.
    is_theirs: bool,
}

impl Wish {
    /// What follows from one more change.
    pub(super) fn take_in(&mut self, write: &Write<'_>) {
        let after = &write.after;
        let Some(before) = &write.before else {
            *self = Self {
                value: after.value,
                ..Self::default()
            };
            return;
        };
        let floor = floor_of(&write.reference);
        if !before.runs_above(floor) && after.runs_above(floor) {
            self.rested = Some(write.elapsed());
        }
        if before.value != after.value {
            self.is_theirs = !write.is_ours();
        }
        if write.is_ours() {
            // Put to sleep or given back, it is nobody's start any more; taking our entry out of
            // `managedFields` is neither.
            if before.mark != after.mark {
                self.started = None;
            }
            return;
        }
        if before.mark == after.mark && before.value == after.value {
            return;
        }
        self.is_unreadable = after.mark.is_some() && after.saved().is_none();
        if !after.runs_above(floor) {
            self.started = None;
        } else if !before.runs_above(floor) || after.mark.is_some() {
            self.started = Some(write.elapsed());
        }
        // At rest with a mark, the mark is what comes back, whoever wrote it.
        let is_at_rest = after.mark.is_some() && !after.runs_above(floor);
        let comes_back = after.saved().filter(|_| is_at_rest);
        self.value = comes_back.unwrap_or(after.value);
    }

    /// Whether it is left running at `at`, although it should sleep: it has the mark still, or was
    /// started in this very sleep.
    ///
    /// A replica cannot tell what has happened a moment before from what happens now; and while
    /// something goes wrong, what it sees may be as old as [`Troubles::behind`] says: it then takes
    /// what it saw at rest too late for what rests in this sleep, and the value that somebody chose
    /// by day for a start.
    pub(super) fn may_run_on(
        &self,
        stage: &Stage,
        namespaces: &Namespaces,
        troubles: &Troubles,
        (stand, namespace, at): (&Stand, &str, Duration),
    ) -> bool {
        if stand.mark.is_some() {
            return self.started.is_some();
        }
        let seen_late = self.rested.filter(|_| self.is_theirs);
        let Some(since) = self.started.or(seen_late) else {
            return false;
        };
        let behind = troubles.behind(since);
        let stretches = stretches(stage, namespaces, namespace, since, at);
        let mut awake = stretches.filter(|(_, _, is_asleep)| !is_asleep);
        awake.all(|(from, to, _)| to.saturating_sub(from) <= behind)
    }
}

/// What a workload of the cast sleeps at.
pub(super) fn floor_of(reference: &str) -> i64 {
    let mut parts = reference.split('/');
    let (namespace, name) = (parts.next(), parts.next_back());
    let workloads = CAST
        .iter()
        .filter(|it| Some(it.name) == namespace)
        .flat_map(|it| it.workloads);
    let found = workloads.into_iter().find(|it| Some(it.name) == name);
    let annotations = found.map_or(&[][..], |it| it.annotations);
    let floor = annotations.iter().find(|(key, _)| *key == "sleep-replicas");
    floor.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
}
