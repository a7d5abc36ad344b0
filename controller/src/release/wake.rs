//! Gives back whatever carries a mark: lists, plans as for kinds that are not handled, and writes.
//!
//! What is written is chosen by [`tarnfui_shared::plan`], when by [`crate::pace`], and how by
//! [`crate::execute`], all as in a controller; here there is no watch, so lists take its place. It is
//! not known here who leads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};
use tarnfui_shared::change::{Op, Target};
use tarnfui_shared::config::Config;
use tarnfui_shared::observe::{NamespaceObject, Uid, Workload};
use tarnfui_shared::plan::plan;
use tarnfui_shared::workload::{KINDS, Kind, Kinds, Mark, SAVED_LABEL, Value};
use tokio::time::{Instant, sleep_until};
use tracing::{debug, warn};

use super::calls::{CallError, Calls, Page};
use super::item::AllUnread;
use super::report::Report;
use crate::clock::Clock;
use crate::errors::chain;
use crate::execute::{self, Outcome};
use crate::pace::{Pace, Step, Verdict};
use crate::world::{News, Source, World};

/// How often the server may refuse to write one object before it is left: 1, 2 and 4 s apart, in
/// which a webhook may come back.
pub(super) const MAX_REFUSALS: u32 = 4;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// What has a mark.
    Marked,
    /// Everything else too that still shows our hand, which no selector finds: an entry in
    /// `managedFields` that a crash has left, or a workload at rest whose mark is gone.
    Traces,
}

/// What a pass has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// Nothing to write, but for what was given up.
    Nothing,
    /// Something to write, which is written by now or given up; or a kind that the server could not
    /// list just now.
    Something,
}

/// What is known, queued and under way.
pub(super) struct Waking {
    clock: Arc<dyn Clock>,
    calls: Calls,
    world: World,
    pace: Pace,
    writes: FuturesUnordered<BoxFuture<'static, (Step, Outcome)>>,
    limit: usize,
    lists: u32,
    refusals: BTreeMap<Target, (u32, String)>,
    /// Writes that may have landed.
    doubtful: BTreeMap<Target, Op>,
    /// What was done and is left.
    pub(super) report: Report,
}

impl Waking {
    /// Nothing known, and at most `limit` writes at once.
    pub(super) fn new(clock: Arc<dyn Clock>, calls: Calls, limit: usize) -> Self {
        // No kind is handled, so whatever the annotations say, everything is only released.
        let config = Config {
            kinds: Kinds::NONE,
            ..Config::default()
        };
        let mut world = World::new(Some(Arc::new(config)));
        world.take_in(News::Listed(Source::Namespaces));
        world.take_in(News::Listed(Source::Autoscalers));
        Self {
            clock,
            calls,
            world,
            pace: Pace::default(),
            writes: FuturesUnordered::new(),
            limit,
            lists: 0,
            refusals: BTreeMap::new(),
            doubtful: BTreeMap::new(),
            report: Report::default(),
        }
    }

    /// Looks once at everything in `scope`, kind by kind so that one that can't be listed holds up no
    /// other, and writes what there is to write: until it is written, given up, or the time is up.
    pub(super) async fn pass(&mut self, scope: Scope) -> Found {
        let mut found = Found::Nothing;
        for row in KINDS {
            let fault = self.list(row.kind, scope).await.err();
            if matches!(fault, Some(CallError::NoAnswer(..))) {
                found = Found::Something;
            }
            let fault = fault.map(|error| chain(&error));
            self.report.listed(row.kind, fault);
            let names: Vec<Box<str>> = self.world.names().map(Box::from).collect();
            for name in names {
                found = found.max(self.look(&name));
            }
            self.write().await;
        }
        found
    }

    /// Lists one kind, in pages; one the server does not have is none.
    async fn list(&mut self, kind: Kind, scope: Scope) -> Result<(), CallError> {
        let label = (scope == Scope::Marked).then_some(SAVED_LABEL);
        let source = Source::Workloads(kind);
        let mut token = None;
        let mut unread = AllUnread::default();
        self.lists += 1;
        self.world.take_in(News::Relisting(source, self.lists));
        loop {
            match self.calls.page(kind, label, token.as_deref()).await? {
                Page::Objects(objects) => {
                    token = objects.metadata.continue_.filter(|token| !token.is_empty());
                    for object in objects.items {
                        match object.raw.read(kind) {
                            Ok((namespace, workload)) => self.take_in(namespace, workload),
                            Err(it) => unread.push(it),
                        }
                    }
                }
                // From the start. What has gone meanwhile goes with the next pass.
                Page::Expired => {
                    token = None;
                    unread = AllUnread::default();
                    continue;
                }
                Page::NoSuchKind => {
                    debug!(%kind, "the server does not have these");
                    token = None;
                }
            }
            if token.is_none() {
                self.world.take_in(News::Listed(source));
                self.report.unread(kind, unread);
                return Ok(());
            }
        }
    }

