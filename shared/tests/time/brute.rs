//! A reading of schedules by brute force, to compare the windows with.
//!
//! It shares the parsed spans with the crate and nothing else: no window, no instant of a start or
//! an end, no rule for times that come twice or never. It walks the clock minute by minute, writes
//! down what it shows, and asks of each minute and each day:
//!
//! - has the clock shown the start of the hours, or later, by now? and
//! - does it still have to leave the end behind: does it, now or later, show less than the end, or,
//!   later, the end itself?
//!
//! If both, the minute is inside. "By now" makes a start that comes twice the first of them and a
//! start that never comes the change itself; "later" does the same for ends.

use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::civil::{Date, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::holidays::{DateRange, Holidays};
use tarnfui_shared::schedule::{Schedule, Span};
use tarnfui_shared::window::Hours;
use tarnfui_shared::zone::Zone;

/// Minutes in a day of the clock on the wall.
const DAY: i64 = 24 * 60;

/// How far a clock must be watched before and after: no change ever was larger than a day.
const MARGIN: i64 = DAY;

/// A schedule with all that it needs to have a meaning.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) schedule: Schedule,
    pub(crate) zone: String,
    pub(crate) holidays: Holidays,
    pub(crate) wake_ahead_minutes: i64,
}

impl Case {
    pub(crate) fn new(schedule: &str, zone: &str) -> Self {
        let schedule = Schedule::parse(schedule).expect("a schedule");
        Self {
            schedule,
            zone: zone.to_owned(),
            holidays: Holidays::none(),
            wake_ahead_minutes: 0,
        }
    }

    /// The code under test.
    pub(crate) fn hours(&self) -> Hours {
        let zone = Zone::parse(&self.zone).expect("a zone");
        let ahead = SignedDuration::from_mins(self.wake_ahead_minutes);
        Hours::new(&self.schedule, &zone, &self.holidays, ahead)
    }
}

/// A zone straight from the data, by way of no code of the crate.
pub(crate) fn time_zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).expect("a zone")
}

/// The instant of a minute since 1970.
pub(crate) fn instant(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).expect("a minute in this century")
}

/// What the clock of a zone shows over a stretch of minutes, as civil minutes since 1970.
struct Readings {
    first: i64,
    /// The latest that was shown up to each minute.
    by_now: Vec<i64>,
    /// The earliest that is shown from each minute on.
    to_come: Vec<i64>,
}

impl Readings {
    fn new(zone: &TimeZone, first: i64, last: i64) -> Self {
        let minutes = first - MARGIN..=last + MARGIN;
        let mut offset = 0;
        let shown = |minute: i64| {
            // In these years clocks change on quarters of an hour only.
            if minute == first - MARGIN || minute % 15 == 0 {
                offset = i64::from(zone.to_offset(instant(minute)).seconds()) / 60;
            }
            minute + offset
        };
        let mut by_now: Vec<i64> = minutes.map(shown).collect();
        let mut to_come = by_now.clone();
        for at in 1..by_now.len() {
            by_now[at] = by_now[at].max(by_now[at - 1]);
        }
        for at in (0..to_come.len() - 1).rev() {
            to_come[at] = to_come[at].min(to_come[at + 1]);
        }
        Self {
            first: first - MARGIN,
            by_now,
            to_come,
        }
    }

    /// Whether a minute is inside hours that last, by the clock, from `start` to `end`.
    fn is_inside(&self, minute: i64, start: i64, end: i64) -> bool {
        let at = usize::try_from(minute - self.first).expect("a minute of the stretch");
        self.by_now[at] >= start && (self.to_come[at] < end || self.to_come[at + 1] <= end)
    }

    /// The local days whose hours may hold a minute, as days since 1970, and some round them.
    fn days(&self, minute: i64) -> std::ops::RangeInclusive<i64> {
        let at = usize::try_from(minute - self.first).expect("a minute of the stretch");
        self.to_come[at].div_euclid(DAY) - 2..=self.by_now[at].div_euclid(DAY) + 1
    }
}

