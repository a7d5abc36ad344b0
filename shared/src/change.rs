//! One change of one object, as a value: what to write, and the request that writes it.
//!
//! A change holds everything that its request needs, so that who carries it out chooses nothing.
//! Each is one request that happens whole or not at all: the field and the mark go together, and
//! the version that was seen is the precondition.

use std::fmt;

use serde_json::{Value as Json, json};

use crate::decide::Reason;
use crate::observe::{HANDOVER_MANAGER, MANAGER, Version, Workload};
use crate::workload::{ASLEEP_AT_LABEL, Kind, SAVED_LABEL, Value};

/// The object that a change is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// Its namespace.
    pub namespace: Box<str>,
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: Box<str>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{} in {}",
            self.kind.row().singular,
            self.name,
            self.namespace
        )
    }
}

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Save the value and put the workload to rest.
    Sleep {
        /// The value that comes back.
        saved: Value,
        /// The value it is put to.
        to: Value,
    },
    /// Give the saved value back, and drop the mark.
    Restore {
        /// The value it is put to.
        to: Value,
    },
    /// Drop the mark, and leave the value as it is: somebody else chose it.
    Release,
    /// Take our entry out of `managedFields`, so that the applier meets no conflict.
    HandOver {
        /// Its place in the list, as of the version that was seen.
        entry: usize,
    },
}

impl Op {
    /// What is done, in a word: for events, metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sleep { .. } => "sleep",
            Self::Restore { .. } => "restore",
            Self::Release => "release",
            Self::HandOver { .. } => "handover",
        }
    }
}

/// Which changes go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Somebody waits in front of a page.
    Requested,
    /// Everything else that wakes.
    Wake,
    /// Everything that may be a moment late.
    Sleep,
}

/// One write to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The object.
    pub target: Target,
    /// The version it must still have.
    pub version: Version,
    /// What to write.
    pub op: Op,
    /// Whether our entry in `managedFields` must be recognisable, because it is to go again.
    pub is_handed_over: bool,
    /// Which changes go first.
    pub urgency: Urgency,
    /// Why.
    pub reason: Reason,
}

/// A request that patches one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// The body's media type.
    pub content_type: &'static str,
    /// The body.
    pub body: Json,
    /// The field manager to write as.
    pub manager: &'static str,
}

impl Change {
    /// The change `op` of `workload`.
    pub fn new(namespace: &str, workload: &Workload, op: Op, reason: Reason) -> Self {
        let urgency = match op {
            Op::Restore { .. } if reason == Reason::Requested => Urgency::Requested,
            Op::Restore { .. } | Op::Release => Urgency::Wake,
            Op::Sleep { .. } | Op::HandOver { .. } => Urgency::Sleep,
        };
        Self {
            target: Target {
                namespace: namespace.into(),
                kind: workload.kind,
                name: workload.name.as_str().into(),
            },
            version: workload.version,
            op,
            is_handed_over: workload.owner.is_applied,
            urgency,
            reason,
        }
    }

    /// The request's path.
    pub fn path(&self) -> String {
        let row = self.target.kind.row();
        let Target {
            namespace, name, ..
        } = &self.target;
        format!(
            "/apis/{}/{}/namespaces/{namespace}/{}/{name}",
            row.group, row.version, row.plural
        )
    }

    /// The request's body and headers.
    pub fn patch(&self) -> Patch {
        match self.op {
            Op::Sleep { saved, to } => {
                let rest = Value::at_rest(self.target.kind.row().field);
                let asleep_at = (to != rest).then(|| to.to_string());
                self.merge(Some(to), Some(&saved.to_string()), asleep_at.as_deref())
            }
            Op::Restore { to } => self.merge(Some(to), None, None),
            Op::Release => self.merge(None, None, None),
            Op::HandOver { entry } => self.remove_entry(entry),
        }
    }

    /// A merge patch, in which null takes a label away: of labels, the field if it is to change, and the precondition.
    fn merge(&self, value: Option<Value>, saved: Option<&str>, asleep_at: Option<&str>) -> Patch {
        let mut body = json!({ "metadata": {
            "resourceVersion": self.version.to_string(),
            "labels": { SAVED_LABEL: saved, ASLEEP_AT_LABEL: asleep_at },
        }});
        if let Some(value) = value {
            body["spec"] = json!({ self.target.kind.row().field.name(): value.to_json() });
        }
        let manager = if self.is_handed_over {
            HANDOVER_MANAGER
        } else {
            MANAGER
        };
        Patch {
            content_type: "application/merge-patch+json",
            body,
            manager,
        }
    }

    /// A JSON patch, because a merge patch can only replace the whole list. Writing the version that
    /// was seen makes a stale one a conflict, as in a merge patch; the place is right for that version.
    fn remove_entry(&self, entry: usize) -> Patch {
        let body = json!([
            { "op": "add", "path": "/metadata/resourceVersion", "value": self.version.to_string() },
            { "op": "remove", "path": format!("/metadata/managedFields/{entry}") },
        ]);
        Patch {
            content_type: "application/json-patch+json",
            body,
            manager: HANDOVER_MANAGER,
        }
    }
}

#[cfg(test)]
mod tests;
