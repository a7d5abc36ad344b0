//! `--until`: a time as people say it, read without a clock, resolved with one.
//!
//! ```text
//! until = instant | [ day ] time [ zone ]
//! day   = "today" | "tomorrow" | weekday | YYYY-MM-DD
//! time  = H:MM or HH:MM, up to 24:00
//! ```
//!
//! Reading needs neither `now` nor a cluster, so that what can't be understood is refused before
//! anything is asked of one.

use std::fmt;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Timestamp, ToSpan};
use tarnfui_shared::text::{did_you_mean, parse_date, parse_instant};
use tarnfui_shared::zone::Zone;

/// The weekdays, as they may be written.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// How many letters of a weekday are enough.
const SHORT_WEEKDAY: usize = 3;

/// The longest text that is read, in bytes: a weekday, a time and the longest zone name (32).
const MAX_BYTES: usize = 64;

/// A time as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntilText {
    text: String,
    meaning: Meaning,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Instant(Timestamp),
    Civil {
        day: Day,
        time: TimeOfDay,
        zone: Option<Zone>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    /// Today, or tomorrow if that time of today is over.
    Next,
    Today,
    Tomorrow,
    /// The next such day, today included unless its time is over.
    Weekday(Weekday),
    Date(Date),
}

/// A time of day; 24:00 is the start of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeOfDay {
    At(Time),
    EndOfDay,
}

impl UntilText {
    /// Reads a time.
    ///
    /// ```
    /// use kubectl_tarnfui::order::until::UntilText;
    /// assert!(UntilText::parse("tomorrow 9:00").is_ok());
    /// assert_eq!(
    ///     UntilText::parse("Mom 8:00").unwrap_err(),
    ///     "\"Mom\" is no day: expected today, tomorrow, a weekday or a date; did you mean Mon?"
    /// );
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_BYTES {
            return Err(format!(
                "{} bytes; no time is longer than {MAX_BYTES}",
                text.len()
            ));
        }
        let meaning = match text.split_ascii_whitespace().collect::<Vec<_>>()[..] {
            [] => return Err("it is empty; expected a time such as 22:00".to_owned()),
            [word]
                if word.contains(['T', 't']) && word.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                Meaning::Instant(parse_instant(word).map_err(|fault| fault.to_string())?)
            }
            [time] => civil(Day::Next, time, None)?,
            [time, zone] if time.contains(':') => civil(Day::Next, time, Some(zone))?,
            [first, time] => civil(day(first)?, time, None)?,
            [first, time, zone] => civil(day(first)?, time, Some(zone))?,
            _ => return Err(format!("expected {EXPECTED}")),
        };
        Ok(Self {
            text: text.to_owned(),
            meaning,
        })
    }

    /// Whether what it means hangs on the zone of a namespace.
    pub fn needs_zone(&self) -> bool {
        match &self.meaning {
            Meaning::Instant(_) => false,
            Meaning::Civil { zone, .. } => zone.is_none(),
        }
    }

    /// The instant that is meant, in the zone that was typed or else in `zone`; it may be over. None
    /// where it is too far away to be written.
    ///
    /// `pick` is [`Zone::start_of`] or [`Zone::end_of`]: they differ where a clock shows a time twice.
    ///
    /// ```
    /// use kubectl_tarnfui::order::until::UntilText;
    /// use tarnfui_shared::zone::Zone;
    /// let paris = Zone::parse("Europe/Paris")?;
    /// // Saturday 22:00 in Paris; at 03:00 the clock will go back by an hour.
    /// let now = "2026-10-24T20:00:00Z".parse().unwrap();
    /// let until = UntilText::parse("2:30").unwrap();
    /// let end = until.resolve(now, &paris, Zone::end_of).unwrap();
    /// assert_eq!(end.to_string(), "2026-10-25T01:30:00Z");
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn resolve(
        &self,
        now: Timestamp,
        zone: &Zone,
        pick: fn(&Zone, DateTime) -> Timestamp,
    ) -> Option<Timestamp> {
        let (day, time, zone) = match &self.meaning {
            Meaning::Instant(at) => return Some(*at),
            Meaning::Civil {
                day,
                time,
                zone: own,
            } => (*day, *time, own.as_ref().unwrap_or(zone)),
        };
        let today = zone.to_civil(now).date();
        let on = |date: Date| Some(pick(zone, time.on(date)?));
        let next_of = |first: Date, days: i32| match on(first)? {
            at if at > now => Some(at),
            _ => on(first.checked_add(days.days()).ok()?),
        };
        match day {
            Day::Next => next_of(today, 1),
            Day::Today => on(today),
            Day::Tomorrow => on(today.tomorrow().ok()?),
            Day::Weekday(weekday) => {
                let ahead = today.weekday().until(weekday);
                next_of(today.checked_add(i32::from(ahead).days()).ok()?, 7)
            }
            Day::Date(date) => on(date),
        }
    }
}

impl fmt::Display for UntilText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TimeOfDay {
    fn on(self, date: Date) -> Option<DateTime> {
        match self {
            Self::At(time) => Some(date.to_datetime(time)),
            Self::EndOfDay => Some(date.tomorrow().ok()?.to_datetime(Time::midnight())),
        }
    }
}

const EXPECTED: &str =
    "a time such as 22:00, \"tomorrow 9:00\", \"Mon 8:00\" or 2026-12-24T22:00:00+01:00";

fn civil(day: Day, time: &str, zone: Option<&str>) -> Result<Meaning, String> {
    let time =
        time_of_day(time).ok_or_else(|| format!("{time:?} is no time: expected {EXPECTED}"))?;
    let zone = zone
        .map(Zone::parse)
        .transpose()
        .map_err(|fault| fault.to_string())?;
    Ok(Meaning::Civil { day, time, zone })
}

fn time_of_day(word: &str) -> Option<TimeOfDay> {
    let (hours, minutes) = word.split_once(':')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hours.len())
        || minutes.len() != 2
        || !is_number(hours)
        || !is_number(minutes)
    {
        return None;
    }
    match (hours.parse().ok()?, minutes.parse().ok()?) {
        (24, 0) => Some(TimeOfDay::EndOfDay),
        (hours, minutes) => Time::new(hours, minutes, 0, 0).ok().map(TimeOfDay::At),
    }
}

fn day(word: &str) -> Result<Day, String> {
    let lower = word.to_ascii_lowercase();
    let weekday = WEEKDAYS
        .iter()
        .find(|(name, _)| *name == lower || name[..SHORT_WEEKDAY] == lower);
    match (lower.as_str(), weekday) {
        ("today", _) => Ok(Day::Today),
        ("tomorrow", _) => Ok(Day::Tomorrow),
        (_, Some((_, weekday))) => Ok(Day::Weekday(*weekday)),
        _ if word.starts_with(|c: char| c.is_ascii_digit()) => parse_date(word)
            .map(Day::Date)
            .map_err(|fault| fault.to_string()),
        _ => Err(no_day(word)),
    }
}

fn no_day(word: &str) -> String {
    let short = [
        "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "today", "tomorrow",
    ];
    let near =
        did_you_mean(word, short).or_else(|| did_you_mean(word, WEEKDAYS.map(|(name, _)| name)));
    let hint = near
        .map(|near| format!("; did you mean {near}?"))
        .unwrap_or_default();
    format!("{word:?} is no day: expected today, tomorrow, a weekday or a date{hint}")
}

#[cfg(test)]
mod tests;
