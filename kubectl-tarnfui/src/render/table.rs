//! Tables with kubectl's look: upper-case headings, three blanks between columns, no borders.
//!
//! A row is one line: cells are never wrapped, and only cut where a terminal is too narrow. No line
//! ends in blanks.

use tabled::builder::Builder;
use tabled::settings::peaker::Priority;
use tabled::settings::{Padding, Style, Width};

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

/// A cell is not cut below this: what is left would say nothing.
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
        if let Some(columns) = layout.columns {
            // The blanks behind the last column are trimmed, so they may stand over.
            let width = columns.max(MIN_COLUMNS) + GAP;
            table.with(
                Width::truncate(width)
                    .suffix("…")
                    .priority(Priority::max(true)),
            );
        }
        lines(
            table
                .to_string()
                .lines()
                .map(|line| line.trim_end().to_owned()),
        )
    }
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
