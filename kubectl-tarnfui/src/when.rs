//! Times for people: a clock on the wall of the schedule's zone, and how far away that is.
//!
//! Only text is made here, and only from what is passed in: no clock is read, and no zone but the
//! one that is given is used. The machine's own zone never shows, because the reader's may be
//! another one than that of the person the output is sent to.

use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::annotations::Until;
use tarnfui_shared::zone::Zone;

/// Minutes in an hour and in a day, for splitting a length of time.
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// The time in `zone` with its abbreviation; with the weekday or the date where it is another day
/// than that of `now`.
///
/// ```
/// use kubectl_tarnfui::when::clock;
/// use tarnfui_shared::zone::Zone;
/// let paris = Zone::parse("Europe/Paris")?;
/// // A Sunday, 13:00 in Paris.
/// let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// let at = |text: &str| clock(text.parse().unwrap(), now, &paris);
/// assert_eq!(at("2026-11-22T21:00:00Z"), "22:00 CET");
/// assert_eq!(at("2026-11-23T07:00:00Z"), "Mon 08:00 CET");
/// assert_eq!(at("2027-04-01T06:00:00Z"), "2027-04-01 08:00 CEST");
/// # Ok::<(), tarnfui_shared::text::TextError>(())
/// ```
pub fn clock(at: Timestamp, now: Timestamp, zone: &Zone) -> String {
    let abbreviation = zone.tz().to_offset_info(at).abbreviation().to_owned();
    format!("{} {abbreviation}", bare_clock(at, now, zone))
}

/// The same without the abbreviation: for a second time in a sentence that has named the zone.
pub fn bare_clock(at: Timestamp, now: Timestamp, zone: &Zone) -> String {
    let (there, here) = (zone.to_civil(at), zone.to_civil(now));
    let days = there
        .date()
        .since(here.date())
        .map_or(i32::MAX, |span| span.get_days());
    match days {
        0 => there.strftime("%H:%M").to_string(),
        1..=6 => there.strftime("%a %H:%M").to_string(),
        _ => there.strftime("%Y-%m-%d %H:%M").to_string(),
    }
}

/// The same for an instant that lies behind, next to how long ago that was: the weekday is enough
/// for the days of the last week.
///
/// ```
/// use kubectl_tarnfui::when::past_clock;
/// use tarnfui_shared::zone::Zone;
/// let paris = Zone::parse("Europe/Paris")?;
/// // A Sunday, 13:00 in Paris.
/// let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// let at = |text: &str| past_clock(text.parse().unwrap(), now, &paris);
/// assert_eq!(at("2026-11-22T06:00:00Z"), "07:00 CET");
/// assert_eq!(at("2026-11-20T19:00:00Z"), "Fri 20:00 CET");
/// assert_eq!(at("2026-11-15T19:00:00Z"), "2026-11-15 20:00 CET");
/// # Ok::<(), tarnfui_shared::text::TextError>(())
/// ```
pub fn past_clock(at: Timestamp, now: Timestamp, zone: &Zone) -> String {
    let (there, here) = (zone.to_civil(at), zone.to_civil(now));
    let days = here.date().since(there.date()).map(|span| span.get_days());
    let is_near = days.is_ok_and(|days| (1..=6).contains(&days));
    if is_near {
        let abbreviation = zone.tz().to_offset_info(at).abbreviation().to_owned();
        return format!("{} {abbreviation}", there.strftime("%a %H:%M"));
    }
    clock(at, now, zone)
}

/// The whole date, weekday and time in `zone`, for tables that have no `now` in sight.
///
/// ```
/// use kubectl_tarnfui::when::full_clock;
/// use tarnfui_shared::zone::Zone;
/// let at = "2026-11-23T07:00:00Z".parse().unwrap();
/// assert_eq!(full_clock(at, &Zone::parse("Europe/Paris")?), "Mon 2026-11-23 08:00 CET");
/// # Ok::<(), tarnfui_shared::text::TextError>(())
/// ```
pub fn full_clock(at: Timestamp, zone: &Zone) -> String {
    let abbreviation = zone.tz().to_offset_info(at).abbreviation().to_owned();
    format!(
        "{} {abbreviation}",
        zone.to_civil(at).strftime("%a %Y-%m-%d %H:%M")
    )
}

