//! `release --all`: everything that sleeps wakes, and what is Tarnfui's goes, before it is uninstalled.
//!
//! First the controllers are told to pause, in the configuration, and whoever leads is waited for
//! until its lease says that it acts by it; so nothing that is woken here is put to sleep again. All
//! state is in the cluster: a release that is interrupted goes on where it stopped when it is run
//! again, with or without controllers. It holds no lease, and puts nothing to sleep.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::ConfigMap;
use tarnfui_shared::config::{CONFIG_KEY, Config, DEFAULT_WRITES_IN_FLIGHT};
use tokio::time::{Instant, sleep};

use crate::args::{Args, ReleaseArgs};
use crate::clock::Clock;
use crate::connection;
use crate::leader::{LeaseKey, Timings};
use crate::run::{self, RunError};

mod calls;
mod error;
mod hearing;
mod item;
mod pause;
mod report;
mod wake;

pub use calls::{CallError, Errand};
use calls::{Calls, Written};
pub use error::ReleaseError;
use hearing::{Hearing, Standing};
use pause::CannotPause;
use wake::{Found, Scope, Waking};

/// From one look at lease and configuration to the next.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long a leader may take to say that it heard. One that dies is followed by another within 20 s,
/// a lease of 15 s and an attempt to take it: four of them may, one after the other.
const HEARD_WITHIN: Duration = Duration::from_secs(90);

/// What a release is to do.
#[derive(Debug, Clone)]
pub struct Order {
    /// The lease that controllers compete for, in their own namespace.
    pub lease: LeaseKey,
    /// How long it lives.
    pub timings: Timings,
    /// The ConfigMap by which they are told to pause, if they read one.
    pub config: Option<String>,
    /// How long all of it may take.
    pub within: Duration,
}

/// Whether everything is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// Everything.
    All,
    /// Something is left, and was named.
    NotAll,
}

/// Releases everything by what was typed, and tells it on `out`.
pub async fn run(
    args: &Args,
    release: &ReleaseArgs,
    clock: Arc<dyn Clock>,
    out: &mut dyn Write,
) -> Result<Released, ReleaseError> {
    let (config, _) = run::cluster(args).await.map_err(ReleaseError::Start)?;
    let namespace = args.namespace.clone();
    let namespace = namespace.unwrap_or_else(|| config.default_namespace.clone());
    let client = connection::client(config);
    let client = client.map_err(|error| ReleaseError::Start(RunError::Client(error)))?;
    let order = Order {
        lease: LeaseKey::new(namespace, args.lease_name.clone()),
        timings: Timings::default(),
        config: args.config.clone(),
        within: release.timeout,
    };
    let told = run::signals().map_err(ReleaseError::Start)?;
    tokio::select! {
        biased;
        () = told => Err(ReleaseError::Interrupted),
        released = release_all(order, clock, client, out) => released,
    }
}

/// Releases everything. Dropping it at any point leaves a state that another one goes on from.
pub async fn release_all(
    order: Order,
    clock: Arc<dyn Clock>,
    client: kube::Client,
    out: &mut dyn Write,
) -> Result<Released, ReleaseError> {
    let now = Instant::now();
    let calls = Calls {
        client,
        lease: order.lease,
        deadline: now + order.within,
    };
    let mut release = Release {
        hearing: Hearing::new(now, order.timings),
        config: order.config,
        is_there: false,
        calls,
        out,
    };
    let limit = release.pause().await?;
    let mut waking = Waking::new(clock, release.calls.clone(), limit);
    release.hear().await?;
    let ended = release.wake_all(&mut waking).await;
    for line in waking.report.lines(ended.is_ok()) {
        release.say(&line);
    }
    ended?;
    if waking.report.left() > 0 {
        return Ok(Released::NotAll);
    }
    release.remove_lease().await?;
    release.say_what_stays();
    Ok(Released::All)
}

struct Release<'a> {
    calls: Calls,
    hearing: Hearing,
    /// The ConfigMap that was named.
    config: Option<String>,
    /// Whether there is one, so that controllers can be told by it.
    is_there: bool,
    out: &'a mut dyn Write,
}

/// Whether the leader was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    AtOnce,
    Later,
}

