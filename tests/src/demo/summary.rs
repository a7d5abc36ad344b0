//! The end: a table, what is to be said of the failover, and whether all is well.
//!
//! Pure: it is made of the books and of the evidence, and asks nobody.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Padding, Style};
use tarnfui_shared::decide::State;

use super::book::Book;
use super::proof::{Name, Picture, Writes, difference};
use super::view::{clock, milliseconds};
use super::week::Failover;

/// How writes were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// In the server's own log of requests: every one that was made.
    Log,
    /// By watching: every one that changed something.
    Watch,
}

/// What is known at the end.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    /// What was owed and seen.
    pub(super) books: &'a [Book],
    /// Each workload before.
    pub(super) before: &'a Picture,
    /// Each workload after.
    pub(super) after: &'a Picture,
    /// The writes to each.
    pub(super) writes: &'a BTreeMap<Name, Writes>,
    /// How they were counted.
    pub(super) count: Count,
    /// The leader that was killed.
    pub(super) failover: Option<&'a Failover>,
    /// How long the clock waited for something to be seen.
    pub(super) held: Duration,
}

/// The table.
pub(super) fn table(evidence: &Evidence<'_>) -> String {
    let mut rows = Builder::default();
    rows.push_record([
        "NAMESPACE",
        "TRANSITIONS",
        "LATE (MEDIAN)",
        "LATE (MAX)",
        "SAVED",
        "WRITES",
        "RESTORED",
    ]);
    for book in evidence.books {
        let (taken, owed) = counted(evidence, book);
        let restored = unrestored(evidence, book).is_empty();
        let mut lateness = book.lateness.clone();
        lateness.sort_unstable();
        rows.push_record([
            book.namespace.name.to_owned(),
            format!("{} of {}", book.met, book.boundaries),
            median(&lateness).map_or("-".to_owned(), milliseconds),
            lateness
                .last()
                .copied()
                .map_or("-".to_owned(), milliseconds),
            format!("{:.0} h", book.saved_hours()),
            format!("{taken} of {owed}"),
            if restored { "exactly" } else { "NO" }.to_owned(),
        ]);
    }
    let mut table = rows.build();
    table
        .with(Style::empty())
        .with(Padding::new(0, 2, 0, 0))
        .modify(Columns::new(2..5), Alignment::right());
    let lines = table.to_string();
    lines
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

/// What the table does not say.
pub(super) fn sentences(evidence: &Evidence<'_>) -> Vec<String> {
    let saved: f64 = evidence.books.iter().map(Book::saved_hours).sum();
    let all: f64 = evidence.books.iter().map(Book::all_hours).sum();
    let share = 100.0 * saved / all.max(1.0);
    let mut lines = vec![format!(
        "{saved:.0} of {all:.0} replica-hours were not run: {share:.0} % saved."
    )];
    lines.extend(evidence.failover.into_iter().flat_map(failover));
    let stale: usize = evidence.writes.values().map(|writes| writes.stale).sum();
    if stale > 0 {
        lines.push(format!(
            "{stale} writes came too late for a newer version, and were planned anew."
        ));
    }
    if evidence.count == Count::Watch {
        lines.push(
            "Writes were counted by watching, as this cluster shows no log of requests:".to_owned(),
        );
        lines.push("one that was refused or changed nothing would not be among them.".to_owned());
    }
    if !evidence.held.is_zero() {
        let seconds = evidence.held.as_secs_f64();
        lines.push(format!(
            "The clock waited {seconds:.1} s at real speed for writes to be seen."
        ));
    }
    lines
}

/// What is to be said of the failover, each in less than eighty columns.
fn failover(failover: &Failover) -> Vec<String> {
    let at = clock(failover.at, &TimeZone::UTC);
    let mut lines = vec![format!(
        "{} was killed with SIGKILL on {at}.",
        failover.killed
    )];
    let Some((next, real)) = &failover.next else {
        lines.push("Nobody led after it.".to_owned());
        return lines;
    };
    let gap = real.duration_since(failover.real).as_secs_f64();
    lines.push(format!("{next} led {gap:.1} s later."));
    for (namespace, done) in &failover.waited {
        let verb = match done.transition.to {
            State::Asleep => "sleep",
            State::Awake | State::Unmanaged => "wake",
        };
        let late = milliseconds(done.lateness);
        lines.push(format!(
            "Meanwhile {namespace} was due to {verb}, and did, {late} late."
        ));
    }
    if failover.waited.is_empty() {
        lines.push("Nothing came due meanwhile.".to_owned());
    }
    lines
}

/// What is wrong, in sentences; nothing if all is well.
pub(super) fn faults(evidence: &Evidence<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for book in evidence.books {
        let name = book.namespace.name;
        let seen = book
            .faults
            .iter()
            .cloned()
            .chain(unrestored(evidence, book));
        faults.extend(
            seen.chain(written(evidence, book))
                .map(|fault| format!("{name}: {fault}")),
        );
        if book.met < book.boundaries {
            let (met, boundaries) = (book.met, book.boundaries);
            faults.push(format!(
                "{name}: {met} of {boundaries} transitions were seen"
            ));
        }
    }
    if evidence
        .failover
        .is_none_or(|failover| failover.next.is_none())
    {
        faults.push("no leader was replaced".to_owned());
    }
    faults
}

/// Each workload that is not what it was.
fn unrestored(evidence: &Evidence<'_>, book: &Book) -> Vec<String> {
    let name = |reference: &str| (book.namespace.place.clone(), reference.to_owned());
    let check = |workload: &super::cast::Workload| {
        let reference = workload.reference();
        let (before, after) = (
            evidence.before.get(&name(&reference)),
            evidence.after.get(&name(&reference)),
        );
        let fault = match (before, after) {
            (Some(before), Some(after)) => difference(workload, before, after)?,
            (None, _) | (_, None) => "is not there".to_owned(),
        };
        Some(format!("{reference} {fault}"))
    };
    book.namespace.workloads.iter().filter_map(check).collect()
}

/// Each workload with a write too many or too few.
fn written(evidence: &Evidence<'_>, book: &Book) -> Vec<String> {
    let check = |entry: &super::book::Entry| {
        let writes = of(evidence, book, entry);
        let reference = entry.workload.reference();
        if writes.refused > 0 {
            return Some(format!(
                "{} writes to {reference} were refused",
                writes.refused
            ));
        }
        let (taken, owed) = (writes.taken, entry.writes);
        (taken != owed)
            .then(|| format!("{reference} was written {taken} times, for {owed} transitions"))
    };
    book.entries.iter().filter_map(check).collect()
}

/// Writes that were taken and that were owed, of a namespace.
fn counted(evidence: &Evidence<'_>, book: &Book) -> (usize, usize) {
    let taken = book
        .entries
        .iter()
        .map(|entry| of(evidence, book, entry).taken);
    (
        taken.sum(),
        book.entries.iter().map(|entry| entry.writes).sum(),
    )
}

fn of(evidence: &Evidence<'_>, book: &Book, entry: &super::book::Entry) -> Writes {
    let name = (book.namespace.place.clone(), entry.workload.reference());
    evidence.writes.get(&name).copied().unwrap_or_default()
}

/// The middle one, or the later of the two in the middle.
fn median(sorted: &[Duration]) -> Option<Duration> {
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests;
