//! One replica of the controller, as a value: started on a clock and two clients, ended in order, or
//! killed by dropping it.
//!
//! This is the seam between the process and the work. [`crate::run`] gives it what a process has; a
//! simulation gives it a server in memory and time that only moves when everybody waits, and reads no
//! other clock, draws no other random number than `fastrand`'s and sees no order that is not fixed.
//! No port is bound here, no signal waited for and no environment read.
//!
//! ```no_run
//! use tarnfui_controller::replica::{Replica, ReplicaError, Seams, Settings};
//!
//! # async fn example(settings: Settings, seams: Seams) -> Result<(), ReplicaError> {
//! let replica = Replica::start(settings, seams);
//! let told = tokio::time::sleep(std::time::Duration::from_secs(60));
//! replica.run(told).await
//! # }
//! ```

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tarnfui_shared::workload::{KINDS, Kind};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::timeout;
use tracing::{info, warn};

use crate::admin::Admin;
use crate::clock::Clock;
use crate::errors::chain;
use crate::events;
use crate::leader::{Candidate, Elector, Leadership, LeaseKey, Release, Retired, Timings};
use crate::metrics::Metrics;
use crate::reconcile::{Parts, Reconciler};
use crate::watch::configuration::{Origin, Reader};
use crate::watch::{Staleness, Watches};
use crate::world::World;

/// News that wait to be taken in: a page of a list, and then some.
const NEWS: usize = 256;

/// Questions that wait for an answer.
const QUERIES: usize = 16;

/// How long giving the lease back may take: less than what is left of a pod's grace period.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(3);

/// Everything by which a replica reaches the world.
#[derive(Clone)]
pub struct Seams {
    /// The time that decisions are made at.
    pub clock: Arc<dyn Clock>,
    /// The client that reads, writes and sends Events.
    pub client: kube::Client,
    /// The client beneath the guard of the lease. It must not retry by itself;
    /// [`crate::leader::client`] makes one.
    pub lease_client: kube::Client,
}

/// Asked before each step of each task of a replica. Where it says that the task has to wait, it wakes
/// the task once that may go on: a simulation of SIGSTOP, and nothing that a process has.
pub type Gate = Arc<dyn Fn(&mut Context<'_>) -> Poll<()> + Send + Sync>;

/// What a replica is told once and for all.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The lease that the replicas compete for, in the controller's own namespace.
    pub lease: LeaseKey,
    /// The name of this replica on it.
    pub candidate: Candidate,
    /// How long the lease lives; the same for all replicas.
    pub timings: Timings,
    /// Where the configuration comes from.
    pub origin: Origin,
    /// How it is read, and what it is read over.
    pub reader: Reader,
}

