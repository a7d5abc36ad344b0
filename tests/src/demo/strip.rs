//! A week as a line of text: what was, and what will be.

use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::decide::State;
use tarnfui_shared::zone::Zone;

use super::book::Book;

/// Cells of a line: of a week, each is three hours.
pub(super) const CELLS: i32 = 56;

const WAS_AWAKE: char = '█';
const WILL_BE_AWAKE: char = '░';
const ASLEEP: char = '·';

/// The stretch of time that a line shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// Its first instant.
    pub(super) from: Timestamp,
    /// The first instant behind it.
    pub(super) to: Timestamp,
}

impl Stretch {
    /// The instant in the middle of a cell.
    fn middle(self, cell: i32) -> Timestamp {
        let half = self.to.duration_since(self.from) / (2 * CELLS);
        self.from
            .saturating_add(half * (2 * cell + 1))
            .unwrap_or(self.to)
    }

    /// The cell of an instant.
    fn cell(self, at: Timestamp) -> usize {
        let share = at.duration_since(self.from).as_secs_f64()
            / self.to.duration_since(self.from).as_secs_f64();
        (0..CELLS)
            .take_while(|cell| f64::from(cell + 1) / f64::from(CELLS) <= share)
            .count()
    }
}

/// One namespace: up to `now` as it was seen, from there on as its hours say.
pub(super) fn strip(book: &Book, stretch: Stretch, now: Timestamp) -> String {
    let cell = |cell: i32| {
        let at = stretch.middle(cell);
        let (state, awake) = if at <= now {
            (book.seen_at(at), WAS_AWAKE)
        } else {
            (Some(book.state_at(at)), WILL_BE_AWAKE)
        };
        match state {
            Some(State::Awake | State::Unmanaged) => awake,
            Some(State::Asleep) => ASLEEP,
            None => ' ',
        }
    };
    (0..CELLS).map(cell).collect()
}

/// The days above the lines, each at the midnight it begins at, as far as there is room.
pub(super) fn days(stretch: Stretch) -> String {
    let mut line = String::new();
    let utc = Zone::utc();
    let mut day = utc.to_civil(stretch.from).date();
    while let Ok(tomorrow) = day.tomorrow() {
        day = tomorrow;
        let midnight = utc.start_of(day.at(0, 0, 0, 0));
        if midnight >= stretch.to {
            break;
        }
        let place = stretch.cell(midnight);
        let name = day.strftime("%a").to_string();
        let is_free = line.is_empty() || line.len() < place;
        if is_free && place + name.len() <= CELLS.unsigned_abs() as usize {
            line = format!("{line:<place$}{name}");
        }
    }
    line
}

/// A line that points at `now`.
pub(super) fn hand(stretch: Stretch, now: Timestamp) -> String {
    let last = now.min(
        stretch
            .to
            .saturating_sub(SignedDuration::from_secs(1))
            .unwrap_or(now),
    );
    format!("{:width$}^", "", width = stretch.cell(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::cast;
    use crate::demo::tenancy::Tenancy;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn week() -> Stretch {
        Stretch {
            from: at("2026-11-22T12:00:00Z"),
            to: at("2026-11-29T12:00:00Z"),
        }
    }

    #[test]
    fn what_will_be_is_what_the_hours_say() {
        let namespaces = cast::namespaces(week().from, Tenancy::Owner).unwrap();
        let shop = Book::new(namespaces[0].clone()).unwrap();
        assert_eq!(
            strip(&shop, week(), at("2026-11-22T12:00:00Z")),
            "······░░░░············░░░░····░░░░····░░░░··············",
            "a Sunday afternoon, and Tuesday is a holiday"
        );
    }

    #[test]
    fn what_was_is_what_was_seen() {
        let namespaces = cast::namespaces(week().from, Tenancy::Owner).unwrap();
        let mut shop = Book::new(namespaces[0].clone()).unwrap();
        shop.history = vec![
            (at("2026-11-22T12:00:00Z"), State::Awake),
            (at("2026-11-22T18:00:00Z"), State::Asleep),
        ];
        let line = strip(&shop, week(), at("2026-11-23T12:00:00Z"));
        assert!(
            line.starts_with("██······░░"),
            "it slept through Monday: {line}"
        );
    }

    #[test]
    fn days_begin_at_midnight() {
        let line = days(week());
        assert_eq!(
            line,
            "    Mon     Tue     Wed     Thu     Fri     Sat     Sun"
        );
        let fortnight = Stretch {
            to: at("2026-12-06T12:00:00Z"),
            ..week()
        };
        assert!(days(fortnight).starts_with("  Mon Tue Wed"));
    }

    #[test]
    fn the_hand_points_into_the_line() {
        assert_eq!(hand(week(), week().from), "^");
        assert_eq!(hand(week(), at("2026-11-22T15:00:00Z")), " ^");
        assert_eq!(hand(week(), at("2027-01-01T00:00:00Z")).len(), 56);
    }
}
