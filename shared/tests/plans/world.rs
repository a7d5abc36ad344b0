//! A namespace, its people and its controller, with everything that must hold written down.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};
use tarnfui_shared::change::{Change, Op};
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::State;
use tarnfui_shared::plan::Plan;
use tarnfui_shared::workload::{Kind, Mark, Value};

use crate::cluster::{Cluster, Conflict, Id};
use crate::looker::Looker;
use crate::steps::{Step, WORKLOADS};

/// Looks until nothing is left to do: five waves, each with a hand-over, and as much again.
const MAX_LOOKS: usize = 20;

const SAVED: &str = "/metadata/labels/tarnfui.io~1saved";

/// What is known of a workload beside what the cluster says.
#[derive(Debug, Default)]
struct Ghost {
    /// The value that our last sleep saved, while its mark should be there.
    saved: Option<Value>,
    /// Whether somebody edited the mark since.
    is_edited: bool,
    /// Writes, hand-overs aside, and hand-overs since the last transition.
    writes: (u32, u32),
    /// Whether it was to be asleep at the last look.
    was_asleep: bool,
}

pub(crate) struct World {
    now: Timestamp,
    ids: Vec<Id>,
    cluster: Cluster,
    looker: Looker,
    ghosts: BTreeMap<Id, Ghost>,
}

impl World {
    pub(crate) fn new() -> Self {
        let now: Timestamp = "2026-11-23T06:00:00Z".parse().expect("an instant");
        let all = [
            (Kind::Deployment, "applied", Value::Replicas(2)),
            (Kind::Deployment, "young", Value::Replicas(3)),
            (Kind::Deployment, "zero", Value::Replicas(0)),
            (Kind::StatefulSet, "db", Value::Replicas(1)),
            (Kind::CronJob, "report", Value::Suspend(false)),
        ];
        assert_eq!(all.len(), WORKLOADS);
        let mut cluster = Cluster::default();
        for (kind, name, value) in all {
            let id = (kind, name.to_owned());
            let is_young = name == "young";
            let created_at = if is_young { now } else { Timestamp::UNIX_EPOCH };
            cluster.create(&id, value, created_at);
            if name == "applied" {
                cluster.set(&id, value, "apply:flux");
                cluster.settle(&id);
            }
        }
        let ids: Vec<Id> = cluster.objects.keys().cloned().collect();
        let ghosts = ids.iter().map(|id| (id.clone(), Ghost::default()));
        let config = Config::parse("kinds: [Deployment, StatefulSet, CronJob]");
        let mut looker = Looker::default();
        looker.config = config.expect("a configuration");
        Self {
            now,
            ghosts: ghosts.collect(),
            ids,
            cluster,
            looker,
        }
    }

