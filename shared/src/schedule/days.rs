//! Sets of weekdays, and the words for them. No date is known here.

use std::fmt;

use jiff::civil::Weekday;

/// The names of the days, Monday first, as they are read; the first three letters will do.
const NAMES: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The words for sets of days.
pub(super) const SETS: [(&str, Days); 3] = [
    ("daily", Days::EVERY),
    ("weekdays", Days::WEEKDAYS),
    ("weekends", Days::WEEKENDS),
];

/// A set of weekdays that is not empty.
///
/// `Display` writes `daily` or runs such as `Mon-Wed,Fri`; a run may go round the end of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(u8);

impl Days {
    /// All seven.
    pub const EVERY: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WEEKDAYS: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKENDS: Self = Self(0b110_0000);

    /// The days from `first` to `last`, both included, round the end of the week if need be: one
    /// day if they are the same.
    ///
    /// ```
    /// use jiff::civil::{Weekday, date};
    /// use tarnfui_shared::schedule::Days;
    /// let days = Days::range(Weekday::Friday, Weekday::Monday);
    /// // A Sunday and a Tuesday.
    /// assert!(days.contains(date(2026, 11, 22).weekday()));
    /// assert!(!days.contains(date(2026, 11, 24).weekday()));
    /// ```
    pub fn range(first: Weekday, last: Weekday) -> Self {
        let mut days = Self::of(first);
        let mut day = first;
        while day != last {
            day = day.next();
            days = days.with(Self::of(day));
        }
        days
    }

    /// The days of both sets.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a day is in the set.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & Self::of(day).0 != 0
    }

    fn of(day: Weekday) -> Self {
        Self(1 << day.to_monday_zero_offset())
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::EVERY {
            return f.write_str("daily");
        }
        let mut comma = "";
        let week = || Weekday::Monday.cycle_forward().take(7);
        for first in week().filter(|day| self.contains(*day) && !self.contains(day.previous())) {
            let run = first.cycle_forward().take_while(|day| self.contains(*day));
            let last = run.last().unwrap_or(first);
            write!(f, "{comma}{}", short_name(first))?;
            if last != first {
                write!(f, "-{}", short_name(last))?;
            }
            comma = ",";
        }
        Ok(())
    }
}

/// The day that a word names: three letters or whole, in any case.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Weekday::Monday.cycle_forward().take(7).find(|day| {
        [short_name(*day), long_name(*day)]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(word))
    })
}

/// All words for days, to guess from: the short names first.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let week = || Weekday::Monday.cycle_forward().take(7);
    week()
        .map(short_name)
        .chain(SETS.map(|(word, _)| word))
        .chain(week().map(long_name))
}

fn long_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => NAMES[0],
        Weekday::Tuesday => NAMES[1],
        Weekday::Wednesday => NAMES[2],
        Weekday::Thursday => NAMES[3],
        Weekday::Friday => NAMES[4],
        Weekday::Saturday => NAMES[5],
        Weekday::Sunday => NAMES[6],
    }
}

fn short_name(day: Weekday) -> &'static str {
    &long_name(day)[..3]
}
