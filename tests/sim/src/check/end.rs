//! How things stand once all that went wrong is over: as the rules say, with nothing lost or left
//! behind, and nothing more is written.

use std::collections::BTreeMap;

use tarnfui_sandbox::json::Value;
use tarnfui_sandbox::kinds::RESOURCES;
use tarnfui_shared::decide::State as Decided;
use tarnfui_shared::observe::HANDOVER_MANAGER;
use tarnfui_shared::workload::KINDS;

use super::Breach;
use super::writes::{Stand, each};
use crate::cast::CAST;
use crate::rules;
use crate::stage::Stage;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// What the rules say.
    Ruled,
    /// Everything given back, because there are no rules any more.
    Released,
}

/// What people want of a workload, from what they did.
#[derive(Debug, Clone, Copy, Default)]
struct Wish {
    /// The value.
    value: i64,
    /// Whether somebody wrote into the mark: then nobody can tell.
    is_spoilt: bool,
    /// Whether somebody started it since it was put to sleep: then it may run on.
    is_started: bool,
}

/// What is not as it should be.
pub fn state(stage: &Stage, wanted: State) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let wishes = wishes(stage);
    let now = stage.world.now();
    for namespace in CAST {
        let Some(object) = object(stage, "Namespace", "", namespace.name) else {
            let found = format!("{} is gone", namespace.name);
            breaches.push(Breach::new("every_workload_is_as_its_rules_say", found));
            continue;
        };
        let decided = rules::state(now, &rules::of(&object));
        for workload in namespace.workloads {
            let row = workload.kind.row();
            let reference = format!("{}/{}/{}", namespace.name, row.name, workload.name);
            let Some(object) = self::object(stage, row.name, namespace.name, workload.name) else {
                let found = format!("{reference} is gone");
                breaches.push(Breach::new("every_workload_is_as_its_rules_say", found));
                continue;
            };
            if is_in_the_way(&object) {
                let found =
                    format!("{reference}: {HANDOVER_MANAGER} is still in its managedFields");
                breaches.push(Breach::new("who_applies_meets_no_conflict_of_ours", found));
            }
            let stand = Stand::of(&object);
            let wish = wishes.get(&reference).copied().unwrap_or_default();
            let floor = floor(workload.annotations);
            if !is_right(wanted, decided, &stand, wish, floor) {
                let found = format!("{reference} is {stand:?}, {wanted:?}, {decided}, {wish:?}");
                breaches.push(Breach::new("every_workload_is_as_its_rules_say", found));
            }
        }
    }
    breaches
}

/// Whether what we wrote where server-side apply owns the field would be a conflict of the next apply.
fn is_in_the_way(object: &Value) -> bool {
    let entries = object["metadata"]["managedFields"].as_array();
    let mut entries = entries.into_iter().flatten();
    entries.any(|entry| entry["manager"] == HANDOVER_MANAGER)
}

fn is_right(wanted: State, decided: Decided, stand: &Stand, wish: Wish, floor: i64) -> bool {
    if wish.is_spoilt {
        return true;
    }
    let is_awake = stand.mark.is_none() && stand.value == wish.value;
    match (wanted, decided) {
        (State::Released, _) | (State::Ruled, Decided::Awake | Decided::Unmanaged) => is_awake,
        (State::Ruled, Decided::Asleep) => {
            let sleeps = stand.saved() == Some(wish.value) && !stand.is_running();
            let was_at_rest = wish.value <= floor && is_awake;
            let runs_on = wish.is_started && stand.value == wish.value;
            sleeps || was_at_rest || runs_on
        }
    }
}

fn floor(annotations: &[(&str, &str)]) -> i64 {
    let floor = annotations.iter().find(|(key, _)| *key == "sleep-replicas");
    floor.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
}

/// What people want, from everything that they did.
fn wishes(stage: &Stage) -> BTreeMap<String, Wish> {
    let mut wishes: BTreeMap<String, Wish> = BTreeMap::new();
    each(stage, |write| {
        let wish = wishes.entry(write.reference.clone()).or_default();
        let Some(before) = &write.before else {
            *wish = Wish {
                value: write.after.value,
                ..Wish::default()
            };
            return;
        };
        if write.is_ours() {
            // Put to sleep, it is nobody's start any more. Taking our entry out of `managedFields`
            // is not that.
            wish.is_started &= before.mark.is_some() || write.after.mark.is_none();
            return;
        }
        wish.is_spoilt |= before.mark != write.after.mark;
        if before.value == write.after.value {
            return;
        }
        if write.after.is_running() || write.after.mark.is_none() {
            wish.value = write.after.value;
            wish.is_started = write.after.is_running();
        } else {
            // Back to rest with the mark still there: the mark is what comes back.
            wish.value = write.after.saved().unwrap_or(wish.value);
            wish.is_started = false;
        }
    });
    wishes
}

/// Nothing is begun once all is as it should be.
pub fn is_quiet(stage: &Stage, before: usize) -> Vec<Breach> {
    let begun = stage.network.record(|record| record.begun.len());
    if begun == before {
        return Vec::new();
    }
    let found = format!("{} writes although nothing changes", begun - before);
    vec![Breach::new(
        "nothing_is_written_when_nothing_changes",
        found,
    )]
}

fn object(stage: &Stage, kind: &str, namespace: &str, name: &str) -> Option<Value> {
    let is_handled = KINDS.iter().any(|row| row.name == kind) || kind == "Namespace";
    assert!(is_handled, "{kind} is not in the cast");
    let place = RESOURCES.iter().position(|it| it.kind == kind)?;
    stage.sandbox.with(|server| {
        let object = server.store().get(place, namespace, name)?;
        Some(object.value.clone())
    })
}
