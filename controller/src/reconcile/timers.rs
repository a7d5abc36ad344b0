//! The next boundary of each namespace, one per namespace. No clock is read here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// Boundaries by time.
#[derive(Debug, Default)]
pub(super) struct Timers {
    by_time: BTreeSet<(Timestamp, Box<str>)>,
    by_name: BTreeMap<Box<str>, Timestamp>,
}

impl Timers {
    /// Sets the boundary of a namespace, or takes it away.
    pub(super) fn set(&mut self, namespace: &str, at: Option<Timestamp>) {
        if self.by_name.get(namespace).copied() == at {
            return;
        }
        if let Some(before) = self.by_name.remove(namespace) {
            self.by_time.remove(&(before, namespace.into()));
        }
        if let Some(at) = at {
            self.by_name.insert(namespace.into(), at);
            self.by_time.insert((at, namespace.into()));
        }
    }

    /// The first boundary.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes the boundaries up to `now`.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Vec<(Box<str>, Timestamp)> {
        let mut due = Vec::new();
        while let Some((at, _)) = self.by_time.first()
            && *at <= now
        {
            let (at, namespace) = self.by_time.pop_first().expect("there is a first");
            self.by_name.remove(&namespace);
            due.push((namespace, at));
        }
        due
    }
}

#[cfg(test)]
mod tests;
