//! The one task that knows everything and decides when: news come in, namespaces are looked at,
//! changes go out.
//!
//! A look is `observe -> plan -> remember`, and where this process leads, the plan's changes are
//! queued. Work is per namespace: news mark one as dirty, and its next transition is kept with it.
//! Nothing is read or written periodically. What is decided is decided in
//! [`tarnfui_shared::plan`]; what is written, in [`crate::execute`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tarnfui_shared::plan::{Plan, plan};
use tarnfui_shared::workload::Kind;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};
use tracing::{debug, info, warn};

use crate::clock::Clock;
use crate::events::Teller;
use crate::execute::Outcome;
use crate::leader::{LeaderHandle, Leadership};
use crate::metrics::Metrics;
use crate::pace::{Pace, Step};
use crate::world::{Dirty, News, World};

mod agenda;
mod drift;
mod later;
mod query;
mod tell;
mod timers;
mod writes;

use agenda::Agenda;
use drift::Drift;
use later::Later;
pub use query::{Counts, Query, Readiness, Summary};
use timers::Timers;

/// The longest sleep: the wall clock is compared with the monotonic one at least this often.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// How many namespaces are looked at before news are taken in again.
const LOOKS_PER_TURN: usize = 64;

/// How many news are taken in before namespaces are looked at.
const NEWS_PER_TURN: usize = 256;

/// How long writes in flight may take to end once the process is told to.
const DRAIN: Duration = Duration::from_secs(2);

/// What the task is made of.
pub struct Parts {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The client that writes.
    pub client: kube::Client,
    /// What is known so far.
    pub world: World,
    /// Whether this process leads.
    pub leader: LeaderHandle,
    /// Tells people.
    pub teller: Teller,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// Tells the watches which kinds are handled.
    pub handled: BTreeMap<Kind, watch::Sender<bool>>,
}

/// The task.
pub struct Reconciler {
    parts: Parts,
    leadership: watch::Receiver<Leadership>,
    timers: Timers,
    drift: Drift,
    /// Who is to be looked at.
    dirty: Agenda,
    /// Namespaces whose changes have to wait for room in the queue.
    later: Later,
    /// Whether the lease says which configuration is acted by.
    is_noted: bool,
    pace: Pace,
    /// What is in flight. In this task and not in tasks of their own, so that they end with it: not
    /// one request leaves after it.
    writes: FuturesUnordered<BoxFuture<'static, Done>>,
}

/// A step that has ended.
#[derive(Debug)]
struct Done {
    step: Step,
    outcome: Outcome,
}

/// Why the loop turned.
enum Turn {
    Stop,
    Leadership,
    Written(Box<Done>),
    News(Option<Box<News>>),
    Query(Query),
    Time,
}

impl Reconciler {
    /// A task that has not begun.
    pub fn new(parts: Parts) -> Self {
        Self {
            leadership: parts.leader.leadership(),
            drift: Drift::new(parts.clock.now()),
            parts,
            timers: Timers::default(),
            dirty: Agenda::default(),
            later: Later::default(),
            is_noted: false,
            pace: Pace::default(),
            writes: FuturesUnordered::new(),
        }
    }

    /// Runs until `stop`, and until the writes in flight have ended after it. Dropping it drops these
    /// too.
    pub async fn run(
        mut self,
        mut news: mpsc::Receiver<News>,
        mut queries: mpsc::Receiver<Query>,
        stop: impl Future<Output = ()>,
    ) {
        let mut stop = std::pin::pin!(stop);
        self.note_configuration();
        loop {
            let wake_at = self.wake_at();
            let turn = tokio::select! {
                biased;
                () = &mut stop => Turn::Stop,
                changed = self.leadership.changed() => {
                    if changed.is_err() { Turn::Stop } else { Turn::Leadership }
                }
                Some(done) = self.writes.next() => Turn::Written(Box::new(done)),
                next = news.recv() => Turn::News(next.map(Box::new)),
                Some(query) = queries.recv() => Turn::Query(query),
                () = sleep_until(wake_at) => Turn::Time,
            };
            match turn {
                Turn::Stop | Turn::News(None) => break,
                Turn::Leadership => self.leadership_changed(),
                Turn::Written(done) => self.written(*done),
                Turn::Query(query) => self.answer(query),
                Turn::News(Some(first)) => self.take_in(*first, &mut news),
                Turn::Time => {}
            }
            self.time_passed();
            self.look_at_dirty();
            self.note_on_lease();
            self.start_writes();
        }
        self.drain().await;
    }

    /// When the loop has to turn by itself.
    fn wake_at(&self) -> Instant {
        let now = Instant::now();
        if !self.dirty.is_empty() || self.later.has_room(&self.pace) {
            return now;
        }
        let clock = &self.parts.clock;
        let boundary = self.timers.next().map(|at| now + clock.wait_until(at));
        let held = self.pace.wakes_at(now);
        let longest = now + LONGEST_SLEEP;
        boundary.into_iter().chain(held).fold(longest, Instant::min)
    }

