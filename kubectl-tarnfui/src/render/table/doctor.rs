//! `doctor`: a line for each check, and below it what to do.

use super::{GAP, Layout, Table, width};
use crate::error::one_line;
use crate::render::ink::Tone;
use crate::render::lines;
use crate::view::{Diagnosis, Outcome};

const CHECKS: &[&str] = &["CHECK", "RESULT", "FOUND"];

/// The place of the result.
const RESULT: usize = 1;

/// Fewer columns are not left to a message: it would be a word a line.
const MIN_MESSAGE: usize = 30;

/// The checks for people; on a terminal with glyphs, and with messages that go on below themselves.
/// Nothing is cut, because the end of a message is where the help is, and hints are left whole to be
/// copied.
pub fn diagnosis(diagnosis: &Diagnosis, columns: Option<usize>, has_color: bool) -> String {
    let checks = &diagnosis.checks;
    let names: Vec<String> = checks.iter().map(|it| format!("{:?}", it.check)).collect();
    let results: Vec<String> = checks
        .iter()
        .map(|it| result(it.result, columns.is_some()))
        .collect();
    let widest = |cells: &[String], heading: &str| {
        let cells = cells.iter().map(|cell| width(cell));
        cells.chain([width(heading)]).max().unwrap_or(0)
    };
    let indent = widest(&names, CHECKS[0]) + widest(&results, CHECKS[RESULT]) + 2 * GAP;
    let room = columns.map(|columns| columns.saturating_sub(indent).max(MIN_MESSAGE));
    let mut table = Table::new(CHECKS).in_color(has_color);
    let mut below = Vec::new();
    for ((check, name), result) in checks.iter().zip(names).zip(results) {
        let mut message = wrap(&one_line(&check.message), room).into_iter();
        table.push([name, result, message.next().unwrap_or_default()]);
        table.tone(RESULT, tone(check.result));
        let rest = message.map(|line| format!("{:indent$}{line}", ""));
        let hint = check
            .hint
            .as_ref()
            .map(|hint| format!("  hint: {}", one_line(hint)));
        below.push(rest.chain(hint).collect::<Vec<String>>());
    }
    let text = table.render(Layout::default());
    // There is nothing below the headings.
    let below = std::iter::once(Vec::new()).chain(below);
    let rows = text.lines().zip(below);
    lines(rows.flat_map(|(line, below)| std::iter::once(line.to_owned()).chain(below)))
}

fn result(outcome: Outcome, is_terminal: bool) -> String {
    let (glyph, word) = match outcome {
        Outcome::Ok => ("✓", outcome.as_str()),
        Outcome::Problem => ("✗", outcome.as_str()),
        Outcome::Unknown => ("?", outcome.as_str()),
    };
    if is_terminal {
        format!("{glyph} {word}")
    } else {
        word.to_owned()
    }
}

fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Ok => Tone::Good,
        Outcome::Problem => Tone::Bad,
        Outcome::Unknown => Tone::Doubtful,
    }
}

/// The text in lines of at most `room` columns, broken between words; whole where there is no limit.
pub(super) fn wrap(text: &str, room: Option<usize>) -> Vec<String> {
    let Some(room) = room else {
        return vec![text.to_owned()];
    };
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is always a line");
        if last.is_empty() {
            last.push_str(word);
        } else if width(last) + 1 + width(word) <= room {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
