//! What lies between the replicas and the API server, and everything that can go wrong there.
//!
//! Each client of a replica is a [`Wire`]: a `tower` service that hands requests on to the sandbox, or
//! loses them, or is late. It is also where it is written down who asked what, and under which lease.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tarnfui_sandbox::door::Sandbox;
use tarnfui_sandbox::kinds::RESOURCES;
use tarnfui_sandbox::server::Server;
use tarnfui_shared::workload::KINDS;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use crate::cast::{HOME, LEASE};
use crate::clock::World;
use crate::record::{Actor, ByHand, Made, Record};
use crate::story::CallFault;

mod answers;
mod flow;
mod wire;

pub use answers::Answer;
pub use wire::Wire;

/// What is wrong with the way of one replica, until when.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trouble {
    /// Cut off until then; with an error at once, or without a sign.
    pub cut: Option<(Instant, bool)>,
    /// Answers are late until then, by so much.
    pub slow: Option<(Instant, Duration)>,
    /// Watches are behind until then, by so much.
    pub lag: Option<(Instant, Duration)>,
    /// Whether the process stands still.
    pub stands: bool,
    /// How often its watches were ended.
    pub ends: u32,
}

/// The watches of a replica: of each kind, of namespaces, autoscalers and the configuration.
const WATCHES: usize = KINDS.len() + 3;

/// What the whole network shares.
#[derive(Debug)]
struct State {
    faults: BTreeMap<u64, CallFault>,
    lines: Vec<Trouble>,
    /// How many watches each replica has.
    watches: Vec<usize>,
    away_until: Option<Instant>,
    refuses: Option<(Instant, u16)>,
    record: Record,
}

/// The network. Clones are the same.
#[derive(Clone)]
pub struct Network {
    state: Arc<Mutex<State>>,
    /// Rung when something about the ways has changed.
    bell: Arc<Notify>,
    sandbox: Sandbox,
    world: World,
    kills: mpsc::UnboundedSender<(usize, Duration)>,
}

impl Network {
    /// A network in which all is well, and the receiver of those who are to be killed.
    pub fn new(
        sandbox: Sandbox,
        world: World,
        replicas: usize,
        record: Record,
    ) -> (Self, mpsc::UnboundedReceiver<(usize, Duration)>) {
        let (kills, killed) = mpsc::unbounded_channel();
        let state = State {
            faults: BTreeMap::new(),
            lines: vec![Trouble::default(); replicas],
            watches: vec![0; replicas],
            away_until: None,
            refuses: None,
            record,
        };
        let network = Self {
            state: Arc::new(Mutex::new(state)),
            bell: Arc::default(),
            sandbox,
            world,
            kills,
        };
        (network, killed)
    }

    /// The server at its end.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Faults at calls, by their number.
    pub fn plan(&self, faults: BTreeMap<u64, CallFault>) {
        self.state().faults = faults;
    }

    /// Changes the way of one replica.
    pub fn change(&self, replica: usize, change: impl FnOnce(&mut Trouble)) {
        change(&mut self.state().lines[replica]);
        self.bell.notify_waiters();
    }

    /// The server is away until then.
    pub fn away(&self, until: Instant) {
        self.state().away_until = Some(until);
        self.bell.notify_waiters();
    }

    /// The server refuses writes of workloads until then.
    pub fn refuse(&self, until: Instant, code: u16) {
        self.state().refuses = Some((until, code));
    }

    /// Everything is well again.
    pub fn mend(&self) {
        let mut state = self.state();
        state.faults.clear();
        (state.away_until, state.refuses) = (None, None);
        for line in &mut state.lines {
            let ends = line.ends;
            *line = Trouble {
                ends,
                ..Trouble::default()
            };
        }
        drop(state);
        self.bell.notify_waiters();
    }

    /// Looks at the record, or adds to it.
    pub fn record<R>(&self, look: impl FnOnce(&mut Record) -> R) -> R {
        look(&mut self.state().record)
    }

    /// Does something to the server in somebody's name.
    pub fn make<R>(&self, actor: Actor, begun: Option<usize>, deed: impl FnOnce() -> R) -> R {
        let version = || self.sandbox.with(|server| server.store().version());
        let after = version();
        let result = deed();
        let to = version();
        if to > after {
            let (world, elapsed) = (self.world.now(), self.world.elapsed());
            let maker = Made {
                after,
                to,
                actor,
                world,
                elapsed,
                begun,
            };
            self.record(|record| record.makers.push(maker));
        }
        result
    }

    /// Writes down what has changed so far, for a server that is about to forget it.
    pub fn take_in(&self) {
        let record = |server: &mut Server| self.record(|record| record.take_in(server.store()));
        self.sandbox.with(record);
    }

    /// Whether every replica has all its watches. One that could not reach the server for a minute may
    /// come back half a minute later, and acts by what it saw before until then.
    pub fn is_watched(&self) -> bool {
        self.state().watches.iter().all(|it| *it >= WATCHES)
    }

    /// Looks at the record, with everything in it that has changed so far.
    pub fn history<R>(&self, look: impl FnOnce(&Record) -> R) -> R {
        self.take_in();
        self.record(|record| look(record))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down that a person is about to take the lease from whom it names.
    pub fn note_lease_by_hand(&self) {
        let (elapsed, holder) = (self.world.elapsed(), self.holder());
        let by_hand = ByHand { elapsed, holder };
        self.record(|record| record.by_hand.push(by_hand));
    }

    /// Whom the lease names, on the server.
    fn holder(&self) -> Option<String> {
        let place = RESOURCES.iter().position(|it| it.plural == "leases");
        let place = place.expect("it is in the table");
        self.sandbox.with(|server| {
            let lease = server.store().get(place, HOME, LEASE)?;
            let holder = lease.value["spec"]["holderIdentity"].as_str();
            holder.filter(|it| !it.is_empty()).map(str::to_owned)
        })
    }
}
