//! Spans of time in the few letters that tables have for them: `5m12s`, `3d4h`.

use jiff::{SignedDuration, Timestamp};

use crate::json::Value;

/// What is shown where there is no instant to count from.
pub(super) const UNKNOWN: &str = "<unknown>";

/// How old the object is.
pub(super) fn of(object: &Value, now: Timestamp) -> String {
    since(now, object, "/metadata/creationTimestamp")
}

/// How long ago the instant at a path of the object is.
pub(super) fn since(now: Timestamp, object: &Value, path: &str) -> String {
    instant(object, path).map_or_else(
        || UNKNOWN.to_owned(),
        |instant| human(now.duration_since(instant)),
    )
}

/// The instant at a path of the object.
pub(super) fn instant(object: &Value, path: &str) -> Option<Timestamp> {
    object.pointer(path)?.as_str()?.parse().ok()
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;
const THREE_HOURS: i64 = 3 * HOUR;
const EIGHT_HOURS: i64 = 8 * HOUR;
const TWO_DAYS: i64 = 2 * DAY;
const EIGHT_DAYS: i64 = 8 * DAY;
const TWO_YEARS: i64 = 2 * YEAR;
const EIGHT_YEARS: i64 = 8 * YEAR;

/// Two figures at most, and the second only while it matters: 119 s, then 2m up to 9m59s, then
/// minutes up to 3 hours, and so on. Clocks that differ by less than two seconds make no nonsense.
pub(super) fn human(span: SignedDuration) -> String {
    let seconds = span.as_secs();
    let two = |large: i64, large_unit, small: i64, small_unit| {
        let rest = seconds % large / small;
        if rest == 0 {
            format!("{}{large_unit}", seconds / large)
        } else {
            format!("{}{large_unit}{rest}{small_unit}", seconds / large)
        }
    };
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(MINUTE, "m", 1, "s"),
        600..THREE_HOURS => format!("{}m", seconds / MINUTE),
        THREE_HOURS..EIGHT_HOURS => two(HOUR, "h", MINUTE, "m"),
        EIGHT_HOURS..TWO_DAYS => format!("{}h", seconds / HOUR),
        TWO_DAYS..EIGHT_DAYS => two(DAY, "d", HOUR, "h"),
        EIGHT_DAYS..TWO_YEARS => format!("{}d", seconds / DAY),
        TWO_YEARS..EIGHT_YEARS => two(YEAR, "y", DAY, "d"),
        EIGHT_YEARS.. => format!("{}y", seconds / YEAR),
    }
}
