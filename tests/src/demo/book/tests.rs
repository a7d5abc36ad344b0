//! A week of one namespace, told sighting by sighting.

use super::*;
use crate::demo::cast;
use crate::demo::tenancy::Tenancy;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// `lab`: awake 22:00-06:00 in New York, which is 03:00Z-11:00Z in November.
fn lab() -> Book {
    let namespaces = cast::namespaces(at("2026-11-22T12:00:00Z"), Tenancy::Owner).unwrap();
    let lab = namespaces.into_iter().find(|it| it.name == "lab").unwrap();
    Book::new(lab).unwrap()
}

fn sighting(name: &str, value: i32, saved: Option<&str>) -> Sighting {
    Sighting {
        namespace: "lab".to_owned(),
        kind: Kind::Deployment,
        name: name.to_owned(),
        value: Some(Value::Replicas(value)),
        saved: saved.map(str::to_owned),
        generation: 1,
        real: at("2026-11-22T12:00:00Z"),
    }
}

const LATE: Duration = Duration::from_millis(30);

fn see(book: &mut Book, name: &str, value: i32, saved: Option<&str>, now: &str) -> Option<Done> {
    book.see(&sighting(name, value, saved), at(now), |_| LATE)
}

/// Asleep at noon, awake at 03:00Z, and asleep again at 11:00Z.
fn asleep_at_noon() -> Book {
    let mut book = lab();
    book.start(at("2026-11-22T12:00:00Z"));
    see(&mut book, "notebook", 0, Some("1"), "2026-11-22T12:00:01Z");
    see(&mut book, "trainer", 0, Some("4"), "2026-11-22T12:00:01Z");
    book
}

#[test]
fn the_last_workload_completes_a_transition() {
    let mut book = asleep_at_noon();
    assert!(book.is_settled());
    assert_eq!(
        see(&mut book, "trainer", 4, None, "2026-11-23T03:00:05Z"),
        None
    );
    let done = see(&mut book, "notebook", 1, None, "2026-11-23T03:00:06Z").unwrap();
    assert_eq!(done.transition.at, at("2026-11-23T03:00:00Z"));
    assert_eq!((done.transition.to, done.workloads), (State::Awake, 2));
    assert_eq!((book.boundaries, book.met), (1, 1));
    assert_eq!(
        book.lateness,
        [LATE, LATE],
        "the first sleep was no boundary"
    );
    assert!(book.faults.is_empty());
}

#[test]
fn what_was_seen_twice_counts_once() {
    let mut book = asleep_at_noon();
    see(&mut book, "trainer", 0, Some("4"), "2026-11-22T12:00:02Z");
    assert!(book.faults.is_empty());
    assert_eq!(book.entries[1].writes, 1);
}

#[test]
fn a_transition_that_the_next_one_overtakes_was_missed() {
    let mut book = asleep_at_noon();
    see(&mut book, "trainer", 4, None, "2026-11-23T03:00:05Z");
    book.advance(at("2026-11-23T11:00:00Z"));
    assert_eq!((book.boundaries, book.met), (2, 0));
    assert_eq!(
        book.faults,
        ["deployment/notebook was not seen Awake after 2026-11-23T03:00:00Z"]
    );
}

#[test]
fn a_change_that_no_boundary_called_for_is_a_fault() {
    let unasked = |name: &str, value: i32, saved: Option<&str>, now: &str| {
        let mut book = asleep_at_noon();
        see(&mut book, name, value, saved, now);
        book.faults
    };
    // Too early, a wrong number, a mark that stayed.
    assert_eq!(unasked("trainer", 4, None, "2026-11-23T02:59:59Z").len(), 1);
    assert_eq!(unasked("trainer", 3, None, "2026-11-23T03:00:01Z").len(), 1);
    assert_eq!(
        unasked("trainer", 4, Some("4"), "2026-11-23T03:00:01Z").len(),
        1
    );
    assert_eq!(unasked("trainer", 4, None, "2026-11-23T03:00:01Z").len(), 0);
}

#[test]
fn a_workload_that_goes_is_a_fault() {
    let mut book = asleep_at_noon();
    let gone = Sighting {
        value: None,
        ..sighting("trainer", 0, None)
    };
    book.see(&gone, at("2026-11-22T13:00:00Z"), |_| LATE);
    assert_eq!(book.faults, ["deployment/trainer is gone"]);
}

#[test]
fn the_leash_is_short_until_all_was_seen() {
    let mut book = asleep_at_noon();
    assert_eq!(book.leash(), Some(at("2026-11-23T11:00:00Z")));
    book.advance(at("2026-11-23T03:00:00Z"));
    assert_eq!(book.leash(), Some(at("2026-11-23T11:00:00Z")));
    see(&mut book, "trainer", 4, None, "2026-11-23T03:00:05Z");
    see(&mut book, "notebook", 1, None, "2026-11-23T03:00:05Z");
    assert_eq!(book.leash(), Some(at("2026-11-24T03:00:00Z")));
}

#[test]
fn replica_hours_are_counted_while_it_sleeps() {
    let mut book = asleep_at_noon();
    see(&mut book, "trainer", 4, None, "2026-11-23T03:00:01Z");
    see(&mut book, "notebook", 1, None, "2026-11-23T03:00:01Z");
    book.close(at("2026-11-23T10:00:00Z"));
    assert!(
        (book.saved_hours() - 15.0 * 5.0).abs() < 1e-9,
        "{}",
        book.saved_hours()
    );
}

#[test]
fn the_end_wakes_only_what_sleeps() {
    let mut book = asleep_at_noon();
    book.end(at("2026-11-22T20:00:00Z"));
    assert!(!book.is_settled());
    see(&mut book, "trainer", 4, None, "2026-11-22T20:00:01Z");
    let done = see(&mut book, "notebook", 1, None, "2026-11-22T20:00:01Z").unwrap();
    assert_eq!(done.transition.cause, Cause::End);
    assert!(book.entries.iter().all(|entry| entry.writes == 2));
    book.end(at("2026-11-22T20:00:02Z"));
    assert!(book.is_settled());
}

#[test]
fn a_holiday_is_one_long_sleep() {
    let namespaces = cast::namespaces(at("2026-11-22T12:00:00Z"), Tenancy::Owner).unwrap();
    let shop = namespaces.into_iter().find(|it| it.name == "shop").unwrap();
    let book = Book::new(shop).unwrap();
    // The holiday is Tuesday the 24th.
    let monday_evening = book.boundary_after(at("2026-11-23T12:00:00Z")).unwrap();
    assert_eq!(monday_evening.at, at("2026-11-23T19:00:00Z"));
    let awake = book.boundary_after(monday_evening.at).unwrap();
    assert_eq!(
        (awake.at, awake.to),
        (at("2026-11-25T07:00:00Z"), State::Awake)
    );
}
