//! Windows on the time line: dated examples of every rule.

mod moved;

use super::*;
use crate::holidays::HolidaysText;
use crate::text::parse_duration;

/// Hours to ask; `Europe/Paris` is the zone where a span names none.
struct Case {
    schedule: &'static str,
    zone: &'static str,
    holidays: &'static str,
    wake_ahead: &'static str,
}

fn case(schedule: &'static str) -> Case {
    Case {
        schedule,
        zone: "Europe/Paris",
        holidays: "",
        wake_ahead: "",
    }
}

impl Case {
    fn zone(self, zone: &'static str) -> Self {
        Self { zone, ..self }
    }

    fn holidays(self, holidays: &'static str) -> Self {
        Self { holidays, ..self }
    }

    fn wake_ahead(self, wake_ahead: &'static str) -> Self {
        Self { wake_ahead, ..self }
    }

    fn hours(&self) -> Hours {
        let schedule = Schedule::parse(self.schedule).unwrap();
        let zone = Zone::parse(self.zone).unwrap();
        let holidays = match self.holidays {
            "" => Holidays::none(),
            text => HolidaysText::parse(text)
                .unwrap()
                .resolve(|_| None)
                .unwrap(),
        };
        let wake_ahead = match self.wake_ahead {
            "" => SignedDuration::ZERO,
            text => parse_duration(text).unwrap(),
        };
        Hours::new(&schedule, &zone, &holidays, wake_ahead)
    }

    /// The windows of `[from, to)`, written as `start/end` without the seconds.
    #[track_caller]
    fn windows(&self, from: &str, to: &str, expect: &[&str]) {
        let found = self.hours().windows(instant(from), instant(to));
        let short = |at: Timestamp| at.to_string().replace(":00Z", "Z");
        let found: Vec<_> = found
            .iter()
            .map(|w| format!("{}/{}", short(w.start), short(w.end)))
            .collect();
        assert_eq!(found, expect, "{}", self.schedule);
    }

    /// State and next change at `now`; the state is `open`, `holiday` or `closed`.
    #[track_caller]
    fn at(&self, now: &str, state: &str, since: Option<&str>, until: Option<&str>) {
        let standing = self.hours().at(instant(now));
        let expect = Standing {
            open: state == "open",
            holiday: state == "holiday",
            since: since.map(instant),
            until: until.map(instant),
        };
        assert_eq!(standing, expect, "{} at {now}", self.schedule);
    }
}

/// Reads `2026-11-23T08:00Z`.
fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn windows_are_half_open() {
    let case = case("Mon-Fri 08:00-20:00");
    let (start, end) = (Some("2026-11-23T07:00Z"), Some("2026-11-23T19:00Z"));
    case.at("2026-11-23T06:59:59.999999999Z", "closed", None, start);
    case.at("2026-11-23T07:00Z", "open", start, end);
    case.at("2026-11-23T18:59:59.999999999Z", "open", start, end);
    case.at(
        "2026-11-23T19:00Z",
        "closed",
        None,
        Some("2026-11-24T07:00Z"),
    );
    // Friday evening to Monday morning.
    case.at(
        "2026-11-27T19:00Z",
        "closed",
        None,
        Some("2026-11-30T07:00Z"),
    );
}

#[test]
fn over_midnight_belongs_to_the_day_it_starts_on() {
    let friday = case("Fri 22:00-06:00");
    friday.at(
        "2026-11-20T02:00Z",
        "closed",
        None,
        Some("2026-11-20T21:00Z"),
    );
    let (start, end) = (Some("2026-11-20T21:00Z"), Some("2026-11-21T05:00Z"));
    friday.at("2026-11-21T02:00Z", "open", start, end);
    friday.at(
        "2026-11-21T05:00Z",
        "closed",
        None,
        Some("2026-11-27T21:00Z"),
    );
    let to_midnight = ["2026-11-20T21:00Z/2026-11-20T23:00Z"];
    case("Fri 22:00-24:00").windows("2026-11-20T00:00Z", "2026-11-22T00:00Z", &to_midnight);
    case("Fri 22:00-00:00").windows("2026-11-20T00:00Z", "2026-11-22T00:00Z", &to_midnight);
}

#[test]
fn the_times_of_a_date_range_hold_on_each_of_its_days() {
    case("2026-12-24..2026-12-25 22:00-06:00").windows(
        "2026-12-23T00:00Z",
        "2026-12-28T00:00Z",
        &[
            "2026-12-24T21:00Z/2026-12-25T05:00Z",
            "2026-12-25T21:00Z/2026-12-26T05:00Z",
        ],
    );
    // However long, only the days round the question are looked at.
    let ages = case("1970-01-01..9000-12-31 08:00-20:00");
    let (start, end) = (Some("2026-11-23T07:00Z"), Some("2026-11-23T19:00Z"));
    ages.at("2026-11-23T12:00Z", "open", start, end);
}

