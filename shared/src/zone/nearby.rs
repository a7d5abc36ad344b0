//! A zone over a few days or weeks, where its clock mostly stands still against UTC.
//!
//! Looking up an offset costs about 100 ns and a week of hours needs dozens of them. Two changes
//! lie months apart, so one look at the next change answers for nearly every stretch, and the rest
//! is subtraction.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::{Zone, instant};

/// What a zone needs to be free of changes round the instants asked about: no change ever moved a
/// clock by more than a day, so beyond that no civil time can come twice or never because of it.
const LARGEST_CHANGE: SignedDuration = SignedDuration::from_hours(24);

/// A zone, to be asked about instants in a stretch and the civil times shown there. The answers are
/// those of [`Zone`].
#[derive(Debug, Clone)]
pub(crate) struct Nearby<'z> {
    zone: &'z Zone,
    /// The one offset of the whole stretch and a day on either side, if there is only one.
    steady: Option<Offset>,
}

impl<'z> Nearby<'z> {
    pub(super) fn new(zone: &'z Zone, from: Timestamp, until: Timestamp) -> Self {
        let from = from.checked_sub(LARGEST_CHANGE).unwrap_or(Timestamp::MIN);
        let until = until.checked_add(LARGEST_CHANGE).unwrap_or(Timestamp::MAX);
        let change = zone.0.following(from).next();
        let steady = change.is_none_or(|change| change.timestamp() > until);
        Self {
            zone,
            steady: steady.then(|| zone.0.to_offset(from)),
        }
    }

    /// As [`Zone::to_civil`].
    pub(crate) fn to_civil(&self, at: Timestamp) -> DateTime {
        self.steady
            .map_or_else(|| self.zone.to_civil(at), |offset| offset.to_datetime(at))
    }

    /// As [`Zone::start_of`].
    pub(crate) fn start_of(&self, civil: DateTime) -> Timestamp {
        self.steady.map_or_else(
            || self.zone.start_of(civil),
            |offset| instant(civil, offset),
        )
    }

    /// As [`Zone::end_of`].
    pub(crate) fn end_of(&self, civil: DateTime) -> Timestamp {
        self.steady
            .map_or_else(|| self.zone.end_of(civil), |offset| instant(civil, offset))
    }
}
