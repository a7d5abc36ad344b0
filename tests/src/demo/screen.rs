//! Where the demo talks: a frame that is redrawn in place on a terminal, plain lines elsewhere.
//!
//! It knows nothing of what it shows. It must leave the terminal as it found it, however the demo
//! ends.

use std::io::{self, Write};

/// The smallest terminal that a frame fits into; in any other one lines are written.
const ROWS: u16 = 22;
const COLUMNS: u16 = 80;

/// Colours of the sixteen that every terminal has and every theme chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    /// What is awake, and what went well.
    Green,
    /// What sleeps.
    Blue,
    /// What deserves a look.
    Yellow,
    /// What went wrong.
    Red,
    /// What is not so important.
    Dim,
    /// Headings.
    Bold,
}

/// Whether there are colours at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// There are.
    Coloured,
    /// There are none: somebody set `NO_COLOR`, or it is no terminal.
    Plain,
}

impl Paint {
    /// The text in a colour. To be measured before, since colours count as characters.
    pub(super) fn paint(self, colour: Colour, text: &str) -> String {
        let code = match colour {
            Colour::Green => 32,
            Colour::Blue => 34,
            Colour::Yellow => 33,
            Colour::Red => 31,
            Colour::Dim => 2,
            Colour::Bold => 1,
        };
        match self {
            Self::Coloured if !text.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            Self::Coloured | Self::Plain => text.to_owned(),
        }
    }
}

/// How it is talked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Frames,
    Lines,
}

/// What is written to.
pub(super) struct Screen {
    out: Box<dyn Write>,
    mode: Mode,
    paint: Paint,
    drawn: usize,
}

impl Screen {
    /// The terminal, or whatever stdout is.
    pub(super) fn stdout() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let size = terminal_size::terminal_size_of(io::stdout()).filter(|_| !is_dumb);
        let fits = |(width, height): (terminal_size::Width, terminal_size::Height)| {
            width.0 >= COLUMNS && height.0 >= ROWS
        };
        Self {
            out: Box::new(io::stdout()),
            mode: if size.is_some_and(fits) {
                Mode::Frames
            } else {
                Mode::Lines
            },
            paint: if size.is_some() && !is_set("NO_COLOR") {
                Paint::Coloured
            } else {
                Paint::Plain
            },
            drawn: 0,
        }
    }

    /// Whether there are colours.
    pub(super) fn paint(&self) -> Paint {
        self.paint
    }

    /// Whether frames are drawn.
    pub(super) fn is_live(&self) -> bool {
        self.mode == Mode::Frames
    }

    /// Writes lines that stay.
    pub(super) fn say(&mut self, text: &str) {
        self.settle();
        self.write(&format!("{text}\n"));
    }

    /// Writes what is to be answered on the same line.
    pub(super) fn ask(&mut self, question: &str) {
        self.settle();
        self.write(question);
    }

    /// Writes a line that stays, where no frame shows the same.
    pub(super) fn note(&mut self, text: &str) {
        match self.mode {
            Mode::Frames => {}
            Mode::Lines => self.say(text),
        }
    }

    /// Draws a frame over the one before.
    pub(super) fn draw(&mut self, lines: &[String]) {
        if self.mode == Mode::Lines {
            return;
        }
        // No cursor, no wrapping, and back up to the first line of the frame before.
        let mut text = String::from("\x1b[?25l\x1b[?7l\r");
        if self.drawn > 1 {
            text = format!("{text}\x1b[{}A", self.drawn - 1);
        }
        let lines: Vec<String> = lines.iter().map(|line| format!("{line}\x1b[K")).collect();
        text += &lines.join("\r\n");
        // Below, where the frame before was longer.
        text += "\x1b[J";
        self.drawn = lines.len();
        self.write(&text);
    }

    /// Leaves the last frame where it is: what comes is written below.
    pub(super) fn settle(&mut self) {
        if self.drawn > 0 {
            self.drawn = 0;
            self.write("\x1b[?7h\x1b[?25h\r\n");
        }
    }

    fn write(&mut self, text: &str) {
        // A reader that has gone, `head` for one, is no reason to leave workloads asleep.
        let _ = self.out.write_all(text.as_bytes());
        let _ = self.out.flush();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.settle();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn screen(mode: Mode) -> (Screen, Written) {
        let written = Written::default();
        let screen = Screen {
            out: Box::new(written.clone()),
            mode,
            paint: Paint::Plain,
            drawn: 0,
        };
        (screen, written)
    }

    fn text(written: &Written) -> String {
        String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_frame_is_drawn_over_the_one_before_and_the_terminal_is_given_back() {
        let (mut screen, written) = screen(Mode::Frames);
        screen.draw(&["a".to_owned(), "b".to_owned()]);
        screen.note("not shown twice");
        screen.draw(&["c".to_owned()]);
        drop(screen);
        assert_eq!(
            text(&written),
            "\x1b[?25l\x1b[?7l\ra\x1b[K\r\nb\x1b[K\x1b[J\
             \x1b[?25l\x1b[?7l\r\x1b[1Ac\x1b[K\x1b[J\
             \x1b[?7h\x1b[?25h\r\n"
        );
    }

    #[test]
    fn where_there_is_no_terminal_there_are_only_lines() {
        let (mut screen, written) = screen(Mode::Lines);
        screen.draw(&["a".to_owned()]);
        screen.note("noted");
        screen.say("said");
        drop(screen);
        assert_eq!(text(&written), "noted\nsaid\n");
    }

    #[test]
    fn without_colours_text_is_as_it_was() {
        assert_eq!(Paint::Plain.paint(Colour::Red, "no"), "no");
        assert_eq!(
            Paint::Coloured.paint(Colour::Red, "no"),
            "\x1b[31mno\x1b[0m"
        );
        assert_eq!(Paint::Coloured.paint(Colour::Red, ""), "");
    }
}
