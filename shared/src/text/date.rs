//! Dates and instants, to the letter: `YYYY-MM-DD` and RFC 3339.
//!
//! They are taken apart here and only then given to jiff, whose own readers take more than that
//! (weeks, signs, zones in brackets, a blank for the `T`). Years are 1970 to 9000: that is inside
//! what jiff can hold by a margin that no sum of ours can cross.

use jiff::civil::{Date, Time};
use jiff::{Timestamp, tz::Offset};

use super::{Cursor, TextError, is_blank};

/// The years that can be written.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=9000;

const EXPECTED_DATE: &str = "a date as YYYY-MM-DD, in the years 1970 to 9000";
const EXPECTED_INSTANT: &str =
    "an RFC 3339 instant, as in 2026-12-24T08:00:00Z or 2026-12-24T09:00:00+01:00";

/// Reads a date, exactly `YYYY-MM-DD`.
///
/// ```
/// use jiff::civil::date;
/// use tarnfui_shared::text::parse_date;
/// assert_eq!(parse_date("2028-02-29")?, date(2028, 2, 29));
/// assert!(parse_date("2027-02-29").is_err());
/// # Ok::<(), tarnfui_shared::text::TextError>(())
/// ```
pub fn parse_date(text: &str) -> Result<Date, TextError> {
    let mut cursor = Cursor::new(text);
    let date = read_date(&mut cursor)?;
    expect_end(&mut cursor, "date", EXPECTED_DATE)?;
    Ok(date)
}

/// Reads an instant, strictly RFC 3339: seconds and offset are not optional. Nine digits of a
/// second at most; a leap second (`:60`) is refused, since no clock that this is compared with
/// shows one.
///
/// ```
/// use tarnfui_shared::text::parse_instant;
/// // Nine in the morning in Paris, in winter.
/// let instant = parse_instant("2026-12-24T09:00:00+01:00")?;
/// assert_eq!(instant.to_string(), "2026-12-24T08:00:00Z");
/// assert!(parse_instant("2026-12-24 08:00").is_err());
/// # Ok::<(), tarnfui_shared::text::TextError>(())
/// ```
pub fn parse_instant(text: &str) -> Result<Timestamp, TextError> {
    let mut cursor = Cursor::new(text);
    let instant = read_instant(&mut cursor)?;
    expect_end(&mut cursor, "instant", EXPECTED_INSTANT)?;
    Ok(instant)
}

/// Whether what comes next is meant as a date: three digits or more, `-`, digits, `-`.
pub(crate) fn starts_like_date(cursor: &Cursor<'_>) -> bool {
    let mut ahead = cursor.clone();
    let year = ahead.take_while(|c| c.is_ascii_digit());
    year.len() >= 3
        && ahead.eat("-")
        && !ahead.take_while(|c| c.is_ascii_digit()).is_empty()
        && ahead.eat("-")
}

/// Whether what comes next is meant as an instant: a date with a `T` behind it.
pub(crate) fn starts_like_instant(cursor: &Cursor<'_>) -> bool {
    let mut ahead = cursor.clone();
    starts_like_date(cursor) && {
        ahead.take_while(|c| c.is_ascii_digit() || c == '-');
        matches!(ahead.peek(), Some('T' | 't'))
    }
}

/// Reads `date` or `date..date`; the last day is not before the first.
pub(crate) fn read_dates(cursor: &mut Cursor<'_>) -> Result<(Date, Date), TextError> {
    let from = cursor.at();
    let first = read_date(cursor)?;
    if !cursor.eat_sign("..") {
        return Ok((first, first));
    }
    let last = read_date(cursor)?;
    if last < first {
        let expected = "the first day before the last";
        let hint = format!("did you mean {last}..{first}?");
        return Err(cursor.fault_since(from, "dates", expected).with_hint(hint));
    }
    Ok((first, last))
}

fn read_date(cursor: &mut Cursor<'_>) -> Result<Date, TextError> {
    let from = cursor.at();
    let mut word = cursor.clone().take_while(|c| !is_blank(c) && c != ',');
    word = word.split_once("..").map_or(word, |(first, _)| first);
    cursor.advance(word.len());
    scan_date(word.as_bytes())
        .filter(|_| word.len() == "YYYY-MM-DD".len())
        .ok_or_else(|| cursor.fault_since(from, "date", EXPECTED_DATE))
}

