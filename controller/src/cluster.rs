//! An API server in memory, for tests of more than one part: lists, watches, merge patches with
//! versions as the real one has them, and faults on demand. It knows no defaults and no validation.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::request::Parts;
use http::{Method, Request, Response};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use kube::client::Body;
use serde_json::{Value, json};
use tarnfui_shared::config::Config;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use crate::clock::Clock;
use crate::leader::{Candidate, LeaseKey, Timings};
use crate::replica::{Replica, Seams, Settings};
use crate::watch::configuration::{Origin, Reader};

use place::{Place, query};

mod place;

type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// What goes wrong with a request.
pub(crate) enum Fault {
    /// Answered with this code; nothing is done.
    Status(u16),
    /// Done, and never answered.
    LoseAnswer,
    /// Done after somebody else did this.
    After(Box<dyn FnOnce() + Send>),
}

/// Clones are the same server.
#[derive(Clone, Default)]
pub(crate) struct Cluster(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    objects: BTreeMap<Place, Value>,
    version: u64,
    latency: Duration,
    log: Vec<(Instant, String)>,
    faults: Vec<(String, Fault)>,
    refusals: Vec<(String, u16)>,
    history: Vec<(u64, Place, Value)>,
    watches: Vec<(Place, String, mpsc::UnboundedSender<Value>)>,
}

impl Cluster {
    /// A whole controller on this server.
    pub(crate) fn replica(&self, name: &str, clock: Arc<dyn Clock>) -> Replica {
        let settings = Settings {
            lease: LeaseKey::new("tarnfui", "controller"),
            candidate: Candidate::named(name),
            timings: Timings::STANDARD,
            origin: Origin::ConfigMap("tarnfui-config".to_owned()),
            reader: Reader {
                base: Config::default(),
                own_namespace: None,
            },
        };
        let seams = Seams {
            clock,
            client: self.client(),
            lease_client: self.client(),
        };
        Replica::start(settings, seams)
    }

    /// A client of it.
    pub(crate) fn client(&self) -> kube::Client {
        let cluster = self.clone();
        let service = tower::service_fn(move |request| {
            let cluster = cluster.clone();
            async move { Ok::<_, Infallible>(cluster.answer(request).await) }
        });
        kube::Client::new(service, "default")
    }

    /// Puts `object` at `path`, as a person would.
    pub(crate) fn put(&self, path: &str, object: Value) {
        self.state().put(&Place::parse(path), object);
    }

    /// Takes away what is at `path`.
    pub(crate) fn delete(&self, path: &str) {
        self.state().delete(&Place::parse(path));
    }

    /// What is at `path`; null if nothing is.
    pub(crate) fn get(&self, path: &str) -> Value {
        let found = self.state().objects.get(&Place::parse(path)).cloned();
        found.unwrap_or_default()
    }

    /// The paths of what carries a mark, as lines.
    pub(crate) fn marks(&self) -> Vec<String> {
        let state = self.state();
        let is_marked = |object: &Value| {
            let labels = object["metadata"]["labels"].as_object();
            labels.is_some_and(|labels| labels.keys().any(|key| key.starts_with("tarnfui.io/")))
        };
        let marked = state.objects.iter().filter(|(_, object)| is_marked(object));
        marked.map(|(place, _)| place.to_string()).collect()
    }

    /// From now on each request takes this long to arrive.
    pub(crate) fn set_latency(&self, latency: Duration) {
        self.state().latency = latency;
    }

    /// The next request whose line begins with this meets this fault: `PATCH deployments shop/web`.
    pub(crate) fn fail_next(&self, line: &str, fault: Fault) {
        self.state().faults.push((line.to_owned(), fault));
    }

    /// From now on every request whose line begins with this is answered with this code.
    pub(crate) fn refuse(&self, line: &str, code: u16) {
        self.state().refusals.push((line.to_owned(), code));
    }

    /// What was asked so far, and when.
    pub(crate) fn log(&self) -> Vec<(Instant, String)> {
        self.state().log.clone()
    }

