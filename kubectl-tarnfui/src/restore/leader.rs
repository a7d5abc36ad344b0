//! Whether a controller leads, and would undo what is written by hand.
//!
//! When in doubt one does: who waits for a minute loses less than who fights a controller. `doctor`
//! asks the other question, whether one certainly leads, and has its own answer.

use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::decide::{Activity, CLOCK_TOLERANCE, State, decide};
use tarnfui_shared::observe::Workload;

use crate::cluster::Lease;
use crate::reading::{Known, Reading};

/// However long a lease claims to live, one that nobody renews is over after this, as it is for the
/// controllers themselves.
const LONGEST_LEASE: SignedDuration = SignedDuration::from_mins(5);

/// What is known of a leader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leader {
    /// None leads.
    None,
    /// This one does.
    Lives(String),
    /// It can't be known, for this reason.
    Unknown(String),
}

impl Leader {
    /// What a lease says at `now`.
    ///
    /// Its times are of another machine's clock, so a lease counts as renewed for a minute longer
    /// than it says. A clock that is further off than that is one by which nothing here is right.
    ///
    /// ```
    /// use kubectl_tarnfui::cluster::Lease;
    /// use kubectl_tarnfui::restore::leader::Leader;
    /// let lease: Lease = serde_json::from_str(
    ///     r#"{"spec": {
    ///         "holderIdentity": "controller-0",
    ///         "renewTime": "2026-11-22T12:00:00Z",
    ///         "leaseDurationSeconds": 15
    ///     }}"#,
    /// ).unwrap();
    /// let at = |text: &str| Leader::of(text.parse().unwrap(), Some(&lease));
    /// assert_eq!(at("2026-11-22T12:01:14Z"), Leader::Lives("controller-0".to_owned()));
    /// assert_eq!(at("2026-11-22T12:01:16Z"), Leader::None);
    /// ```
    pub fn of(now: Timestamp, lease: Option<&Lease>) -> Self {
        let Some((lease, holder)) = lease.and_then(|lease| Some((lease, lease.holder()?))) else {
            return Self::None;
        };
        let claimed = lease.spec.lease_duration_seconds;
        let claimed = claimed.map(|seconds| SignedDuration::from_secs(seconds.into()));
        let length = claimed.unwrap_or(LONGEST_LEASE).min(LONGEST_LEASE);
        let renewed = lease.spec.renew_time;
        if renewed.is_some_and(|at| now.duration_since(at) > length + CLOCK_TOLERANCE) {
            Self::None
        } else {
            Self::Lives(holder.to_owned())
        }
    }
}

/// Whether a controller would put `workload` to sleep again, by what is known of its rules.
///
/// Where the configuration could not be read it may say anything about what the annotations leave
/// open, and only what they keep awake is known to stay so.
pub fn would_sleep(
    now: Timestamp,
    reading: &Reading,
    workload: &Workload,
    known: Known<'_>,
) -> bool {
    let config = known.config();
    let is_ours =
        workload.controller.is_none() && (config.kinds.contains(workload.kind) || !known.is_read());
    if config.is_paused || !is_ours {
        return false;
    }
    let own = workload.own.as_ref().map(|own| {
        let (annotations, namespace) = (&own.annotations, &reading.annotations);
        reading.rules.for_workload(annotations, namespace, config).0
    });
    let rules = own.as_ref().unwrap_or(&reading.rules);
    match decide(now, rules, &Activity::default()).state {
        State::Asleep => true,
        State::Unmanaged => !known.is_read() && !rules.is_excluded,
        State::Awake => false,
    }
}