#[test]
fn when_the_clock_goes_back() {
    let check = |schedule, expect: &[&str]| {
        case(schedule).windows("2026-10-24T12:00Z", "2026-10-25T12:00Z", expect);
    };
    check("02:30-09:00", &["2026-10-25T00:30Z/2026-10-25T08:00Z"]);
    check("01:00-02:30", &["2026-10-24T23:00Z/2026-10-25T01:30Z"]);
    check("02:15-02:45", &["2026-10-25T00:15Z/2026-10-25T01:45Z"]);
    // Both ends fall on the change: what comes twice is inside both times.
    check("02:00-03:00", &["2026-10-25T00:00Z/2026-10-25T02:00Z"]);
    check("01:00-02:00", &["2026-10-24T23:00Z/2026-10-25T01:00Z"]);
    check("03:00-04:00", &["2026-10-25T02:00Z/2026-10-25T03:00Z"]);
    // 25 hours.
    check("Sun 00:00-24:00", &["2026-10-24T22:00Z/2026-10-25T12:00Z"]);
}

#[test]
fn when_the_clock_goes_forward() {
    let check = |schedule, expect: &[&str]| {
        case(schedule).windows("2027-03-27T12:00Z", "2027-03-28T12:00Z", expect);
    };
    check("02:15-02:45", &[]);
    check("01:30-03:30", &["2027-03-28T00:30Z/2027-03-28T01:30Z"]);
    check("02:30-09:00", &["2027-03-28T01:00Z/2027-03-28T07:00Z"]);
    check("01:00-02:30", &["2027-03-28T00:00Z/2027-03-28T01:00Z"]);
    check("02:00-03:00", &[]);
    check("Sun 00:00-24:00", &["2027-03-27T23:00Z/2027-03-28T12:00Z"]);
}

#[test]
fn a_leap_day_is_a_day_like_any_other() {
    let check = |schedule, expect: &[&str]| {
        case(schedule).windows("2028-02-28T12:00Z", "2028-03-01T12:00Z", expect);
    };
    let tuesday = "2028-02-29T07:00Z/2028-02-29T19:00Z";
    check("Tue 08:00-20:00", &[tuesday]);
    check("2028-02-29 08:00-20:00", &[tuesday]);
    check("Mon 22:00-06:00", &["2028-02-28T21:00Z/2028-02-29T05:00Z"]);
    check("Tue 22:00-06:00", &["2028-02-29T21:00Z/2028-03-01T05:00Z"]);
    let range = "2028-02-28..2028-03-01 00:00-24:00";
    check(range, &["2028-02-28T12:00Z/2028-03-01T12:00Z"]);
    // The year before has none: the day after the 28th is the 1st.
    case("Sun-Mon 22:00-02:00").windows(
        "2027-02-28T12:00Z",
        "2027-03-02T12:00Z",
        &[
            "2027-02-28T21:00Z/2027-03-01T01:00Z",
            "2027-03-01T21:00Z/2027-03-02T01:00Z",
        ],
    );
}

#[test]
fn changes_at_midnight_and_by_odd_amounts() {
    // Cairo: forward from 00:00 to 01:00 on a Friday, back from 24:00 to 23:00 on a Thursday.
    let friday = case("Fri 00:00-08:00").zone("Africa/Cairo");
    friday.windows(
        "2026-04-23T12:00Z",
        "2026-04-24T12:00Z",
        &["2026-04-23T22:00Z/2026-04-24T05:00Z"],
    );
    let thursday = case("Thu 23:30-24:00").zone("Africa/Cairo");
    thursday.windows(
        "2026-10-29T12:00Z",
        "2026-10-30T12:00Z",
        &["2026-10-29T20:30Z/2026-10-29T22:00Z"],
    );
    // Lord Howe: half an hour back, from 02:00 to 01:30.
    let sunday = case("Sun 01:30-01:45").zone("Australia/Lord_Howe");
    sunday.windows(
        "2026-04-04T00:00Z",
        "2026-04-05T00:00Z",
        &["2026-04-04T14:30Z/2026-04-04T15:15Z"],
    );
    // Samoa never had the 30th of December 2011.
    let daily = case("2011-12-29..2011-12-31 09:00-10:00").zone("Pacific/Apia");
    daily.windows(
        "2011-12-28T00:00Z",
        "2012-01-02T00:00Z",
        &[
            "2011-12-29T19:00Z/2011-12-29T20:00Z",
            "2011-12-30T19:00Z/2011-12-30T20:00Z",
        ],
    );
    let whole = case("2011-12-29..2011-12-31").zone("Pacific/Apia");
    whole.windows(
        "2011-12-28T00:00Z",
        "2012-01-02T00:00Z",
        &["2011-12-29T10:00Z/2011-12-31T10:00Z"],
    );
}

