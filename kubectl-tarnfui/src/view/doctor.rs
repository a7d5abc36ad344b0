//! Whether all is well: from what was found to one check after the other.
//!
//! Each check is a function of the findings alone. What could not be found out is `Unknown`, and
//! never taken for good.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{API_VERSION, Gap};
use crate::cluster::{ClusterError, Lease};
use crate::error::{Hinted, chain};
use crate::rights::Right;

mod cluster;
mod controller;

/// How far clocks may be apart. Leases of 15 s bear as much, and nobody who reads a schedule minds.
const MAX_APART: SignedDuration = SignedDuration::from_secs(5);

/// How many names are shown where there are many.
const MAX_NAMES: usize = 3;

/// How the checks came out: the document `Diagnosis`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// The version of the documents: `cli.tarnfui.io/v1`.
    api_version: &'static str,
    /// Which document it is.
    kind: &'static str,
    /// Whether no check is a `Problem`; where it is false the exit code is 3.
    pub healthy: bool,
    /// Whether every check could be made: none is `Unknown`.
    pub complete: bool,
    /// The checks, in the order in which one hangs on the other; where the server does not answer,
    /// only the first.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What is checked.
    pub check: Name,
    /// How it came out.
    pub result: Outcome,
    /// What was found, in words that may change from version to version.
    pub message: String,
    /// What to do next; left out where there is nothing to suggest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Name {
    /// Whether it answers, and which version it is.
    Server,
    /// Whether the caller's rights do for this program.
    OwnRights,
    /// Whether the controller's account has what it needs.
    ControllerRights,
    /// Whether a replica leads.
    Leader,
    /// Whether the configuration can be read, and is the one that is acted by.
    Configuration,
    /// Which versions meet.
    Versions,
    /// Whether namespaces have problems.
    Namespaces,
    /// Whether autoscalers are in the way.
    Autoscalers,
    /// Who else may set what sleeping sets.
    OtherControllers,
    /// Whether the clocks agree.
    Clocks,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// All is well.
    Ok,
    /// Something should be mended.
    Problem,
    /// It can't be known.
    Unknown,
}

impl Outcome {
    /// As it is shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Problem => "problem",
            Self::Unknown => "unknown",
        }
    }
}

/// Why something could not be found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// Why.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl From<&ClusterError> for Obstacle {
    fn from(error: &ClusterError) -> Self {
        Self {
            message: chain(error),
            hint: error.hint(),
        }
    }
}

impl From<&Gap> for Obstacle {
    fn from(gap: &Gap) -> Self {
        Self {
            message: gap.message.clone(),
            hint: gap.hint.clone(),
        }
    }
}

/// What was asked, and what came of it.
pub type Asked<T> = Result<T, Obstacle>;

/// Everything that was found out.
#[derive(Debug)]
pub struct Findings<'a> {
    /// When.
    pub now: Timestamp,
    /// The address of the server.
    pub address: &'a str,
    /// Its version.
    pub version: String,
    /// What time it has; none where it does not say.
    pub server_now: Option<Timestamp>,
    /// The caller's rights.
    pub own: Asked<OwnRights>,
    /// What the controller's account may not do.
    pub account: Asked<Vec<Right>>,
    /// How many rights of it were asked about.
    pub asked_of_account: usize,
    /// The controller's account, as `namespace/name`.
    pub account_name: String,
    /// The namespace of the controller.
    pub home: &'a str,
    /// Its lease; none where there is none.
    pub lease: Asked<Option<Lease>>,
    /// The version of the configuration; none where there is no ConfigMap.
    pub configuration: Asked<Option<String>>,
    /// What is wrong with it.
    pub configuration_fault: Option<Obstacle>,
    /// Whether it says `paused`.
    pub is_paused: bool,
    /// What was seen of the namespaces.
    pub namespaces: Asked<Namespaces>,
    /// Whether the server knows each of [`NEIGHBOURS`].
    pub neighbours: Asked<Vec<bool>>,
}

