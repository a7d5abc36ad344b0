//! `/livez`, `/readyz`, `/metrics` and `/debug/decisions`, over plain HTTP for the cluster's own use.
//!
//! It answers and never changes anything. Connections are bounded, and so is the time for each.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::warn;

use crate::metrics::Metrics;
use crate::reconcile::{Query, Readiness};
use crate::watch::Staleness;

/// Connections at once: kubelet, Prometheus, and somebody who is looking for a fault.
const CONNECTIONS: usize = 32;

/// How long a request may take to be sent.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection may last.
const CONNECTION_TIMEOUT: Duration = Duration::from_mins(1);

/// How long the one task that knows may take to answer, before it counts as hung.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// What is needed to answer.
#[derive(Debug, Clone)]
pub struct Admin {
    /// Questions to the one task that knows.
    pub queries: mpsc::Sender<Query>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// When each watch last answered.
    pub staleness: Staleness,
    /// One at a time: all decisions of a large cluster are some megabytes of text.
    pub decisions: Arc<Semaphore>,
}

impl Admin {
    /// Serves for ever; the connections end with it.
    pub async fn serve(self, listener: TcpListener) {
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        let mut connections = JoinSet::new();
        loop {
            while connections.try_join_next().is_some() {}
            let Ok(permit) = permits.clone().acquire_owned().await else {
                return;
            };
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file descriptors, as a rule; the next attempt may find one.
                    warn!(%error, "a connection could not be accepted");
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let admin = self.clone();
            connections.spawn(async move {
                let service = service_fn(move |request| admin.clone().route(request));
                let connection = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEADER_TIMEOUT)
                    .serve_connection(TokioIo::new(stream), service);
                // A peer that goes away, or stays too long, is nobody's fault here.
                drop(timeout(CONNECTION_TIMEOUT, connection).await);
                drop(permit);
            });
        }
    }

    async fn route(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        if request.method() != Method::GET {
            return Ok(plain(
                StatusCode::METHOD_NOT_ALLOWED,
                "only GET is answered\n",
            ));
        }
        let answer = match request.uri().path() {
            "/livez" => self.livez().await,
            "/readyz" => self.readyz().await,
            "/metrics" => self.metrics().await,
            "/debug/decisions" => self.decisions(request.uri().query()).await,
            _ => Some(plain(
                StatusCode::NOT_FOUND,
                "here are /livez, /readyz, /metrics and /debug/decisions\n",
            )),
        };
        let hung = || {
            plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the reconciler does not answer\n",
            )
        };
        Ok(answer.unwrap_or_else(hung))
    }

    /// Asks the one task that knows; none if it does not answer.
    pub async fn ask<T>(&self, query: impl FnOnce(oneshot::Sender<T>) -> Query) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        let exchange = async {
            self.queries.send(query(reply)).await.ok()?;
            answer.await.ok()
        };
        timeout(ANSWER_TIMEOUT, exchange).await.ok().flatten()
    }

    async fn livez(&self) -> Option<Response<Full<Bytes>>> {
        self.ask(Query::Readiness).await?;
        Some(plain(StatusCode::OK, "ok\n"))
    }

    async fn readyz(&self) -> Option<Response<Full<Bytes>>> {
        let Readiness { missing, faults } = self.ask(Query::Readiness).await?;
        let mut text = String::new();
        for line in missing.iter().chain(&faults) {
            let _ = writeln!(text, "{line}");
        }
        if missing.is_empty() {
            text.insert_str(0, "ok\n");
            return Some(plain(StatusCode::OK, text));
        }
        Some(plain(StatusCode::SERVICE_UNAVAILABLE, text))
    }

    async fn metrics(&self) -> Option<Response<Full<Bytes>>> {
        let summary = self.ask(Query::Summary).await?;
        let text = self.metrics.render(&summary, &self.staleness);
        let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Some(answer(StatusCode::OK, format, text))
    }

    async fn decisions(&self, query: Option<&str>) -> Option<Response<Full<Bytes>>> {
        let Ok(_permit) = self.decisions.try_acquire() else {
            return Some(plain(
                StatusCode::TOO_MANY_REQUESTS,
                "somebody else is being answered\n",
            ));
        };
        let namespace = query.and_then(|query| query.strip_prefix("namespace="));
        let namespace = namespace.map(str::to_owned);
        let json = self.ask(|reply| Query::Decisions(namespace, reply)).await?;
        Some(answer(
            StatusCode::OK,
            "application/json",
            format!("{json:#}\n"),
        ))
    }
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    answer(status, "text/plain; charset=utf-8", text)
}

fn answer(
    status: StatusCode,
    format: &'static str,
    text: impl Into<Bytes>,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static(format),
    );
    response
}
