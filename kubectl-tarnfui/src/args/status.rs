//! `status`: which namespaces, and how to look at them.

use clap::Args;

use super::{Listing, Output, Selection};
use crate::error::Failure;

/// `status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Which namespaces; all where nothing is said.
    #[command(flatten)]
    pub selection: Selection,
    /// How to print.
    #[command(flatten)]
    pub listing: Listing,
    /// End with 3 where something is wrong: a problem, a state that can't be known, or a gap.
    #[arg(long)]
    pub exit_code: bool,
    /// Go on looking: drawn anew on a terminal, a line for each change otherwise.
    #[arg(short = 'w', long, conflicts_with = "exit_code")]
    pub watch: bool,
}

impl StatusArgs {
    /// Refuses what makes no sense together.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        match self.listing.output {
            Output::Json | Output::Yaml | Output::Name if self.watch => Err(Failure::usage(
                "--watch goes with tables only",
                "leave -o out, or give -o wide; for a script: kubectl tarnfui status -w | while read ...",
            )),
            Output::Table | Output::Wide | Output::Json | Output::Yaml | Output::Name => Ok(()),
        }
    }
}
