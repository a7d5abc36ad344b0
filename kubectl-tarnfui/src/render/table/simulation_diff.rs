//! `simulate --diff`: the hours that change, and what that does to the totals.
//!
//! A change of a schedule changes the same hours on many days: for people those are one line.

use jiff::civil::{Date, DateTime, Time};
use tarnfui_shared::decide::State;
use tarnfui_shared::schedule::Days;
use tarnfui_shared::zone::Zone;

use super::simulation::more;
use super::{Layout, Table, fit};
use crate::view::{ChangedHours, Compared, Hours, NamespaceDiff, Presence, SimulationDiff, Totals};

/// How many lines are shown of one namespace.
const MAX_LINES: usize = 14;

const CHANGES: &[&str] = &["WHAT", "HOURS", "DAYS", "WAS", "IS", "FIRST", "TIMES"];

/// What is left out first on a narrow terminal: how often, and when first. Which hours become what
/// stays.
const SPARE_OF_CHANGES: &[&str] = &["TIMES", "FIRST"];

const COMPARED: &[&str] = &["NAMESPACE", "ASLEEP", "REPLICA-HOURS", "RELEASED", "CHANGE"];

/// The change is what a diff is for, so it stays; of what it comes from the parts go first.
const SPARE_OF_COMPARED: &[&str] = &["REPLICA-HOURS", "ASLEEP", "RELEASED"];

/// What changes between two versions of the manifests, for people; nothing where nothing does.
pub fn simulation_diff(diff: &SimulationDiff, layout: Layout) -> String {
    if diff.items.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    for item in &diff.items {
        text.push_str(&changes(item, layout));
        text.push('\n');
    }
    let mut table = Table::new(COMPARED).of_names().sparing(SPARE_OF_COMPARED);
    for item in &diff.items {
        table.push(compared(&item.namespace, &item.totals));
    }
    table.push(compared("total", &diff.total));
    text.push_str(&table.render(layout));
    text
}

/// The same hours on several days.
struct Pattern<'a> {
    workload: Option<&'a str>,
    hours: String,
    states: (State, State),
    days: Days,
    first: Date,
    times: usize,
}

fn changes(item: &NamespaceDiff, layout: Layout) -> String {
    let name = &item.namespace;
    match item.presence {
        Presence::Added => return format!("namespace/{name} is new\n"),
        Presence::Removed => return format!("namespace/{name} is gone\n"),
        Presence::Kept if item.changes.is_empty() => {
            return format!("namespace/{name} keeps its hours, with other replicas\n");
        }
        Presence::Kept => {}
    }
    let patterns = patterns(&item.changes, &item.zone);
    let mut table = Table::new(CHANGES).of_names().sparing(SPARE_OF_CHANGES);
    for pattern in patterns.iter().take(MAX_LINES) {
        table.push([
            pattern.workload.unwrap_or("namespace").to_owned(),
            pattern.hours.clone(),
            pattern.days.to_string(),
            pattern.states.0.to_string(),
            pattern.states.1.to_string(),
            pattern.first.to_string(),
            pattern.times.to_string(),
        ]);
    }
    let left_out = more(patterns.len().saturating_sub(MAX_LINES));
    let title = format!("namespace/{name}, by the clock of {}", item.timezone);
    let title = layout
        .columns
        .map_or(title.clone(), |columns| fit(&title, columns));
    format!("{title}\n{}{left_out}", table.render(layout))
}

/// The changes with those of the same hours put together, in the order of the first of each.
fn patterns<'a>(changes: &'a [ChangedHours], zone: &Zone) -> Vec<Pattern<'a>> {
    let mut found: Vec<Pattern<'a>> = Vec::new();
    for change in changes {
        let start = zone.to_civil(change.from);
        let day = start.date();
        let pattern = Pattern {
            workload: change.workload.as_deref(),
            hours: hours(start, zone.to_civil(change.to)),
            states: (change.was, change.is),
            days: Days::range(day.weekday(), day.weekday()),
            first: day,
            times: 1,
        };
        let is_same = |it: &&mut Pattern<'_>| {
            (it.workload, &it.hours, it.states)
                == (pattern.workload, &pattern.hours, pattern.states)
        };
        match found.iter_mut().find(is_same) {
            Some(known) => {
                known.days = known.days.with(pattern.days);
                known.times += 1;
            }
            None => found.push(pattern),
        }
    }
    found
}

/// `08:00-08:30`; as in schedules over midnight and until midnight, and with the number of days
/// where it is longer than a day.
fn hours(start: DateTime, end: DateTime) -> String {
    let days = end
        .date()
        .since(start.date())
        .map_or(0, |span| span.get_days());
    let from = start.strftime("%H:%M").to_string();
    let (to, days) = if end.time() == Time::midnight() && days > 0 {
        ("24:00".to_owned(), days - 1)
    } else {
        (end.strftime("%H:%M").to_string(), days)
    };
    match days {
        0 => format!("{from}-{to}"),
        1 if to < from => format!("{from}-{to}"),
        days => format!("{from}-{to} +{days}d"),
    }
}

fn compared(name: &str, totals: &Compared<Totals>) -> [String; 5] {
    let (was, is) = (&totals.was, &totals.is);
    let released = (was.replica_hours.released, is.replica_hours.released);
    let change = released.1.since(released.0);
    let sign = if change > Hours::default() { "+" } else { "" };
    [
        name.to_owned(),
        format!("{} h", both(was.hours.asleep, is.hours.asleep)),
        both(was.replica_hours.all, is.replica_hours.all),
        both(released.0, released.1),
        format!("{sign}{change}"),
    ]
}

/// `98 -> 108`, or only one of them where they are the same.
fn both(was: Hours, is: Hours) -> String {
    if was == is {
        is.to_string()
    } else {
        format!("{was} -> {is}")
    }
}
