//! The `cargo demo` binary, which also plays the controllers and the plugin that the demo starts.

use std::process::ExitCode;

fn main() -> ExitCode {
    tarnfui_tests::demo::main()
}
