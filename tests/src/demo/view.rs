//! The frame: what is so right now, at most twenty lines of less than eighty columns.
//!
//! Made of what was seen and of the hours; nothing is asked of anybody here.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tarnfui_shared::decide::State;
use tarnfui_shared::workload::Value;

use super::book::{Book, Cause, Done, Entry};
use super::screen::{Colour, Paint};
use super::strip::{self, Stretch};

/// How many of the last transitions are shown.
const SHOWN: usize = 4;

/// What a frame shows.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    /// The time, as the controllers see it.
    pub(super) now: Timestamp,
    /// How many seconds pass in a real one.
    pub(super) rate: f64,
    /// What the lines of time show.
    pub(super) stretch: Stretch,
    /// The namespaces.
    pub(super) books: &'a [Book],
    /// What is said of the leader.
    pub(super) leader: &'a str,
    /// What has happened, newest last.
    pub(super) notes: &'a [String],
}

/// The lines of the frame.
pub(super) fn frame(scene: &Scene<'_>, paint: Paint) -> Vec<String> {
    let time = format!("{:<26}", clock(scene.now, &TimeZone::UTC));
    let pace = format!("{:<18}", pace(scene.rate));
    let mut lines = vec![
        format!(
            "{}{pace}{}",
            paint.paint(Colour::Bold, &time),
            leader(scene.leader, paint)
        ),
        String::new(),
        paint.paint(
            Colour::Dim,
            &format!("{:16}{}", "", strip::days(scene.stretch)),
        ),
    ];
    for book in scene.books {
        let strip = strip::strip(book, scene.stretch, scene.now);
        let state = book.state_at(scene.now);
        let label = format!("{:<7}", state.to_string());
        // Owed, and not there yet.
        let colour = if book.is_settled() {
            colour(state)
        } else {
            Colour::Yellow
        };
        let label = paint.paint(colour, &label);
        lines.push(format!("{:<8}{label} {strip}", book.namespace.name));
    }
    lines.push(format!(
        "{:16}{}",
        "",
        strip::hand(scene.stretch, scene.now)
    ));
    let heading = format!(
        "{:<8}{:<24}{:>8}{:>8}{:>8}",
        "", "WORKLOAD", "NOW", "SAVED", "BEFORE"
    );
    lines.push(paint.paint(Colour::Dim, &heading));
    for book in scene.books {
        for (row, entry) in book.entries.iter().enumerate() {
            let name = if row == 0 { book.namespace.name } else { "" };
            lines.push(format!("{name:<8}{}", workload(entry, paint)));
        }
    }
    lines.push(String::new());
    let first = scene.notes.len().saturating_sub(SHOWN);
    lines.extend(scene.notes[first..].iter().cloned());
    lines
}

fn leader(text: &str, paint: Paint) -> String {
    if text.is_empty() {
        paint.paint(Colour::Yellow, "nobody leads")
    } else {
        format!("{text} leads")
    }
}

fn workload(entry: &Entry, paint: Paint) -> String {
    let saved = entry.saved.as_deref().unwrap_or("-");
    let state = if entry.saved.is_some() {
        State::Asleep
    } else {
        State::Awake
    };
    let value = format!("{:>8}", value(entry.value));
    format!(
        "{:<24}{}{saved:>8}{:>8}",
        entry.workload.reference(),
        paint.paint(colour(state), &value),
        self::value(entry.workload.original),
    )
}

/// A CronJob runs or is suspended, whatever the field is called.
fn value(value: Value) -> String {
    match value {
        Value::Replicas(replicas) => replicas.to_string(),
        Value::Suspend(true) => "stopped".to_owned(),
        Value::Suspend(false) => "running".to_owned(),
    }
}

fn colour(state: State) -> Colour {
    match state {
        State::Awake | State::Unmanaged => Colour::Green,
        State::Asleep => Colour::Blue,
    }
}

/// How fast, or that it is not.
fn pace(rate: f64) -> String {
    if rate > 1.0 {
        format!("x {rate:.0}")
    } else {
        "at real speed".to_owned()
    }
}

/// A time as people of that zone say it: `Wed 25 Nov 08:00 CET`.
pub(super) fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%a %e %b %H:%M %Z")
        .to_string()
}

/// What is told of a transition when its last write was seen.
pub(super) fn told(book: &Book, done: &Done) -> String {
    let Done {
        transition,
        workloads,
        lateness,
    } = done;
    let verb = match transition.to {
        State::Asleep => "sleeps",
        State::Awake | State::Unmanaged => "wakes",
    };
    let why = match transition.cause {
        Cause::Start => "  (it got its rule)",
        Cause::Boundary => "",
        Cause::End => "  (its rule is gone)",
    };
    let at = clock(transition.at, book.namespace.zone.tz());
    let late = milliseconds(*lateness);
    format!(
        "{at:<22} {:<6}{verb:<7}{workloads} of {workloads}, {late:>8} late{why}",
        book.namespace.name
    )
}

/// Real time, as it is told: `34 ms`.
pub(super) fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::book::Transition;
    use crate::demo::cast;
    use crate::demo::tenancy::Tenancy;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn books() -> Vec<Book> {
        let namespaces = cast::namespaces(at("2026-11-22T12:00:00Z"), Tenancy::Owner).unwrap();
        namespaces
            .into_iter()
            .map(|it| Book::new(it).unwrap())
            .collect()
    }

    #[test]
    fn a_frame_fits() {
        let books = books();
        let done = Done {
            transition: Transition {
                at: at("2026-11-25T07:00:00Z"),
                to: State::Asleep,
                cause: Cause::Start,
            },
            workloads: 3,
            lateness: Duration::from_secs(17),
        };
        let notes = vec![told(&books[1], &done); 9];
        let scene = Scene {
            now: at("2026-11-25T12:00:00Z"),
            rate: 10_080.0,
            stretch: Stretch {
                from: at("2026-11-22T12:00:00Z"),
                to: at("2026-11-29T12:00:00Z"),
            },
            books: &books,
            leader: "controller-a",
            notes: &notes,
        };
        let lines = frame(&scene, Paint::Plain);
        assert!(lines.len() <= 20, "{} lines", lines.len());
        for line in &lines {
            assert!(
                line.chars().count() < 80,
                "{} columns: {line}",
                line.chars().count()
            );
        }
        assert_eq!(
            lines[0],
            "Wed 25 Nov 12:00 UTC      x 10080           controller-a leads"
        );
        assert_eq!(
            lines[8],
            "shop    deployment/web                 3       -       3"
        );
    }

    #[test]
    fn a_transition_is_told_in_the_time_of_its_people() {
        let books = books();
        let done = Done {
            transition: Transition {
                at: at("2026-11-25T07:00:00Z"),
                to: State::Awake,
                cause: Cause::Boundary,
            },
            workloads: 2,
            lateness: Duration::from_millis(34),
        };
        assert_eq!(
            told(&books[0], &done),
            "Wed 25 Nov 08:00 CET   shop  wakes  2 of 2,    34 ms late"
        );
    }
}