/// Reads one instant; what may follow it is the caller's business.
pub(crate) fn read_instant(cursor: &mut Cursor<'_>) -> Result<Timestamp, TextError> {
    match scan_instant(cursor.rest().as_bytes()) {
        Ok((instant, length)) => {
            cursor.advance(length);
            Ok(instant)
        }
        Err(hint) => {
            let fault = cursor.fault_here("instant", EXPECTED_INSTANT);
            Err(hint.into_iter().fold(fault, TextError::with_hint))
        }
    }
}

fn expect_end(
    cursor: &mut Cursor<'_>,
    kind: &'static str,
    expected: &str,
) -> Result<(), TextError> {
    cursor.skip_blanks();
    if cursor.rest().is_empty() {
        return Ok(());
    }
    cursor.advance(cursor.rest().len());
    Err(cursor.fault_since(0, kind, expected))
}

/// The date in the first ten bytes.
fn scan_date(bytes: &[u8]) -> Option<Date> {
    let [y, yy, yyy, yyyy, b'-', m, mm, b'-', d, dd, ..] = bytes else {
        return None;
    };
    let year = i16::from(pair(*y, *yy)?) * 100 + i16::from(pair(*yyy, *yyyy)?);
    Date::new(year, pair(*m, *mm)?, pair(*d, *dd)?)
        .ok()
        .filter(|date| YEARS.contains(&date.year()))
}

/// The instant at the start of `bytes` and its length, or a hint where there is one to give.
fn scan_instant(bytes: &[u8]) -> Result<(Timestamp, usize), Option<&'static str>> {
    const DATE_AND_TIME: usize = "2026-12-24T08:00:00".len();
    let no_hint = None::<&'static str>;
    let date = scan_date(bytes).ok_or(no_hint)?;
    let Some([b'T' | b't', h, hh, b':', m, mm, b':', s, ss]) = bytes.get(10..DATE_AND_TIME) else {
        return Err(Some("seconds are not optional"));
    };
    let number = |a: u8, b: u8| pair(a, b).ok_or(no_hint);
    let (hour, minute, second) = (number(*h, *hh)?, number(*m, *mm)?, number(*s, *ss)?);
    let mut at = DATE_AND_TIME;
    let nanos = scan_fraction(&bytes[at..]).ok_or(no_hint)?;
    at += nanos.1;
    let time = Time::new(hour, minute, second, nanos.0).map_err(|_| no_hint)?;
    let (offset, length) =
        scan_offset(&bytes[at..]).ok_or(Some("it ends with Z or an offset such as +01:00"))?;
    let instant = offset
        .to_timestamp(date.to_datetime(time))
        .map_err(|_| no_hint)?;
    Ok((instant, at + length))
}

/// The nanoseconds of an optional `.123`, and its length.
fn scan_fraction(bytes: &[u8]) -> Option<(i32, usize)> {
    let Some(digits) = bytes.strip_prefix(b".") else {
        return Some((0, 0));
    };
    let count = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    if !(1..=9).contains(&count) {
        return None;
    }
    let padded = digits[..count].iter().chain(b"000000000").take(9);
    let nanos = padded.fold(0, |sum, b| sum * 10 + i32::from(b - b'0'));
    Some((nanos, 1 + count))
}

/// The offset `Z` or `+01:00`, and its length.
fn scan_offset(bytes: &[u8]) -> Option<(Offset, usize)> {
    let (sign, [h, hh, b':', m, mm, ..]) = (match bytes {
        [b'Z' | b'z', ..] => return Some((Offset::UTC, 1)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    }) else {
        return None;
    };
    let (hours, minutes) = (pair(*h, *hh)?, pair(*m, *mm)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    Some((Offset::from_seconds(sign * seconds).ok()?, "+01:00".len()))
}

/// Two digits as a number.
fn pair(tens: u8, ones: u8) -> Option<i8> {
    let digit = |b: u8| {
        char::from(b)
            .to_digit(10)
            .and_then(|d| i8::try_from(d).ok())
    };
    Some(digit(tens)? * 10 + digit(ones)?)
}
