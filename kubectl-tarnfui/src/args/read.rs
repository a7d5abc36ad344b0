//! Values of flags, read into types that cannot be wrong.

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::annotations::MAX_SHOWN_BYTES;
use tarnfui_shared::text::{self, MAX_DURATION};
use tarnfui_shared::zone::Zone;

/// How long an order lasts: `1m` to `30d`.
pub(super) fn duration(value: &str) -> Result<SignedDuration, String> {
    text::parse_duration(value).map_err(|fault| {
        let days = MAX_DURATION.as_hours() / 24;
        format!("{fault}\n\nhint: for more than {days} days name the end, as in --until 2027-03-01T08:00:00Z")
    })
}

/// How far to look ahead: `1m` to `30d`.
pub(super) fn span(value: &str) -> Result<SignedDuration, String> {
    text::parse_duration(value).map_err(|fault| {
        format!("{fault}\n\nhint: what comes later, of one namespace: kubectl tarnfui explain NAMESPACE --at INSTANT")
    })
}

/// An instant, strictly RFC 3339.
pub(super) fn instant(value: &str) -> Result<Timestamp, String> {
    text::parse_instant(value).map_err(|fault| fault.to_string())
}

/// The start of a day in UTC, or an instant.
pub(super) fn day_or_instant(value: &str) -> Result<Timestamp, String> {
    if value.contains([':', 'T', 't']) {
        return instant(value);
    }
    let day = text::parse_date(value).map_err(|fault| fault.to_string())?;
    Ok(Zone::utc().start_of(day.to_datetime(Time::midnight())))
}

/// Why an order is given: short enough to be shown whole, and on one line.
pub(super) fn reason(value: &str) -> Result<String, String> {
    let reason = crate::error::one_line(value);
    if reason.is_empty() {
        return Err("it is empty; leave --reason out to give none".to_owned());
    }
    if reason.len() > MAX_SHOWN_BYTES {
        return Err(format!(
            "{} bytes; at most {MAX_SHOWN_BYTES} are shown",
            reason.len()
        ));
    }
    Ok(reason)
}
