//! Why a namespace or workload is what it is, with where each value comes from.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tarnfui_shared::annotations::{
    Entry, Key, NamespaceAnnotations, Place, TABLE, WorkloadAnnotations,
};
use tarnfui_shared::decide::{Reason, State};
use tarnfui_shared::observe::Workload;
use tarnfui_shared::problem::{Problem, cut};
use tarnfui_shared::rules::{DEFAULT_GRACE, Rules};
use tarnfui_shared::text::format_duration;
use tarnfui_shared::zone::Zone;

use crate::error::one_line;
use crate::order;
use crate::reading::{Annotations, Known, Reading, Transition, next_state, transitions};

/// How many transitions are shown: a working week has its five evenings or its five mornings, and
/// more is what a timeline is for.
const TRANSITIONS: usize = 5;

/// The longest value that is shown, in bytes: a schedule of a few spans.
const MAX_VALUE_BYTES: usize = 120;

/// Why a namespace or workload is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The namespace.
    pub namespace: String,
    /// Its state; null where the configuration could not be read.
    pub state: Option<State>,
    /// Why; null where the configuration could not be read.
    pub reason: Option<Reason>,
    /// When state or reason next change by themselves; null where they don't.
    pub until: Option<Timestamp>,
    /// What is wrong with its rules.
    pub problems: Vec<Problem>,
    /// The workload, as `deployment/web`; only where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// What only people are shown.
    #[serde(skip)]
    pub detail: Detail,
}

/// What only people are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The zone of its times.
    pub zone: Zone,
    /// The values in force.
    pub values: Vec<ValueRow>,
    /// When the state changes next, as opposed to the reason alone.
    pub ends_at: Option<Timestamp>,
    /// What comes next.
    pub transitions: Vec<Transition>,
}

/// A value in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRow {
    /// The key without its prefix.
    pub key: &'static str,
    /// The value; none where nothing says one.
    pub value: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// An annotation of the workload.
    Workload,
    /// An annotation of the namespace.
    Annotation,
    /// The configuration's defaults.
    Default,
    /// This program.
    BuiltIn,
}

impl Origin {
    /// As it is shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::Annotation => "annotation",
            Self::Default => "default",
            Self::BuiltIn => "built-in",
        }
    }
}

/// Explains the namespace `name` at `now`; without a configuration, as far as that goes.
pub fn explain(
    now: Timestamp,
    name: &str,
    annotations: &Annotations,
    known: Known<'_>,
) -> Explanation {
    let reading = Reading::of(name, annotations, known.config());
    explanation(now, name, &reading, values(annotations, known), known)
}

/// Explains a workload at `now`: what it says for itself goes before what its namespace says.
pub fn explain_workload(
    now: Timestamp,
    name: &str,
    annotations: &Annotations,
    workload: &Workload,
    known: Known<'_>,
) -> Explanation {
    let config = known.config();
    let mut reading = Reading::of(name, annotations, config);
    let mut values = values(annotations, known);
    if let Some(own) = &workload.own {
        let (rules, found) =
            reading
                .rules
                .for_workload(&own.annotations, &reading.annotations, config);
        let of_own = own.problems.iter().cloned().chain(found);
        reading
            .problems
            .extend(of_own.map(|it| it.of_workload(workload.reference())));
        reading.rules = rules;
        let own = own_values(&own.annotations);
        values.retain(|row| own.iter().all(|of_own| of_own.key != row.key));
        values.splice(0..0, own);
    }
    if !config.kinds.contains(workload.kind) || workload.controller.is_some() {
        reading.rules = Rules::none();
    }
    let explained = explanation(now, name, &reading, values, known);
    Explanation {
        workload: Some(workload.reference()),
        ..explained
    }
}

fn explanation(
    now: Timestamp,
    name: &str,
    reading: &Reading,
    values: Vec<ValueRow>,
    known: Known<'_>,
) -> Explanation {
    let decision = known.is_read().then(|| reading.decide(now));
    let coming = decision.map(|_| transitions(now, &reading.rules).take(TRANSITIONS).collect());
    Explanation {
        namespace: name.to_owned(),
        state: decision.map(|decision| decision.state),
        reason: decision.map(|decision| decision.reason),
        until: decision.and_then(|decision| decision.until),
        problems: reading.problems.clone(),
        workload: None,
        detail: Detail {
            zone: reading.zone.clone(),
            values,
            ends_at: decision.and_then(|_| next_state(now, &reading.rules).map(|it| it.at)),
            transitions: coming.unwrap_or_default(),
        },
    }
}

