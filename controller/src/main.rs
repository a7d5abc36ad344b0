//! The `tarnfui-controller` binary.

use std::process::ExitCode;
use std::sync::Arc;

use tarnfui_controller::clock::SystemClock;

fn main() -> ExitCode {
    tarnfui_controller::main(std::env::args_os(), Arc::new(SystemClock))
}
