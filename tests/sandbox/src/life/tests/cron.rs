//! Schedules in civil time.

use super::super::cron::Cron;
use super::*;

fn times(text: &str, zone: Option<&str>, after: &str, count: usize) -> Vec<String> {
    let cron = Cron::read(text, zone).unwrap_or_else(|| panic!("{text} cannot be read"));
    let mut at: Timestamp = after.parse().unwrap();
    let mut times = Vec::new();
    for _ in 0..count {
        let Some(next) = cron.next(at) else { break };
        at = next;
        times.push(at.strftime("%m-%dT%H:%M").to_string());
    }
    times
}

#[test]
fn fields_are_numbers_lists_ranges_and_steps() {
    // A Sunday.
    for (text, expect) in [
        ("30 4 * * *", ["11-23T04:30", "11-24T04:30", "11-25T04:30"]),
        (
            "*/20 * * * *",
            ["11-22T08:20", "11-22T08:40", "11-22T09:00"],
        ),
        (
            "5,10-12 * * * *",
            ["11-22T08:05", "11-22T08:10", "11-22T08:11"],
        ),
        (
            "50/4 * * * *",
            ["11-22T08:50", "11-22T08:54", "11-22T08:58"],
        ),
        (
            "0 9-17/4 * * *",
            ["11-22T09:00", "11-22T13:00", "11-22T17:00"],
        ),
        (
            "0 0 * * mon-wed",
            ["11-23T00:00", "11-24T00:00", "11-25T00:00"],
        ),
        (
            "0 0 1 jan,Mar *",
            ["01-01T00:00", "03-01T00:00", "01-01T00:00"],
        ),
        // Of two days that are said, either will do.
        ("0 0 25 * 1", ["11-23T00:00", "11-25T00:00", "11-30T00:00"]),
        // One that is given with a step is said, too.
        (
            "0 0 */30 * 1",
            ["11-23T00:00", "11-30T00:00", "12-01T00:00"],
        ),
        ("0 0 29 2 *", ["02-29T00:00", "02-29T00:00", "02-29T00:00"]),
        ("@hourly", ["11-22T09:00", "11-22T10:00", "11-22T11:00"]),
        ("@weekly", ["11-29T00:00", "12-06T00:00", "12-13T00:00"]),
    ] {
        assert_eq!(
            times(text, None, "2026-11-22T08:00:00Z", 3),
            expect,
            "{text}"
        );
    }
}

#[test]
fn what_means_nothing_is_none() {
    for text in [
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "5-1 * * * *",
        "*/0 * * * *",
        "a * * * *",
        "@never",
        "1, * * * *",
    ] {
        assert!(Cron::read(text, None).is_none(), "{text}");
    }
    assert!(Cron::read("* * * * *", Some("Mars/Olympus")).is_none());
    // A day that never comes.
    assert_eq!(
        times("0 0 31 2 *", None, "2026-11-22T08:00:00Z", 1),
        [""; 0]
    );
}

#[test]
fn the_hours_are_those_of_the_zone_across_clock_changes() {
    let check = |text: &str, after: &str, expect: [&str; 3]| {
        assert_eq!(
            times(text, Some("Europe/Paris"), after, 3),
            expect,
            "{text} after {after}"
        );
    };
    // Half past two is left out on March 29th, and comes twice on October 25th.
    check(
        "30 2 * * *",
        "2026-03-27T12:00:00Z",
        ["03-28T01:30", "03-30T00:30", "03-31T00:30"],
    );
    check(
        "30 2 * * *",
        "2026-10-24T12:00:00Z",
        ["10-25T00:30", "10-25T01:30", "10-26T01:30"],
    );
    check(
        "0 4 * * *",
        "2026-03-28T12:00:00Z",
        ["03-29T02:00", "03-30T02:00", "03-31T02:00"],
    );
    check(
        "0 * * * *",
        "2026-03-29T00:30:00Z",
        ["03-29T01:00", "03-29T02:00", "03-29T03:00"],
    );
}

#[test]
fn the_latest_time_is_within_both_bounds() {
    let check = |text: &str, after: &str, until: &str, expect: Option<&str>| {
        let cron = Cron::read(text, None).unwrap();
        let at = |text: &str| -> Timestamp { format!("2026-11-{text}Z").parse().unwrap() };
        assert_eq!(
            cron.latest(at(after), at(until)),
            expect.map(at),
            "{text} {after} {until}"
        );
    };
    check(
        "30 4 * * *",
        "20T04:30:00",
        "22T04:30:00",
        Some("22T04:30:00"),
    );
    check(
        "30 4 * * *",
        "20T04:30:00",
        "22T04:29:59",
        Some("21T04:30:00"),
    );
    check("30 4 * * *", "21T04:30:00", "22T04:29:59", None);
    check(
        "* * * * *",
        "21T04:30:00",
        "22T04:29:59",
        Some("22T04:29:00"),
    );
    check(
        "* 4 * * *",
        "01T00:00:00",
        "22T12:00:00",
        Some("22T04:59:00"),
    );
    check("0 0 * * *", "22T00:00:01", "22T00:00:30", None);
}
