//! Faults that other tools have, planted into a replica, to see that they are found.
//!
//! Nothing in the controller knows of them. A replica with a planted fault speaks through a service
//! that bends what it says, or what it is told, as if it had been written wrongly.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, StreamBody};
use jiff::{SignedDuration, Timestamp};
use kube::client::Body;
use serde_json::{Value, json};
use tarnfui_controller::clock::Clock as _;
use tarnfui_sandbox::authz::Caller;
use tarnfui_sandbox::door::Sandbox;
use tokio::sync::watch;
use tokio::time::sleep;
use tower::BoxError;

use crate::cast::{HOME, LEASE};
use crate::network::{Answer, Wire};

/// How long a lease lives, as it says itself.
const LEASE_LIVES: SignedDuration = SignedDuration::from_secs(15);

/// How long a cache stays empty that is taken for the truth.
const EMPTY_FOR: Duration = Duration::from_secs(2);

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Planted {
    /// The field is written first, the mark after it.
    TwoWrites,
    /// Writes go out without the version that was seen.
    NoPrecondition,
    /// Leadership is not asked before a write.
    LeadershipNotAsked,
    /// The saved value is written again while asleep.
    SavedOverwritten,
    /// The lease is over when our own clock says so.
    ExpiryByWallClock,
    /// The lease is given back before the writes in flight have ended.
    ReleaseBeforeDrain,
    /// A namespace that is not in the cache yet has no rules.
    EmptyCacheIsNoRules,
    /// A write that is refused ends in a panic.
    PanicsWhenRefused,
    /// A write that failed counts as done.
    FailedIsDone,
}

/// Where a planted fault has to be found.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The fault.
    pub planted: Planted,
    /// In how many seeds, from the first.
    pub within: u64,
    /// By one of these promises.
    pub promises: &'static [&'static str],
}

impl Row {
    const fn new(planted: Planted, within: u64, promises: &'static [&'static str]) -> Self {
        Self {
            planted,
            within,
            promises,
        }
    }
}

impl Planted {
    /// All of them.
    pub const ALL: [Row; 9] = [
        Row::new(Self::TwoWrites, 10, &["a_saved_value_is_never_lost"]),
        Row::new(
            Self::NoPrecondition,
            500,
            &[
                "a_saved_value_is_never_lost",
                "what_comes_back_is_what_was_saved",
                "every_workload_is_as_its_rules_say",
            ],
        ),
        Row::new(
            Self::LeadershipNotAsked,
            10,
            &["writes_are_begun_under_the_lease"],
        ),
        Row::new(Self::SavedOverwritten, 10, &["a_saved_value_is_never_lost"]),
        Row::new(
            Self::ExpiryByWallClock,
            100,
            &["writes_are_begun_under_the_lease"],
        ),
        Row::new(
            Self::ReleaseBeforeDrain,
            200,
            &["the_lease_is_given_back_after_the_writes"],
        ),
        Row::new(Self::EmptyCacheIsNoRules, 100, &["writes_follow_the_rules"]),
        Row::new(Self::PanicsWhenRefused, 10, &["nothing_panics"]),
        Row::new(Self::FailedIsDone, 20, &["every_window_is_reached"]),
    ];

    /// As it is typed.
    pub fn name(self) -> String {
        let value = clap::ValueEnum::to_possible_value(&self);
        value.map_or(String::new(), |it| it.get_name().to_owned())
    }

    /// The two clients of a replica, bent if a fault is planted.
    pub fn clients(
        planted: Option<Self>,
        wire: &Wire,
        told: watch::Receiver<bool>,
    ) -> (kube::Client, kube::Client) {
        let Some(planted) = planted else {
            return (wire.client(), wire.client());
        };
        let bent = Bent {
            wire: wire.clone(),
            planted,
            told,
            own_lease: Arc::new(own_lease(wire)),
        };
        let client = || {
            let bent = bent.clone();
            let service = tower::service_fn(move |request| bent.clone().pass(request));
            kube::Client::new(service, "default")
        };
        (client(), client())
    }
}

/// What a replica with a planted fault speaks through.
#[derive(Clone)]
struct Bent {
    wire: Wire,
    planted: Planted,
    told: watch::Receiver<bool>,
    /// A server of its own, which gives the lease to whoever asks.
    own_lease: Arc<Sandbox>,
}

