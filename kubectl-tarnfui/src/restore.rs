//! Giving back by hand what sleeps: the changes that the controller makes for what it no longer
//! handles.
//!
//! A workload of which no rule says anything is only ever released: what rests gets its saved value
//! back, what somebody started keeps theirs, and the mark goes. Nothing here puts anything to sleep,
//! and nothing asks whether now is the time: that is for who calls, by [`leader`].

use jiff::Timestamp;
use tarnfui_shared::change::{Change, Op};
use tarnfui_shared::decide::{Activity, Reason};
use tarnfui_shared::observe::Workload;
use tarnfui_shared::plan::{self, Memory, Observation, Seen};
use tarnfui_shared::rules::Rules;
use tarnfui_shared::workload::{Mark, Value};

pub mod leader;
mod refusal;

pub use refusal::{Place, Refusal};

use crate::words::amount;

/// The next change that restores `workload`, or takes the trace of having done so away; none where
/// there is nothing to write any more. `replicas` stands in for a mark that can't be read.
pub fn next_change(
    now: Timestamp,
    namespace: &str,
    workload: &Workload,
    replicas: Option<i32>,
) -> Result<Option<Change>, Refusal> {
    let place = || Place::of(namespace, workload);
    match (&workload.mark, replicas) {
        (Mark::Unreadable(text), None) => Err(Refusal::Unreadable {
            place: place(),
            text: text.to_string(),
            kind: workload.kind,
        }),
        (Mark::Unreadable(_), Some(_)) if workload.value.replicas().is_none() => {
            Err(Refusal::NoReplicas { place: place() })
        }
        (Mark::Unreadable(_), Some(count)) if !workload.is_terminating => {
            let to = Value::Replicas(count);
            let op = Op::Restore { to };
            Ok(Some(Change::new(namespace, workload, op, Reason::NoRule)))
        }
        (Mark::Saved { saved, .. }, Some(_)) => Err(Refusal::Readable {
            place: place(),
            saved: amount(*saved),
        }),
        (Mark::None | Mark::Saved { .. } | Mark::Unreadable(_), _) => {
            Ok(release(now, namespace, workload))
        }
    }
}

/// What the controller would write next for `workload` if its kind were handled no more: alone, so
/// that no wave waits for another.
fn release(now: Timestamp, namespace: &str, workload: &Workload) -> Option<Change> {
    let rules = Rules::none();
    let seen = Seen {
        workload,
        own: None,
        is_handled: false,
        autoscaler: None,
        memory: Memory::default(),
    };
    let observation = Observation {
        namespace,
        unknown: None,
        rules: &rules,
        problems: &[],
        activity: Activity::default(),
        workloads: vec![seen],
    };
    plan::plan(now, &observation).changes.into_iter().next()
}
