//! `status --watch`: a frame on a terminal, and a line for each change elsewhere.

use jiff::{Timestamp, Unit};
use tarnfui_shared::decide::{Reason, Unknown};

use super::NOTHING;
use crate::render::lines;
use crate::view::{Change, Standing};

/// Takes the terminal over: its other screen, so that what stood on it comes back; no cursor, which
/// would flicker; and no wrapping, so that a line is a row.
pub const ENTER: &str = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l";

/// Gives the terminal back.
pub const LEAVE: &str = "\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l";

/// Draws `body`, and below it `foot`, over what stands on a terminal with so many rows. Where there
/// are not enough of them, the end of the body is left out.
///
/// Each line is written over the one before and clears what is left of it: clearing all first would
/// flicker.
pub fn frame(body: &str, foot: &str, rows: usize) -> String {
    let (body, foot): (Vec<&str>, Vec<&str>) = (body.lines().collect(), foot.lines().collect());
    let room = rows.saturating_sub(foot.len()).max(1);
    let more = format!("… {} more lines", (body.len() + 1).saturating_sub(room));
    let shown = if body.len() <= room {
        body
    } else {
        let kept = body.into_iter().take(room - 1);
        kept.chain([more.as_str()]).collect()
    };
    let all = shown.into_iter().chain(foot);
    let all: Vec<String> = all.map(|line| format!("{line}\u{1b}[K")).collect();
    // No line break behind the last row: it would push the first one out.
    format!("\u{1b}[H{}\u{1b}[J", all.join("\r\n"))
}

/// The changes, a line each: `2026-11-22T12:00:00Z shop Awake -> Asleep (OffHours)`.
pub fn changes(changes: &[Change]) -> String {
    lines(changes.iter().map(|change| {
        let state = |standing: Option<Standing>| {
            let state = standing.and_then(|standing| standing.state);
            state.map_or_else(|| NOTHING.to_owned(), |state| state.to_string())
        };
        let before = if change.is_first {
            String::new()
        } else {
            format!("{} -> ", state(change.before))
        };
        let why = change.after.and_then(why);
        let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
        let at = second(change.at);
        format!(
            "{at} {} {before}{}{why}",
            change.namespace,
            state(change.after)
        )
    }))
}

fn why(standing: Standing) -> Option<&'static str> {
    standing
        .reason
        .map(Reason::as_str)
        .or(standing.unknown.map(Unknown::as_str))
}

/// The instant to the second: what is below it says only when somebody happened to look.
fn second(at: Timestamp) -> Timestamp {
    at.round(Unit::Second).unwrap_or(at)
}