/// How far away `at` is, as words of a sentence: `in 3 h`, `in 2 h 15 min`, `in 3 d 4 h`.
///
/// ```
/// use kubectl_tarnfui::when::countdown;
/// let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// let at = |text: &str| countdown(text.parse().unwrap(), now);
/// assert_eq!(at("2026-11-22T15:00:00Z"), "in 3 h");
/// assert_eq!(at("2026-11-23T07:05:00Z"), "in 19 h 5 min");
/// assert_eq!(at("2026-11-25T16:00:00Z"), "in 3 d 4 h");
/// assert_eq!(at("2026-11-22T12:00:20Z"), "in less than a minute");
/// ```
pub fn countdown(at: Timestamp, now: Timestamp) -> String {
    let parts = parts(at.duration_since(now));
    if parts.is_empty() {
        return "in less than a minute".to_owned();
    }
    let words = parts
        .iter()
        .map(|(count, unit)| format!("{count} {}", unit.word()));
    format!("in {}", words.collect::<Vec<_>>().join(" "))
}

/// The same for a column of a table: `3h`, `2h15m`, `3d4h`.
pub fn short_countdown(at: Timestamp, now: Timestamp) -> String {
    let parts = parts(at.duration_since(now));
    if parts.is_empty() {
        return "<1m".to_owned();
    }
    let words = parts
        .iter()
        .map(|(count, unit)| format!("{count}{}", unit.letter()));
    words.collect::<Vec<_>>().concat()
}

/// The end of an override, as words: `until 22:00 CET`, or `until it is resumed`.
pub fn until(end: Until, now: Timestamp, zone: &Zone) -> String {
    match end {
        Until::Instant(at) => format!("until {}", clock(at, now, zone)),
        Until::Forever => "until it is resumed".to_owned(),
    }
}

/// An instant as it is written into an annotation: RFC 3339 with the offset of `zone`, so that who
/// reads the annotation reads their own clock.
///
/// ```
/// use kubectl_tarnfui::when::annotation;
/// use tarnfui_shared::zone::Zone;
/// let at = "2026-11-23T07:00:00Z".parse().unwrap();
/// assert_eq!(annotation(at, &Zone::parse("Europe/Paris")?), "2026-11-23T08:00:00+01:00");
/// assert_eq!(annotation(at, &Zone::utc()), "2026-11-23T07:00:00Z");
/// # Ok::<(), tarnfui_shared::text::TextError>(())
/// ```
pub fn annotation(at: Timestamp, zone: &Zone) -> String {
    let offset = zone.tz().to_offset(at);
    if offset.is_zero() {
        at.to_string()
    } else {
        at.display_with_offset(offset).to_string()
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Hour,
    Minute,
}

impl Unit {
    fn word(self) -> &'static str {
        match self {
            Self::Day => "d",
            Self::Hour => "h",
            Self::Minute => "min",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Day => 'd',
            Self::Hour => 'h',
            Self::Minute => 'm',
        }
    }
}

/// The two largest units of a length of time, rounded to the minute.
fn parts(length: SignedDuration) -> Vec<(i64, Unit)> {
    let minutes = (length.as_secs().max(0) + 30) / 60;
    let (days, hours, minutes) = (minutes / DAY, minutes % DAY / HOUR, minutes % HOUR);
    let all = match days {
        0 => [(hours, Unit::Hour), (minutes, Unit::Minute)],
        _ => [(days, Unit::Day), (hours, Unit::Hour)],
    };
    all.into_iter().filter(|(count, _)| *count > 0).collect()
}

#[cfg(test)]
mod tests;
