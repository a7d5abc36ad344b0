//! The schedules that the windows are tried with.

use tarnfui_shared::holidays::{DateRange, Holidays};

use super::brute::Case;
use super::compare::Change;

/// Schedules for every day of the year.
pub(crate) fn everyday(zone: &str) -> Vec<Case> {
    let with_holidays = |schedule: &str, wake_ahead_minutes: i64| {
        let days = [
            "2026-03-29",
            "2026-10-24..2026-10-25",
            "2026-12-24..2027-01-03",
            "2027-03-13",
        ];
        let days = days.map(|days| DateRange::parse(days).expect("dates"));
        Case {
            holidays: Holidays::new(days),
            wake_ahead_minutes,
            ..Case::new(schedule, zone)
        }
    };
    vec![
        Case::new("Mon-Fri 08:00-20:00", zone),
        Case::new(
            "Fri-Mon 22:00-06:00, weekdays 05:00-05:30, 2026-12-24 12:00-13:00",
            zone,
        ),
        with_holidays("always", 0),
        with_holidays("22:45-07:15, Sat 09:00-17:00 Pacific/Auckland", 0),
        with_holidays(
            "daily 00:00-03:00, Mon,Wed 23:30-24:00, Sun 04:00-12:00",
            15,
        ),
    ]
}

/// Schedules with every start and end on, in or beside what a change repeats or leaves out; each on
/// its own, so that no window hides the edge of another.
pub(crate) fn round(change: &Change, zone: &str) -> Vec<Case> {
    let (low, high) = (
        change.before.min(change.after),
        change.before.max(change.after),
    );
    let marks = if high - low > 12 * 60 {
        // The change is at midnight: its lower end is the one late in the evening.
        [high - 15, high, high + 15, low, low + 15]
    } else {
        [low - 15, low, i64::midpoint(low, high), high, high + 15]
    };
    let text = |minute: i64| {
        let minute = minute.rem_euclid(24 * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    let pairs = marks
        .iter()
        .flat_map(|start| marks.iter().map(move |end| (*start, *end)));
    pairs
        .filter(|(start, end)| start != end)
        .map(|(start, end)| Case::new(&format!("{}-{}", text(start), text(end)), zone))
        .collect()
}
