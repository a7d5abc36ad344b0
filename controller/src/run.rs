//! Wiring: from the flags to the tasks, and back in order.
//!
//! Nothing is decided here, and no workload is written; a start that fails is not tried again.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig};
use tarnfui_shared::config::first;
use tarnfui_shared::workload::KINDS;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;
use tracing::{info, warn};

use crate::admin::Admin;
use crate::args::Args;
use crate::clock::Clock;
use crate::errors::chain;
use crate::events;
use crate::leader::{self, Candidate, Elector, LeaderHandle, LeaseKey, Release, Retired, Timings};
use crate::metrics::Metrics;
use crate::reconcile::{Parts, Reconciler};
use crate::watch::configuration::Reader;
use crate::watch::{Staleness, Watches};
use crate::world::World;

/// News that wait to be taken in: a page of a list, and then some.
const NEWS: usize = 256;

/// Questions that wait for an answer.
const QUERIES: usize = 16;

/// Longer than any silence that a watch is allowed, so that the watch's own limit says why.
const READ_TIMEOUT: Duration = Duration::from_secs(75);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long giving the lease back may take: less than what is left of a pod's grace period.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(3);

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
        "cannot make a client for the API server; hint: check the certificates and keys in the kubeconfig"
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
    /// A task that should run for ever has ended.
    #[error("the task that {0} has ended unasked")]
    Ended(&'static str),
    /// A task has panicked.
    #[error("a task has failed; this is a bug")]
    Panicked(#[source] JoinError),
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
            | Self::Ended(_)
            | Self::Panicked(_) => false,
        }
    }
}

/// Runs the controller until it is told to stop.
pub async fn run(args: Args, clock: Arc<dyn Clock>) -> Result<(), RunError> {
    let lookup = |name: &str| std::env::var(name).ok();
    let base = first::base(lookup).map_err(RunError::Variable)?;
    let (config, in_cluster) = cluster(&args).await?;
    let namespace = args
        .namespace
        .clone()
        .unwrap_or_else(|| config.default_namespace.clone());
    let own_namespace = in_cluster.then(|| namespace.clone());
    let listener = TcpListener::bind(args.admin_address)
        .await
        .map_err(|error| RunError::Listen(args.admin_address, error))?;

    let timings = Timings::default();
    let lease_client = leader::client(config.clone(), timings).map_err(RunError::Client)?;
    let client = kube::Client::try_from(config).map_err(RunError::Client)?;
    let me = Candidate::named(&args.identity.clone().unwrap_or_else(host_name));
    info!(
        version = env!("CARGO_PKG_VERSION"), namespace, identity = %me,
        admin = %args.admin_address, "starting"
    );
    let lease = LeaseKey::new(namespace.clone(), args.lease_name.clone());
    let place = Place {
        namespace,
        reader: Reader {
            base,
            own_namespace,
        },
        client,
        clock,
    };
    let holder = me.to_string();
    let (elector, leader) = Elector::new(lease_client, lease, me, timings);
    let (tasks, looking) = assemble(args, place, holder, leader, listener);

    let (stop, stopped) = watch::channel(false);
    let (retire, retiring) = watch::channel(false);
    let mut looking = tokio::spawn(looking(stopped));
    let mut campaign = tokio::spawn(elector.run(told(retiring)));
    let ended = tokio::select! {
        ended = until_told(tasks) => ended,
        // Neither ends before it is told to, unless it panics; the other then goes with the process.
        ended = &mut looking => return Err(unasked(ended, "looks at namespaces")),
        ended = &mut campaign => return Err(unasked(ended, "campaigns for the lease")),
    };
    // In this order: no new writes and the old ones over, then the lease.
    stop.send_replace(true);
    looking.await.map_err(RunError::Panicked)?;
    retire.send_replace(true);
    give_back(campaign.await.map_err(RunError::Panicked)?).await;
    ended
}

/// Where and by what the controller acts.
struct Place {
    namespace: String,
    reader: Reader,
    client: kube::Client,
    clock: Arc<dyn Clock>,
}

