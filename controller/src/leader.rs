//! Which replica writes: leadership as a value with an end, kept by a `Lease`.
//!
//! Every replica watches and decides; only the leader writes.
//! [`Elector::run`] campaigns for the lease for as long as the process lives, and publishes what
//! it knows as a [`Leadership`] that every write reads before it starts.
//! The value says *until when* it holds, on the monotonic clock, so that a process which was
//! stopped, or cut off, stops leading without having to hear of it.
//!
//! The lease itself is driven by the crate `kube-leader-election`, which is not safe alone: it
//! patches without a precondition, compares other machines' clocks with ours, and waits without
//! a limit. It therefore talks through the [guard], which makes each of these safe.
//!
//! The order of shutting down is a matter of types. The future given to [`Elector::run`] ends the
//! campaign: from then on this process is a standby, and no write starts. What comes back is a
//! [`Retired`]; once the writes in flight have ended, [`Retired::release`] gives the lease back.
//!
//! ```no_run
//! use tarnfui_controller::leader::{self, Candidate, Elector, LeaseKey, Timings};
//!
//! # async fn drain_writes() {}
//! # async fn example(stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
//! let timings = Timings::STANDARD;
//! let client = leader::client(kube::Config::infer().await?, timings)?;
//! let lease = LeaseKey::new("tarnfui", "tarnfui-controller");
//! let (elector, handle) = Elector::new(client, lease, Candidate::named("pod-0"), timings);
//! let campaign = tokio::spawn(elector.run(stop));
//!
//! // Before each write:
//! let may_write = handle.leadership().borrow().leads_at(tokio::time::Instant::now());
//!
//! let retired = campaign.await?; // After `stop`: nobody may start a write any more.
//! drain_writes().await;
//! retired.release().await?;
//! # Ok(())
//! # }
//! ```
//!
//! What this module must not do: decide what is written, or hold back a write; and it never ends
//! by itself, whatever the API server says.
//!
//! The monotonic clock of Linux goes on while a process is stopped, but stands still while the
//! whole machine is suspended. A machine that wakes from a suspend may believe in its lease for
//! up to [`Timings::renew_deadline`] too long. And when a lease is deleted by hand, a process that
//! never read it takes it for one that never was, while its leader needs up to one attempt to
//! notice. The version on every write is what keeps both harmless.

pub mod guard;

mod elector;
mod error;
mod identity;
mod standing;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use k8s_openapi::api::coordination::v1::Lease;
use tokio::time::Instant;

pub use elector::{Elector, LeaderHandle, Release, Retired, client};
pub use error::LeaderError;
pub use identity::Candidate;
pub use tarnfui_shared::config::{CONFIG_VERSION, CONTROLLER_VERSION};

/// The lease that the replicas compete for. Its `Display` is `namespace/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseKey {
    /// The namespace that the lease lies in: the controller's own.
    pub namespace: String,
    /// The name of the lease.
    pub name: String,
}

impl LeaseKey {
    /// The lease `name` in `namespace`.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for LeaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// How long a lease lives, and how often it is renewed.
///
/// They must keep this order, which [`Elector::new`] asserts:
/// `retry`, `call` < `renew_deadline` < `lease`. All replicas are given the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timings {
    /// How long a standby must have watched the lease unchanged before it takes it. Whole seconds,
    /// because that is what a `Lease` can say.
    pub lease: Duration,
    /// How long the leader may write after the last renewal that succeeded. The difference to
    /// `lease` is what clocks may run apart, and a write in flight may still take.
    pub renew_deadline: Duration,
    /// From the start of one attempt to acquire or renew to the start of the next.
    pub retry: Duration,
    /// How long one call to the API server may take, head and body. An attempt is two calls.
    pub call: Duration,
}

impl Timings {
    /// What a cluster gets, and Kubernetes' own components use: a crashed leader is replaced after
    /// 15 to 17 s, and three renewals in a row may fail.
    pub const STANDARD: Self = Self {
        lease: Duration::from_secs(15),
        renew_deadline: Duration::from_secs(10),
        retry: Duration::from_secs(2),
        // Two calls (6 s) and one more retry fit into the renew deadline.
        call: Duration::from_secs(3),
    };

    fn assert_sound(self) {
        assert!(
            self.lease.as_secs() >= 1,
            "a lease lives for at least a second"
        );
        assert_eq!(
            self.lease.subsec_nanos(),
            0,
            "a lease lives for whole seconds"
        );
        assert!(
            self.renew_deadline < self.lease,
            "a leader stops before its lease is taken"
        );
        assert!(
            self.retry < self.renew_deadline,
            "a leader tries again before it must stop"
        );
        assert!(
            self.call < self.renew_deadline,
            "a call that hangs leaves time for another"
        );
    }
}

impl Default for Timings {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// Whether this process leads, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leadership {
    /// This process holds the lease. No write is *started* at or after `valid_until`, and each
    /// ends soon enough to be over when the lease may be taken.
    Leader {
        /// The instant before the renewing attempt was sent, plus [`Timings::renew_deadline`].
        valid_until: Instant,
        /// Counts the times that this process became the leader, from 1. Two values with the same
        /// term had no gap between them in which somebody else could have led.
        term: u64,
        /// The holder as the lease names it: this process.
        holder: Holder,
    },
    /// Another process leads, or none, or nobody knows.
    Standby {
        /// Who held the lease when it was last read; `None` before that, and if nobody did. After
        /// a leadership that ran out this may still be this process.
        holder: Option<Holder>,
    },
}

impl Leadership {
    /// Whether a write may start at `now`.
    pub fn leads_at(&self, now: Instant) -> bool {
        match self {
            Self::Leader { valid_until, .. } => now < *valid_until,
            Self::Standby { .. } => false,
        }
    }

    /// Who holds the lease, as far as is known: this process or another.
    pub fn holder(&self) -> Option<&Holder> {
        match self {
            Self::Leader { holder, .. } => Some(holder),
            Self::Standby { holder } => holder.as_ref(),
        }
    }
}

/// Who holds the lease, for logs and metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The holder's name as [`Candidate`] made it.
    pub name: String,
    /// Since when, by the holder's own wall clock.
    pub since: Option<jiff::Timestamp>,
    /// How often the lease changed hands. It starts anew when the lease is deleted.
    pub transitions: i32,
}

impl Holder {
    /// The holder that `lease` names, if it names one.
    pub(crate) fn of(lease: &Lease) -> Option<Self> {
        let spec = lease.spec.as_ref()?;
        let name = spec
            .holder_identity
            .clone()
            .filter(|name| !name.is_empty())?;
        let since = spec.acquire_time.as_ref().map(|time| time.0);
        Some(Self {
            name,
            since,
            transitions: spec.lease_transitions.unwrap_or(0),
        })
    }
}
