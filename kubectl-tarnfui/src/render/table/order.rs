//! Orders: a sentence each, on what will be true.

use crate::args::DryRun;
use crate::render::lines;
use crate::view::OrderOutcome;

/// The sentences of orders that were given, with kubectl's word for those only tried.
pub fn orders(outcomes: &[OrderOutcome], dry_run: DryRun) -> String {
    let tried = match dry_run {
        DryRun::None => "",
        DryRun::Client => " (dry run)",
        DryRun::Server => " (server dry run)",
    };
    lines(
        outcomes
            .iter()
            .map(|outcome| format!("{}{tried}", outcome.message)),
    )
}
