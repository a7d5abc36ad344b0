//! The process: from flags, environment and signals to a [`Replica`], and to its end in order.
//!
//! Nothing is decided here, and no workload is written; a start that fails is not tried again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig};
use tarnfui_shared::config::first;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use crate::args::Args;
use crate::clock::Clock;
use crate::connection;
use crate::leader::{self, Candidate, LeaseKey, Timings};
use crate::replica::{Replica, ReplicaError, Seams, Settings};
use crate::watch::configuration::{Origin, Reader};

/// Longer than any silence that a watch is allowed, so that the watch's own limit says why.
const READ_TIMEOUT: Duration = Duration::from_secs(75);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the controller can't start, or has stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no usable kubeconfig, and no service account.
    #[error(
        "cannot find out how to reach the API server; hint: name a --kubeconfig, or run in a pod"
    )]
    NoCluster(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What is known of the API server does not make a client.
    #[error(
        "cannot make a client for the API server; hint: check the certificates, keys and proxy-url in the kubeconfig, and HTTPS_PROXY"
    )]
    Client(#[source] kube::Error),
    /// An environment variable of the first Tarnfui can't be read.
    #[error("cannot read the environment")]
    Variable(#[source] first::VariableError),
    /// The address to serve on is taken, or not ours.
    #[error("cannot listen on {0}; hint: choose another --admin-address")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The signals that end the process can't be waited for.
    #[error("cannot wait for signals")]
    Signals(#[source] std::io::Error),
    /// What runs for ever has ended by itself.
    #[error(transparent)]
    Replica(ReplicaError),
}

impl RunError {
    /// Whether what was typed is at fault, as opposed to what was found.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Variable(_) => true,
            Self::NoCluster(_)
            | Self::Client(_)
            | Self::Listen(..)
            | Self::Signals(_)
            | Self::Replica(_) => false,
        }
    }
}

/// Runs the controller until it is told to stop.
pub async fn run(args: Args, clock: Arc<dyn Clock>) -> Result<(), RunError> {
    let lookup = |name: &str| std::env::var(name).ok();
    let base = first::base(lookup).map_err(RunError::Variable)?;
    let (config, in_cluster) = cluster(&args).await?;
    let listener = TcpListener::bind(args.admin_address)
        .await
        .map_err(|error| RunError::Listen(args.admin_address, error))?;
    let namespace = args
        .namespace
        .clone()
        .unwrap_or_else(|| config.default_namespace.clone());
    let timings = Timings::default();
    let settings = Settings {
        lease: LeaseKey::new(namespace.clone(), args.lease_name.clone()),
        candidate: Candidate::named(&args.identity.clone().unwrap_or_else(host_name)),
        timings,
        origin: origin(&args),
        reader: Reader {
            base,
            own_namespace: in_cluster.then(|| namespace.clone()),
        },
    };
    let seams = Seams {
        clock,
        lease_client: leader::client(config.clone(), timings).map_err(RunError::Client)?,
        client: connection::client(config).map_err(RunError::Client)?,
    };
    info!(
        version = env!("CARGO_PKG_VERSION"), namespace, identity = %settings.candidate,
        admin = %args.admin_address, "starting"
    );
    let told = signals()?;
    let mut replica = Replica::start(settings, seams);
    let serving = replica.admin().serve(listener);
    replica.add("serves on the admin address", serving);
    replica.run(told).await.map_err(RunError::Replica)
}

fn origin(args: &Args) -> Origin {
    match (&args.config_file, &args.config) {
        (Some(path), _) => Origin::File(path.clone()),
        (None, Some(name)) => Origin::ConfigMap(name.clone()),
        (None, None) => Origin::BuiltIn,
    }
}

/// How to reach the API server, and whether from inside the cluster.
pub(crate) async fn cluster(args: &Args) -> Result<(kube::Config, bool), RunError> {
    let no_cluster = |error| RunError::NoCluster(error);
    let options = KubeConfigOptions {
        context: args.context.clone(),
        ..KubeConfigOptions::default()
    };
    let (mut config, in_cluster) = if let Some(path) = &args.kubeconfig {
        let file = Kubeconfig::read_from(path).map_err(|error| no_cluster(error.into()))?;
        let config = kube::Config::from_custom_kubeconfig(file, &options).await;
        (config.map_err(|error| no_cluster(error.into()))?, false)
    } else if args.context.is_none()
        && let Ok(config) = kube::Config::incluster()
    {
        (config, true)
    } else {
        let config = kube::Config::from_kubeconfig(&options).await;
        (config.map_err(|error| no_cluster(error.into()))?, false)
    };
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    config.read_timeout = Some(READ_TIMEOUT);
    config.write_timeout = Some(WRITE_TIMEOUT);
    Ok((config, in_cluster))
}

fn host_name() -> String {
    let file = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let name = file.trim();
    if name.is_empty() {
        "tarnfui".to_owned()
    } else {
        name.to_owned()
    }
}

/// Ready when the process is told to stop.
pub(crate) fn signals() -> Result<impl Future<Output = ()>, RunError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(RunError::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(RunError::Signals)?;
    Ok(async move {
        tokio::select! {
            biased;
            _ = terminate.recv() => info!("told to stop by SIGTERM"),
            _ = interrupt.recv() => info!("told to stop by SIGINT"),
        }
    })
}
