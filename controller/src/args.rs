//! The flags and environment variables of `tarnfui-controller`, as typed.
//!
//! What a flag left out stands for, where that is no fixed default, is decided in [`crate::run`].

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tarnfui_shared::text::parse_duration;

use crate::telemetry::LogFormat;

/// Puts namespaces to sleep outside their hours, and gives back exactly what was there.
///
/// In a pod it needs no flags. The environment variables of the first Tarnfui
/// (TARNFUI_STARTUP_TIME, TARNFUI_SHUTDOWN_TIME, TARNFUI_ACTIVE_DAYS, TARNFUI_TIMEZONE,
/// TARNFUI_NAMESPACE, TARNFUI_RESOURCE_TYPES) set the defaults under the configuration.
#[derive(Debug, Parser)]
#[command(name = "tarnfui-controller", version, disable_help_subcommand = true)]
pub struct Args {
    /// What to do instead of running the controller
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The kubeconfig to use, outside a cluster [default: KUBECONFIG, else ~/.kube/config]
    #[arg(long, global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// The context of the kubeconfig to use [default: its current one]
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,

    /// The controller's own namespace, where its Lease and ConfigMap lie [default: the pod's, else
    /// the context's]
    #[arg(long, global = true, value_name = "NAME", env = "POD_NAMESPACE")]
    pub namespace: Option<String>,

    /// The name of this replica on the Lease, to which a random suffix is added [default: the
    /// pod's name]
    #[arg(long, value_name = "NAME", env = "POD_NAME")]
    pub identity: Option<String>,

    /// The Lease that the replicas compete for
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "TARNFUI_LEASE_NAME",
        default_value = "tarnfui-controller"
    )]
    pub lease_name: String,

    /// The ConfigMap to read the configuration from; until it was read, nothing is decided
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "TARNFUI_CONFIG",
        conflicts_with = "config_file"
    )]
    pub config: Option<String>,

    /// A file to read the configuration from, instead of a ConfigMap
    #[arg(long, global = true, value_name = "FILE", env = "TARNFUI_CONFIG_FILE")]
    pub config_file: Option<PathBuf>,

    /// Where /livez, /readyz, /metrics and /debug/decisions are served
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "TARNFUI_ADMIN_ADDRESS",
        default_value = "0.0.0.0:8080"
    )]
    pub admin_address: SocketAddr,

    /// How a log line looks
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        env = "TARNFUI_LOG_FORMAT",
        default_value = "compact"
    )]
    pub log_format: LogFormat,

    /// What is logged: a level, or levels by module
    #[arg(
        long,
        global = true,
        value_name = "FILTER",
        env = "TARNFUI_LOG",
        default_value = "info"
    )]
    pub log: String,
}

/// What the binary does beside running the controller.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Wake all that sleeps and take away what is Tarnfui's, before it is uninstalled
    ///
    /// Sets `paused: true` in the ConfigMap that --config names, waits until the controller that
    /// leads says that it acts by it, and gives back whatever carries a mark, in all namespaces.
    /// Then the lease is deleted, unless somebody still holds it. It may be interrupted and run
    /// again at any time. Without a ConfigMap the controllers have to be scaled to 0 first.
    ///
    /// Exit codes: 0 all is released, 1 something is left and named, 2 what was typed is wrong,
    /// 130 interrupted.
    Release(ReleaseArgs),
}

/// The flags of `release`.
#[derive(Debug, clap::Args)]
pub struct ReleaseArgs {
    /// Release the whole cluster: to be said, so that nobody wakes one by a typo
    #[arg(long, required = true)]
    pub all: bool,

    /// How long all of it may take, as in 4m or 1h: less than what waits for it, which is 5m for a
    /// hook of Helm
    #[arg(long, value_name = "DURATION", default_value = "4m", value_parser = duration)]
    pub timeout: Duration,
}

fn duration(text: &str) -> Result<Duration, String> {
    let read = parse_duration(text).map_err(|error| error.to_string())?;
    Ok(read.unsigned_abs())
}

#[cfg(test)]
mod tests;
