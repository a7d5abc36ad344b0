//! Whether anybody leads, and has heard of the pause: from looks at the lease, one after the other.
//!
//! A holder lives for as long as its lease keeps changing before our eyes; no time that is written in
//! it is compared with anything. Nothing is asked of the API server here.

use std::collections::BTreeSet;

use k8s_openapi::api::coordination::v1::Lease;
use serde_json::Value;
use tokio::time::Instant;

use crate::leader::guard::observation::{Observation, Tenancy};
use crate::leader::{CONFIG_VERSION, Holder, Timings};

/// What was heard so far.
#[derive(Debug)]
pub(super) struct Hearing {
    observation: Observation,
    /// What the lease said at the last look; none before the first.
    last: Option<Value>,
    is_alive: bool,
    /// The versions of the configuration that say `paused`.
    paused: BTreeSet<String>,
}

/// Who holds the lease, at one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody, or somebody who has not renewed it for as long as it lives.
    Nobody,
    /// Somebody who may still act.
    Held {
        /// By name; none where the lease is gone and its holder may not know of that.
        holder: Option<String>,
        /// Whether it says that it acts by a configuration that is paused.
        has_heard: bool,
        /// Whether it was seen to renew, as opposed to not being known to be dead.
        is_alive: bool,
    },
}

impl Hearing {
    /// Nothing seen, at `now`.
    pub(super) fn new(now: Instant, timings: Timings) -> Self {
        Self {
            // Nobody: this process is no candidate.
            observation: Observation::new(now, "", timings.lease),
            last: None,
            is_alive: false,
            paused: BTreeSet::new(),
        }
    }

    /// Takes note that this version of the configuration says `paused`.
    pub(super) fn pauses(&mut self, version: &str) {
        self.paused.insert(version.to_owned());
    }

    /// What the lease, as read at `now`, says; none stands for no lease.
    pub(super) fn judge(&mut self, now: Instant, lease: Option<&Lease>) -> Standing {
        let spec = lease.and_then(|lease| lease.spec.as_ref());
        let spec = serde_json::to_value(spec).expect("a lease is JSON");
        let holder = lease.and_then(Holder::of).map(|holder| holder.name);
        let tenancy = self.observation.judge(now, &spec);
        let is_changed = self.last.as_ref().is_some_and(|last| *last != spec);
        self.last = Some(spec);
        if tenancy == Tenancy::Free {
            self.is_alive = false;
            return Standing::Nobody;
        }
        self.is_alive = holder.is_some() && (self.is_alive || is_changed);
        let annotations = lease.and_then(|lease| lease.metadata.annotations.as_ref());
        let acts_by = annotations.and_then(|all| all.get(CONFIG_VERSION));
        Standing::Held {
            has_heard: acts_by.is_some_and(|version| self.paused.contains(version)),
            is_alive: self.is_alive,
            holder,
        }
    }
}

#[cfg(test)]
mod tests;
