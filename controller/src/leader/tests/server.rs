//! An API server that knows one lease: versions, merge patches and status codes as the real one
//! has them, and faults on demand.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Method, Request, Response};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use kube::client::Body;
use serde_json::{Value, json};
use tower::{BoxError, service_fn};

use crate::cluster::{merge, status};
use crate::leader::LeaseKey;

pub(crate) const PATH: &str = "/apis/coordination.k8s.io/v1/namespaces/tarnfui/leases";

pub(crate) fn lease_key() -> LeaseKey {
    LeaseKey::new("tarnfui", "controller")
}

type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;
type Meanwhile = Box<dyn FnOnce() + Send>;

/// An answer that is not JSON, as a proxy gives it.
pub(crate) const HTML: &str = "<html>";

/// What goes wrong with a request.
pub(crate) enum Fault {
    /// Answered with this code; nothing is done.
    Status(u16),
    /// The connection fails; nothing is done.
    Refused,
    /// Never answered; nothing is done.
    Hang,
    /// Done, and answered with a head and half a body.
    HangBody,
    /// Done, and never answered.
    LoseAnswer,
    /// Done, and answered with this text.
    Says(String),
    /// Done after somebody else did this.
    After(Meanwhile),
}

/// What lies between one client and the server. Clones are the same cable.
#[derive(Clone, Default)]
pub(crate) struct Cable(Arc<AtomicBool>);

impl Cable {
    pub(crate) fn cut(&self, is_cut: bool) {
        self.0.store(is_cut, Ordering::Relaxed);
    }

    /// What comes to a cut cable is lost.
    async fn pass(&self) {
        if self.0.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    }
}

/// Clones are the same server.
#[derive(Clone, Default)]
pub(crate) struct Server(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    lease: Option<Value>,
    version: u64,
    latency: Duration,
    away: bool,
    faults: Vec<(Method, Fault)>,
    log: Vec<String>,
    bodies: Vec<Value>,
}

impl Server {
    /// A server that holds a lease with this `spec`.
    pub(crate) fn with_spec(spec: &Value) -> Self {
        let server = Self::default();
        server.put(json!({ "spec": spec }));
        server
    }

    /// A client of it.
    pub(crate) fn client(&self) -> kube::Client {
        self.client_over(&Cable::default())
    }

    /// A client of it that is heard, and hears, for as long as `cable` is whole.
    pub(crate) fn client_over(&self, cable: &Cable) -> kube::Client {
        let (server, cable) = (self.clone(), cable.clone());
        let service = service_fn(move |request| {
            let (server, cable) = (server.clone(), cable.clone());
            async move {
                cable.pass().await;
                let answer = server.answer(request).await;
                cable.pass().await;
                answer
            }
        });
        kube::Client::new(service, "tarnfui")
    }

    /// Puts `lease` in place of what is there, as a person would.
    pub(crate) fn put(&self, mut lease: Value) {
        let mut state = self.state();
        state.version += 1;
        let mut metadata = json!({ "name": "controller", "namespace": "tarnfui" });
        merge(&mut metadata, &lease["metadata"]);
        metadata["resourceVersion"] = json!(state.version.to_string());
        lease["metadata"] = metadata;
        lease["apiVersion"] = json!("coordination.k8s.io/v1");
        lease["kind"] = json!("Lease");
        state.lease = Some(lease);
    }

    /// Deletes the lease.
    pub(crate) fn delete(&self) {
        self.state().lease = None;
    }

    /// The lease as it is; null if there is none.
    pub(crate) fn lease(&self) -> Value {
        self.state().lease.clone().unwrap_or_default()
    }

    /// The holder as it is; empty if there is none.
    pub(crate) fn holder(&self) -> String {
        self.lease()["spec"]["holderIdentity"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// From now on each request takes this long to arrive.
    pub(crate) fn set_latency(&self, latency: Duration) {
        self.state().latency = latency;
    }

    /// From now on no request is ever answered, or all are again.
    pub(crate) fn set_away(&self, away: bool) {
        self.state().away = away;
    }

    /// The next request of this method meets this fault.
    pub(crate) fn fail_next(&self, method: Method, fault: Fault) {
        self.state().faults.push((method, fault));
    }

    /// From now on nothing goes wrong any more, nor takes any time.
    pub(crate) fn mend(&self) {
        let mut state = self.state();
        state.away = false;
        state.latency = Duration::ZERO;
        state.faults.clear();
    }

    /// What was asked and answered since this was last called: `"GET 200"`.
    pub(crate) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.state().log)
    }

