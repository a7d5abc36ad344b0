//! Who is to be looked at, and when. It must not know what is done then.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::store::Object;

/// An object by its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) resource: usize,
    pub(super) namespace: Box<str>,
    pub(super) name: Box<str>,
}

impl Key {
    pub(super) fn of(resource: usize, object: &Object) -> Self {
        let (namespace, name) = (object.metadata("namespace"), object.metadata("name"));
        Self::new(resource, namespace, name)
    }

    pub(super) fn new(resource: usize, namespace: &str, name: &str) -> Self {
        let (namespace, name) = (namespace.into(), name.into());
        Self {
            resource,
            namespace,
            name,
        }
    }
}

/// What is due, each key once.
#[derive(Debug, Default)]
pub(super) struct Queue {
    at: BTreeMap<Key, Timestamp>,
    order: BTreeSet<(Timestamp, Key)>,
}

impl Queue {
    /// Is to be looked at then, or earlier if that was said before.
    pub(super) fn wake(&mut self, key: Key, at: Timestamp) {
        if let Some(found) = self.at.get_mut(&key) {
            if *found <= at {
                return;
            }
            self.order.remove(&(*found, key.clone()));
            *found = at;
        } else {
            self.at.insert(key.clone(), at);
        }
        self.order.insert((at, key));
    }

    /// The next that is due by now.
    pub(super) fn pop(&mut self, now: Timestamp) -> Option<Key> {
        self.next().filter(|at| *at <= now)?;
        let (_, key) = self.order.pop_first()?;
        self.at.remove(&key);
        Some(key)
    }

    /// When the next is due.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.order.first().map(|(at, _)| *at)
    }
}
