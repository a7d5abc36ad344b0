//! Where this process stands, as others see it: the one place that publishes [`Leadership`].
//!
//! It must not talk to anybody. It is told what is known about the lease, turns that into terms,
//! and wakes those who wait for a change, but not at every renewal: a renewal only moves
//! `valid_until`, which is read where it is needed.

#[cfg(test)]
mod tests;

use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{debug, info};

use super::{Holder, Leadership};

/// The publishing side of a [`Leadership`].
#[derive(Debug)]
pub(super) struct Standing {
    published: watch::Sender<Leadership>,
    terms: u64,
}

impl Standing {
    /// A standby that knows of no holder.
    pub(super) fn new() -> Self {
        let (published, _) = watch::channel(Leadership::Standby { holder: None });
        Self {
            published,
            terms: 0,
        }
    }

    /// A receiver that is woken when a term begins or ends, and when the holder changes.
    pub(super) fn subscribe(&self) -> watch::Receiver<Leadership> {
        self.published.subscribe()
    }

    /// When the leadership ends unless it is renewed; `None` for a standby.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        match *self.published.borrow() {
            Leadership::Leader { valid_until, .. } => Some(valid_until),
            Leadership::Standby { .. } => None,
        }
    }

    /// The lease is ours until `valid_until`. The term goes on if the last one reached to `now`.
    pub(super) fn lead(&mut self, now: Instant, valid_until: Instant, holder: Holder) {
        assert!(
            now < valid_until,
            "a leadership that is over is not published"
        );
        let goes_on = self.published.borrow().leads_at(now);
        if !goes_on {
            self.terms += 1;
            info!(
                holder = holder.name,
                transitions = holder.transitions,
                "leading"
            );
        }
        let term = self.terms;
        self.published.send_if_modified(|leadership| {
            *leadership = Leadership::Leader {
                valid_until,
                term,
                holder,
            };
            !goes_on
        });
    }

    /// The lease is not ours, but `holder`'s.
    pub(super) fn stand_by(&mut self, holder: Option<Holder>) {
        let name = holder.as_ref().map(|holder| holder.name.clone());
        self.published.send_if_modified(|leadership| {
            let led = matches!(leadership, Leadership::Leader { .. });
            let changed = led || leadership.holder().map(|holder| &holder.name) != name.as_ref();
            *leadership = Leadership::Standby { holder };
            changed
                .then(|| info!(holder = name, led, "standing by"))
                .is_some()
        });
    }

    /// Whatever the lease says, this process stops leading now.
    pub(super) fn demote(&mut self) {
        let holder = self.published.borrow().holder().cloned();
        debug!("leading no longer");
        self.stand_by(holder);
    }
}
