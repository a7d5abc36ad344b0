//! `kubectl tarnfui`: shows which namespaces sleep, when and why, and gives orders.
//!
//! From arguments to text in one direction: [`args`] (as typed) and [`context`] (as meant) lead to a
//! [`cluster`]; [`commands`] fetch objects from it; [`reading`], [`order`] and [`view`] make values of
//! them with the same pure core that the controller decides by; [`render`] makes text of those. The
//! program holds no state and writes nothing to a cluster but annotations of namespaces and, where a
//! person says so, takes marks away: with what they saved given back by [`restore`], or for good.
//!
//! Everything from outside comes in through [`Io`] and [`Outside`], so that a test runs a whole
//! command without a process, a clock or a cluster.

use std::ffi::OsString;
use std::process::ExitCode;

pub mod args;
pub mod cluster;
pub mod commands;
pub mod complete;
pub mod context;
pub mod error;
pub mod io;
pub mod manifests;
pub mod order;
pub mod reading;
pub mod render;
pub mod restore;
pub mod rights;
pub mod view;
pub mod when;
pub mod words;

pub use error::Exit;
pub use io::{Io, Outside, Terminal};

/// The whole program: arguments, streams, clock and environment of this process.
pub fn main() -> ExitCode {
    io::with_process(|io, outside| run(std::env::args_os().collect(), io, outside)).into()
}

/// Runs one command. `args` begins with the program's name, as in a process.
///
/// ```
/// use kubectl_tarnfui::{Exit, Io, Outside, Terminal, run};
///
/// let (mut out, mut err) = (Vec::new(), Vec::new());
/// let mut io = Io {
///     out: &mut out,
///     err: &mut err,
///     input: &mut std::io::empty(),
///     terminal: Terminal::default(),
/// };
/// let outside = Outside {
///     now: &|| "2026-11-22T12:00:00Z".parse().expect("an instant"),
///     ..Outside::default()
/// };
/// let args = ["kubectl-tarnfui", "snooze", "shop", "--for", "2h", "--until", "22:00"];
/// let exit = run(args.map(Into::into).to_vec(), &mut io, &outside);
/// assert_eq!(exit, Exit::Usage);
/// assert!(String::from_utf8_lossy(&err).contains("--for does not go with --until"));
/// ```
pub fn run(args: Vec<OsString>, io: &mut Io<'_>, outside: &Outside<'_>) -> Exit {
    let exit = match commands::completing(&args) {
        Some(words) => commands::complete(&words, io, outside),
        None => match args::parse(args, io.terminal) {
            Ok(cli) => commands::run(&cli, io, outside),
            Err(said) => io.say(&said),
        },
    };
    exit.unwrap_or_else(|failure| io.report(&failure))
}
