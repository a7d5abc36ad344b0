//! `simulate`: strips and transitions, and what they add up to at the end.

use super::strip::{legend, strip};
use super::{Layout, NOTHING, Table};
use crate::render::lines;
use crate::view::{self, Course, Hours, NamespaceSimulation, Simulation, Strip, Totals};
use crate::when;

/// How many transitions are listed: a week of two a day. The strip shows more of them at a look.
const MAX_TRANSITIONS: usize = 14;

const TRANSITIONS: &[&str] = &["FROM", "STATE", "WHY"];

const TOTALS: &[&str] = &[
    "NAMESPACE",
    "AWAKE",
    "ASLEEP",
    "REPLICA-HOURS",
    "RELEASED",
    "SHARE",
];

/// What manifests would do, for people.
pub fn simulation(simulation: &Simulation, layout: Layout) -> String {
    let mut text = String::new();
    let mut strips = Vec::new();
    for item in simulation.items.iter().filter(|item| !item.is_plain()) {
        namespace(item, &mut text, &mut strips, layout);
    }
    if !strips.is_empty() {
        text.push_str(&legend(&strips));
        text.push('\n');
    }
    let mut table = Table::new(TOTALS);
    for item in &simulation.items {
        table.push(totals(&item.namespace, &item.totals));
    }
    table.push(totals("total", &simulation.total));
    text.push_str(&table.render(layout));
    text
}

fn namespace(
    item: &NamespaceSimulation,
    text: &mut String,
    strips: &mut Vec<Strip>,
    layout: Layout,
) {
    let own = item.workloads.iter().filter_map(|workload| {
        let own = workload.own.as_ref()?;
        Some((format!("{} in {}", workload.workload, item.namespace), own))
    });
    let whole = (format!("namespace/{}", item.namespace), &item.course);
    for (name, course) in std::iter::once(whole).chain(own) {
        let shown = view::strip(&course.segments, &item.zone);
        text.extend([
            format!("{name}, by the clock of {}\n", item.timezone),
            strip(&shown),
            "\n".to_owned(),
            transitions(course, item, layout),
            "\n".to_owned(),
        ]);
        strips.push(shown);
    }
}

fn transitions(course: &Course, item: &NamespaceSimulation, layout: Layout) -> String {
    let mut table = Table::new(TRANSITIONS);
    for segment in course.segments.iter().take(MAX_TRANSITIONS + 1) {
        let at = when::full_clock(segment.start, &item.zone);
        table.push([at, segment.state.to_string(), segment.reason.to_string()]);
    }
    let left_out = course.segments.len().saturating_sub(MAX_TRANSITIONS + 1);
    format!("{}{}", table.render(layout), more(left_out))
}

/// What was left out of a list, where something was.
pub(super) fn more(left_out: usize) -> String {
    match left_out {
        0 => String::new(),
        count => lines([format!("and {count} more, which -o json has")]),
    }
}

fn totals(name: &str, totals: &Totals) -> [String; 6] {
    let (hours, replicas) = (&totals.hours, &totals.replica_hours);
    let share = replicas.released.percent_of(replicas.all);
    let is_managed = hours.awake + hours.asleep > Hours::default();
    let in_hours = |hours: Hours| {
        if is_managed {
            format!("{hours} h")
        } else {
            NOTHING.to_owned()
        }
    };
    [
        name.to_owned(),
        in_hours(hours.awake),
        in_hours(hours.asleep),
        replicas.all.to_string(),
        replicas.released.to_string(),
        share.map_or_else(|| NOTHING.to_owned(), |percent| format!("{percent} %")),
    ]
}
