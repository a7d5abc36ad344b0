//! A strip: a character for each cell, in columns of the same hours, readable without colour.

use crate::render::lines;
use crate::view::{Cell, Strip};

/// Columns before the cells: a weekday and a date, and the gap.
const MARGIN: usize = 17;

/// Cells of one day in a week, which a blank parts from the next day.
const CELLS_OF_A_WEEKDAY: usize = 6;

/// The strip, with a line above that says which hours or days the columns are.
pub(super) fn strip(strip: &Strip) -> String {
    if strip.rows.is_empty() {
        return String::new();
    }
    let scale = if strip.is_weekly {
        "Mon    Tue    Wed    Thu    Fri    Sat    Sun"
    } else {
        "0     3     6     9     12    15    18    21"
    };
    let heading = format!("{:MARGIN$}{scale}", "");
    let rows = strip.rows.iter().map(|row| {
        let mut cells = String::new();
        for (at, cell) in row.cells.iter().enumerate() {
            if strip.is_weekly && at > 0 && at % CELLS_OF_A_WEEKDAY == 0 {
                cells.push(' ');
            }
            cells.push(glyph(*cell));
        }
        let day = row.day.strftime("%a %Y-%m-%d").to_string();
        format!("{day:MARGIN$}{cells}").trim_end().to_owned()
    });
    lines(std::iter::once(heading).chain(rows))
}

/// What the characters of some strips mean: of those that are there.
pub(super) fn legend<'a>(strips: impl IntoIterator<Item = &'a Strip>) -> String {
    let (mut cells, mut is_weekly) = (Vec::new(), false);
    for strip in strips {
        is_weekly = strip.is_weekly;
        cells.extend(strip.rows.iter().flat_map(|row| row.cells.iter().copied()));
    }
    cells.sort_unstable();
    cells.dedup();
    let words = cells.into_iter().filter_map(|cell| {
        let word = word(cell)?;
        Some(format!("{} {word}", glyph(cell)))
    });
    let size = if is_weekly {
        "four hours each"
    } else {
        "half an hour each"
    };
    let parts: Vec<String> = words.chain([size.to_owned()]).collect();
    lines([parts.join("   ")])
}

fn glyph(cell: Cell) -> char {
    match cell {
        Cell::Awake => '#',
        Cell::Asleep => '.',
        Cell::Holiday => 'h',
        Cell::Unmanaged => '~',
        Cell::Nothing => ' ',
    }
}

fn word(cell: Cell) -> Option<&'static str> {
    match cell {
        Cell::Awake => Some("awake"),
        Cell::Asleep => Some("asleep"),
        Cell::Holiday => Some("asleep on a holiday"),
        Cell::Unmanaged => Some("not managed"),
        Cell::Nothing => None,
    }
}
