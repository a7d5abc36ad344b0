//! What goes wrong around a controller: rights, an API server that hangs or refuses, mistyped flags;
//! and that where nothing goes on, nothing is asked.

use std::process::ExitCode;

use tarnfui_tests::controllers::{Launch, with_account};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::roles;
use tarnfui_tests::suite::Suite;
use tarnfui_tests::testbed::Options;

mod quiet;
mod rights;
mod server;
mod start;

const ROLES: &[Role] = &[roles::CONTROLLER];

const WEB: &str = "deployment/web";
const PATCH_WEB: &str = "patch deployments/web";

fn main() -> ExitCode {
    let suite = Suite::new(with_account(Options::api_server_only()))
        .roles(ROLES)
        .controller(Launch::new("controller"))
        .at_once(6);
    // The longest first.
    let suite = server::trials(suite);
    let suite = quiet::trials(suite);
    let suite = rights::trials(suite);
    start::trials(suite).run()
}
