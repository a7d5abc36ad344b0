//! A bounded part of the time line with everything that the hours have there.
//!
//! What a stretch says about the instants from its start to its end, both included, is exact: it
//! was built from every window that holds or touches one of them. Beyond its ends it knows nothing.

use jiff::Timestamp;

use super::{Hours, Window, plus};

/// The windows near a stretch of time.
#[derive(Debug)]
pub(super) struct Stretch {
    from: Timestamp,
    until: Timestamp,
    /// Merged: sorted, with a gap between any two.
    open: Vec<Window>,
    /// What the holidays took away, merged, without the time to wake ahead.
    removed: Vec<Window>,
}

/// What a stretch knows about one of its instants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// The window that holds it; its ends are exact where they lie in the stretch.
    pub(super) open: Option<Window>,
    pub(super) holiday: bool,
    /// The next change, if it lies in the stretch.
    pub(super) change: Option<Timestamp>,
}

impl Stretch {
    pub(super) fn new(hours: &Hours, from: Timestamp, until: Timestamp) -> Self {
        let ahead = hours.wake_ahead;
        let earlier = |window: Window| Window {
            start: plus(window.start, -ahead),
            ..window
        };
        let mut stretch = Self {
            from,
            until,
            open: Vec::new(),
            removed: Vec::new(),
        };
        for rule in &hours.rules {
            // What wakes ahead inside the stretch may start behind it.
            for found in rule.windows(from, plus(until, ahead)) {
                if found.removed {
                    stretch.removed.push(found.window);
                } else {
                    stretch.open.push(earlier(found.window));
                }
            }
        }
        stretch
            .open
            .extend(hours.absolute.iter().copied().map(earlier));
        merge(&mut stretch.open);
        merge(&mut stretch.removed);
        stretch
    }

    /// The first instant that it knows about.
    pub(super) fn from(&self) -> Timestamp {
        self.from
    }

    /// The last instant that it knows about.
    pub(super) fn until(&self) -> Timestamp {
        self.until
    }

    /// The windows that it has seen, merged; also some outside it.
    pub(super) fn open(&self) -> &[Window] {
        &self.open
    }

    /// What is known about `at`, an instant of the stretch.
    pub(super) fn look(&self, at: Timestamp) -> Look {
        let (open, next_open) = place(&self.open, at);
        let (removed, next_removed) = place(&self.removed, at);
        let change = match (open, removed) {
            (Some(window), _) => Some(window.end),
            (None, Some(removed)) => Some(next_open.map_or(removed.end, |at| at.min(removed.end))),
            (None, None) => next_open.into_iter().chain(next_removed).min(),
        };
        Look {
            open,
            holiday: open.is_none() && removed.is_some(),
            change: change.filter(|change| *change <= self.until),
        }
    }
}

/// The window that holds `at`, and the start of the first one after it.
fn place(windows: &[Window], at: Timestamp) -> (Option<Window>, Option<Timestamp>) {
    let (begun, later) = windows.split_at(windows.partition_point(|window| window.start <= at));
    let holds = begun.last().copied().filter(|window| at < window.end);
    (holds, later.first().map(|window| window.start))
}

/// Sorts windows and joins those that overlap or touch.
fn merge(windows: &mut Vec<Window>) {
    windows.sort_unstable_by_key(|window| window.start);
    windows.dedup_by(|next, kept| {
        let joined = next.start <= kept.end;
        if joined {
            kept.end = kept.end.max(next.end);
        }
        joined
    });
}
