//! The way in for clients in the same process: a `tower` service per caller.
//!
//! Here the time comes in, and watches wait. It runs on tokio's clock, so under a paused one a watch
//! of an hour takes no time. What is answered is not decided here.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt as _, Limited};
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::{Instant, sleep_until};
use tower::{BoxError, Service};

use crate::answer::{Answer, Failure, raw};
use crate::authz::Caller;
use crate::kinds::RESOURCES;
use crate::server::Server;
use crate::watch::Watch;

/// The longest body that is read.
const MAX_BODY_BYTES: usize = 3 << 20;

/// How long a watch lasts that does not say how long: half an hour at least, on a real server.
const WATCH: Duration = Duration::from_mins(40);

/// The longest one that may be asked for.
const LONGEST_WATCH: Duration = Duration::from_hours(24);

/// How often a watch is told the newest version, and how long before its end.
const BOOKMARK_EVERY: Duration = Duration::from_mins(1);
const BOOKMARK_BEFORE_END: Duration = Duration::from_secs(2);

/// Tells the time.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A server that clients can talk to. Clones are the same server.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    server: Mutex<Server>,
    now: Now,
    /// By resource: rung when something of it has changed.
    bells: Vec<Notify>,
    /// Rung when anything has.
    bell: Notify,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

impl Sandbox {
    /// A server, and where it gets the time from.
    pub fn new(seed: u64, now: Now) -> Self {
        let server = Server::new(seed, now());
        Self::of(server, now)
    }

    /// The doors of a server that is there already.
    pub fn of(server: Server, now: Now) -> Self {
        let server = Mutex::new(server);
        let bells = RESOURCES.iter().map(|_| Notify::new()).collect();
        let bell = Notify::new();
        Self(Arc::new(Inner {
            server,
            now,
            bells,
            bell,
        }))
    }

    /// The time, as the server has it.
    pub fn now(&self) -> Timestamp {
        (self.0.now)()
    }

    /// Looks into the server, or changes it; whoever watches is told.
    pub fn with<R>(&self, look: impl FnOnce(&mut Server) -> R) -> R {
        let mut server = self.server();
        let before = server.store().version();
        let result = look(&mut server);
        for (place, bell) in self.0.bells.iter().enumerate() {
            if server.store().changed_at(place) > before {
                bell.notify_waiters();
            }
        }
        if server.store().version() > before {
            self.0.bell.notify_waiters();
        }
        result
    }

    /// Comes once something has changed after this was asked for.
    pub fn changed(&self) -> Notified<'_> {
        self.0.bell.notified()
    }

    /// Ends nothing, but lets every watch look whether it still can go on.
    pub fn compact(&self) {
        self.with(Server::compact);
        self.0.bells.iter().for_each(Notify::notify_waiters);
    }

    /// Answers one request.
    pub fn answer(&self, caller: &Caller, request: &Request<Bytes>) -> Response<Body> {
        let now = self.now();
        match self.with(|server| server.answer(now, caller, request)) {
            Answer::Whole(answer) => answer.map(Body::Whole),
            Answer::Watch(watch) => {
                let body = Body::Stream(self.clone().lines(watch));
                raw(http::StatusCode::OK, Bytes::new()).map(|_| body)
            }
        }
    }

    /// The door of one caller.
    pub fn door(&self, caller: Caller) -> Door {
        Door {
            sandbox: self.clone(),
            caller: Arc::new(caller),
        }
    }

    /// What a watch is told, until its time is over or it can't go on.
    fn lines(self, watch: Watch) -> BoxStream<'static, Bytes> {
        let start = Instant::now();
        let ends_at = start + watch.lasts.map_or(WATCH, |lasts| lasts.min(LONGEST_WATCH));
        let bookmark_at = next_bookmark(start, ends_at);
        let telling = Telling {
            sandbox: self,
            watch,
            bookmark_at,
            ends_at,
            is_over: false,
        };
        stream::unfold(telling, Telling::next).boxed()
    }

    fn server(&self) -> MutexGuard<'_, Server> {
        // What a panic left is for the test that panicked to explain.
        self.0.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the next bookmark is due; none comes after the one before the end.
fn next_bookmark(now: Instant, ends_at: Instant) -> Option<Instant> {
    let last = ends_at.checked_sub(BOOKMARK_BEFORE_END)?;
    (now < last).then(|| last.min(now + BOOKMARK_EVERY))
}

async fn reached(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// A watch that is being told.
struct Telling {
    sandbox: Sandbox,
    watch: Watch,
    bookmark_at: Option<Instant>,
    ends_at: Instant,
    is_over: bool,
}

impl Telling {
    async fn next(mut self) -> Option<(Bytes, Self)> {
        while !self.is_over {
            // A clone, so that the bell is not borrowed from what is changed below.
            let sandbox = self.sandbox.clone();
            let rung = sandbox.0.bells[self.watch.resource].notified();
            let now = sandbox.now();
            match sandbox.server().events(now, &mut self.watch) {
                Ok(lines) if lines.is_empty() => {}
                Ok(mut lines) if lines.len() == 1 => return Some((lines.remove(0), self)),
                Ok(lines) => return Some((lines.concat().into(), self)),
                Err(last) => {
                    self.is_over = true;
                    return Some((last, self));
                }
            }
            tokio::select! {
                biased;
                () = rung => {}
                () = sleep_until(self.ends_at) => self.is_over = true,
                () = reached(self.bookmark_at), if self.watch.has_bookmarks => {
                    self.bookmark_at = next_bookmark(Instant::now(), self.ends_at);
                    let line = sandbox.server().bookmark(&mut self.watch);
                    return Some((line, self));
                }
            }
        }
        None
    }
}

/// The body of an answer.
pub enum Body {
    /// All of it.
    Whole(Bytes),
    /// The events of a watch, as they come.
    Stream(BoxStream<'static, Bytes>),
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Stream(lines) => lines
                .poll_next_unpin(cx)
                .map(|line| line.map(|line| Ok(Frame::data(line)))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream(_) => SizeHint::default(),
        }
    }
}

/// The door of one caller, as a `tower` service: what `kube::Client::new` takes.
#[derive(Debug, Clone)]
pub struct Door {
    sandbox: Sandbox,
    caller: Arc<Caller>,
}

impl Door {
    /// Answers one request, once its body is here.
    pub async fn pass<B>(self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let (head, body) = request.into_parts();
        match Limited::new(body, MAX_BODY_BYTES).collect().await {
            Ok(body) => {
                let request = Request::from_parts(head, body.to_bytes());
                self.sandbox.answer(&self.caller, &request)
            }
            Err(error) => {
                let message = format!("the body cannot be read: {error}");
                Failure::bad_request(message).answer().map(Body::Whole)
            }
        }
    }
}

impl<B> Service<Request<B>> for Door
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let door = self.clone();
        Box::pin(async move { Ok(door.pass(request).await) })
    }
}

#[cfg(test)]
mod tests;
