//! The campaign: one attempt after another to acquire or renew the lease, until asked to stop.
//!
//! The end of a leadership does not wait for anything: whatever an attempt is doing when
//! `valid_until` comes, the standing is a standby's from then on.

use std::future::{Future, pending};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use kube_leader_election::{Error as LockError, LeaseLock, LeaseLockParams, LeaseLockResult};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tracing::{debug, warn};

use super::error::Retry;
use super::guard::Guard;
use super::standing::Standing;
use super::{Candidate, Holder, LeaderError, Leadership, LeaseKey, Timings};

/// Attempts are this many times rarer while only a person can change the outcome.
const SELDOM: u32 = 5;

/// A renewal that was under way when the campaign ended may still arrive between the reading and
/// the patching of a release, once.
const RELEASE_ATTEMPTS: u32 = 2;

type Fault = Option<Arc<LeaderError>>;

/// A client for the lease alone, from the same `config` as the others: nothing below the guard waits
/// longer than the guard does.
pub fn client(mut config: kube::Config, timings: Timings) -> Result<kube::Client, kube::Error> {
    config.connect_timeout = Some(timings.call);
    config.read_timeout = Some(timings.call);
    config.write_timeout = Some(timings.call);
    crate::connection::client(config)
}

/// One replica's part in the election. [`run`](Self::run) is its life.
pub struct Elector {
    lock: LeaseLock,
    lease: LeaseKey,
    me: Candidate,
    timings: Timings,
    standing: Standing,
    note: watch::Receiver<Option<String>>,
    fault: watch::Sender<Fault>,
}

/// What the rest of the process sees of its [`Elector`], and tells it.
#[derive(Debug, Clone)]
pub struct LeaderHandle {
    leadership: watch::Receiver<Leadership>,
    note: watch::Sender<Option<String>>,
    fault: watch::Receiver<Fault>,
}

impl LeaderHandle {
    /// A handle to a leadership that somebody else publishes: for tests of those who read it.
    #[cfg(test)]
    pub(crate) fn fixed(leadership: watch::Receiver<Leadership>) -> Self {
        let (note, _) = watch::channel(None);
        let (_, fault) = watch::channel(None);
        Self {
            leadership,
            note,
            fault,
        }
    }

    /// Where this process stands. Waiting on the receiver ends when a term begins or ends and when
    /// the holder changes; a renewal alone does not wake anybody. It keeps its last value, a
    /// standby's, when the elector is gone.
    pub fn leadership(&self) -> watch::Receiver<Leadership> {
        self.leadership.clone()
    }

    /// Notes on the lease that this process acts by `version` of the configuration: at once while
    /// it leads, else with the patch that makes it the leader. Noting the same version again sends
    /// nothing.
    ///
    /// A leader that has noted nothing removes what its predecessor noted.
    pub fn note_config(&self, version: &str) {
        self.note.send_if_modified(|note| {
            let changed = note.as_deref() != Some(version);
            if changed {
                *note = Some(version.to_owned());
            }
            changed
        });
    }

    /// Why the last attempt failed; `None` if it did not. For readiness and for metrics.
    pub fn fault(&self) -> Option<Arc<LeaderError>> {
        self.fault.borrow().clone()
    }
}

/// What an attempt that was answered says.
enum Verdict {
    /// The lease was taken or renewed, and names us.
    Ours(Holder),
    /// The lease names somebody else, or nobody.
    Theirs(Option<Holder>),
}

impl Elector {
    /// An elector for `lease` by the name of `me`, over a [`client`] of its own, and the handle to
    /// it. Nothing is sent before [`run`](Self::run). Needs a tokio runtime.
    ///
    /// # Panics
    ///
    /// If the `timings` are not in the order that [`Timings`] demands.
    pub fn new(
        client: kube::Client,
        lease: LeaseKey,
        me: Candidate,
        timings: Timings,
    ) -> (Self, LeaderHandle) {
        timings.assert_sound();
        let standing = Standing::new();
        let (note, noted) = watch::channel(None);
        let (fault, faults) = watch::channel(None);
        let handle = LeaderHandle {
            leadership: standing.subscribe(),
            note,
            fault: faults,
        };
        let guard = Guard::new(client, lease.clone(), &me, timings, noted.clone());
        let params = LeaseLockParams {
            holder_id: me.to_string(),
            lease_name: lease.name.clone(),
            lease_ttl: timings.lease,
        };
        let lock = LeaseLock::new(guard.into_client(), &lease.namespace, params);
        (
            Self {
                lock,
                lease,
                me,
                timings,
                standing,
                note: noted,
                fault,
            },
            handle,
        )
    }

