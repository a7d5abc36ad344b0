//! The way in for real clients: HTTP on a port of loopback, one port per caller.
//!
//! There are no passwords: who comes in by a port is whom the port is for. So it must never be bound
//! to anything but loopback, and it is not: the address is chosen here.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http::header::DATE;
use http::{HeaderValue, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::answer::Failure;
use crate::authz::Caller;
use crate::door::{Body, Sandbox};

/// How many connections may be open at a time: more than a demo and a person's kubectl need.
const CONNECTIONS: usize = 256;

/// How long the head of a request may take. It counts from the end of the one before, too, so it is
/// longer than clients keep a connection that they don't use, 90 s: whoever closes it first must not
/// be the server, or the next request is lost now and then.
const HEAD: Duration = Duration::from_mins(2);

/// How long the rest of a request may take, as on a real server. The answer takes none, and what a
/// watch is told comes after it.
const BODY: Duration = Duration::from_mins(1);

/// How long to wait where no connection can be taken, for want of file descriptors for one.
const PAUSE: Duration = Duration::from_secs(1);

/// A port of one caller, bound and not served yet.
#[derive(Debug)]
pub struct Port {
    listener: TcpListener,
    sandbox: Sandbox,
    caller: Caller,
}

impl Port {
    /// Binds a free port.
    pub async fn bind(sandbox: &Sandbox, caller: Caller) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self {
            listener,
            sandbox: sandbox.clone(),
            caller,
        })
    }

    /// Where it is.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves it, for as long as this is polled: dropping it closes every connection.
    pub async fn serve(self) {
        let (sandbox, door) = (self.sandbox.clone(), self.sandbox.door(self.caller));
        let answer = move |request| {
            let (sandbox, door) = (sandbox.clone(), door.clone());
            async move {
                let answer = in_time(door.pass(request)).await;
                Ok::<_, Infallible>(dated(sandbox.now(), answer))
            }
        };
        let mut connections = JoinSet::new();
        let mut taking = Taking::default();
        loop {
            let (stream, _) = tokio::select! {
                biased;
                // What has ended leaves room, so taking is tried again at once.
                Some(_) = connections.join_next() => continue,
                taken = taking.next(|| self.listener.accept(), tell),
                    if connections.len() < CONNECTIONS => taken,
            };
            let service = service_fn(answer.clone());
            connections.spawn(async move {
                let mut http = http1::Builder::new();
                let serving = http
                    .keep_alive(true)
                    .auto_date_header(false)
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEAD)
                    .serve_connection(TokioIo::new(stream), service);
                // A client that goes away in the middle is no fault of ours.
                drop(serving.await);
            });
        }
    }
}

/// An answer, or that the request took too long to come.
async fn in_time(answer: impl Future<Output = Response<Body>>) -> Response<Body> {
    let answer = tokio::time::timeout(BODY, answer).await;
    answer.unwrap_or_else(|_| Failure::timeout().answer().map(Body::Whole))
}

/// An answer with its `Date`. By the sandbox's clock: a client compares its own with that.
fn dated(now: Timestamp, mut answer: Response<Body>) -> Response<Body> {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    let date = date.ok().and_then(|it| HeaderValue::try_from(it).ok());
    if let Some(date) = date {
        answer.headers_mut().insert(DATE, date);
    }
    answer
}

/// Takes connections.
#[derive(Debug, Default)]
struct Taking {
    has_told: bool,
}

impl Taking {
    /// The next one. That it can't be had is told the first time.
    async fn next<T, F>(&mut self, take: impl Fn() -> F, mut tell: impl FnMut(&io::Error)) -> T
    where
        F: Future<Output = io::Result<T>>,
    {
        loop {
            let error = match take().await {
                Ok(taken) => return taken,
                Err(error) => error,
            };
            // A connection that was gone before it was taken says nothing about the next.
            if is_of_one(error.kind()) {
                continue;
            }
            if !self.has_told {
                tell(&error);
                self.has_told = true;
            }
            // The next would fail in the same way, and at once.
            sleep(PAUSE).await;
        }
    }
}

/// Whether a fault is one of a connection, and not of all of them.
fn is_of_one(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

#[expect(
    clippy::print_stderr,
    reason = "there is nobody to hand it to, and every client waits meanwhile"
)]
fn tell(error: &io::Error) {
    eprintln!("sandbox: no connection can be taken: {error}");
}

#[cfg(test)]
mod tests;
