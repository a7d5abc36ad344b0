//! Holidays: local days on which recurring hours do not start.
//!
//! [`HolidaysText`] is what a person wrote, with names of calendars kept elsewhere; [`Holidays`] is
//! the set of days with those filled in. A holiday has no zone: it is that day wherever a span's
//! own clock stands. What a holiday takes away is decided in [`crate::window`].

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::text::{Cursor, TextError, check_value, is_blank, parse_name, read_dates};

/// The most entries in one text: one for each day of a year.
pub const MAX_HOLIDAYS: usize = 365;

const EXPECTED: &str = "a date, first..last or @calendar, as in \"2026-12-25, @france\"";

/// Days from a first to a last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateRange {
    first: Date,
    last: Date,
}

impl DateRange {
    /// The days from `first` to `last`; none if they are the wrong way round.
    pub fn new(first: Date, last: Date) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// Reads `2026-12-25` or `2026-12-28..2026-12-31`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        check_value("dates", text, "a date or first..last")?;
        let mut cursor = Cursor::new(text);
        let (first, last) = read_dates(&mut cursor)?;
        cursor.skip_blanks();
        match cursor.peek() {
            None => Ok(Self { first, last }),
            Some(_) => Err(cursor.fault_here("dates", "nothing behind the date")),
        }
    }

    /// The first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// The last day, which may be the first.
    pub fn last(self) -> Date {
        self.last
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return write!(f, "{}", self.first);
        }
        write!(f, "{}..{}", self.first, self.last)
    }
}

/// The value of a `holidays` annotation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HolidaysText {
    ranges: Vec<DateRange>,
    names: Vec<String>,
}

impl HolidaysText {
    /// Reads dates, ranges of dates and names of calendars, with commas between them.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tarnfui_shared::holidays::{Holidays, HolidaysText};
    /// let text = HolidaysText::parse("2026-12-28..2026-12-31, 2026-12-25, @france")?;
    /// assert_eq!(text.names(), ["france"]);
    /// let france = Holidays::none();
    /// let days = text.resolve(|name| (name == "france").then_some(&france)).unwrap();
    /// assert!(days.contains(date(2026, 12, 29)) && !days.contains(date(2026, 12, 27)));
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        check_value("holidays", text, EXPECTED)?;
        let mut cursor = Cursor::new(text);
        let mut holidays = Self {
            ranges: Vec::new(),
            names: Vec::new(),
        };
        loop {
            if holidays.ranges.len() + holidays.names.len() == MAX_HOLIDAYS {
                return Err(cursor.fault_here("holiday", format!("at most {MAX_HOLIDAYS}")));
            }
            holidays.read_entry(&mut cursor)?;
            if cursor.eat_sign(",") {
                continue;
            }
            cursor.skip_blanks();
            return match cursor.peek() {
                None => Ok(holidays),
                Some(_) => Err(cursor.fault_here("holiday", "a comma or nothing behind a holiday")),
            };
        }
    }

    /// The days that are written out, in the order of the text.
    pub fn ranges(&self) -> &[DateRange] {
        &self.ranges
    }

    /// The calendars that are named, without their `@`, in the order of the text.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The days, with those of the calendars named; or the first name that `calendar` has not.
    pub fn resolve<'c>(
        &self,
        calendar: impl Fn(&str) -> Option<&'c Holidays>,
    ) -> Result<Holidays, &str> {
        let mut ranges = self.ranges.clone();
        for name in &self.names {
            let found = calendar(name).ok_or(name.as_str())?;
            ranges.extend_from_slice(&found.ranges);
        }
        Ok(Holidays::new(ranges))
    }

    fn read_entry(&mut self, cursor: &mut Cursor<'_>) -> Result<(), TextError> {
        match cursor.peek() {
            Some('@') => {
                cursor.advance(1);
                let from = cursor.at();
                let name = cursor.take_while(|c| !is_blank(c) && c != ',');
                let name = parse_name(name).map_err(|fault| cursor.rebase(fault, from))?;
                self.names.push(name);
            }
            None | Some(',') => return Err(cursor.fault_here("holiday", EXPECTED)),
            Some(_) => {
                let (first, last) = read_dates(cursor)?;
                self.ranges.push(DateRange { first, last });
            }
        }
        Ok(())
    }
}

impl fmt::Display for HolidaysText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges = self.ranges.iter().map(ToString::to_string);
        let names = self.names.iter().map(|name| format!("@{name}"));
        f.write_str(&ranges.chain(names).collect::<Vec<_>>().join(", "))
    }
}

/// A set of days. Cheap to clone: the days are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holidays {
    /// Sorted; between two of them lies at least one day.
    ranges: Arc<[DateRange]>,
}

impl Holidays {
    /// No day at all.
    pub fn none() -> Self {
        Self::new([])
    }

    /// The days of all these ranges, which may overlap and come in any order.
    pub fn new(ranges: impl IntoIterator<Item = DateRange>) -> Self {
        let mut ranges: Vec<_> = ranges.into_iter().collect();
        ranges.sort_unstable();
        ranges.dedup_by(|next, kept| {
            let apart = kept.last.tomorrow().is_ok_and(|day| day < next.first);
            if !apart {
                kept.last = kept.last.max(next.last);
            }
            !apart
        });
        Self {
            ranges: ranges.into(),
        }
    }

    /// Whether a day is one of them.
    pub fn contains(&self, day: Date) -> bool {
        let after = self.ranges.partition_point(|range| range.first <= day);
        after > 0 && day <= self.ranges[after - 1].last
    }

    /// The days as ranges, sorted, with at least one other day between any two.
    pub fn ranges(&self) -> &[DateRange] {
        &self.ranges
    }
}
