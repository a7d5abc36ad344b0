//! Carries out one change: one request, and what came of it. It chooses nothing.
//!
//! The request is made by hand and not through `kube`'s typed API, because the answer's headers
//! are needed, and a limit on head and body together. Whether to try again is not decided here but
//! in [`crate::pace`], from the [`Outcome`].

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use kube::client::Body;
use serde::Deserialize;
use tarnfui_shared::change::Change;
use tarnfui_shared::observe::{RawWorkload, Workload};
use tarnfui_shared::problem::cut;
use tarnfui_shared::workload::Kind;
use tokio::time::{Instant, sleep_until};

use crate::errors::chain;

/// The longest that one request may take, head and body.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(4);

/// The largest answer that is read: etcd holds no object above 1.5 MiB.
const MAX_ANSWER_BYTES: usize = 2 << 20;

/// The longest message of the server that is passed on, in bytes.
const MAX_MESSAGE_BYTES: usize = 300;

/// What came of a request.
#[derive(Debug)]
pub enum Outcome {
    /// The server took it; the object as it is now.
    Done(Box<Workload>),
    /// The object is not what was seen any more. Nothing was written.
    Conflict,
    /// The object is gone, so there is nothing left to do.
    Gone,
    /// The server is busy, and may say until when. Nothing was written.
    Busy(Option<Duration>),
    /// The server refuses: no permission, a quota, an admission webhook. Nothing was written.
    Refused(String),
    /// Nobody knows: no answer in time, a broken one, or a fault of the server's own. It may have
    /// been written.
    Unknown(String),
}

impl Outcome {
    /// The outcome in a word, for metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::Busy(_) => "busy",
            Self::Refused(_) => "refused",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// Writes `change`, within its time and before `end`.
pub async fn write(client: kube::Client, change: &Change, end: Instant) -> Outcome {
    let patch = change.patch();
    let uri = format!("{}?fieldManager={}", change.path(), patch.manager);
    let request = Request::builder()
        .method(Method::PATCH)
        .uri(uri)
        .header(CONTENT_TYPE, patch.content_type)
        .header(ACCEPT, "application/json")
        .body(Body::from(patch.body.to_string().into_bytes()));
    send(client, request, change.target.kind, end).await
}

/// Reads the object of `change` once: after two conflicts in a row the watch is too far behind.
pub async fn read(client: kube::Client, change: &Change, end: Instant) -> Outcome {
    let request = Request::builder()
        .uri(change.path())
        .header(ACCEPT, "application/json")
        .body(Body::empty());
    send(client, request, change.target.kind, end).await
}

async fn send(
    client: kube::Client,
    request: http::Result<Request<Body>>,
    kind: Kind,
    end: Instant,
) -> Outcome {
    let request = match request {
        Ok(request) => request,
        Err(error) => return Outcome::Refused(chain(&error)),
    };
    let end = end.min(Instant::now() + REQUEST_TIMEOUT);
    let exchange = async {
        let answer = client.send(request).await.map_err(|error| chain(&error))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
        let bytes = body.map_err(|error| chain(&*error))?.to_bytes();
        Ok(Response::from_parts(head, bytes))
    };
    match before(end, exchange).await {
        Some(Ok(answer)) => outcome(&answer, kind),
        Some(Err(message)) => Outcome::Unknown(message),
        None => Outcome::Unknown("no answer in time".to_owned()),
    }
}

/// What `exchange` comes to before `end`; at or after it, it is not even looked at.
///
/// Not tokio's timeout, which lets its future go on once more before it looks at the clock: a process
/// that was stopped, with a write begun and not sent yet, would send it when it goes on, long after
/// somebody else has taken the lease.
async fn before<T>(end: Instant, exchange: impl Future<Output = T>) -> Option<T> {
    let (mut exchange, mut over) = (pin!(exchange), pin!(sleep_until(end)));
    poll_fn(|cx| {
        if Instant::now() >= end {
            return Poll::Ready(None);
        }
        match exchange.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => over.as_mut().poll(cx).map(|()| None),
        }
    })
    .await
}

fn outcome(answer: &Response<bytes::Bytes>, kind: Kind) -> Outcome {
    let status = answer.status();
    if status.is_success() {
        return match serde_json::from_slice::<RawWorkload>(answer.body()) {
            Ok(raw) => match raw.observe(kind) {
                Ok(workload) => Outcome::Done(Box::new(workload)),
                Err(error) => Outcome::Unknown(chain(&error)),
            },
            Err(error) => Outcome::Unknown(chain(&error)),
        };
    }
    match status {
        StatusCode::CONFLICT => Outcome::Conflict,
        StatusCode::NOT_FOUND => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS => Outcome::Busy(retry_after(answer)),
        _ if status.is_server_error() => Outcome::Unknown(message(answer)),
        _ => Outcome::Refused(message(answer)),
    }
}

fn retry_after(answer: &Response<bytes::Bytes>) -> Option<Duration> {
    let seconds = answer
        .headers()
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

/// The message of a `Status`, or the status line where the body is something else.
fn message(answer: &Response<bytes::Bytes>) -> String {
    #[derive(Deserialize)]
    struct Status {
        message: String,
    }
    let status = serde_json::from_slice::<Status>(answer.body());
    let text = status.map_or_else(|_| answer.status().to_string(), |status| status.message);
    cut(text, MAX_MESSAGE_BYTES)
}

#[cfg(test)]
mod tests;
