//! The API server: one request and the time in, one answer out, and what is kept changed.
//!
//! This is the only door to the store. Every request is logged, with what came of it.

use std::borrow::Cow;
use std::collections::VecDeque;

use bytes::Bytes;
use fastrand::Rng;
use http::header::WARNING;
use http::{HeaderValue, Request};
use jiff::Timestamp;
use thiserror::Error;

use crate::answer::Answer;
use crate::authz::Caller;
use crate::json::{Value, json};
use crate::kinds::RESOURCES;
use crate::request::{self, Call, Place, Verb, header};
use crate::store::Store;
use crate::view::View;
use crate::watch::Watch;

mod body;
mod change;
mod create;
mod delete;
mod internal;
mod pages;
mod read;
mod review;
mod route;
mod scale;
mod vital;

pub use internal::Hand;

/// How many requests the log remembers: those of a demo, many times over.
const LOG: usize = 100_000;

/// What there is in every cluster.
const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// One request and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// When it came.
    pub at: Timestamp,
    /// Who asked.
    pub user: String,
    /// What the client calls itself.
    pub agent: String,
    /// The verb as RBAC calls it; the method, of what is no resource.
    pub verb: String,
    /// The path and the query.
    pub uri: String,
    /// The resource, with `/` and the subresource if there is one; empty for what is no resource.
    pub resource: String,
    /// The namespace of the object.
    pub namespace: Option<String>,
    /// The name of the object.
    pub name: Option<String>,
    /// The HTTP status of the answer.
    pub code: u16,
}

/// The log no longer has the first requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the log of requests holds {LOG}, and {0} before them are forgotten")]
pub struct Forgotten(usize);

/// An API server.
#[derive(Debug, Clone)]
pub struct Server {
    store: Store,
    rng: Rng,
    log: VecDeque<Logged>,
    /// How many requests the log no longer has.
    forgotten: usize,
    has_streaming_lists: bool,
    /// What is to be told beside the answer to the request at hand.
    warnings: Vec<String>,
}

/// A request before it is known whether anything is served there.
struct Asking<'r> {
    now: Timestamp,
    caller: &'r Caller,
    request: &'r Request<Bytes>,
    /// Without what is escaped.
    path: &'r str,
}

/// A request about a resource, by somebody who may.
struct Ask<'r> {
    now: Timestamp,
    caller: &'r Caller,
    call: Call<'r>,
    view: View,
}

impl Server {
    /// A server with nothing in it but the namespaces that every cluster has. The same `seed` gives
    /// the same uids and generated names.
    ///
    /// # Panics
    ///
    /// Never: the requests are its own.
    pub fn new(seed: u64, now: Timestamp) -> Self {
        let mut server = Self {
            store: Store::default(),
            rng: Rng::with_seed(seed),
            log: VecDeque::new(),
            forgotten: 0,
            has_streaming_lists: true,
            warnings: Vec::new(),
        };
        for name in NAMESPACES {
            let body =
                json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
            let request = Request::post("/api/v1/namespaces").body(body.to_string().into());
            let request = request.expect("a request of our own");
            server.answer(now, &Caller::admin("system:apiserver"), &request);
        }
        server.log.clear();
        server
    }

    /// Takes the streaming lists away, as on servers before 1.34.
    pub fn without_streaming_lists(&mut self) {
        self.has_streaming_lists = false;
    }

    /// Lets another seed choose from here on.
    pub fn reseed(&mut self, seed: u64) {
        self.rng = Rng::with_seed(seed);
    }

    /// What is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Forgets what happened so far: watches that lie behind, and lists half read, are then too old.
    pub fn compact(&mut self) {
        self.store.compact();
    }

    /// Every request so far, oldest first; none of them, if it does not have all: who counts them
    /// must not count too few.
    pub fn log(&self) -> Result<impl Iterator<Item = &Logged>, Forgotten> {
        let forgotten = self.forgotten;
        (forgotten == 0)
            .then(|| self.log.iter())
            .ok_or(Forgotten(forgotten))
    }

    /// Answers a request.
    pub fn answer(&mut self, now: Timestamp, caller: &Caller, request: &Request<Bytes>) -> Answer {
        let path = decoded(request.uri().path());
        let asking = Asking {
            now,
            caller,
            request,
            path: &path,
        };
        let place = Place::of_path(&path);
        let is_watch = request::is_watch(request.uri().query().unwrap_or_default());
        let verb = place.and_then(|it| it.verb(request.method(), is_watch));
        let answer = match (&place, verb) {
            (Some(place), Some(verb)) => self.resource(&asking, place, verb),
            _ => self.page(&asking),
        };
        let mut answer = answer.unwrap_or_else(|failure| Answer::Whole(failure.answer()));
        let warnings = std::mem::take(&mut self.warnings);
        let code = match &mut answer {
            Answer::Whole(whole) => {
                for warning in warnings {
                    let text = format!("299 - {warning:?}");
                    if let Ok(value) = HeaderValue::from_str(&text) {
                        whole.headers_mut().append(WARNING, value);
                    }
                }
                whole.status().as_u16()
            }
            Answer::Watch(_) => 200,
        };
        self.record(logged(&asking, place.as_ref(), verb, code));
        answer
    }

    /// What a watch is to be told by now; an error ends it, and is told as its last event.
    pub fn events(&self, now: Timestamp, watch: &mut Watch) -> Result<Vec<Bytes>, Bytes> {
        watch.tick(now);
        watch.events(&self.store)
    }

    /// A bookmark at the newest version, for a watch that was told everything.
    pub fn bookmark(&self, watch: &mut Watch) -> Bytes {
        watch.bookmark(&self.store)
    }

    fn record(&mut self, logged: Logged) {
        if self.log.len() == LOG {
            self.log.pop_front();
            self.forgotten += 1;
        }
        self.log.push_back(logged);
    }

    fn uid(&mut self) -> String {
        let bits = (self.rng.u128(..) & !(0xf000 << 64) & !(0xc000 << 48))
            | (0x4000 << 64)
            | (0x8000 << 48);
        let hex = format!("{bits:032x}");
        let parts = [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ];
        parts.join("-")
    }

    fn namespace(&self, name: &str) -> Option<&Value> {
        let place = RESOURCES.iter().position(|it| it.kind == "Namespace");
        let namespace = self.store.get(place.expect("it is in the table"), "", name);
        namespace.map(|it| &it.value)
    }
}

/// A path without what is escaped; most have nothing.
fn decoded(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let (mut bytes, mut rest) = (Vec::new(), path.as_bytes());
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|it| std::str::from_utf8(it).ok());
        let escaped = digits.and_then(|it| u8::from_str_radix(it, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn logged(asking: &Asking<'_>, place: Option<&Place<'_>>, verb: Option<Verb>, code: u16) -> Logged {
    let request = asking.request;
    let text = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
    let resource = place.map(|place| match place.sub {
        "" => place.resource.to_owned(),
        sub => format!("{}/{sub}", place.resource),
    });
    // That a Namespace lies in itself is for rules alone.
    let namespace = place.map_or("", |it| match it.resource {
        "namespaces" => "",
        _ => it.namespace,
    });
    Logged {
        at: asking.now,
        user: asking.caller.name.clone(),
        agent: header(request, &http::header::USER_AGENT).to_owned(),
        verb: verb
            .map_or(request.method().as_str(), |it| it.as_str())
            .to_owned(),
        uri: request.uri().to_string(),
        resource: resource.unwrap_or_default(),
        namespace: text(namespace),
        name: text(place.map_or("", |it| it.name)),
        code,
    }
}

#[cfg(test)]
mod tests;
