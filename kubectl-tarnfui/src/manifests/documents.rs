//! The documents of a file, each read on its own: one that is broken hides no other.

use serde_saphyr::{Options, budget, options};

use super::tree::Tree;
use crate::error::one_line;

/// Values that any text may have, repeated ones counted each time: anchors are good for that.
const MIN_VALUES: usize = 10_000;

/// The most values that are kept at once: the largest file at 16 bytes each, which is half of what
/// they take in manifests.
const MAX_VALUES: usize = 4 << 20;

/// What reading `text` may take. Written out, nothing has more values than bytes, so only a text
/// that repeats itself meets the limit; the reader's own limits fit neither large lists nor streams
/// of many documents.
pub(super) fn limits(text: &str) -> Options {
    let values = text.len().clamp(MIN_VALUES, MAX_VALUES);
    options! {
        budget: budget! {
            max_nodes: values,
            max_events: 4 * values,
            max_documents: values,
        }
    }
}

/// Why a document can't be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoYaml {
    /// The line in the file.
    pub(super) line: usize,
    /// What is wrong, in the words of the reader.
    pub(super) cause: String,
}

/// A document, or why it can't be read, with the number of lines before it.
pub(super) type Document = (usize, Result<Vec<Tree>, NoYaml>);

/// The documents in `text`, in order; those with nothing in them are left out.
pub(super) fn documents(text: &str) -> impl Iterator<Item = Document> {
    chunks(text).filter(has_content).map(|(before, chunk)| {
        let read = serde_saphyr::from_multiple_with_options::<Option<Tree>>(chunk, limits(chunk));
        let read = read.map(|all| all.into_iter().flatten().collect());
        (before, read.map_err(|error| no_yaml(before, &error)))
    })
}

/// The text split at its `---`, each part with the number of lines before it.
///
/// A line that begins with `---` ends the document wherever it stands, in a block of text as well,
/// so no knowledge of YAML is needed to find one.
fn chunks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = Some((0, text));
    std::iter::from_fn(move || {
        let (before, here) = rest.take()?;
        let (mut at, mut lines) = (0, 0);
        for line in here.split_inclusive('\n') {
            if at > 0 && is_separator(line) {
                rest = Some((before + lines, &here[at..]));
                return Some((before, &here[..at]));
            }
            at += line.len();
            lines += 1;
        }
        Some((before, here))
    })
}

fn is_separator(line: &str) -> bool {
    let behind = line.strip_prefix("---");
    behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(char::is_whitespace))
}

/// Whether there is more than comments, directives and the line that begins the document.
fn has_content((_, chunk): &(usize, &str)) -> bool {
    let is_empty = |line: &str| {
        let line = line.strip_prefix("---").unwrap_or(line).trim();
        line.is_empty() || line.starts_with(['#', '%'])
    };
    !chunk.lines().all(is_empty)
}

fn no_yaml(before: usize, error: &serde_saphyr::Error) -> NoYaml {
    let line = error.location().map_or(1, |at| at.line());
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let whole = error.without_snippet().to_string();
    let first = whole.lines().next().unwrap_or_default();
    NoYaml {
        line: before + line,
        cause: one_line(without_place(first)),
    }
}

/// The complaint without the place in it, which is that in the document and not in the file.
fn without_place(complaint: &str) -> &str {
    let behind = complaint.split_once(" at line ");
    behind.map_or(complaint, |(words, _)| words)
}

#[cfg(test)]
mod tests;
