//! Tells people, by Kubernetes Events: one per namespace and transition, one per new problem.
//!
//! Events are a courtesy. They are sent by a task of their own, from a bounded queue; what does not
//! fit or fails is counted and dropped. No write ever waits for one: while as many writes are under
//! way as may be, Events wait for a while themselves, because to the API server each is a write too. Their names are made from
//! what they say, so that a second leader telling the same is refused by the server.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::api::{Api, ObjectMeta, PostParams};
use tarnfui_shared::decide::{Decision, State};
use tarnfui_shared::problem::{Problem, cut};
use tarnfui_shared::workload::Kind;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::debug;

use crate::errors::chain;
use crate::metrics::Metrics;

/// How many Events may wait to be sent: those of a storm over as many namespaces, 1 MB.
const QUEUE: usize = 4096;

/// Where fewer than this are left of them, Events wait for no write any more.
const RESERVE: usize = QUEUE / 2;

/// The longest that one waits for writes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest note that the API server takes, in bytes, is 1,024.
const MAX_NOTE_BYTES: usize = 1000;

/// How often it is looked whether they still may.
const LOOK: Duration = Duration::from_secs(1);

/// How long sending one may take.
const TIMEOUT: Duration = Duration::from_secs(4);

/// What reports the Events.
const REPORTER: &str = "tarnfui.io/controller";

/// What an Event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The namespace; its Events have to lie in it, its own included.
    pub namespace: Box<str>,
    /// The uid of the object.
    pub uid: String,
    /// The workload, if it is not about the namespace itself.
    pub workload: Option<(Kind, Box<str>)>,
}

#[derive(Debug)]
struct Telling {
    subject: Subject,
    kind: &'static str,
    reason: &'static str,
    action: &'static str,
    note: String,
    when: When,
    /// What makes it the same as one that was told before.
    identity: u64,
}

/// When it happened, and until when the Event of it may wait for writes.
#[derive(Debug, Clone, Copy)]
struct When {
    at: Timestamp,
    waits_until: Instant,
}

impl When {
    #[expect(
        clippy::disallowed_methods,
        reason = "says when something really happened"
    )]
    fn now() -> Self {
        Self {
            at: Timestamp::now(),
            waits_until: Instant::now() + PATIENCE,
        }
    }
}

/// Takes what is to be told.
#[derive(Debug, Clone)]
pub struct Teller {
    queue: mpsc::Sender<Telling>,
    is_busy: Arc<watch::Sender<bool>>,
    metrics: Arc<Metrics>,
}

/// Sends what is to be told.
pub struct Sender {
    queue: mpsc::Receiver<Telling>,
    is_busy: watch::Receiver<bool>,
    client: kube::Client,
    instance: String,
    metrics: Arc<Metrics>,
}

/// A teller, and the sender that has to be run for it.
pub fn channel(client: kube::Client, instance: String, metrics: Arc<Metrics>) -> (Teller, Sender) {
    let (tell, queue) = mpsc::channel(QUEUE);
    let (busy, is_busy) = watch::channel(false);
    let teller = Teller {
        queue: tell,
        is_busy: Arc::new(busy),
        metrics: metrics.clone(),
    };
    (
        teller,
        Sender {
            queue,
            is_busy,
            client,
            instance,
            metrics,
        },
    )
}

impl Teller {
    /// Says whether as many writes are under way as may be.
    pub fn writes(&self, is_busy: bool) {
        self.is_busy
            .send_if_modified(|was| std::mem::replace(was, is_busy) != is_busy);
    }

    /// Tells that a namespace goes from one state to the other.
    pub fn transition(&self, subject: Subject, decision: &Decision, moved: usize) {
        let until = decision
            .until
            .map_or("further notice".to_owned(), |at| at.to_string());
        let (reason, action, verb) = match decision.state {
            State::Asleep => ("Asleep", "Sleep", "puts to sleep"),
            State::Awake => ("Awake", "Wake", "wakes"),
            State::Unmanaged => ("Unmanaged", "Release", "gives back"),
        };
        let workloads = if moved == 1 { "workload" } else { "workloads" };
        let note = format!(
            "{} until {until}; {verb} {moved} {workloads}",
            decision.reason
        );
        let identity = identity(&(&subject.uid, reason, decision.reason.as_str(), &until));
        self.tell(Telling {
            subject,
            kind: "Normal",
            reason,
            action,
            note,
            when: When::now(),
            identity,
        });
    }

