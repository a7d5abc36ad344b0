//! `pending`: the transitions to come.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::status::tone;
use super::{Columns, ListStyle, Table};
use crate::view::{OverrideStatus, PendingTransition};
use crate::when;

/// The numbers stand before the reason: they are what is left to see on a narrow terminal, and the
/// reason of most is the hours.
const USUAL: &[&str] = &[
    "WHEN",
    "NAMESPACE",
    "BECOMES",
    "WORKLOADS",
    "REPLICAS",
    "WHY",
    "OVERRIDE",
];

const WIDE: &[&str] = &[
    "WHEN",
    "NAMESPACE",
    "BECOMES",
    "WORKLOADS",
    "REPLICAS",
    "WHY",
    "OVERRIDE",
    "REASON",
    "SCHEDULE",
    "TIMEZONE",
];

/// What is left out first on a narrow terminal: what the namespace itself says, then the reason, then
/// the amounts.
const SPARE: &[&str] = &[
    "TIMEZONE",
    "SCHEDULE",
    "REASON",
    "WHY",
    "REPLICAS",
    "WORKLOADS",
];

/// The places of these columns.
const NAMESPACE: usize = 1;
const BECOMES: usize = 2;

/// Up to so many hours a span is told in hours: `24 h` is what was asked for, and `1 d` is not.
const MAX_HOURS: i64 = 48;

/// The table of transitions.
pub fn pending(items: &[PendingTransition], look: ListStyle) -> String {
    let headings = match look.columns {
        Columns::Usual => USUAL,
        Columns::Wide => WIDE,
    };
    let mut table = Table::new(headings)
        .in_color(look.has_color)
        .with_names_in(NAMESPACE)
        .sparing(SPARE);
    for item in items {
        let mut row = usual(look, item);
        if look.columns == Columns::Wide {
            row.extend(wide(item));
        }
        table.push(row);
        table.tone(BECOMES, tone(Some(item.state)));
    }
    table.render(look.layout)
}

fn usual(look: ListStyle, item: &PendingTransition) -> Vec<String> {
    let clock = when::clock(item.at, look.now, &item.zone);
    let order = item.order.as_ref().map(ending);
    vec![
        format!("{} ({clock})", when::short_countdown(item.at, look.now)),
        name(item),
        look.state(Some(item.state)),
        item.moves.workloads.to_string(),
        item.moves.replicas.to_string(),
        item.reason.to_string(),
        order.unwrap_or_default(),
    ]
}

fn wide(item: &PendingTransition) -> [String; 3] {
    let reason = item.order.as_ref().and_then(|order| order.reason.clone());
    [
        reason.unwrap_or_default(),
        item.schedule.clone().unwrap_or_default(),
        item.timezone.clone(),
    ]
}

/// `shop`, or `shop/deployment/web`, as `explain` takes them.
fn name(item: &PendingTransition) -> String {
    match &item.workload {
        Some(workload) => format!("{}/{workload}", item.namespace),
        None => item.namespace.clone(),
    }
}

/// What ends: `Awake by kim ends`.
fn ending(order: &OverrideStatus) -> String {
    match &order.by {
        Some(by) => format!("{} by {by} ends", order.state),
        None => format!("{} ends", order.state),
    }
}

/// `4 transitions in 3 namespaces within 24 h`.
pub fn pending_summary(within: SignedDuration, items: &[PendingTransition]) -> String {
    let namespaces: BTreeSet<&str> = items.iter().map(|it| &*it.namespace).collect();
    let count = |number: usize, word: &str| match number {
        1 => format!("1 {word}"),
        number => format!("{number} {word}s"),
    };
    format!(
        "{} in {} within {}",
        count(items.len(), "transition"),
        count(namespaces.len(), "namespace"),
        span(within)
    )
}

/// That nothing is to come within the span, and what comes after it.
pub fn nothing_pending(
    now: Timestamp,
    within: SignedDuration,
    later: Option<&PendingTransition>,
) -> String {
    let later = match later {
        None => ", and none after it".to_owned(),
        Some(item) => format!(
            "; the next: {} becomes {} {} ({})",
            name(item),
            item.state,
            when::clock(item.at, now, &item.zone),
            when::countdown(item.at, now)
        ),
    };
    format!("no transition within {}{later}", span(within))
}

/// A length of time as words: `24 h`, `1 h 30 min`, `7 d`.
fn span(length: SignedDuration) -> String {
    let minutes = length.as_mins();
    let parts = if minutes < MAX_HOURS * 60 {
        [(minutes / 60, "h"), (minutes % 60, "min"), (0, "")]
    } else {
        let (days, rest) = (minutes / (24 * 60), minutes % (24 * 60));
        [(days, "d"), (rest / 60, "h"), (rest % 60, "min")]
    };
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    parts.join(" ")
}
