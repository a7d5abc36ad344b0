//! What comes next, in order, and never without an end.

use super::*;

fn reading(annotations: &[(&str, &str)]) -> Reading {
    let pairs = annotations.iter();
    let pairs = pairs.map(|(key, value)| (format!("tarnfui.io/{key}"), (*value).to_owned()));
    Reading::of("shop", &pairs.collect(), &Config::default())
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const PARIS: (&str, &str) = ("timezone", "Europe/Paris");
const WEEK: (&str, &str) = ("schedule", "Mon-Fri 08:00-20:00");

#[test]
fn a_holiday_changes_the_reason_and_not_the_state() {
    let rules = reading(&[WEEK, PARIS, ("holidays", "2026-11-23")]).rules;
    // Sunday noon; Monday is a holiday.
    let now = at("2026-11-22T12:00:00Z");
    let all: Vec<String> = transitions(now, &rules)
        .take(4)
        .map(|it| format!("{} {} {}", it.at, it.state, it.reason))
        .collect();
    assert_eq!(
        all,
        [
            "2026-11-23T07:00:00Z Asleep Holiday",
            "2026-11-23T19:00:00Z Asleep OffHours",
            "2026-11-24T07:00:00Z Awake WorkingHours",
            "2026-11-24T19:00:00Z Asleep OffHours",
        ]
    );
    let next = next_state(now, &rules).unwrap();
    assert_eq!(
        (next.at, next.state),
        (at("2026-11-24T07:00:00Z"), State::Awake)
    );
    assert_eq!(
        hours_start_after(now, &rules),
        Some(at("2026-11-24T07:00:00Z"))
    );
}

#[test]
fn the_hours_that_start_next_are_not_the_present_ones() {
    let rules = reading(&[WEEK, PARIS]).rules;
    let start = |now: &str| hours_start_after(at(now), &rules).map(|it| it.to_string());
    assert_eq!(
        start("2026-11-23T06:59:59Z").unwrap(),
        "2026-11-23T07:00:00Z"
    );
    assert_eq!(
        start("2026-11-23T07:00:00Z").unwrap(),
        "2026-11-24T07:00:00Z"
    );
    // Friday evening; and over the change of the clocks on 2027-03-28.
    assert_eq!(
        start("2027-03-26T20:00:00Z").unwrap(),
        "2027-03-29T06:00:00Z"
    );
}

#[test]
fn what_never_changes_has_nothing_to_come() {
    let now = at("2026-11-22T12:00:00Z");
    for schedule in ["always", "never", "2026-01-01 08:00-09:00"] {
        let rules = reading(&[("schedule", schedule)]).rules;
        assert_eq!(transitions(now, &rules).count(), 0, "{schedule}");
        assert_eq!(hours_start_after(now, &rules), None, "{schedule}");
    }
    let rules = reading(&[]).rules;
    assert_eq!(next_state(now, &rules), None);
}

#[test]
fn an_override_ends_and_the_hours_take_over() {
    let rules = reading(&[WEEK, PARIS, ("awake-until", "2026-11-22T22:00:00+01:00")]).rules;
    let next = next_state(at("2026-11-22T12:00:00Z"), &rules).unwrap();
    assert_eq!(
        (next.at, next.state),
        (at("2026-11-22T21:00:00Z"), State::Asleep)
    );
    // It ends within the hours: no change of state then.
    let rules = reading(&[WEEK, PARIS, ("awake-until", "2026-11-23T09:00:00+01:00")]).rules;
    let next = next_state(at("2026-11-22T12:00:00Z"), &rules).unwrap();
    assert_eq!(next.at, at("2026-11-23T19:00:00Z"));
}

#[test]
fn nothing_is_looked_for_beyond_the_horizon() {
    let rules = reading(&[("schedule", "daily 00:00-00:01, daily 12:00-12:01")]).rules;
    let now = at("2026-11-22T12:30:00Z");
    let last = transitions(now, &rules).last().unwrap();
    assert!(last.at.duration_since(now) <= HORIZON);
    assert_eq!(transitions(now, &rules).count(), 4 * 400);
}
