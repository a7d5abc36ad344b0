//! Walks a case through time and compares what the windows say with the brute-force reading.
//!
//! Every minute within 36 hours of a change of the clock, every quarter of an hour elsewhere. State,
//! next change and start of the present window are compared; the last two against what the
//! brute-force states themselves do from one sample to the next.

use std::fmt;

use jiff::Timestamp;
use tarnfui_shared::window::Standing;

use super::brute::{Brute, Case, instant, time_zone};

/// How near to a change of the clock each minute is compared.
pub(crate) const NEAR_CHANGE: i64 = 36 * 60;

/// Readings are held for this many minutes at a time: 30 days.
const PIECE: i64 = 30 * 24 * 60;

/// A change of the clock of a zone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    /// The first minute after it, since 1970.
    pub(crate) minute: i64,
    /// What the clock would show at that minute without it, in minutes of the day.
    pub(crate) before: i64,
    /// What it shows, in minutes of the day.
    pub(crate) after: i64,
}

/// The changes of a zone from one minute to another, a multiple of days later. They fall on
/// quarters of an hour, and no two of them within a day.
pub(crate) fn changes(zone: &str, first: i64, last: i64) -> Vec<Change> {
    let zone = time_zone(zone);
    let offset = |minute: i64| i64::from(zone.to_offset(instant(minute)).seconds()) / 60;
    let mut changes = Vec::new();
    for midnight in (first..last).step_by(24 * 60) {
        let (before, after) = (offset(midnight), offset(midnight + 24 * 60));
        if before == after {
            continue;
        }
        let mut quarters = (midnight..).step_by(15);
        let minute = quarters
            .find(|minute| offset(*minute) == after)
            .expect("it changes");
        let shown = |offset: i64| (minute + offset).rem_euclid(24 * 60);
        changes.push(Change {
            minute,
            before: shown(before),
            after: shown(after),
        });
    }
    changes
}

/// The minutes to compare from one minute to another: all of them near `changes`, else quarters.
pub(crate) fn samples(changes: &[Change], first: i64, last: i64) -> Vec<i64> {
    let is_near = |minute: i64| {
        changes
            .iter()
            .any(|c| (c.minute - minute).abs() <= NEAR_CHANGE)
    };
    (first..=last)
        .filter(|minute| minute % 15 == 0 || is_near(*minute))
        .collect()
}

/// Where the windows and the brute-force reading differ.
#[derive(Debug)]
pub(crate) struct Disagreement {
    what: &'static str,
    case: Case,
    at: Timestamp,
    standing: Standing,
    expected: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            case,
            at,
            standing,
            expected,
        } = self;
        write!(f, "{what} of {} in {} at {at}: ", case.schedule, case.zone)?;
        write!(f, "expected {expected}, the windows say {standing:?}")
    }
}

/// Compares `look`, which is `Hours::at` but where a test plants an error, with a brute-force
/// reading of `case` at `minutes`, which rise; how many it compared.
pub(crate) fn compare(
    case: &Case,
    look: impl Fn(Timestamp) -> Standing,
    minutes: &[i64],
) -> Result<usize, Box<Disagreement>> {
    let mut before: Option<Sample> = None;
    let pieces = minutes.chunk_by(|a, b| a / PIECE == b / PIECE);
    for piece in pieces {
        let brute = Brute::new(case, piece[0], piece[piece.len() - 1]);
        for minute in piece {
            let at = instant(*minute);
            let sample = Sample {
                at,
                state: brute.state(*minute),
                standing: look(at),
            };
            sample.check(before.as_ref()).map_err(|(what, expected)| {
                let standing = sample.standing;
                Box::new(Disagreement {
                    what,
                    case: case.clone(),
                    at,
                    standing,
                    expected,
                })
            })?;
            before = Some(sample);
        }
    }
    Ok(minutes.len())
}

/// What both say about an instant.
struct Sample {
    at: Timestamp,
    state: (bool, bool),
    standing: Standing,
}

impl Sample {
    fn check(&self, before: Option<&Self>) -> Result<(), (&'static str, String)> {
        let Standing {
            open,
            holiday,
            since,
            until,
        } = self.standing;
        if (open, holiday) != self.state {
            let (open, holiday) = self.state;
            return Err(("state", format!("open {open}, holiday {holiday}")));
        }
        if until.is_some_and(|until| until <= self.at) {
            return Err(("next change", "one that is to come".to_owned()));
        }
        if since.is_some_and(|since| since > self.at) || (since.is_some() && !open) {
            return Err((
                "start",
                "none but that of the window that holds it".to_owned(),
            ));
        }
        let Some(before) = before else { return Ok(()) };
        let changed = before.state != self.state;
        let said = before.standing.until.is_some_and(|until| until <= self.at);
        if changed != said {
            let word = if changed { "a" } else { "no" };
            let expected = format!("{word} change after {}, not {until:?}", before.at);
            return Err(("next change", expected));
        }
        let opened = open && !before.standing.open;
        if opened && since.is_none_or(|since| since <= before.at) {
            return Err(("start", format!("a start after {}", before.at)));
        }
        // A start may only be forgotten, once it is too long ago.
        let kept = since == before.standing.since || since.is_none();
        if open && !opened && !kept {
            return Err(("start", format!("{:?} still", before.standing.since)));
        }
        Ok(())
    }
}