/// One span as plain numbers.
struct Plain {
    readings: Rc<Readings>,
    /// Monday first.
    weekdays: [bool; 7],
    /// Days since 1970.
    first_day: i64,
    last_day: i64,
    /// Minutes since the midnight of the day on which the hours start.
    start: i64,
    end: i64,
    has_holidays: bool,
}

/// A case over a stretch of minutes.
pub(crate) struct Brute {
    spans: Vec<Plain>,
    /// Absolute spans, as minutes since 1970.
    absolute: Vec<(i64, i64)>,
    /// First and last of each row of holidays, as days since 1970.
    holidays: Vec<(i64, i64)>,
    wake_ahead: i64,
}

/// Whether to ask for the hours that the holidays removed, or for those that they did not.
#[derive(Clone, Copy, PartialEq)]
enum Removed {
    Yes,
    No,
}

impl Brute {
    pub(crate) fn new(case: &Case, first: i64, last: i64) -> Self {
        let last = last + case.wake_ahead_minutes;
        let mut shown = BTreeMap::new();
        let mut readings = |zone: &Option<Zone>| {
            let name = zone
                .as_ref()
                .map_or(case.zone.as_str(), Zone::name)
                .to_owned();
            let watch = |name: &String| Rc::new(Readings::new(&time_zone(name), first, last));
            Rc::clone(shown.entry(name).or_insert_with_key(watch))
        };
        let days = |range: &DateRange| (day_number(range.first()), day_number(range.last()));
        let holidays = case.holidays.ranges().iter().map(days).collect();
        let wake_ahead = case.wake_ahead_minutes;
        let mut brute = Self {
            spans: Vec::new(),
            absolute: Vec::new(),
            holidays,
            wake_ahead,
        };
        for span in case.schedule.spans() {
            match span {
                Span::Recurring { days, times, zone } => brute.spans.push(Plain {
                    readings: readings(zone),
                    weekdays: WEEK.map(|day| days.is_none_or(|days| days.contains(day))),
                    first_day: i64::MIN,
                    last_day: i64::MAX,
                    start: i64::from(times.start_minute()),
                    end: i64::from(times.end_minute()),
                    has_holidays: true,
                }),
                Span::Dates {
                    first,
                    last,
                    times,
                    zone,
                } => brute.spans.push(Plain {
                    readings: readings(zone),
                    weekdays: [true; 7],
                    first_day: day_number(*first),
                    last_day: day_number(*last),
                    start: times.map_or(0, |times| i64::from(times.start_minute())),
                    end: times.map_or(DAY, |times| i64::from(times.end_minute())),
                    has_holidays: false,
                }),
                Span::Instants { start, end } => {
                    brute
                        .absolute
                        .push((start.as_second() / 60, end.as_second() / 60));
                }
            }
        }
        brute
    }

    /// Whether a minute is open, and whether it is a holiday.
    pub(crate) fn state(&self, minute: i64) -> (bool, bool) {
        let mut ahead = minute..=minute + self.wake_ahead;
        let open = ahead.any(|minute| self.is_inside(minute, Removed::No));
        (open, !open && self.is_inside(minute, Removed::Yes))
    }

    fn is_inside(&self, minute: i64, removed: Removed) -> bool {
        let is_absolute = |(start, end): &(i64, i64)| (*start..*end).contains(&minute);
        self.spans.iter().any(|span| {
            span.readings.days(minute).any(|day| {
                self.has_hours(span, day, removed)
                    && span
                        .readings
                        .is_inside(minute, day * DAY + span.start, day * DAY + span.end)
            })
        }) || removed == Removed::No && self.absolute.iter().any(is_absolute)
    }

    /// Whether hours start on a day: those that are left, or those that the holidays removed.
    fn has_hours(&self, span: &Plain, day: i64, removed: Removed) -> bool {
        // Day 0 was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).expect("0 to 6");
        let is_holiday = || {
            self.holidays
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&day))
        };
        span.weekdays[weekday]
            && (span.first_day..=span.last_day).contains(&day)
            && (span.has_holidays && is_holiday()) == (removed == Removed::Yes)
    }
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// A date as days since 1970.
fn day_number(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}
