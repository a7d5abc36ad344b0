//! The environment variables of the first Tarnfui, read as a base for the configuration.
//!
//! They keep working so that a deployment of it can be moved over without a rewrite. Only the
//! values come in here; reading the environment is the controller's business.

use crate::annotations::{self, Entry, NamespaceAnnotations};
use crate::config::{Config, Namespaces};
use crate::schedule::{ScheduleText, Span};
use crate::text::{self, TextError};
use crate::workload::Kind;
use crate::zone::Zone;

/// The variables, in the order in which they are read.
pub const VARIABLES: &[&str] = &[
    "TARNFUI_STARTUP_TIME",
    "TARNFUI_SHUTDOWN_TIME",
    "TARNFUI_ACTIVE_DAYS",
    "TARNFUI_TIMEZONE",
    "TARNFUI_NAMESPACE",
    "TARNFUI_RESOURCE_TYPES",
    "TARNFUI_RECONCILIATION_INTERVAL",
];

/// The hours that the first Tarnfui had where only some of its variables were set.
const STARTUP: &str = "07:00";
const SHUTDOWN: &str = "19:00";
const ACTIVE_DAYS: &str = "mon,tue,wed,thu,fri";

/// A variable that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}")]
pub struct VariableError {
    /// The variable's name.
    pub variable: &'static str,
    /// What is wrong with its value.
    pub source: Box<TextError>,
}

/// The configuration that the variables describe; the built-in one where none is set.
///
/// `lookup` gives a variable's value. `TARNFUI_RECONCILIATION_INTERVAL` is accepted and unused:
/// nothing is polled any more.
pub fn base(lookup: impl Fn(&str) -> Option<String>) -> Result<Config, VariableError> {
    let get = |variable: &str| lookup(variable).filter(|value| !value.trim().is_empty());
    let mut config = Config::default();
    let hours = [
        "TARNFUI_STARTUP_TIME",
        "TARNFUI_SHUTDOWN_TIME",
        "TARNFUI_ACTIVE_DAYS",
    ]
    .map(get);
    if hours.iter().any(Option::is_some) {
        let [startup, shutdown, days] = hours;
        config.defaults.schedule = Entry::Set(schedule(startup, shutdown, days)?);
    }
    if let Some(zone) = get("TARNFUI_TIMEZONE") {
        let zone = Zone::parse(&zone).map_err(|e| variable("TARNFUI_TIMEZONE", e))?;
        config.defaults = NamespaceAnnotations {
            timezone: Entry::Set(zone),
            ..config.defaults
        };
    }
    if let Some(namespace) = get("TARNFUI_NAMESPACE") {
        config.namespaces = only(namespace.trim())?;
    }
    if let Some(kinds) = get("TARNFUI_RESOURCE_TYPES") {
        let read = kinds.split(',').map(|word| kind(word.trim()));
        config.kinds = read.collect::<Result<_, _>>()?;
    }
    Ok(config)
}

fn variable(variable: &'static str, source: TextError) -> VariableError {
    VariableError {
        variable,
        source: Box::new(source),
    }
}

/// Each part is read alone first, so that the fault names the variable that has it.
fn schedule(
    startup: Option<String>,
    shutdown: Option<String>,
    days: Option<String>,
) -> Result<ScheduleText, VariableError> {
    let startup = startup.unwrap_or_else(|| STARTUP.to_owned());
    let shutdown = shutdown.unwrap_or_else(|| SHUTDOWN.to_owned());
    let days = days.unwrap_or_else(|| ACTIVE_DAYS.to_owned());
    let read = |name, before: &str, text: &str, after: &str| {
        part(before, text.trim(), after).map_err(|fault| variable(name, fault))
    };
    read("TARNFUI_ACTIVE_DAYS", "", &days, " 00:00-24:00")?;
    read("TARNFUI_STARTUP_TIME", "daily ", &startup, "-24:00")?;
    // What is still wrong now is the end, or that it equals the start.
    let before = format!("{} {}-", days.trim(), startup.trim());
    read("TARNFUI_SHUTDOWN_TIME", &before, &shutdown, "")
}

/// Reads `text` with what belongs before and after it, as hours on some days and nothing more.
fn part(before: &str, text: &str, after: &str) -> Result<ScheduleText, TextError> {
    let read = ScheduleText::parse(&format!("{before}{text}{after}"));
    let fault = match &read {
        Ok(ScheduleText::Literal(hours)) => match hours.spans() {
            [Span::Recurring { zone: None, .. }] => return read,
            _ => annotations::fault("value", text, "one time, or days"),
        },
        Ok(ScheduleText::Named(_)) => annotations::fault("value", text, "one time, or days"),
        Err(fault) => in_part(fault, before, text),
    };
    Err(fault)
}

/// The fault as one of the text that somebody wrote, which knows nothing of what was put round it.
fn in_part(fault: &TextError, before: &str, text: &str) -> TextError {
    let start = fault.at().saturating_sub(before.len());
    let place = start..start + fault.found().len();
    let place = Some(place).filter(|place| text.get(place.clone()) == Some(fault.found()));
    let place = place.unwrap_or(0..text.len());
    let told = TextError::new(fault.kind(), text, place, fault.expected());
    fault.hint().into_iter().fold(told, TextError::with_hint)
}

fn only(namespace: &str) -> Result<Namespaces, VariableError> {
    if !super::read::is_pattern(namespace) || namespace.contains('*') {
        let error = annotations::fault("namespace", namespace, "a namespace's name");
        return Err(variable("TARNFUI_NAMESPACE", error));
    }
    Ok(Namespaces {
        managed: vec![namespace.to_owned()],
        ..Namespaces::default()
    })
}

fn kind(word: &str) -> Result<Kind, VariableError> {
    Kind::parse(word).ok_or_else(|| {
        let names = || crate::workload::KINDS.iter().map(|row| row.plural);
        let mut error = annotations::fault("kind", word, names().collect::<Vec<_>>().join(", "));
        if let Some(near) = text::did_you_mean(word, names()) {
            error = error.with_hint(format!("did you mean {near}?"));
        }
        variable("TARNFUI_RESOURCE_TYPES", error)
    })
}

#[cfg(test)]
mod tests;
