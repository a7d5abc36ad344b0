//! Why an order is not given.

use tarnfui_shared::decide::{Reason, State};

use super::Verb;
use crate::error::Hinted;

/// Why an order is not given to a namespace; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The time named is over.
    #[error("{text:?} is in the past: that was {at}, and now it is {now}")]
    Past {
        /// What was typed.
        text: String,
        /// What that stands for.
        at: String,
        /// The present time in the same zone.
        now: String,
    },
    /// The time named is before the transition that it should put off.
    #[error("{text:?} puts nothing off: {end} is not after the {what} due at {next}")]
    NotLater {
        /// What was typed.
        text: String,
        /// What that stands for.
        end: String,
        /// The transition, as a noun.
        what: &'static str,
        /// When it is due.
        next: String,
    },
    /// No transition is to come.
    #[error("namespace {namespace:?} has no transition to put off: it {}", stays(*.state))]
    NothingToPutOff {
        /// The namespace.
        namespace: String,
        /// The state that does not end.
        state: State,
    },
    /// A sleep without an end, where the hours give none.
    #[error("namespace {namespace:?} has no hours that start again, so the sleep needs an end")]
    NoHours {
        /// The namespace.
        namespace: String,
    },
    /// The hours or the zone would be needed, and the configuration can't be read.
    #[error("the hours of namespace {namespace:?} can't be known without the configuration")]
    UnknownHours {
        /// The namespace.
        namespace: String,
    },
    /// Something else than the order would decide.
    #[error("{} would change nothing: namespace {namespace:?} {}", .verb.as_str(), because(*.reason))]
    WithoutEffect {
        /// The namespace.
        namespace: String,
        /// What was asked for.
        verb: Verb,
        /// What decides instead.
        reason: Reason,
    },
    /// The namespace is being deleted.
    #[error("namespace {namespace:?} is being deleted")]
    Terminating {
        /// The namespace.
        namespace: String,
    },
    /// A time beyond what can be written.
    #[error("the time is too far away")]
    OutOfRange,
}

impl Refusal {
    /// Whether the order has no meaning for this namespace, rather than being a mistake: where
    /// many were selected, such a one is passed over.
    pub fn is_beside_the_point(&self) -> bool {
        match self {
            Self::NothingToPutOff { .. }
            | Self::NoHours { .. }
            | Self::WithoutEffect { .. }
            | Self::Terminating { .. } => true,
            Self::Past { .. }
            | Self::NotLater { .. }
            | Self::UnknownHours { .. }
            | Self::OutOfRange => false,
        }
    }
}

impl Hinted for Refusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Past { .. } => "name a time to come, as in --until \"tomorrow 9:00\"".to_owned(),
            Self::NotLater { .. } => {
                "name a later time, or say by how long, as in --for 2h".to_owned()
            }
            Self::NothingToPutOff { namespace, state } => match state {
                State::Asleep => format!("kubectl tarnfui wake {namespace}"),
                State::Awake | State::Unmanaged => {
                    format!("kubectl tarnfui explain {namespace}")
                }
            },
            Self::NoHours { namespace } => {
                format!("kubectl tarnfui sleep {namespace} --until \"tomorrow 9:00\", or --forever")
            }
            Self::UnknownHours { namespace } => format!(
                "name the end with its zone, as in kubectl tarnfui sleep {namespace} --until 2026-12-01T08:00:00Z"
            ),
            Self::WithoutEffect {
                namespace, reason, ..
            } => way_out(namespace, *reason),
            Self::Terminating { namespace } => format!("kubectl get namespace {namespace}"),
            Self::OutOfRange => "name a nearer time, or --forever".to_owned(),
        })
    }
}

fn stays(state: State) -> &'static str {
    match state {
        State::Awake => "stays awake",
        State::Asleep => "stays asleep",
        State::Unmanaged => "is not managed",
    }
}

fn because(reason: Reason) -> &'static str {
    match reason {
        Reason::NoRule => "has no rule, or is not managed by the configuration",
        Reason::Excluded => "is excluded",
        Reason::InvalidRules => "has rules that can't be read, and stays awake until they can",
        Reason::Override
        | Reason::Requested
        | Reason::OffHours
        | Reason::Holiday
        | Reason::Idle
        | Reason::WorkingHours
        | Reason::Active => "is decided by something else",
    }
}

fn way_out(namespace: &str, reason: Reason) -> String {
    match reason {
        Reason::Excluded => format!("kubectl annotate namespace {namespace} tarnfui.io/exclude-"),
        Reason::NoRule => format!(
            "kubectl tarnfui explain {namespace}; it gets hours by kubectl annotate namespace \
             {namespace} tarnfui.io/schedule=\"Mon-Fri 08:00-20:00\""
        ),
        Reason::InvalidRules
        | Reason::Override
        | Reason::Requested
        | Reason::OffHours
        | Reason::Holiday
        | Reason::Idle
        | Reason::WorkingHours
        | Reason::Active => format!("kubectl tarnfui explain {namespace}"),
    }
}
