//! What became of a workload that was restored by hand.

use serde::Serialize;
use tarnfui_shared::change::{Change, Op};
use tarnfui_shared::observe::Workload;
use tarnfui_shared::workload::Value;

use crate::words::{amount, stays};

/// A workload that was restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RestoredWorkload {
    /// The name of its namespace.
    pub namespace: String,
    /// Its kind and name, as `deployment/web`.
    pub workload: String,
    /// What was done: `restore`, `release` where only the mark was dropped, or `handover` where
    /// only what an interrupted one had left in `managedFields` was taken away.
    pub change: &'static str,
    /// The value before: its replicas, or, of a CronJob, whether it is suspended.
    pub before: Value,
    /// The value after.
    pub after: Value,
    /// Whether it was written; false where it was only tried.
    pub written: bool,
    /// What was done, in a sentence.
    pub message: String,
}

impl RestoredWorkload {
    /// What `change` makes of `workload`.
    pub fn of(workload: &Workload, change: &Change, written: bool) -> Self {
        let before = workload.value;
        let place = format!("{}/{}", change.target.namespace, workload.reference());
        let (after, message) = match change.op {
            Op::Restore { to } => (to, format!("{place} restored: {}", amount(to))),
            Op::HandOver { .. } => {
                let message =
                    format!("{place} handed over: our entry in its managedFields is gone");
                (before, message)
            }
            Op::Release | Op::Sleep { .. } => {
                let kept = stays(before);
                let message = format!("{place} released: somebody started it, and it stays {kept}");
                (before, message)
            }
        };
        Self {
            namespace: change.target.namespace.to_string(),
            workload: workload.reference(),
            change: change.op.as_str(),
            before,
            after,
            written,
            message,
        }
    }

    /// As the verbs take it: `shop/deployment/web`.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.namespace, self.workload)
    }
}