fn own_lease(wire: &Wire) -> Sandbox {
    let clock = wire.clock().clone();
    let sandbox = Sandbox::new(1, Arc::new(move || clock.now()));
    let admin = Caller::admin("admin");
    let body = json!({ "metadata": { "name": HOME } }).to_string();
    let request = Request::post("/api/v1/namespaces").body(body.into());
    sandbox.answer(&admin, &request.expect("a request"));
    sandbox
}

impl Bent {
    async fn pass(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let is_lease = request.uri().path().contains("/leases");
        let is_write = request.method() == Method::PATCH && !is_lease;
        let is_concerned = match self.planted {
            Planted::TwoWrites
            | Planted::NoPrecondition
            | Planted::SavedOverwritten
            | Planted::ReleaseBeforeDrain
            | Planted::PanicsWhenRefused
            | Planted::FailedIsDone => is_write,
            Planted::LeadershipNotAsked | Planted::ExpiryByWallClock => is_lease,
            Planted::EmptyCacheIsNoRules => request.uri().path() == "/api/v1/namespaces",
        };
        if !is_concerned {
            return self.wire.clone().pass(request).await;
        }
        match self.planted {
            Planted::TwoWrites => self.two_writes(request).await,
            Planted::NoPrecondition => self.without_version(request).await,
            Planted::LeadershipNotAsked => self.lead_alone(request).await,
            Planted::SavedOverwritten => self.overwrite(request).await,
            Planted::ExpiryByWallClock => self.judge_by_clock(request).await,
            Planted::ReleaseBeforeDrain => self.release_early(request).await,
            Planted::EmptyCacheIsNoRules => self.empty_at_first(request).await,
            Planted::PanicsWhenRefused => {
                let answer = self.wire.pass(request).await?;
                assert!(answer.status().is_success(), "who would refuse that");
                Ok(answer)
            }
            Planted::FailedIsDone => self.take_for_done(request).await,
        }
    }

    /// Answers what failed with the object as it would have become.
    async fn take_for_done(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let (head, patch) = open(request).await?;
        let answer = self.send(head.clone(), &patch).await?;
        let code = answer.status();
        if code.is_success() || matches!(code, StatusCode::CONFLICT | StatusCode::NOT_FOUND) {
            return Ok(answer);
        }
        let read = Request::get(head.uri.path()).body(Body::empty())?;
        let (mut head, body) = self.wire.clone().pass(read).await?.into_parts();
        head.headers.remove(CONTENT_LENGTH);
        let mut object: Value = serde_json::from_slice(&body.collect().await?.to_bytes())?;
        merge(&mut object["spec"], &patch["spec"]);
        merge(
            &mut object["metadata"]["labels"],
            &patch["metadata"]["labels"],
        );
        let body = Full::new(Bytes::from(object.to_string()));
        let body = body.map_err(Into::into).boxed_unsync();
        Ok(Response::from_parts(head, body))
    }

    async fn without_version(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let (head, mut patch) = open(request).await?;
        if let Some(metadata) = patch["metadata"].as_object_mut() {
            metadata.remove("resourceVersion");
        }
        self.send(head, &patch).await
    }

    async fn send(&self, head: http::request::Parts, body: &Value) -> Result<Answer, BoxError> {
        let body = Body::from(body.to_string().into_bytes());
        let wire = self.wire.clone();
        wire.pass(Request::from_parts(head, body)).await
    }

    async fn two_writes(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let (head, patch) = open(request).await?;
        if patch["spec"].is_null() || patch["metadata"]["labels"].is_null() {
            return self.send(head, &patch).await;
        }
        let version = &patch["metadata"]["resourceVersion"];
        let first = json!({ "metadata": { "resourceVersion": version }, "spec": patch["spec"] });
        let answer = self.send(head.clone(), &first).await?;
        if !answer.status().is_success() {
            return Ok(answer);
        }
        let second = json!({ "metadata": { "labels": patch["metadata"]["labels"] } });
        self.send(head, &second).await
    }

    async fn overwrite(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let (head, patch) = open(request).await?;
        let answer = self.send(head.clone(), &patch).await?;
        let saves = patch["metadata"]["labels"]["tarnfui.io/saved"].is_string();
        if !saves || !answer.status().is_success() {
            return Ok(answer);
        }
        let now = &patch["spec"]["replicas"];
        let again = json!({ "metadata": { "labels": { "tarnfui.io/saved": now.to_string() } } });
        self.send(head, &again).await
    }

