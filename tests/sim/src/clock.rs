//! The clocks on the wall: the world's, and each machine's, which may be wrong.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tarnfui_controller::clock::Clock;
use tokio::time::Instant;

use crate::timeline::Timeline;

/// The world's clock, which is right.
#[derive(Debug, Clone)]
pub struct World {
    timeline: Arc<Timeline>,
    start: Instant,
}

impl World {
    /// A world whose time begins now.
    pub fn new(timeline: Timeline) -> Self {
        Self {
            timeline: Arc::new(timeline),
            start: Instant::now(),
        }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.timeline.world(self.start.elapsed())
    }

    /// What time it was after the world had been running for so long.
    pub fn at(&self, elapsed: Duration) -> Timestamp {
        self.timeline.world(elapsed)
    }

    /// When hours are about to be skipped.
    pub fn skips(&self) -> Vec<Duration> {
        self.timeline.ends()
    }

    /// When it will be, or was, an instant of the world.
    pub fn instant(&self, world: Timestamp) -> Instant {
        self.start + self.timeline.elapsed(world)
    }

    /// How long the world runs until it comes to an instant.
    pub fn elapsed_at(&self, world: Timestamp) -> Duration {
        self.timeline.elapsed(world)
    }

    /// How long the world has been running.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A machine's clock.
#[derive(Debug, Clone)]
pub struct MachineClock {
    world: World,
    /// How far it was ahead of the world, and since when.
    eras: Arc<Mutex<Vec<Era>>>,
}

#[derive(Debug, Clone, Copy)]
struct Era {
    since: Duration,
    ahead: SignedDuration,
}

impl MachineClock {
    /// A clock that is right.
    pub fn new(world: World) -> Self {
        let right = Era {
            since: Duration::ZERO,
            ahead: SignedDuration::ZERO,
        };
        Self {
            world,
            eras: Arc::new(Mutex::new(vec![right])),
        }
    }

    /// Sets it, as far ahead of the world as this.
    pub fn set_ahead(&self, ahead: SignedDuration) {
        let since = self.world.elapsed();
        self.eras().push(Era { since, ahead });
    }

    /// What it would show if no hours were skipped: for who compares it with other machines' clocks.
    pub fn unskipped(&self) -> Timestamp {
        let elapsed = self.world.timeline.world(Duration::ZERO) + self.world.elapsed();
        elapsed.saturating_add(self.era().ahead).unwrap_or(elapsed)
    }

    fn eras(&self) -> MutexGuard<'_, Vec<Era>> {
        self.eras.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn era(&self) -> Era {
        *self.eras().last().expect("there is always one")
    }

    /// When it showed a time, and how far it was ahead then: of several moments, the last.
    fn shown_at(&self, shown: Timestamp) -> Option<(Duration, SignedDuration)> {
        let mut end = self.world.elapsed();
        for era in self.eras().iter().rev() {
            let world = shown.saturating_sub(era.ahead).ok()?;
            let elapsed = self.world.timeline.elapsed(world);
            let is_it = self.world.timeline.world(elapsed) == world;
            if is_it && (era.since..=end).contains(&elapsed) {
                return Some((elapsed, era.ahead));
            }
            end = era.since;
        }
        None
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        let world = self.world.now();
        world.saturating_add(self.era().ahead).unwrap_or(world)
    }

    fn wait_until(&self, at: Timestamp) -> Duration {
        let world = at.saturating_sub(self.era().ahead).unwrap_or(at);
        let instant = self.world.instant(world);
        instant.saturating_duration_since(Instant::now())
    }

    fn elapsed_since(&self, at: Timestamp) -> Duration {
        let Some((elapsed, ahead)) = self.shown_at(at) else {
            return Duration::ZERO;
        };
        let passed = SignedDuration::try_from(self.world.elapsed().saturating_sub(elapsed));
        let shown = passed.unwrap_or_default() + (self.era().ahead - ahead);
        shown.max(SignedDuration::ZERO).unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-22T{text}Z").parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_jump_of_the_world_is_not_seen_and_a_step_of_the_clock_is() {
        let pieces = vec![
            (at("08:00:00"), at("08:00:10")),
            (at("20:00:00"), at("20:01:00")),
        ];
        let clock = MachineClock::new(World::new(Timeline::new(pieces)));
        let before = clock.now();
        assert_eq!(clock.wait_until(at("20:00:05")), Duration::from_secs(15));
        advance(Duration::from_secs(12)).await;
        assert_eq!(clock.now(), at("20:00:02"));
        assert_eq!(clock.elapsed_since(before), Duration::from_secs(12));
        clock.set_ahead(SignedDuration::from_secs(30));
        assert_eq!(clock.now(), at("20:00:32"));
        assert_eq!(clock.wait_until(at("20:00:35")), Duration::from_secs(3));
        assert_eq!(clock.elapsed_since(at("20:00:02")), Duration::from_secs(30));
        clock.set_ahead(SignedDuration::from_secs(-30));
        assert_eq!(clock.now(), at("19:59:32"));
        assert_eq!(clock.elapsed_since(at("20:00:32")), Duration::ZERO);
    }
}
