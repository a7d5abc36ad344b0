//! Which namespaces are to be looked at anew. What a look is, is not known here.
//!
//! Some by their names; and all as a place in the order of names that has been reached, because a list
//! of all would take a third of what else is kept of a namespace.

use std::collections::BTreeSet;

use crate::world::World;

/// So many are known by their names at most, which is what two turns of news can name; where more are to
/// be looked at, all are.
const MAX_NAMES: usize = 512;

/// Who is to be looked at.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    some: BTreeSet<Box<str>>,
    round: Option<Round>,
    /// Whose turn it is, so that neither a cluster in which much happens nor a round of thousands
    /// keeps the other waiting.
    is_turn_of_round: bool,
}

/// A way past all names, from where the last round was when this one was called for: rounds that are
/// called for again and again still come to everybody.
#[derive(Debug)]
struct Round {
    /// The name that was reached; none at the very beginning.
    reached: Option<Box<str>>,
    /// Where it began.
    began_after: Option<Box<str>>,
    /// Whether it has come to the last name, and goes on from the first.
    is_past_end: bool,
}

impl Agenda {
    /// One is to be looked at.
    pub(super) fn add(&mut self, namespace: Box<str>) {
        if self.some.len() < MAX_NAMES {
            self.some.insert(namespace);
        } else {
            // One that is gone is in no round: what is queued of it is found to be gone when it is
            // written.
            self.add_all();
        }
    }

    /// All are.
    pub(super) fn add_all(&mut self) {
        let reached = self.round.take().and_then(|round| round.reached);
        self.round = Some(Round {
            began_after: reached.clone(),
            reached,
            is_past_end: false,
        });
    }

    /// Whether nobody is to be looked at.
    pub(super) fn is_empty(&self) -> bool {
        self.some.is_empty() && self.round.is_none()
    }

    /// Who is next.
    pub(super) fn next(&mut self, world: &World) -> Option<Box<str>> {
        self.is_turn_of_round = !self.is_turn_of_round;
        if self.is_turn_of_round || self.some.is_empty() {
            self.next_of_round(world).or_else(|| self.some.pop_last())
        } else {
            // From the end, so that the round does not come to the same ones right after.
            self.some.pop_last()
        }
    }

    fn next_of_round(&mut self, world: &World) -> Option<Box<str>> {
        let next = self.round.as_mut()?.next(world);
        match &next {
            Some(namespace) => drop(self.some.remove(namespace)),
            None => self.round = None,
        }
        next
    }
}

impl Round {
    fn next(&mut self, world: &World) -> Option<Box<str>> {
        let mut next = world.name_after(self.reached.as_deref());
        if next.is_none() && !self.is_past_end {
            self.is_past_end = true;
            next = world.name_after(None);
        }
        // Of a round that began at the very beginning nothing is left at its end.
        let is_over = |name: &&str| self.is_past_end && self.began_after.as_deref() < Some(*name);
        let next: Box<str> = next.filter(|name| !is_over(name))?.into();
        self.reached = Some(next.clone());
        Some(next)
    }
}

#[cfg(test)]
mod tests;
