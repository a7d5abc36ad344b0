//! Namespaces whose plans are to be carried out once there is room in the queue. What they are is
//! planned anew then: here is only that, and how urgent it was.

use std::collections::{BTreeMap, BTreeSet};

use tarnfui_shared::change::Urgency;

use crate::pace::Pace;

/// Who waits, the most urgent first.
#[derive(Debug, Default)]
pub(super) struct Later {
    order: BTreeSet<(Urgency, Box<str>)>,
    urgencies: BTreeMap<Box<str>, Urgency>,
}

impl Later {
    /// Adds one that does not wait yet.
    pub(super) fn insert(&mut self, urgency: Urgency, namespace: &str) {
        self.order.insert((urgency, namespace.into()));
        self.urgencies.insert(namespace.into(), urgency);
    }

    /// It waits no longer.
    pub(super) fn remove(&mut self, namespace: &str) {
        if let Some((namespace, urgency)) = self.urgencies.remove_entry(namespace) {
            self.order.remove(&(urgency, namespace));
        }
    }

    /// Nobody waits any longer.
    pub(super) fn clear(&mut self) {
        self.order.clear();
        self.urgencies.clear();
    }

    /// Whether there is room for who waits first.
    pub(super) fn has_room(&self, pace: &Pace) -> bool {
        let first = self.order.first();
        first.is_some_and(|(urgency, _)| !pace.is_full(*urgency))
    }

    /// Who waits first, if there is room.
    pub(super) fn next(&mut self, pace: &Pace) -> Option<Box<str>> {
        if !self.has_room(pace) {
            return None;
        }
        let (_, namespace) = self.order.pop_first()?;
        self.urgencies.remove(&namespace);
        Some(namespace)
    }
}
