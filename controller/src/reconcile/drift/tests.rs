//! A jump is noticed once, and the passing of time is none.

use std::sync::Mutex;
use std::time::Duration;

use super::*;

/// A wall clock that is set by hand.
#[derive(Debug)]
struct Hand(Mutex<Timestamp>);

impl Hand {
    fn step(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn wait_until(&self, _at: Timestamp) -> Duration {
        Duration::ZERO
    }

    fn elapsed_since(&self, at: Timestamp) -> Duration {
        self.now()
            .duration_since(at)
            .max(SignedDuration::ZERO)
            .unsigned_abs()
    }
}

#[tokio::test(start_paused = true)]
async fn a_step_of_the_wall_clock_is_noticed_once() {
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let clock = Hand(Mutex::new(start));
    let mut drift = Drift::new(start);
    for (step, slept, expect) in [
        (30, 30, false),
        (3600 + 30, 30, true),
        (30, 30, false),
        (-3600, 30, true),
        // A machine that was suspended: the monotonic clock stood still.
        (86_400, 1, true),
        (1, 1, false),
    ] {
        tokio::time::advance(Duration::from_secs(slept)).await;
        clock.step(SignedDuration::from_secs(step));
        assert_eq!(
            drift.has_jumped(&clock),
            expect,
            "a step of {step} s in {slept} s"
        );
    }
}
