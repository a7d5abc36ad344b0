//! `just man`: writes a man page of the plugin and one of each verb into a folder.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::CommandFactory as _;
use kubectl_tarnfui::args::Cli;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return told("no folder for the pages", "just man");
    };
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), &folder));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => told(
            &format!("{}: {error}", folder.display()),
            "name a folder that may be written",
        ),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "a program of its own, with nothing to test"
)]
fn told(what: &str, hint: &str) -> ExitCode {
    eprintln!("error: {what}\nhint: {hint}");
    ExitCode::from(2)
}
