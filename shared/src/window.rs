//! Schedules on the time line: which instants are inside the hours, and when that changes.
//!
//! [`Hours`] is a schedule with its zones and holidays filled in. It is never unrolled: each
//! question looks at the days round the instant asked about, in stretches of bounded length, and no
//! further than [`LOOK_AHEAD`] ahead. There is no state here, so a controller that was off for a
//! week gets the right answer at its first look.

mod rule;
mod stretch;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use crate::holidays::Holidays;
use crate::schedule::{Schedule, Span};
use crate::zone::Zone;
use rule::Rule;
use stretch::Stretch;

/// How far ahead a change is looked for: a year, and a month for rules that move a little.
pub const LOOK_AHEAD: SignedDuration = SignedDuration::from_hours(400 * 24);

/// How far back the start of the present window is looked for: the longest `idle-after`, and a day.
pub const LOOK_BACK: SignedDuration = SignedDuration::from_hours(31 * 24);

/// The first stretch looks this far either way: most answers lie between one evening and the
/// Monday after it.
const NEAR_BACK: SignedDuration = SignedDuration::from_hours(24);
const NEAR_AHEAD: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The longest stretch. With 64 spans a day it holds 64 * (32 + 4) windows of 32 bytes, 74 KB; with
/// 30 days to wake ahead, 64 * (32 + 30 + 4), 135 KB.
const MAX_STRETCH: SignedDuration = SignedDuration::from_hours(32 * 24);

/// One concrete stretch of time, `start` included, `end` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant inside.
    pub start: Timestamp,
    /// The first instant behind it, later than `start`.
    pub end: Timestamp,
}

/// How an instant stands to the hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is inside a window; the time to wake ahead of one counts as inside.
    pub open: bool,
    /// Whether it is outside, but would be inside a window (without waking ahead) were it not for
    /// the holidays.
    pub holiday: bool,
    /// The start of the window that it is in, after merging; none outside, and none if it is more
    /// than [`LOOK_BACK`] ago.
    pub since: Option<Timestamp>,
    /// The next instant at which `open` or `holiday` changes; none if there is none within
    /// [`LOOK_AHEAD`].
    pub until: Option<Timestamp>,
}

/// A schedule made concrete: with its zones, holidays and the time to wake ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    rules: Vec<Rule>,
    absolute: Vec<Window>,
    wake_ahead: SignedDuration,
}

impl Hours {
    /// The hours of `schedule`, where `zone` holds for spans that name none, `holidays` take away
    /// the windows of recurring spans that start on them, and every window that is left begins
    /// earlier by `wake_ahead` of elapsed time (not later: a negative one is none).
    ///
    /// ```
    /// use jiff::SignedDuration;
    /// use tarnfui_shared::{holidays::Holidays, schedule::Schedule, window::Hours, zone::Zone};
    /// let schedule = Schedule::parse("Mon-Fri 08:00-20:00")?;
    /// let paris = Zone::parse("Europe/Paris")?;
    /// let ahead = SignedDuration::from_mins(10);
    /// let hours = Hours::new(&schedule, &paris, &Holidays::none(), ahead);
    /// // Sunday at noon.
    /// let now = hours.at("2026-11-22T11:00:00Z".parse().unwrap());
    /// assert!(!now.open);
    /// assert_eq!(now.until, "2026-11-23T06:50:00Z".parse().ok());
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn new(
        schedule: &Schedule,
        zone: &Zone,
        holidays: &Holidays,
        wake_ahead: SignedDuration,
    ) -> Self {
        let mut hours = Self {
            rules: Vec::new(),
            absolute: Vec::new(),
            wake_ahead: wake_ahead.max(SignedDuration::ZERO),
        };
        for span in schedule.spans() {
            match span {
                Span::Recurring {
                    days,
                    times,
                    zone: own,
                } => {
                    let zone = own.as_ref().unwrap_or(zone);
                    hours
                        .rules
                        .push(Rule::recurring(*days, *times, zone, holidays));
                }
                Span::Dates {
                    first,
                    last,
                    times,
                    zone: own,
                } => {
                    let zone = own.as_ref().unwrap_or(zone);
                    hours.rules.push(Rule::dates(*first, *last, *times, zone));
                }
                Span::Instants { start, end } => {
                    hours.absolute.push(Window {
                        start: *start,
                        end: *end,
                    });
                }
            }
        }
        hours
    }

