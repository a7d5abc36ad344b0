//! Cells are those of the clock on the wall, on odd days as well.

use tarnfui_shared::config::Config;

use super::*;
use crate::reading::{Reading, timeline};

fn rows(annotations: &[(&str, &str)], from: &str, to: &str) -> Vec<String> {
    let pairs = annotations.iter();
    let pairs = pairs.map(|(key, value)| (format!("tarnfui.io/{key}"), (*value).to_owned()));
    let reading = Reading::of("shop", &pairs.collect(), &Config::default());
    let at = |text: &str| text.parse().unwrap();
    let strip = strip(&timeline(at(from), at(to), &reading.rules), &reading.zone);
    let row = |row: &Row| {
        let cells = row.cells.iter().map(|cell| match cell {
            Cell::Awake => '#',
            Cell::Asleep => '.',
            Cell::Holiday => 'h',
            Cell::Unmanaged => '~',
            Cell::Nothing => ' ',
        });
        format!("{} {}", row.day, cells.collect::<String>())
    };
    strip.rows.iter().map(row).collect()
}

const PARIS: (&str, &str) = ("timezone", "Europe/Paris");

#[test]
fn a_day_is_a_row_in_the_zone_of_the_namespace() {
    let hours = [("schedule", "Mon-Fri 08:00-20:00"), PARIS];
    assert_eq!(
        rows(&hours, "2026-11-22T23:00:00Z", "2026-11-24T10:00:00Z"),
        [
            "2026-11-23 ................########################........",
            "2026-11-24 ................######                          ",
        ]
    );
}

#[test]
fn a_cell_shows_what_holds_for_most_of_it() {
    let hours = [("schedule", "08:10-08:40, 12:20-13:20"), PARIS];
    let day = &rows(&hours, "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z")[0];
    let expect = "2026-11-23 ................#........##.....................";
    assert_eq!(day, expect);
    // Twice nine minutes are most of half an hour.
    let hours = [("schedule", "00:00-00:09, 00:20-00:29"), PARIS];
    let day = &rows(&hours, "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z")[0];
    assert_eq!(day, &format!("2026-11-23 #{}", ".".repeat(47)));
}

#[test]
fn an_hour_that_the_clock_leaves_out_is_empty_and_one_that_comes_twice_is_one() {
    let always = [("schedule", "always"), PARIS];
    // The clock goes forward at 02:00 on 2027-03-28, and back at 03:00 on 2026-10-25.
    let day = &rows(&always, "2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z")[0];
    assert_eq!(day, &format!("2027-03-28 ####  {}", "#".repeat(42)));
    let day = &rows(&always, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")[0];
    assert_eq!(day, &format!("2026-10-25 {}", "#".repeat(48)));
}

#[test]
fn more_than_two_weeks_are_rows_of_weeks_from_monday_on() {
    let hours = [
        ("schedule", "Mon-Fri 08:00-20:00"),
        ("holidays", "2026-12-25"),
    ];
    let found = rows(&hours, "2026-12-16T00:00:00Z", "2027-01-05T00:00:00Z");
    let week = "..###...###...###...###...###.............";
    assert_eq!(found.len(), 4);
    assert!(found[0].starts_with("2026-12-14             "), "{found:?}");
    assert_eq!(found[2], format!("2026-12-28 {week}"));
    assert_eq!(&found[1][..35], &format!("2026-12-21 {week}")[..35]);
    assert!(found[1].contains('h'), "{found:?}");
}

#[test]
fn nothing_is_no_row() {
    assert_eq!(strip(&[], &Zone::utc()).rows, []);
}
