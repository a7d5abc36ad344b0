//! How far what was decided is done, workload by workload.

use tarnfui_shared::decide::{State, Unknown};
use tarnfui_shared::plan::Stage;
use tarnfui_shared::problem::Code;
use tarnfui_shared::workload::Value;

use super::{NamespaceStatus, WorkloadStatus};

/// How far one workload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The workload, as `shop/deployment/web`.
    pub workload: String,
    /// What it is on its way to.
    pub goal: Goal,
    /// How many of its pods are ready.
    pub ready: i32,
    /// How many there are at the longer end of the way: when it is awake.
    pub all: i32,
    /// Whether there is nothing left to wait for.
    pub is_settled: bool,
}

/// What a workload is on its way to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// All pods ready.
    Ready,
    /// No pod left, or as few as it keeps.
    Gone,
    /// It stays as it is, although it should sleep: something speaks against it.
    Kept,
}

/// How far a namespace is, or why nothing happens to it.
pub fn progress(status: &NamespaceStatus) -> Result<Vec<Progress>, Unknown> {
    match status.unknown {
        // What is being deleted has no way to go.
        Some(Unknown::Terminating) => return Ok(Vec::new()),
        Some(unknown) => return Err(unknown),
        None => {}
    }
    let of = |workload: &WorkloadStatus| of_workload(status, workload);
    Ok(status.workloads.iter().flatten().filter_map(of).collect())
}

fn of_workload(status: &NamespaceStatus, workload: &WorkloadStatus) -> Option<Progress> {
    let (decided, stage) = workload.state.zip(workload.stage)?;
    // What nobody manages is not ours to wait for, but for what is given back.
    if decided == State::Unmanaged && stage != Stage::Waking {
        return None;
    }
    let waits_for_rollout = status.problems.iter().any(|problem| {
        problem.code == Code::RolloutInProgress
            && problem.workload.as_ref() == Some(&workload.workload)
    });
    let goal = match (decided, stage) {
        (State::Asleep, Stage::Kept) if !waits_for_rollout => Goal::Kept,
        (State::Asleep, _) => Goal::Gone,
        (State::Awake | State::Unmanaged, _) => Goal::Ready,
    };
    let value = workload.value.replicas().unwrap_or(0);
    let saved = workload.saved.and_then(Value::replicas).unwrap_or(0);
    let is_settled = match (goal, stage) {
        (Goal::Kept, _) => true,
        (Goal::Gone, Stage::Asleep | Stage::AtRest) => workload.ready <= value,
        (Goal::Ready, Stage::Awake | Stage::AtRest) => workload.ready >= value,
        (Goal::Gone | Goal::Ready, _) => false,
    };
    Some(Progress {
        workload: format!("{}/{}", status.namespace, workload.workload),
        goal,
        ready: workload.ready,
        all: value.max(saved).max(workload.ready),
        is_settled,
    })
}
