//! Row 6: outside its hours, and lately called for.

use super::*;

fn woken() -> Ns {
    office().with("wake-on-request", "true")
}

#[test]
fn a_request_keeps_it_awake_for_half_an_hour() {
    let woken = woken().requested("2026-11-23T21:00");
    woken.check("2026-11-23T21:00", "Awake Requested 2026-11-23T21:30");
    woken.check("2026-11-23T21:29", "Awake Requested 2026-11-23T21:30");
    woken.check("2026-11-23T21:30", "Asleep OffHours 2026-11-24T07:00");
}

#[test]
fn or_for_as_long_as_idle_after_says() {
    let woken = woken()
        .with("idle-after", "2h")
        .requested("2026-11-23T21:00");
    woken.check("2026-11-23T22:59", "Awake Requested 2026-11-23T23:00");
    woken.check("2026-11-23T23:00", "Asleep OffHours 2026-11-24T07:00");
}

#[test]
fn only_where_it_wakes_on_request() {
    for ns in [
        office(),
        office().with("wake-on-request", "false"),
        office().with("idle-after", "2h"),
    ] {
        let ns = ns.requested("2026-11-23T21:00");
        ns.check("2026-11-23T21:10", "Asleep OffHours 2026-11-24T07:00");
    }
}

#[test]
fn a_request_wakes_on_holidays_as_well() {
    let woken = woken()
        .with("holidays", "2026-11-24")
        .requested("2026-11-24T18:50");
    // The end of the holiday's hours changes nothing while it is awake.
    woken.check("2026-11-24T18:50", "Awake Requested 2026-11-24T19:20");
    woken.check("2026-11-24T19:20", "Asleep OffHours 2026-11-25T07:00");
}

#[test]
fn until_is_the_start_of_the_hours_where_that_is_earlier() {
    let woken = woken().requested("2026-11-24T06:50");
    woken.check("2026-11-24T06:50", "Awake Requested 2026-11-24T07:00");
    woken.check("2026-11-24T07:00", "Awake WorkingHours 2026-11-24T19:00");
    let exact = woken.requested("2026-11-24T06:30");
    exact.check("2026-11-24T06:50", "Awake Requested 2026-11-24T07:00");
    // With days in between, too.
    let days = office()
        .with("wake-on-request", "true")
        .with("idle-after", "30d");
    days.requested("2026-11-27T20:00")
        .check("2026-11-27T20:00", "Awake Requested 2026-11-30T07:00");
}

#[test]
fn a_request_from_before_the_hours_ended_counts_after_them() {
    let woken = woken().requested("2026-11-23T18:50");
    woken.check("2026-11-23T19:00", "Awake Requested 2026-11-23T19:20");
}

#[test]
fn a_clock_may_be_a_minute_ahead_and_no_more() {
    let woken = |request: &str| woken().requested(request);
    woken("2026-11-23T21:01:00Z").check("2026-11-23T21:00", "Awake Requested 2026-11-23T21:31");
    // Later than that it is unknown until its time comes near.
    let far = woken("2026-11-23T21:01:01Z");
    far.check("2026-11-23T21:00", "Asleep OffHours 2026-11-23T21:00:01Z");
    far.check(
        "2026-11-23T21:00:01Z",
        "Awake Requested 2026-11-23T21:31:01Z",
    );
    let days = woken("2026-11-26T21:00");
    days.check("2026-11-23T21:00", "Asleep OffHours 2026-11-24T07:00");
}

#[test]
fn the_other_rows_come_first() {
    let woken = woken().requested("2026-11-23T21:00");
    let now = "2026-11-23T21:10";
    woken
        .clone()
        .with("awake-until", "forever")
        .check(now, "Awake Override -");
    woken
        .clone()
        .with("grace", "x")
        .check(now, "Awake InvalidRules -");
    woken
        .with("exclude", "true")
        .check(now, "Unmanaged Excluded -");
    // Within its hours a request is nothing special.
    let day = office()
        .with("wake-on-request", "true")
        .requested("2026-11-23T10:00");
    day.check("2026-11-23T10:00", "Awake WorkingHours 2026-11-23T19:00");
}
