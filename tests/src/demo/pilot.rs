//! Steers the clock: fast as long as it may, at real speed from the next stop on.
//!
//! Every course ends in a stop. Who hears of a new one too late is behind, never ahead: a controller
//! cannot act before a boundary because a message was slow. Nothing is asked of the cluster here.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tarnfui_controller::clock::Clock as _;

use crate::clock::{Course, Setting, SteeredClock, real_now};

/// How long before the clock runs fast again its followers are told: they wake, read a line and take
/// it in.
const LEAD: SignedDuration = SignedDuration::from_millis(100);

/// The clock of the demo and where it stops next.
#[derive(Debug)]
pub(super) struct Pilot {
    /// The clock.
    pub(super) clock: SteeredClock,
    speed: f64,
    stop: Timestamp,
    course: Course,
}

impl Pilot {
    /// A clock at the real time and at real speed, whose fast speed is `speed`.
    pub(super) fn new(speed: f64) -> Self {
        let real = real_now();
        let course = Course::from(Setting {
            real,
            at: real,
            rate: 1.0,
        });
        Self {
            clock: SteeredClock::on(course.clone()),
            speed,
            stop: real,
            course,
        }
    }

    /// The course that a new follower begins with.
    pub(super) fn course(&self) -> &Course {
        &self.course
    }

    /// The time, as the controllers see it.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time at a real instant, as the controllers saw it.
    pub(super) fn at(&self, real: Timestamp) -> Timestamp {
        self.clock.setting(real).to_virtual(real)
    }

    /// How many seconds pass in a real one right now.
    pub(super) fn rate(&self) -> f64 {
        self.clock.setting(real_now()).rate
    }

    /// How much real time passed from a virtual instant to a real one.
    pub(super) fn lateness(&self, boundary: Timestamp, real: Timestamp) -> Duration {
        let late = real.duration_since(self.clock.real(boundary));
        late.max(SignedDuration::ZERO).unsigned_abs()
    }

    /// Runs fast until `stop`, at real speed from there on. The new course, where it is one.
    pub(super) fn run_until(&mut self, stop: Timestamp) -> Option<Course> {
        let real = real_now();
        let current = self.clock.setting(real);
        if stop == self.stop && current.rate > 1.0 {
            return None;
        }
        let course = course(real, current, self.speed, stop)?;
        self.stop = stop;
        self.clock.set(&course);
        self.course = course.clone();
        Some(course)
    }
}

/// The course from `current`, which is in force at `real`, to `stop`; none if it goes on as it is.
fn course(real: Timestamp, current: Setting, speed: f64, stop: Timestamp) -> Option<Course> {
    let is_fast = current.rate > 1.0;
    let fast = if is_fast {
        current
    } else {
        let start = real.saturating_add(LEAD).unwrap_or(real);
        Setting {
            real: start,
            at: current.to_virtual(start),
            rate: speed,
        }
    };
    let slow = Setting {
        real: fast.to_real(stop),
        at: stop,
        rate: 1.0,
    };
    if slow.real > fast.real.max(real) {
        return Some(Course::new(vec![fast, slow]));
    }
    // The stop is behind us already.
    let here = Setting {
        real,
        at: current.to_virtual(real),
        rate: 1.0,
    };
    is_fast.then(|| here.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const SPEED: f64 = 3600.0;

    fn setting(real: &str, virtually: &str, rate: f64) -> Setting {
        Setting {
            real: at(real),
            at: at(virtually),
            rate,
        }
    }

    #[test]
    fn from_real_speed_it_starts_after_the_lead_and_stops_exactly() {
        let slow = setting("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z", 1.0);
        let planned = course(
            at("2026-11-22T12:00:09.9Z"),
            slow,
            SPEED,
            at("2026-11-22T22:00:10Z"),
        );
        let expect = Course::new(vec![
            setting("2026-11-22T12:00:10Z", "2026-11-22T12:00:10Z", SPEED),
            setting("2026-11-22T12:00:20Z", "2026-11-22T22:00:10Z", 1.0),
        ]);
        assert_eq!(planned, Some(expect));
    }

    #[test]
    fn a_stop_that_is_moved_leaves_the_fast_stretch_as_it_is() {
        let fast = setting("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z", SPEED);
        let planned = course(
            at("2026-11-22T12:00:05Z"),
            fast,
            SPEED,
            at("2026-11-22T22:00:00Z"),
        );
        let slow = setting("2026-11-22T12:00:10Z", "2026-11-22T22:00:00Z", 1.0);
        assert_eq!(planned, Some(Course::new(vec![fast, slow])));
    }

    #[test]
    fn a_stop_behind_us_is_taken_here_and_changes_nothing_at_real_speed() {
        let fast = setting("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z", SPEED);
        let (real, stop) = (at("2026-11-22T12:00:05Z"), at("2026-11-22T15:00:00Z"));
        let here = setting("2026-11-22T12:00:05Z", "2026-11-22T17:00:00Z", 1.0);
        assert_eq!(course(real, fast, SPEED, stop), Some(here.into()));
        assert_eq!(course(real, here, SPEED, stop), None);
    }
}