    /// What was asked so far that begins with this.
    pub(crate) fn lines(&self, start: &str) -> Vec<String> {
        let log = self.log().into_iter().map(|(_, line)| line);
        log.filter(|line| line.starts_with(start)).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    async fn answer(self, request: Request<Body>) -> Answer {
        let (parts, body) = request.into_parts();
        let latency = self.state().latency;
        sleep(latency).await;
        let body = body.collect_bytes().await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let place = Place::parse(parts.uri.path());
        let line = format!("{} {place}", parts.method);
        let fault = self.state().meet(&line);
        match fault {
            Some(Fault::Status(code)) => return whole(&status(code)),
            Some(Fault::After(meanwhile)) => meanwhile(),
            Some(Fault::LoseAnswer) => {
                drop(self.state().carry_out(&parts, &place, &body));
                std::future::pending::<()>().await;
            }
            None => {}
        }
        if query(&parts, "watch").is_some() {
            return self.state().watch(&parts, &place);
        }
        whole(&self.state().carry_out(&parts, &place, &body))
    }
}

impl State {
    /// Notes the request, and says what goes wrong with it.
    fn meet(&mut self, line: &str) -> Option<Fault> {
        self.log.push((Instant::now(), line.to_owned()));
        let refusal = self
            .refusals
            .iter()
            .find(|(start, _)| line.starts_with(start));
        if let Some((_, code)) = refusal {
            return Some(Fault::Status(*code));
        }
        let met = |(start, _): &(String, Fault)| line.starts_with(start);
        let found = self.faults.iter().position(met);
        found.map(|place| self.faults.remove(place).1)
    }

    fn put(&mut self, place: &Place, mut object: Value) -> Value {
        self.version += 1;
        let metadata = json!({
            "name": place.name, "namespace": place.namespace,
            "resourceVersion": self.version.to_string(),
        });
        merge(&mut object["metadata"], &metadata);
        let before = self.objects.get(place);
        let uid = before.map(|before| before["metadata"]["uid"].clone());
        object["metadata"]["uid"] = uid.unwrap_or_else(|| json!(format!("{:08x}", self.version)));
        let is_new = !self.objects.contains_key(place);
        let event = if is_new { "ADDED" } else { "MODIFIED" };
        self.objects.insert(place.clone(), object.clone());
        self.tell(place, &json!({ "type": event, "object": object }));
        object
    }

    fn delete(&mut self, place: &Place) -> Option<Value> {
        let object = self.objects.remove(place)?;
        self.version += 1;
        self.tell(place, &json!({ "type": "DELETED", "object": object }));
        Some(object)
    }

    fn tell(&mut self, place: &Place, event: &Value) {
        self.history
            .push((self.version, place.clone(), event.clone()));
        self.watches.retain(|(of, selector, watch)| {
            let is_seen = of.holds(place) && selects(selector, place, &event["object"]);
            !is_seen || watch.send(event.clone()).is_ok()
        });
    }

    fn carry_out(&mut self, parts: &Parts, place: &Place, body: &Value) -> (u16, Value) {
        let before = self.objects.get(place).cloned();
        match (&parts.method, place.name.is_some(), before) {
            (&Method::GET, false, _) => (200, self.list(parts, place)),
            (&Method::GET, true, Some(object)) => (200, object),
            (&Method::POST, false, _) => {
                let name = body["metadata"]["name"].as_str().unwrap_or_default();
                let place = place.named(name);
                if self.objects.contains_key(&place) {
                    return status(409);
                }
                (201, self.put(&place, body.clone()))
            }
            (&Method::PATCH, true, Some(object)) => self.patch(place, object, body),
            (&Method::DELETE, true, Some(object)) => {
                let asked = &body["preconditions"];
                let is_met = ["uid", "resourceVersion"]
                    .iter()
                    .all(|key| asked[key].is_null() || asked[key] == object["metadata"][key]);
                if !is_met {
                    return status(409);
                }
                (200, self.delete(place).unwrap_or_default())
            }
            _ => status(404),
        }
    }

    fn patch(&mut self, place: &Place, before: Value, patch: &Value) -> (u16, Value) {
        let mut after = before.clone();
        // A JSON patch is a list, whose operations are "add the version" and "remove an entry".
        let required = match patch.as_array() {
            Some(operations) => operations[0]["value"].clone(),
            None => patch["metadata"]["resourceVersion"].clone(),
        };
        if !required.is_null() && required != before["metadata"]["resourceVersion"] {
            return status(409);
        }
        if let Some(operations) = patch.as_array() {
            let pointer = operations[1]["path"].as_str().unwrap();
            let (list, entry) = pointer.rsplit_once('/').unwrap();
            let list = after.pointer_mut(list).unwrap().as_array_mut().unwrap();
            drop(list.remove(entry.parse().unwrap()));
        } else {
            merge(&mut after, patch);
        }
        if after == before {
            return (200, before);
        }
        (200, self.put(place, after))
    }

