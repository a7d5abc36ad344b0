//! What a release did and what it has to leave, as lines for people. Nothing is decided here.

use std::collections::BTreeMap;

use tarnfui_shared::change::{Op, Target};
use tarnfui_shared::observe::Workload;
use tarnfui_shared::plan::{Observation, Plan};
use tarnfui_shared::problem::{Code, Problem};
use tarnfui_shared::workload::{Kind, Mark};

use super::item::AllUnread;

/// What was done, and what is left.
#[derive(Debug, Default)]
pub(super) struct Report {
    done: BTreeMap<Box<str>, Done>,
    /// By namespace, a line for each workload.
    left: BTreeMap<Box<str>, Vec<String>>,
    /// What is worth knowing and not ours any more, likewise.
    notes: BTreeMap<Box<str>, Vec<String>>,
    /// Kinds that could not be listed, and why.
    unlisted: BTreeMap<Kind, String>,
    /// Objects that can't be read: nobody knows whether there is anything of ours on them.
    unread: BTreeMap<Kind, AllUnread>,
}

/// How many workloads of a namespace met with what.
#[derive(Debug, Default, Clone, Copy)]
struct Done {
    given_back: usize,
    only_unmarked: usize,
}

impl Report {
    /// The server took a write.
    pub(super) fn done(&mut self, target: &Target, op: Op) {
        let done = self.done.entry(target.namespace.clone()).or_default();
        match op {
            Op::Restore { .. } => done.given_back += 1,
            Op::Release => done.only_unmarked += 1,
            Op::Sleep { .. } | Op::HandOver { .. } => {}
        }
    }

    /// A kind could be listed, or could not.
    pub(super) fn listed(&mut self, kind: Kind, fault: Option<String>) {
        match fault {
            Some(fault) => drop(self.unlisted.insert(kind, fault)),
            None => drop(self.unlisted.remove(&kind)),
        }
    }

    /// What could not be read of a whole list of a kind; it replaces the last one's.
    pub(super) fn unread(&mut self, kind: Kind, unread: AllUnread) {
        self.unread.insert(kind, unread);
    }

    /// What a look at a namespace leaves, with what the server refused; it replaces the last one's.
    pub(super) fn look(
        &mut self,
        seen: &Observation<'_>,
        plan: &Plan,
        refusals: &BTreeMap<Target, (u32, String)>,
    ) {
        let namespace: Box<str> = seen.namespace.into();
        let workloads = seen.workloads.iter().map(|seen| seen.workload);
        let left = workloads
            .filter(|workload| has_ours(workload))
            .map(|workload| {
                let target = Target {
                    namespace: namespace.clone(),
                    kind: workload.kind,
                    name: workload.name.as_str().into(),
                };
                why_left(workload, plan, refusals.get(&target))
            });
        let left = left.collect();
        self.left.insert(namespace.clone(), left);
        let missing = plan.problems.iter();
        let missing = missing.filter(|problem| problem.code == Code::SavedMissing);
        let notes = missing.map(Problem::to_string).collect();
        self.notes.insert(namespace, notes);
    }

    /// How many things are left.
    pub(super) fn left(&self) -> usize {
        let unread = self.unread.values().map(AllUnread::count);
        let left = self.left.values().map(Vec::len).chain(unread);
        left.sum::<usize>() + self.unlisted.len()
    }

    /// Everything, a line each, and a sum of it. Where the release has stopped before it was through,
    /// nobody knows what else is left.
    pub(super) fn lines(&self, is_whole: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut workloads, mut namespaces) = (0, 0);
        for (namespace, done) in &self.done {
            let counts = [
                (done.given_back, "given back"),
                (done.only_unmarked, "already started, mark dropped"),
            ];
            let words = counts.iter().filter(|(count, _)| *count > 0);
            let words: Vec<_> = words
                .map(|(count, word)| format!("{count} {word}"))
                .collect();
            if !words.is_empty() {
                workloads += done.given_back + done.only_unmarked;
                namespaces += 1;
                lines.push(format!("{namespace}: {}", words.join(", ")));
            }
        }
        for (namespace, notes) in &self.notes {
            lines.extend(
                notes
                    .iter()
                    .map(|note| format!("note, in {namespace}: {note}")),
            );
        }
        for (namespace, left) in &self.left {
            lines.extend(
                left.iter()
                    .map(|line| format!("left, in {namespace}: {line}")),
            );
        }
        for (kind, unread) in &self.unread {
            lines.extend(unread.lines(*kind));
        }
        for (kind, why) in &self.unlisted {
            lines.push(format!("left, all of kind {kind}: {why}"));
        }
        let left = match self.left() {
            _ if !is_whole => "not all was looked at".to_owned(),
            0 => "nothing is left".to_owned(),
            1 => "1 is left".to_owned(),
            count => format!("{count} are left"),
        };
        let workloads = counted(workloads, "workload");
        let namespaces = counted(namespaces, "namespace");
        lines.push(format!("released {workloads} in {namespaces}; {left}"));
        lines
    }
}

/// Whether a mark or an entry of ours is still on it, and it is not about to go anyway.
fn has_ours(workload: &Workload) -> bool {
    let is_ours = workload.mark != Mark::None || workload.owner.handover_entry.is_some();
    is_ours && !workload.is_terminating
}

fn why_left(workload: &Workload, plan: &Plan, refused: Option<&(u32, String)>) -> String {
    let name = workload.reference();
    let is_why = |problem: &&Problem| {
        let is_reason = matches!(problem.code, Code::SavedUnreadable | Code::Contested);
        is_reason && problem.workload.as_ref() == Some(&name)
    };
    if let Some(problem) = plan.problems.iter().find(is_why) {
        return problem.to_string();
    }
    match refused {
        Some((_, message)) => {
            format!("{name}: {message}; hint: see that it may be patched, and run this again")
        }
        None => format!("{name}: there was no time; hint: run this again, it goes on from here"),
    }
}

fn counted(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}
