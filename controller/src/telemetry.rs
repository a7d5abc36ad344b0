//! Logs: compact lines for people, or JSON for machines, on stderr.
//!
//! Nothing goes to stdout, and what is logged is for others to choose.

use std::io::IsTerminal as _;

use clap::ValueEnum;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One short line, for people.
    Compact,
    /// One JSON object, for machines.
    Json,
}

/// Starts logging, once per process. `filter` is what `TARNFUI_LOG` says: `info`, or
/// `tarnfui_controller=debug`.
pub fn start(format: LogFormat, filter: Targets) {
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Compact => {
            let ansi = std::io::stderr().is_terminal();
            let layer = fmt::layer().compact().with_ansi(ansi);
            registry.with(layer.with_writer(std::io::stderr)).init();
        }
        LogFormat::Json => {
            let layer = fmt::layer()
                .json()
                .flatten_event(true)
                .with_writer(std::io::stderr);
            registry.with(layer).init();
        }
    }
}
