//! What is to become of one workload, its wave aside.
//!
//! It sees no other workload, and does nothing about what it finds.

use jiff::Timestamp;
use serde::Serialize;

use super::{MAX_WRITES, Memory, Observation, Outlook, Seen, instant, seconds, sleeping_value};
use crate::change::Op;
use crate::decide::{Decision, Reason, State, decide};
use crate::observe::{Rollout, Workload};
use crate::problem::{Code, Problem};
use crate::rules::Rules;
use crate::workload::{Field, Mark, SAVED_LABEL, Value};

/// How a workload stands, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Stage {
    /// It runs.
    Awake,
    /// It was put to sleep, and has a mark.
    Asleep,
    /// It is at rest, and not by us.
    AtRest,
    /// It is about to be put to sleep.
    FallingAsleep,
    /// It is about to be woken.
    Waking,
    /// It runs, and would sleep if nothing spoke against it.
    Kept,
}

/// An [`Outlook`] with what the plan is made from.
pub(super) struct Prospect<'a> {
    pub(super) workload: &'a Workload,
    pub(super) outlook: Outlook,
    pub(super) wave: i32,
    pub(super) op: Option<Op>,
    pub(super) look_again_at: Option<Timestamp>,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn prospect<'a>(
    now: Timestamp,
    observation: &Observation<'_>,
    of_namespace: Decision,
    seen: &Seen<'a>,
) -> Prospect<'a> {
    let workload = seen.workload;
    // Most share the namespace's rules, and with them its decision.
    let rules = seen.own.map_or(observation.rules, |(rules, _)| rules);
    let decided_at = |at: Timestamp| decide(at, rules, &observation.activity);
    let decided = seen.own.map_or(of_namespace, |_| decided_at(now));
    let is_ours = is_ours(seen);
    let own = |decided: Decision| if is_ours { decided } else { NOT_OURS };
    let decision = own(decided);
    let own_problems = workload.own.iter().flat_map(|own| &own.problems);
    let rule_problems = seen.own.iter().flat_map(|(_, problems)| *problems);
    let reference = || workload.reference();
    let wave = workload
        .own
        .as_ref()
        .and_then(|own| own.annotations.wave.value().copied());
    let mut prospect = Prospect {
        workload,
        outlook: Outlook {
            decision,
            stage: Stage::Awake,
            grace_until: None,
            memory: seen
                .memory
                .on_entering(now, decision, |at| own(decided_at(at))),
        },
        wave: wave.unwrap_or(0),
        op: None,
        look_again_at: None,
        problems: own_problems
            .chain(rule_problems)
            .map(|problem| problem.clone().of_workload(reference()))
            .collect(),
    };
    if workload.is_terminating {
        prospect.outlook.stage = prospect.stage_as_is();
        return prospect;
    }
    match decision.state {
        State::Asleep => prospect.asleep(now, rules, seen),
        State::Awake | State::Unmanaged => prospect.awake(),
    }
    // Where nothing would be done anyway, an owner is no news.
    if seen.is_handled && decided.state != State::Unmanaged {
        prospect.note_owner();
    }
    prospect.stop_fighting();
    // Any other write takes the entry over; it goes once there is none to make. So nobody who
    // refuses this one can keep a workload from waking.
    if prospect.op.is_none()
        && let Some(entry) = workload.owner.handover_entry
    {
        prospect.op = Some(Op::HandOver {
            entry: entry.into(),
        });
    }
    prospect
}

/// What an owner controls, and a kind that is not handled, is not ours: it is only released.
fn is_ours(seen: &Seen<'_>) -> bool {
    seen.is_handled && seen.workload.controller.is_none()
}

const NOT_OURS: Decision = Decision {
    state: State::Unmanaged,
    reason: Reason::NoRule,
    until: None,
};