    /// Takes in what has come so far, up to a number.
    fn take_in(&mut self, first: News, news: &mut mpsc::Receiver<News>) {
        let more = std::iter::from_fn(|| news.try_recv().ok()).take(NEWS_PER_TURN);
        for item in std::iter::once(first).chain(more) {
            let is_configuration = matches!(item, News::Configuration(..));
            let dirty = self.parts.world.take_in(item);
            if is_configuration && dirty == Dirty::All {
                // What is queued was planned under the one before.
                self.pace.drop_queue();
                self.is_noted = false;
            }
            match dirty {
                Dirty::None => {}
                Dirty::One(namespace) => self.dirty.add(namespace),
                Dirty::All => self.dirty.add_all(),
            }
            if is_configuration {
                self.note_configuration();
            }
        }
    }

    /// Tells the watches which kinds are handled.
    fn note_configuration(&mut self) {
        let problems = self.parts.world.config_problems();
        self.parts
            .metrics
            .configuration_is_valid(problems.is_empty());
        for problem in problems {
            warn!(%problem, "the configuration is not taken: the last good one stays in force");
        }
        let Some(config) = self.parts.world.config() else {
            return;
        };
        for (kind, handled) in &self.parts.handled {
            let now = config.kinds.contains(*kind);
            handled.send_if_modified(|was| std::mem::replace(was, now) != now);
        }
    }

    /// Says on the lease which configuration is acted by, once nothing planned under an earlier one
    /// can land any more: `paused` is heard when it is true.
    fn note_on_lease(&mut self) {
        if !self.is_noted && self.pace.in_flight() == 0 && self.parts.world.config().is_some() {
            self.parts
                .leader
                .note_config(self.parts.world.config_version());
            self.is_noted = true;
        }
    }

    fn leadership_changed(&mut self) {
        let leads = self.leadership.borrow_and_update().leads_at(Instant::now());
        self.parts.metrics.leads(leads);
        // Even where it leads again: what is queued may be of an earlier term.
        self.pace.clear();
        self.later.clear();
        self.dirty.add_all();
    }

    fn time_passed(&mut self) {
        let now = self.parts.clock.now();
        if self.drift.has_jumped(self.parts.clock.as_ref()) {
            info!("the wall clock was set, or the machine was suspended: everything is looked at");
            self.dirty.add_all();
        }
        if self.timers.have_come(now) {
            let add = |namespace: &str| self.dirty.add(namespace.into());
            self.parts.world.take_due(now, add);
        }
    }

    /// Looks at what is dirty; then, while there is room in the queue, at what had to wait for it.
    fn look_at_dirty(&mut self) {
        for _ in 0..LOOKS_PER_TURN {
            let waiting = || self.later.next(&self.pace);
            let dirty = self.dirty.next(&self.parts.world);
            let Some(namespace) = dirty.or_else(waiting) else {
                break;
            };
            self.look(&namespace);
        }
    }

    /// One look at one namespace.
    fn look(&mut self, namespace: &str) {
        let now = self.parts.clock.now();
        let Some(observation) = self.parts.world.observation(namespace) else {
            self.later.remove(namespace);
            self.pace.replace(namespace, Vec::new());
            return;
        };
        let plan = plan(now, &observation);
        let counts = query::count(&observation, &plan);
        debug!(namespace, decision = ?plan.decision, changes = plan.changes.len(), "looked");
        self.parts.world.remember(namespace, &plan);
        self.keep(namespace, &plan, counts);
        if !self.leads() {
            return;
        }
        // What is to be written waits for room in the queue, but never behind what is less urgent.
        self.later.remove(namespace);
        let urgency = plan.changes.iter().map(|change| change.urgency).min();
        if let Some(urgency) = urgency
            && self.pace.is_full(urgency)
            && !self.pace.has(namespace)
        {
            self.later.insert(urgency, namespace);
            return;
        }
        self.tell(namespace, &plan);
        self.pace.replace(namespace, plan.changes);
    }

    fn leads(&self) -> bool {
        self.leadership.borrow().leads_at(Instant::now())
    }

    fn keep(&mut self, namespace: &str, plan: &Plan, counts: Counts) {
        let Some(last) = self.parts.world.last(namespace) else {
            return;
        };
        let before = std::mem::replace(&mut last.next_transition, plan.next_transition);
        self.timers.change(before, plan.next_transition);
        if plan.changes.is_empty() {
            last.due_since = None;
        }
        last.decision = Some(plan.decision.map(|it| (it.state, it.reason)));
        last.counts = counts;
    }
}

#[cfg(test)]
mod tests;
