//! The way of one replica: its requests go to the sandbox, or are lost, or late, and it is written down
//! what was asked and under which lease.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::pending;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use kube::client::Body;
use tarnfui_controller::clock::Clock as _;
use tarnfui_sandbox::authz::Caller;
use tarnfui_sandbox::door;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, sleep, sleep_until};
use tower::BoxError;

use super::answers::{Answer, refusal, silence};
use super::flow::Flow;
use super::{Network, Trouble};
use crate::cast::HOME;
use crate::clock::MachineClock;
use crate::record::{Actor, Begun};
use crate::story::CallFault;

/// How late a late call is: later than any client waits.
const LATE: Duration = Duration::from_secs(6);

/// How long a replica that was killed at a call stays away.
const BACK_AFTER: Duration = Duration::from_secs(3);

/// What a replica's clients are made of.
#[derive(Clone)]
pub struct Wire {
    pub(super) network: Network,
    replica: usize,
    /// The name by which it would hold the lease.
    name: Arc<str>,
    clock: MachineClock,
    caller: Arc<Caller>,
    /// Workload writes that were begun and have not ended.
    in_flight: Arc<Mutex<u32>>,
    /// What this end knows of the lease.
    known: Arc<Mutex<Known>>,
}

/// When the last calls of their kind had been sent, of those whose answers have come.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// Of those that renewed the lease.
    renewed: Option<Duration>,
    /// Of those that told whom it names.
    told: Option<Duration>,
}

impl Wire {
    /// The way of a replica that holds the lease as `name`.
    pub fn new(network: &Network, replica: usize, name: &str, clock: MachineClock) -> Self {
        let caller = Caller::service_account(HOME, "tarnfui-controller");
        Self {
            network: network.clone(),
            replica,
            name: name.into(),
            clock,
            caller: Arc::new(caller),
            in_flight: Arc::default(),
            known: Arc::default(),
        }
    }

    /// The clock of the machine at this end.
    pub fn clock(&self) -> &MachineClock {
        &self.clock
    }

    /// A client on it. Needs a tokio runtime.
    pub fn client(&self) -> kube::Client {
        let wire = self.clone();
        let service = tower::service_fn(move |request| wire.clone().pass(request));
        kube::Client::new(service, "default")
    }

