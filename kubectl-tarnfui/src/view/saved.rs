//! `saved`: what sleeps by our hand, and what comes back.
//!
//! Only the mark and the workload itself speak here: whether the namespace should be asleep now is
//! for `status`.

use jiff::Timestamp;
use serde::Serialize;
use tarnfui_shared::problem::{Code, Problem};
use tarnfui_shared::workload::{Field, Mark, SAVED_LABEL, Value};
use tarnfui_shared::zone::Zone;

use super::Requests;
use crate::cluster::Marked;

/// Thousandths of a core, the finest that is asked for, to the core.
const MILLI: f64 = 1_000.0;

/// A workload with a mark.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SavedWorkload {
    /// The name of its namespace.
    pub namespace: String,
    /// Its kind and name, as `deployment/web`.
    pub workload: String,
    /// The value that comes back: replicas, or whether it is suspended; null where the mark can't
    /// be read.
    pub saved: Option<Value>,
    /// The value it was put to: 0 replicas or suspended as a rule; null where the mark can't be
    /// read.
    pub floor: Option<Value>,
    /// The instant at which it was put to sleep, in UTC; null where that can't be known, as where
    /// an applier has its field back.
    pub asleep_since: Option<Timestamp>,
    /// The value as it is now.
    pub value: Value,
    /// What became of the value since; null where it is what it was put to, or the mark can't be
    /// read.
    pub drift: Option<Drift>,
    /// Another field manager that owns the value; null where there is none.
    pub other_owner: Option<String>,
    /// What it sets free; null for what has no replicas, and where the mark can't be read.
    pub released: Option<Released>,
    /// What is wrong with its mark; empty where nothing is.
    pub problems: Vec<Problem>,
    /// The zone in which its times are shown.
    #[serde(skip)]
    pub zone: Zone,
}

/// What became of a value that was put to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Drift {
    /// Somebody started it: it runs above its floor.
    Started,
    /// Somebody changed it, and it still rests.
    Changed,
}

/// What a sleeper sets free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Released {
    /// How many replicas come back, beyond those that run.
    pub replicas: i32,
    /// The cores that their pods ask for, to the thousandth.
    pub cores: f64,
    /// The memory that their pods ask for, in whole bytes.
    #[serde(serialize_with = "whole")]
    pub bytes: f64,
}

impl SavedWorkload {
    /// What there is to say of `marked`, whose times are shown in `zone`.
    pub fn of(marked: &Marked, zone: Zone) -> Self {
        let value = marked.value;
        let (saved, floor) = match marked.mark {
            Mark::Saved { saved, asleep_at } => (Some(saved), Some(asleep_at)),
            Mark::None | Mark::Unreadable(_) => (None, None),
        };
        let drift = floor.and_then(|floor| Drift::of(value, floor));
        Self {
            namespace: marked.namespace.clone(),
            workload: marked.reference(),
            saved,
            floor,
            asleep_since: marked.set_at,
            value,
            drift,
            other_owner: marked.other_owner.clone(),
            released: saved.and_then(|saved| Released::of(saved, value, marked)),
            problems: unreadable(marked).into_iter().collect(),
            zone,
        }
    }

    /// Whether it sleeps: its mark can be read, and nobody started it.
    pub fn sleeps(&self) -> bool {
        self.saved.is_some() && self.drift != Some(Drift::Started)
    }
}

impl Drift {
    fn of(value: Value, floor: Value) -> Option<Self> {
        if value.runs_above(floor) {
            Some(Self::Started)
        } else {
            (value != floor).then_some(Self::Changed)
        }
    }
}

impl Released {
    fn of(saved: Value, value: Value, marked: &Marked) -> Option<Self> {
        let replicas = (saved.replicas()? - value.replicas()?).max(0);
        let all = Requests::of(&marked.template).times(replicas);
        Some(Self {
            replicas,
            cores: (all.cores * MILLI).round() / MILLI,
            bytes: all.bytes.round(),
        })
    }
}

/// The problem of a mark that nothing can be restored from.
fn unreadable(marked: &Marked) -> Option<Problem> {
    let Mark::Unreadable(text) = &marked.mark else {
        return None;
    };
    let field = marked.kind.row().field;
    let expected = match field {
        Field::Replicas => "a whole number above what it sleeps at",
        Field::Suspend => "false",
    };
    let workload = marked.reference();
    let message = format!("{text:?}: expected {expected}; nothing is written");
    let hint = format!(
        "set {}, then kubectl tarnfui saved {} --forget {workload}",
        field.path(),
        marked.namespace
    );
    let problem = Problem::new(SAVED_LABEL, Code::SavedUnreadable, message).with_hint(hint);
    Some(problem.of_workload(workload))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::trivially_copy_pass_by_ref,
    reason = "an amount of memory far below 2^63, and serde hands out references"
)]
fn whole<S: serde::Serializer>(amount: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(*amount as i64)
}
