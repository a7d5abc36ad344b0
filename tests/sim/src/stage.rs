//! A run from its first to its last moment: replicas are started, things happen, everything is
//! mended, and what is left is looked at.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use jiff::SignedDuration;
use tarnfui_controller::leader::{Candidate, LeaseKey, Timings};
use tarnfui_controller::replica::{Replica, ReplicaError, Seams, Settings};
use tarnfui_controller::watch::configuration::{Origin, Reader};
use tarnfui_sandbox::door::Sandbox;
use tarnfui_shared::config::Config;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use crate::cast::{self, CONFIG, CONFIG_MAP, HOME, LEASE};
use crate::check::{self, Breach};
use crate::clock::{MachineClock, World};
use crate::network::{Network, Wire};
use crate::panics;
use crate::planted::Planted;
use crate::record::Record;
use crate::story::{Deed, Role, Story};

mod deeds;
mod lived;
mod machinery;
mod people;
mod standstill;

pub(crate) use deeds::ENDS_WITHIN;
use machinery::machinery;
use standstill::Standstill;

/// How often it is looked at whether a replica that was told to stop has done so.
const START_AGAIN: Duration = Duration::from_secs(1);

/// How often what heals itself is looked at.
const HEAL_EVERY: Duration = Duration::from_secs(7);

/// How often it is looked at whether all is well in the end, and how long that may take: the longest
/// pause between two attempts, and the longest wait for a wave.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const SETTLED_WITHIN: Duration = Duration::from_mins(12);

/// How long nothing more may happen after that.
const QUIET: Duration = Duration::from_secs(35);

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// What was promised and not kept.
    pub breaches: Vec<Breach>,
    /// The record.
    pub record: Record,
    /// How many workloads were judged between two boundaries.
    pub judged: usize,
}

/// Something that is going to happen.
enum Act {
    Deed(Deed),
    Start(usize),
    Heal(usize, Instant),
    Configure(&'static str),
    GoOn(usize),
    Found(usize),
    Apply(Role, u32, Instant),
    Unscale(Role),
}

/// What the cluster's own controllers do.
type Machinery = Pin<Box<dyn Future<Output = ()>>>;

struct Running {
    life: Pin<Box<dyn Future<Output = Result<(), ReplicaError>>>>,
    told: watch::Sender<bool>,
    standstill: Standstill,
}

struct Slot {
    clock: MachineClock,
    running: Option<Running>,
    incarnation: u32,
}

/// The stage of one run.
pub struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) world: World,
    pub(crate) network: Network,
    pub(crate) story: Story,
    planted: Option<Planted>,
    slots: Vec<Slot>,
    killed: mpsc::UnboundedReceiver<(usize, Duration)>,
    machinery: Machinery,
    acts: BTreeMap<(Instant, u32), Act>,
    next: u32,
    /// What was seen on the way.
    breaches: Vec<Breach>,
    judged: usize,
}