    /// Hands a request on.
    pub async fn pass(self, request: Request<Body>) -> Result<Answer, BoxError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let request = Request::from_parts(head, body);
        let kind = Kind::of(&request);
        let (number, fault) = {
            let mut state = self.network.state();
            state.record.calls += 1;
            let number = state.record.calls;
            let fault = state.faults.get(&number).copied();
            let elapsed = self.network.world.elapsed();
            state.record.faulted.extend(fault.map(|_| elapsed));
            (number, fault)
        };
        let begun = (kind == Kind::Workload).then(|| self.begin(number));
        let _in_flight = (kind == Kind::Workload).then(|| InFlight::new(&self.in_flight));
        if kind == Kind::Lease && is_release(&request) {
            self.note_release(number);
        }
        let sent = self.network.world.elapsed();
        let call = Call {
            number,
            begun,
            fault,
        };
        let answer = self.hand_over(call, request.clone(), kind).await;
        let told = match &answer {
            Ok(answer) => answer.status().as_str().to_owned(),
            Err(error) => error.to_string(),
        };
        self.trace(&call, &request, &told);
        if kind == Kind::Lease
            && call.fault != Some(CallFault::BodyHangs)
            && let Ok(answer) = &answer
        {
            self.note_known(&request, answer, sent);
        }
        answer
    }

    /// Writes down what a call of the lease has told.
    fn note_known(&self, request: &Request<Bytes>, answer: &Answer, sent: Duration) {
        if !answer.status().is_success() {
            return;
        }
        let mut known = lock(&self.known);
        let is_write = request.method() != Method::GET;
        if is_write && !is_release(request) {
            known.renewed = Some(sent);
        }
        if is_write || answer.extensions().get::<NamesSomebody>().is_some() {
            known.told = Some(sent);
        }
    }

    /// From here on a call is the network's, and goes on whether its replica does or stands still;
    /// who does not wait for it any more takes it back.
    async fn hand_over(
        &self,
        call: Call,
        request: Request<Bytes>,
        kind: Kind,
    ) -> Result<Answer, BoxError> {
        let wire = self.clone();
        let carrying = tokio::spawn(async move { wire.carry(&call, &request, kind).await });
        Carried(carrying).await?
    }

    /// There and back: some milliseconds each way, so that calls overlap.
    async fn carry(
        &self,
        call: &Call,
        request: &Request<Bytes>,
        kind: Kind,
    ) -> Result<Answer, BoxError> {
        self.way().await?;
        sleep(Duration::from_micros(
            call.number.wrapping_mul(7919) % 3_000,
        ))
        .await;
        self.held(call).await;
        match call.fault {
            Some(CallFault::Lost) => return Err("the connection broke".into()),
            Some(CallFault::Hangs) => return pending().await,
            Some(CallFault::Late) => sleep(LATE).await,
            Some(CallFault::KilledBefore) => return self.die().await,
            Some(CallFault::Refused(code)) => return Ok(refusal(code)),
            _ => {}
        }
        if kind == Kind::Workload
            && let Some(code) = self.refuses()
        {
            return Ok(refusal(code));
        }
        let actor = Actor::Replica(self.replica);
        let mut answer = self.network.make(actor, call.begun, || {
            self.network.sandbox.answer(&self.caller, request)
        });
        match call.fault {
            Some(CallFault::AnswerLost) => return Err("the connection broke".into()),
            Some(CallFault::AnswerHangs) => return pending().await,
            Some(CallFault::KilledAfter) => return self.die().await,
            Some(CallFault::Failed(code)) => return Ok(refusal(code)),
            Some(CallFault::BodyHangs) => return Ok(answer.map(|_| silence())),
            _ => {}
        }
        let slow = self.trouble().slow;
        if let Some((_, by)) = slow.filter(|(until, _)| Instant::now() < *until) {
            sleep(by).await;
        }
        self.way().await?;
        if kind == Kind::Lease && names_somebody(answer.body()) {
            answer.extensions_mut().insert(NamesSomebody);
        }
        Ok(answer.map(|body| match body {
            door::Body::Whole(bytes) => Full::new(bytes).map_err(Into::into).boxed_unsync(),
            door::Body::Stream(lines) => Flow::new(self.clone(), lines).body(),
        }))
    }

    /// Waits, or fails, while there is no way to the server.
    pub(super) async fn way(&self) -> Result<(), BoxError> {
        loop {
            let now = Instant::now();
            let cut = self.trouble().cut.filter(|(until, _)| now < *until);
            let away = self.network.state().away_until;
            match (cut, away.filter(|until| now < *until)) {
                (None, None) => return Ok(()),
                (Some((_, false)), _) | (None, Some(_)) => return Err("no way there".into()),
                (Some((until, true)), _) => {
                    let bell = self.network.bell.notified();
                    tokio::select! { biased; () = bell => {}, () = sleep_until(until) => {} }
                }
            }
        }
    }

    /// Of what a process handed over just before it was stopped, some is with the kernel, and goes on;
    /// the rest is still to be sent, and waits for the process.
    async fn held(&self, call: &Call) {
        let is_sent = call.number.is_multiple_of(2);
        while !is_sent && self.trouble().stands {
            self.network.bell.notified().await;
        }
    }

    async fn die(&self) -> Result<Answer, BoxError> {
        // Nobody listens once the run is over.
        let _ = self.network.kills.send((self.replica, BACK_AFTER));
        pending().await
    }

    fn refuses(&self) -> Option<u16> {
        let refuses = self.network.state().refuses;
        refuses
            .filter(|(until, _)| Instant::now() < *until)
            .map(|(_, code)| code)
    }

    /// Counts the watches of the replica anew.
    pub(super) fn counts(&self, count: impl FnOnce(usize) -> usize) {
        let watches = &mut self.network.state().watches[self.replica];
        *watches = count(*watches);
    }

    pub(super) fn trouble(&self) -> Trouble {
        self.network.state().lines[self.replica]
    }

    /// Writes down that a write of a workload was begun, and under which lease.
    fn begin(&self, call: u64) -> usize {
        let known = *lock(&self.known);
        let begun = Begun {
            elapsed: self.network.world.elapsed(),
            world: self.network.world.now(),
            own: self.clock.now(),
            replica: self.replica,
            call,
            holder: self.network.holder(),
            name: self.name.to_string(),
            renewed: known.renewed,
            told: known.told,
        };
        self.network.record(|record| {
            record.begun.push(begun);
            record.begun.len() - 1
        })
    }

    fn note_release(&self, call: u64) {
        let left = *lock(&self.in_flight);
        if left > 0 {
            let replica = self.replica;
            let told = format!(
                "call {call}: replica {replica} gives the lease back with {left} writes in flight"
            );
            self.network.record(|record| record.early.push(told));
        }
    }

    fn trace(&self, call: &Call, request: &Request<Bytes>, told: &str) {
        let (method, uri) = (request.method(), request.uri());
        let (number, replica) = (call.number, self.replica);
        let elapsed = self.network.world.elapsed();
        self.network.record(|record| {
            record.line(
                elapsed,
                format_args!("#{number} replica {replica}: {method} {uri} -> {told}"),
            );
        });
    }
}

/// A call on its way. Dropping it takes it back.
struct Carried(JoinHandle<Result<Answer, BoxError>>);

impl Future for Carried {
    type Output = Result<Result<Answer, BoxError>, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl Drop for Carried {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// One call.
#[derive(Clone, Copy)]
struct Call {
    number: u64,
    begun: Option<usize>,
    fault: Option<CallFault>,
}

/// What a call is about, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A write of a workload.
    Workload,
    /// The lease.
    Lease,
    /// Anything else.
    Other,
}

impl Kind {
    fn of(request: &Request<Bytes>) -> Self {
        let path = request.uri().path();
        if path.contains("/leases") {
            Self::Lease
        } else if request.method() == Method::PATCH {
            Self::Workload
        } else {
            Self::Other
        }
    }
}

fn is_release(request: &Request<Bytes>) -> bool {
    let wanted = b"\"holderIdentity\":\"\"";
    request.body().windows(wanted.len()).any(|it| it == wanted)
}

/// Of an answer: that it is a lease with a holder.
#[derive(Clone, Copy)]
struct NamesSomebody;

fn names_somebody(body: &door::Body) -> bool {
    let door::Body::Whole(bytes) = body else {
        return false;
    };
    let wanted = b"\"holderIdentity\":\"";
    let mut found = bytes.windows(wanted.len() + 1);
    found.any(|it| it.starts_with(wanted) && !it.ends_with(b"\""))
}

/// Counts a write for as long as its client waits for it.
struct InFlight(Arc<Mutex<u32>>);

impl InFlight {
    fn new(count: &Arc<Mutex<u32>>) -> Self {
        *lock(count) += 1;
        Self(count.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        *lock(&self.0) -= 1;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
