//! Why a workload is not restored.

use std::fmt;

use tarnfui_shared::observe::Workload;
use tarnfui_shared::workload::{Field, Kind, SAVED_LABEL};

use crate::error::{Exit, Hinted};

/// A workload and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The namespace.
    pub namespace: String,
    /// The workload, as `deployment/web`.
    pub workload: String,
}

impl Place {
    /// Where `workload` is.
    pub fn of(namespace: &str, workload: &Workload) -> Self {
        Self {
            namespace: namespace.to_owned(),
            workload: workload.reference(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.workload)
    }
}

/// Why something is not restored; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It sleeps by nobody's hand.
    #[error("{place} has no mark: nothing is saved")]
    NoMark {
        /// Which.
        place: Place,
    },
    /// Its mark holds no value.
    #[error("{place} has a mark that can't be read: {text:?}")]
    Unreadable {
        /// Which.
        place: Place,
        /// What the mark says.
        text: String,
        /// Its kind.
        kind: Kind,
    },
    /// A number was given, and the mark has one.
    #[error("{place} has a mark that can be read: {saved}")]
    Readable {
        /// Which.
        place: Place,
        /// What it says.
        saved: String,
    },
    /// A number was given, and there are none in the whole namespace that need one.
    #[error("namespace {namespace:?} has no mark that can't be read")]
    NoneUnreadable {
        /// The namespace.
        namespace: String,
    },
    /// A number was given to what is suspended.
    #[error("{place} is suspended and has no replicas")]
    NoReplicas {
        /// Which.
        place: Place,
    },
    /// A controller would put it to sleep again.
    #[error("namespace {namespace:?}: {who}, and would put {what} to sleep again")]
    Undone {
        /// The namespace.
        namespace: String,
        /// Who leads, as a sentence.
        who: String,
        /// How many workloads, in words.
        what: String,
    },
}

impl Hinted for Refusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoMark { place } => format!("kubectl tarnfui saved {}", place.namespace),
            Self::NoneUnreadable { namespace } => {
                format!("leave --replicas out; kubectl tarnfui saved {namespace}")
            }
            Self::Unreadable { place, kind, .. } => match kind.row().field {
                Field::Replicas => format!("kubectl tarnfui restore {place} --replicas N"),
                Field::Suspend => by_hand(place),
            },
            Self::NoReplicas { place } => by_hand(place),
            Self::Readable { place, .. } => format!("kubectl tarnfui restore {place}"),
            Self::Undone { namespace, .. } => format!("kubectl tarnfui wake {namespace}"),
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::NoMark { .. }
            | Self::Readable { .. }
            | Self::NoneUnreadable { .. }
            | Self::Undone { .. } => Exit::NotMet,
            Self::Unreadable { .. } | Self::NoReplicas { .. } => Exit::Failed,
        }
    }
}

/// How to start what only a person can: the field, and then the mark.
fn by_hand(place: &Place) -> String {
    let Place {
        namespace,
        workload,
    } = place;
    format!(
        "kubectl patch {workload} -n {namespace} -p '{{\"spec\":{{\"suspend\":false}}}}', \
         then kubectl label {workload} -n {namespace} {SAVED_LABEL}-"
    )
}
