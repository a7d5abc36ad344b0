//! Where nothing goes wrong: one write for each workload and transition, and on time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::decide::State;

use super::Breach;
use super::writes::each;
use crate::cast::{CAST, Namespace, Workload, beginning};
use crate::rules;
use crate::stage::Stage;

/// How long after a boundary the first writes may leave, and those of a wave that waits for another:
/// as long as a pod takes to be ready.
const ON_TIME: SignedDuration = SignedDuration::from_secs(1);
const IN_WAVES: SignedDuration = SignedDuration::from_secs(10);

/// All of it.
pub(super) fn judge(stage: &Stage) -> Vec<Breach> {
    let mut writes: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
    each(stage, |write| {
        if let Some(made) = write.made.filter(|_| write.is_ours()) {
            let of_this = writes.entry(write.reference.clone()).or_default();
            of_this.push(made.world);
        }
    });
    let mut breaches = Vec::new();
    for namespace in CAST {
        let owed = transitions(namespace, stage.story.end());
        for workload in namespace.workloads {
            let kind = workload.kind.row().name;
            let reference = format!("{}/{kind}/{}", namespace.name, workload.name);
            let found = writes.remove(&reference).unwrap_or_default();
            let owed = if rests_always(workload) { &[] } else { &*owed };
            breaches.extend(one_write_each_and_on_time(&reference, owed, &found));
        }
    }
    breaches
}

/// When a namespace goes from one state to the other: what it finds at the start, every boundary, and
/// what it gives back when its rules are taken away.
fn transitions(namespace: &Namespace, end: Timestamp) -> Vec<Timestamp> {
    let rules = rules::of(&namespace.manifest().into());
    let is_asleep = |at: Timestamp| rules::state(at, &rules) == State::Asleep;
    let mut owed: Vec<_> = is_asleep(beginning()).then(beginning).into_iter().collect();
    let moment = SignedDuration::from_nanos(1);
    let boundaries = rules::boundaries(beginning(), end).into_iter();
    owed.extend(boundaries.filter(|at| is_asleep(*at) != is_asleep(*at - moment)));
    if is_asleep(end) {
        owed.push(end);
    }
    owed
}

/// Whether a workload is at rest without anybody's doing.
fn rests_always(workload: &Workload) -> bool {
    workload.value() == 0 || workload.value() == true
}

fn one_write_each_and_on_time(
    reference: &str,
    owed: &[Timestamp],
    found: &[Timestamp],
) -> Option<Breach> {
    // The last is owed when the rules are taken away, which is not before everything is settled.
    let last = owed.len().saturating_sub(1);
    let bound = if reference.starts_with("night/") {
        IN_WAVES
    } else {
        ON_TIME
    };
    let is_on_time = |(place, (owed, found)): (usize, (&Timestamp, &Timestamp))| {
        let late = found.duration_since(*owed);
        place == last || (SignedDuration::ZERO..=bound).contains(&late)
    };
    let is_kept = owed.len() == found.len() && owed.iter().zip(found).enumerate().all(is_on_time);
    (!is_kept).then(|| {
        let told = format!("{reference}: owed at {owed:?}, written at {found:?}");
        Breach::new("one_write_each_and_on_time", told)
    })
}
