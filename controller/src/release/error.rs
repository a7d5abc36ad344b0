//! Why a release stops before it is through, each with what to do next. None of it undoes anything.

use std::fmt;

use tarnfui_shared::config::CONFIG_KEY;
use tarnfui_shared::problem::Problem;

use super::calls::CallError;
use crate::run::RunError;

/// Why a release stopped before it was through. Whatever it has done by then is done.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// There is no way to the API server.
    #[error(transparent)]
    Start(RunError),
    /// A request came to nothing.
    #[error(transparent)]
    Call(CallError),
    /// The configuration is one that no controller takes.
    #[error(
        "configmap/{name} can't be read, so no controller would hear of a pause: {problem}; hint: mend it, and run this again",
        problem = Plain(problem)
    )]
    ConfigUnreadable {
        /// The ConfigMap.
        name: String,
        /// What is wrong with it first.
        problem: Box<Problem>,
    },
    /// There is no safe way to edit the configuration.
    #[error(
        "cannot write `paused: true` into configmap/{0} without touching more of it; hint: write it yourself, as a line of {CONFIG_KEY}, and run this again"
    )]
    ConfigEntangled(String),
    /// Somebody took the pause back.
    #[error(
        "somebody took `paused: true` out of configmap/{0}; hint: say it where that comes from, as in Git, and run this again"
    )]
    TakenBack(String),
    /// Somebody leads, and there is nothing by which to tell it to pause.
    #[error(
        "{holder} leads, and {missing}; hint: scale the controllers to 0, or {way}, and run this again"
    )]
    Leads {
        /// The leader.
        holder: String,
        /// What there is none of.
        missing: String,
        /// How else to go on.
        way: &'static str,
    },
    /// Somebody leads, and does not say that it heard.
    #[error(
        "{holder} holds the lease, and has not said within {seconds} s that it heard the pause; hint: see what it logs, or scale the controllers to 0, and run this again"
    )]
    NotHeard {
        /// The leader.
        holder: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The time was up before everything was looked at.
    #[error(
        "there was no time for all of it; hint: run this again, it goes on from here, or give it a longer --timeout"
    )]
    NoTime,
    /// Told to stop.
    #[error("interrupted; hint: run this again, it goes on from here")]
    Interrupted,
}

impl ReleaseError {
    /// The process's exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Interrupted => 130,
            Self::Start(_)
            | Self::Call(_)
            | Self::ConfigUnreadable { .. }
            | Self::ConfigEntangled(_)
            | Self::TakenBack(_)
            | Self::Leads { .. }
            | Self::NotHeard { .. }
            | Self::NoTime => 1,
        }
    }
}

/// A problem without its hint: the error has one of its own.
struct Plain<'a>(&'a Problem);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.key, self.0.message)
    }
}
