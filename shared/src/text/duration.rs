//! Durations as people write them: `1h30m`.
//!
//! Minutes are the smallest unit: every duration here is compared with schedules in minutes and
//! with clocks that may be seconds apart. A day is 24 hours of elapsed time, not a local day.

use jiff::SignedDuration;

use super::{TextError, trim_blanks};

/// The shortest duration that can be written.
pub const MIN_DURATION: SignedDuration = SignedDuration::from_mins(1);

/// The longest duration that can be written: 30 days, more than any weekly rule has use for.
pub const MAX_DURATION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The units in the order in which they may be written, with their length in minutes.
const UNITS: [(char, i64); 3] = [('d', 24 * 60), ('h', 60), ('m', 1)];

/// Reads a duration of 1 minute to 30 days: `90m`, `1h30m`, `2d`.
///
/// It is elapsed time. From 2026-10-24T12:00 in Europe/Paris, `1d` leads to 11:00 on the 25th,
/// because the clock goes back in the night between:
///
/// ```
/// use jiff::civil::date;
/// use tarnfui_shared::{text::parse_duration, zone::Zone};
/// let paris = Zone::parse("Europe/Paris")?;
/// let noon = paris.start_of(date(2026, 10, 24).at(12, 0, 0, 0));
/// let later = paris.to_civil(noon + parse_duration("1d")?);
/// assert_eq!(later, date(2026, 10, 25).at(11, 0, 0, 0));
/// # Ok::<(), tarnfui_shared::text::TextError>(())
/// ```
pub fn parse_duration(text: &str) -> Result<SignedDuration, TextError> {
    let word = trim_blanks(text);
    let fault = |expected| TextError::new("duration", text, 0..text.len(), expected);
    let minutes =
        minutes_of(word).ok_or_else(|| fault("days, hours and minutes, as in 30m, 1h30m or 2d"))?;
    let duration = SignedDuration::from_mins(minutes);
    if duration < MIN_DURATION || duration > MAX_DURATION {
        return Err(fault("from 1m to 30d"));
    }
    Ok(duration)
}

/// Writes a duration in the form that [`parse_duration`] reads: the largest units first, none that
/// is zero. Parts of a minute are left out; what is under a minute, or negative, is `0m`.
///
/// ```
/// use jiff::SignedDuration;
/// use tarnfui_shared::text::format_duration;
/// assert_eq!(format_duration(SignedDuration::from_mins(90)), "1h30m");
/// assert_eq!(format_duration(SignedDuration::from_hours(48)), "2d");
/// ```
pub fn format_duration(duration: SignedDuration) -> String {
    let mut minutes = duration.as_mins().max(0);
    if minutes == 0 {
        return "0m".to_owned();
    }
    let mut text = String::new();
    for (unit, length) in UNITS {
        let count = minutes / length;
        minutes %= length;
        if count > 0 {
            text.push_str(&count.to_string());
            text.push(unit);
        }
    }
    text
}

/// The minutes in a text such as `1d2h3m`, each unit at most once and in that order.
fn minutes_of(word: &str) -> Option<i64> {
    let mut rest = word;
    let mut total: Option<i64> = None;
    for (unit, length) in UNITS {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let Some(after) = rest[digits..].strip_prefix(unit) else {
            continue;
        };
        // Fails on no digits, and on more than an i64 holds.
        let count: i64 = rest[..digits].parse().ok()?;
        total = Some(total.unwrap_or(0).checked_add(count.checked_mul(length)?)?);
        rest = after;
    }
    total.filter(|_| rest.is_empty())
}