/// What a workload says for itself, as far as it can be read.
fn own_values(own: &WorkloadAnnotations) -> Vec<ValueRow> {
    let all = [
        (Key::Schedule, shown(&own.schedule)),
        (Key::Exclude, shown(&own.exclude)),
        (Key::SleepReplicas, shown(&own.sleep_replicas)),
        (Key::Wave, shown(&own.wave)),
    ];
    let set = all.into_iter().filter(|(_, value)| value.is_some());
    set.map(|(key, value)| ValueRow {
        key: key.short(),
        value,
        origin: Origin::Workload,
    })
    .collect()
}

/// Every key of a namespace, with its value and where that comes from; the texts of an order only
/// where they are set.
fn values(annotations: &Annotations, known: Known<'_>) -> Vec<ValueRow> {
    let keys = TABLE
        .iter()
        .filter(|row| row.place != Place::Workload)
        .map(|row| row.key);
    let cut = |value: String| Some(cut(one_line(&value), MAX_VALUE_BYTES));
    let row = |key: Key| {
        let (value, origin) = if let Some(text) = annotations.get(key.full()) {
            (cut(text.clone()), Origin::Annotation)
        } else if let Some(value) = canonical(&known.config().defaults, key) {
            (cut(value), Origin::Default)
        } else {
            (built_in(key), Origin::BuiltIn)
        };
        ValueRow {
            key: key.short(),
            value,
            origin,
        }
    };
    let is_shown = |row: &ValueRow| match row.origin {
        Origin::Workload | Origin::Annotation => true,
        // Without the configuration nobody knows what the defaults are.
        Origin::Default | Origin::BuiltIn => {
            known.is_read() && (row.value.is_some() || !is_of_order(row.key))
        }
    };
    keys.map(row).filter(is_shown).collect()
}

fn is_of_order(key: &str) -> bool {
    order::KEYS.iter().any(|of_order| of_order.short() == key)
}

/// The value of a key in its canonical form, where it is set and can be read.
fn canonical(annotations: &NamespaceAnnotations, key: Key) -> Option<String> {
    let length = |entry: &Entry<SignedDuration>| entry.value().copied().map(format_duration);
    match key {
        Key::Schedule => shown(&annotations.schedule),
        Key::Timezone => shown(&annotations.timezone),
        Key::Holidays => shown(&annotations.holidays),
        Key::IdleAfter => length(&annotations.idle_after),
        Key::WakeOnRequest => shown(&annotations.wake_on_request),
        Key::AwakeUntil => shown(&annotations.awake_until),
        Key::AsleepUntil => shown(&annotations.asleep_until),
        Key::OverrideBy => annotations.override_by.clone(),
        Key::OverrideReason => annotations.override_reason.clone(),
        Key::Grace => length(&annotations.grace),
        Key::WakeAhead => length(&annotations.wake_ahead),
        Key::Exclude => shown(&annotations.exclude),
        Key::SleepReplicas | Key::Wave => None,
    }
}

fn shown<T: ToString>(entry: &Entry<T>) -> Option<String> {
    entry.value().map(ToString::to_string)
}

/// What holds where nobody says anything.
fn built_in(key: Key) -> Option<String> {
    match key {
        Key::Timezone => Some(Zone::utc().to_string()),
        Key::WakeOnRequest | Key::Exclude => Some(false.to_string()),
        Key::Grace => Some(format_duration(DEFAULT_GRACE)),
        Key::WakeAhead => Some(format_duration(SignedDuration::ZERO)),
        Key::Schedule
        | Key::Holidays
        | Key::IdleAfter
        | Key::AwakeUntil
        | Key::AsleepUntil
        | Key::OverrideBy
        | Key::OverrideReason
        | Key::SleepReplicas
        | Key::Wave => None,
    }
}
