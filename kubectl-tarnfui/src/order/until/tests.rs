//! Times as people say them, resolved on dated days in zones whose clocks change.

use super::*;

/// What `text` stands for at `now` in `zone_name`, as the end of being awake.
#[track_caller]
fn end(text: &str, now: &str, zone_name: &str) -> String {
    let zone = Zone::parse(zone_name).unwrap();
    let until = UntilText::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    until
        .resolve(now.parse().unwrap(), &zone, Zone::end_of)
        .unwrap()
        .to_string()
}

/// A Monday, 19:00 in Paris.
const MONDAY: &str = "2026-11-23T18:00:00Z";

#[test]
fn a_time_is_the_next_such_time() {
    let check = |text: &str, expect: &str| {
        assert_eq!(end(text, MONDAY, "Europe/Paris"), expect, "{text}");
    };
    check("22:00", "2026-11-23T21:00:00Z");
    check("19:01", "2026-11-23T18:01:00Z");
    check("19:00", "2026-11-24T18:00:00Z");
    check("9:00", "2026-11-24T08:00:00Z");
    check("09:00", "2026-11-24T08:00:00Z");
    check("0:00", "2026-11-23T23:00:00Z");
    check("24:00", "2026-11-23T23:00:00Z");
    check("  22:00  ", "2026-11-23T21:00:00Z");
}

#[test]
fn a_day_may_be_named() {
    let check = |text: &str, expect: &str| {
        assert_eq!(end(text, MONDAY, "Europe/Paris"), expect, "{text}");
    };
    check("today 22:00", "2026-11-23T21:00:00Z");
    check("today 9:00", "2026-11-23T08:00:00Z");
    check("tomorrow 9:00", "2026-11-24T08:00:00Z");
    check("Tomorrow 24:00", "2026-11-24T23:00:00Z");
    check("Mon 22:00", "2026-11-23T21:00:00Z");
    check("Mon 8:00", "2026-11-30T07:00:00Z");
    check("monday 19:00", "2026-11-30T18:00:00Z");
    check("SUN 8:00", "2026-11-29T07:00:00Z");
    check("Tuesday 8:00", "2026-11-24T07:00:00Z");
    check("2026-12-24 22:00", "2026-12-24T21:00:00Z");
    check("2026-01-01 22:00", "2026-01-01T21:00:00Z");
}

#[test]
fn a_zone_may_be_named() {
    assert_eq!(
        end("22:00 America/New_York", MONDAY, "Europe/Paris"),
        "2026-11-24T03:00:00Z"
    );
    assert_eq!(
        end("tomorrow 9:00 utc", MONDAY, "Europe/Paris"),
        "2026-11-24T09:00:00Z"
    );
    assert_eq!(
        end("2026-11-24T09:00:00+09:00", MONDAY, "Europe/Paris"),
        "2026-11-24T00:00:00Z"
    );
    let needs_zone = |text: &str| UntilText::parse(text).unwrap().needs_zone();
    assert!(needs_zone("22:00") && needs_zone("Mon 22:00"));
    assert!(!needs_zone("22:00 UTC") && !needs_zone("2026-11-24T09:00:00Z"));
}

#[test]
fn today_is_the_zones_day() {
    // 19:00 on Monday in Paris, 03:00 on Tuesday in Tokyo, 09:00 on Monday in Honolulu.
    assert_eq!(
        end("today 9:00", MONDAY, "Asia/Tokyo"),
        "2026-11-24T00:00:00Z"
    );
    assert_eq!(
        end("tomorrow 9:00", MONDAY, "Asia/Tokyo"),
        "2026-11-25T00:00:00Z"
    );
    assert_eq!(
        end("Mon 9:00", MONDAY, "Asia/Tokyo"),
        "2026-11-30T00:00:00Z"
    );
    assert_eq!(
        end("Mon 9:00", MONDAY, "Pacific/Honolulu"),
        "2026-11-23T19:00:00Z"
    );
}

#[test]
fn a_time_that_comes_twice_ends_being_awake_late_and_being_asleep_early() {
    let paris = Zone::parse("Europe/Paris").unwrap();
    // Saturday 22:00; the clock goes back from 03:00 to 02:00 in the night.
    let now = "2026-10-24T20:00:00Z".parse().unwrap();
    let until = UntilText::parse("2:30").unwrap();
    let awake = until.resolve(now, &paris, Zone::end_of).unwrap();
    let asleep = until.resolve(now, &paris, Zone::start_of).unwrap();
    assert_eq!(awake.to_string(), "2026-10-25T01:30:00Z");
    assert_eq!(asleep.to_string(), "2026-10-25T00:30:00Z");
    // 02:45 for the first time: the second 02:30 is still to come, today.
    assert_eq!(
        end("2:30", "2026-10-25T00:45:00Z", "Europe/Paris"),
        "2026-10-25T01:30:00Z"
    );
    // 02:45 for the second time: both are over.
    assert_eq!(
        end("2:30", "2026-10-25T01:45:00Z", "Europe/Paris"),
        "2026-10-26T01:30:00Z"
    );
}

#[test]
fn a_time_that_never_comes_is_the_instant_of_the_change() {
    // Saturday 22:00; the clock goes forward from 02:00 to 03:00 in the night.
    assert_eq!(
        end("2:15", "2027-03-27T21:00:00Z", "Europe/Paris"),
        "2027-03-28T01:00:00Z"
    );
    assert_eq!(
        end("8:00", "2027-03-27T21:00:00Z", "Europe/Paris"),
        "2027-03-28T06:00:00Z"
    );
}

#[test]
fn what_can_not_be_read_says_what_was_expected() {
    let check = |text: &str, expect: &str| {
        let fault = UntilText::parse(text).unwrap_err();
        assert!(fault.contains(expect), "{text:?}: {fault}");
    };
    check("", "it is empty");
    check("22", "\"22\" is no time");
    check("22:0", "\"22:0\" is no time");
    check("24:01", "\"24:01\" is no time");
    check("+9:00", "\"+9:00\" is no time");
    check("9:00pm", "\"9:00pm\" is no time");
    check("tomorrow", "\"tomorrow\" is no time");
    check("Mun 8:00", "did you mean Mon?");
    check("wednsday 8:00", "did you mean wednesday?");
    check("2026-13-01 8:00", "a date as YYYY-MM-DD");
    check("22:00 Paris", "did you mean Europe/Paris?");
    check("22:00 +01:00", "an offset knows no summer time");
    check("next Mon at 8:00", "expected a time such as");
    check("2026-11-24T09:00", "seconds are not optional");
    check(&"x".repeat(65), "no time is longer");
}

#[test]
fn what_was_typed_is_shown_again() {
    assert_eq!(
        UntilText::parse("Tomorrow 9:00").unwrap().to_string(),
        "Tomorrow 9:00"
    );
}
