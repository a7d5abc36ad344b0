//! Every IANA zone through chrono-tz as well, over 2026 and 2027.
//!
//! jiff with its bundled data decides; chrono-tz is other code with other, older data. Where both
//! agree, an error would have to be made twice. Where they differ is listed here with the release
//! of the IANA data since which they do, and the list must be exact: it fails when either side
//! changes, and then somebody looks at what a new release means for people's hours.

use std::collections::BTreeSet;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{IANA_TZDB_VERSION, TZ_VARIANTS, Tz};
use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use tarnfui_shared::zone;

/// The seconds of 2026-01-01 and 2028-01-01, in UTC.
const FIRST: i64 = 1_767_225_600;
const LAST: i64 = 1_830_297_600;

const DAY: i64 = 24 * 60 * 60;

/// The data of chrono-tz 0.10.4; what jiff bundles is newer.
const CHRONO_TZ_DATA: &str = "2025b";

/// The zones in which jiff and chrono-tz differ at some time in these two years, and the release
/// of the IANA data that changed them. Links are listed beside the zone that they lead to.
const DIFFERENT: [(&str, &str); 13] = [
    // Morocco goes back to UTC for good on 2026-09-20, and Western Sahara with it.
    ("Africa/Casablanca", "2026c"),
    ("Africa/El_Aaiun", "2026c"),
    // Alberta stays on -06 after the summer of 2026.
    ("America/Edmonton", "2026c"),
    // The Northwest Territories stay on -06 too; Yellowknife was a link to Edmonton before.
    ("America/Inuvik", "2026d"),
    // Follows Winnipeg until somebody decides otherwise.
    ("America/Rainy_River", "2026e"),
    // British Columbia stays on -07 after the summer of 2026.
    ("America/Vancouver", "2026b"),
    // Manitoba stays on -05 after the summer of 2026.
    ("America/Winnipeg", "2026e"),
    ("America/Yellowknife", "2026c"),
    ("Canada/Central", "2026e"),
    ("Canada/Mountain", "2026c"),
    ("Canada/Pacific", "2026b"),
    // Moldova changes its clocks at the hour of the European Union, an hour later than thought.
    ("Europe/Chisinau", "2026a"),
    ("Europe/Tiraspol", "2026a"),
];

/// The offset at the start, and each change of it: when, and to how many seconds.
///
/// Looks once a day and then closes in, so that two changes within a day that undo each other
/// would be missed; no zone has any.
fn offsets(offset_at: impl Fn(i64) -> i32) -> Vec<(Timestamp, i32)> {
    let mut offsets = vec![(FIRST, offset_at(FIRST))];
    let mut before = FIRST;
    while before < LAST {
        let (mut same, mut changed) = (before, before + DAY);
        let (old, new) = (offset_at(same), offset_at(changed));
        before = changed;
        if old == new {
            continue;
        }
        while changed - same > 1 {
            let middle = i64::midpoint(same, changed);
            if offset_at(middle) == old {
                same = middle;
            } else {
                changed = middle;
            }
        }
        offsets.push((changed, new));
    }
    let at = |second| Timestamp::from_second(second).expect("an instant");
    offsets
        .into_iter()
        .map(|(second, offset)| (at(second), offset))
        .collect()
}

fn by_jiff(name: &str) -> Vec<(Timestamp, i32)> {
    let zone = TimeZoneDatabase::bundled()
        .get(name)
        .expect("a zone of the bundled data");
    offsets(|second| {
        let at = Timestamp::from_second(second).expect("an instant");
        zone.to_offset(at).seconds()
    })
}

fn by_chrono(name: &str) -> Vec<(Timestamp, i32)> {
    let zone: Tz = name.parse().expect("a zone of chrono-tz");
    offsets(|second| {
        let utc = DateTime::from_timestamp(second, 0)
            .expect("an instant")
            .naive_utc();
        zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
    })
}

#[test]
fn every_zone_but_those_listed_is_the_same_in_both() {
    let listed: Vec<&str> = DIFFERENT.iter().map(|(zone, _)| *zone).collect();
    let different: Vec<&str> = zone::names()
        .filter(|zone| by_jiff(zone) != by_chrono(zone))
        .collect();
    assert_eq!(different, listed);
}

#[test]
fn both_know_the_same_zones() {
    let ours: BTreeSet<&str> = zone::names().collect();
    let theirs: BTreeSet<&str> = TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn the_releases_listed_are_newer_than_the_data_of_chrono_tz() {
    assert_eq!(IANA_TZDB_VERSION, CHRONO_TZ_DATA);
    assert!(
        DIFFERENT
            .iter()
            .all(|(_, release)| *release > CHRONO_TZ_DATA)
    );
}

#[test]
fn an_hour_in_vancouver() {
    // What is at stake: ten in the morning there on the first of December 2026.
    let last = |offsets: Vec<(Timestamp, i32)>| {
        let at: Timestamp = "2026-12-01T18:00:00Z".parse().expect("an instant");
        let before = offsets.into_iter().take_while(|(from, _)| *from <= at);
        before.last().map(|(_, offset)| offset / 3600)
    };
    assert_eq!(last(by_jiff("America/Vancouver")), Some(-7));
    assert_eq!(last(by_chrono("America/Vancouver")), Some(-8));
}