#[test]
fn a_clock_that_goes_back_over_midnight_shows_days_again() {
    // St. John's, on 2006-10-29: from 00:01 to 23:01 of the day before, at 02:31Z.
    let zone = |schedule| case(schedule).zone("America/St_Johns");
    // At the first 00:00 of Sunday, Friday's night has yet to end: at the second 23:30 of Saturday.
    let friday = zone("Fri 23:59-23:30");
    friday.windows(
        "2006-10-29T02:30:30Z",
        "2006-10-29T12:00Z",
        &["2006-10-29T02:30:30Z/2006-10-29T03:00Z"],
    );
    // At the second 23:15 of Saturday, Sunday's hours began at the first 00:00.
    let sunday = zone("Sun 00:00-01:00");
    sunday.windows(
        "2006-10-29T02:31:30Z",
        "2006-10-29T02:45Z",
        &["2006-10-29T02:31:30Z/2006-10-29T02:45Z"],
    );
}

#[test]
fn touching_and_overlapping_windows_merge() {
    let check = |schedule, expect: &[&str]| {
        case(schedule).windows("2026-11-23T00:00Z", "2026-11-24T00:00Z", expect);
    };
    check(
        "08:00-12:00, 12:00-18:00",
        &["2026-11-23T07:00Z/2026-11-23T17:00Z"],
    );
    check(
        "08:00-12:00, 09:00-10:00",
        &["2026-11-23T07:00Z/2026-11-23T11:00Z"],
    );
    check(
        "11:00-18:00, 08:00-12:00",
        &["2026-11-23T07:00Z/2026-11-23T17:00Z"],
    );
    check(
        "08:00-12:00, 12:01-18:00",
        &[
            "2026-11-23T07:00Z/2026-11-23T11:00Z",
            "2026-11-23T11:01Z/2026-11-23T17:00Z",
        ],
    );
    check(
        "09:00-10:00 Europe/Paris, 09:00-10:00 Europe/London",
        &["2026-11-23T08:00Z/2026-11-23T10:00Z"],
    );
}

#[test]
fn what_does_not_change_has_no_until() {
    case("never").at("2026-11-23T12:00Z", "closed", None, None);
    case("always").at("2026-11-23T12:00Z", "open", None, None);
    case("00:00-12:00, 12:00-24:00").at("2026-11-23T12:00Z", "open", None, None);
    case("2026-01-01").at("2026-11-23T12:00Z", "closed", None, None);
    case("always").holidays("2026-01-01..2030-12-31").at(
        "2026-11-23T12:00Z",
        "holiday",
        None,
        None,
    );
}

#[test]
fn changes_are_found_400_days_ahead_and_starts_31_days_back() {
    let date = case("2028-01-01 12:00-13:00").zone("UTC");
    let start = Some("2028-01-01T12:00Z");
    date.at("2026-11-27T12:00Z", "closed", None, start);
    date.at("2026-11-27T11:59:59.999999999Z", "closed", None, None);
    let range = case("2026-12-01..2028-01-01 00:00-24:00").zone("UTC");
    range.at(
        "2026-11-27T23:59:59Z",
        "closed",
        None,
        Some("2026-12-01T00:00Z"),
    );
    range.at(
        "2027-01-01T00:00Z",
        "open",
        Some("2026-12-01T00:00Z"),
        Some("2028-01-02T00:00Z"),
    );
    range.at(
        "2027-01-01T00:00:01Z",
        "open",
        None,
        Some("2028-01-02T00:00Z"),
    );
}

#[test]
fn long_lists_of_windows_are_cut_and_whole() {
    let hours = case("always").hours();
    let (from, to) = (instant("2026-01-01T00:00Z"), instant("2036-01-01T00:00Z"));
    assert_eq!(
        hours.windows(from, to),
        [Window {
            start: from,
            end: from + LOOK_AHEAD
        }]
    );
    assert_eq!(hours.windows(to, from), []);
    assert_eq!(hours.windows(from, from), []);
    // One that starts where the question ends is no part of the answer, nor one that ended before.
    let morning = case("08:00-20:00");
    morning.windows("2026-11-22T19:00Z", "2026-11-23T07:00Z", &[]);
    // A year of nights, none cut where one stretch ends and the next begins.
    let nights = case("22:00-06:00")
        .zone("UTC")
        .hours()
        .windows(from, from + LOOK_AHEAD);
    let whole =
        |window: &&Window| window.start.duration_until(window.end) == SignedDuration::from_hours(8);
    assert_eq!(nights.iter().filter(whole).count(), 399);
}

#[test]
fn the_ends_of_time_do_not_panic() {
    for schedule in [
        "always",
        "never",
        "Mon-Fri 08:00-20:00",
        "22:00-06:00",
        "2026-12-24",
    ] {
        let case = case(schedule).wake_ahead("30d").holidays("2026-12-24");
        for now in [Timestamp::MIN, Timestamp::MAX] {
            let standing = case.hours().at(now);
            assert!(standing.until.is_none_or(|until| until > now));
            case.hours().windows(Timestamp::MIN, Timestamp::MAX);
            case.hours().windows(now, now);
        }
    }
}
