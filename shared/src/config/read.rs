//! The text of a configuration, taken apart: every field is read by name, and what is left over is a
//! problem.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    CONFIG_KEY, Config, DEFAULT_WRITES_IN_FLIGHT, MAX_BYTES, MAX_WRITES_IN_FLIGHT, Namespaces,
};
use crate::annotations::{Key, NamespaceAnnotations, Place, TABLE};
use crate::holidays::{Holidays, HolidaysText};
use crate::problem::{Code, Problem};
use crate::schedule::Schedule;
use crate::text;
use crate::workload::{KINDS, Kind, Kinds};

/// The most values in a configuration, repeated ones counted each time: a hundred calendars that
/// list every day of a year come to 36,600. A text of aliases could unfold to any number.
const MAX_VALUES: usize = 50_000;

/// The text as it is laid out; every field is read by name, and what is left over is a problem.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Raw {
    paused: bool,
    defaults: BTreeMap<String, String>,
    schedules: BTreeMap<String, String>,
    calendars: BTreeMap<String, RawCalendar>,
    namespaces: RawNamespaces,
    kinds: Option<Vec<String>>,
    pace: RawPace,
    #[serde(flatten)]
    unknown: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawNamespaces {
    managed: Option<Vec<String>>,
    excluded: Option<Vec<String>>,
    #[serde(flatten)]
    unknown: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawPace {
    writes_in_flight: Option<usize>,
    #[serde(flatten)]
    unknown: BTreeMap<String, serde_json::Value>,
}

/// A calendar is one text, as in the annotation, or a list of such texts.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected dates as one text or as a list of texts"
)]
enum RawCalendar {
    Text(String),
    List(Vec<String>),
}

pub(crate) const TOP: &[&str] = &[
    "paused",
    "defaults",
    "schedules",
    "calendars",
    "namespaces",
    "kinds",
    "pace",
];

/// Reads a configuration over `base`, whole or not at all.
pub(super) fn config(base: &Config, text: &str) -> Result<Config, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        let message = format!("{} bytes; at most {MAX_BYTES} are read", text.len());
        return Err(vec![Problem::new(CONFIG_KEY, Code::InvalidConfig, message)]);
    }
    let raw = if text.trim().is_empty() {
        Raw::default()
    } else {
        let limits =
            serde_saphyr::options! { budget: serde_saphyr::budget! { max_nodes: MAX_VALUES } };
        serde_saphyr::from_str_with_options::<Raw>(text, limits).map_err(|error| {
            vec![Problem::new(
                CONFIG_KEY,
                Code::InvalidConfig,
                fault_of_layout(&error.to_string()),
            )]
        })?
    };
    let mut problems = Vec::new();
    unknown_keys("", &raw.unknown, TOP, &mut problems);
    let config = Config {
        is_paused: raw.paused,
        defaults: read_defaults(&base.defaults, &raw.defaults, &mut problems),
        schedules: read_schedules(&raw.schedules, &mut problems),
        calendars: read_calendars(&raw.calendars, &mut problems),
        namespaces: read_namespaces(&base.namespaces, raw.namespaces, &mut problems),
        kinds: read_kinds(base.kinds, raw.kinds.as_deref(), &mut problems),
        writes_in_flight: read_pace(&raw.pace, &mut problems),
    };
    config.check_names(&mut problems);
    if problems.is_empty() {
        Ok(config)
    } else {
        Err(problems)
    }
}

/// What the YAML reader says, without what it says to programmers.
fn fault_of_layout(text: &str) -> &str {
    let line = text.lines().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or("can't be read as YAML");
    let line = line.strip_prefix("error: ").unwrap_or(line);
    line.split_once(", set DuplicateKeyPolicy")
        .map_or(line, |(told, _)| told)
}

fn unknown_keys<T>(
    path: &str,
    found: &BTreeMap<String, T>,
    known: &[&str],
    problems: &mut Vec<Problem>,
) {
    for key in found.keys() {
        let problem = Problem::new(
            format!("{path}{key}"),
            Code::UnknownKey,
            "no such configuration key",
        );
        problems.push(match text::did_you_mean(key, known.iter().copied()) {
            Some(near) => problem.with_hint(format!("did you mean {path}{near}?")),
            None => problem.with_hint(format!("known here: {}", known.join(", "))),
        });
    }
}

/// Keys that make sense as a default for every namespace: all but orders of a person for one.
fn is_default_key(key: Key) -> bool {
    match key {
        Key::Schedule
        | Key::Timezone
        | Key::Holidays
        | Key::IdleAfter
        | Key::WakeOnRequest
        | Key::Grace
        | Key::WakeAhead => true,
        Key::AwakeUntil
        | Key::AsleepUntil
        | Key::OverrideBy
        | Key::OverrideReason
        | Key::Exclude
        | Key::SleepReplicas
        | Key::Wave => false,
    }
}

