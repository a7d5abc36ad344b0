//! When the next transitions are. Whose they are is kept with the namespaces, which are asked when one
//! has come: thousands have the same one. No clock is read here.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// The instants to come, and how many namespaces have each.
#[derive(Debug, Default)]
pub(super) struct Timers(BTreeMap<Timestamp, usize>);

impl Timers {
    /// A namespace that had the one transition has the other now. That of a namespace that is gone stays
    /// until it has come, and is nobody's then.
    pub(super) fn change(&mut self, before: Option<Timestamp>, after: Option<Timestamp>) {
        if let Some(before) = before
            && let Some(count) = self.0.get_mut(&before)
        {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&before);
            }
        }
        if let Some(after) = after {
            *self.0.entry(after).or_default() += 1;
        }
    }

    /// The first.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.0.first_key_value().map(|(at, _)| *at)
    }

    /// Whether one has come; then it does not come once more.
    pub(super) fn have_come(&mut self, now: Timestamp) -> bool {
        let mut has_come = false;
        while self.next().is_some_and(|at| at <= now) {
            self.0.pop_first();
            has_come = true;
        }
        has_come
    }
}

#[cfg(test)]
mod tests;
