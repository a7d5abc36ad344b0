//! Texts of schedules at random, all of them right, in all ways to write them.

use proptest::prelude::*;
use proptest::sample::select;

use super::ZONES;

/// A schedule of one to five spans.
pub(crate) fn schedule() -> impl Strategy<Value = String> {
    let span = prop_oneof![5 => recurring(), 2 => dates(), 1 => instants()];
    (prop::collection::vec(span, 1..=5), blank()).prop_map(|(spans, blank)| {
        let comma = format!("{blank},{blank}");
        spans.join(&comma)
    })
}

/// Any of the zones that the sample of the oracle uses.
pub(crate) fn zone() -> impl Strategy<Value = String> {
    select(&ZONES[..]).prop_map(str::to_owned)
}

/// A date from the end of 2025 to the beginning of 2028, or two of them as a range.
pub(crate) fn date_range() -> impl Strategy<Value = String> {
    let date = || (2026..=2027, 1..=12, 1..=28).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"));
    let range = (date(), date(), blank());
    prop_oneof![
        date(),
        range.prop_map(|(a, b, blank)| {
            let (first, last) = if a < b { (&a, &b) } else { (&b, &a) };
            format!("{first}{blank}..{blank}{last}")
        })
    ]
}

/// Blanks where none are needed.
fn blank() -> impl Strategy<Value = &'static str> {
    select(&["", " ", "\t", "\n", "  "][..])
}

fn recurring() -> impl Strategy<Value = String> {
    let days = prop_oneof![
        Just(String::new()),
        prop::collection::vec(day_part(), 1..=3).prop_map(|parts| parts.join(",") + " "),
    ];
    (days, times(), zone_part()).prop_map(|(days, times, zone)| format!("{days}{times}{zone}"))
}

fn day_part() -> impl Strategy<Value = String> {
    let names = ["Mon", "tuesday", "WED", "Thu", "friday", "Sat", "sunday"];
    let sets = ["daily", "Weekdays", "weekends"];
    let day = || select(names.to_vec());
    prop_oneof![
        day().prop_map(str::to_owned),
        (day(), blank(), day()).prop_map(|(a, blank, b)| format!("{a}{blank}-{blank}{b}")),
        select(sets.to_vec()).prop_map(str::to_owned),
    ]
}

fn times() -> impl Strategy<Value = String> {
    // Ends near those of the night, where clocks change, as often as all others.
    let minute = || prop_oneof![0..1440, 0..240, 1380..1440];
    let end = prop_oneof![1 => Just(1440), 9 => minute()];
    let differ = |(start, end, _): &(i32, i32, &str)| start != end;
    (minute(), end, blank())
        .prop_filter("equal ends", differ)
        .prop_map(|(start, end, blank)| {
            let (hour, end_hour) = (start / 60, end / 60);
            format!(
                "{hour}:{:02}{blank}-{blank}{end_hour:02}:{:02}",
                start % 60,
                end % 60
            )
        })
}

fn zone_part() -> impl Strategy<Value = String> {
    let lower = zone().prop_map(|zone| format!(" {}", zone.to_lowercase()));
    prop_oneof![3 => Just(String::new()), 1 => lower]
}

fn dates() -> impl Strategy<Value = String> {
    let times = prop_oneof![
        Just(String::new()),
        times().prop_map(|times| format!(" {times}"))
    ];
    (date_range(), times, zone_part())
        .prop_map(|(dates, times, zone)| format!("{dates}{times}{zone}"))
}

fn instants() -> impl Strategy<Value = String> {
    let offset = select(&["Z", "z", "+01:00", "-05:30"][..]);
    (1..=12, 1..=28, 0..24, 0..60, offset, blank()).prop_map(
        |(month, day, hour, minute, offset, blank)| {
            let time = format!("-{month:02}-{day:02}T{hour:02}:{minute:02}:00{offset}");
            format!("2026{time}{blank}-{blank}2027{time}")
        },
    )
}
