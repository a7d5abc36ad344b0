//! How things stand once all that went wrong is over: as the rules say, with nothing lost or left
//! behind, and nothing more is written.

use std::collections::BTreeMap;
use std::time::Duration;

use tarnfui_sandbox::json::Value;
use tarnfui_sandbox::kinds::RESOURCES;
use tarnfui_shared::decide::State as Decided;
use tarnfui_shared::observe::HANDOVER_MANAGER;
use tarnfui_shared::workload::KINDS;

use super::Breach;
use super::troubles::{CALM_AFTER, Troubles};
use super::wish::{Wish, floor_of};
use super::writes::{self, Stand, each};
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

/// What is not as it should be, so long after all that went wrong is over.
///
/// Nobody is left running before the last replica has seen how things are: it may be about to be put
/// to sleep still.
pub fn state(stage: &Stage, wanted: State, since: Duration) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let wishes = wishes(stage);
    let (namespaces, troubles) = (writes::namespaces(stage), Troubles::of(stage));
    let (now, elapsed) = (stage.world.now(), stage.world.elapsed());
    for namespace in CAST {
        let Some(object) = object(stage, "Namespace", "", namespace.name) else {
            let found = format!("{} is gone", namespace.name);
            breaches.push(Breach::new("every_workload_is_as_its_rules_say", found));
            continue;
        };
        let is_asleep = rules::state(now, &rules::of(&object)) == Decided::Asleep;
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
            let looked = (&stand, namespace.name, elapsed);
            let runs_on =
                since >= CALM_AFTER && wish.may_run_on(stage, &namespaces, &troubles, looked);
            let floor = floor_of(&reference);
            if !is_right((wanted, is_asleep), &stand, wish, runs_on, floor) {
                let found =
                    format!("{reference} is {stand:?}, {wanted:?}, asleep: {is_asleep}, {wish:?}");
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

pub(super) fn is_right(
    wanted: (State, bool),
    stand: &Stand,
    wish: Wish,
    runs_on: bool,
    floor: i64,
) -> bool {
    if wish.is_unreadable {
        return true;
    }
    let is_awake = stand.mark.is_none() && stand.value == wish.value;
    match wanted {
        (State::Released, _) | (State::Ruled, false) => is_awake,
        (State::Ruled, true) => {
            let sleeps = stand.saved() == Some(wish.value) && !stand.is_running();
            let was_at_rest = wish.value <= floor && is_awake;
            sleeps || was_at_rest || (runs_on && stand.value == wish.value)
        }
    }
}

/// What people want, from everything that they did.
fn wishes(stage: &Stage) -> BTreeMap<String, Wish> {
    let mut wishes: BTreeMap<String, Wish> = BTreeMap::new();
    each(stage, |write| {
        let wish = wishes.entry(write.reference.clone()).or_default();
        wish.take_in(write);
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
