//! Tables with kubectl's look: upper-case headings, three blanks between columns, no borders.
//!
//! A row is one line: cells are never wrapped, and only cut where a terminal is too narrow. No line
//! ends in blanks.

use tabled::builder::Builder;
use tabled::grid::util::string::get_char_width;
use tabled::settings::{Padding, Style};

use crate::error::one_line;
use crate::render::ink::{self, Stretch, Tone};
use crate::render::lines;

mod doctor;
mod explanation;
mod lint;
mod order;
mod pending;
mod progress;
mod restored;
mod saved;
mod simulation;
mod simulation_diff;
mod status;
mod strip;
mod version;
mod watch;

pub use doctor::diagnosis;
pub use explanation::explanations;
pub use lint::findings;
pub use order::orders;
pub use pending::{nothing_pending, pending, pending_summary};
pub use progress::progress_line;
pub(super) use progress::words;
pub use restored::restored;
pub use saved::{saved, saved_summary};
pub use simulation::simulation;
pub use simulation_diff::simulation_diff;
pub use status::{Columns, ListStyle, namespaces, summary};
pub use version::versions;
pub use watch::{ENTER, LEAVE, changes, frame};

/// What stands in a cell that has nothing to say.
const NOTHING: &str = "-";

/// Blanks between columns, as in kubectl.
const GAP: usize = 3;

/// A line is not cut below this: what is left would say nothing.
const MIN_COLUMNS: usize = 40;

/// How a table is laid out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layout {
    /// The width of the terminal; none where there is no terminal.
    pub columns: Option<usize>,
    /// Whether headings are left out.
    pub is_headless: bool,
}

/// A cell is not cut below this share of the line: the columns behind it need the rest.
const NAME_SHARE: usize = 3;

/// Shorter than this a name tells nothing apart.
const MIN_NAME: usize = 12;

/// A table.
struct Table {
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// Tones by row and column; none at all where there is no colour.
    tones: Vec<(usize, usize, Tone)>,
    has_color: bool,
    /// The column with names, of which both ends are kept.
    names: Option<usize>,
    /// The headings of columns that are left out where the terminal is too narrow, the first first.
    spare: &'static [&'static str],
}