    pub(crate) fn value(&self, id: &Id) -> Json {
        self.cluster.objects[id]["spec"][id.0.row().field.name()].clone()
    }

    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Wait(minutes) => self.now += SignedDuration::from_mins(*minutes),
            Step::Look(count) => {
                let plan = self.look();
                for change in plan.changes.iter().take(*count) {
                    self.execute(change, &plan).expect("nobody else wrote");
                }
            }
            Step::Late(workload) => self.late(*workload),
            Step::Restart => self.looker.restart(),
            Step::Settle => {
                for id in &self.ids {
                    self.cluster.settle(id);
                }
            }
            Step::Namespace(key, value) => {
                let key = format!("tarnfui.io/{key}");
                match value {
                    Some(value) => drop(self.looker.annotations.insert(key, (*value).to_owned())),
                    None => drop(self.looker.annotations.remove(&key)),
                }
            }
            Step::Kinds(kinds) => {
                let config = Config::parse(&format!("kinds: [{kinds}]"));
                self.looker.config = config.expect("a configuration");
            }
            Step::Request => self.looker.activity.last_request = Some(self.now),
            Step::Status(..)
            | Step::Set(..)
            | Step::Annotate(..)
            | Step::Label(..)
            | Step::Owned(..) => self.edit(step),
        }
    }

    /// What people do to a workload.
    fn edit(&mut self, step: &Step) {
        let metadata = |map: &str, key: &str, value: Option<&str>| json!({ "metadata": { map: { format!("tarnfui.io/{key}"): value } } });
        let (workload, patch) = match step {
            Step::Annotate(it, key, value) => (*it, metadata("annotations", key, *value)),
            Step::Label(it, key, value) => {
                let id = &self.ids[*it];
                self.ghosts.get_mut(id).expect("its ghost").is_edited = true;
                (*it, metadata("labels", key, *value))
            }
            Step::Owned(it, is_owned) => {
                let owner = json!([{ "kind": "App", "name": "x", "controller": true }]);
                let owners = if *is_owned { owner } else { json!([]) };
                (*it, json!({ "metadata": { "ownerReferences": owners } }))
            }
            Step::Status(it, "unready") => (*it, json!({ "status": { "readyReplicas": 0 } })),
            Step::Status(it, _) => (
                *it,
                json!({ "status": { "replicas": 9, "updatedReplicas": 1 } }),
            ),
            Step::Set(it, number, manager) => {
                let id = &self.ids[*it];
                let value = match id.0 {
                    Kind::CronJob => Value::Suspend(*number == 0),
                    Kind::Deployment | Kind::StatefulSet => Value::Replicas(*number),
                };
                return self.cluster.set(id, value, manager);
            }
            Step::Wait(_)
            | Step::Look(_)
            | Step::Late(_)
            | Step::Restart
            | Step::Settle
            | Step::Namespace(..)
            | Step::Kinds(_)
            | Step::Request => return,
        };
        self.cluster.merge(&self.ids[workload], &patch, "kubectl");
    }

    /// A plan that comes too late for one of its objects is refused there, and there only.
    fn late(&mut self, workload: usize) {
        let plan = self.look();
        let id = self.ids[workload].clone();
        self.cluster.merge(
            &id,
            &json!({ "metadata": { "labels": { "x": "y" } } }),
            "kubectl",
        );
        let touched = self.cluster.objects[&id].clone();
        for change in &plan.changes {
            let is_late = *change.target.name == *id.1;
            let expect = if is_late { Err(Conflict) } else { Ok(()) };
            assert_eq!(self.execute(change, &plan), expect);
        }
        assert_eq!(self.cluster.objects[&id], touched);
    }

    fn look(&mut self) -> Plan {
        let plan = self.looker.look(self.now, &self.cluster);
        for (id, outlook) in self.ids.iter().zip(&plan.outlooks) {
            let ghost = self.ghosts.get_mut(id).expect("its ghost");
            let is_asleep = outlook.decision.state == State::Asleep;
            if is_asleep != ghost.was_asleep {
                ghost.was_asleep = is_asleep;
                ghost.writes = (0, 0);
            }
        }
        plan
    }

    /// Carries a change out, and checks it against everything that a write must be.
    fn execute(&mut self, change: &Change, plan: &Plan) -> Result<(), Conflict> {
        let id = (change.target.kind, change.target.name.to_string());
        let before = self.cluster.objects[&id].clone();
        let seen = self.cluster.observe();
        let place = self.ids.iter().position(|it| *it == id).expect("its place");
        self.cluster.execute(change)?;
        self.looker.written(&id, change.op);
        let after = &self.cluster.objects[&id];
        assert_eq!(
            others(&before, &id),
            others(after, &id),
            "invariant 9: {change:?}"
        );
        let state = plan.outlooks[place].decision.state;
        let (mark, value) = (&seen[place].mark, seen[place].value);
        let ghost = self.ghosts.get_mut(&id).expect("its ghost");
        let written = &after["spec"][id.0.row().field.name()];
        ghost.writes.0 += 1;
        match change.op {
            Op::Sleep { saved, to } => {
                assert_eq!(*mark, Mark::None, "invariant 6: nothing is overwritten");
                assert_eq!(
                    before.pointer(SAVED),
                    None,
                    "invariant 6: not even what can't be read"
                );
                assert_eq!((saved, state), (value, State::Asleep));
                assert!(saved.runs_above(to), "invariant 6: never a 0");
                assert_eq!(*written, to.to_json());
                assert_eq!(after.pointer(SAVED), Some(&json!(saved.to_string())));
                (ghost.saved, ghost.is_edited) = (Some(saved), false);
            }
            Op::Restore { to } => {
                assert_ne!(state, State::Asleep);
                assert!(matches!(mark, Mark::Saved { saved, .. } if *saved == to));
                assert!(
                    ghost.is_edited || ghost.saved == Some(to),
                    "invariant 6: {change:?}"
                );
                assert_eq!(*written, to.to_json());
                assert_eq!(after.pointer(SAVED), None);
                (ghost.saved, ghost.is_edited) = (None, false);
            }
            Op::Release => {
                assert_ne!(state, State::Asleep);
                assert!(
                    matches!(mark, Mark::Saved { asleep_at, .. } if value.runs_above(*asleep_at))
                );
                assert_eq!(*written, value.to_json(), "theirs wins");
                assert_eq!(after.pointer(SAVED), None);
                (ghost.saved, ghost.is_edited) = (None, false);
            }
            Op::HandOver { .. } => {
                assert_eq!(before["spec"], after["spec"]);
                assert_eq!(before["metadata"]["labels"], after["metadata"]["labels"]);
                ghost.writes.0 -= 1;
                ghost.writes.1 += 1;
            }
        }
        Ok(())
    }

    /// Invariant 7: looks and carries out until nothing is left to do, in a bounded number of looks.
    pub(crate) fn converge(&mut self) -> Plan {
        self.step(&Step::Settle);
        for _ in 0..MAX_LOOKS {
            let plan = self.look();
            if plan.changes.is_empty() {
                return plan;
            }
            for change in &plan.changes {
                self.execute(change, &plan).expect("nobody else wrote");
            }
            self.step(&Step::Settle);
        }
        panic!("no end: {:#?}", self.look().changes);
    }

    /// Invariant 6: whatever happened, what we saved and nobody edited is still there.
    pub(crate) fn check_nothing_lost(&self) {
        for (id, ghost) in self.ghosts.iter().filter(|(_, ghost)| !ghost.is_edited) {
            let label = self.cluster.objects[id].pointer(SAVED);
            let saved = ghost.saved.map(|saved| json!(saved.to_string()));
            assert_eq!(label, saved.as_ref(), "{id:?}");
        }
    }

    /// Invariant 18: once steady, only what should be asleep has a mark that can be read.
    pub(crate) fn check_released(&mut self) {
        let plan = self.look();
        for (workload, outlook) in self.cluster.observe().iter().zip(&plan.outlooks) {
            let is_marked = matches!(workload.mark, Mark::Saved { .. });
            let is_asleep = outlook.decision.state == State::Asleep;
            assert!(is_asleep || !is_marked, "{}", workload.reference());
        }
    }

    pub(crate) fn check_one_write_each(&self) {
        for (id, ghost) in &self.ghosts {
            let (writes, hand_overs) = ghost.writes;
            let is_applied = id.1 == "applied";
            assert!(writes <= 1, "invariant 8: {id:?}: {writes} writes");
            assert!(
                hand_overs <= u32::from(is_applied),
                "invariant 8: {id:?}: {hand_overs} handed over"
            );
        }
    }

    /// What every workload is to be once it is released: theirs, or what was saved.
    pub(crate) fn wanted(&self) -> Vec<(Id, Json)> {
        let want = |(id, workload): (&Id, tarnfui_shared::observe::Workload)| {
            let value = match workload.mark {
                Mark::Saved { saved, asleep_at } if !workload.value.runs_above(asleep_at) => saved,
                Mark::Saved { .. } | Mark::None | Mark::Unreadable(_) => workload.value,
            };
            (id.clone(), value.to_json())
        };
        self.ids
            .iter()
            .zip(self.cluster.observe())
            .map(want)
            .collect()
    }
}

/// The object without what we may write, and what the server keeps of that.
fn others(object: &Json, id: &Id) -> Json {
    let mut rest = object.clone();
    let remove = |map: &mut Json, key: &str| {
        if let Some(map) = map.as_object_mut() {
            map.remove(key);
        }
    };
    remove(&mut rest["spec"], id.0.row().field.name());
    for key in ["resourceVersion", "generation", "managedFields"] {
        remove(&mut rest["metadata"], key);
    }
    for key in ["tarnfui.io/saved", "tarnfui.io/asleep-at"] {
        remove(&mut rest["metadata"]["labels"], key);
    }
    rest
}
