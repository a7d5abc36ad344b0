//! The conditions of a Deployment: whether enough of it is available, and whether a rollout goes on.

use std::time::Duration;

use jiff::Timestamp;

use super::Counts;
use super::spec::Spec;
use crate::json::{Value, json};
use crate::life::habits::later;
use crate::life::{instant, room};

const COMPLETE: &str = "NewReplicaSetAvailable";
const EXCEEDED: &str = "ProgressDeadlineExceeded";
const PAUSED: &str = "DeploymentPaused";

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    status: &'static str,
    reason: &'static str,
    message: String,
    updated_at: Timestamp,
    changed_at: Timestamp,
}

/// The conditions, once there are any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Conditions {
    available: Option<Condition>,
    progressing: Option<Condition>,
    failure: Option<Condition>,
}

impl Conditions {
    /// Whether enough is available.
    pub(super) fn availability(&mut self, is_enough: bool, now: Timestamp) {
        let (status, reason, message) = if is_enough {
            let message = "Deployment has minimum availability.";
            ("True", "MinimumReplicasAvailable", message)
        } else {
            let message = "Deployment does not have minimum availability.";
            ("False", "MinimumReplicasUnavailable", message)
        };
        set(&mut self.available, (status, reason, message), now);
    }

    /// Of which ReplicaSet there is no room for all pods, if of any.
    pub(super) fn shortage(&mut self, name: Option<&str>, now: Timestamp) {
        if let Some(name) = name {
            let message = room::refusal(name);
            set(&mut self.failure, ("True", "FailedCreate", &message), now);
        } else {
            self.failure = None;
        }
    }

    /// A revision begins.
    pub(super) fn begin(&mut self, name: &str, now: Timestamp) {
        let message = format!("Created new replica set {name:?}");
        let told = ("True", "NewReplicaSetCreated", message.as_str());
        set(&mut self.progressing, told, now);
    }

    /// The rollout is held, or goes on again.
    pub(super) fn pause(&mut self, is_paused: bool, now: Timestamp) {
        let reason = self.progressing.as_ref().map(|it| it.reason);
        if is_paused && reason != Some(EXCEEDED) {
            let told = ("Unknown", PAUSED, "Deployment is paused");
            set(&mut self.progressing, told, now);
        } else if !is_paused && reason == Some(PAUSED) {
            let told = ("Unknown", "DeploymentResumed", "Deployment is resumed");
            set(&mut self.progressing, told, now);
        }
    }

    /// Judges the way from `before` to `after`.
    pub(super) fn progress(
        &mut self,
        spec: &Spec,
        name: &str,
        (before, after): (Counts, Counts),
        now: Timestamp,
    ) {
        let Some(deadline) = spec.deadline else {
            self.progressing = None;
            return;
        };
        let is_reason = |wanted| self.progressing.as_ref().map(|it| it.reason) == Some(wanted);
        if is_reason(COMPLETE) && after.replicas == after.updated {
            return;
        }
        let wanted = spec.replicas;
        let is_complete =
            [after.updated, after.replicas, after.available] == [wanted, wanted, wanted];
        let old = |it: Counts| it.replicas - it.updated;
        let is_further = after.updated > before.updated
            || old(after) < old(before)
            || after.ready > before.ready
            || after.available > before.available;
        if is_complete {
            let message = format!("ReplicaSet {name:?} has successfully progressed.");
            set(&mut self.progressing, ("True", COMPLETE, &message), now);
        } else if is_further {
            let message = format!("ReplicaSet {name:?} is progressing.");
            let told = ("True", "ReplicaSetUpdated", message.as_str());
            set(&mut self.progressing, told, now);
            if let Some(progressing) = &mut self.progressing {
                // Each step is a new start for the deadline.
                progressing.updated_at = now;
                progressing.message = message;
            }
        } else if self.exceeded_at(deadline).is_some_and(|at| at <= now) {
            let message = format!("ReplicaSet {name:?} has timed out progressing.");
            set(&mut self.progressing, ("False", EXCEEDED, &message), now);
        }
    }

    /// When the deadline passes, if it runs.
    pub(super) fn due(&self, spec: &Spec) -> Option<Timestamp> {
        self.exceeded_at(spec.deadline.filter(|_| !spec.is_paused)?)
    }

    fn exceeded_at(&self, deadline: Duration) -> Option<Timestamp> {
        let progressing = self.progressing.as_ref()?;
        let runs = !matches!(progressing.reason, COMPLETE | EXCEEDED);
        runs.then(|| later(progressing.updated_at, deadline))
    }

    /// As the status has them.
    pub(super) fn document(&self) -> Value {
        let named = [
            ("Available", &self.available),
            ("Progressing", &self.progressing),
            ("ReplicaFailure", &self.failure),
        ];
        let document = |(name, condition): (&str, &Option<Condition>)| {
            let it = condition.as_ref()?;
            Some(
                json!({ "type": name, "status": it.status, "reason": it.reason,
                "message": it.message, "lastUpdateTime": instant(it.updated_at),
                "lastTransitionTime": instant(it.changed_at) }),
            )
        };
        named.into_iter().filter_map(document).collect()
    }
}

/// The same status for the same reason is no change.
fn set(
    condition: &mut Option<Condition>,
    (status, reason, message): (&'static str, &'static str, &str),
    now: Timestamp,
) {
    let before = condition.as_ref();
    if before.is_some_and(|it| it.status == status && it.reason == reason) {
        return;
    }
    let same = before.filter(|it| it.status == status);
    *condition = Some(Condition {
        status,
        reason,
        message: message.to_owned(),
        updated_at: now,
        changed_at: same.map_or(now, |it| it.changed_at),
    });
}
