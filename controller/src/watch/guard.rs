//! What `kube`'s watcher lacks, as a layer below it: limits on every answer, a floor between
//! attempts, a sign of life, and a number for each list.
//!
//! It passes answers through unread. What it adds:
//!
//! - *A limit* on how long an answer may take to begin, and to go on. Without it, a connection that
//!   went dead in the middle of a list holds the watcher for ever.
//! - *A floor*: a watch that ends at once, empty, is started again by the watcher without a pause;
//!   here each start waits until the last one is a second old.
//! - *410 Gone as a status* becomes what the watcher understands, an event in the stream; as a
//!   status it would make it retry the same version for ever.
//! - *A number for each list*, by which [`crate::world`] tells what the last list did not name.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body as HttpBody, Frame};
use http_body_util::{BodyExt, Either, Full};
use kube::client::Body;
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout};
use tower::BoxError;

use crate::world::{News, Source};

/// How long an answer may take to begin.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// How long an answer may be silent: the watch's own length and some time to say that it ends.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

/// The least time between two starts of a watch.
const FLOOR: Duration = Duration::from_secs(1);

/// When each source last answered.
#[derive(Debug, Clone, Default)]
pub struct Staleness(Arc<Mutex<BTreeMap<Source, Contact>>>);

/// When one source last answered.
#[derive(Debug, Clone)]
pub(super) struct Contact(Arc<Mutex<Instant>>);

impl Contact {
    fn touch(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

impl Staleness {
    pub(super) fn contact(&self, source: Source) -> Contact {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = || Contact(Arc::new(Mutex::new(Instant::now())));
        all.entry(source).or_insert_with(now).clone()
    }

    /// How long ago each source last answered.
    pub fn ages(&self) -> Vec<(Source, Duration)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |contact: &Contact| {
            contact
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .elapsed()
        };
        all.iter()
            .map(|(source, contact)| (*source, age(contact)))
            .collect()
    }
}

/// The layer below one watcher.
#[derive(Debug, Clone)]
pub(super) struct Guard(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Source,
    contact: Contact,
    news: mpsc::Sender<News>,
    lists: AtomicU32,
    has_failed: AtomicBool,
    last_start: Mutex<Option<Instant>>,
}

impl Guard {
    pub(super) fn new(source: Source, contact: Contact, news: mpsc::Sender<News>) -> Self {
        Self(Arc::new(Inner {
            source,
            contact,
            news,
            // Unlike any number before, even where a source is watched anew.
            lists: AtomicU32::new(fastrand::u32(..)),
            has_failed: AtomicBool::new(false),
            last_start: Mutex::new(None),
        }))
    }

    /// The number of the list that was begun last.
    pub(super) fn list(&self) -> u32 {
        self.0.lists.load(Ordering::Relaxed)
    }

    /// To be called when the watcher failed: the next answer is then worth telling.
    pub(super) fn failed(&self) {
        self.0.has_failed.store(true, Ordering::Relaxed);
    }

    /// A client that goes through the guard to `inner`.
    pub(super) fn client(&self, inner: kube::Client) -> kube::Client {
        let guard = self.0.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let (guard, inner) = (guard.clone(), inner.clone());
            async move { guard.pass(inner, request).await }
        });
        kube::Client::new(service, "default")
    }
}

impl Inner {
    async fn pass(
        self: Arc<Self>,
        inner: kube::Client,
        request: Request<Body>,
    ) -> Result<Response<Answer>, BoxError> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let has = |key: &str| query.split('&').any(|pair| pair.starts_with(key));
        let is_watch = has("watch=true");
        if is_watch {
            self.wait_for_floor().await;
        }
        if has("sendInitialEvents=true") || (!is_watch && !has("continue=")) {
            self.lists.fetch_add(1, Ordering::Relaxed);
        }
        let answer = timeout(HEAD_TIMEOUT, inner.send(request))
            .await
            .map_err(|_| Silent::Head)??;
        if answer.status() == StatusCode::GONE && is_watch {
            return Ok(gone_as_event(answer).await);
        }
        if answer.status().is_success() {
            self.alive();
        }
        let contact = self.contact.clone();
        let idle = Box::pin(sleep(IDLE_TIMEOUT));
        Ok(answer.map(|body| {
            Either::Left(Limited {
                body,
                contact,
                idle,
            })
        }))
    }

    async fn wait_for_floor(&self) {
        let now = Instant::now();
        let start = {
            let mut last = self
                .last_start
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let start = last.map_or(now, |last| now.max(last + FLOOR));
            *last = Some(start);
            start
        };
        sleep_until(start).await;
    }

    fn alive(&self) {
        self.contact.touch();
        if self.has_failed.swap(false, Ordering::Relaxed)
            && self.news.try_send(News::Recovered(self.source)).is_err()
        {
            self.has_failed.store(true, Ordering::Relaxed);
        }
    }
}

/// An answer that does not come, or stops in the middle.
#[derive(Debug, thiserror::Error)]
enum Silent {
    #[error("no answer within {} s", HEAD_TIMEOUT.as_secs())]
    Head,
    #[error("the answer stopped for {} s", IDLE_TIMEOUT.as_secs())]
    Body,
}

/// The event by which a server that has answered 200 says the same.
async fn gone_as_event(answer: Response<Body>) -> Response<Answer> {
    let body = timeout(HEAD_TIMEOUT, answer.into_body().collect()).await;
    let status = body
        .ok()
        .and_then(Result::ok)
        .map(http_body_util::Collected::to_bytes);
    let status = status.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let status: serde_json::Value = status.unwrap_or_else(|| {
        serde_json::json!({ "kind": "Status", "status": "Failure", "code": 410, "reason": "Expired",
            "message": "the version is too old" })
    });
    let event = serde_json::json!({ "type": "ERROR", "object": status });
    Response::new(Either::Right(Full::from(format!("{event}\n"))))
}

/// An answer passed on, or one of our own.
type Answer = Either<Limited, Full<Bytes>>;

/// A body that fails when it is silent for too long.
struct Limited {
    body: Body,
    contact: Contact,
    idle: Pin<Box<Sleep>>,
}

impl HttpBody for Limited {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                self.contact.touch();
                let end = Instant::now() + IDLE_TIMEOUT;
                self.idle.as_mut().reset(end);
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => match self.idle.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Some(Err(Silent::Body.into()))),
                Poll::Pending => Poll::Pending,
            },
        }
    }
}

#[cfg(test)]
mod tests;
