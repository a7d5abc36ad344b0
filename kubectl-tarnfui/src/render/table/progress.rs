//! Waiting: a bar for each workload on a terminal, a line when one is done elsewhere.

use super::{fit, width};
use crate::view::{Goal, Progress};

/// Columns of a bar.
const BAR: i32 = 20;

/// Bars at most: more than a screen has rows could not be drawn over.
const MAX_BARS: usize = 10;

/// The bars, a line each, as wide as a terminal; those that are not done first.
pub fn bars(all: &[Progress], columns: usize) -> Vec<String> {
    let mut order: Vec<&Progress> = all.iter().collect();
    if order.len() > MAX_BARS {
        order.sort_by_key(|it| it.is_settled);
    }
    let name = order
        .iter()
        .take(MAX_BARS)
        .map(|it| width(&it.workload))
        .max()
        .unwrap_or(0);
    let bar = |it: &Progress| {
        let full = match it.goal {
            Goal::Ready => it.ready * BAR / it.all.max(1),
            Goal::Gone => (it.all - it.ready) * BAR / it.all.max(1),
            Goal::Kept => 0,
        };
        let full = if it.is_settled && it.goal != Goal::Kept {
            BAR
        } else {
            full.clamp(0, BAR)
        };
        let (full, rest) = (usize::try_from(full), usize::try_from(BAR - full));
        let bar = "█".repeat(full.unwrap_or(0)) + &"░".repeat(rest.unwrap_or(0));
        let pad = " ".repeat(name - width(&it.workload));
        fit(
            &format!("{}{pad}   {bar}   {}", it.workload, words(it)),
            columns,
        )
    };
    let more = order.len().saturating_sub(MAX_BARS);
    let more = (more > 0).then(|| format!("and {more} more"));
    order
        .into_iter()
        .take(MAX_BARS)
        .map(bar)
        .chain(more)
        .collect()
}

/// How far it is: `shop/deployment/web: 2 of 3 ready`.
pub fn progress_line(progress: &Progress) -> String {
    format!("{}: {}", progress.workload, words(progress))
}

fn words(it: &Progress) -> String {
    match it.goal {
        Goal::Ready if it.is_settled && it.all == 0 => "awake".to_owned(),
        Goal::Ready => format!("{} of {} ready", it.ready, it.all),
        Goal::Gone if it.is_settled => "asleep".to_owned(),
        Goal::Gone => format!("{} of {} still ready", it.ready, it.all),
        Goal::Kept => "stays as it is".to_owned(),
    }
}

/// What goes back over so many lines and writes these in their place.
pub fn over(before: usize, lines: &[String]) -> String {
    let up = if before == 0 {
        String::new()
    } else {
        format!("\u{1b}[{before}A")
    };
    let lines: Vec<String> = lines
        .iter()
        .map(|line| format!("\r{line}\u{1b}[K\n"))
        .collect();
    format!("{up}{}\u{1b}[J", lines.concat())
}
