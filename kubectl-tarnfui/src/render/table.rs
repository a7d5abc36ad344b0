//! Tables with kubectl's look: upper-case headings, three blanks between columns, no borders.
//!
//! A row is one line: cells are never wrapped, and only cut where a terminal is too narrow. No line
//! ends in blanks.

use tabled::builder::Builder;
use tabled::grid::util::string::get_char_width;
use tabled::settings::{Padding, Style};

use crate::error::one_line;
use crate::render::lines;

mod explanation;
mod order;
mod status;
mod version;

pub use explanation::explanations;
pub use order::orders;
pub use status::{Columns, namespaces, summary};
pub use version::versions;

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

/// A table.
struct Table {
    headings: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(headings: &'static [&'static str]) -> Self {
        Self {
            headings,
            rows: Vec::new(),
        }
    }

    fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = cells.into_iter().map(cell).collect();
        assert_eq!(row.len(), self.headings.len(), "a cell for every heading");
        self.rows.push(row);
    }

    fn render(self, layout: Layout) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
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
        lines(whole.lines().map(|line| match layout.columns {
            Some(columns) => fit(line.trim_end(), columns),
            None => line.trim_end().to_owned(),
        }))
    }
}

/// The line, cut at its end where it is wider than the terminal. Cutting within columns would keep
/// a bit of everything, and the name and the state whole of nothing.
fn fit(line: &str, columns: usize) -> String {
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
