//! What is right as written but often meant otherwise.
//!
//! A hint never changes what a schedule means; it is shown as a problem that
//! is only worth knowing.

use std::fmt;

use jiff::civil::Date;

use super::{Days, Span, Times};

/// Something to look at again in a schedule that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// `2026-12-24, 2026-12-26 08:00-12:00`: the first date has no hours of its own.
    DatesDoNotJoin {
        /// The first day without hours.
        first: Date,
        /// The last day without hours.
        last: Date,
        /// The hours of the dates that follow.
        times: Times,
    },
    /// `Mon-Fri 08:00-12:00, 13:00-17:00`: the second span has no days of its own.
    DaysDoNotCarry {
        /// The days of the span before.
        days: Days,
        /// The hours that hold on every day.
        times: Times,
        /// Whether the span before has a zone, which does not carry over either.
        zone_before: bool,
    },
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DatesDoNotJoin { first, last, times } => {
                let (dates, day) = if last > first {
                    (format!("{first}..{last}"), "are whole days")
                } else {
                    (first.to_string(), "is the whole day")
                };
                write!(f, "{dates} {day}, since dates do not join: ")?;
                write!(f, "write \"{dates} {times}\" for those hours only")
            }
            Self::DaysDoNotCarry {
                days,
                times,
                zone_before,
            } => {
                let zone = if *zone_before {
                    " in the zone of the namespace"
                } else {
                    ""
                };
                write!(
                    f,
                    "{times} holds on every day{zone}, since it names no days: "
                )?;
                write!(
                    f,
                    "write \"{days} {times}\" to keep to them, or \"daily {times}\""
                )
            }
        }
    }
}

/// The hints for spans in the order in which they were written: one for each at most.
pub(super) fn hints(spans: &[Span]) -> Vec<Hint> {
    let mut hints = Vec::new();
    let mut before = None;
    for (index, span) in spans.iter().enumerate() {
        match span {
            Span::Recurring {
                days: Some(days),
                zone,
                ..
            } => before = Some((*days, zone)),
            Span::Recurring {
                days: None,
                times,
                zone,
            } => {
                let carried = before.map(|(days, zone_before)| Hint::DaysDoNotCarry {
                    days,
                    times: *times,
                    zone_before: zone.is_none() && zone_before.is_some(),
                });
                hints.extend(carried);
            }
            Span::Dates {
                first,
                last,
                times: None,
                zone: None,
            } => {
                if let Some(Span::Dates {
                    times: Some(times), ..
                }) = spans.get(index + 1)
                {
                    hints.push(Hint::DatesDoNotJoin {
                        first: *first,
                        last: *last,
                        times: *times,
                    });
                }
            }
            Span::Dates { .. } | Span::Instants { .. } => {}
        }
    }
    hints
}
