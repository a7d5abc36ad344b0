//! `status`: the namespaces, and the workloads and problems of those that were named.

use jiff::Timestamp;
use tarnfui_shared::decide::{State, Unknown};
use tarnfui_shared::text::format_duration;
use tarnfui_shared::workload::Value;

use super::explanation::problems;
use super::{Layout, NOTHING, Table};
use crate::render::ink::Tone;
use crate::render::lines;
use crate::view::{NamespaceStatus, OverrideStatus, Requests, WorkloadStatus};
use crate::when;

/// How many columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// The usual ones.
    Usual,
    /// More.
    Wide,
}

const USUAL: &[&str] = &[
    "NAMESPACE",
    "STATE",
    "WHY",
    "NEXT",
    "ASLEEP/ALL",
    "SAVED",
    "OVERRIDE",
];

const WIDE: &[&str] = &[
    "NAMESPACE",
    "STATE",
    "WHY",
    "NEXT",
    "ASLEEP/ALL",
    "SAVED",
    "OVERRIDE",
    "CORES",
    "GIB",
    "REASON",
    "SCHEDULE",
    "TIMEZONE",
    "PROBLEMS",
];

/// What is left out first on a narrow terminal: what the namespace itself says, the amounts, and of an
/// order what WHY and NEXT do not say already.
const SPARE: &[&str] = &[
    "TIMEZONE", "SCHEDULE", "REASON", "GIB", "CORES", "OVERRIDE", "SAVED",
];

/// The places of these columns, of namespaces and of workloads.
const STATE: usize = 1;
const WHY: usize = 2;

/// Bytes in a GiB.
pub(super) const GIB: f64 = 1_073_741_824.0;

const WORKLOADS: &[&str] = &["WORKLOAD", "STATE", "WHY", "STAGE", "READY", "SAVED"];

/// How a list of namespaces, or of what lies in them, is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListStyle {
    /// Countdowns are from here.
    pub now: Timestamp,
    /// How many columns.
    pub columns: Columns,
    /// How wide, and whether with headings.
    pub layout: Layout,
    /// Whether in colour.
    pub has_color: bool,
}

impl ListStyle {
    fn table(&self, headings: &'static [&'static str]) -> Table {
        Table::new(headings).in_color(self.has_color).of_names()
    }

    /// The word for a state; before it a glyph that the eye finds, where an eye looks at it.
    pub(super) fn state(&self, state: Option<State>) -> String {
        let word = state.map_or_else(|| NOTHING.to_owned(), |state| state.to_string());
        let glyph = match state {
            Some(State::Awake) => "●",
            Some(State::Asleep) => "○",
            Some(State::Unmanaged) => "·",
            None => "?",
        };
        match self.layout.columns {
            Some(_) => format!("{glyph} {word}"),
            None => word,
        }
    }
}

/// The table of namespaces, and what belongs to those that were named.
pub fn namespaces(namespaces: &[NamespaceStatus], look: ListStyle) -> String {
    let mut table = look.table(match look.columns {
        Columns::Usual => USUAL,
        Columns::Wide => WIDE,
    });
    table = table.sparing(SPARE);
    for namespace in namespaces {
        let mut row = usual(look, namespace);
        if look.columns == Columns::Wide {
            row.extend(wide(namespace));
        }
        table.push(row);
        table.tone(STATE, tone(namespace.state));
        if namespace.is_faulty() {
            table.tone(WHY, Tone::Bad);
        }
    }
    let is_only = namespaces.len() == 1;
    let named = namespaces
        .iter()
        .filter(|namespace| namespace.workloads.is_some());
    let details = named.map(|namespace| details(namespace, is_only, look));
    std::iter::once(table.render(look.layout))
        .chain(details)
        .collect()
}

pub(super) fn tone(state: Option<State>) -> Tone {
    match state {
        Some(State::Awake) => Tone::Good,
        Some(State::Asleep) => Tone::Calm,
        Some(State::Unmanaged) => Tone::Faint,
        None => Tone::Doubtful,
    }
}

