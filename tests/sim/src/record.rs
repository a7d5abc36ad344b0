//! What happened, for those who judge it afterwards: who changed what, which writes were begun and
//! under which lease, and every line of the trace.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use tarnfui_sandbox::kinds::RESOURCES;
use tarnfui_sandbox::store::{Change, Store};
use tarnfui_shared::workload::KINDS;

/// Who changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// A replica.
    Replica(usize),
    /// A person, or a tool of theirs.
    Person,
    /// The cluster's own controllers.
    Machinery,
}

/// A write of a workload that a replica began.
#[derive(Debug, Clone)]
pub struct Begun {
    /// When, in the time that runs.
    pub elapsed: Duration,
    /// When, by the world's clock.
    pub world: Timestamp,
    /// When, by the replica's own.
    pub own: Timestamp,
    /// The replica.
    pub replica: usize,
    /// What is asked, to be found in the trace.
    pub call: u64,
    /// Whom the lease named at that moment, on the server.
    pub holder: Option<String>,
    /// By what name the replica would hold it.
    pub name: String,
    /// When the last renewal that it was told of had been sent.
    pub renewed: Option<Duration>,
    /// The same of the last call that told it whom the lease names.
    pub told: Option<Duration>,
}

/// A lease that a person deleted, or put another one in the place of.
#[derive(Debug, Clone)]
pub struct ByHand {
    /// When, in the time that runs.
    pub elapsed: Duration,
    /// Whom it named.
    pub holder: Option<String>,
}

/// What a change of the store was.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// The versions `(after, to]` that it made.
    pub after: u64,
    /// See there.
    pub to: u64,
    /// Who did it.
    pub actor: Actor,
    /// When, by the world's clock.
    pub world: Timestamp,
    /// When, in the time that runs.
    pub elapsed: Duration,
    /// Of a replica's write, its place among those begun.
    pub begun: Option<usize>,
}

/// Everything that is kept of a run.
#[derive(Debug, Default)]
pub struct Record {
    /// The writes that were begun.
    pub begun: Vec<Begun>,
    /// Who made which versions, oldest first.
    pub makers: Vec<Made>,
    /// Every change of a workload or a Namespace, in the order of their versions.
    pub changes: Vec<Change>,
    /// Leases given back while writes were in flight, in sentences.
    pub early: Vec<String>,
    /// When something happened to a call, in the time that runs.
    pub faulted: Vec<Duration>,
    /// What people did to the lease.
    pub by_hand: Vec<ByHand>,
    /// How many calls were made.
    pub calls: u64,
    /// How many of them before all was mended.
    pub calls_in_story: u64,
    /// Up to which version they were taken in.
    taken_in: u64,
    lines: Option<String>,
    hash: u64,
}

impl Record {
    /// An empty record, which keeps the lines of the trace or only their hash.
    pub fn new(keeps_lines: bool) -> Self {
        Self {
            lines: keeps_lines.then(String::new),
            hash: 0xcbf2_9ce4_8422_2325,
            ..Self::default()
        }
    }

    /// Takes in what has changed since the last time; the server forgets it one day.
    pub fn take_in(&mut self, store: &Store) {
        let known = std::mem::replace(&mut self.taken_in, store.version());
        let first = self.changes.len();
        for (place, row) in RESOURCES.iter().enumerate() {
            let is_kept = row.kind == "Namespace" || KINDS.iter().any(|it| it.name == row.kind);
            if is_kept && store.changed_at(place) > known {
                let changes = store.since(place, known);
                let changes = changes.expect("it is taken in before it is forgotten");
                self.changes.extend(changes.cloned());
            }
        }
        self.changes[first..].sort_by_key(|it| it.version);
    }

    /// Adds a line to the trace.
    pub fn line(&mut self, elapsed: Duration, line: std::fmt::Arguments<'_>) {
        let mut hasher = Hasher {
            hash: self.hash,
            lines: self.lines.as_mut(),
        };
        let (seconds, millis) = (elapsed.as_secs(), elapsed.subsec_millis());
        // Neither can fail.
        let _ = writeln!(hasher, "{seconds:6}.{millis:03} {line}");
        self.hash = hasher.hash;
    }

    /// A number that two equal traces share, and others hardly ever.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The trace, if it was kept.
    pub fn trace(&self) -> &str {
        self.lines.as_deref().unwrap_or_default()
    }

    /// Who made a version.
    pub fn maker(&self, version: u64) -> Option<&Made> {
        let place = self.makers.partition_point(|it| it.to < version);
        self.makers.get(place).filter(|it| it.after < version)
    }
}

/// FNV-1a: the trace of a run is compared with itself, and nothing depends on more than that.
struct Hasher<'a> {
    hash: u64,
    lines: Option<&'a mut String>,
}

impl std::fmt::Write for Hasher<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        match &mut self.lines {
            Some(lines) => lines.write_str(text),
            None => Ok(()),
        }
    }
}