    fn take_in(&mut self, namespace: Box<str>, workload: Workload) {
        if !shows_our_hand(&workload) {
            return;
        }
        let object = NamespaceObject {
            uid: Uid::read(""),
            is_terminating: false,
            reading: Arc::default(),
        };
        let name = namespace.clone();
        self.world.take_in(News::Namespace(name, object));
        self.world
            .take_in(News::Workload(namespace, Box::new(workload)));
    }

    /// Plans for one namespace, and queues what is to be written.
    fn look(&mut self, namespace: &str) -> Found {
        let now = self.clock.now();
        let Some(observation) = self.world.observation(namespace) else {
            self.pace.replace(namespace, Vec::new());
            return Found::Nothing;
        };
        let plan = plan(now, &observation);
        let refusals = &self.refusals;
        let is_open = |target: &Target| {
            let refused = refusals.get(target);
            refused.is_none_or(|(count, _)| *count < MAX_REFUSALS)
        };
        self.report.look(&observation, &plan, refusals);
        self.world.remember(namespace, &plan);
        let changes = plan.changes.into_iter();
        let changes: Vec<_> = changes.filter(|it| is_open(&it.target)).collect();
        let is_empty = changes.is_empty();
        self.pace.replace(namespace, changes);
        if is_empty {
            Found::Nothing
        } else {
            Found::Something
        }
    }

    /// Writes until nothing is queued or in flight, or the time is up.
    async fn write(&mut self) {
        let deadline = self.calls.deadline;
        loop {
            let now = Instant::now();
            if now >= deadline {
                return;
            }
            while let Some(step) = self.pace.next(now, self.limit) {
                let client = self.calls.client.clone();
                self.writes.push(Box::pin(async move {
                    let outcome = match &step {
                        Step::Write(change) => execute::write(client, change, deadline).await,
                        Step::Read(change) => execute::read(client, change, deadline).await,
                    };
                    (step, outcome)
                }));
            }
            if self.writes.is_empty() && self.pace.queued() == 0 {
                return;
            }
            let wake_at = self.pace.wakes_at(now).unwrap_or(deadline).min(deadline);
            let mut dirty = BTreeSet::new();
            tokio::select! {
                biased;
                Some(done) = self.writes.next() => drop(dirty.insert(self.finished(done))),
                () = sleep_until(wake_at) => {}
            }
            // Many may have ended at once, and a look at a large namespace is not for free.
            while let Some(Some(done)) = self.writes.next().now_or_never() {
                dirty.insert(self.finished(done));
            }
            for namespace in dirty {
                self.look(&namespace);
            }
        }
    }

    /// Takes in what came of a request; gives the namespace that is to be looked at again.
    fn finished(&mut self, (step, outcome): (Step, Outcome)) -> Box<str> {
        let change = step.change();
        let target = &change.target;
        let is_write = matches!(step, Step::Write(_));
        let verdict = self.pace.finished(&step, &outcome, Instant::now());
        if let Verdict::Refused(message) = verdict {
            warn!(%target, message, "a write was refused");
            let (count, last) = self.refusals.entry(target.clone()).or_default();
            (*count, *last) = (*count + 1, message);
        }
        match outcome {
            Outcome::Done(workload) => {
                let op = if is_write {
                    Some(change.op)
                } else {
                    // One that was not known to have landed, and has.
                    let is_free = workload.mark == Mark::None;
                    self.doubtful.remove(target).filter(|_| is_free)
                };
                if let Some(op) = op {
                    self.report.done(target, op);
                }
                let written = is_write.then_some(change.op);
                self.world.seen(&target.namespace, *workload, written);
            }
            Outcome::Unknown(message) => {
                debug!(%target, message, "what came of a request is not known");
                if is_write {
                    self.doubtful.insert(target.clone(), change.op);
                    self.world.attempted(change);
                }
            }
            Outcome::Gone => {
                let Target {
                    namespace,
                    kind,
                    name,
                } = target.clone();
                self.world
                    .take_in(News::WorkloadGone(namespace, kind, name));
            }
            Outcome::Conflict | Outcome::Busy(_) | Outcome::Refused(_) => {}
        }
        target.namespace.clone()
    }
}

/// Whether there is anything of ours on it.
fn shows_our_hand(workload: &Workload) -> bool {
    let rest = Value::at_rest(workload.kind.row().field);
    workload.mark != Mark::None
        || workload.owner.handover_entry.is_some()
        || (workload.owner.is_ours && workload.value == rest)
}
