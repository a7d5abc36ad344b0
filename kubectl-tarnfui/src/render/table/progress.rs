//! Waiting: how far a workload is, in words.

use crate::view::{Goal, Progress};

/// How far it is: `shop/deployment/web: 2 of 3 ready`.
pub fn progress_line(progress: &Progress) -> String {
    format!("{}: {}", progress.workload, words(progress))
}

/// The same without its name.
pub(in crate::render) fn words(it: &Progress) -> String {
    match it.goal {
        Goal::Ready if it.is_settled && it.all == 0 => "awake".to_owned(),
        Goal::Ready if it.all == 0 => "not awake yet".to_owned(),
        Goal::Ready => format!("{} of {} ready", it.ready, it.all),
        Goal::Gone if it.is_settled => "asleep".to_owned(),
        Goal::Gone if it.all == 0 => "not asleep yet".to_owned(),
        Goal::Gone => format!("{} of {} still ready", it.ready, it.all),
        Goal::Kept => "stays as it is".to_owned(),
    }
}
