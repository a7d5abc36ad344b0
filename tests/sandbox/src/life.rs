//! What a cluster does to its objects by itself: the controllers, the scheduler and the kubelets, as
//! one small model of what a client sees of them.
//!
//! It is a state machine like the server: the time comes in, and what is due by then is done. It must
//! not know Tarnfui, read a clock, or send requests: it writes from inside, so nothing of it is in
//! the log. How long things take is chosen by a seed, so that the same story has the same course.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use crate::json::Value;
use crate::kinds::RESOURCES;
use crate::server::{Hand, Server};
use crate::store::Object;

mod cron_job;
mod deployment;
mod job;
mod stateful;

mod autoscaler;
mod garbage;
mod namespace;

mod run;

mod adopt;
mod attention;
mod cron;
mod habits;
mod hash;
mod known;
mod kubelet;
mod pods;
mod queue;
mod room;

use garbage::Garbage;
use habits::Dice;
pub use habits::Habits;
use known::Known;
use queue::{Key, Queue};
use room::Room;

/// How often one turn looks again at what it changed itself, before it asks to be called anew: more
/// than any chain of one acting on the other needs.
const ROUNDS: usize = 64;

/// How long a pod is said to have for its end.
const GRACE_SECONDS: u32 = 30;

/// What is done about objects of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Namespace,
    Pod,
    Deployment,
    ReplicaSet,
    StatefulSet,
    CronJob,
    Job,
    Autoscaler,
}

/// By resource.
static ROLES: LazyLock<Vec<Option<Role>>> = LazyLock::new(|| {
    let role = |kind: &str| match kind {
        "Namespace" => Some(Role::Namespace),
        "Pod" => Some(Role::Pod),
        "Deployment" => Some(Role::Deployment),
        "ReplicaSet" => Some(Role::ReplicaSet),
        "StatefulSet" => Some(Role::StatefulSet),
        "CronJob" => Some(Role::CronJob),
        "Job" => Some(Role::Job),
        "HorizontalPodAutoscaler" => Some(Role::Autoscaler),
        _ => None,
    };
    RESOURCES.iter().map(|row| role(row.kind)).collect()
});

/// The place of a kind among the resources.
fn place(kind: &str) -> usize {
    let found = RESOURCES.iter().rposition(|row| row.kind == kind);
    found.expect("it is in the table")
}

/// An instant as the API writes it.
fn instant(at: Timestamp) -> Value {
    words(at).into()
}

fn words(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A number of pods as the API writes it.
fn counted(pods: usize) -> i64 {
    i64::try_from(pods).expect("there are not that many")
}

/// What the API wrote, if it is an instant.
fn read_instant(text: &Value) -> Option<Timestamp> {
    text.as_str()?.parse().ok()
}

/// The life of a cluster.
#[derive(Debug)]
pub struct Life {
    dice: Dice,
    /// What happened up to this version is taken in.
    version: u64,
    queue: Queue,
    known: Known,
    garbage: Garbage,
}

/// What happened to an object.
#[derive(Debug, Clone, Copy)]
struct News<'a> {
    before: Option<&'a Object>,
    after: &'a Object,
    is_deletion: bool,
}

/// What there is to act with.
struct Scene<'a> {
    server: &'a mut Server,
    dice: &'a mut Dice,
    queue: &'a mut Queue,
    room: Room,
    now: Timestamp,
    /// The same in words.
    at: &'a str,
}

impl<'a> Scene<'a> {
    fn get(&self, key: &Key) -> Option<Arc<Object>> {
        let store = self.server.store();
        store.get(key.resource, &key.namespace, &key.name).cloned()
    }

    /// The hand of the controllers, by a door.
    fn hand(&self, sub: Option<&'static str>) -> Hand<'a> {
        Hand {
            sub,
            ..Hand::of_controllers(self.at)
        }
    }

    /// Deletes an object, with a `finalizer` that is to hold it if need be; a pod takes its time.
    fn retire(&mut self, key: &Key, object: &Object, finalizer: Option<&str>) {
        let is_pod = ROLES[key.resource] == Some(Role::Pod);
        let seconds = if is_pod && self.dice.habits.with_pods {
            GRACE_SECONDS
        } else {
            0
        };
        let when = (self.now, seconds);
        self.server.retire(key.resource, object, finalizer, when);
    }

    /// Writes a status, unless it is the one that is there, and returns the version that has it.
    fn report(&mut self, key: &Key, object: &Object, status: Value) -> u64 {
        if object.value["status"] == status {
            return object.version;
        }
        let kept = self
            .server
            .set_status(key.resource, object, status, self.at);
        kept.version
    }
}

impl Life {
    /// A life that has seen nothing yet. The same `seed` gives the same course.
    pub fn new(seed: u64, habits: Habits) -> Self {
        Self {
            dice: Dice::new(seed, habits),
            version: 0,
            queue: Queue::default(),
            known: Known::default(),
            garbage: Garbage::default(),
        }
    }