/// Plays a story. The same story gives the same record, to the byte.
pub fn play(story: &Story, planted: Option<Planted>, keeps_trace: bool) -> Outcome {
    fastrand::seed(story.seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without IO can be built");
    let mut network = None;
    let (breaches, panics) = panics::during(|| {
        runtime.block_on(async {
            let mut stage = Stage::new(story, planted, Record::new(keeps_trace));
            network = Some(stage.network.clone());
            (stage.run().await, stage.judged)
        })
    });
    let (breaches, judged) = breaches.unwrap_or_default();
    let told = panics.into_iter();
    let told = told.map(|panic| Breach::new("nothing_panics", panic));
    let breaches = told.chain(breaches).collect();
    let record = network.map(|network| network.record(std::mem::take));
    Outcome {
        breaches,
        record: record.unwrap_or_default(),
        judged,
    }
}

impl Stage {
    fn new(story: &Story, planted: Option<Planted>, record: Record) -> Self {
        let world = World::new(lived::timeline(story));
        let now = {
            let world = world.clone();
            Arc::new(move || world.now())
        };
        let sandbox = Sandbox::of(cast::server(story.seed), now);
        let (network, killed) =
            Network::new(sandbox.clone(), world.clone(), story.replicas, record);
        network.plan(story.calls.clone());
        let slots = (0..story.replicas).map(|_| Slot {
            clock: MachineClock::new(world.clone()),
            running: None,
            incarnation: 0,
        });
        let mut stage = Self {
            slots: slots.collect(),
            machinery: Box::pin(machinery(story.clone(), network.clone(), world.clone())),
            story: story.clone(),
            acts: BTreeMap::new(),
            next: 0,
            breaches: Vec::new(),
            judged: 0,
            sandbox,
            world,
            network,
            planted,
            killed,
        };
        let start = Instant::now();
        for replica in 0..story.replicas {
            let later = Duration::from_millis(300) * u32::try_from(replica).unwrap_or(0);
            stage.at(start + later, Act::Start(replica));
        }
        for (at, deed) in &story.deeds {
            let instant = stage.world.instant(*at);
            stage.at(instant, Act::Deed(deed.clone()));
        }
        stage
    }

    async fn run(&mut self) -> Vec<Breach> {
        let end = self.world.instant(self.story.end());
        self.until(end).await;
        self.network
            .record(|record| record.calls_in_story = record.calls);
        self.mend();
        let mut breaches = self.settled(check::State::Ruled).await;
        if breaches.is_empty() {
            let before = self.network.record(|record| record.begun.len());
            self.until(Instant::now() + QUIET).await;
            breaches.extend(check::is_quiet(self, before));
            self.take_rules_away();
            breaches.extend(self.settled(check::State::Released).await);
        }
        breaches.extend(check::record(self));
        let between = check::between(self);
        breaches.extend(between.breaches);
        self.judged = between.number;
        breaches.append(&mut self.breaches);
        breaches
    }

    /// Goes on until all is as it should be and everybody sees it, or time is up: then says what is not.
    async fn settled(&mut self, wanted: check::State) -> Vec<Breach> {
        let begin = Instant::now();
        loop {
            self.until(Instant::now() + LOOK_EVERY).await;
            let since = begin.elapsed();
            let breaches = check::state(self, wanted, since);
            let is_settled = breaches.is_empty() && self.network.is_watched();
            if is_settled || since >= SETTLED_WITHIN {
                return breaches;
            }
        }
    }

    /// Goes on until then.
    async fn until(&mut self, end: Instant) {
        loop {
            let first = self.acts.first_key_value().map(|((at, _), _)| *at);
            let next = first.map_or(end, |at| at.min(end));
            match self.turn(next).await {
                Turn::Killed(replica, back) => self.kill(replica, back),
                Turn::Ended(replica, ended) => self.ended(replica, &ended),
                Turn::Time if Instant::now() >= end && first.is_none_or(|at| at > end) => return,
                Turn::Time => {
                    if let Some((_, act)) = self.acts.pop_first() {
                        self.act(act);
                    }
                }
            }
        }
    }

    async fn turn(&mut self, next: Instant) -> Turn {
        let mut time = std::pin::pin!(sleep_until(next));
        poll_fn(|cx| {
            if let Poll::Ready(Some((replica, back))) = self.killed.poll_recv(cx) {
                return Poll::Ready(Turn::Killed(replica, back));
            }
            for (replica, slot) in self.slots.iter_mut().enumerate() {
                let Some(running) = &mut slot.running else {
                    continue;
                };
                if running.standstill.stands() {
                    continue;
                }
                if let Poll::Ready(ended) = running.life.as_mut().poll(cx) {
                    return Poll::Ready(Turn::Ended(replica, ended));
                }
            }
            // It never ends.
            let _ = self.machinery.as_mut().poll(cx);
            time.as_mut().poll(cx).map(|()| Turn::Time)
        })
        .await
    }

    /// A replica ends when it is told to, and in order.
    fn ended(&mut self, replica: usize, ended: &Result<(), ReplicaError>) {
        let running = self.slots[replica].running.take();
        let was_told = running.is_some_and(|it| *it.told.borrow());
        if !was_told || ended.is_err() {
            let found = format!("replica {replica}: {ended:?}, told: {was_told}");
            self.breaches
                .push(Breach::new("no_replica_ends_unasked", found));
        }
    }

    fn at(&mut self, instant: Instant, act: Act) {
        self.next += 1;
        self.acts.insert((instant, self.next), act);
    }

    fn after(&mut self, time: Duration, act: Act) {
        self.at(Instant::now() + time, act);
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Deed(deed) => {
                let elapsed = self.world.elapsed();
                self.network
                    .record(|record| record.line(elapsed, format_args!("{deed}")));
                self.deed(&deed);
            }
            Act::Start(replica) => self.start(replica),
            Act::Heal(namespace, until) => self.heal(namespace, until),
            Act::Configure(text) => self.configure(text),
            Act::GoOn(replica) => self.go_on(replica),
            Act::Found(namespace) => self.found(namespace),
            Act::Apply(role, value, until) => self.apply(role, value, until),
            Act::Unscale(role) => self.unscale(role),
        }
    }

    fn start(&mut self, replica: usize) {
        if let Some(running) = &self.slots[replica].running {
            // Told to stop while it stood still, it ends later than that takes.
            if *running.told.borrow() {
                self.after(START_AGAIN, Act::Start(replica));
            }
            return;
        }
        let slot = &mut self.slots[replica];
        slot.incarnation += 1;
        let candidate = Candidate::named(&format!("replica-{replica}-{}", slot.incarnation));
        let wire = Wire::new(
            &self.network,
            replica,
            candidate.as_str(),
            slot.clock.clone(),
        );
        let (told, mut telling) = watch::channel(false);
        let clients = Planted::clients(self.planted, &wire, telling.clone());
        let settings = Settings {
            lease: LeaseKey::new(HOME, LEASE),
            candidate,
            timings: Timings {
                retry: self.story.retry,
                ..Timings::STANDARD
            },
            origin: Origin::ConfigMap(CONFIG_MAP.to_owned()),
            reader: Reader {
                base: Config::default(),
                own_namespace: Some(HOME.to_owned()),
            },
        };
        let seams = Seams {
            clock: Arc::new(slot.clock.clone()),
            client: clients.0,
            lease_client: clients.1,
        };
        let standstill = Standstill::default();
        let network = self.network.clone();
        let gate = standstill.gate(move || network.change(replica, |it| it.stands = true));
        let started = Replica::start_behind(Some(&gate), settings, seams);
        let life = started.run(async move {
            drop(telling.wait_for(|told| *told).await);
        });
        slot.running = Some(Running {
            life: Box::pin(life),
            told,
            standstill,
        });
    }

    fn kill(&mut self, replica: usize, back: Duration) {
        self.slots[replica].running = None;
        self.network.change(replica, |it| it.stands = false);
        self.after(back, Act::Start(replica));
    }

    fn stand_still(&mut self, replica: usize, steps: u32, lasts: Duration) {
        if let Some(running) = &self.slots[replica].running {
            running.standstill.begin(steps);
            self.after(lasts, Act::GoOn(replica));
        }
    }

    fn go_on(&mut self, replica: usize) {
        // What was to be sent still is sent first: nobody has taken it back yet.
        self.network.change(replica, |it| it.stands = false);
        if let Some(running) = &self.slots[replica].running {
            running.standstill.end();
        }
    }

    /// All that went wrong is over, and everybody is there.
    fn mend(&mut self) {
        self.network.mend();
        self.configure(CONFIG);
        for (at, act) in std::mem::take(&mut self.acts) {
            match act {
                Act::Unscale(role) => self.unscale(role),
                Act::Start(_) | Act::Found(_) => drop(self.acts.insert(at, act)),
                Act::Deed(_)
                | Act::Heal(..)
                | Act::Configure(_)
                | Act::GoOn(_)
                | Act::Apply(..) => {}
            }
        }
        for replica in 0..self.slots.len() {
            self.go_on(replica);
            self.slots[replica].clock.set_ahead(SignedDuration::ZERO);
            let is_coming = self
                .acts
                .values()
                .any(|act| matches!(act, Act::Start(it) if *it == replica));
            if self.slots[replica].running.is_none() && !is_coming {
                self.start(replica);
            }
        }
    }
}

enum Turn {
    Killed(usize, Duration),
    Ended(usize, Result<(), ReplicaError>),
    Time,
}