impl Release<'_> {
    /// Sets `paused` in the ConfigMap, if there is one; says how many writes may be made at once.
    async fn pause(&mut self) -> Result<usize, ReleaseError> {
        let Some(name) = self.config.clone() else {
            return Ok(DEFAULT_WRITES_IN_FLIGHT);
        };
        loop {
            let Some(read) = self.calls.config(&name).await.map_err(ReleaseError::Call)? else {
                return Ok(DEFAULT_WRITES_IN_FLIGHT);
            };
            self.is_there = true;
            let text = text(&read);
            let edited = pause::pause(text).map_err(|why| match why {
                CannotPause::Unreadable(problem) => ReleaseError::ConfigUnreadable {
                    name: name.clone(),
                    problem,
                },
                CannotPause::Entangled => ReleaseError::ConfigEntangled(name.clone()),
            })?;
            let limit = Config::parse(text)
                .map_or(DEFAULT_WRITES_IN_FLIGHT, |config| config.writes_in_flight);
            let Some(edited) = edited else {
                self.say(&format!("configmap/{name} says `paused: true`"));
                return Ok(limit);
            };
            let written = self.calls.write_config(&read, &edited).await;
            if let Some(version) = written.map_err(ReleaseError::Call)? {
                self.hearing.pauses(&version);
                self.say(&format!("configmap/{name} now says `paused: true`"));
                return Ok(limit);
            }
            // Somebody else wrote it in between: read it again.
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Wakes everything, once whoever leads has heard, and looks whether it is still so at the end.
    async fn wake_all(&mut self, waking: &mut Waking) -> Result<(), ReleaseError> {
        let mut scope = Scope::Marked;
        loop {
            if Instant::now() >= self.calls.deadline {
                return Err(ReleaseError::NoTime);
            }
            if waking.pass(scope).await == Found::Something {
                continue;
            }
            if scope == Scope::Marked {
                scope = Scope::Traces;
                continue;
            }
            // Whoever came to lead meanwhile may not have known of the pause at first.
            if self.hear().await? == Heard::AtOnce {
                return Ok(());
            }
        }
    }

    /// Waits until nobody leads who does not act by a paused configuration.
    async fn hear(&mut self) -> Result<Heard, ReleaseError> {
        let begun = Instant::now();
        let end = self.calls.deadline.min(begun + HEARD_WITHIN);
        let mut heard = Heard::AtOnce;
        loop {
            self.check_pause().await?;
            let lease = self.calls.lease().await.map_err(ReleaseError::Call)?;
            let now = Instant::now();
            let Standing::Held {
                holder,
                has_heard: false,
                is_alive,
            } = self.hearing.judge(now, lease.as_ref())
            else {
                return Ok(heard);
            };
            let holder = holder.unwrap_or_else(|| "somebody".to_owned());
            if !self.is_there && (is_alive || now >= end) {
                return Err(self.leads(holder));
            }
            if now >= end {
                let seconds = (now - begun).as_secs();
                return Err(ReleaseError::NotHeard { holder, seconds });
            }
            if heard == Heard::AtOnce {
                let what = if self.is_there {
                    "say that it heard"
                } else {
                    "show that it lives, or not to"
                };
                self.say(&format!("waiting for {holder} to {what}"));
            }
            heard = Heard::Later;
            sleep(LOOK_AGAIN).await;
        }
    }

    /// The pause is still there; its version may be a newer one.
    async fn check_pause(&mut self) -> Result<(), ReleaseError> {
        let Some(name) = self.config.as_ref().filter(|_| self.is_there) else {
            return Ok(());
        };
        let read = self.calls.config(name).await.map_err(ReleaseError::Call)?;
        let is_paused = |read: &ConfigMap| Config::parse(text(read)).is_ok_and(|it| it.is_paused);
        let version = read
            .filter(is_paused)
            .and_then(|it| it.metadata.resource_version);
        match version {
            Some(version) => self.hearing.pauses(&version),
            None => return Err(ReleaseError::TakenBack(name.clone())),
        }
        Ok(())
    }

    fn leads(&self, holder: String) -> ReleaseError {
        let (missing, way) = match &self.config {
            Some(name) => (
                format!("configmap/{name} is not there to tell it to pause"),
                "create it with `paused: true`",
            ),
            None => (
                "no ConfigMap is named by which to tell it to pause".to_owned(),
                "name it with --config",
            ),
        };
        ReleaseError::Leads {
            holder,
            missing,
            way,
        }
    }

    /// Deletes the lease, unless somebody lives who holds it.
    async fn remove_lease(&mut self) -> Result<(), ReleaseError> {
        loop {
            let lease = self.calls.lease().await.map_err(ReleaseError::Call)?;
            let standing = self.hearing.judge(Instant::now(), lease.as_ref());
            let name = self.calls.lease.name.clone();
            match (lease, standing) {
                (None, _) => return Ok(()),
                (Some(lease), Standing::Nobody) => {
                    if self.delete(&lease).await? == Written::Done {
                        self.say(&format!("lease/{name} is deleted"));
                        return Ok(());
                    }
                }
                (
                    Some(_),
                    Standing::Held {
                        holder, is_alive, ..
                    },
                ) => {
                    if is_alive || Instant::now() + LOOK_AGAIN >= self.calls.deadline {
                        let holder = holder.unwrap_or_default();
                        self.say(&format!("lease/{name} stays: {holder} holds it"));
                        return Ok(());
                    }
                }
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    async fn delete(&self, lease: &Lease) -> Result<Written, ReleaseError> {
        let deleted = self.calls.delete_lease(lease).await;
        deleted.map_err(ReleaseError::Call)
    }

    fn say_what_stays(&mut self) {
        if let Some(name) = self.config.clone().filter(|_| self.is_there) {
            self.say(&format!(
                "configmap/{name} stays paused: controllers that read it do nothing until somebody changes that"
            ));
        }
    }

    fn say(&mut self, line: &str) {
        // If stdout is closed, the work is still worth doing.
        let _ = writeln!(self.out, "{line}");
    }
}

/// The configuration in a ConfigMap; a key that is missing is one that is yet to be written.
fn text(config: &ConfigMap) -> &str {
    let data = config.data.as_ref();
    data.and_then(|data| data.get(CONFIG_KEY))
        .map_or("", String::as_str)
}

#[cfg(test)]
mod tests;
