//! Sets `paused: true` in somebody's YAML, and changes nothing else of it.
//!
//! No YAML is written here, because a writer would lose comments, order and quotes. The text is edited
//! where that is plain to see, and the result is read again by the reader that the controllers have:
//! an edit that did anything but pause is not taken. Nothing is sent.

use tarnfui_shared::config::Config;
use tarnfui_shared::problem::Problem;

/// Why a text can't be edited.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CannotPause {
    /// No controller takes it, so none would hear of the pause; the first problem.
    Unreadable(Box<Problem>),
    /// Every edit that is tried would change more than that.
    Entangled,
}

/// The text with `paused: true` in it; none where it says so already.
pub(super) fn pause(text: &str) -> Result<Option<String>, CannotPause> {
    let before = Config::parse(text).map_err(|problems| {
        let first = problems.into_iter().next();
        CannotPause::Unreadable(Box::new(first.expect("a fault has a problem")))
    })?;
    if before.is_paused {
        return Ok(None);
    }
    let meant = Config {
        is_paused: true,
        ..before
    };
    let edits = [
        in_its_line(text),
        Some(at_the_end(text)),
        Some(format!("paused: true\n{text}")),
        in_braces(text),
        in_place(text),
    ];
    let edits = edits.into_iter().flatten();
    let mut good = edits.filter(|edited| Config::parse(edited).as_ref() == Ok(&meant));
    good.next().map(Some).ok_or(CannotPause::Entangled)
}

/// In the line that has the key, whose comment stays.
fn in_its_line(text: &str) -> Option<String> {
    let mut before = 0;
    for line in text.split_inclusive('\n') {
        if let Some((key, value)) = value_of(line) {
            let value = value.trim_end_matches(['\r', '\n']);
            let after = &text[before + line.trim_end_matches(['\r', '\n']).len()..];
            let comment = value.find('#').unwrap_or(value.len());
            let comment = &value[value[..comment].trim_end().len()..];
            let before = &text[..before];
            return Some(format!("{before}{key}: true{comment}{after}"));
        }
        before += line.len();
    }
    None
}

/// The key as it is written, and what comes after its colon, in a line that begins with it.
fn value_of(line: &str) -> Option<(&str, &str)> {
    let keys = ["paused", "\"paused\"", "'paused'"];
    let key = keys.into_iter().find(|key| line.starts_with(key))?;
    let (key, rest) = line.split_at(key.len());
    Some((key, rest.trim_start_matches(' ').strip_prefix(':')?))
}

fn at_the_end(text: &str) -> String {
    let line_end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{text}{line_end}paused: true\n")
}

/// `{kinds: [Deployment]}`
fn in_braces(text: &str) -> Option<String> {
    let (before, inside) = text.split_once('{')?;
    let comma = if inside.trim_start().starts_with('}') {
        ""
    } else {
        ", "
    };
    Some(format!("{before}{{paused: true{comma}{inside}"))
}

/// `{kinds: [Deployment], paused: false}`
fn in_place(text: &str) -> Option<String> {
    let says_no = "paused: false";
    let is_alone = text.matches(says_no).count() == 1;
    is_alone.then(|| text.replace(says_no, "paused: true"))
}

#[cfg(test)]
mod tests;
