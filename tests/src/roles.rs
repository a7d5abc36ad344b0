//! The programs that a test binary plays: the controller, on the machine's clock or ahead of it, and
//! the plugin.

use std::process::ExitCode;
use std::sync::Arc;

use jiff::SignedDuration;
use tarnfui_controller::clock::{Clock, SystemClock};

use crate::clock::SteeredClock;
use crate::multicall::Role;

/// Where the controller role finds how many seconds its clock is ahead of the machine's.
///
/// Ahead, so that what a trial has just made is older than any grace.
pub const CLOCK_AHEAD: &str = "TARNFUI_TESTS_CLOCK_AHEAD_SECONDS";

/// The controller.
pub const CONTROLLER: Role = ("tarnfui-controller", controller);

fn controller() -> ExitCode {
    let ahead = std::env::var(CLOCK_AHEAD).ok().and_then(|seconds| seconds.parse().ok());
    let clock: Arc<dyn Clock> = match ahead {
        Some(seconds) => Arc::new(SteeredClock::ahead(SignedDuration::from_secs(seconds))),
        None => Arc::new(SystemClock),
    };
    tarnfui_controller::main(std::env::args_os(), clock)
}
