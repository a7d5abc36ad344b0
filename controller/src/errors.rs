//! An error with all its causes, in one line. Nothing is decided by such a text.

use std::error::Error;

/// The longest line that is made of an error, in bytes.
const MAX_BYTES: usize = 400;

/// `error` and its causes, each once: some crates' errors repeat their cause in their own text.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    tarnfui_shared::problem::cut(text, MAX_BYTES)
}
