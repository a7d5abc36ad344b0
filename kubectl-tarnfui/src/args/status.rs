//! `status`: which namespaces, and how to look at them.

use clap::Args;

use super::{Output, Selection};

/// `status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Which namespaces; all where nothing is said.
    #[command(flatten)]
    pub selection: Selection,
    /// How to print.
    #[arg(
        short = 'o',
        long,
        value_enum,
        default_value = "table",
        value_name = "FORMAT"
    )]
    pub output: Output,
    /// Print no column headings.
    #[arg(long)]
    pub no_headers: bool,
    /// End with 3 where something is wrong: a problem, a state that can't be known, or a gap.
    #[arg(long)]
    pub exit_code: bool,
}