    /// How `now` stands to the hours.
    ///
    /// A window is `[start, end)`. One that goes over midnight belongs to the day it starts on, and
    /// so does what a holiday takes away:
    ///
    /// ```
    /// use jiff::SignedDuration;
    /// use tarnfui_shared::holidays::{DateRange, Holidays};
    /// use tarnfui_shared::{schedule::Schedule, window::Hours, zone::Zone};
    /// let schedule = Schedule::parse("daily 22:00-06:00 Europe/Paris")?;
    /// let christmas = Holidays::new([DateRange::parse("2026-12-25")?]);
    /// let hours = Hours::new(&schedule, &Zone::utc(), &christmas, SignedDuration::ZERO);
    /// // 05:59 on the 25th in Paris: still the night that began on the 24th.
    /// assert!(hours.at("2026-12-25T04:59:00Z".parse().unwrap()).open);
    /// // 05:59 on the 26th: this night would have begun on the 25th.
    /// let now = hours.at("2026-12-26T04:59:00Z".parse().unwrap());
    /// assert!(now.holiday && !now.open);
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn at(&self, now: Timestamp) -> Standing {
        let near = self.stretch(plus(now, -NEAR_BACK), plus(now, NEAR_AHEAD));
        let look = near.look(now);
        Standing {
            open: look.open.is_some(),
            holiday: look.holiday,
            since: look.open.and_then(|window| self.since(now, window, &near)),
            until: look
                .change
                .or_else(|| self.change_after(near.until(), plus(now, LOOK_AHEAD))),
        }
    }

    /// The windows that hold an instant of `[from, to)`, cut to it: merged, sorted, with a gap
    /// between any two. What lies more than [`LOOK_AHEAD`] behind `from` is left out.
    ///
    /// ```
    /// use jiff::SignedDuration;
    /// use tarnfui_shared::{holidays::Holidays, schedule::Schedule, window::Hours, zone::Zone};
    /// // On 2027-03-28 the clock in Paris goes from 02:00 to 03:00: these hours last one.
    /// let schedule = Schedule::parse("01:30-03:30 Europe/Paris")?;
    /// let hours = Hours::new(&schedule, &Zone::utc(), &Holidays::none(), SignedDuration::ZERO);
    /// let instant = |text: &str| text.parse().unwrap();
    /// let day = hours.windows(instant("2027-03-28T00:00:00Z"), instant("2027-03-28T12:00:00Z"));
    /// assert_eq!(day.len(), 1);
    /// assert_eq!(day[0].start, instant("2027-03-28T00:30:00Z"));
    /// assert_eq!(day[0].end, instant("2027-03-28T01:30:00Z"));
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn windows(&self, from: Timestamp, to: Timestamp) -> Vec<Window> {
        let to = to.min(plus(from, LOOK_AHEAD));
        let mut windows: Vec<Window> = Vec::new();
        let mut at = from;
        while at < to {
            let end = to.min(plus(at, MAX_STRETCH));
            let stretch = self.stretch(at, end);
            for window in stretch
                .open()
                .iter()
                .filter(|w| w.start < end && at < w.end)
            {
                let cut = Window {
                    start: window.start.max(at),
                    end: window.end.min(end),
                };
                match windows.last_mut() {
                    // Cut by the end of the stretch before.
                    Some(last) if last.end == cut.start => last.end = cut.end,
                    _ => windows.push(cut),
                }
            }
            at = end;
        }
        windows
    }

    /// The start of the window that holds `now`, of which `near` may have seen only a part.
    fn since(&self, now: Timestamp, seen: Window, near: &Stretch) -> Option<Timestamp> {
        if seen.start >= near.from() {
            return Some(seen.start);
        }
        let earliest = plus(now, -LOOK_BACK);
        let window = self.stretch(earliest, now).look(now).open?;
        Some(window.start).filter(|start| *start >= earliest)
    }

    /// The first change after `at` and not after `limit`, stretch by stretch.
    fn change_after(&self, mut at: Timestamp, limit: Timestamp) -> Option<Timestamp> {
        let mut length = NEAR_AHEAD;
        while at < limit {
            length = (length * 2).min(MAX_STRETCH);
            let stretch = self.stretch(at, limit.min(plus(at, length)));
            if let Some(change) = stretch.look(at).change {
                return Some(change);
            }
            at = stretch.until();
        }
        None
    }

    fn stretch(&self, from: Timestamp, until: Timestamp) -> Stretch {
        Stretch::new(self, from, until)
    }
}

/// A later or, with a negative duration, earlier instant; the end of time where there is none.
fn plus(at: Timestamp, duration: SignedDuration) -> Timestamp {
    let beyond = if duration.is_negative() {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    at.checked_add(duration).unwrap_or(beyond)
}
