//! A clock in hand.

use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::clock::Clock;

/// Tuesday noon in UTC, and then as real as tokio's, unless somebody sets it.
#[derive(Debug)]
pub(super) struct TestClock(Mutex<Timestamp>, Instant);

impl TestClock {
    pub(super) fn new() -> Self {
        let noon = "2026-11-24T12:00:00Z".parse().unwrap();
        Self(Mutex::new(noon), Instant::now())
    }

    /// Somebody sets the clock, or the machine was suspended.
    pub(super) fn step(&self, by: SignedDuration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap() + SignedDuration::try_from(self.1.elapsed()).unwrap()
    }

    fn wait_until(&self, at: Timestamp) -> Duration {
        at.duration_since(self.now())
            .max(SignedDuration::ZERO)
            .unsigned_abs()
    }

    fn elapsed_since(&self, at: Timestamp) -> Duration {
        self.now()
            .duration_since(at)
            .max(SignedDuration::ZERO)
            .unsigned_abs()
    }
}
