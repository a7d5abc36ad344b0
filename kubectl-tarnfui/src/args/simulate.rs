//! The flags of `simulate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::read;

/// `simulate`
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Manifests: files, directories, or `-` for standard input.
    #[arg(short = 'f', long, value_name = "FILE|DIR", required = true)]
    pub filename: Vec<PathBuf>,
    /// The configuration that holds for them; the built-in one where nothing is said.
    #[arg(long, value_name = "FILE")]
    pub config_file: Option<PathBuf>,
    /// The first day, in UTC, or an instant in RFC 3339; today where nothing is said.
    #[arg(long, value_name = "DATE", value_parser = read::day_or_instant)]
    pub from: Option<Timestamp>,
    /// The first day behind it, or an instant; a week later where nothing is said.
    #[arg(long, value_name = "DATE", value_parser = read::day_or_instant)]
    pub to: Option<Timestamp>,
    /// Show only what changes from these manifests to those of -f.
    #[arg(long, value_name = "FILE|DIR")]
    pub diff: Option<PathBuf>,
    /// End with exit code 3 where --diff finds that something changes.
    #[arg(long, requires = "diff")]
    pub exit_code: bool,
    /// How to print.
    #[arg(
        short = 'o',
        long,
        value_enum,
        default_value = "table",
        value_name = "FORMAT"
    )]
    pub output: SimulateOutput,
}

/// How to print a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SimulateOutput {
    /// Strips and columns for people.
    Table,
    /// A versioned document.
    Json,
    /// The same document as YAML.
    Yaml,
}
