//! The flags and environment variables of `tarnfui-controller`, as typed.
//!
//! What a flag left out stands for, where that is no fixed default, is decided in [`crate::run`].

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

use crate::telemetry::LogFormat;

/// Puts namespaces to sleep outside their hours, and gives back exactly what was there.
///
/// In a pod it needs no flags. The environment variables of the first Tarnfui
/// (TARNFUI_STARTUP_TIME, TARNFUI_SHUTDOWN_TIME, TARNFUI_ACTIVE_DAYS, TARNFUI_TIMEZONE,
/// TARNFUI_NAMESPACE, TARNFUI_RESOURCE_TYPES) set the defaults under the configuration.
#[derive(Debug, Parser)]
#[command(name = "tarnfui-controller", version)]
pub struct Args {
    /// The kubeconfig to use, outside a cluster [default: KUBECONFIG, else ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// The context of the kubeconfig to use [default: its current one]
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,

    /// The controller's own namespace, where its Lease and ConfigMap lie [default: the pod's, else
    /// the context's]
    #[arg(long, value_name = "NAME", env = "POD_NAMESPACE")]
    pub namespace: Option<String>,

    /// The name of this replica on the Lease, to which a random suffix is added [default: the
    /// pod's name]
    #[arg(long, value_name = "NAME", env = "POD_NAME")]
    pub identity: Option<String>,

    /// The Lease that the replicas compete for
    #[arg(
        long,
        value_name = "NAME",
        env = "TARNFUI_LEASE_NAME",
        default_value = "tarnfui-controller"
    )]
    pub lease_name: String,

    /// The ConfigMap to read the configuration from; until it was read, nothing is decided
    #[arg(
        long,
        value_name = "NAME",
        env = "TARNFUI_CONFIG",
        conflicts_with = "config_file"
    )]
    pub config: Option<String>,

    /// A file to read the configuration from, instead of a ConfigMap
    #[arg(long, value_name = "FILE", env = "TARNFUI_CONFIG_FILE")]
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
        value_enum,
        value_name = "FORMAT",
        env = "TARNFUI_LOG_FORMAT",
        default_value = "compact"
    )]
    pub log_format: LogFormat,

    /// What is logged: a level, or levels by module
    #[arg(
        long,
        value_name = "FILTER",
        env = "TARNFUI_LOG",
        default_value = "info"
    )]
    pub log: String,
}
