//! A replica of the controller, as far as the election sees it: it can be asked to stop, killed,
//! and frozen as by SIGSTOP.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::task::AtomicWaker;
use kube_leader_election::{LeaseLock, LeaseLockParams, LeaseLockResult};
use tokio::sync::oneshot;
use tokio::sync::watch::{self as watching, Sender};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::server::{Cable, Server, lease_key};
use crate::leader::{Candidate, Elector, Holder, LeaderHandle, Leadership, Retired, Timings};

/// How finely [`watch`] looks.
const GLANCE: Duration = Duration::from_millis(100);

pub(super) struct Replica {
    pub(super) name: String,
    pub(super) handle: LeaderHandle,
    pub(super) cable: Cable,
    ice: Ice,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Retired>,
}

impl Replica {
    /// Starts a replica of this name that campaigns on `server`.
    #[expect(clippy::disallowed_methods, reason = "the test ends it")]
    pub(super) fn start(server: &Server, name: &str) -> Self {
        let me = Candidate::named(name);
        let name = me.to_string();
        let cable = Cable::default();
        let client = server.client_over(&cable);
        let (elector, handle) = Elector::new(client, lease_key(), me, Timings::STANDARD);
        let (stop, stopped) = oneshot::channel();
        let ice = Ice::default();
        let campaign = elector.run(async { stopped.await.unwrap_or(()) });
        let task = tokio::spawn(Freezing {
            inner: Box::pin(campaign),
            ice: ice.clone(),
        });
        Self {
            name,
            handle,
            cable,
            ice,
            stop: Some(stop),
            task,
        }
    }

    /// The same without the guard: it takes the crate at its word, for as long as a leader may.
    #[expect(clippy::disallowed_methods, reason = "the test ends it")]
    pub(super) fn start_bare(server: &Server, name: &str) -> Self {
        let name = Candidate::named(name).to_string();
        let cable = Cable::default();
        let params = LeaseLockParams {
            holder_id: name.clone(),
            lease_name: lease_key().name,
            lease_ttl: Timings::STANDARD.lease,
        };
        let lock = LeaseLock::new(server.client_over(&cable), "tarnfui", params);
        let (leadership, seen) = watching::channel(Leadership::Standby { holder: None });
        let ice = Ice::default();
        let task = tokio::spawn(Freezing {
            inner: Box::pin(campaign_bare(lock, leadership)),
            ice: ice.clone(),
        });
        Self {
            name,
            handle: LeaderHandle::fixed(seen),
            cable,
            ice,
            stop: None,
            task,
        }
    }

    pub(super) fn leadership(&self) -> Leadership {
        self.handle.leadership().borrow().clone()
    }

    /// Whether it would start a write now.
    pub(super) fn leads(&self) -> bool {
        self.leadership().leads_at(Instant::now())
    }

    /// The term it is in; 0 for a standby.
    pub(super) fn term(&self) -> u64 {
        match self.leadership() {
            Leadership::Leader { term, .. } => term,
            Leadership::Standby { .. } => 0,
        }
    }

    /// From here on its campaign does nothing, while time goes on.
    pub(super) fn freeze(&self) {
        self.ice.set(true);
    }

    /// A hand that can freeze it from anywhere.
    pub(super) fn ice(&self) -> Ice {
        self.ice.clone()
    }

    pub(super) fn thaw(&self) {
        self.ice.set(false);
    }

    /// Asks it to stop, and waits until it has.
    pub(super) async fn retire(mut self) -> Retired {
        self.stop.take().unwrap().send(()).unwrap();
        self.task.await.unwrap()
    }

    /// SIGKILL.
    pub(super) fn kill(self) {
        self.task.abort();
    }
}

async fn campaign_bare(lock: LeaseLock, leadership: Sender<Leadership>) -> Retired {
    loop {
        let valid_until = Instant::now() + Timings::STANDARD.renew_deadline;
        let next = match lock.try_acquire_or_renew().await {
            Ok(LeaseLockResult::Acquired(lease)) => Leadership::Leader {
                valid_until,
                term: 1,
                holder: Holder::of(&lease).unwrap(),
            },
            Ok(LeaseLockResult::NotAcquired(lease)) => Leadership::Standby {
                holder: Holder::of(&lease),
            },
            Err(_) => leadership.borrow().clone(),
        };
        leadership.send_replace(next);
        sleep(Timings::STANDARD.retry).await;
    }
}

/// How many of `replicas` would start a write now.
pub(super) fn leaders(replicas: &[&Replica]) -> usize {
    replicas.iter().filter(|replica| replica.leads()).count()
}

/// Lets `time` pass, and asserts at every glance that at most one of `replicas` leads.
pub(super) async fn watch(time: Duration, replicas: &[&Replica]) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        let leaders = leaders(replicas);
        assert!(leaders <= 1, "{leaders} leaders");
        sleep(GLANCE).await;
    }
}

#[derive(Clone, Default)]
pub(super) struct Ice(Arc<(AtomicBool, AtomicWaker)>);

impl Ice {
    pub(super) fn set(&self, frozen: bool) {
        self.0.0.store(frozen, Ordering::Relaxed);
        self.0.1.wake();
    }

    fn holds(&self, waker: &Waker) -> bool {
        self.0.1.register(waker);
        self.0.0.load(Ordering::Relaxed)
    }
}

/// A future that is not polled while it is frozen.
struct Freezing<F> {
    inner: Pin<Box<F>>,
    ice: Ice,
}

impl<F: Future> Future for Freezing<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if self.ice.holds(context.waker()) {
            return Poll::Pending;
        }
        self.inner.as_mut().poll(context)
    }
}
