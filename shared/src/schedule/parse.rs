//! The reader of schedules: one pass over the text, one function per rule of the grammar.
//!
//! ```text
//! schedule = "always" | "never" | "@" name | span *( "," span )
//! span     = [ days ] time "-" time [ zone ]
//!          | date [ ".." date ] [ time "-" time ] [ zone ]
//!          | instant "-" instant
//! days     = part *( "," part )
//! part     = day | day "-" day | "daily" | "weekdays" | "weekends"
//! time     = H:MM | HH:MM            24:00 as an end only
//! ```
//!
//! It builds values and nothing else; what they mean on the time line is not known here.

use jiff::civil::Weekday;

use super::days::{SETS, weekday, words};
use super::{Days, MAX_SPANS, Schedule, ScheduleText, Span, Times};
use crate::text::{
    Cursor, TextError, check_value, did_you_mean, is_blank, parse_name, read_dates, read_instant,
    starts_like_date, starts_like_instant, trim_blanks,
};
use crate::zone::Zone;

const EXPECTED_SCHEDULE: &str = "hours such as \"Mon-Fri 08:00-20:00\", always, never or @name";
const EXPECTED_SPAN: &str = "days and times such as Mon-Fri 08:00-20:00, a date or an instant";
const EXPECTED_DAY: &str = "Mon, Tue, Wed, Thu, Fri, Sat, Sun, daily, weekdays or weekends";
const EXPECTED_TIMES: &str = "times such as 08:00-20:00";
const MIDNIGHT_AS_END: u16 = 24 * 60;

/// Reads `@name` or a schedule.
pub(super) fn schedule_text(text: &str) -> Result<ScheduleText, TextError> {
    check_value("schedule", text, EXPECTED_SCHEDULE)?;
    let mut cursor = Cursor::new(text);
    if !cursor.eat("@") {
        return schedule(text).map(ScheduleText::Literal);
    }
    let name = parse_name(cursor.rest()).map_err(|fault| cursor.rebase(fault, cursor.at()))?;
    Ok(ScheduleText::Named(name))
}

/// Reads a schedule that is written out.
pub(super) fn schedule(text: &str) -> Result<Schedule, TextError> {
    check_value("schedule", text, EXPECTED_SCHEDULE)?;
    let word = trim_blanks(text);
    if word.eq_ignore_ascii_case("always") {
        return Ok(Schedule::always());
    }
    if word.eq_ignore_ascii_case("never") {
        return Ok(Schedule::never());
    }
    let mut cursor = Cursor::new(text);
    let mut spans = Vec::new();
    loop {
        if spans.len() == MAX_SPANS {
            return Err(cursor.fault_here("span", format!("at most {MAX_SPANS} spans")));
        }
        spans.push(span(&mut cursor)?);
        if !cursor.eat_sign(",") {
            return Ok(Schedule { spans });
        }
    }
}

/// Reads one span, up to the comma behind it or the end.
fn span(cursor: &mut Cursor<'_>) -> Result<Span, TextError> {
    if starts_like_instant(cursor) {
        return instants(cursor);
    }
    if starts_like_date(cursor) {
        return dates(cursor);
    }
    match cursor.peek() {
        None | Some(',') => Err(cursor.fault_here("span", EXPECTED_SPAN)),
        Some('@') => {
            let fault = cursor.fault_here("span", EXPECTED_SPAN);
            Err(fault.with_hint("a named schedule stands alone, and names no other"))
        }
        Some(_) => recurring(cursor),
    }
}

fn instants(cursor: &mut Cursor<'_>) -> Result<Span, TextError> {
    let from = cursor.at();
    let start = read_instant(cursor)?;
    if !cursor.eat_sign("-") {
        cursor.skip_blanks();
        return Err(cursor.fault_here("instant", "- and a second instant"));
    }
    let end = read_instant(cursor)?;
    if end <= start {
        return Err(cursor.fault_since(from, "instants", "the earlier instant first"));
    }
    cursor.skip_blanks();
    if !matches!(cursor.peek(), None | Some(',')) {
        return Err(cursor.fault_here("span", "a comma or nothing behind two instants"));
    }
    Ok(Span::Instants { start, end })
}

fn dates(cursor: &mut Cursor<'_>) -> Result<Span, TextError> {
    let (first, last) = read_dates(cursor)?;
    cursor.skip_blanks();
    let times = match cursor.peek() {
        Some(c) if c.is_ascii_digit() => Some(times(cursor)?),
        Some('-') => {
            let fault = cursor.fault_here("dates", "times, a zone or a comma behind a date");
            return Err(fault.with_hint("write first..last for a range of dates"));
        }
        _ => None,
    };
    let zone = zone(cursor)?;
    Ok(Span::Dates {
        first,
        last,
        times,
        zone,
    })
}

