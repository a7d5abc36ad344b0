//! Waking in waves: each ready before the next, and none for ever.
//!
//! Restores are only ever held back here, and no other change is touched.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::workload::Prospect;
use super::{Stage, WAVE_DEADLINE};
use crate::change::Op;
use crate::decide::State;
use crate::problem::{Code, Problem};

/// Takes back the restores whose wave has to wait for an earlier one.
///
/// A wave is waited for while one of its workloads is still to be restored or not ready, but no
/// longer than [`WAVE_DEADLINE`] from when its own turn came.
pub(super) fn hold(now: Timestamp, prospects: &mut [Prospect<'_>]) {
    let mut waves: BTreeMap<i32, Vec<&mut Prospect<'_>>> = BTreeMap::new();
    for prospect in prospects.iter_mut().filter(|prospect| takes_part(prospect)) {
        waves.entry(prospect.wave).or_default().push(prospect);
    }
    if waves.len() < 2 {
        return;
    }
    let mut waiting_until: Option<Timestamp> = None;
    let mut late = None;
    for (number, wave) in waves {
        let mut ends = Vec::new();
        for prospect in wave {
            let is_restore = matches!(prospect.op, Some(Op::Restore { .. }));
            if is_restore && let Some(until) = waiting_until {
                prospect.op = None;
                prospect.look_again_at = Some(until);
                continue;
            }
            if is_restore && let Some(number) = late {
                prospect.problems.push(wave_late(prospect, number));
            }
            // Also one that is yet to be restored, because something else is written first.
            let is_waking = prospect.outlook.stage == Stage::Waking;
            if is_waking || !prospect.workload.is_ready() {
                ends.extend(
                    prospect
                        .outlook
                        .memory
                        .unready_since(now)
                        .checked_add(WAVE_DEADLINE),
                );
            } else {
                prospect.outlook.memory.is_ready();
            }
        }
        let end = ends.into_iter().max();
        waiting_until = waiting_until.max(end.filter(|end| *end > now));
        late = end.filter(|end| *end <= now).map(|_| number).or(late);
    }
}

/// Whether it is one of those that are, or are to be, awake.
fn takes_part(prospect: &Prospect<'_>) -> bool {
    let is_awake = prospect.outlook.decision.state == State::Awake;
    let is_awake_or_waking = matches!(prospect.outlook.stage, Stage::Awake | Stage::Waking);
    is_awake && is_awake_or_waking && !prospect.workload.is_terminating
}

fn wave_late(prospect: &Prospect<'_>, late: i32) -> Problem {
    let minutes = WAVE_DEADLINE.as_mins();
    let message = format!("is woken although wave {late} is not ready after {minutes} minutes");
    Problem::new("tarnfui.io/wave", Code::WaveLate, message)
        .with_hint("kubectl get pods shows what holds the earlier wave up")
        .of_workload(prospect.workload.reference())
}