    /// Campaigns until `stop` is ready. Before this returns, the leadership is over: no write may
    /// start any more. The lease is still held, so that no other replica begins before the writes
    /// in flight have ended; that is what [`Retired::release`] is for.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> Retired {
        let mut stop = pin!(stop);
        loop {
            let started = Instant::now();
            let next = tokio::select! {
                biased;
                () = &mut stop => break,
                retry = self.turn(started) => started + self.pause(retry),
            };
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = self.rest(next) => {}
            }
        }
        self.standing.demote();
        Retired {
            lock: self.lock,
            lease: self.lease,
        }
    }

    /// One attempt, and what it means.
    async fn turn(&mut self, started: Instant) -> Retry {
        // What was noted until here goes with this attempt.
        self.note.mark_unchanged();
        let ends_at = self.standing.ends_at();
        let outcome = {
            let mut attempt = pin!(attempt(&self.lock, &self.lease, &self.me));
            tokio::select! {
                biased;
                outcome = &mut attempt => outcome,
                () = reached(ends_at) => {
                    self.standing.demote();
                    attempt.await
                }
            }
        };
        match outcome {
            Ok(Verdict::Ours(holder)) => self.lead(started, holder),
            Ok(Verdict::Theirs(holder)) => self.standing.stand_by(holder),
            Err(error) => return self.failed(error),
        }
        self.fault.send_if_modified(|fault| fault.take().is_some());
        Retry::Usual
    }

    /// The lease was ours in an attempt begun at `started`.
    fn lead(&mut self, started: Instant, holder: Holder) {
        let (now, valid_until) = (Instant::now(), started + self.timings.renew_deadline);
        if now < valid_until {
            self.standing.lead(now, valid_until, holder);
        } else {
            // This process was stopped in the middle of the attempt: what it learned is too old.
            self.standing.stand_by(Some(holder));
        }
    }

    /// Waits for the next attempt. A leader's new note brings it forward.
    async fn rest(&mut self, next: Instant) {
        while let Some(ends_at) = self.standing.ends_at() {
            tokio::select! {
                biased;
                () = sleep_until(next) => return,
                () = sleep_until(ends_at) => self.standing.demote(),
                () = changed(&mut self.note) => return,
            }
        }
        sleep_until(next).await;
    }

    fn failed(&self, error: LeaderError) -> Retry {
        let (retry, code) = (error.retry(), error.code());
        let cause: &(dyn std::error::Error + 'static) = &error;
        let known = self
            .fault
            .borrow()
            .as_ref()
            .is_some_and(|fault| fault.code() == code);
        if known {
            debug!(
                error = cause,
                "the lease was not renewed or acquired, as before"
            );
        } else {
            warn!(error = cause, "the lease was not renewed or acquired");
        }
        self.fault.send_replace(Some(Arc::new(error)));
        retry
    }

    fn pause(&self, retry: Retry) -> Duration {
        match retry {
            Retry::Usual => self.timings.retry,
            Retry::Seldom => self.timings.retry * SELDOM,
        }
    }
}

async fn attempt(
    lock: &LeaseLock,
    lease: &LeaseKey,
    me: &Candidate,
) -> Result<Verdict, LeaderError> {
    let result = lock.try_acquire_or_renew().await;
    let (acquired, read) = match result.map_err(|error| LeaderError::new(lease, error))? {
        LeaseLockResult::Acquired(read) => (true, read),
        LeaseLockResult::NotAcquired(read) => (false, read),
    };
    // "Acquired" is the crate's opinion; the name in the lease is the API server's.
    Ok(match Holder::of(&read) {
        Some(holder) if acquired && holder.name == me.as_str() => Verdict::Ours(holder),
        holder => Verdict::Theirs(holder),
    })
}

async fn reached(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => pending().await,
    }
}

async fn changed(note: &mut watch::Receiver<Option<String>>) {
    if note.changed().await.is_err() {
        // Every handle is gone, so nobody will note anything any more.
        pending::<()>().await;
    }
}

/// A replica that has ended its campaign and leads no more, but may still hold the lease.
///
/// Dropping it keeps the lease for as long as it lives: safe, and slow for the next leader.
#[must_use = "the lease is held until it is released or expires"]
pub struct Retired {
    lock: LeaseLock,
    lease: LeaseKey,
}

/// What [`Retired::release`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// The lease names no holder any more; the next candidate takes it at its next attempt.
    GivenBack,
    /// The lease named somebody else, or nobody, or there was none: nothing was written.
    NotOurs,
}

impl Retired {
    /// Gives the lease back if it is ours. To be called once no write of this process is in flight:
    /// another replica may lead from here on.
    ///
    /// It asks the API server even after a campaign that never led, because an answer may have been
    /// lost. Each of its calls, four at most, ends within [`Timings::call`].
    pub async fn release(self) -> Result<Release, LeaderError> {
        let mut attempts = 1;
        loop {
            let error = match self.lock.step_down().await {
                Ok(()) => return Ok(Release::GivenBack),
                Err(LockError::ReleaseLockWhenNotLeading { .. }) => return Ok(Release::NotOurs),
                Err(LockError::GetLease(kube::Error::Api(status))) if status.code == 404 => {
                    return Ok(Release::NotOurs);
                }
                Err(error) => LeaderError::new(&self.lease, error),
            };
            if attempts == RELEASE_ATTEMPTS || !matches!(error, LeaderError::Overtaken { .. }) {
                return Err(error);
            }
            attempts += 1;
        }
    }
}
