//! Telling people, once, of what is new: a transition, a problem.
//!
//! What is told never changes what is written.

use std::collections::BTreeSet;

use tarnfui_shared::change::{Change, Op};
use tarnfui_shared::decide::State;
use tarnfui_shared::plan::Plan;
use tarnfui_shared::problem::{Code, Problem};
use tarnfui_shared::workload::Kind;
use tracing::{info, warn};

use super::Reconciler;
use crate::world::{Last, ToldProblems};

impl Reconciler {
    /// Tells people, once, of what is new in a plan.
    pub(super) fn tell(&mut self, namespace: &str, plan: &Plan) {
        let Ok(decision) = plan.decision else { return };
        let Some(subject) = self.parts.world.subject(namespace, None) else {
            return;
        };
        let Some(last) = self.parts.world.last(namespace) else {
            return;
        };
        let is_move = |change: &&Change| match (change.op, decision.state) {
            // Of a workload with a schedule of its own it is not the namespace that moves.
            (Op::Sleep { .. }, state) => state == State::Asleep,
            (Op::Restore { .. }, state) => state != State::Asleep,
            (Op::Release | Op::HandOver { .. }, _) => false,
        };
        let moved = plan.changes.iter().filter(is_move).count();
        // What moves may come later than the state: after grace, or after a rollout.
        let before = last.state.replace(decision.state);
        let is_new = before != Some(decision.state);
        let was_told = !is_new && last.is_told;
        last.is_told = was_told || moved > 0;
        let new = last.new_faults(&plan.problems);
        if is_new && (moved > 0 || before.is_some()) {
            let until = decision.until.map(|at| at.to_string());
            info!(namespace, state = %decision.state, reason = %decision.reason, until, moved, "transition");
        }
        if !was_told && moved > 0 {
            self.parts.teller.transition(subject, &decision, moved);
        }
        for problem in new {
            self.tell_problem(namespace, &problem);
        }
    }

    fn tell_problem(&self, namespace: &str, problem: &Problem) {
        warn!(namespace, code = %problem.code, %problem, "problem");
        let workload = problem
            .workload
            .as_deref()
            .and_then(|it| it.split_once('/'));
        let workload = workload.and_then(|(kind, name)| Some((Kind::parse(kind)?, name)));
        if let Some(subject) = self.parts.world.subject(namespace, workload) {
            self.parts.teller.problem(subject, problem);
        }
    }
}

impl Last {
    /// The problems that were not there at the last look, notices aside.
    fn new_faults(&mut self, problems: &[Problem]) -> Vec<Problem> {
        let faults = problems.iter().filter(|problem| !problem.code.is_notice());
        let of = |problem: &Problem| (problem.workload.clone(), problem.code);
        let new = faults
            .clone()
            .filter(|problem| !self.was_told_of(&of(problem)));
        let new = new.cloned().collect();
        let faults: BTreeSet<_> = faults.map(of).collect();
        self.problems = (!faults.is_empty()).then(|| Box::new(ToldProblems(faults)));
        new
    }

    fn was_told_of(&self, problem: &(Option<String>, Code)) -> bool {
        let told = self.problems.as_ref();
        told.is_some_and(|told| told.0.contains(problem))
    }
}
