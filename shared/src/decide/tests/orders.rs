//! Rows 4 and 5: a person's orders.

use super::*;

#[test]
fn row_4_awake_beats_the_hours() {
    let order = office().with("awake-until", "2026-11-23T22:00:00+01:00");
    order.check("2026-11-23T10:00", "Awake Override 2026-11-23T21:00");
    order.check("2026-11-23T20:59", "Awake Override 2026-11-23T21:00");
    // Over at its exact instant.
    order.check("2026-11-23T21:00", "Asleep OffHours 2026-11-24T07:00");
    office()
        .with("awake-until", "forever")
        .check("2026-11-22T10:00", "Awake Override -");
}

#[test]
fn row_5_asleep_beats_the_hours() {
    let order = office().with("asleep-until", "2026-11-23T10:00:00Z");
    order.check("2026-11-23T08:00", "Asleep Override 2026-11-23T10:00");
    order.check("2026-11-23T10:00", "Awake WorkingHours 2026-11-23T19:00");
    office()
        .with("asleep-until", "forever")
        .check("2026-11-23T10:00", "Asleep Override -");
}

#[test]
fn row_4_comes_before_row_5_and_until_is_its_own() {
    let both = |awake: &str, asleep: &str| {
        office()
            .with("awake-until", awake)
            .with("asleep-until", asleep)
    };
    let order = both("2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z");
    order.check("2026-11-23T09:00", "Awake Override 2026-11-23T10:00");
    order.check("2026-11-23T10:00", "Asleep Override 2026-11-23T12:00");
    order.check("2026-11-23T12:00", "Awake WorkingHours 2026-11-23T19:00");
    let order = both("2026-11-23T12:00:00Z", "2026-11-23T10:00:00Z");
    order.check("2026-11-23T09:00", "Awake Override 2026-11-23T12:00");
    let order = both("forever", "2026-11-23T10:00:00Z");
    order.check("2026-11-23T09:00", "Awake Override -");
    let order = both("2026-11-23T10:00:00Z", "forever");
    order.check("2026-11-23T09:00", "Awake Override 2026-11-23T10:00");
    order.check("2026-11-23T10:00", "Asleep Override -");
}

#[test]
fn an_order_alone_is_a_rule_until_it_ends() {
    let awake = ns().with("awake-until", "2026-11-23T10:00:00Z");
    awake.check("2026-11-23T09:00", "Awake Override 2026-11-23T10:00");
    awake.check("2026-11-23T10:00", "Unmanaged NoRule -");
    let asleep = ns().with("asleep-until", "2026-11-23T10:00:00Z");
    asleep.check("2026-11-23T09:00", "Asleep Override 2026-11-23T10:00");
    asleep.check("2026-11-23T10:00", "Unmanaged NoRule -");
}

#[test]
fn exclude_and_faults_come_first() {
    let order = office().with("asleep-until", "forever");
    order
        .clone()
        .with("exclude", "true")
        .check("2026-11-23T10:00", "Unmanaged Excluded -");
    order
        .with("grace", "x")
        .check("2026-11-23T10:00", "Awake InvalidRules -");
    let both = office().with("exclude", "true").with("grace", "x");
    both.check("2026-11-23T10:00", "Unmanaged Excluded -");
}

#[test]
fn requests_do_not_wake_from_an_asleep_order() {
    let order = office()
        .with("wake-on-request", "true")
        .with("asleep-until", "2026-11-23T22:00:00Z")
        .requested("2026-11-23T20:59");
    order.check("2026-11-23T21:00", "Asleep Override 2026-11-23T22:00");
    // And one from before it ended wakes nothing afterwards.
    let late = order.requested("2026-11-23T21:59");
    late.check("2026-11-23T22:00", "Asleep OffHours 2026-11-24T07:00");
    let after = late.requested("2026-11-23T22:00");
    after.check("2026-11-23T22:00", "Awake Requested 2026-11-23T22:30");
}