type Looking = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Starts everything but the task that looks, which is handed out because it is the one to be
/// stopped first.
fn assemble(
    args: Args,
    place: Place,
    holder: String,
    leader: LeaderHandle,
    listener: TcpListener,
) -> (Tasks, impl FnOnce(watch::Receiver<bool>) -> Looking) {
    let Place {
        namespace,
        reader,
        client,
        clock,
    } = place;
    let metrics = Arc::new(Metrics::default());
    let staleness = Staleness::default();
    let (teller, sender) = events::channel(client.clone(), holder, metrics.clone());
    let (news_sender, news) = mpsc::channel(NEWS);
    let (queries_sender, queries) = mpsc::channel(QUERIES);
    let watches = Watches {
        client: client.clone(),
        news: news_sender,
        staleness: staleness.clone(),
    };

    let mut tasks = Tasks::default();
    let is_read = args.config.is_some() || args.config_file.is_some();
    let world = World::new((!is_read).then(|| reader.built_in()));
    configuration(&mut tasks, &watches, args, namespace, reader);
    let handled = watch_all(&mut tasks, &watches);
    tasks.spawn("sends Events", sender.run());
    let admin = Admin {
        queries: queries_sender,
        metrics: metrics.clone(),
        staleness,
        decisions: Arc::new(Semaphore::new(1)),
    };
    tasks.spawn("serves on the admin address", admin.serve(listener));
    let parts = Parts {
        clock,
        client,
        world,
        leader,
        teller,
        metrics,
        handled,
    };
    let reconciler = Reconciler::new(parts);
    (tasks, move |stopped| {
        Box::pin(reconciler.run(news, queries, told(stopped)))
    })
}

async fn give_back(retired: Retired) {
    match timeout(RELEASE_TIMEOUT, retired.release()).await {
        Ok(Ok(Release::GivenBack)) => info!("gave the lease back"),
        Ok(Ok(Release::NotOurs)) => {}
        Ok(Err(error)) => warn!(error = chain(&error), "could not give the lease back"),
        Err(_) => warn!("could not give the lease back in time"),
    }
}

/// How to reach the API server, and whether from inside the cluster.
async fn cluster(args: &Args) -> Result<(kube::Config, bool), RunError> {
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
    config.default_retry = false;
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

fn configuration(
    tasks: &mut Tasks,
    watches: &Watches,
    args: Args,
    namespace: String,
    reader: Reader,
) {
    let watches = watches.clone();
    if let Some(path) = args.config_file {
        tasks.spawn(
            "reads the configuration",
            watches.configuration_file(path, reader),
        );
    } else if let Some(name) = args.config {
        tasks.spawn(
            "reads the configuration",
            watches.configuration(namespace, name, reader),
        );
    }
}

type Handled = BTreeMap<tarnfui_shared::workload::Kind, watch::Sender<bool>>;

fn watch_all(tasks: &mut Tasks, watches: &Watches) -> Handled {
    tasks.spawn("watches Namespaces", watches.clone().namespaces());
    tasks.spawn(
        "watches HorizontalPodAutoscalers",
        watches.clone().autoscalers(),
    );
    let mut handled = BTreeMap::new();
    for row in KINDS {
        let (sender, receiver) = watch::channel(row.is_default);
        handled.insert(row.kind, sender);
        tasks.spawn(
            "watches workloads",
            watches.clone().workloads(row.kind, receiver),
        );
    }
    handled
}

/// Tasks that run for as long as the process does.
#[derive(Default)]
struct Tasks(JoinSet<&'static str>);

impl Tasks {
    fn spawn(&mut self, what: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(async move {
            task.await;
            what
        });
    }
}

/// Waits for a signal, or for a task that ends unasked, which ends the process.
async fn until_told(mut tasks: Tasks) -> Result<(), RunError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(RunError::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(RunError::Signals)?;
    tokio::select! {
        _ = terminate.recv() => info!("told to stop by SIGTERM"),
        _ = interrupt.recv() => info!("told to stop by SIGINT"),
        Some(ended) = tasks.0.join_next() => {
            return Err(ended.map_or_else(RunError::Panicked, RunError::Ended));
        }
    }
    Ok(())
}

fn unasked<T>(ended: Result<T, JoinError>, what: &'static str) -> RunError {
    ended.map_or_else(RunError::Panicked, |_| RunError::Ended(what))
}

async fn told(mut signal: watch::Receiver<bool>) {
    // A sender that is gone says the same.
    drop(signal.wait_for(|told| *told).await);
}
