//! What holds for the windows of every schedule.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tarnfui_shared::holidays::{DateRange, Holidays};
use tarnfui_shared::schedule::Schedule;
use tarnfui_shared::window::{Hours, LOOK_AHEAD, LOOK_BACK, Standing};

use super::brute::{Case, instant};
use super::compare::{changes, compare};
use super::{FIRST, LAST, ZONES, strategies};

const TICK: SignedDuration = SignedDuration::from_nanos(1);

/// Any schedule with zone, holidays and time to wake ahead.
fn case() -> impl Strategy<Value = Case> {
    let holidays = prop::collection::vec(strategies::date_range(), 0..4);
    let wake_ahead = prop_oneof![3 => Just(0_i64), 1 => 1_i64..30];
    let parts = (
        strategies::schedule(),
        strategies::zone(),
        holidays,
        wake_ahead,
    );
    parts.prop_map(|(schedule, zone, holidays, wake_ahead_minutes)| {
        let holidays = holidays
            .iter()
            .map(|text| DateRange::parse(text).expect("dates"));
        Case {
            schedule: Schedule::parse(&schedule).expect("a schedule"),
            zone,
            holidays: Holidays::new(holidays),
            wake_ahead_minutes,
        }
    })
}

fn minute() -> impl Strategy<Value = i64> {
    FIRST..LAST
}

fn state(hours: &Hours, at: Timestamp) -> (bool, bool) {
    let Standing { open, holiday, .. } = hours.at(at);
    (open, holiday)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn windows_are_sorted_and_never_touch(case in case(), first in minute(), days in 1_i64..60) {
        let hours = case.hours();
        let (from, to) = (instant(first), instant(first + days * 24 * 60));
        let windows = hours.windows(from, to);
        for window in &windows {
            prop_assert!(from <= window.start && window.start < window.end && window.end <= to);
        }
        for pair in windows.windows(2) {
            prop_assert!(pair[0].end < pair[1].start, "{pair:?}");
        }
    }

    #[test]
    fn windows_are_where_it_is_open(case in case(), first in minute(), days in 1_i64..60) {
        let hours = case.hours();
        let (from, to) = (instant(first), instant(first + days * 24 * 60));
        for window in hours.windows(from, to) {
            let edges = [window.start - TICK, window.start, window.end - TICK, window.end];
            let open = edges.map(|at| hours.at(at).open);
            // What is cut goes on beyond the cut.
            let expect = [window.start == from && open[0], true, true, window.end == to && open[3]];
            prop_assert_eq!(open, expect, "{:?}", window);
            let standing = hours.at(window.start);
            prop_assert!(window.end == to || standing.until == Some(window.end));
        }
    }

    #[test]
    fn nothing_changes_before_until_and_something_does_then(case in case(), first in minute()) {
        let hours = case.hours();
        let now = instant(first);
        let end = hours.at(now).until.unwrap_or(now + LOOK_AHEAD);
        prop_assert!(end > now && end <= now + LOOK_AHEAD);
        let standing = hours.at(now);
        if standing.until.is_some() {
            prop_assert_ne!(state(&hours, end), state(&hours, now));
        }
        let length = now.duration_until(end);
        for part in 0..16 {
            let at = now + length * part / 16;
            prop_assert_eq!(hours.at(at).open, standing.open, "{}", at);
            prop_assert_eq!(hours.at(at).holiday, standing.holiday, "{}", at);
            if let Some(until) = standing.until {
                prop_assert_eq!(hours.at(at).until, Some(until), "{}", at);
            }
        }
        prop_assert_eq!(state(&hours, end - TICK), state(&hours, now));
    }

    #[test]
    fn it_was_closed_just_before_since(case in case(), first in minute()) {
        let hours = case.hours();
        let now = instant(first);
        let standing = hours.at(now);
        if let Some(since) = standing.since {
            prop_assert!(standing.open && since <= now && since >= now - LOOK_BACK);
            prop_assert!(!hours.at(since - TICK).open);
            prop_assert_eq!(hours.at(since).since, Some(since));
            prop_assert_eq!(hours.at(since).until, standing.until);
        } else if standing.open {
            prop_assert!(hours.at(now - LOOK_BACK).open);
            prop_assert_eq!(hours.windows(now - LOOK_BACK, now).len(), 1);
        }
    }

    #[test]
    fn a_chain_of_untils_skips_nothing(case in case(), first in minute()) {
        let hours = case.hours();
        let (now, end) = (instant(first), instant(first + 14 * 24 * 60));
        let mut at = now;
        let mut starts = Vec::new();
        while let Some(until) = hours.at(at).until.filter(|until| *until < end) {
            let opened = hours.at(until).open && !hours.at(at).open;
            starts.extend(opened.then_some(until));
            at = until;
        }
        let windows = hours.windows(now, end);
        let expect: Vec<_> = windows.iter().map(|w| w.start).filter(|start| *start > now).collect();
        prop_assert_eq!(starts, expect);
    }
}

proptest! {
    // Each case is some 400 minutes, each of them read by brute force.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_schedule_agrees_with_the_brute_force_reading(
        case in case(),
        first in minute(),
        (zone, nth) in (0..ZONES.len(), 0_usize..8),
    ) {
        // Any time, and round a change of the clock of some zone.
        let changes = changes(ZONES[zone], FIRST, LAST);
        let change = changes.get(nth % changes.len().max(1)).map(|change| change.minute);
        for minute in [Some(first), change].into_iter().flatten() {
            let hours = case.hours();
            let minutes: Vec<i64> = (minute - 100..=minute + 100).collect();
            if let Err(error) = compare(&case, |at| hours.at(at), &minutes) {
                return Err(TestCaseError::fail(error.to_string()));
            }
        }
    }
}
