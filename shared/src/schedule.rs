//! Schedules as people write them: the rule, in civil time, not yet placed on the time line.
//!
//! A [`Schedule`] is a list of [`Span`]s. It knows neither the zone of its namespace nor holidays;
//! [`crate::window::Hours`] puts these together and answers for instants. `Display` writes the
//! canonical text, which reads back as the same value.

mod days;
mod hints;
mod parse;
#[cfg(test)]
mod tests;
mod times;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::text::TextError;
use crate::zone::Zone;

pub use days::Days;
pub use hints::Hint;
pub use times::Times;

/// The most spans in one schedule. Every look at the clock walks all of them.
pub const MAX_SPANS: usize = 64;

/// The value of a `schedule` annotation: hours, or the name of hours written elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScheduleText {
    /// `@name`: a schedule of this name in the configuration.
    Named(String),
    /// The hours themselves.
    Literal(Schedule),
}

impl ScheduleText {
    /// Reads `@name` or a schedule.
    ///
    /// ```
    /// use tarnfui_shared::schedule::ScheduleText;
    /// assert_eq!(ScheduleText::parse("@office")?, ScheduleText::Named("office".to_owned()));
    /// assert!(matches!(ScheduleText::parse("Mon-Fri 8:00-20:00")?, ScheduleText::Literal(_)));
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        parse::schedule_text(text)
    }
}

impl fmt::Display for ScheduleText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => write!(f, "@{name}"),
            Self::Literal(schedule) => schedule.fmt(f),
        }
    }
}

/// The hours in which something is awake: the union of its spans.
///
/// `always` is the single span `00:00-24:00` of every day, `never` has no span at all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Schedule {
    spans: Vec<Span>,
}

impl Schedule {
    /// Reads a schedule; a schedule that only names another one is a fault.
    ///
    /// ```
    /// use tarnfui_shared::schedule::Schedule;
    /// let schedule = Schedule::parse("monday,Wed-Fri 8:00 - 18:00 europe/paris, 2026-12-24")?;
    /// assert_eq!(schedule.to_string(), "Mon,Wed-Fri 08:00-18:00 Europe/Paris, 2026-12-24");
    /// assert_eq!(schedule.spans().len(), 2);
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        parse::schedule(text)
    }

    /// Awake at every instant but on holidays.
    pub fn always() -> Self {
        Self {
            spans: vec![Span::ALWAYS],
        }
    }

    /// Awake at no instant.
    pub fn never() -> Self {
        Self { spans: Vec::new() }
    }

    /// The spans in the order in which they were written.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// What is right as written but often meant otherwise.
    ///
    /// ```
    /// use tarnfui_shared::schedule::Schedule;
    /// let schedule = Schedule::parse("2026-12-24, 2026-12-26 08:00-12:00")?;
    /// assert_eq!(
    ///     schedule.hints()[0].to_string(),
    ///     "2026-12-24 is the whole day, since dates do not join: \
    ///      write \"2026-12-24 08:00-12:00\" for those hours only"
    /// );
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn hints(&self) -> Vec<Hint> {
        hints::hints(&self.spans)
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.spans.as_slice() {
            [] => return f.write_str("never"),
            [Span::ALWAYS] => return f.write_str("always"),
            _ => {}
        }
        for (index, span) in self.spans.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{span}")?;
        }
        Ok(())
    }
}

/// One part of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// Hours that come again on some days of every week, but not on holidays.
    Recurring {
        /// The days on which the hours start; every day where none is written.
        days: Option<Days>,
        /// The hours.
        times: Times,
        /// The zone of the hours; that of the namespace where none is written.
        zone: Option<Zone>,
    },
    /// Hours on particular days, holidays or not.
    Dates {
        /// The first day.
        first: Date,
        /// The last day, not before the first.
        last: Date,
        /// The hours that start on each of these days; the whole day where none are written.
        times: Option<Times>,
        /// The zone of the days and hours; that of the namespace where none is written.
        zone: Option<Zone>,
    },
    /// One absolute window, holiday or not.
    Instants {
        /// The first instant inside.
        start: Timestamp,
        /// The first instant behind it, later than the start.
        end: Timestamp,
    },
}

impl Span {
    const ALWAYS: Self = Self::Recurring {
        days: None,
        times: Times::WHOLE_DAY,
        zone: None,
    };
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = match self {
            Self::Recurring { days, times, zone } => {
                days.iter().try_for_each(|days| write!(f, "{days} "))?;
                write!(f, "{times}")?;
                zone
            }
            Self::Dates {
                first,
                last,
                times,
                zone,
            } => {
                write!(f, "{first}")?;
                if last > first {
                    write!(f, "..{last}")?;
                }
                times.iter().try_for_each(|times| write!(f, " {times}"))?;
                zone
            }
            Self::Instants { start, end } => {
                write!(f, "{start} - {end}")?;
                &None
            }
        };
        zone.iter().try_for_each(|zone| write!(f, " {zone}"))
    }
}
