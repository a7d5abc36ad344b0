//! Which hours of the world are lived through and which are skipped: the time of the world as a
//! function of the time that runs.
//!
//! Two days hold a dozen minutes in which anything happens; the rest would be spent on renewing a
//! lease. So the world's clock runs at its own speed round every instant that matters, and jumps over
//! the rest. Nobody sees a jump: whoever asks how long it is until an instant is told the time that
//! will really pass. After the last stretch nothing is skipped any more.

use std::time::Duration;

use jiff::Timestamp;

/// A piece of the world's time that is lived through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    /// Where it begins in the world.
    from: Timestamp,
    /// Where it begins in the time that runs.
    at: Duration,
    length: Duration,
}

/// The pieces, in order and without overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline(Vec<Stretch>);

impl Timeline {
    /// The pieces of the world's time that are lived through, as `[from, to)`; the first begins when
    /// time begins to run. They may overlap, and come in any order.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn new(mut pieces: Vec<(Timestamp, Timestamp)>) -> Self {
        assert!(!pieces.is_empty(), "time begins somewhere");
        pieces.sort_unstable();
        let mut merged: Vec<(Timestamp, Timestamp)> = Vec::new();
        for (from, to) in pieces {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        let mut at = Duration::ZERO;
        let stretch = |(from, to): (Timestamp, Timestamp)| {
            let length = to.duration_since(from).unsigned_abs();
            let stretch = Stretch { from, at, length };
            at += length;
            stretch
        };
        Self(merged.into_iter().map(stretch).collect())
    }

    /// What time it is in the world after so long.
    pub fn world(&self, elapsed: Duration) -> Timestamp {
        let place = self.0.partition_point(|it| it.at <= elapsed).max(1) - 1;
        let stretch = self.0[place];
        stretch.from + elapsed.saturating_sub(stretch.at)
    }

    /// After how long the world has come to an instant.
    pub fn elapsed(&self, world: Timestamp) -> Duration {
        let place = self.0.partition_point(|it| it.from <= world);
        let Some(stretch) = place.checked_sub(1).map(|place| self.0[place]) else {
            return Duration::ZERO;
        };
        let inside = world.duration_since(stretch.from).unsigned_abs();
        match self.0.get(place) {
            // Within what is skipped, it is reached where the next stretch begins.
            Some(next) if inside >= stretch.length => next.at,
            _ => stretch.at + inside,
        }
    }

    /// When each stretch ends, in the time that runs.
    pub fn ends(&self) -> Vec<Duration> {
        self.0.iter().map(|it| it.at + it.length).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-22T{text}Z").parse().unwrap()
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_is_not_lived_through_takes_no_time() {
        let pieces = vec![
            (at("20:00:00"), at("20:00:10")),
            (at("08:00:00"), at("08:01:00")),
            (at("08:00:30"), at("08:01:30")),
        ];
        let timeline = Timeline::new(pieces);
        for (elapsed, world) in [
            (0, "08:00:00"),
            (60, "08:01:00"),
            (89, "08:01:29"),
            (90, "20:00:00"),
            (95, "20:00:05"),
            (100, "20:00:10"),
            (200, "20:01:50"),
        ] {
            assert_eq!(timeline.world(seconds(elapsed)), at(world), "{elapsed}");
            assert_eq!(timeline.elapsed(at(world)), seconds(elapsed), "{world}");
        }
        assert_eq!(timeline.elapsed(at("12:00:00")), seconds(90));
        assert_eq!(timeline.elapsed(at("08:01:30")), seconds(90));
        assert_eq!(timeline.elapsed(at("07:00:00")), seconds(0));
        assert_eq!(timeline.ends(), [seconds(90), seconds(100)]);
    }
}