/// `4 namespaces: 2 awake, 1 asleep; 3 without rules not shown`, and where problems are.
pub fn summary(shown: &[NamespaceStatus], hidden: usize) -> String {
    let of = |state: Option<State>| shown.iter().filter(|it| it.state == state).count();
    let parts = [
        (of(Some(State::Asleep)), "asleep"),
        (of(Some(State::Awake)), "awake"),
        (of(Some(State::Unmanaged)), "not managed"),
        (of(None), "unknown"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let all = match shown.len() {
        0 => "no namespace has rules".to_owned(),
        1 => format!("1 namespace: {}", parts.join(", ")),
        count => format!("{count} namespaces: {}", parts.join(", ")),
    };
    let faulty = |it: &&NamespaceStatus| it.is_faulty();
    let first = shown.iter().find(faulty).map(|it| &it.namespace);
    let count = shown.iter().filter(faulty).count();
    let faulty =
        first.map(|first| format!("\n{count} with problems: kubectl tarnfui status {first}"));
    let hidden = (hidden > 0).then(|| format!("; {hidden} without rules not shown"));
    [Some(all), hidden, faulty]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .concat()
}

fn usual(look: ListStyle, shown: &NamespaceStatus) -> Vec<String> {
    let now = look.now;
    let next = shown.next.map(|next| {
        let clock = when::clock(next.at, now, &shown.zone);
        format!("{} ({clock})", when::short_countdown(next.at, now))
    });
    let saved = shown.counts.saved_replicas;
    vec![
        shown.namespace.clone(),
        look.state(shown.state),
        why(shown),
        next.unwrap_or_default(),
        format!("{}/{}", shown.counts.asleep, shown.counts.all),
        if saved == 0 {
            String::new()
        } else {
            saved.to_string()
        },
        shown
            .order
            .as_ref()
            .map(|order| order_text(now, order, shown))
            .unwrap_or_default(),
    ]
}

fn wide(shown: &NamespaceStatus) -> [String; 6] {
    let released = |amount: fn(Requests) -> f64| {
        let amount = shown.released.map_or(0.0, amount);
        if amount > 0.0 {
            format!("{amount:.1}")
        } else {
            String::new()
        }
    };
    let reason = shown.order.as_ref().and_then(|order| order.reason.clone());
    let problems = shown.problems.len();
    [
        released(|it| it.cores),
        released(|it| it.bytes / GIB),
        reason.unwrap_or_default(),
        shown.schedule.clone().unwrap_or_default(),
        shown.timezone.clone(),
        if problems == 0 {
            String::new()
        } else {
            problems.to_string()
        },
    ]
}

/// The reason; where nothing can be decided, why not.
fn why(shown: &NamespaceStatus) -> String {
    match (shown.reason, shown.unknown) {
        (Some(reason), _) => reason.to_string(),
        (None, Some(Unknown::ConfigurationUnread) | None) => "unknown".to_owned(),
        (None, Some(unknown)) => unknown.as_str().to_owned(),
    }
}

fn order_text(now: Timestamp, order: &OverrideStatus, shown: &NamespaceStatus) -> String {
    let end = match order.until {
        Some(at) => format!("until {}", when::clock(at, now, &shown.zone)),
        None => "forever".to_owned(),
    };
    match &order.by {
        Some(by) => format!("{end} by {by}"),
        None => end,
    }
}

/// The workloads and problems of one namespace; under its name, where it is one of many.
fn details(namespace: &NamespaceStatus, only: bool, look: ListStyle) -> String {
    let mut table = look.table(WORKLOADS);
    for workload in namespace.workloads.iter().flatten() {
        table.push(row(look, workload));
        table.tone(STATE, tone(workload.state));
    }
    let young = namespace.workloads.iter().flatten();
    let young = young.filter_map(|workload| too_young(look, workload, namespace));
    let workloads = table.render(look.layout) + &lines(young);
    let problems = problems(&namespace.problems);
    let between = if workloads.is_empty() || problems.is_empty() {
        ""
    } else {
        "\n"
    };
    let title = if only {
        String::new()
    } else {
        format!("namespace/{}\n", namespace.namespace)
    };
    match (workloads.is_empty(), problems.is_empty()) {
        (true, true) => String::new(),
        _ => format!("\n{title}{workloads}{between}{problems}"),
    }
}

/// That a workload is kept for its age alone: nothing else says so, because nothing is wrong with it.
fn too_young(
    look: ListStyle,
    workload: &WorkloadStatus,
    namespace: &NamespaceStatus,
) -> Option<String> {
    let until = workload.grace_until?;
    Some(format!(
        "{} is kept until {}: it is younger than its grace of {}",
        workload.workload,
        when::clock(until, look.now, &namespace.zone),
        format_duration(until.duration_since(workload.created_at)),
    ))
}

fn row(look: ListStyle, workload: &WorkloadStatus) -> [String; 6] {
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    [
        workload.workload.clone(),
        look.state(workload.state),
        or_nothing(workload.reason.map(|reason| reason.to_string())),
        or_nothing(workload.stage.map(|stage| format!("{stage:?}"))),
        match workload.value {
            Value::Replicas(wanted) => format!("{}/{wanted}", workload.ready),
            Value::Suspend(true) => "suspended".to_owned(),
            Value::Suspend(false) => NOTHING.to_owned(),
        },
        or_nothing(workload.saved.map(super::saved::value)),
    ]
}