    /// Tells of a problem.
    pub fn problem(&self, subject: Subject, problem: &Problem) {
        let hint = problem.hint.as_ref().map(|hint| format!("; hint: {hint}"));
        let Problem { key, message, .. } = problem;
        let note = cut(
            format!("{key}: {message}{}", hint.unwrap_or_default()),
            MAX_NOTE_BYTES,
        );
        self.complain(subject, problem.code.as_str(), "Check", note);
    }

    /// Tells that the server refuses a write.
    pub fn refused(&self, subject: Subject, action: &'static str, message: &str) {
        let note = format!(
            "the API server refuses a write ({action}), and is asked again later: {message}"
        );
        self.complain(subject, "WriteRefused", "Write", cut(note, MAX_NOTE_BYTES));
    }

    fn complain(&self, subject: Subject, reason: &'static str, action: &'static str, note: String) {
        let identity = identity(&(&subject.uid, reason, &note));
        self.tell(Telling {
            subject,
            kind: "Warning",
            reason,
            action,
            note,
            when: When::now(),
            identity,
        });
    }

    fn tell(&self, telling: Telling) {
        if self.queue.try_send(telling).is_err() {
            self.metrics.event("dropped");
        }
    }
}

fn identity(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

impl Sender {
    /// Sends until there is no teller left.
    pub async fn run(mut self) {
        while let Some(telling) = self.queue.recv().await {
            self.give_way(telling.when.waits_until).await;
            let namespace = telling.subject.namespace.to_string();
            let event = self.event(telling);
            let api: Api<Event> = Api::namespaced(self.client.clone(), &namespace);
            let params = PostParams::default();
            let outcome = match timeout(TIMEOUT, api.create(&params, &event)).await {
                Ok(Ok(_)) => "sent",
                Ok(Err(kube::Error::Api(status))) if status.code == 409 => "known",
                Ok(Err(error)) => {
                    debug!(namespace, error = chain(&error), "an event was not taken");
                    "failed"
                }
                Err(_) => "failed",
            };
            self.metrics.event(outcome);
        }
    }

    /// Waits while writes are many, but not for ever, nor so long that the queue runs full.
    async fn give_way(&mut self, end: Instant) {
        while *self.is_busy.borrow_and_update()
            && self.queue.capacity() >= RESERVE
            && Instant::now() < end
        {
            // Looked at again now and then, because nobody says how full the queue is.
            let next = end.min(Instant::now() + LOOK);
            let changed = timeout_at(next, self.is_busy.changed());
            if let Ok(Err(_)) = changed.await {
                return;
            }
        }
    }

    fn event(&self, telling: Telling) -> Event {
        let Subject {
            namespace,
            uid,
            workload,
        } = telling.subject;
        let (api_version, kind, name) = match workload {
            Some((kind, name)) => {
                let row = kind.row();
                (format!("{}/{}", row.group, row.version), row.name, name)
            }
            None => ("v1".to_owned(), "Namespace", namespace.clone()),
        };
        Event {
            metadata: ObjectMeta {
                name: Some(format!("{}.{:016x}", cut_name(&name), telling.identity)),
                namespace: Some(namespace.to_string()),
                ..ObjectMeta::default()
            },
            regarding: Some(ObjectReference {
                api_version: Some(api_version),
                kind: Some(kind.to_owned()),
                name: Some(name.to_string()),
                namespace: Some(namespace.to_string()),
                uid: Some(uid),
                ..ObjectReference::default()
            }),
            type_: Some(telling.kind.to_owned()),
            reason: Some(telling.reason.to_owned()),
            action: Some(telling.action.to_owned()),
            note: Some(telling.note),
            event_time: Some(MicroTime(telling.when.at)),
            reporting_controller: Some(REPORTER.to_owned()),
            reporting_instance: Some(self.instance.clone()),
            ..Event::default()
        }
    }
}

/// A name may have 253 bytes; the identity takes 17.
fn cut_name(name: &str) -> &str {
    let end = name.len().min(236);
    name.get(..end)
        .unwrap_or("tarnfui")
        .trim_end_matches(['.', '-'])
}

#[cfg(test)]
mod tests;
