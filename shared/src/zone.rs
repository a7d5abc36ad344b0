//! Time zones by their IANA name, from the data that is built into the program.
//!
//! The machine's own zone data is never read: it may be years old, and two replicas, or the
//! controller and the plugin on somebody's laptop, would then disagree about an hour. What a civil
//! time means where the clock goes forward or back is decided here and nowhere else.

mod nearby;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

pub(crate) use nearby::Nearby;

use crate::text::{TextError, did_you_mean, trim_blanks};

/// Names that the data holds but that say nothing about any place.
const REFUSED: [&str; 2] = ["Factory", "Etc/Unknown"];

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = TimeZoneDatabase::bundled();
    let names = all.available().map(|name| name.as_str().to_owned());
    let mut names: Vec<_> = names
        .filter(|name| !REFUSED.contains(&name.as_str()))
        .collect();
    names.sort_unstable();
    names
});

/// The names of all zones that [`Zone::parse`] knows, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(String::as_str)
}

/// An IANA time zone. Cheap to clone; equal by name, so a zone and a link to it differ.
#[derive(Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated universal time, the zone of everything that names none.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Reads a zone name in any case: `Europe/Paris`, `UTC`. Offsets, abbreviations that are not in
    /// the IANA data and the names for "unknown" are faults.
    ///
    /// ```
    /// use tarnfui_shared::zone::Zone;
    /// assert_eq!(Zone::parse("europe/paris")?.name(), "Europe/Paris");
    /// assert!(Zone::parse("+02:00").is_err());
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let name = trim_blanks(text);
        let refused = REFUSED
            .iter()
            .any(|refused| refused.eq_ignore_ascii_case(name));
        if !refused && let Ok(zone) = TimeZoneDatabase::bundled().get(name) {
            return Ok(Self(zone));
        }
        let expected = "an IANA zone name such as Europe/Paris or UTC";
        let fault = TextError::new("zone", text, 0..text.len(), expected);
        Err(hint_for(name).into_iter().fold(fault, TextError::with_hint))
    }

    /// The name as IANA writes it.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The zone as jiff knows it.
    pub fn tz(&self) -> &TimeZone {
        &self.0
    }

    /// What a clock on the wall shows at an instant.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tarnfui_shared::zone::Zone;
    /// let paris = Zone::parse("Europe/Paris")?;
    /// let read = paris.to_civil("2026-10-25T00:30:00Z".parse().unwrap());
    /// assert_eq!(read, date(2026, 10, 25).at(2, 30, 0, 0));
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn to_civil(&self, at: Timestamp) -> DateTime {
        self.0.to_datetime(at)
    }

    /// The instant at which something starts that starts at this civil time: the first, where the
    /// clock shows it twice; the instant of the change, where it never shows it.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tarnfui_shared::zone::Zone;
    /// let paris = Zone::parse("Europe/Paris")?;
    /// // The clock goes back at 03:00: 02:30 comes at 00:30Z and at 01:30Z.
    /// let twice = date(2026, 10, 25).at(2, 30, 0, 0);
    /// assert_eq!(paris.start_of(twice).to_string(), "2026-10-25T00:30:00Z");
    /// // The clock goes forward at 02:00: there is no 02:15.
    /// let never = date(2027, 3, 28).at(2, 15, 0, 0);
    /// assert_eq!(paris.start_of(never).to_string(), "2027-03-28T01:00:00Z");
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn start_of(&self, civil: DateTime) -> Timestamp {
        match self.0.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => instant(civil, offset),
            AmbiguousOffset::Fold { before, .. } => instant(civil, before),
            AmbiguousOffset::Gap { before, after } => self.change(civil, before, after),
        }
    }

    /// The instant at which something ends that ends at this civil time: the second, where the
    /// clock shows it twice; the instant of the change, where it never shows it.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tarnfui_shared::zone::Zone;
    /// let paris = Zone::parse("Europe/Paris")?;
    /// let twice = date(2026, 10, 25).at(2, 30, 0, 0);
    /// assert_eq!(paris.end_of(twice).to_string(), "2026-10-25T01:30:00Z");
    /// let never = date(2027, 3, 28).at(2, 15, 0, 0);
    /// assert_eq!(paris.end_of(never).to_string(), "2027-03-28T01:00:00Z");
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn end_of(&self, civil: DateTime) -> Timestamp {
        match self.0.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => instant(civil, offset),
            AmbiguousOffset::Fold { after, .. } => instant(civil, after),
            AmbiguousOffset::Gap { before, after } => self.change(civil, before, after),
        }
    }

    /// The zone, to be asked quickly about instants from `from` to `until`.
    pub(crate) fn near(&self, from: Timestamp, until: Timestamp) -> Nearby<'_> {
        Nearby::new(self, from, until)
    }

    /// The instant of the change that leaves out `civil`. Read with the offset after the change,
    /// `civil` lies before it, and with the offset before the change at or after it.
    fn change(&self, civil: DateTime, before: Offset, after: Offset) -> Timestamp {
        let latest = instant(civil, before);
        self.0
            .following(instant(civil, after))
            .take_while(|change| change.timestamp() <= latest)
            // A zone may also change its abbreviation only.
            .find(|change| change.offset() == after)
            .map_or(latest, |change| change.timestamp())
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Zone {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

/// The instant at which a clock of this offset shows `civil`, or the end of time beyond it.
fn instant(civil: DateTime, offset: Offset) -> Timestamp {
    let beyond = if civil.year() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    offset.to_timestamp(civil).unwrap_or(beyond)
}

/// What to try instead of a name that is none.
fn hint_for(name: &str) -> Option<String> {
    if name.starts_with(['+', '-']) || name.eq_ignore_ascii_case("z") {
        return Some("an offset knows no summer time; UTC is a name".to_owned());
    }
    let places = || names().filter_map(|name| Some((name.rsplit_once('/')?.1, name)));
    let full_name = |place: &str| {
        places()
            .find(|p| p.0.eq_ignore_ascii_case(place))
            .map(|p| p.1)
    };
    if let Some(guess) = full_name(name) {
        return Some(format!("did you mean {guess}?"));
    }
    if name.is_empty() {
        return None;
    }
    // CEST and PST are one letter from the names of other zones: a guess would be wrong by hours.
    if name.len() < 5 || name.eq_ignore_ascii_case("local") {
        return Some("abbreviations and local time are not zones".to_owned());
    }
    let by_place = || full_name(did_you_mean(name, places().map(|p| p.0))?);
    let guess = did_you_mean(name, names()).or_else(by_place)?;
    Some(format!("did you mean {guess}?"))
}
