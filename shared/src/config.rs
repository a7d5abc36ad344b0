//! The configuration: defaults, named schedules, calendars, what is managed, and the pace.
//!
//! It is read whole or not at all: a fault anywhere gives a list of problems and no configuration,
//! so that the caller keeps the last good one. Where the text comes from is the caller's business.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::annotations::{Key, NamespaceAnnotations, Place, TABLE};
use crate::holidays::{Holidays, HolidaysText};
use crate::problem::{Code, Problem};
use crate::schedule::{Schedule, ScheduleText};
use crate::text;
use crate::workload::{KINDS, Kind, Kinds};

pub mod first;

/// The key of the ConfigMap that holds the configuration.
pub const CONFIG_KEY: &str = "config.yaml";

/// The name of the ConfigMap, where nothing else is said.
pub const CONFIG_NAME: &str = "tarnfui-config";

/// The longest configuration, in bytes: a ConfigMap holds at most 1 MiB.
pub const MAX_BYTES: usize = 1 << 20;

/// The most values in a configuration, repeated ones counted each time: a hundred calendars that
/// list every day of a year come to 36,600. A text of aliases could unfold to any number.
const MAX_VALUES: usize = 50_000;

/// Namespaces of Kubernetes itself, which nobody means to put to sleep.
pub const EXCLUDED_BY_DEFAULT: &[&str] = &["kube-system", "kube-public", "kube-node-lease"];

/// Writes in flight where the configuration does not say: above it a server answers no faster.
pub const DEFAULT_WRITES_IN_FLIGHT: usize = 16;

/// The most writes in flight: each has a connection of its own.
pub const MAX_WRITES_IN_FLIGHT: usize = 64;

/// What is in force for a whole cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Whether all deciding and writing is halted.
    pub is_paused: bool,
    /// What a Namespace's annotations fall back to, key by key.
    pub defaults: NamespaceAnnotations,
    /// The schedules behind `@name`.
    pub schedules: BTreeMap<String, Schedule>,
    /// The calendars behind `@name`.
    pub calendars: BTreeMap<String, Holidays>,
    /// Which namespaces are managed.
    pub namespaces: Namespaces,
    /// Which kinds are handled.
    pub kinds: Kinds,
    /// How many writes may be in flight at once.
    pub writes_in_flight: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            is_paused: false,
            defaults: NamespaceAnnotations::default(),
            schedules: BTreeMap::new(),
            calendars: BTreeMap::new(),
            namespaces: Namespaces::default(),
            kinds: Kinds::defaults(),
            writes_in_flight: DEFAULT_WRITES_IN_FLIGHT,
        }
    }
}

/// Which namespaces are managed, by name or by a pattern with `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespaces {
    managed: Vec<String>,
    excluded: Vec<String>,
}

impl Default for Namespaces {
    fn default() -> Self {
        let excluded = EXCLUDED_BY_DEFAULT
            .iter()
            .map(|&name| name.to_owned())
            .collect();
        Self {
            managed: vec!["*".to_owned()],
            excluded,
        }
    }
}

impl Namespaces {
    /// Whether `namespace` is managed: some pattern takes it in, and none excludes it.
    pub fn includes(&self, namespace: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, namespace));
        any(&self.managed) && !any(&self.excluded)
    }

    /// Excludes one more.
    pub fn exclude(&mut self, namespace: &str) {
        self.excluded.push(namespace.to_owned());
    }
}

/// Whether `name` fits `pattern`, in which `*` stands for any run of characters.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(head) else {
        return false;
    };
    while let Some((part, after)) = rest.split_once('*') {
        let Some(at) = name.find(part) else {
            return false;
        };
        name = &name[at + part.len()..];
        rest = after;
    }
    name.ends_with(rest)
}

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

const TOP: &[&str] = &[
    "paused",
    "defaults",
    "schedules",
    "calendars",
    "namespaces",
    "kinds",
    "pace",
];

impl Config {
    /// Reads a configuration over the built-in one.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        Self::parse_over(&Self::default(), text)
    }

    /// Reads a configuration over `base`: what it does not name stays as it is there.
    pub fn parse_over(base: &Self, text: &str) -> Result<Self, Vec<Problem>> {
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
        let config = Self {
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

    /// The schedule that `text` stands for, if its name is known.
    pub fn schedule<'a>(&'a self, text: &'a ScheduleText) -> Result<&'a Schedule, Unknown<'a>> {
        match text {
            ScheduleText::Literal(schedule) => Ok(schedule),
            ScheduleText::Named(name) => self.schedules.get(name).ok_or(Unknown {
                what: "schedule",
                name,
                near: text::did_you_mean(name, self.schedules.keys().map(String::as_str)),
            }),
        }
    }

    /// The days that `text` stands for, if all its calendars are known.
    pub fn holidays<'a>(&'a self, text: &'a HolidaysText) -> Result<Holidays, Unknown<'a>> {
        text.resolve(|name| self.calendars.get(name))
            .map_err(|name| Unknown {
                what: "calendar",
                name,
                near: text::did_you_mean(name, self.calendars.keys().map(String::as_str)),
            })
    }

    /// The names that the defaults use must be defined here: nothing else could define them.
    fn check_names(&self, problems: &mut Vec<Problem>) {
        let schedule = self
            .defaults
            .schedule
            .value()
            .map(|text| self.schedule(text).map(drop));
        if let Some(Err(unknown)) = schedule {
            problems.push(unknown.problem("defaults.schedule"));
        }
        let holidays = self
            .defaults
            .holidays
            .value()
            .map(|text| self.holidays(text).map(drop));
        if let Some(Err(unknown)) = holidays {
            problems.push(unknown.problem("defaults.holidays"));
        }
    }
}

/// An `@name` that nothing defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown<'a> {
    what: &'static str,
    name: &'a str,
    near: Option<&'a str>,
}

impl Unknown<'_> {
    /// As a problem of the text at `key`.
    pub fn problem(&self, key: &str) -> Problem {
        let Self { what, name, near } = self;
        let problem = Problem::new(
            key,
            Code::UnknownName,
            format!("{what} \"@{name}\" is not defined in the configuration"),
        );
        match near {
            Some(near) => problem.with_hint(format!("did you mean @{near}?")),
            None => problem.with_hint(format!(
                "define it under {what}s in the configuration; offline, name the file with --config-file"
            )),
        }
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

fn is_pattern(text: &str) -> bool {
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

#[cfg(test)]
mod tests;
