//! A timeline as rows of cells, one character each: a day or a week a row.
//!
//! Cells are those of the clock on the wall: eight in the morning is in the same column on every
//! day, and an hour that the clock leaves out is an empty one.

use jiff::civil::{Date, DateTime, Time, Weekday};
use tarnfui_shared::decide::{Reason, State};
use tarnfui_shared::zone::Zone;

use crate::reading::Segment;

/// Up to so many days a row is a day; beyond, a week.
const MAX_DAYS: i64 = 16;

/// Cells of a day where a row is a day: half an hour each.
const CELLS_OF_A_DAY: i64 = 48;

/// Cells of a day where a row is a week: four hours each, so that a week is as wide as a day.
const CELLS_OF_A_WEEKDAY: i64 = 6;

/// What a cell shows: what holds for most of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Awake.
    Awake,
    /// Asleep.
    Asleep,
    /// Asleep, because of a holiday.
    Holiday,
    /// Not managed.
    Unmanaged,
    /// Outside the span, or left out by the clock.
    Nothing,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its first day.
    pub day: Date,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A timeline as rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// The zone of its days.
    pub zone: Zone,
    /// Whether a row is a week.
    pub is_weekly: bool,
    /// The rows.
    pub rows: Vec<Row>,
}

/// The segments, which have no gaps, as a strip in `zone`.
pub fn strip(segments: &[Segment], zone: &Zone) -> Strip {
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
        return Strip {
            zone: zone.clone(),
            is_weekly: false,
            rows: Vec::new(),
        };
    };
    // What ends at midnight has nothing in the day behind it.
    let end = last.end - jiff::SignedDuration::from_nanos(1);
    let (mut day, end) = (zone.to_civil(first.start).date(), zone.to_civil(end).date());
    let days = i64::from(end.since(day).map_or(0, |span| span.get_days())) + 1;
    let is_weekly = days > MAX_DAYS;
    let (cells, step) = if is_weekly {
        day = monday(day);
        (CELLS_OF_A_WEEKDAY, 7)
    } else {
        (CELLS_OF_A_DAY, 1)
    };
    let mut rows = Vec::new();
    while day <= end {
        let days = (0..step).map(|after| plus(day, after));
        let cells = days.flat_map(|day| (0..cells).map(move |cell| (day, cell, cells)));
        rows.push(Row {
            day,
            cells: cells
                .map(|(day, cell, of)| shown(segments, zone, day, cell, of))
                .collect(),
        });
        let next = plus(day, step);
        if next == day {
            break;
        }
        day = next;
    }
    Strip {
        zone: zone.clone(),
        is_weekly,
        rows,
    }
}

/// The Monday on or before a day.
fn monday(day: Date) -> Date {
    let since = day.weekday().since(Weekday::Monday);
    plus(day, -i64::from(since))
}

/// A day so many days later; the last one there is beyond it.
fn plus(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::Span::new().days(days))
}

/// What the cell `cell` of `of` shows on a day.
fn shown(segments: &[Segment], zone: &Zone, day: Date, cell: i64, of: i64) -> Cell {
    let start = zone.start_of(clock(day, cell, of));
    let end = zone.start_of(clock(day, cell + 1, of));
    let from = segments.partition_point(|segment| segment.end <= start);
    let mut seconds = [0_i64; 4];
    let inside = segments[from..].iter().take_while(|it| it.start < end);
    for segment in inside {
        let length = Segment {
            start: segment.start.max(start),
            end: segment.end.min(end),
            ..*segment
        }
        .seconds();
        seconds[kind(segment) as usize] += length;
    }
    let most = [Cell::Awake, Cell::Asleep, Cell::Holiday, Cell::Unmanaged]
        .into_iter()
        .rev()
        .max_by_key(|cell| seconds[*cell as usize]);
    most.filter(|cell| seconds[*cell as usize] > 0)
        .unwrap_or(Cell::Nothing)
}

fn kind(segment: &Segment) -> Cell {
    match (segment.state, segment.reason) {
        (State::Awake, _) => Cell::Awake,
        (State::Asleep, Reason::Holiday) => Cell::Holiday,
        (State::Asleep, _) => Cell::Asleep,
        (State::Unmanaged, _) => Cell::Unmanaged,
    }
}

/// The time at which the cell `cell` of `of` begins.
fn clock(day: Date, cell: i64, of: i64) -> DateTime {
    if cell >= of {
        return plus(day, 1).to_datetime(Time::midnight());
    }
    let minutes = cell * 24 * 60 / of;
    let (hour, minute) = (minutes / 60, minutes % 60);
    let part = |number: i64| i8::try_from(number).unwrap_or(0);
    day.at(part(hour), part(minute), 0, 0)
}

#[cfg(test)]
mod tests;