fn read_defaults(
    base: &NamespaceAnnotations,
    raw: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) -> NamespaceAnnotations {
    let rows = || {
        TABLE
            .iter()
            .filter(|row| is_default_key(row.key) && row.place != Place::Workload)
    };
    let known: Vec<&str> = rows().map(|row| row.key.short()).collect();
    let (ours, unknown): (BTreeMap<_, _>, BTreeMap<_, _>) = raw
        .iter()
        .partition(|(key, _)| known.contains(&key.as_str()));
    let unknown = unknown
        .into_iter()
        .map(|(key, value)| (key.clone(), value))
        .collect();
    unknown_keys("defaults.", &unknown, &known, problems);
    let full = |short: &str| {
        rows()
            .find(|row| row.key.short() == short)
            .map(|row| row.full)
    };
    let pairs = ours
        .iter()
        .filter_map(|(key, value)| Some((full(key)?, value.as_str())));
    let (read, found) = NamespaceAnnotations::read(pairs);
    problems.extend(found.into_iter().map(|problem| Problem {
        key: problem.key.replace(crate::annotations::PREFIX, "defaults."),
        ..problem
    }));
    NamespaceAnnotations {
        schedule: read.schedule.or(&base.schedule).clone(),
        timezone: read.timezone.or(&base.timezone).clone(),
        holidays: read.holidays.or(&base.holidays).clone(),
        idle_after: read.idle_after.or(&base.idle_after).clone(),
        wake_on_request: read.wake_on_request.or(&base.wake_on_request).clone(),
        grace: read.grace.or(&base.grace).clone(),
        wake_ahead: read.wake_ahead.or(&base.wake_ahead).clone(),
        ..NamespaceAnnotations::default()
    }
}

/// Names do not nest: a named schedule is spans, never another name.
fn read_schedules(
    raw: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Schedule> {
    let mut schedules = BTreeMap::new();
    for (name, value) in raw {
        let path = format!("schedules.{name}");
        match text::parse_name(name).and_then(|_| Schedule::parse(value)) {
            Ok(schedule) => drop(schedules.insert(name.clone(), schedule)),
            Err(error) => problems.push(Problem::unreadable(path, &error)),
        }
    }
    schedules
}

fn read_calendars(
    raw: &BTreeMap<String, RawCalendar>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Holidays> {
    let mut calendars = BTreeMap::new();
    for (name, value) in raw {
        let path = format!("calendars.{name}");
        let text = match value {
            RawCalendar::Text(text) => text.clone(),
            RawCalendar::List(list) => list.join(", "),
        };
        match text::parse_name(name).and_then(|_| HolidaysText::parse(&text)) {
            Err(error) => problems.push(Problem::unreadable(path, &error)),
            Ok(days) => match days.resolve(|_| None) {
                Ok(days) => drop(calendars.insert(name.clone(), days)),
                Err(inner) => problems.push(Problem::new(
                    path,
                    Code::InvalidValue,
                    format!("\"@{inner}\": a calendar holds dates only, no other calendar"),
                )),
            },
        }
    }
    calendars
}

fn read_namespaces(
    base: &Namespaces,
    raw: RawNamespaces,
    problems: &mut Vec<Problem>,
) -> Namespaces {
    unknown_keys(
        "namespaces.",
        &raw.unknown,
        &["managed", "excluded"],
        problems,
    );
    for (list, patterns) in [("managed", &raw.managed), ("excluded", &raw.excluded)] {
        for pattern in patterns
            .iter()
            .flatten()
            .filter(|pattern| !is_pattern(pattern))
        {
            problems.push(Problem::new(
                format!("namespaces.{list}"),
                Code::InvalidValue,
                format!(
                    "{pattern:?}: expected a namespace's name, in which * stands for any characters"
                ),
            ));
        }
    }
    Namespaces {
        managed: raw.managed.unwrap_or_else(|| base.managed.clone()),
        excluded: raw.excluded.unwrap_or_else(|| base.excluded.clone()),
    }
}

/// Whether it is a namespace's name, or a pattern for some.
pub(super) fn is_pattern(text: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-*".contains(&byte);
    !text.is_empty() && text.len() <= 63 && text.bytes().all(fits)
}

fn read_kinds(base: Kinds, raw: Option<&[String]>, problems: &mut Vec<Problem>) -> Kinds {
    let Some(words) = raw else { return base };
    let mut kinds = BTreeSet::new();
    for word in words {
        if let Some(kind) = Kind::parse(word) {
            kinds.insert(kind);
            continue;
        }
        let names = || KINDS.iter().map(|row| row.name);
        let problem = Problem::new(
            "kinds",
            Code::InvalidValue,
            format!("kind {word:?} is not known"),
        );
        problems.push(match text::did_you_mean(word, names()) {
            Some(near) => problem.with_hint(format!("did you mean {near}?")),
            None => problem.with_hint(format!("known: {}", names().collect::<Vec<_>>().join(", "))),
        });
    }
    kinds.into_iter().collect()
}

fn read_pace(raw: &RawPace, problems: &mut Vec<Problem>) -> usize {
    unknown_keys("pace.", &raw.unknown, &["writesInFlight"], problems);
    let writes = raw.writes_in_flight.unwrap_or(DEFAULT_WRITES_IN_FLIGHT);
    if !(1..=MAX_WRITES_IN_FLIGHT).contains(&writes) {
        let message = format!("{writes}: expected a number from 1 to {MAX_WRITES_IN_FLIGHT}");
        problems.push(Problem::new(
            "pace.writesInFlight",
            Code::InvalidValue,
            message,
        ));
    }
    writes
}
