//! `saved`: a line for each workload that has a mark.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tarnfui_shared::workload::Value;

use super::status::GIB;
use super::{Columns, ListStyle, Table};
use crate::render::ink::Tone;
use crate::view::{Drift, SavedWorkload};
use crate::when;

const USUAL: &[&str] = &[
    "NAMESPACE",
    "WORKLOAD",
    "SAVED",
    "ASLEEP SINCE",
    "NOW",
    "CORES",
    "GIB",
    "PROBLEMS",
];

const WIDE: &[&str] = &[
    "NAMESPACE",
    "WORKLOAD",
    "SAVED",
    "ASLEEP SINCE",
    "NOW",
    "CORES",
    "GIB",
    "PROBLEMS",
    "FLOOR",
    "OTHER OWNER",
];

/// What is left out first on a narrow terminal: the amounts, which the summary has as well, and last
/// since when; what comes back, what is there now and what is wrong stay.
const SPARE: &[&str] = &["OTHER OWNER", "FLOOR", "GIB", "CORES", "ASLEEP SINCE"];

/// The places of these columns.
const WORKLOAD: usize = 1;
const NOW: usize = 4;
const PROBLEMS: usize = 7;

/// The table.
pub fn saved(workloads: &[SavedWorkload], look: ListStyle) -> String {
    let headings = match look.columns {
        Columns::Usual => USUAL,
        Columns::Wide => WIDE,
    };
    let mut table = Table::new(headings)
        .in_color(look.has_color)
        .with_names_in(WORKLOAD)
        .sparing(SPARE);
    for workload in workloads {
        let mut row = usual(look.now, workload);
        if look.columns == Columns::Wide {
            row.push(workload.floor.map(value).unwrap_or_default());
            row.push(workload.other_owner.clone().unwrap_or_default());
        }
        table.push(row);
        if workload.drift.is_some() {
            table.tone(NOW, Tone::Doubtful);
        }
        if !workload.problems.is_empty() {
            table.tone(PROBLEMS, Tone::Bad);
        }
    }
    table.render(look.layout)
}

/// `5 workloads in 2 namespaces sleep; 12 replicas, 3.5 cores, 8 GiB released`, and what has a mark
/// and does not sleep.
pub fn saved_summary(workloads: &[SavedWorkload]) -> String {
    let sleepers = || workloads.iter().filter(|workload| workload.sleeps());
    let homes: BTreeSet<&str> = sleepers().map(|it| it.namespace.as_str()).collect();
    let asleep = match (sleepers().count(), homes.len()) {
        (0, _) => "no workload sleeps".to_owned(),
        (1, _) => "1 workload in 1 namespace sleeps".to_owned(),
        (count, 1) => format!("{count} workloads in 1 namespace sleep"),
        (count, homes) => format!("{count} workloads in {homes} namespaces sleep"),
    };
    let released = || sleepers().filter_map(|it| it.released);
    let replicas: i64 = released().map(|it| i64::from(it.replicas)).sum();
    let cores: f64 = released().map(|it| it.cores).sum();
    let gib = released().map(|it| it.bytes).sum::<f64>() / GIB;
    let amounts = [
        (replicas > 0).then(|| counted(&replicas.to_string(), "replica")),
        (cores > 0.0).then(|| counted(&amount(cores), "core")),
        (gib > 0.0).then(|| format!("{} GiB", amount(gib))),
    ];
    let amounts: Vec<String> = amounts.into_iter().flatten().collect();
    let amounts = (!amounts.is_empty()).then(|| format!("{} released", amounts.join(", ")));
    let started = workloads
        .iter()
        .filter(|it| it.drift == Some(Drift::Started));
    let started = Some(started.count()).filter(|count| *count > 0);
    let started = started.map(|count| format!("{count} with a mark started by somebody"));
    let faulty = workloads.iter().filter(|it| !it.problems.is_empty());
    let faulty = Some(faulty.count()).filter(|count| *count > 0);
    let faulty = faulty.map(|count| format!("{count} with a mark that can't be read"));
    let parts = [Some(asleep), amounts, started, faulty];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn counted(count: &str, word: &str) -> String {
    let s = if count == "1" { "" } else { "s" };
    format!("{count} {word}{s}")
}

fn usual(now: Timestamp, workload: &SavedWorkload) -> Vec<String> {
    let since = workload.asleep_since.map(|at| {
        let age = when::short_countdown(now, at);
        format!("{age} ({})", when::past_clock(at, now, &workload.zone))
    });
    let current = value(workload.value);
    let released = workload.released.unwrap_or_default();
    let unless_none = |number: f64| {
        if number > 0.0 {
            amount(number)
        } else {
            String::new()
        }
    };
    let problems = workload.problems.iter().map(|it| it.code.as_str());
    vec![
        workload.namespace.clone(),
        workload.workload.clone(),
        workload
            .saved
            .map_or_else(|| "unreadable".to_owned(), value),
        since.unwrap_or_else(|| "unknown".to_owned()),
        match workload.drift {
            Some(Drift::Started) => format!("{current} (started)"),
            Some(Drift::Changed) => format!("{current} (changed)"),
            None => current,
        },
        unless_none(released.cores),
        unless_none(released.bytes / GIB),
        problems.collect::<Vec<_>>().join(","),
    ]
}

/// A value in a word or number.
pub(super) fn value(value: Value) -> String {
    match value {
        Value::Replicas(number) => number.to_string(),
        Value::Suspend(true) => "suspended".to_owned(),
        Value::Suspend(false) => "unsuspended".to_owned(),
    }
}

/// An amount to the hundredth, without the zeros behind it.
fn amount(number: f64) -> String {
    if number > 0.0 && number < 0.005 {
        return "<0.01".to_owned();
    }
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
