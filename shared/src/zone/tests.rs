//! Names of zones, and civil times round changes of the clock.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::*;

fn zone(name: &str) -> Zone {
    Zone::parse(name).expect("a zone name")
}

#[test]
fn names_are_read_in_any_case_and_shown_as_iana_writes_them() {
    let check = |text: &str, expect: &str| assert_eq!(zone(text).to_string(), expect);
    check("europe/PARIS", "Europe/Paris");
    check(" UTC\n", "UTC");
    check("utc", "UTC");
    check("etc/gmt+5", "Etc/GMT+5");
    check("america/port-au-prince", "America/Port-au-Prince");
    check("est5edt", "EST5EDT");
    assert_eq!(Zone::utc().name(), "UTC");
    assert_ne!(zone("Asia/Kolkata"), zone("Asia/Calcutta"));
}

#[test]
fn every_name_reads_back_as_itself() {
    assert!(names().count() > 500);
    assert!(names().is_sorted());
    for name in names() {
        assert_eq!(zone(name).name(), name);
    }
}

#[test]
fn other_ways_to_say_an_offset_are_refused() {
    let check = |text: &str, hint: Option<&str>| {
        let error = Zone::parse(text).expect_err(text);
        assert_eq!(error.hint(), hint, "{text}");
    };
    let offset = Some("an offset knows no summer time; UTC is a name");
    let local = Some("abbreviations and local time are not zones");
    check("+02:00", offset);
    check("-5", offset);
    check("Z", offset);
    check("Local", local);
    check("CEST", local);
    check("PST", local);
    check("Factory", None);
    check("Etc/Unknown", None);
    check("etc/unknown", None);
    check("paris", Some("did you mean Europe/Paris?"));
    check("Rome", Some("did you mean Europe/Rome?"));
    check("Europe/Pariss", Some("did you mean Europe/Paris?"));
    check("America/New York", Some("did you mean America/New_York?"));
    check("new_yrok", Some("did you mean America/New_York?"));
    check("Europe/Paris Europe/Rome", None);
    check(":Europe/Paris", Some("did you mean Europe/Paris?"));
    check("CET-1CEST,M3.5.0,M10.5.0/3", None);
    check("../../etc/passwd", None);
    check("", None);
}

/// Checks where a civil time starts and ends something: UTC instants without the seconds.
#[track_caller]
fn check_civil(name: &str, civil: &str, start: &str, end: &str) {
    let civil: DateTime = civil.parse().unwrap();
    let zone = zone(name);
    let short = |at: Timestamp| at.to_string().replace(":00Z", "Z");
    let found = (short(zone.start_of(civil)), short(zone.end_of(civil)));
    assert_eq!(
        found,
        (start.to_owned(), end.to_owned()),
        "{civil} in {name}"
    );
}

#[test]
fn a_time_that_comes_twice() {
    let check = |civil, start, end| check_civil("Europe/Paris", civil, start, end);
    // Back from 03:00 to 02:00 at 01:00Z. 03:00 itself comes only once.
    check("2026-10-25T01:59", "2026-10-24T23:59Z", "2026-10-24T23:59Z");
    check("2026-10-25T02:00", "2026-10-25T00:00Z", "2026-10-25T01:00Z");
    check("2026-10-25T02:30", "2026-10-25T00:30Z", "2026-10-25T01:30Z");
    check("2026-10-25T03:00", "2026-10-25T02:00Z", "2026-10-25T02:00Z");
    // By two hours, and over midnight.
    let check = check_civil;
    check(
        "Antarctica/Troll",
        "2026-10-25T01:30",
        "2026-10-24T23:30Z",
        "2026-10-25T01:30Z",
    );
    check(
        "Africa/Cairo",
        "2026-10-29T23:30",
        "2026-10-29T20:30Z",
        "2026-10-29T21:30Z",
    );
}

#[test]
fn a_time_that_never_comes() {
    let check = |civil, at| check_civil("Europe/Paris", civil, at, at);
    // Forward from 02:00 to 03:00 at 01:00Z. 03:00 itself is shown.
    check("2027-03-28T01:59", "2027-03-28T00:59Z");
    check("2027-03-28T02:00", "2027-03-28T01:00Z");
    check("2027-03-28T02:15", "2027-03-28T01:00Z");
    check("2027-03-28T02:59", "2027-03-28T01:00Z");
    check("2027-03-28T03:00", "2027-03-28T01:00Z");
    // By half an hour, by two, at midnight, and a day that a country never had.
    let check = |name, civil, at| check_civil(name, civil, at, at);
    check(
        "Australia/Lord_Howe",
        "2026-10-04T02:15",
        "2026-10-03T15:30Z",
    );
    check("Antarctica/Troll", "2026-03-29T01:30", "2026-03-29T01:00Z");
    check("Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00Z");
    check("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00Z");
}

#[test]
fn a_zone_asked_quickly_says_the_same() {
    // Paris goes back at 01:00Z; stretches that end before it, hold it or begin after it.
    let paris = zone("Europe/Paris");
    let change: Timestamp = "2026-10-25T01:00:00Z".parse().unwrap();
    let hours = SignedDuration::from_hours;
    for from in -60..=60 {
        let from = change + hours(from);
        let near = paris.near(from, from + hours(3));
        for quarter in 0..=12 {
            let at = from + SignedDuration::from_mins(15 * quarter);
            let civil = paris.to_civil(at);
            assert_eq!(near.to_civil(at), civil, "{at}");
            assert_eq!(
                near.start_of(civil),
                paris.start_of(civil),
                "start of {civil}"
            );
            assert_eq!(near.end_of(civil), paris.end_of(civil), "end of {civil}");
        }
    }
}

#[test]
fn the_ends_of_time_do_not_panic() {
    let paris = zone("Europe/Paris");
    for civil in [DateTime::MIN, DateTime::MAX] {
        assert!(paris.start_of(civil) <= paris.end_of(civil));
    }
    for at in [Timestamp::MIN, Timestamp::MAX] {
        assert!(paris.start_of(paris.to_civil(at)) <= at);
    }
}
