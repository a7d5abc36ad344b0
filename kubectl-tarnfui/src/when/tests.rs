//! Clocks and distances at their edges.

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

#[test]
fn the_day_is_named_where_it_is_another_one_in_that_zone() {
    let check = |when: &str, zone_name: &str, expect: &str| {
        // 23:30 on Sunday in Paris, and Monday already in Tokyo.
        let now = at("2026-11-22T22:30:00Z");
        assert_eq!(
            clock(at(when), now, &zone(zone_name)),
            expect,
            "{when} {zone_name}"
        );
    };
    check("2026-11-22T22:59:00Z", "Europe/Paris", "23:59 CET");
    check("2026-11-22T23:00:00Z", "Europe/Paris", "Mon 00:00 CET");
    check("2026-11-22T23:00:00Z", "Asia/Tokyo", "08:00 JST");
    check("2026-11-28T22:59:00Z", "Europe/Paris", "Sat 23:59 CET");
    check(
        "2026-11-28T23:00:00Z",
        "Europe/Paris",
        "2026-11-29 00:00 CET",
    );
    check("2026-11-22T21:00:00Z", "Asia/Tokyo", "06:00 JST");
    check(
        "2026-11-21T21:00:00Z",
        "Europe/Paris",
        "2026-11-21 22:00 CET",
    );
    check("2026-11-22T23:00:00Z", "Asia/Kathmandu", "04:45 +0545");
}

#[test]
fn a_clock_that_shows_a_time_twice_is_told_apart_by_its_abbreviation() {
    let now = at("2026-10-25T00:00:00Z");
    assert_eq!(
        clock(at("2026-10-25T00:30:00Z"), now, &zone("Europe/Paris")),
        "02:30 CEST"
    );
    assert_eq!(
        clock(at("2026-10-25T01:30:00Z"), now, &zone("Europe/Paris")),
        "02:30 CET"
    );
}

#[test]
fn distances_are_rounded_to_the_minute_and_to_two_units() {
    let now = at("2026-11-22T12:00:00Z");
    let check = |seconds: i64, words: &str, short: &str| {
        let then = now + SignedDuration::from_secs(seconds);
        assert_eq!(countdown(then, now), words, "{seconds}");
        assert_eq!(short_countdown(then, now), short, "{seconds}");
    };
    check(-5, "in less than a minute", "<1m");
    check(29, "in less than a minute", "<1m");
    check(30, "in 1 min", "1m");
    check(3_600 - 31, "in 59 min", "59m");
    check(3_600 - 1, "in 1 h", "1h");
    check(2 * 3_600 + 900, "in 2 h 15 min", "2h15m");
    check(24 * 3_600, "in 1 d", "1d");
    check(24 * 3_600 + 59 * 60, "in 1 d", "1d");
    check(100 * 3_600, "in 4 d 4 h", "4d4h");
}
