//! Orders: a sentence each, on what will be true.

use crate::args::DryRun;
use crate::render::lines;
use crate::view::OrderOutcome;
use crate::words::tried;

/// The sentences of orders that were given, with kubectl's word for those only tried.
pub fn orders(outcomes: &[OrderOutcome], dry_run: DryRun) -> String {
    let tried = tried(dry_run);
    lines(
        outcomes
            .iter()
            .map(|outcome| format!("{}{tried}", outcome.message)),
    )
}
