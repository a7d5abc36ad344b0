//! `completion`: what to complete for.

use clap::{Args, ValueEnum};

/// `completion`
#[derive(Debug, Args)]
pub struct CompletionArgs {
    /// For `kubectl tarnfui`, or for the bare `kubectl-tarnfui` in a shell.
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Completion,
}

/// What to complete for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Completion {
    /// Put a link beside this program by which kubectl completes it.
    Install,
    /// Print a script for bash.
    Bash,
    /// Print a script for zsh.
    Zsh,
    /// Print a script for fish.
    Fish,
    /// Print a script for PowerShell.
    Powershell,
}