    fn list(&self, parts: &Parts, place: &Place) -> Value {
        let selector = query(parts, "Selector").unwrap_or_default();
        let seen = self.objects.iter();
        let seen = seen.filter(|(at, it)| place.holds(at) && selects(&selector, at, it));
        let all: Vec<Value> = seen.map(|(_, object)| object.clone()).collect();
        let number = |key| query(parts, key).and_then(|text| text.parse::<usize>().ok());
        let first = number("continue=").unwrap_or(0);
        let end = number("limit=").map_or(all.len(), |limit| all.len().min(first + limit));
        let more = (end < all.len()).then(|| end.to_string());
        json!({
            "metadata": { "resourceVersion": self.version.to_string(), "continue": more },
            "items": all[first..end],
        })
    }

    /// What there is or came since the version that is asked for, and what comes.
    fn watch(&mut self, parts: &Parts, place: &Place) -> Answer {
        let selector = query(parts, "Selector").unwrap_or_default();
        let (sender, mut events) = mpsc::unbounded_channel();
        let sees = |at: &Place, object: &Value| place.holds(at) && selects(&selector, at, object);
        if query(parts, "sendInitialEvents").is_some() {
            for (_, object) in self.objects.iter().filter(|(at, it)| sees(at, it)) {
                sender
                    .send(json!({ "type": "ADDED", "object": object }))
                    .unwrap();
            }
            let end = json!({ "type": "BOOKMARK", "object": { "kind": "", "apiVersion": "", "metadata": {
                "resourceVersion": self.version.to_string(),
                "annotations": { "k8s.io/initial-events-end": "true" },
            }}});
            sender.send(end).unwrap();
        } else {
            let since = query(parts, "resourceVersion=").and_then(|it| it.parse().ok());
            let since: u64 = since.unwrap_or(0);
            let missed = self
                .history
                .iter()
                .filter(|(version, at, event)| *version > since && sees(at, &event["object"]));
            missed.for_each(|(_, _, event)| sender.send(event.clone()).unwrap());
        }
        self.watches.push((place.clone(), selector, sender));
        let lines = stream::poll_fn(move |cx| events.poll_recv(cx));
        let lines = lines.map(|event| Ok(Frame::data(Bytes::from(format!("{event}\n")))));
        let seconds = query(parts, "timeoutSeconds=").and_then(|it| it.parse().ok());
        let lines = lines.take_until(Box::pin(sleep(Duration::from_secs(seconds.unwrap_or(45)))));
        Response::new(StreamBody::new(lines).boxed_unsync())
    }
}

/// Whether the selector, of a name or of a label that is there, takes in the object.
fn selects(selector: &str, place: &Place, object: &Value) -> bool {
    let selector = selector.split_once('=').map_or("", |(_, text)| text);
    match selector.strip_prefix("metadata.name%3D") {
        Some(name) => place.name.as_deref() == Some(name),
        None if selector.is_empty() => true,
        None => object["metadata"]["labels"]
            .as_object()
            .is_some_and(|labels| labels.contains_key(&selector.replace("%2F", "/"))),
    }
}

fn whole((code, object): &(u16, Value)) -> Answer {
    let body = Full::new(Bytes::from(object.to_string())).boxed_unsync();
    Response::builder().status(*code).body(body).unwrap()
}

/// What a server says that does not do it.
pub(crate) fn status(code: u16) -> (u16, Value) {
    let status = json!({
        "apiVersion": "v1", "kind": "Status", "status": "Failure", "code": code,
        "reason": "Tested", "message": format!("the test's {code}"),
    });
    (code, status)
}

/// RFC 7396.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else { return };
    if !target.is_object() {
        *target = json!({});
    }
    for (key, value) in patch {
        match value {
            Value::Null => drop(target.as_object_mut().unwrap().remove(key)),
            Value::Object(_) => merge(&mut target[key], value),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                target[key] = value.clone();
            }
        }
    }
}
