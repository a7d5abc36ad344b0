//! One span with its zone and holidays: what it means on each local day.
//!
//! No other span is known here, so windows of different spans are not merged.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Window, plus};
use crate::holidays::Holidays;
use crate::schedule::{Days, Times};
use crate::zone::{Nearby, Zone};

/// How far from the instants asked about the windows of [`Rule::windows`] can reach: two days to
/// the day before yesterday and one to its midnight; one to tomorrow, and two to the end of a night
/// that begins then.
const REACH: SignedDuration = SignedDuration::from_hours(3 * 24);

/// A recurring span or particular days; both are hours on days that are picked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    days: Days,
    first: Date,
    last: Date,
    times: Times,
    zone: Zone,
    /// None for particular days, which say what they mean.
    holidays: Holidays,
}

/// The window of a day, or of several whole days in a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) window: Window,
    /// Whether the day is a holiday, so that the window is not one.
    pub(super) removed: bool,
}

impl Rule {
    pub(super) fn recurring(
        days: Option<Days>,
        times: Times,
        zone: &Zone,
        holidays: &Holidays,
    ) -> Self {
        Self {
            days: days.unwrap_or(Days::EVERY),
            first: Date::MIN,
            last: Date::MAX,
            times,
            zone: zone.clone(),
            holidays: holidays.clone(),
        }
    }

    pub(super) fn dates(first: Date, last: Date, times: Option<Times>, zone: &Zone) -> Self {
        Self {
            days: Days::EVERY,
            first,
            last,
            times: times.unwrap_or(Times::WHOLE_DAY),
            zone: zone.clone(),
            holidays: Holidays::none(),
        }
    }

    /// All windows that hold or touch an instant from `from` to `until`, and a few more round them.
    ///
    /// A window that holds `t` starts on the local day of `t` or the one before, where it goes over
    /// midnight. A clock that is put back can show a day once more, by at most 24 hours in any zone
    /// at any time, so one more day on either side is enough.
    pub(super) fn windows(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = Found> + '_ {
        let zone = self.zone.near(plus(from, -REACH), plus(until, REACH));
        let first = before(before(zone.to_civil(from).date())).max(self.first);
        let until = zone.to_civil(until).date();
        let last = until.tomorrow().unwrap_or(until).min(self.last);
        let mut next = (first <= last).then_some(first);
        std::iter::from_fn(move || {
            let day = next?;
            let run = self.run(day, last);
            next = run.tomorrow().ok().filter(|day| *day <= last);
            Some((day, run))
        })
        .filter_map(move |(day, run)| self.window(&zone, day, run))
    }

    /// The last of the days from `day` on that make one window with it. Whole days touch, so a row
    /// of them needs no more work than one.
    fn run(&self, day: Date, last: Date) -> Date {
        let mut run = day;
        if !self.times.is_whole_day() {
            return run;
        }
        while let Some(next) = run.tomorrow().ok().filter(|next| *next <= last)
            && self.days.contains(next.weekday()) == self.days.contains(day.weekday())
            && self.holidays.contains(next) == self.holidays.contains(day)
        {
            run = next;
        }
        run
    }

    /// The window that starts on `day` and ends with the hours of `run`. A change of the clock may
    /// leave nothing of it.
    fn window(&self, zone: &Nearby<'_>, day: Date, run: Date) -> Option<Found> {
        if !self.days.contains(day.weekday()) {
            return None;
        }
        let start = zone.start_of(self.times.start_on(day));
        let end = zone.end_of(self.times.end_on(run));
        let window = Window { start, end };
        (start < end).then(|| Found {
            window,
            removed: self.holidays.contains(day),
        })
    }
}

fn before(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}