/// Why a replica has ended unasked.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// A task that should run for ever has ended.
    #[error("the task that {0} has ended unasked")]
    Ended(&'static str),
    /// A task has panicked.
    #[error("a task has failed; this is a bug")]
    Panicked(#[source] JoinError),
}

/// A replica at work. Dropping it is SIGKILL: nothing more is asked or written, the lease is kept for
/// as long as it lives, and what is in flight may have been carried out or not.
pub struct Replica {
    tasks: Tasks,
    looking: Task<()>,
    campaign: Task<Retired>,
    stop: watch::Sender<bool>,
    retire: watch::Sender<bool>,
    admin: Admin,
    leadership: watch::Receiver<Leadership>,
}

impl Replica {
    /// Starts a replica. Needs a tokio runtime.
    ///
    /// # Panics
    ///
    /// If the timings are not in the order that [`Timings`] demands.
    pub fn start(settings: Settings, seams: Seams) -> Self {
        Self::start_behind(None, settings, seams)
    }

    /// The same, behind a gate. What comes of [`run`](Self::run) is not behind it, and up to whoever
    /// polls that.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    pub fn start_behind(gate: Option<&Gate>, settings: Settings, seams: Seams) -> Self {
        let Settings {
            lease,
            candidate,
            timings,
            origin,
            reader,
        } = settings;
        let own = lease.namespace.clone();
        let holder = candidate.to_string();
        let (elector, leader) = Elector::new(seams.lease_client, lease, candidate, timings);
        let metrics = Arc::new(Metrics::default());
        let (teller, sender) = events::channel(seams.client.clone(), holder, metrics.clone());
        let (news_sender, news) = mpsc::channel(NEWS);
        let (queries_sender, queries) = mpsc::channel(QUERIES);
        let admin = Admin {
            queries: queries_sender,
            metrics: metrics.clone(),
            staleness: Staleness::default(),
            decisions: Arc::new(Semaphore::new(1)),
        };
        let watches = Watches {
            client: seams.client.clone(),
            news: news_sender,
            staleness: admin.staleness.clone(),
        };
        let mut tasks = Tasks(JoinSet::new(), gate.cloned());
        let world = World::new((origin == Origin::BuiltIn).then(|| reader.built_in()));
        read_configuration(&mut tasks, &watches, origin, (own, reader));
        let handled = watch_all(&mut tasks, &watches);
        tasks.spawn("sends Events", sender.run());
        let reconciler = Reconciler::new(Parts {
            clock: seams.clock,
            client: seams.client,
            world,
            leader: leader.clone(),
            teller,
            metrics,
            handled,
        });
        let (stop, stopped) = watch::channel(false);
        let (retire, retiring) = watch::channel(false);
        Self {
            tasks,
            looking: Task::spawn(gate, reconciler.run(news, queries, told(stopped))),
            campaign: Task::spawn(gate, elector.run(told(retiring))),
            stop,
            retire,
            admin,
            leadership: leader.leadership(),
        }
    }

    /// What it takes to serve the admin address, and to ask this replica anything.
    pub fn admin(&self) -> Admin {
        self.admin.clone()
    }

    /// Whether this replica leads, and until when.
    pub fn leadership(&self) -> watch::Receiver<Leadership> {
        self.leadership.clone()
    }

    /// Adds a task to this replica, which lives and ends with it. `what` goes after "the task that".
    pub fn add(&mut self, what: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(what, task);
    }

    /// Goes on until `told`, or until a task ends that should not; then ends in order. Dropping the
    /// future kills the replica.
    pub async fn run(mut self, told: impl Future<Output = ()>) -> Result<(), ReplicaError> {
        let ended = tokio::select! {
            biased;
            () = told => Ok(()),
            // Neither ends before it is told to, unless it panics; the other then goes with it.
            ended = &mut self.looking => return Err(unasked(ended, "looks at namespaces")),
            ended = &mut self.campaign => return Err(unasked(ended, "campaigns for the lease")),
            Some(ended) = self.tasks.0.join_next() => {
                Err(ended.map_or_else(ReplicaError::Panicked, ReplicaError::Ended))
            }
        };
        drop(self.tasks);
        // In this order: no new writes and the old ones over, then the lease.
        self.stop.send_replace(true);
        (&mut self.looking).await.map_err(ReplicaError::Panicked)?;
        self.retire.send_replace(true);
        let retired = (&mut self.campaign).await;
        give_back(retired.map_err(ReplicaError::Panicked)?).await;
        ended
    }
}

async fn give_back(retired: Retired) {
    match timeout(RELEASE_TIMEOUT, retired.release()).await {
        Ok(Ok(Release::GivenBack)) => info!("gave the lease back"),
        Ok(Ok(Release::NotOurs)) => {}
        Ok(Err(error)) => warn!(error = chain(&error), "could not give the lease back"),
        Err(_) => warn!("could not give the lease back in time"),
    }
}

fn read_configuration(
    tasks: &mut Tasks,
    watches: &Watches,
    origin: Origin,
    (namespace, reader): (String, Reader),
) {
    let what = "reads the configuration";
    let watches = watches.clone();
    match origin {
        Origin::BuiltIn => {}
        Origin::ConfigMap(name) => {
            tasks.spawn(what, watches.configuration(namespace, name, reader));
        }
        Origin::File(path) => tasks.spawn(what, watches.configuration_file(path, reader)),
    }
}

fn watch_all(tasks: &mut Tasks, watches: &Watches) -> BTreeMap<Kind, watch::Sender<bool>> {
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

/// Tasks that run for as long as the replica does, behind the same gate.
struct Tasks(JoinSet<&'static str>, Option<Gate>);

impl Tasks {
    fn spawn(&mut self, what: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let task = async move {
            task.await;
            what
        };
        match &self.1 {
            None => self.0.spawn(task),
            Some(gate) => self.0.spawn(behind(gate.clone(), task)),
        };
    }
}

/// A task that ends with whoever holds it, not only when it likes to.
struct Task<T>(JoinHandle<T>);

impl<T: Send + 'static> Task<T> {
    #[expect(clippy::disallowed_methods, reason = "the handle ends it")]
    fn spawn(gate: Option<&Gate>, task: impl Future<Output = T> + Send + 'static) -> Self {
        Self(match gate {
            None => tokio::spawn(task),
            Some(gate) => tokio::spawn(behind(gate.clone(), task)),
        })
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A task that takes no step but with leave.
async fn behind<T>(gate: Gate, task: impl Future<Output = T>) -> T {
    let mut task = pin!(task);
    poll_fn(|cx| {
        ready!(gate(cx));
        task.as_mut().poll(cx)
    })
    .await
}

fn unasked<T>(ended: Result<T, JoinError>, what: &'static str) -> ReplicaError {
    ended.map_or_else(ReplicaError::Panicked, |_| ReplicaError::Ended(what))
}

async fn told(mut signal: watch::Receiver<bool>) {
    // A sender that is gone says the same.
    drop(signal.wait_for(|told| *told).await);
}

#[cfg(test)]
mod tests;
