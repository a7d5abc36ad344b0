//! A cursor over a short text: one pass, byte positions for errors, ASCII blanks only.
//!
//! It never copies and never goes back further than its caller asks. Positions are always on the
//! boundary of a character, since it steps over whole characters.

use super::TextError;

/// Whether a character may part words: blank, tab, newline. Other Unicode spaces are not seen by a
/// person either, but they are not what the grammar says, so they are faults.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// The text without the blanks at its ends.
pub(crate) fn trim_blanks(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// A place in a text.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// A cursor before the first character that is not a blank.
    pub(crate) fn new(text: &'a str) -> Self {
        let mut cursor = Self { text, at: 0 };
        cursor.skip_blanks();
        cursor
    }

    /// The place, in bytes from the start of the text.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next character.
    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over blanks, and says whether there were any.
    pub(crate) fn skip_blanks(&mut self) -> bool {
        !self.take_while(is_blank).is_empty()
    }

    /// Steps over `what` if it is next.
    pub(crate) fn eat(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    /// Steps over `sign` and the blanks round it; over nothing at all if it is not there.
    pub(crate) fn eat_sign(&mut self, sign: &str) -> bool {
        let mut ahead = self.clone();
        ahead.skip_blanks();
        let found = ahead.eat(sign);
        if found {
            ahead.skip_blanks();
            *self = ahead;
        }
        found
    }

    /// Takes the characters up to the first that does not fit.
    pub(crate) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !fits(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// Steps `bytes` on; the caller has seen that so many are there.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// A fault from the byte `from` up to the cursor.
    pub(crate) fn fault_since(
        &self,
        from: usize,
        kind: &'static str,
        expected: impl Into<String>,
    ) -> TextError {
        TextError::new(kind, self.text, from..self.at, expected)
    }

    /// A fault at the word that comes next: up to a blank or comma, at least one character.
    pub(crate) fn fault_here(&self, kind: &'static str, expected: impl Into<String>) -> TextError {
        let mut ahead = self.clone();
        if ahead.take_while(|c| !is_blank(c) && c != ',').is_empty() {
            ahead.at += ahead.peek().map_or(0, char::len_utf8);
        }
        ahead.fault_since(self.at, kind, expected)
    }

    /// Puts a fault found in a part of this text, which begins at `offset`, into the whole.
    pub(crate) fn rebase(&self, fault: TextError, offset: usize) -> TextError {
        fault.within(self.text, offset)
    }
}
