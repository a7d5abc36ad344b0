//! `lint`: which files, and how to report.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::error::Failure;

/// `lint`
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Look at this file, or at all in this directory; `-` is standard input.
    #[arg(short = 'f', long, value_name = "FILE", required = true)]
    pub filename: Vec<PathBuf>,
    /// The configuration that holds for them, looked at as well; the built-in one where nothing is said.
    #[arg(long, value_name = "FILE")]
    pub config_file: Option<PathBuf>,
    /// How to print.
    #[arg(
        short = 'o',
        long,
        value_enum,
        default_value = "table",
        value_name = "FORMAT"
    )]
    pub output: Report,
    /// End with 3 where there is a problem that somebody should mend.
    #[arg(long)]
    pub exit_code: bool,
}

/// How to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Report {
    /// Columns for people.
    Table,
    /// A versioned document.
    Json,
    /// The same document as YAML.
    Yaml,
    /// SARIF 2.1.0, which code hosts show beside the lines.
    Sarif,
}

impl LintArgs {
    /// Refuses what makes no sense together.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let all = self.filename.iter().chain(&self.config_file);
        if all.filter(|path| *path == Path::new("-")).count() > 1 {
            return Err(Failure::usage(
                "standard input can be read once only",
                "give - once, and files for the rest",
            ));
        }
        Ok(())
    }
}
