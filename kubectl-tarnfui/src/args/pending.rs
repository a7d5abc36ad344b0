//! `pending`: how far ahead to look, and of which namespaces.

use clap::Args;
use jiff::SignedDuration;

use super::{Listing, Selection, read};

/// `pending`
#[derive(Debug, Args)]
pub struct PendingArgs {
    /// Which namespaces; all where nothing is said.
    #[command(flatten)]
    pub selection: Selection,
    /// How far to look ahead: from 1m to 30d, as in 90m, 1h30m or 2d.
    #[arg(
        long,
        default_value = "24h",
        value_name = "DURATION",
        value_parser = read::span
    )]
    pub within: SignedDuration,
    /// How to print.
    #[command(flatten)]
    pub listing: Listing,
}
