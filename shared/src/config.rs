//! The configuration: defaults, named schedules, calendars, what is managed, and the pace.
//!
//! It is read whole or not at all: a fault anywhere gives a list of problems and no configuration,
//! so that the caller keeps the last good one. Where the text comes from is the caller's business.

use std::collections::BTreeMap;

use crate::annotations::NamespaceAnnotations;
use crate::holidays::{Holidays, HolidaysText};
use crate::problem::{Code, Problem};
use crate::schedule::{Schedule, ScheduleText};
use crate::text;
use crate::workload::Kinds;

pub mod first;
pub(crate) mod read;

/// The key of the ConfigMap that holds the configuration.
pub const CONFIG_KEY: &str = "config.yaml";

/// The name of the ConfigMap, where nothing else is said.
pub const CONFIG_NAME: &str = "tarnfui-config";

/// The annotation on the lease by which the leader tells which version of the ConfigMap it acts by;
/// empty where it acts by none.
///
/// It means something only while the lease has a holder that renews it.
pub const CONFIG_VERSION: &str = "tarnfui.io/config-version";

/// The annotation on the lease by which the leader tells its own version and that of its time zone
/// data, as in `v0.1.0 2026e`.
///
/// It means something only while the lease has a holder that renews it.
pub const CONTROLLER_VERSION: &str = "tarnfui.io/controller-version";

/// The longest configuration, in bytes: a ConfigMap holds at most 1 MiB.
pub const MAX_BYTES: usize = 1 << 20;

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
        Self {
            managed: vec!["*".to_owned()],
            excluded: Vec::new(),
        }
    }
}

impl Namespaces {
    /// Whether `namespace` is managed: some pattern takes it in, and none excludes it.
    ///
    /// Those of Kubernetes itself have to be taken in by their very names: whoever lists others to be
    /// excluded does not mean that the cluster's own DNS may sleep.
    pub fn includes(&self, namespace: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, namespace));
        let is_named = self.managed.iter().any(|pattern| pattern == namespace);
        let is_kubernetes = EXCLUDED_BY_DEFAULT.contains(&namespace) && !is_named;
        any(&self.managed) && !any(&self.excluded) && !is_kubernetes
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

impl Config {
    /// Reads a configuration over the built-in one.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        Self::parse_over(&Self::default(), text)
    }

    /// Reads a configuration over `base`: what it does not name stays as it is there.
    pub fn parse_over(base: &Self, text: &str) -> Result<Self, Vec<Problem>> {
        read::config(base, text)
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

#[cfg(test)]
mod tests;
