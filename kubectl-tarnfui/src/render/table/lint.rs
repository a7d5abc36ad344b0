//! `lint`: a line for each problem that says where it is, and below it what it is.

use super::{GAP, Layout, Table, doctor::wrap};
use crate::error::one_line;
use crate::render::ink::Tone;
use crate::render::lines;
use crate::view::{Level, LintResult};

const RESULTS: &[&str] = &["FILE", "OBJECT", "KEY", "CODE"];

/// The same where the terminal is too narrow for key and code, which then stand with the message.
const NARROW: &[&str] = &["FILE", "OBJECT"];

/// The place of the code.
const CODE: usize = 3;

/// What is below the line of a problem.
const INDENT: usize = 2;

/// Fewer columns are not left to a message: it would be a word a line.
const MIN_MESSAGE: usize = 30;

/// The problems for people. Messages go on below themselves and are never cut, because their end is
/// where the help is; hints are left whole to be copied.
pub fn results(results: &[LintResult], columns: Option<usize>, has_color: bool) -> String {
    let layout = Layout {
        columns,
        is_headless: false,
    };
    let mut table = table(results, RESULTS, has_color);
    let widths = table.widths(layout);
    let whole = widths.iter().sum::<usize>() + GAP * (widths.len() - 1);
    let is_narrow = columns.is_some_and(|columns| columns < whole);
    if is_narrow {
        table = self::table(results, NARROW, has_color);
    }
    let room = columns.map(|columns| columns.saturating_sub(INDENT).max(MIN_MESSAGE));
    let below = results.iter().map(|result| {
        let message = wrap(&message(result, is_narrow), room);
        let hint = result.hint.iter();
        let hint = hint.map(|hint| format!("hint: {}", one_line(hint)));
        let texts = message.into_iter().chain(hint);
        texts.map(|it| format!("{:INDENT$}{it}", "")).collect()
    });
    // There is nothing below the headings.
    let below = std::iter::once(Vec::new()).chain(below);
    let text = table.render(layout);
    let rows = text.lines().zip(below);
    lines(rows.flat_map(|(line, below)| std::iter::once(line.to_owned()).chain(below)))
}

fn table(results: &[LintResult], headings: &'static [&'static str], has_color: bool) -> Table {
    let mut table = Table::new(headings).of_names().in_color(has_color);
    for result in results {
        let cells = [
            format!("{}:{}", result.file, result.line),
            result.object.clone().unwrap_or_default(),
            result.key.clone().unwrap_or_default(),
            result.code.to_string(),
        ];
        table.push(cells.into_iter().take(headings.len()));
        if CODE < headings.len() {
            table.tone(
                CODE,
                match result.level {
                    Level::Problem => Tone::Bad,
                    Level::Notice => Tone::Doubtful,
                },
            );
        }
    }
    table
}

/// What is wrong; as other verbs have it where it has no columns of its own.
fn message(result: &LintResult, is_narrow: bool) -> String {
    let word = match result.level {
        Level::Problem => "problem",
        Level::Notice => "note",
    };
    let message = &result.message;
    if !is_narrow {
        return one_line(&format!("{word}: {message}"));
    }
    let key = result.key.as_ref().map(|key| format!("{key}: "));
    let key = key.unwrap_or_default();
    one_line(&format!("{word}: {key}{message} ({})", result.code))
}