fn recurring(cursor: &mut Cursor<'_>) -> Result<Span, TextError> {
    let days = match cursor.peek() {
        Some(c) if c.is_ascii_digit() => None,
        _ => Some(days(cursor)?),
    };
    if !matches!(cursor.peek(), Some(c) if c.is_ascii_digit()) {
        let fault = cursor.fault_here("times", EXPECTED_TIMES);
        let another_day = weekday(cursor.clone().take_while(|c| c.is_ascii_alphabetic()));
        return Err(match another_day {
            Some(_) => fault.with_hint("a comma goes between days"),
            None => fault,
        });
    }
    let times = times(cursor)?;
    let zone = zone(cursor)?;
    Ok(Span::Recurring { days, times, zone })
}

/// Reads days and the blanks behind them; a comma between days joins what follows to them.
fn days(cursor: &mut Cursor<'_>) -> Result<Days, TextError> {
    let mut days = day_part(cursor)?;
    while cursor.eat_sign(",") {
        if matches!(cursor.peek(), Some(c) if c.is_ascii_digit()) {
            let fault = cursor.fault_here("weekday", "days before the times");
            return Err(fault.with_hint("no comma goes between days and times"));
        }
        days = days.with(day_part(cursor)?);
    }
    cursor.skip_blanks();
    Ok(days)
}

/// Reads `Mon`, `Mon-Fri` or a word for several days.
fn day_part(cursor: &mut Cursor<'_>) -> Result<Days, TextError> {
    let ahead = cursor.clone().take_while(in_day_word);
    if let Some((_, days)) = SETS
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(ahead))
    {
        cursor.advance(ahead.len());
        return Ok(*days);
    }
    let first = day(cursor)?;
    let last = if cursor.eat_sign("-") {
        day(cursor)?
    } else {
        first
    };
    Ok(Days::range(first, last))
}

fn day(cursor: &mut Cursor<'_>) -> Result<Weekday, TextError> {
    let from = cursor.at();
    let word = cursor.take_while(in_day_word);
    if let Some(day) = weekday(word) {
        return Ok(day);
    }
    if word.is_empty() {
        return Err(cursor.fault_here("weekday", EXPECTED_DAY));
    }
    let fault = cursor.fault_since(from, "weekday", EXPECTED_DAY);
    Err(day_hint(word).into_iter().fold(fault, TextError::with_hint))
}

/// What to try instead of a word that names no day.
fn day_hint(word: &str) -> Option<String> {
    let is = |known: &str| known.eq_ignore_ascii_case(word);
    if is("always") || is("never") {
        return Some(format!("{word} stands alone"));
    }
    if SETS.iter().any(|(set, _)| is(set)) {
        return Some(format!("{word} makes no range"));
    }
    if Zone::parse(word).is_ok() {
        return Some("a zone goes behind the times".to_owned());
    }
    let guess = did_you_mean(word, words().chain(["always", "never"]))?;
    Some(format!("did you mean {guess}?"))
}

fn in_day_word(c: char) -> bool {
    !is_blank(c) && c != ',' && c != '-'
}

/// Reads `08:00-20:00`.
fn times(cursor: &mut Cursor<'_>) -> Result<Times, TextError> {
    let from = cursor.at();
    let start = time(cursor)?;
    if start == MIDNIGHT_AS_END {
        let fault = cursor.fault_since(from, "time", "a start from 00:00 to 23:59");
        return Err(fault.with_hint("24:00 can only be an end; did you mean 00:00?"));
    }
    if !cursor.eat_sign("-") {
        cursor.skip_blanks();
        return Err(cursor.fault_here("times", "- and a time behind the first one"));
    }
    let end = time(cursor)?;
    Times::new(start, end).ok_or_else(|| {
        let fault = cursor.fault_since(from, "times", "an end that differs from the start");
        fault.with_hint("00:00-24:00 is the whole day")
    })
}

/// Reads `8:00`, `08:00` or `24:00` as minutes since midnight.
fn time(cursor: &mut Cursor<'_>) -> Result<u16, TextError> {
    let from = cursor.at();
    let word = cursor.take_while(|c| !is_blank(c) && c != ',' && c != '-');
    let fault = |cursor: &Cursor<'_>| match word {
        "" => cursor.fault_here("time", "a time as H:MM or HH:MM"),
        _ => cursor.fault_since(from, "time", "a time as H:MM or HH:MM, 00:00 to 24:00"),
    };
    minutes(word).ok_or_else(|| fault(cursor))
}

fn minutes(word: &str) -> Option<u16> {
    let (hour, minute) = word.split_once(':')?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60)
        .then_some(hour * 60 + minute)
        .filter(|minutes| *minutes <= MIDNIGHT_AS_END)
}

/// Reads the zone behind times or dates, if there is one: all up to the comma.
fn zone(cursor: &mut Cursor<'_>) -> Result<Option<Zone>, TextError> {
    cursor.skip_blanks();
    let from = cursor.at();
    let name = trim_blanks(cursor.take_while(|c| c != ','));
    if name.is_empty() {
        return Ok(None);
    }
    Zone::parse(name)
        .map(Some)
        .map_err(|fault| cursor.rebase(fault, from))
}
