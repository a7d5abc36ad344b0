//! Reading the short texts that people write into annotations and configuration.
//!
//! Everything here is bounded and strict: a text is read once from left to right, a fault names its
//! place, what stands there and what was expected, and what is shown of a text is cut to a length.
//! Nothing here looks anything up: no clock, no environment, no default. What a text *means* is the
//! business of the modules that use these readers.

mod cursor;
mod date;
mod duration;
mod suggest;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

pub(crate) use cursor::{Cursor, is_blank, trim_blanks};
pub use date::{parse_date, parse_instant};
pub(crate) use date::{read_dates, read_instant, starts_like_date, starts_like_instant};
pub use duration::{MAX_DURATION, MIN_DURATION, format_duration, parse_duration};
pub use suggest::did_you_mean;

/// The longest value that is read at all, in UTF-8 bytes. Kubernetes allows 256 KiB for all
/// annotations of an object together; 64 spans of 60 bytes come to 3840.
pub const MAX_VALUE_BYTES: usize = 4096;

/// The longest `@name`, in bytes: the length of a DNS label.
pub const MAX_NAME_BYTES: usize = 63;

/// How much of the faulty part an error keeps, in bytes: more than the longest zone name (32).
const MAX_FOUND_BYTES: usize = 64;

/// How much of the text round the fault an error keeps, in bytes: about one line of a terminal.
const MAX_WHOLE_BYTES: usize = 100;

/// A fault in a text that a person wrote: where it is, what stands there, what was expected.
///
/// `Display` is one sentence without a full stop:
///
/// ```
/// let fault = tarnfui_shared::schedule::Schedule::parse("Mo-Fri 08:00-18:00").unwrap_err();
/// assert_eq!(
///     fault.to_string(),
///     "weekday \"Mo\" in \"Mo-Fri 08:00-18:00\": expected Mon, Tue, Wed, Thu, Fri, Sat, Sun, \
///      daily, weekdays or weekends; did you mean Mon?"
/// );
/// assert_eq!((fault.at(), fault.kind()), (0, "weekday"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TextError {
    at: usize,
    kind: &'static str,
    found: String,
    whole: String,
    expected: String,
    hint: Option<String>,
}

impl TextError {
    /// A fault in `whole` at the bytes `place`, which should have held a `kind`.
    pub(crate) fn new(
        kind: &'static str,
        whole: &str,
        place: Range<usize>,
        expected: impl Into<String>,
    ) -> Self {
        let found = &whole[place.clone()];
        Self {
            at: place.start,
            kind,
            found: cut(found, MAX_FOUND_BYTES),
            whole: excerpt(whole, place.start),
            expected: expected.into(),
            hint: character_hint(found),
        }
    }

    /// The same fault with a hint: a fragment such as `did you mean Mon?`.
    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same fault, seen from a longer text in which the one it was found in begins at `offset`.
    #[must_use]
    pub(crate) fn within(mut self, whole: &str, offset: usize) -> Self {
        self.at += offset;
        self.whole = excerpt(whole, self.at);
        self
    }

    /// The place of the fault, in bytes from the start of the text.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What should have stood there, as one word or two: `weekday`, `zone`, `date`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// What stands there instead, cut to a length; empty at the end of the text.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What would have been right, as a fragment.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What to try instead, as a fragment, where there is a good guess.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            found,
            whole,
            expected,
            ..
        } = self;
        // `{:?}` quotes and escapes: a newline or a zero-width character in a person's text can
        // neither break a log line nor stay invisible.
        match (found.as_str(), whole.as_str()) {
            ("", "") => write!(f, "{kind} is empty")?,
            ("", _) => write!(f, "{kind} missing at the end of {whole:?}")?,
            _ if found == whole => write!(f, "{kind} {found:?}")?,
            _ => write!(f, "{kind} {found:?} in {whole:?}")?,
        }
        write!(f, ": expected {expected}")?;
        self.hint.iter().try_for_each(|hint| write!(f, "; {hint}"))
    }
}

/// Reads the name after the `@` of a named schedule or calendar: a DNS label.
///
/// ```
/// use tarnfui_shared::text::parse_name;
/// assert_eq!(parse_name("office-hours")?, "office-hours");
/// assert!(parse_name("Office").unwrap_err().to_string().contains("did you mean office?"));
/// # Ok::<(), tarnfui_shared::text::TextError>(())
/// ```
pub fn parse_name(text: &str) -> Result<String, TextError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let is_name = |name: &str| {
        (1..=MAX_NAME_BYTES).contains(&name.len())
            && name.bytes().all(|b| plain(b) || b == b'-')
            && !name.starts_with('-')
            && !name.ends_with('-')
    };
    let name = trim_blanks(text);
    if is_name(name) {
        return Ok(name.to_owned());
    }
    let expected = "1 to 63 of a-z, 0-9 and -, with - neither first nor last";
    let fault = TextError::new("name", text, 0..text.len(), expected);
    let lower = name.to_ascii_lowercase();
    Err(if is_name(&lower) {
        fault.with_hint(format!("did you mean {lower}?"))
    } else {
        fault
    })
}

/// Refuses a text that is longer than [`MAX_VALUE_BYTES`] or holds nothing but blanks.
pub(crate) fn check_value(kind: &'static str, text: &str, expected: &str) -> Result<(), TextError> {
    if text.len() > MAX_VALUE_BYTES {
        let limit = format!("at most {MAX_VALUE_BYTES} bytes, these are {}", text.len());
        return Err(TextError::new(kind, text, 0..text.len(), limit));
    }
    if trim_blanks(text).is_empty() {
        return Err(TextError::new(kind, "", 0..0, expected));
    }
    Ok(())
}

/// The text without the blanks round it, and not longer than `max` bytes.
fn cut(text: &str, max: usize) -> String {
    let text = trim_blanks(text);
    if text.len() <= max {
        return text.to_owned();
    }
    format!("{}...", &text[..text.floor_char_boundary(max)])
}

/// The part of a long text round the byte `at`: a third of the room before it, the rest after.
fn excerpt(text: &str, at: usize) -> String {
    if trim_blanks(text).len() <= MAX_WHOLE_BYTES {
        return trim_blanks(text).to_owned();
    }
    let start = text.floor_char_boundary(at.saturating_sub(MAX_WHOLE_BYTES / 3));
    let lead = if start > 0 { "..." } else { "" };
    format!("{lead}{}", cut(&text[start..], MAX_WHOLE_BYTES))
}

/// A hint for characters that look right and are not: what a word processor makes of `-` and blank.
fn character_hint(found: &str) -> Option<String> {
    let odd = found.chars().find(|c| !c.is_ascii())?;
    let code = u32::from(odd);
    match odd {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some(format!("write - instead of {odd}")),
        '\u{2026}' => Some("write .. instead of \u{2026}".to_owned()),
        _ if odd.is_whitespace() || ('\u{200b}'..='\u{200f}').contains(&odd) || code == 0xfeff => {
            Some(format!("U+{code:04X} is not a plain blank"))
        }
        _ => None,
    }
}
