//! Rows 8 and 9: nobody called for long enough, and since when that counts.

use super::*;

/// Idles after an hour; traffic is known since long ago.
fn idling() -> Ns {
    ns().with("idle-after", "1h")
        .with("wake-on-request", "true")
        .known_since("2026-11-01T00:00")
}

fn idling_office() -> Ns {
    idling()
        .with("schedule", "Mon-Fri 08:00-20:00")
        .with("timezone", "Europe/Paris")
}

#[test]
fn row_8_asleep_after_an_hour_without_a_request() {
    let ns = idling().requested("2026-11-23T10:00");
    ns.check("2026-11-23T10:00", "Awake Active 2026-11-23T11:00");
    ns.check("2026-11-23T10:59", "Awake Active 2026-11-23T11:00");
    ns.check("2026-11-23T11:00", "Asleep Idle -");
    // The next request wakes it.
    ns.requested("2026-11-23T11:30")
        .check("2026-11-23T11:30", "Awake Active 2026-11-23T12:30");
}

#[test]
fn with_a_schedule_it_is_idle_until_the_hours_end() {
    let ns = idling_office().requested("2026-11-23T10:00");
    ns.check("2026-11-23T10:00", "Awake WorkingHours 2026-11-23T11:00");
    ns.check("2026-11-23T11:00", "Asleep Idle 2026-11-23T19:00");
    ns.check("2026-11-23T19:00", "Asleep OffHours 2026-11-24T07:00");
    // The end of the hours, where that is earlier.
    let late = idling_office().requested("2026-11-23T18:30");
    late.check("2026-11-23T18:30", "Awake WorkingHours 2026-11-23T19:00");
    late.check("2026-11-23T19:00", "Awake Requested 2026-11-23T19:30");
}

#[test]
fn it_counts_from_the_latest_of_four() {
    // The last request is above. The start of this awake window, its time ahead included:
    idling_office().check("2026-11-23T07:00", "Awake WorkingHours 2026-11-23T08:00");
    idling_office()
        .requested("2026-11-22T10:00")
        .check("2026-11-23T07:00", "Awake WorkingHours 2026-11-23T08:00");
    idling_office()
        .with("wake-ahead", "10m")
        .check("2026-11-23T06:50", "Awake WorkingHours 2026-11-23T07:50");
    // The end of an override, of either kind:
    for key in ["awake-until", "asleep-until"] {
        let ns = idling_office()
            .with(key, "2026-11-23T12:00:00Z")
            .requested("2026-11-23T10:00");
        ns.check("2026-11-23T12:00", "Awake WorkingHours 2026-11-23T13:00");
        ns.check("2026-11-23T13:00", "Asleep Idle 2026-11-23T19:00");
    }
    // The start of our own watching:
    let ns = idling_office()
        .known_since("2026-11-23T12:00")
        .requested("2026-11-23T10:00");
    ns.check("2026-11-23T12:10", "Awake WorkingHours 2026-11-23T13:00");
    ns.check("2026-11-23T13:00", "Asleep Idle 2026-11-23T19:00");
    // And the latest of all wins, each in turn.
    let all = idling_office()
        .requested("2026-11-23T09:00")
        .known_since("2026-11-23T09:01")
        .with("awake-until", "2026-11-23T09:02:00Z");
    all.check("2026-11-23T09:05", "Awake WorkingHours 2026-11-23T10:02");
    all.requested("2026-11-23T09:03")
        .check("2026-11-23T09:05", "Awake WorkingHours 2026-11-23T10:03");
}

#[test]
fn unknown_traffic_is_awake() {
    let mut ns = idling_office().requested("2026-11-23T08:00");
    ns.activity.traffic_known_since = None;
    ns.check("2026-11-23T12:00", "Awake WorkingHours 2026-11-23T19:00");
    let mut ns = idling();
    ns.activity.traffic_known_since = None;
    ns.check("2026-11-23T12:00", "Awake Active -");
}

#[test]
fn a_request_from_the_future_is_unknown_and_so_awake() {
    let near = idling_office().requested("2026-11-23T12:01:00Z");
    near.check("2026-11-23T12:00", "Awake WorkingHours 2026-11-23T13:01");
    let far = idling_office().requested("2026-11-23T12:01:01Z");
    far.check(
        "2026-11-23T12:00",
        "Awake WorkingHours 2026-11-23T13:01:01Z",
    );
    // No longer than its own time comes; broken clocks of days do not matter within the day.
    idling_office()
        .requested("2026-12-23T12:00")
        .check("2026-11-23T12:00", "Awake WorkingHours 2026-11-23T19:00");
}

#[test]
fn without_wake_on_request_it_counts_as_not_set() {
    let ns = ns()
        .with("idle-after", "1h")
        .known_since("2026-11-01T00:00")
        .requested("2026-11-23T10:00");
    ns.check("2026-11-23T12:00", "Unmanaged NoRule -");
    let office = ns.with("schedule", "Mon-Fri 08:00-20:00");
    office.check("2026-11-23T12:00", "Awake WorkingHours 2026-11-23T20:00");
}

#[test]
fn wake_on_request_alone_never_idles() {
    let ns = office()
        .with("wake-on-request", "true")
        .known_since("2026-11-01T00:00");
    ns.check("2026-11-23T18:00", "Awake WorkingHours 2026-11-23T19:00");
}

#[test]
fn orders_come_first() {
    let ns = idling_office().requested("2026-11-23T08:00");
    let until = "2026-11-23T16:00:00Z";
    ns.clone()
        .with("awake-until", until)
        .check("2026-11-23T12:00", "Awake Override 2026-11-23T16:00");
    ns.with("asleep-until", until)
        .check("2026-11-23T12:00", "Asleep Override 2026-11-23T16:00");
}

#[test]
fn hours_that_began_long_ago_count_from_what_is_known() {
    // `always` began at the beginning of time; idling counts from the last request.
    let ns = idling()
        .with("schedule", "always")
        .requested("2026-11-23T10:00");
    ns.check("2026-11-23T10:30", "Awake WorkingHours 2026-11-23T11:00");
    ns.check("2026-11-23T11:00", "Asleep Idle -");
}