impl Table {
    fn new(headings: &'static [&'static str]) -> Self {
        Self {
            headings: headings.to_vec(),
            rows: Vec::new(),
            tones: Vec::new(),
            has_color: false,
            names: None,
            spare: &[],
        }
    }

    /// The same in colour, where there is to be some.
    fn in_color(self, has_color: bool) -> Self {
        Self { has_color, ..self }
    }

    /// The same with names in the first column. Of a long one both ends are kept where the terminal
    /// is too narrow, so that what stands behind it is seen as well.
    fn of_names(self) -> Self {
        self.with_names_in(0)
    }

    /// The same with names in another column.
    fn with_names_in(self, column: usize) -> Self {
        Self {
            names: Some(column),
            ..self
        }
    }

    /// The same with columns that are left out one by one where the terminal is too narrow for all,
    /// even with names cut: a whole column less says more than the last one cut.
    fn sparing(self, spare: &'static [&'static str]) -> Self {
        Self { spare, ..self }
    }

    fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = cells.into_iter().map(cell).collect();
        assert_eq!(row.len(), self.headings.len(), "a cell for every heading");
        self.rows.push(row);
    }

    /// Gives a cell of the last row its tone.
    fn tone(&mut self, column: usize, tone: Tone) {
        self.tones.push((self.rows.len() - 1, column, tone));
    }

    fn render(mut self, layout: Layout) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        if let Some(columns) = layout.columns {
            let columns = columns.max(MIN_COLUMNS);
            self.drop_empty(layout, columns);
            self.drop_spare(layout, columns);
            if let Some(names) = self.names {
                self.cut_names(names, layout, columns);
            }
        }
        let stretches = self.stretches(layout);
        let mut builder = Builder::default();
        if !layout.is_headless {
            builder.push_record(self.headings.iter().copied());
        }
        for row in self.rows {
            builder.push_record(row);
        }
        let mut table = builder.build();
        table.with(Style::empty()).with(Padding::new(0, GAP, 0, 0));
        let whole = table.to_string();
        lines(whole.lines().zip(stretches).map(|(line, stretches)| {
            let line = line.trim_end();
            let line = layout
                .columns
                .map_or_else(|| line.to_owned(), |columns| fit(line, columns));
            ink::paint(&line, &stretches)
        }))
    }

    /// How wide each column is, without the gap behind it.
    fn widths(&self, layout: Layout) -> Vec<usize> {
        let heading = |column: usize| {
            if layout.is_headless {
                0
            } else {
                width(self.headings[column])
            }
        };
        let widest = |column: usize| {
            let cells = self.rows.iter().map(|row| width(&row[column]));
            cells.chain([heading(column)]).max().unwrap_or(0)
        };
        (0..self.headings.len()).map(widest).collect()
    }

    /// How wide a line is.
    fn line(widths: &[usize]) -> usize {
        widths.iter().sum::<usize>() + GAP * (widths.len() - 1)
    }

    /// Leaves out columns with nothing in them, the last first, as far as the lines are too long: they
    /// say less than what would be cut.
    fn drop_empty(&mut self, layout: Layout, columns: usize) {
        for column in (1..self.headings.len()).rev() {
            let is_empty = self.rows.iter().all(|row| row[column] == NOTHING);
            if !is_empty || Self::line(&self.widths(layout)) <= columns {
                continue;
            }
            self.remove(column);
        }
    }

    /// Leaves out columns that can be spared, as far as the lines are too long with names cut.
    fn drop_spare(&mut self, layout: Layout, columns: usize) {
        for heading in self.spare {
            let widths = self.widths(layout);
            let cut = self.names.map_or(0, |names| {
                widths[names].saturating_sub(columns / NAME_SHARE)
            });
            if Self::line(&widths) - cut <= columns {
                return;
            }
            if let Some(column) = self.headings.iter().position(|it| it == heading) {
                self.remove(column);
            }
        }
    }

    fn remove(&mut self, column: usize) {
        self.headings.remove(column);
        for row in &mut self.rows {
            row.remove(column);
        }
        self.tones.retain(|(_, at, _)| *at != column);
        let places = self.tones.iter_mut().map(|(_, at, _)| at);
        for at in places.chain(&mut self.names) {
            *at -= usize::from(*at > column);
        }
    }

    /// Cuts the names as far as the lines are too long.
    fn cut_names(&mut self, names: usize, layout: Layout, columns: usize) {
        let widths = self.widths(layout);
        let line = Self::line(&widths);
        let fitting = widths[names].saturating_sub(line.saturating_sub(columns));
        // Where whole columns were given up for it, the rest has to fit.
        let least = if self.spare.is_empty() {
            columns / NAME_SHARE
        } else {
            MIN_NAME
        };
        let limit = fitting.max(least);
        for row in &mut self.rows {
            row[names] = shorten(&row[names], limit);
        }
    }

    /// What is to be painted, line by line.
    fn stretches(&self, layout: Layout) -> Vec<Vec<Stretch>> {
        let mut lines = vec![Vec::new(); self.rows.len() + usize::from(!layout.is_headless)];
        if !self.has_color {
            return lines;
        }
        let widths = self.widths(layout);
        let stretch = |column: usize, tone: Tone| {
            let start = widths[..column].iter().sum::<usize>() + GAP * column;
            let end = start + widths[column];
            Stretch { start, end, tone }
        };
        let first = usize::from(!layout.is_headless);
        if let (1, Some(headings)) = (first, lines.first_mut()) {
            let all = (0..widths.len()).map(|column| stretch(column, Tone::Heading));
            headings.extend(all);
        }
        for (row, column, tone) in &self.tones {
            lines[first + row].push(stretch(*column, *tone));
        }
        for line in &mut lines {
            line.sort_by_key(|it| it.start);
        }
        lines
    }
}

/// How many columns of a terminal the text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(get_char_width).sum()
}

/// The name in at most `limit` columns, its middle left out: what tells `team-a-web-prod` from
/// `team-a-web-test` is at the end as often as at the start.
pub(super) fn shorten(name: &str, limit: usize) -> String {
    let all = width(name);
    if all <= limit {
        return name.to_owned();
    }
    let (head, tail) = (limit / 2, limit - limit / 2 - 1);
    let mut at = 0;
    let mut kept = String::new();
    let mut has_gap = false;
    for c in name.chars() {
        let start = at;
        at += get_char_width(c);
        if at <= head || start >= all - tail {
            kept.push(c);
        } else if !std::mem::replace(&mut has_gap, true) {
            kept.push('…');
        }
    }
    kept
}

/// The line, cut at its end where it is wider than the terminal. Cutting within columns would keep
/// a bit of everything, and the name and the state whole of nothing.
pub(super) fn fit(line: &str, columns: usize) -> String {
    let columns = columns.max(MIN_COLUMNS);
    let mut width = 0;
    let ends = line.char_indices().map(|(at, c)| {
        width += get_char_width(c);
        (at, width)
    });
    let ends: Vec<(usize, usize)> = ends.collect();
    if width <= columns {
        return line.to_owned();
    }
    // The character that holds the last column makes room for the ellipsis.
    let cut = ends.into_iter().find(|(_, width)| *width >= columns);
    let cut = cut.map_or(line.len(), |(at, _)| at);
    format!("{}…", line[..cut].trim_end())
}

/// Text of others on one line; an empty one as what stands for nothing.
fn cell(text: impl AsRef<str>) -> String {
    let text = one_line(text.as_ref());
    if text.is_empty() {
        NOTHING.to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
