//! `restore`: a sentence each, on what was done.

use crate::args::DryRun;
use crate::render::lines;
use crate::view::RestoredWorkload;
use crate::words::tried;

/// The sentences, with kubectl's word for what was only tried.
pub fn restored(all: &[RestoredWorkload], dry_run: DryRun) -> String {
    let tried = tried(dry_run);
    lines(all.iter().map(|it| format!("{}{tried}", it.message)))
}
