//! The schedules of CronJobs: five fields, in the civil time of a zone.
//!
//! An hour that a clock change leaves out is left out, and one that comes twice is run twice, as the
//! real controller does. It must not know the time.

use std::ops::RangeInclusive;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// How many days are searched: a 29th of February comes within eight years, whatever the century.
const DAYS: usize = 8 * 366;

/// The first look back for the latest time, which is doubled until there is one.
const LOOK_BACK_MINUTES: i64 = 4;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS_OF_WEEK: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// The short forms.
const NAMED: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// The values of one field, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    values: u64,
    /// Whether it says nothing: of two days that are said, either will do.
    is_any: bool,
}

/// A schedule.
#[derive(Debug, Clone)]
pub(super) struct Cron {
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    days_of_week: Field,
    zone: TimeZone,
}

impl Cron {
    /// Reads a schedule; none where it, or the zone, means nothing.
    pub(super) fn read(text: &str, zone: Option<&str>) -> Option<Self> {
        let zone = zone.map_or(Some(TimeZone::UTC), |it| TimeZone::get(it).ok())?;
        let named = NAMED.iter().find(|(name, _)| *name == text.trim());
        let text = named.map_or(text, |(_, meaning)| meaning);
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, days_of_week] = fields[..] else {
            return None;
        };
        Some(Self {
            minutes: field(minutes, 0..=59, &[])?,
            hours: field(hours, 0..=23, &[])?,
            days: field(days, 1..=31, &[])?,
            months: field(months, 1..=12, &MONTHS)?,
            days_of_week: field(days_of_week, 0..=6, &DAYS_OF_WEEK)?,
            zone,
        })
    }

    /// The first time after an instant.
    pub(super) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let next_minute = after.as_second().div_euclid(60) + 1;
        let mut at = Timestamp::from_second(next_minute * 60).ok()?;
        for _ in 0..DAYS {
            let local = self.zone.to_datetime(at);
            let day = local.date();
            if self.has_day(day)
                && let Some(found) = self.in_day(at, day)
            {
                return Some(found);
            }
            let morning = day
                .tomorrow()
                .ok()?
                .to_datetime(jiff::civil::Time::midnight());
            at = self.zone.to_timestamp(morning).ok()?;
        }
        None
    }

    /// The latest time that is after the one instant and not after the other.
    pub(super) fn latest(&self, after: Timestamp, until: Timestamp) -> Option<Timestamp> {
        let mut minutes = LOOK_BACK_MINUTES;
        let mut found = loop {
            let start = until.checked_sub(minutes.minutes()).unwrap_or(after);
            let found = self.next(start.max(after))?;
            if found <= until {
                break found;
            }
            if start <= after {
                return None;
            }
            minutes *= 2;
        };
        while let Some(next) = self.next(found).filter(|it| *it <= until) {
            found = next;
        }
        Some(found)
    }

    /// The first time from an instant on that is in its civil day.
    fn in_day(&self, start: Timestamp, day: Date) -> Option<Timestamp> {
        let mut at = start;
        loop {
            let local: DateTime = self.zone.to_datetime(at);
            if local.date() != day {
                return None;
            }
            let step = if !self.hours.has(local.hour()) {
                60 - i64::from(local.minute())
            } else if !self.minutes.has(local.minute()) {
                1
            } else {
                return Some(at);
            };
            at = at.checked_add(step.minutes()).ok()?;
        }
    }

    fn has_day(&self, day: Date) -> bool {
        let in_month = self.days.has(day.day());
        let in_week = self.days_of_week.has(day.weekday().to_sunday_zero_offset());
        let is_day = if self.days.is_any || self.days_of_week.is_any {
            in_month && in_week
        } else {
            in_month || in_week
        };
        is_day && self.months.has(day.month())
    }
}

impl Field {
    fn has(self, value: i8) -> bool {
        u32::try_from(value).is_ok_and(|value| self.values & (1 << value) != 0)
    }
}

fn field(text: &str, range: RangeInclusive<u32>, names: &[&str]) -> Option<Field> {
    let parts = text.split(',');
    let parts: Option<Vec<_>> = parts.map(|it| part(it, &range, names)).collect();
    let is_any = text.starts_with(['*', '?']) && !text.contains('/');
    let values = parts?.into_iter().fold(0, |all, part| all | part);
    Some(Field { values, is_any })
}

/// `*`, `5`, `1-5`, `mon-fri`, each with `/2`.
fn part(text: &str, range: &RangeInclusive<u32>, names: &[&str]) -> Option<u64> {
    let (values, step) = match text.split_once('/') {
        Some((values, step)) => (values, step.parse().ok().filter(|it| *it > 0)?),
        None => (text, 1),
    };
    let number = |text: &str| {
        let at = names.iter().position(|it| text.eq_ignore_ascii_case(it));
        let at = at.and_then(|at| u32::try_from(at).ok());
        let value = at.map_or_else(|| text.parse().ok(), |at| Some(at + range.start()))?;
        range.contains(&value).then_some(value)
    };
    let (first, last) = match values.split_once('-') {
        _ if matches!(values, "*" | "?") => (*range.start(), *range.end()),
        Some((first, last)) => (number(first)?, number(last)?),
        // From there to the end, where a step says that it goes on.
        None if text.contains('/') => (number(values)?, *range.end()),
        None => (number(values)?, number(values)?),
    };
    (first <= last).then(|| {
        (first..=last)
            .step_by(step)
            .fold(0, |all, it| all | 1 << it)
    })
}