    /// Takes in what happened since the last turn, does what is due by `now`, and says when there is
    /// more to do if nothing else happens before.
    pub fn turn(&mut self, server: &mut Server, now: Timestamp) -> Option<Timestamp> {
        let at = words(now);
        self.known.begin();
        for _ in 0..ROUNDS {
            self.take_in(server, now);
            if !self.act(server, now, &at) {
                break;
            }
        }
        pods::earlier(self.queue.next(), self.garbage.queue.next())
    }

    /// Whoever an object concerns that has changed is to look at it.
    fn take_in(&mut self, server: &Server, now: Timestamp) {
        let store = server.store();
        for resource in 0..RESOURCES.len() {
            if store.changed_at(resource) <= self.version {
                continue;
            }
            if let Some(changes) = store.since(resource, self.version) {
                for change in changes {
                    let news = News {
                        before: change.before.as_deref(),
                        after: &change.after,
                        is_deletion: change.is_deletion,
                    };
                    self.notice(server, resource, news, now);
                }
            } else {
                // Too much has happened: what is gone is found out by looking for it.
                for object in store.all(resource, None) {
                    let news = News {
                        before: None,
                        after: object,
                        is_deletion: false,
                    };
                    self.notice(server, resource, news, now);
                }
                for key in self.known.keys().filter(|key| key.resource == resource) {
                    self.queue.wake(key.clone(), now);
                }
                self.garbage.notice_all(now);
            }
        }
        self.version = store.version();
    }

    fn notice(&mut self, server: &Server, resource: usize, news: News<'_>, now: Timestamp) {
        let object = news.after;
        let key = Key::of(resource, object);
        self.garbage.notice(&key, &news, now, &mut self.dice);
        self.notice_end(server, &key, &news, now);
        match ROLES[resource] {
            Some(Role::Deployment | Role::StatefulSet) => {
                self.notice_target(server, &key, now);
                self.queue.wake(key, now);
            }
            Some(Role::Pod | Role::ReplicaSet) if !self.dice.habits.with_pods => {}
            Some(Role::Pod | Role::CronJob) => self.queue.wake(key, now),
            Some(Role::ReplicaSet) => self.notice_part(object, "Deployment", now),
            Some(Role::Job) => {
                self.notice_part(object, "CronJob", now);
                self.queue.wake(key, now);
            }
            // What it reports itself is no news.
            Some(Role::Autoscaler) => {
                let spec = news.before.map(|it| &it.value["spec"]);
                if spec != Some(&object.value["spec"]) {
                    self.queue.wake(key, now);
                }
            }
            Some(Role::Namespace) | None => {}
        }
    }

    /// What an owner of this kind made has changed.
    fn notice_part(&mut self, object: &Object, kind: &str, now: Timestamp) {
        let owner = &object.value["metadata"]["ownerReferences"][0];
        if let Some(name) = owner["name"].as_str().filter(|_| owner["kind"] == kind) {
            let key = Key::new(place(kind), object.metadata("namespace"), name);
            self.queue.wake(key, now);
        }
    }

    /// Does what is due, and says whether there was anything.
    fn act(&mut self, server: &mut Server, now: Timestamp, at: &str) -> bool {
        let mut has_acted = false;
        loop {
            let work = self.queue.pop(now);
            let waste = match work {
                Some(_) => None,
                None => self.garbage.queue.pop(now),
            };
            let mut scene = Scene {
                server,
                dice: &mut self.dice,
                queue: &mut self.queue,
                room: self.known.room(),
                now,
                at,
            };
            match (work, waste) {
                (Some(key), _) => {
                    if let Some(due) = self.known.act(&mut scene, &key) {
                        self.queue.wake(key, due);
                    }
                }
                (None, Some(key)) => self.garbage.act(&mut scene, &key),
                (None, None) => return has_acted,
            }
            has_acted = true;
        }
    }
}

#[cfg(test)]
mod tests;
