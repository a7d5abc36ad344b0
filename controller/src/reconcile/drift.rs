//! Notices that the wall clock was set, or that the machine was suspended.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::clock::Clock;

/// The clocks may run this far apart between two comparisons; NTP slews by far less.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// The two clocks as of the last comparison.
#[derive(Debug)]
pub(super) struct Drift {
    wall: Timestamp,
    monotonic: Instant,
}

impl Drift {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            wall: now,
            monotonic: Instant::now(),
        }
    }

    /// Whether the wall clock went elsewhere than the monotonic clock since the last call.
    ///
    /// Asked of the clock itself, because a clock may run at another rate on purpose.
    pub(super) fn has_jumped(&mut self, clock: &dyn Clock) -> bool {
        let now = Instant::now();
        let wall = clock.now();
        let passed = SignedDuration::try_from(now.duration_since(self.monotonic));
        let elapsed = SignedDuration::try_from(clock.elapsed_since(self.wall));
        let went_back = wall < self.wall;
        *self = Self {
            wall,
            monotonic: now,
        };
        match (passed, elapsed) {
            (Ok(passed), Ok(elapsed)) => went_back || (elapsed - passed).abs() > TOLERANCE,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests;
