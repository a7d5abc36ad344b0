//! What changed between two looks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tarnfui_shared::decide::{Reason, State, Unknown};

use super::NamespaceStatus;

/// How a namespace stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its state; none where nothing can be decided.
    pub state: Option<State>,
    /// Why.
    pub reason: Option<Reason>,
    /// Why nothing can be decided.
    pub unknown: Option<Unknown>,
}

/// A namespace that stands otherwise than at the look before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When that was seen.
    pub at: Timestamp,
    /// The namespace.
    pub namespace: String,
    /// How it stood; none at the first look, and where it was not shown.
    pub before: Option<Standing>,
    /// How it stands; none where it is not shown any more.
    pub after: Option<Standing>,
    /// Whether this is the first look, at which everything is new.
    pub is_first: bool,
}

/// How the namespaces stood at the last look.
#[derive(Debug, Default)]
pub struct Standings {
    last: Option<BTreeMap<String, Standing>>,
}

impl Standings {
    /// What is otherwise in `shown`, as seen at `now`, than at the last look, by name; at the first
    /// one, everything.
    pub fn look(&mut self, now: Timestamp, shown: &[NamespaceStatus]) -> Vec<Change> {
        let standing = |status: &NamespaceStatus| Standing {
            state: status.state,
            reason: status.reason,
            unknown: status.unknown,
        };
        let after: BTreeMap<String, Standing> = shown
            .iter()
            .map(|status| (status.namespace.clone(), standing(status)))
            .collect();
        let is_first = self.last.is_none();
        let before = self.last.take().unwrap_or_default();
        let names: std::collections::BTreeSet<&String> =
            before.keys().chain(after.keys()).collect();
        let changes = names.into_iter().map(|name| Change {
            at: now,
            namespace: name.clone(),
            before: before.get(name).copied(),
            after: after.get(name).copied(),
            is_first,
        });
        let changes = changes
            .filter(|change| change.before != change.after)
            .collect();
        self.last = Some(after);
        changes
    }
}
