//! How far a rollout is, from what the workload controllers report. Whether to wait for it is not
//! decided here.

use super::{RawSpec, RawStatus};
use crate::workload::Kind;

/// How far a rollout of a workload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rollout {
    /// One revision has all the pods.
    Settled,
    /// The workload's own controller has not seen the newest spec yet.
    Unobserved,
    /// Pods of more than one revision, and it goes on.
    UnderWay,
    /// Pods of more than one revision, held by `paused` or a partition.
    Held,
    /// Pods of more than one revision, and its deadline has passed.
    Stuck,
}

impl Rollout {
    /// Whether the status speaks of the newest spec.
    pub fn is_observed(self) -> bool {
        match self {
            Self::Unobserved => false,
            Self::Settled | Self::UnderWay | Self::Held | Self::Stuck => true,
        }
    }
}

/// Reads how far the rollout of a workload of `kind` is.
pub(super) fn read(kind: Kind, generation: i64, spec: &RawSpec, status: &RawStatus) -> Rollout {
    match kind {
        Kind::CronJob => Rollout::Settled,
        Kind::Deployment | Kind::StatefulSet if status.observed_generation < generation => {
            Rollout::Unobserved
        }
        Kind::Deployment => deployment(spec, status),
        Kind::StatefulSet => stateful_set(status),
    }
}

/// Pods that are not of the newest revision are those of older ones.
fn deployment(spec: &RawSpec, status: &RawStatus) -> Rollout {
    let exceeded = |reason: &str| reason == "ProgressDeadlineExceeded";
    let mut progress = status
        .conditions
        .iter()
        .filter(|it| it.r#type == "Progressing");
    if status.replicas <= status.updated_replicas {
        Rollout::Settled
    } else if spec.paused == Some(true) {
        Rollout::Held
    } else if progress.any(|it| exceeded(&it.reason)) {
        Rollout::Stuck
    } else {
        Rollout::UnderWay
    }
}

/// A StatefulSet has no deadline: a rollout that waits for a broken pod, or behind a partition,
/// looks the same, and neither may lose the old revision.
fn stateful_set(status: &RawStatus) -> Rollout {
    let two_revisions = status.current_revision != status.update_revision;
    if two_revisions && status.replicas > status.updated_replicas {
        Rollout::Held
    } else {
        Rollout::Settled
    }
}
