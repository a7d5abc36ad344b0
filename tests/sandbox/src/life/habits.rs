//! How long things take, and the dice that say how long this time.

use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;
use jiff::Timestamp;

/// How a cluster behaves: each thing takes a time within its range, chosen anew every time.
#[derive(Debug, Clone)]
pub struct Habits {
    /// Whether there are Pods and ReplicaSets as objects; else only what workloads report of them.
    pub with_pods: bool,
    /// Until a controller has seen a change, and until it has acted on it.
    pub seen_after: Range<Duration>,
    /// Until a pod that was started is ready.
    pub ready_after: Range<Duration>,
    /// Until a pod that was stopped is gone.
    pub gone_after: Range<Duration>,
    /// Until the pod of a Job has done its work, once it runs.
    pub done_after: Range<Duration>,
    /// Until a HorizontalPodAutoscaler looks at its target again.
    pub scaled_after: Range<Duration>,
}

impl Default for Habits {
    /// As in a small cluster with images at hand.
    fn default() -> Self {
        let millis = Duration::from_millis;
        Self {
            with_pods: false,
            seen_after: millis(5)..millis(50),
            ready_after: millis(1_000)..millis(5_000),
            gone_after: millis(500)..millis(2_000),
            done_after: millis(5_000)..millis(20_000),
            scaled_after: millis(1_000)..millis(15_000),
        }
    }
}

/// Chance, from a seed.
#[derive(Debug)]
pub(super) struct Dice {
    pub(super) habits: Habits,
    rng: Rng,
}

impl Dice {
    pub(super) fn new(seed: u64, habits: Habits) -> Self {
        let rng = Rng::with_seed(seed);
        Self { habits, rng }
    }

    /// A time within the range from now on; its start, where the range is empty.
    pub(super) fn after(
        &mut self,
        now: Timestamp,
        range: impl Fn(&Habits) -> &Range<Duration>,
    ) -> Timestamp {
        let range = range(&self.habits);
        let micros = |it: Duration| u64::try_from(it.as_micros()).unwrap_or(u64::MAX);
        let (start, end) = (micros(range.start), micros(range.end));
        let chosen = if start < end {
            self.rng.u64(start..end)
        } else {
            start
        };
        later(now, Duration::from_micros(chosen))
    }
}

/// The instant so much later; the last there is, if that is too far.
pub(super) fn later(now: Timestamp, after: Duration) -> Timestamp {
    now.checked_add(after).unwrap_or(Timestamp::MAX)
}
