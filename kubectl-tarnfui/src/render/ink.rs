//! Colour, for who can see it.
//!
//! It repeats what the words say already, so that a pipe, a printout and an eye that tells no
//! colours apart lose nothing. Lines are painted after they were laid out and cut: what a cell says
//! is never mixed with what a terminal obeys.

use tabled::grid::util::string::get_char_width;

/// What a text is, as far as colour can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Running, or in order.
    Good,
    /// At rest, as it should be.
    Calm,
    /// Not to be looked at first.
    Faint,
    /// Not known.
    Doubtful,
    /// Wrong.
    Bad,
    /// A heading.
    Heading,
}

impl Tone {
    /// The parameters of the escape sequence: colours of the terminal's own palette, which its owner
    /// made readable on its ground.
    fn code(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Calm => "34",
            Self::Faint => "2",
            Self::Doubtful => "33",
            Self::Bad => "31",
            Self::Heading => "1",
        }
    }

    /// The text in this tone.
    pub fn paint(self, text: &str) -> String {
        format!("\u{1b}[{}m{text}\u{1b}[0m", self.code())
    }
}

/// A stretch of a line, in columns of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) tone: Tone,
}

/// The line with its stretches painted, which are in order and do not overlap. Blanks at the end of
/// a stretch stay bare.
pub(super) fn paint(line: &str, stretches: &[Stretch]) -> String {
    let (mut painted, mut rest, mut at) = (String::new(), line, 0);
    for stretch in stretches {
        let (before, from) = split(rest, stretch.start - at);
        let (inside, after) = split(from, stretch.end - stretch.start);
        painted.push_str(before);
        let text = inside.trim_end();
        if !text.is_empty() {
            painted.push_str(&stretch.tone.paint(text));
        }
        painted.push_str(&inside[text.len()..]);
        (rest, at) = (after, stretch.end);
    }
    painted + rest
}

/// The text in two, the first part so many columns wide or shorter.
fn split(text: &str, columns: usize) -> (&str, &str) {
    let mut width = 0;
    let end = text.char_indices().find(|(_, c)| {
        width += get_char_width(*c);
        width > columns
    });
    text.split_at(end.map_or(text.len(), |(at, _)| at))
}
