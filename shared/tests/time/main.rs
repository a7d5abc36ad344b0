//! Time against other readings of it: the windows against a brute-force reading of the same
//! schedules (a sample of what `just oracle` does for every zone and two whole years), and what holds
//! for schedules at random.

mod brute;
mod cases;
mod compare;
mod planted;
mod strategies;
mod text;
mod windows;

use brute::Case;
use compare::{Change, changes, compare, samples};

/// The minutes since 1970 of 2026-01-01 and 2028-01-01, in UTC.
const FIRST: i64 = 20_454 * 24 * 60;
const LAST: i64 = 21_184 * 24 * 60;

/// By an hour, by half an hour and by two; at night, at midnight and twice in a month; never; and
/// far from UTC in both directions.
const ZONES: [&str; 11] = [
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "America/Nuuk",
];

/// The zones in which ordinary days are compared too.
const EVERYDAY_ZONES: [&str; 3] = ["Europe/Paris", "Australia/Lord_Howe", "Pacific/Apia"];

/// How many minutes before and after a change the sample compares: a change by two hours and a
/// quarter beside it. All starts and ends are inside.
const NEAR: i64 = 135;

#[test]
fn windows_agree_round_every_change_of_the_clock() {
    let mut compared = 0;
    for zone in ZONES {
        for change in changes(zone, FIRST, LAST) {
            for case in cases::round(&change, zone) {
                compared += agree(&case, &beside_quarters(change.minute, NEAR));
            }
        }
    }
    assert!(compared > 20_000, "{compared}");
}

#[test]
fn windows_agree_on_ordinary_days() {
    // From Tuesday to Monday, with holidays and, in Europe, a change of the clock.
    let starts = [FIRST + 82 * 24 * 60, FIRST + 356 * 24 * 60];
    for zone in EVERYDAY_ZONES {
        for (case, from) in cases::everyday(zone).iter().zip(starts.iter().cycle()) {
            agree(case, &samples(&[], *from, from + 7 * 24 * 60));
        }
    }
}

#[test]
fn the_sample_has_every_kind_of_change() {
    let kinds = |zone: &str| -> Vec<i64> {
        changes(zone, FIRST, LAST)
            .iter()
            .map(|c: &Change| c.after - c.before)
            .collect()
    };
    assert_eq!(kinds("Europe/Paris"), [60, -60, 60, -60]);
    assert_eq!(kinds("Australia/Lord_Howe"), [-30, 30, -30, 30]);
    assert_eq!(kinds("Antarctica/Troll"), [120, -120, 120, -120]);
    assert_eq!(kinds("Asia/Kathmandu"), [0_i64; 0]);
    let (first, last) = (FIRST, FIRST + 7 * 24 * 60);
    assert_eq!(samples(&[], first, last).len(), 7 * 96 + 1);
}

/// Each quarter of an hour with the minutes before and after it, where an end could be one off.
fn beside_quarters(minute: i64, near: i64) -> Vec<i64> {
    (minute - near..=minute + near)
        .filter(|minute| [0, 1, 14].contains(&(minute % 15)))
        .collect()
}

#[track_caller]
fn agree(case: &Case, minutes: &[i64]) -> usize {
    let hours = case.hours();
    compare(case, |at| hours.at(at), minutes).unwrap_or_else(|error| panic!("{error}"))
}
