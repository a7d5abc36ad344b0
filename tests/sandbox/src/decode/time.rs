//! Times in documents: as the API writes them, or written anew so.

use jiff::Timestamp;

use crate::json::Text;

/// How long a time is that is as the API writes it: `2026-11-22T08:00:00Z`.
const SECONDS: usize = 20;
/// The same with microseconds.
const MICROS: usize = 27;

/// A time of whole seconds; fractions are dropped, as other zones are.
pub(super) fn seconds(text: &mut Text) -> Result<(), String> {
    const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";
    let time = parsed(text, LAYOUT)?;
    if text.len() != SECONDS || !text.ends_with('Z') {
        *text = time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into();
    }
    Ok(())
}

/// A time with exactly six places after the point.
pub(super) fn micros(text: &mut Text) -> Result<(), String> {
    const LAYOUT: &str = "2006-01-02T15:04:05.000000Z07:00";
    let time = parsed(text, LAYOUT)?;
    if text.len() == MICROS && text.ends_with('Z') {
        return Ok(());
    }
    let rest = text.get(SECONDS - 1..).unwrap_or_default();
    let fraction = rest.strip_prefix('.');
    let Some(fraction) = fraction else {
        return Err(unreadable(text, LAYOUT, rest, ".000000"));
    };
    let places = fraction.bytes().take_while(u8::is_ascii_digit).count();
    if places != MICROS - SECONDS - 1 {
        let rest = fraction.get(MICROS - SECONDS - 1..).unwrap_or_default();
        return Err(unreadable(text, LAYOUT, rest, "Z07:00"));
    }
    *text = time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string().into();
    Ok(())
}

fn parsed(text: &str, layout: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| unreadable(text, layout, text, "2006"))
}

fn unreadable(text: &str, layout: &str, rest: &str, wanted: &str) -> String {
    format!("parsing time \"{text}\" as \"{layout}\": cannot parse \"{rest}\" as \"{wanted}\"")
}
