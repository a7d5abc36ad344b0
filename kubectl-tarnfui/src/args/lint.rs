//! The flags of `lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `lint`
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Manifests: files, directories, or `-` for standard input.
    #[arg(short = 'f', long, value_name = "FILE|DIR", required = true)]
    pub filename: Vec<PathBuf>,
    /// The configuration that holds for them; the built-in one where nothing is said.
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
    pub output: LintOutput,
    /// End with exit code 3 where there is a problem; notes do not count.
    #[arg(long)]
    pub exit_code: bool,
}

/// How to print what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LintOutput {
    /// A line each, as compilers print them.
    Table,
    /// A versioned document.
    Json,
    /// The same document as YAML.
    Yaml,
    /// SARIF 2.1.0, for code hosts.
    Sarif,
}
