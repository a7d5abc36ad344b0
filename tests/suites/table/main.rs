//! Every row of the table of states and marks, and the rules under it, against what a real API server,
//! its controllers and kubectl do to a workload.

use std::process::ExitCode;

use tarnfui_tests::controllers::{Launch, with_account};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::roles;
use tarnfui_tests::suite::Suite;
use tarnfui_tests::testbed::Options;

mod applied;
mod marks;
mod others;
mod rollouts;

const ROLES: &[Role] = &[roles::CONTROLLER];

/// The workload that most trials are about.
const WEB: &str = "deployment/web";
const PATCH_WEB: &str = "patch deployments/web";

fn main() -> ExitCode {
    let suite = Suite::new(with_account(Options::default()))
        .roles(ROLES)
        .controller(Launch::new("controller").ahead())
        .at_once(8);
    let suite = rollouts::trials(suite);
    let suite = marks::trials(suite);
    let suite = applied::trials(suite);
    others::trials(suite).run()
}
