//! The hours of one day: two times on the clock of a zone, perhaps over midnight.
//!
//! The zone is not known here.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};

/// Minutes in a day of the clock on the wall.
const DAY: u16 = 24 * 60;

/// Hours that start on a day and end on it or on the next, in whole minutes of civil time.
///
/// `22:00-06:00` belongs to the day on which it starts. `24:00` is the next day's `00:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Times {
    start: u16,
    /// Counted from the same midnight as the start, so that it is always later: at most a day.
    end: u16,
}

impl Times {
    /// `00:00-24:00`.
    pub const WHOLE_DAY: Self = Self { start: 0, end: DAY };

    /// The times from minute `start` to minute `end` of the day, 1440 being `24:00`. An end that
    /// is not later than the start is on the next day; none if they are equal or out of range.
    pub(super) fn new(start: u16, end: u16) -> Option<Self> {
        if start >= DAY || end > DAY || start == end {
            return None;
        }
        Some(Self {
            start,
            end: if end < start { end + DAY } else { end },
        })
    }

    /// The start, in minutes from the midnight at which its day begins: 0 to 1439.
    pub fn start_minute(self) -> u16 {
        self.start
    }

    /// The end, in minutes from the same midnight: more than 1440 if it is on the next day.
    pub fn end_minute(self) -> u16 {
        self.end
    }

    /// Whether these are all hours of the day, so that one day's end is the next one's start.
    pub fn is_whole_day(self) -> bool {
        self == Self::WHOLE_DAY
    }

    /// When the hours of this day start, by the clock on the wall.
    pub fn start_on(self, day: Date) -> DateTime {
        day.to_datetime(time(self.start))
    }

    /// When the hours that start on this day end, by the clock on the wall.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tarnfui_shared::schedule::{Schedule, Span};
    /// let schedule = Schedule::parse("Fri 22:00-06:00 Europe/Paris")?;
    /// let Span::Recurring { times, .. } = &schedule.spans()[0] else { unreachable!() };
    /// let friday = date(2026, 11, 20);
    /// assert_eq!(times.start_on(friday), friday.at(22, 0, 0, 0));
    /// assert_eq!(times.end_on(friday), date(2026, 11, 21).at(6, 0, 0, 0));
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn end_on(self, day: Date) -> DateTime {
        if self.end < DAY {
            return day.to_datetime(time(self.end));
        }
        // The last day that jiff knows has no next one; nothing that is written reaches it.
        let next = day.tomorrow().unwrap_or(day);
        next.to_datetime(time(self.end - DAY))
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.end > DAY {
            self.end - DAY
        } else {
            self.end
        };
        let (hour, minute) = (self.start / 60, self.start % 60);
        write!(f, "{hour:02}:{minute:02}-{:02}:{:02}", end / 60, end % 60)
    }
}

/// The time of day at a minute below 1440.
fn time(minute: u16) -> Time {
    let part = |number: u16| i8::try_from(number).unwrap_or(0);
    Time::new(part(minute / 60), part(minute % 60), 0, 0).unwrap_or(Time::midnight())
}
