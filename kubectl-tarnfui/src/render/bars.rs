//! Bars on a terminal while a person waits: one for each workload, drawn by indicatif.
//!
//! What indicatif draws goes into a `Sheet`, and comes out of this module as text: only
//! [`crate::io`] writes to a stream. Between two looks nothing moves, so nothing is drawn either.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::table::{fit, shorten, width, words};
use crate::error::one_line;
use crate::view::{Goal, Progress};

/// Columns of a bar: as many as show a fifth of it well, and fewer where names need the room.
const BAR: usize = 20;
const MIN_BAR: usize = 8;

/// Columns between name, bar and words.
const GAP: usize = 3;

/// Bars at most: so many can be taken in at a glance.
const MAX_BARS: usize = 10;

/// Lines that are left to what stands above: the last of the orders, and where the cursor is.
const OTHER_ROWS: usize = 2;

/// A cursor that blinks behind the last bar says nothing.
const HIDE_CURSOR: &str = "\u{1b}[?25l";
const SHOW_CURSOR: &str = "\u{1b}[?25h";

/// The bars of one wait.
#[derive(Debug)]
pub struct Bars {
    sheet: Sheet,
    multi: MultiProgress,
    slots: Vec<(ProgressBar, Slot)>,
    is_begun: bool,
}

/// What one line shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    template: String,
    done: u64,
    all: u64,
}

impl Default for Bars {
    fn default() -> Self {
        let sheet = Sheet::default();
        let target = ProgressDrawTarget::term_like(Box::new(sheet.clone()));
        Self {
            sheet,
            multi: MultiProgress::with_draw_target(target),
            slots: Vec::new(),
            is_begun: false,
        }
    }
}

impl Bars {
    /// Draws how far all is on a terminal of so many columns and rows, over what was drawn before.
    pub fn show(&mut self, all: &[Progress], columns: usize, rows: usize) -> String {
        self.sheet.resize(columns, rows);
        let slots = slots(all, columns, rows);
        while self.slots.len() > slots.len() {
            if let Some((bar, _)) = self.slots.pop() {
                self.multi.remove(&bar);
            }
        }
        for (at, slot) in slots.into_iter().enumerate() {
            match self.slots.get_mut(at) {
                Some((_, shown)) if *shown == slot => {}
                Some((bar, shown)) => {
                    slot.draw(bar);
                    *shown = slot;
                }
                None => {
                    let bar = self.multi.add(ProgressBar::no_length());
                    slot.draw(&bar);
                    self.slots.push((bar, slot));
                }
            }
        }
        self.drawn()
    }

    /// Puts a line above the bars.
    pub fn above(&mut self, line: &str) -> String {
        // The sheet takes everything.
        drop(self.multi.println(line));
        self.drawn()
    }

    /// Leaves the bars as they are, and the cursor below them, to be seen again.
    pub fn end(self) -> String {
        if self.is_begun {
            format!("\r\n{SHOW_CURSOR}")
        } else {
            String::new()
        }
    }

    fn drawn(&mut self) -> String {
        let text = self.sheet.take();
        if text.is_empty() || std::mem::replace(&mut self.is_begun, true) {
            text
        } else {
            format!("{HIDE_CURSOR}{text}")
        }
    }
}

impl Slot {
    /// A line of text, as a bar without a bar.
    fn text(text: &str, columns: usize) -> Self {
        Self {
            template: literal(&fit(text, columns)),
            done: 0,
            all: 1,
        }
    }

    /// All at once: whatever is set one by one is drawn one by one.
    fn draw(&self, bar: &ProgressBar) {
        let style = ProgressStyle::with_template(&self.template);
        let style = style.expect("the template is ours, and what is in it is escaped");
        bar.set_style(style.progress_chars("█░"));
        bar.update(|state| {
            state.set_len(self.all);
            state.set_pos(self.done);
        });
    }
}

/// The lines: those that are not done first where not all can be shown, and how many more there are.
fn slots(all: &[Progress], columns: usize, rows: usize) -> Vec<Slot> {
    let limit = MAX_BARS.min(rows.saturating_sub(OTHER_ROWS + 1)).max(1);
    let mut order: Vec<&Progress> = all.iter().collect();
    if order.len() > limit {
        order.sort_by_key(|it| it.is_settled);
    }
    let (shown, rest) = order.split_at(order.len().min(limit));
    let widest = |of: fn(&Progress) -> usize| shown.iter().map(|it| of(it)).max().unwrap_or(0);
    let names = widest(|it| width(&it.workload));
    let left = columns.saturating_sub(2 * GAP + widest(|it| width(&words(it))));
    let bar = left.saturating_sub(names).clamp(MIN_BAR, BAR);
    let names = names.min(left.saturating_sub(bar)).max(MIN_BAR);
    let bars = shown.iter().map(|it| slot(it, names, bar));
    let more = (!rest.is_empty()).then(|| {
        let done = rest.iter().filter(|it| it.is_settled).count();
        Slot::text(
            &format!("and {} more, {done} of them done", rest.len()),
            columns,
        )
    });
    bars.chain(more).collect()
}

fn slot(it: &Progress, names: usize, bar: usize) -> Slot {
    let count = |number: i32| u64::try_from(number).unwrap_or(0);
    let all = count(it.all).max(1);
    let done = match it.goal {
        Goal::Kept => 0,
        Goal::Ready | Goal::Gone if it.is_settled => all,
        Goal::Ready => count(it.ready).min(all),
        Goal::Gone => all - count(it.ready).min(all),
    };
    let name = shorten(&it.workload, names);
    let pad = " ".repeat(names.saturating_sub(width(&name)));
    let (name, words, gap) = (literal(&name), literal(&words(it)), " ".repeat(GAP));
    Slot {
        template: format!("{name}{pad}{gap}{{bar:{bar}}}{gap}{words}"),
        done,
        all,
    }
}

/// The text as it stands in a template.
fn literal(text: &str) -> String {
    one_line(text).replace('{', "{{").replace('}', "}}")
}

/// Where indicatif draws: a text that a terminal would obey.
#[derive(Debug, Clone, Default)]
struct Sheet {
    inside: Arc<Mutex<Inside>>,
}

#[derive(Debug, Default)]
struct Inside {
    text: String,
    columns: u16,
    rows: u16,
}

impl Sheet {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        // Whoever held it only appended.
        self.inside
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn resize(&self, columns: usize, rows: usize) {
        let mut inside = self.inside();
        inside.columns = u16::try_from(columns).unwrap_or(u16::MAX);
        inside.rows = u16::try_from(rows).unwrap_or(u16::MAX);
    }

    fn take(&self) -> String {
        std::mem::take(&mut self.inside().text)
    }

    fn push(&self, text: &str) {
        self.inside().text.push_str(text);
    }

    /// Moves by so many places; none is no place at all, where a terminal would move by one.
    fn go(&self, places: usize, direction: char) {
        if places > 0 {
            self.push(&format!("\u{1b}[{places}{direction}"));
        }
    }
}

impl TermLike for Sheet {
    fn width(&self) -> u16 {
        self.inside().columns
    }

    fn height(&self) -> u16 {
        self.inside().rows
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.go(n, 'A');
        Ok(())
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.go(n, 'B');
        Ok(())
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.go(n, 'C');
        Ok(())
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.go(n, 'D');
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.push(text);
        self.push("\r\n");
        Ok(())
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.push(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.push("\r\u{1b}[2K");
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}
