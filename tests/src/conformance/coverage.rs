//! What the files ask, and what was asked of a cluster that no file asks.
//!
//! A server that only answers what it was tested with is as good as the files: so every kind of
//! request that the controller or the plugin makes has to be in one, and a suite whose clusters saw
//! another fails. [`Ledger`] is that check; suites can't leave it out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::File;
use crate::controllers::ACCOUNT;
use crate::release;
use crate::testbed::{Request, USER_AGENT};

mod kind;

pub use kind::Kind;

/// What kubectl calls itself. The plugin's name begins so, too: hence the slash.
const KUBECTL: &str = "kubectl/";

/// The status for who is not known: whatever they asked, nobody looked at it.
const UNAUTHENTICATED: u16 = 401;

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asker {
    /// The controller.
    Controller,
    /// `release --all`.
    Release,
    /// Anybody else: the plugin, as whoever uses it.
    Plugin,
    /// kubectl itself.
    Kubectl,
}

impl Asker {
    /// Nobody where it was the tests themselves.
    fn of(request: &Request) -> Option<Self> {
        if request.user_agent.starts_with(USER_AGENT) || request.code == UNAUTHENTICATED {
            None
        } else if request.user_agent.starts_with(KUBECTL) {
            Some(Self::Kubectl)
        } else if request.user == ACCOUNT {
            Some(Self::Controller)
        } else if request.user == release::ACCOUNT {
            Some(Self::Release)
        } else {
            Some(Self::Plugin)
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Controller => "the controller",
            Self::Release => "a release",
            Self::Plugin => "the plugin",
            Self::Kubectl => "kubectl",
        }
    }
}

/// The kinds of requests that the files make.
#[derive(Debug, Clone, Default)]
pub struct Coverage(BTreeSet<Kind>);

impl Coverage {
    /// That of all files.
    pub fn read() -> anyhow::Result<Self> {
        let mut kinds = BTreeSet::new();
        for file in File::all()? {
            kinds.extend(file.kinds()?);
        }
        Ok(Self(kinds))
    }
}

/// What the clusters of a suite were asked that is in no file.
#[derive(Debug)]
pub struct Ledger {
    coverage: Coverage,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    started: usize,
    stopped: usize,
    /// With an example of each.
    uncovered: BTreeMap<(Asker, Kind), String>,
    faults: Vec<String>,
}

impl Ledger {
    /// A ledger over what the files ask.
    pub fn new(coverage: Coverage) -> Arc<Self> {
        Arc::new(Self {
            coverage,
            entries: Mutex::default(),
        })
    }

    /// Says that a cluster starts. What is returned takes what it was asked, when it has stopped.
    pub fn open(
        self: &Arc<Self>,
    ) -> impl FnOnce(anyhow::Result<Vec<Request>>) + Send + Sync + 'static {
        self.entries().started += 1;
        let ledger = Arc::clone(self);
        move |requests| ledger.close(requests)
    }

    fn close(&self, requests: anyhow::Result<Vec<Request>>) {
        let mut entries = self.entries();
        entries.stopped += 1;
        match requests {
            Err(error) => entries.faults.push(format!("{error:#}")),
            Ok(requests) => {
                for request in &requests {
                    let Some(asker) = Asker::of(request) else {
                        continue;
                    };
                    let kind = Kind::of(&request.verb, &request.uri);
                    if !self.coverage.0.contains(&kind) {
                        let example = request.uri.clone();
                        entries.uncovered.insert((asker, kind), example);
                    }
                }
            }
        }
    }

    /// What kubectl asked that is in no file. That is no fault: kubectl is not ours.
    pub fn courtesy(&self) -> Option<String> {
        let entries = self.entries();
        let asked: Vec<&str> = entries
            .uncovered
            .keys()
            .filter(|(asker, _)| *asker == Asker::Kubectl)
            .map(|(_, kind)| kind.as_str())
            .collect();
        (!asked.is_empty()).then(|| {
            format!(
                "kubectl also asked, and tests/conformance does not: {}",
                asked.join("; ")
            )
        })
    }

    /// Fails if anything of ours was asked that is in no file, or if that can't be known.
    pub fn verdict(&self) -> Result<(), String> {
        let entries = self.entries();
        let mut lines = entries.faults.clone();
        if entries.started != entries.stopped {
            let left = entries.started - entries.stopped;
            lines.push(format!("what {left} clusters were asked is not known"));
        }
        let ours = entries
            .uncovered
            .iter()
            .filter(|((asker, _), _)| *asker != Asker::Kubectl);
        for ((asker, kind), example) in ours {
            lines.push(format!(
                "{} asks what is in no file of tests/conformance:\n  {kind}\n  as in {example}",
                asker.name()
            ));
        }
        if lines.is_empty() {
            return Ok(());
        }
        lines.push(format!(
            "hint: ask for it in a file of tests/conformance, and record the answer: {}=1 cargo \
             test --package tarnfui-tests --test conformance",
            super::BLESS
        ));
        Err(lines.join("\n"))
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // A trial that panicked while its cluster stopped left no entry by halves.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
