//! The controller: watches, decides through [`tarnfui_shared`], and writes what was planned.
//!
//! Every replica runs all of this; only the leader writes. In the order of the path of data:
//! [`watch`] brings what is seen, [`world`] keeps it, [`reconcile`] looks at it and plans, [`pace`]
//! says when a change starts, [`execute`] makes it, and [`events`], [`metrics`] and [`admin`] say
//! what happens. [`leader`] says whether any of it may be written. A [`replica`] is all of these
//! together, and [`run`] the process round one. [`release`] gives everything back, before an
//! uninstall.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use args::Command;
use clap::Parser as _;
use release::Released;
use tracing_subscriber::filter::Targets;

pub mod admin;
pub mod args;
pub mod clock;
#[cfg(test)]
mod cluster;
mod connection;
mod errors;
pub mod events;
pub mod execute;
pub mod leader;
pub mod metrics;
pub mod pace;
pub mod reconcile;
pub mod release;
pub mod replica;
pub mod run;
pub mod telemetry;
pub mod watch;
pub mod world;

/// The process: 0 when told to stop, 1 when it could not go on, 2 when what was typed is wrong.
pub fn main(
    arguments: impl IntoIterator<Item = OsString>,
    clock: Arc<dyn clock::Clock>,
) -> ExitCode {
    let args = match args::Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            // The text goes to stdout for --help and to stderr for a fault; nothing to do if it can't.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let filter: Targets = match args.log.parse() {
        Ok(filter) => filter,
        Err(error) => {
            let hint = "hint: info, or info,tarnfui_controller=debug";
            return fail(&format!("--log {:?}: {error}; {hint}", args.log), 2);
        }
    };
    telemetry::start(args.log_format, filter);
    // One thread: the work is small, and a thread more is a megabyte more.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}"), 1),
    };
    match &args.command {
        None => match runtime.block_on(run::run(args, clock)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&errors::chain(&error), if error.is_usage() { 2 } else { 1 }),
        },
        Some(Command::Release(release)) => {
            let mut out = std::io::stdout();
            match runtime.block_on(release::run(&args, release, clock, &mut out)) {
                Ok(Released::All) => ExitCode::SUCCESS,
                Ok(Released::NotAll) => ExitCode::from(1),
                Err(error) => fail(&errors::chain(&error), error.code()),
            }
        }
    }
}

fn fail(message: &str, code: u8) -> ExitCode {
    // If stderr is closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::from(code)
}