    /// The bodies that arrived since this was last called.
    pub(crate) fn take_bodies(&self) -> Vec<Value> {
        std::mem::take(&mut self.state().bodies)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    async fn answer(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let (parts, body) = request.into_parts();
        let body = body.collect_bytes().await?;
        let latency = self.state().latency;
        tokio::time::sleep(latency).await;
        let fault = self.next_fault(&parts.method);
        match fault {
            Some(Fault::Status(code)) => return Ok(self.say(&parts.method, &status(code))),
            Some(Fault::Refused) => return Err(self.lose(&parts.method, "refused")),
            Some(Fault::Hang) => {
                drop(self.lose(&parts.method, "hangs"));
                std::future::pending::<()>().await;
            }
            Some(Fault::After(meanwhile)) => {
                meanwhile();
                let done = self
                    .state()
                    .carry_out(&parts.method, parts.uri.path(), &body);
                return Ok(self.say(&parts.method, &done));
            }
            Some(Fault::HangBody | Fault::LoseAnswer | Fault::Says(_)) | None => {}
        }
        let done = self
            .state()
            .carry_out(&parts.method, parts.uri.path(), &body);
        let whole = self.say(&parts.method, &done);
        match fault {
            Some(Fault::HangBody) => Ok(whole.map(|_| half_a_body())),
            Some(Fault::Says(text)) => Ok(whole.map(|_| Full::new(text.into()).boxed_unsync())),
            Some(Fault::LoseAnswer) => std::future::pending().await,
            _ => Ok(whole),
        }
    }

    fn next_fault(&self, method: &Method) -> Option<Fault> {
        let mut state = self.state();
        if state.away {
            return Some(Fault::Hang);
        }
        let place = state.faults.iter().position(|(of, _)| of == method)?;
        Some(state.faults.remove(place).1)
    }

    fn say(&self, method: &Method, (code, object): &(u16, Value)) -> Answer {
        self.state().log.push(format!("{method} {code}"));
        let body = Full::new(Bytes::from(object.to_string())).boxed_unsync();
        Response::builder().status(*code).body(body).unwrap()
    }

    fn lose(&self, method: &Method, how: &str) -> BoxError {
        self.state().log.push(format!("{method} {how}"));
        how.into()
    }
}

impl State {
    fn carry_out(&mut self, method: &Method, path: &str, body: &[u8]) -> (u16, Value) {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        if !body.is_null() {
            self.bodies.push(body.clone());
        }
        let one = format!("{PATH}/controller");
        match (method.as_str(), &mut self.lease) {
            ("GET", Some(lease)) if path == one => (200, lease.clone()),
            ("POST", Some(_)) if path == PATH => status(409),
            ("POST", lease @ None) if path == PATH => {
                self.version += 1;
                let mut created = body;
                created["metadata"]["resourceVersion"] = json!(self.version.to_string());
                (201, lease.insert(created).clone())
            }
            ("PATCH", Some(lease)) if path == one => {
                let required = body["metadata"]["resourceVersion"]
                    .as_str()
                    .unwrap_or_default();
                if !required.is_empty() && lease["metadata"]["resourceVersion"] != required {
                    return status(409);
                }
                let before = lease.clone();
                merge(lease, &body);
                lease["metadata"]["resourceVersion"] =
                    before["metadata"]["resourceVersion"].clone();
                if *lease != before {
                    self.version += 1;
                    lease["metadata"]["resourceVersion"] = json!(self.version.to_string());
                }
                (200, lease.clone())
            }
            _ => status(404),
        }
    }
}

fn half_a_body() -> UnsyncBoxBody<Bytes, Infallible> {
    let half = Ok(Frame::data(Bytes::from_static(b"{\"metadata\":")));
    StreamBody::new(stream::once(async { half }).chain(stream::pending())).boxed_unsync()
}
