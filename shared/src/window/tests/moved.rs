//! What moves or removes windows: holidays and waking ahead.

use super::*;
use crate::holidays::DateRange;

#[test]
fn an_empty_window_is_not_woken_for() {
    let case = case("Sun 02:15-02:45").wake_ahead("1h");
    case.windows("2027-03-28T00:00Z", "2027-03-29T00:00Z", &[]);
    case.at(
        "2027-03-28T00:30Z",
        "closed",
        None,
        Some("2027-04-03T23:15Z"),
    );
}

#[test]
fn holidays_remove_the_windows_that_start_on_them() {
    let nights = case("daily 22:00-06:00").holidays("2026-12-25");
    nights.windows(
        "2026-12-24T12:00Z",
        "2026-12-27T12:00Z",
        &[
            "2026-12-24T21:00Z/2026-12-25T05:00Z",
            "2026-12-26T21:00Z/2026-12-27T05:00Z",
        ],
    );
    nights.at(
        "2026-12-25T04:59Z",
        "open",
        Some("2026-12-24T21:00Z"),
        Some("2026-12-25T05:00Z"),
    );
    nights.at(
        "2026-12-25T05:00Z",
        "closed",
        None,
        Some("2026-12-25T21:00Z"),
    );
    nights.at(
        "2026-12-25T21:00Z",
        "holiday",
        None,
        Some("2026-12-26T05:00Z"),
    );
    nights.at(
        "2026-12-26T05:00Z",
        "closed",
        None,
        Some("2026-12-26T21:00Z"),
    );
}

#[test]
fn a_holiday_is_a_day_in_the_zone_of_the_span() {
    // Nine in the morning on the 25th in Auckland is the evening of the 24th in Paris.
    let auckland = case("09:00-17:00 Pacific/Auckland, 20:00-22:00").holidays("2026-12-25");
    auckland.windows(
        "2026-12-24T00:00Z",
        "2026-12-26T00:00Z",
        &[
            "2026-12-24T00:00Z/2026-12-24T04:00Z",
            "2026-12-24T19:00Z/2026-12-24T21:00Z",
            "2026-12-25T20:00Z/2026-12-26T00:00Z",
        ],
    );
    auckland.at(
        "2026-12-24T22:00Z",
        "holiday",
        None,
        Some("2026-12-25T04:00Z"),
    );
}

#[test]
fn always_takes_the_zone_of_its_namespace_for_its_holidays() {
    let always = case("always")
        .zone("Pacific/Auckland")
        .holidays("2026-12-25");
    always.windows(
        "2026-12-24T00:00Z",
        "2026-12-26T00:00Z",
        &[
            "2026-12-24T00:00Z/2026-12-24T11:00Z",
            "2026-12-25T11:00Z/2026-12-26T00:00Z",
        ],
    );
}

#[test]
fn holidays_take_from_always_but_not_from_what_names_its_days() {
    let always = case("always").holidays("2026-12-25..2026-12-26");
    always.at("2026-12-24T22:59Z", "open", None, Some("2026-12-24T23:00Z"));
    always.at(
        "2026-12-24T23:00Z",
        "holiday",
        None,
        Some("2026-12-26T23:00Z"),
    );
    let start = Some("2026-12-26T23:00Z");
    always.at("2026-12-26T23:00Z", "open", start, None);
    always.at("2027-01-26T23:00Z", "open", start, None);
    always.at("2027-01-26T23:00:00.000000001Z", "open", None, None);
    let end = Some("2026-12-25T23:00Z");
    case("2026-12-25").holidays("2026-12-25").at(
        "2026-12-25T12:00Z",
        "open",
        Some("2026-12-24T23:00Z"),
        end,
    );
    let absolute = case("2026-12-25T08:00:00Z - 2026-12-25T09:00:00Z").holidays("2026-12-25");
    absolute.at(
        "2026-12-25T08:30Z",
        "open",
        Some("2026-12-25T08:00Z"),
        Some("2026-12-25T09:00Z"),
    );
}

