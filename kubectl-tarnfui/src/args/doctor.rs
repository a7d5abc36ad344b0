//! `doctor`: what there is to say about how to print.

use clap::Args;

use super::Document;

/// `doctor`
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// How to print; lines for people where nothing is said.
    #[arg(short = 'o', long, value_enum, value_name = "FORMAT")]
    pub output: Option<Document>,
}
