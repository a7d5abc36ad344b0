//! The values in force, and where each comes from.

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::Serialize;
use tarnfui_shared::annotations::{
    Entry, Key, NamespaceAnnotations, Place, TABLE, WorkloadAnnotations,
};
use tarnfui_shared::config::Config;
use tarnfui_shared::holidays::{DateRange, HolidaysText};
use tarnfui_shared::problem::cut;
use tarnfui_shared::rules::DEFAULT_GRACE;
use tarnfui_shared::schedule::ScheduleText;
use tarnfui_shared::text::format_duration;
use tarnfui_shared::zone::Zone;

use crate::error::one_line;
use crate::order;
use crate::reading::{Annotations, Known};

/// The longest value that is shown, in bytes: a schedule of a few spans.
const MAX_VALUE_BYTES: usize = 120;

/// A value in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValueRow {
    /// The key without its prefix, as `schedule`; or the `@name` that a value above it names.
    pub key: String,
    /// The value as text, cut where it is long; null where nothing says one.
    pub value: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Origin {
    /// An annotation of the workload.
    Workload,
    /// An annotation of the namespace.
    Annotation,
    /// The configuration's defaults.
    Default,
    /// A schedule in the configuration, which a value names.
    Schedule,
    /// A calendar in the configuration, which a value names.
    Calendar,
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
            Self::Schedule => "schedule",
            Self::Calendar => "calendar",
            Self::BuiltIn => "built-in",
        }
    }
}

/// What a workload says for itself, as far as it can be read.
pub(super) fn own_values(own: &WorkloadAnnotations) -> Vec<ValueRow> {
    let all = [
        (Key::Schedule, shown(&own.schedule)),
        (Key::Exclude, shown(&own.exclude)),
        (Key::SleepReplicas, shown(&own.sleep_replicas)),
        (Key::Wave, shown(&own.wave)),
    ];
    let set = all.into_iter().filter(|(_, value)| value.is_some());
    set.map(|(key, value)| ValueRow {
        key: key.short().to_owned(),
        value,
        origin: Origin::Workload,
    })
    .collect()
}

/// Every key of a namespace, with its value and where that comes from; the texts of an order only
/// where they are set.
pub(super) fn values(annotations: &Annotations, known: Known<'_>) -> Vec<ValueRow> {
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
            key: key.short().to_owned(),
            value,
            origin,
        }
    };
    let is_shown = |row: &ValueRow| match row.origin {
        Origin::Workload | Origin::Annotation | Origin::Schedule | Origin::Calendar => true,
        // Without the configuration nobody knows what the defaults are.
        Origin::Default | Origin::BuiltIn => {
            known.is_read() && (row.value.is_some() || !is_of_order(&row.key))
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

/// What the names in the values stand for: a row for each, below the value that names it. Of a
/// calendar, the days from `today` on.
pub(super) fn with_names(
    rows: Vec<ValueRow>,
    today: Date,
    (annotations, own): (&NamespaceAnnotations, Option<&WorkloadAnnotations>),
    config: &Config,
) -> Vec<ValueRow> {
    let of_namespace = annotations.schedule.or(&config.defaults.schedule);
    let schedule = own.map_or(of_namespace, |own| own.schedule.or(of_namespace));
    let holidays = annotations.holidays.or(&config.defaults.holidays);
    let mut all = Vec::new();
    for row in rows {
        let named = if row.key == Key::Schedule.short() {
            named_schedule(schedule, config).into_iter().collect()
        } else if row.key == Key::Holidays.short() {
            let names = holidays.value().map(HolidaysText::names);
            calendars(names.unwrap_or_default(), today, config)
        } else {
            Vec::new()
        };
        all.push(row);
        all.extend(named);
    }
    all
}

fn named_schedule(schedule: &Entry<ScheduleText>, config: &Config) -> Option<ValueRow> {
    let ScheduleText::Named(name) = schedule.value()? else {
        return None;
    };
    let value = config.schedules.get(name)?.to_string();
    Some(named(name, value, Origin::Schedule))
}

fn calendars(names: &[String], today: Date, config: &Config) -> Vec<ValueRow> {
    let known = names
        .iter()
        .filter_map(|name| Some((name, config.calendars.get(name)?)));
    let rows = known.map(|(name, days)| {
        let coming = days.ranges().iter().filter(|range| range.last() >= today);
        let coming: Vec<String> = coming.map(DateRange::to_string).collect();
        let text = if coming.is_empty() {
            "no day to come".to_owned()
        } else {
            coming.join(", ")
        };
        named(name, text, Origin::Calendar)
    });
    rows.collect()
}

fn named(name: &str, value: String, origin: Origin) -> ValueRow {
    ValueRow {
        key: format!("@{name}"),
        value: Some(cut(value, MAX_VALUE_BYTES)),
        origin,
    }
}