/// The caller's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRights {
    /// The caller's namespace.
    pub here: String,
    /// Whether all namespaces may be listed.
    pub lists_all: bool,
    /// What is missing.
    pub missing: Vec<Right>,
}

/// What was seen of the namespaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespaces {
    /// How many have rules.
    pub all: usize,
    /// Those with problems.
    pub faulty: Vec<String>,
    /// Workloads that keep a floor under an autoscaler, as `shop/deployment/web`.
    pub floors: Vec<String>,
    /// Field managers that apply what sleeping sets, and of how many workloads.
    pub appliers: Vec<(String, usize)>,
    /// What could not be read.
    pub gaps: Vec<Obstacle>,
    /// Of that, the first that may hide a floor.
    pub floor_gap: Option<Obstacle>,
}

/// A kind of others that sets what sleeping sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// Who.
    pub name: &'static str,
    /// Group and version of the kind.
    pub api: &'static str,
    /// Its plural.
    pub plural: &'static str,
}

/// Others that set what sleeping sets.
pub const NEIGHBOURS: &[Neighbour] = &[
    Neighbour {
        name: "KEDA",
        api: "keda.sh/v1alpha1",
        plural: "scaledobjects",
    },
    Neighbour {
        name: "Argo CD",
        api: "argoproj.io/v1alpha1",
        plural: "applications",
    },
];

impl Diagnosis {
    /// All checks.
    pub fn of(findings: &Findings<'_>) -> Self {
        Self::with(vec![
            cluster::server(findings),
            cluster::own_rights(findings),
            controller::rights(findings),
            controller::leader(findings),
            controller::configuration(findings),
            cluster::versions(findings),
            cluster::namespaces(findings),
            cluster::autoscalers(findings),
            cluster::other_controllers(findings),
            cluster::clocks(findings),
        ])
    }

    /// Where the server can't be asked, that is all there is to say.
    pub fn without_server(error: &ClusterError) -> Self {
        let Obstacle { message, hint } = error.into();
        Self::with(vec![
            Check::new(Name::Server, Outcome::Problem, message).with(hint),
        ])
    }

    fn with(checks: Vec<Check>) -> Self {
        Self {
            api_version: API_VERSION,
            kind: "Diagnosis",
            healthy: checks.iter().all(|it| it.result != Outcome::Problem),
            complete: checks.iter().all(|it| it.result != Outcome::Unknown),
            checks,
        }
    }
}

impl Check {
    fn new(check: Name, result: Outcome, message: impl Into<String>) -> Self {
        Self {
            check,
            result,
            message: message.into(),
            hint: None,
        }
    }

    fn ok(check: Name, message: impl Into<String>) -> Self {
        Self::new(check, Outcome::Ok, message)
    }

    fn problem(check: Name, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(check, Outcome::Problem, message).with(Some(hint.into()))
    }

    fn unknown(check: Name, obstacle: &Obstacle) -> Self {
        Self::new(check, Outcome::Unknown, obstacle.message.clone()).with(obstacle.hint.clone())
    }

    fn with(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }
}

impl Findings<'_> {
    /// What time it is for the server; for us, where it does not say.
    fn server_time(&self) -> Timestamp {
        self.server_now.unwrap_or(self.now)
    }
}

/// The first of them, and how many more there are.
fn some<T: ToString>(all: &[T]) -> String {
    let first: Vec<String> = all
        .iter()
        .take(MAX_NAMES)
        .map(ToString::to_string)
        .collect();
    match all.len().checked_sub(MAX_NAMES) {
        None | Some(0) => first.join(", "),
        Some(more) => format!("{} and {more} more", first.join(", ")),
    }
}

/// A length of time, as roughly as it is read: `2 s`, `5 min`, `3 h`, `4 d`.
fn rough(length: SignedDuration) -> String {
    let seconds = length.as_secs().abs();
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}