impl Prospect<'_> {
    fn report(
        &mut self,
        key: &str,
        code: Code,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let problem = Problem::new(key, code, message).with_hint(hint);
        self.problems
            .push(problem.of_workload(self.workload.reference()));
    }

    fn field_path(&self) -> &'static str {
        self.workload.kind.row().field.path()
    }

    /// How it stands where nothing is done about it.
    fn stage_as_is(&self) -> Stage {
        let workload = self.workload;
        match &workload.mark {
            Mark::Saved { asleep_at, .. } if !workload.value.runs_above(*asleep_at) => {
                Stage::Asleep
            }
            Mark::Saved { .. } => Stage::Awake,
            Mark::None | Mark::Unreadable(_) => {
                let rest = Value::at_rest(workload.kind.row().field);
                if workload.value.runs_above(rest) {
                    Stage::Awake
                } else {
                    Stage::AtRest
                }
            }
        }
    }

    /// The column "asleep" of the table in ARCHITECTURE.md.
    fn asleep(&mut self, now: Timestamp, rules: &Rules, seen: &Seen<'_>) {
        let workload = self.workload;
        self.outlook.stage = self.stage_as_is();
        match &workload.mark {
            Mark::Unreadable(text) => self.saved_unreadable(text),
            Mark::Saved { asleep_at, .. } if workload.value.runs_above(*asleep_at) => {
                self.started_by_other();
            }
            Mark::Saved { .. } => {
                self.outlook.memory.rests_at(workload.version);
                self.note_catch_up();
            }
            Mark::None => {
                let to = sleeping_value(workload);
                if !workload.value.runs_above(to) {
                    self.outlook.stage = Stage::AtRest;
                    self.outlook.memory.rests_at(workload.version);
                    self.check_missing_mark();
                } else if self.outlook.memory.has_rested && !workload.owner.is_ours {
                    self.started_by_other();
                } else {
                    self.fall_asleep(now, rules, seen, to);
                }
            }
        }
    }

    /// The column "awake or unmanaged" of the same table.
    fn awake(&mut self) {
        let workload = self.workload;
        self.outlook.stage = self.stage_as_is();
        match &workload.mark {
            Mark::None => self.check_missing_mark(),
            Mark::Unreadable(text) => self.saved_unreadable(text),
            Mark::Saved { asleep_at, .. } if workload.value.runs_above(*asleep_at) => {
                self.op = Some(Op::Release);
            }
            Mark::Saved { saved, .. } => {
                self.outlook.stage = Stage::Waking;
                self.op = Some(Op::Restore { to: *saved });
            }
        }
    }

    /// It runs, and should not: whatever speaks against stopping it now is said.
    fn fall_asleep(&mut self, now: Timestamp, rules: &Rules, seen: &Seen<'_>, to: Value) {
        let workload = self.workload;
        self.outlook.stage = Stage::Kept;
        if workload.deletes_volumes {
            return self.report(
                "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
                Code::WouldDeleteVolumes,
                "stays awake: at 0 replicas its volumes would be deleted",
                "set whenScaled to Retain, or exclude it with tarnfui.io/exclude: \"true\"",
            );
        }
        if let (Some(name), Some(1..)) = (seen.autoscaler, to.replicas()) {
            return self.report(
                "tarnfui.io/sleep-replicas",
                Code::FloorUnderAutoscaler,
                format!("stays awake: HorizontalPodAutoscaler {name:?} would raise it at once"),
                "remove the annotation: an autoscaler rests while its target is at 0",
            );
        }
        if self.outlook.decision.reason != Reason::Override {
            let old_enough_at = workload.created_at.instant().checked_add(rules.grace);
            if let Some(at) = old_enough_at.ok().filter(|at| *at > now) {
                self.look_again_at = Some(at);
                self.outlook.grace_until = Some(at);
                return;
            }
            if self.is_rolling_out() {
                return;
            }
        }
        self.outlook.stage = Stage::FallingAsleep;
        self.op = Some(Op::Sleep {
            saved: workload.value,
            to,
        });
        self.note_catch_up();
    }

    /// Whether a rollout must end first; one past its deadline is only mentioned.
    fn is_rolling_out(&mut self) -> bool {
        let message = match self.workload.rollout {
            Rollout::Settled => return false,
            Rollout::Stuck => {
                self.report(
                    "status.conditions",
                    Code::RolloutStuck,
                    "was put to sleep in a rollout that exceeded its progress deadline",
                    "what wakes is the new revision alone; roll back with kubectl rollout undo",
                );
                return false;
            }
            Rollout::Unobserved => "stays awake: its controller has not seen the newest spec yet",
            Rollout::UnderWay => "stays awake until its rollout is complete",
            Rollout::Held => "stays awake: pods of two revisions, and the rollout is held",
        };
        self.report(
            "status",
            Code::RolloutInProgress,
            message,
            format!("kubectl rollout status {}", self.workload.reference()),
        );
        true
    }

    fn started_by_other(&mut self) {
        self.outlook.stage = Stage::Awake;
        let by = self.workload.owner.other.as_deref();
        let by = by.map_or("somebody", String::as_str);
        let message = format!("was started by {by:?} while it should sleep, and is left as it is");
        let hint = "kubectl tarnfui wake says how long; tarnfui.io/exclude: \"true\" keeps it out";
        self.report(self.field_path(), Code::StartedByOther, message, hint);
    }

    fn saved_unreadable(&mut self, text: &str) {
        let expected = match self.workload.kind.row().field {
            Field::Replicas => "a whole number above what it sleeps at",
            Field::Suspend => "false",
        };
        self.report(
            SAVED_LABEL,
            Code::SavedUnreadable,
            format!("{text:?}: expected {expected}; nothing is written"),
            format!("set {} and take the label away", self.field_path()),
        );
    }

    /// At rest by our hand, and no mark: never "it was so before".
    fn check_missing_mark(&mut self) {
        let workload = self.workload;
        let rest = Value::at_rest(workload.kind.row().field);
        if workload.value == rest && workload.owner.is_ours {
            self.report(
                SAVED_LABEL,
                Code::SavedMissing,
                "was put to sleep, and its mark is gone; nothing is written",
                format!("set {} to what it was", self.field_path()),
            );
        }
    }

    fn note_catch_up(&mut self) {
        if self.workload.catches_up {
            self.report(
                "spec.startingDeadlineSeconds",
                Code::WillCatchUp,
                "starts a run the moment it wakes, if it missed one",
                "set startingDeadlineSeconds to what a late run is still good for",
            );
        }
    }

    fn note_owner(&mut self) {
        if let Some(owner) = self.workload.controller.as_deref() {
            let message = format!("is controlled by {owner}, and not touched");
            let hint = format!("put {owner} to sleep instead, if its kind is one that sleeps");
            self.report(
                "metadata.ownerReferences",
                Code::OwnedByOther,
                message,
                hint,
            );
        }
    }

    /// The third write was undone as well: no more until the next transition.
    fn stop_fighting(&mut self) {
        if self.op.is_none() || self.outlook.memory.writes < MAX_WRITES {
            return;
        }
        self.op = None;
        self.look_again_at = None;
        self.outlook.stage = self.stage_as_is();
        let by = self.workload.owner.other.as_deref().map(String::as_str);
        let message = format!(
            "{:?} undid {MAX_WRITES} writes; no more are made until the next transition",
            by.unwrap_or("somebody")
        );
        let hint = setting_that_ends_it(by, self.field_path());
        self.report(self.field_path(), Code::Contested, message, hint);
    }
}

/// What to set in the tool behind a field manager, so that it leaves the field alone.
fn setting_that_ends_it(manager: Option<&str>, path: &str) -> String {
    let manager = manager.unwrap_or_default();
    let pointer = path.replace('.', "/");
    if manager.contains("argocd") {
        format!(
            "in the Argo CD Application, add /{pointer} to ignoreDifferences and set RespectIgnoreDifferences=true"
        )
    } else if manager.contains("kustomize-controller") || manager.contains("helm-controller") {
        format!("take {path} out of the manifests that Flux applies")
    } else {
        format!("take {path} and the label {SAVED_LABEL} out of what it writes")
    }
}

/// What a memory says of readiness; here, because [`super::waves`] may not write the rest of it.
impl Memory {
    pub(super) fn unready_since(&mut self, now: Timestamp) -> Timestamp {
        // Not after `now`, or a clock that was ahead for a while would hold the next wave for as long.
        let known = self.unready_since.and_then(instant);
        let since = known.map_or(now, |since| since.min(now));
        self.unready_since = seconds(since);
        since
    }

    pub(super) fn is_ready(&mut self) {
        self.unready_since = None;
    }
}