    /// Asks a server that nobody else knows.
    async fn lead_alone(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let request = Request::from_parts(head, body);
        let admin = Caller::admin("admin");
        let answer = self.own_lease.answer(&admin, &request);
        Ok(answer.map(http_body_util::BodyExt::boxed_unsync))
    }

    /// Shows a lease as free when our own clock says that it is over.
    async fn judge_by_clock(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let now = self.wire.clock().unskipped();
        if request.method() != Method::GET {
            let (head, mut lease) = open(request).await?;
            let now = now.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
            lease["spec"]["renewTime"] = now.into();
            return self.send(head, &lease).await;
        }
        let answer = self.wire.clone().pass(request).await?;
        let (mut head, body) = answer.into_parts();
        head.headers.remove(CONTENT_LENGTH);
        let bytes = body.collect().await?.to_bytes();
        let mut lease: Value = serde_json::from_slice(&bytes)?;
        let renewed = lease["spec"]["renewTime"].as_str();
        let renewed = renewed.and_then(|it| it.parse::<Timestamp>().ok());
        if renewed.is_some_and(|it| now.duration_since(it) > LEASE_LIVES) {
            lease["spec"]["holderIdentity"] = "".into();
        }
        let body = Full::new(Bytes::from(lease.to_string()));
        Ok(Response::from_parts(
            head,
            body.map_err(Into::into).boxed_unsync(),
        ))
    }

    /// Gives the lease back the moment it is told to stop, whatever is in flight.
    async fn release_early(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let mut told = self.told.clone();
        let mut answer = std::pin::pin!(self.wire.clone().pass(request));
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            told = told.wait_for(|told| *told) => drop(told),
        }
        let lease = format!("/apis/coordination.k8s.io/v1/namespaces/{HOME}/leases/{LEASE}");
        let release = json!({ "spec": { "holderIdentity": "" } }).to_string();
        let request = Request::patch(lease)
            .header("content-type", "application/merge-patch+json")
            .body(Body::from(release.into_bytes()))?;
        self.wire.clone().pass(request).await?;
        answer.await
    }

    /// Tells of namespaces without their annotations, and of the rest a moment later.
    async fn empty_at_first(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let answer = self.wire.clone().pass(request).await?;
        Ok(answer.map(|body| {
            let mut later = None;
            let lines = body.into_data_stream().map(move |chunk| {
                let chunk = chunk?;
                if later.is_some() {
                    return Ok::<_, BoxError>((chunk, None));
                }
                later = Some(());
                let (bare, whole) = bare(&chunk)?;
                Ok((bare, Some(whole)))
            });
            let lines = lines.flat_map(|it| match it {
                Ok((now, None)) => stream::iter([Ok(now)]).boxed(),
                Ok((now, Some(later))) => stream::once(async { Ok(now) })
                    .chain(stream::once(async {
                        sleep(EMPTY_FOR).await;
                        Ok(later)
                    }))
                    .boxed(),
                Err(error) => stream::once(async { Err(error) }).boxed(),
            });
            StreamBody::new(lines.map(|it| it.map(http_body::Frame::data))).boxed_unsync()
        }))
    }
}

/// The events without annotations, and the same as changes, as they were.
fn bare(chunk: &[u8]) -> Result<(Bytes, Bytes), BoxError> {
    let (mut bare, mut whole) = (String::new(), String::new());
    for line in std::str::from_utf8(chunk)?.lines() {
        let mut event: Value = serde_json::from_str(line)?;
        if event["type"] == "ADDED" {
            event["type"] = "MODIFIED".into();
            writeln!(whole, "{event}")?;
            event["type"] = "ADDED".into();
            event["object"]["metadata"]["annotations"] = Value::Null;
        }
        writeln!(bare, "{event}")?;
    }
    Ok((bare.into(), whole.into()))
}

/// A merge patch of what is flat.
fn merge(object: &mut Value, patch: &Value) {
    for (key, value) in patch.as_object().into_iter().flatten() {
        object[key] = value.clone();
    }
    if let Some(object) = object.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
}

async fn open(request: Request<Body>) -> Result<(http::request::Parts, Value), BoxError> {
    let (mut head, body) = request.into_parts();
    // The body changes its length on the way.
    head.headers.remove(CONTENT_LENGTH);
    let bytes = body.collect().await?.to_bytes();
    Ok((head, serde_json::from_slice(&bytes)?))
}
