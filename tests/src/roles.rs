//! The programs that a test binary plays: the controller, on the machine's clock, ahead of it, or on
//! one that is steered from outside, and the plugin, on the machine's clock or at one instant.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use kubectl_tarnfui::{Exit, Io, Outside, Terminal};
use rustix::process::{Signal, getpid, kill_process};
use tarnfui_controller::clock::{Clock, SystemClock};

use crate::clock::{Course, SteeredClock};
use crate::multicall::Role;

/// Where the controller role finds how many seconds its clock is ahead of the machine's.
///
/// Ahead, so that what a trial has just made is older than any grace.
pub const CLOCK_AHEAD: &str = "TARNFUI_TESTS_CLOCK_AHEAD_SECONDS";

/// Where the controller role finds that its clock is steered: by a line on stdin for each course,
/// the first before it does anything. It ends as on SIGTERM when there are no more.
pub const CLOCK_STEERED: &str = "TARNFUI_TESTS_CLOCK_STEERED";

/// Where the plugin role finds the instant that it always is for it, in RFC 3339: where the time of a
/// cluster stands still, that of who looks at it has to as well.
pub const CLOCK_AT: &str = "TARNFUI_TESTS_CLOCK_AT";

/// The controller.
pub const CONTROLLER: Role = ("tarnfui-controller", controller);

/// The plugin, as kubectl finds it.
pub const PLUGIN: Role = ("kubectl-tarnfui", plugin);

/// The plugin, as kubectl finds it when it completes: by a link that `completion install` makes.
pub const COMPLETER: Role = ("kubectl_complete-tarnfui", plugin);

fn controller() -> ExitCode {
    match clock() {
        Ok(clock) => tarnfui_controller::main(std::env::args_os(), clock),
        // Whoever steers it has ended already.
        Err(_) => ExitCode::FAILURE,
    }
}

fn plugin() -> ExitCode {
    let Some(instant) = std::env::var_os(CLOCK_AT) else {
        return kubectl_tarnfui::main();
    };
    match instant.to_string_lossy().parse() {
        Ok(now) => plugin_at(now).into(),
        Err(_) => ExitCode::FAILURE,
    }
}

/// As in a process whose streams are pipes, which they are where this is asked for.
fn plugin_at(now: Timestamp) -> Exit {
    let mut io = Io {
        out: &mut io::stdout().lock(),
        err: &mut io::stderr().lock(),
        input: &mut io::stdin().lock(),
        terminal: Terminal::default(),
    };
    let outside = Outside {
        now: &|| now,
        ..Outside::default()
    };
    kubectl_tarnfui::run(std::env::args_os().collect(), &mut io, &outside)
}

fn clock() -> anyhow::Result<Arc<dyn Clock>> {
    if std::env::var_os(CLOCK_STEERED).is_some() {
        return Ok(Arc::new(steered()?));
    }
    let ahead = std::env::var(CLOCK_AHEAD).ok();
    Ok(match ahead.and_then(|seconds| seconds.parse().ok()) {
        Some(seconds) => Arc::new(SteeredClock::ahead(SignedDuration::from_secs(seconds))),
        None => Arc::new(SystemClock),
    })
}

fn steered() -> anyhow::Result<SteeredClock> {
    let mut first = String::new();
    io::stdin()
        .read_line(&mut first)
        .context("read the first course")?;
    let clock = SteeredClock::on(Course::read(&first)?);
    let followed = clock.clone();
    thread::spawn(move || {
        // A line that cannot be read ends it as well: a clock that nobody steers is of no use.
        let _ = followed.follow(io::stdin().lock());
        let _ = kill_process(getpid(), Signal::TERM);
    });
    Ok(clock)
}