#[test]
fn a_holiday_ends_when_other_hours_begin() {
    let mixed = case("08:00-20:00, 2026-12-25 10:00-11:00").holidays("2026-12-25");
    mixed.at(
        "2026-12-25T08:00Z",
        "holiday",
        None,
        Some("2026-12-25T09:00Z"),
    );
    mixed.at(
        "2026-12-25T09:00Z",
        "open",
        Some("2026-12-25T09:00Z"),
        Some("2026-12-25T10:00Z"),
    );
    mixed.at(
        "2026-12-25T10:00Z",
        "holiday",
        None,
        Some("2026-12-25T19:00Z"),
    );
    mixed.at(
        "2026-12-25T19:00Z",
        "closed",
        None,
        Some("2026-12-26T07:00Z"),
    );
}

#[test]
fn waking_ahead_is_elapsed_time() {
    let case_ = || case("Mon-Fri 08:00-20:00").wake_ahead("10m");
    case_().at(
        "2026-11-23T06:49:59Z",
        "closed",
        None,
        Some("2026-11-23T06:50Z"),
    );
    case_().at(
        "2026-11-23T06:50Z",
        "open",
        Some("2026-11-23T06:50Z"),
        Some("2026-11-23T19:00Z"),
    );
    // Two hours before 03:30 on a day without the hour from 02:00: 00:30 by the clock.
    let spring = case("Sun 03:30-09:00").wake_ahead("2h");
    spring.windows(
        "2027-03-27T12:00Z",
        "2027-03-28T12:00Z",
        &["2027-03-27T23:30Z/2027-03-28T07:00Z"],
    );
    let absolute = case("2026-12-25T08:00:00Z - 2026-12-25T09:00:00Z").wake_ahead("1h");
    absolute.windows(
        "2026-12-25T00:00Z",
        "2026-12-26T00:00Z",
        &["2026-12-25T07:00Z/2026-12-25T09:00Z"],
    );
}

#[test]
fn nothing_wakes_later_than_its_hours() {
    let schedule = Schedule::parse("08:00-20:00").unwrap();
    let hours = |minutes: i64| {
        let ahead = SignedDuration::from_mins(minutes);
        Hours::new(&schedule, &Zone::utc(), &Holidays::none(), ahead)
    };
    assert_eq!(hours(-10), hours(0));
}

#[test]
fn waking_ahead_closes_shorter_gaps_but_brings_back_no_holiday() {
    let gap = case("08:00-12:00, 12:30-18:00").wake_ahead("30m");
    gap.windows(
        "2026-11-23T00:00Z",
        "2026-11-24T00:00Z",
        &["2026-11-23T06:30Z/2026-11-23T17:00Z"],
    );
    let days = case("08:00-20:00").holidays("2026-12-25").wake_ahead("12h");
    days.windows(
        "2026-12-24T12:00Z",
        "2026-12-26T12:00Z",
        &[
            "2026-12-24T12:00Z/2026-12-24T19:00Z",
            "2026-12-25T19:00Z/2026-12-26T12:00Z",
        ],
    );
    days.at(
        "2026-12-25T06:59Z",
        "closed",
        None,
        Some("2026-12-25T07:00Z"),
    );
    days.at(
        "2026-12-25T07:00Z",
        "holiday",
        None,
        Some("2026-12-25T19:00Z"),
    );
    // The longest time to wake ahead: Monday's hours begin 30 days before.
    let long = case("2027-02-01 08:00-09:00").wake_ahead("30d");
    long.at(
        "2027-01-02T06:59Z",
        "closed",
        None,
        Some("2027-01-02T07:00Z"),
    );
    long.at(
        "2027-01-02T07:00Z",
        "open",
        Some("2027-01-02T07:00Z"),
        Some("2027-02-01T08:00Z"),
    );
}

#[test]
fn a_holiday_calendar_in_any_order_is_one_set() {
    let ranges = ["2026-12-26", "2026-12-25"].map(|text| DateRange::parse(text).unwrap());
    let schedule = Schedule::always();
    let hours = |ranges: &[DateRange]| {
        let holidays = Holidays::new(ranges.iter().copied());
        Hours::new(&schedule, &Zone::utc(), &holidays, SignedDuration::ZERO)
    };
    assert_eq!(hours(&ranges), hours(&[ranges[1], ranges[0]]));
}
