//! The one seam through which wall-clock time comes in.
//!
//! Everything that decides takes `now` as an argument; this is where the shell gets it from. The
//! leader's lease does not go through here: it lives on the monotonic clock, and must stay on real
//! time even where somebody lets the wall clock run faster. Nor do the times of Events: they say when
//! something really happened.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Tells the time, and how long to wait for one.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// How long to wait, in real time, until it may be `at`: never longer than that takes. Waking
    /// early is harmless, so a clock that may be set in between answers with less.
    fn wait_until(&self, at: Timestamp) -> Duration;

    /// How much real time has passed since it was `at`; zero if it has not been yet.
    fn elapsed_since(&self, at: Timestamp) -> Duration;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the seam itself")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn wait_until(&self, at: Timestamp) -> Duration {
        positive(at.duration_since(self.now()))
    }

    fn elapsed_since(&self, at: Timestamp) -> Duration {
        positive(self.now().duration_since(at))
    }
}

fn positive(span: SignedDuration) -> Duration {
    span.max(SignedDuration::ZERO).unsigned_abs()
}
