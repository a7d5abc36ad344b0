//! The annotations that people write, as a table and as typed values.
//!
//! Reading never fails: a value that can't be read is remembered as [`Entry::Unreadable`], so that
//! it still counts as set, and is reported as a [`Problem`]. What the values mean together is for
//! [`crate::rules`].

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::holidays::HolidaysText;
use crate::problem::{Code, Problem, cut};
use crate::schedule::ScheduleText;
use crate::text::{self, TextError};
use crate::zone::Zone;

mod key;

pub use key::{Key, Place, Row, TABLE};

/// What every key of ours begins with.
pub const PREFIX: &str = "tarnfui.io/";

/// The longest text of a person that is kept to be shown, in bytes.
pub const MAX_SHOWN_BYTES: usize = 256;

/// How many unknown keys of one object are reported; more say nothing new.
const MAX_UNKNOWN_KEYS: usize = 8;

/// What became of one annotation.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry<T> {
    /// It is not there.
    #[default]
    Unset,
    /// It is there, and says this.
    Set(T),
    /// It is there, and says nothing that can be read. It counts as set.
    Unreadable,
}

impl<T> Entry<T> {
    /// The value, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Unset | Self::Unreadable => None,
        }
    }

    /// Whether the annotation is there, readable or not.
    pub fn is_present(&self) -> bool {
        !matches!(self, Self::Unset)
    }

    /// This entry, or `default` where the annotation is not there at all.
    ///
    /// An unreadable one never falls back: a typo must not silently become the default.
    pub fn or<'a>(&'a self, default: &'a Self) -> &'a Self {
        if self.is_present() { self } else { default }
    }
}

/// When an override ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// At this instant; from then on it means nothing.
    Instant(Timestamp),
    /// When somebody takes it away.
    Forever,
}

impl Until {
    /// Reads an RFC 3339 instant or `forever`.
    pub fn parse(value: &str) -> Result<Self, TextError> {
        if text::trim_blanks(value).eq_ignore_ascii_case("forever") {
            return Ok(Self::Forever);
        }
        match text::parse_instant(value) {
            Ok(end) => Ok(Self::Instant(end)),
            Err(fault) if fault.hint().is_some() => Err(fault),
            Err(fault) => Err(fault.with_hint("forever is the one without an end")),
        }
    }

    /// Whether the override is in force: until its instant, and no longer at it.
    ///
    /// ```
    /// use tarnfui_shared::annotations::Until;
    /// let until = Until::parse("2026-11-23T22:00:00+01:00")?;
    /// assert!(until.in_force("2026-11-23T20:59:59Z".parse().unwrap()));
    /// assert!(!until.in_force("2026-11-23T21:00:00Z".parse().unwrap()));
    /// # Ok::<(), tarnfui_shared::text::TextError>(())
    /// ```
    pub fn in_force(self, now: Timestamp) -> bool {
        match self {
            Self::Instant(end) => now < end,
            Self::Forever => true,
        }
    }

    /// The instant of its end, if it has one.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::Instant(end) => Some(end),
            Self::Forever => None,
        }
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(end) => end.fmt(f),
            Self::Forever => f.write_str("forever"),
        }
    }
}

/// What a Namespace says, or what the configuration's `defaults` say for all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamespaceAnnotations {
    /// `schedule`
    pub schedule: Entry<ScheduleText>,
    /// `timezone`
    pub timezone: Entry<Zone>,
    /// `holidays`
    pub holidays: Entry<HolidaysText>,
    /// `idle-after`
    pub idle_after: Entry<SignedDuration>,
    /// `wake-on-request`
    pub wake_on_request: Entry<bool>,
    /// `awake-until`
    pub awake_until: Entry<Until>,
    /// `asleep-until`
    pub asleep_until: Entry<Until>,
    /// `override-by`
    pub override_by: Option<String>,
    /// `override-reason`
    pub override_reason: Option<String>,
    /// `grace`
    pub grace: Entry<SignedDuration>,
    /// `wake-ahead`
    pub wake_ahead: Entry<SignedDuration>,
    /// `exclude`
    pub exclude: Entry<bool>,
}

impl NamespaceAnnotations {
    /// Reads the annotations of a Namespace; keys of others are passed over.
    pub fn read<'a>(
        annotations: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Self, Vec<Problem>) {
        let mut read = Self::default();
        let mut problems = Reader::new(Place::Namespace);
        for (full, value) in annotations {
            if let Some(key) = problems.recognise(full) {
                read.set(key, value, &mut problems);
            }
        }
        (read, problems.found)
    }

    fn set(&mut self, key: Key, value: &str, problems: &mut Reader) {
        match key {
            Key::Schedule => self.schedule = problems.entry(key, value, ScheduleText::parse),
            Key::Timezone => self.timezone = problems.entry(key, value, Zone::parse),
            Key::Holidays => self.holidays = problems.entry(key, value, HolidaysText::parse),
            Key::IdleAfter => self.idle_after = problems.entry(key, value, text::parse_duration),
            Key::WakeOnRequest => self.wake_on_request = problems.entry(key, value, parse_bool),
            Key::AwakeUntil => self.awake_until = problems.entry(key, value, Until::parse),
            Key::AsleepUntil => self.asleep_until = problems.entry(key, value, Until::parse),
            Key::OverrideBy => self.override_by = Some(problems.shown(key, value)),
            Key::OverrideReason => self.override_reason = Some(problems.shown(key, value)),
            Key::Grace => self.grace = problems.entry(key, value, text::parse_duration),
            Key::WakeAhead => self.wake_ahead = problems.entry(key, value, text::parse_duration),
            Key::Exclude => self.exclude = problems.entry(key, value, parse_bool),
            Key::SleepReplicas | Key::Wave => problems.misplaced(key),
        }
    }

    /// Whether any key that is more than a shown text could not be read.
    pub fn any_unreadable(&self) -> bool {
        let Self {
            schedule,
            timezone,
            holidays,
            idle_after,
            wake_on_request,
            awake_until,
            asleep_until,
            override_by: _,
            override_reason: _,
            grace,
            wake_ahead,
            exclude,
        } = self;
        matches!(schedule, Entry::Unreadable)
            || matches!(timezone, Entry::Unreadable)
            || matches!(holidays, Entry::Unreadable)
            || [idle_after, grace, wake_ahead]
                .iter()
                .any(|e| matches!(e, Entry::Unreadable))
            || [awake_until, asleep_until]
                .iter()
                .any(|e| matches!(e, Entry::Unreadable))
            || [wake_on_request, exclude]
                .iter()
                .any(|e| matches!(e, Entry::Unreadable))
    }
}

/// What a workload says for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkloadAnnotations {
    /// `schedule`
    pub schedule: Entry<ScheduleText>,
    /// `exclude`
    pub exclude: Entry<bool>,
    /// `sleep-replicas`
    pub sleep_replicas: Entry<i32>,
    /// `wave`
    pub wave: Entry<i32>,
}

impl WorkloadAnnotations {
    /// Reads the annotations of a workload; keys of others are passed over.
    pub fn read<'a>(
        annotations: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Self, Vec<Problem>) {
        let mut read = Self::default();
        let mut problems = Reader::new(Place::Workload);
        for (full, value) in annotations {
            if let Some(key) = problems.recognise(full) {
                read.set(key, value, &mut problems);
            }
        }
        (read, problems.found)
    }

    fn set(&mut self, key: Key, value: &str, problems: &mut Reader) {
        match key {
            Key::Schedule => self.schedule = problems.entry(key, value, ScheduleText::parse),
            Key::Exclude => self.exclude = problems.entry(key, value, parse_bool),
            Key::SleepReplicas => self.sleep_replicas = problems.entry(key, value, parse_replicas),
            Key::Wave => self.wave = problems.entry(key, value, parse_wave),
            Key::Timezone
            | Key::Holidays
            | Key::IdleAfter
            | Key::WakeOnRequest
            | Key::AwakeUntil
            | Key::AsleepUntil
            | Key::OverrideBy
            | Key::OverrideReason
            | Key::Grace
            | Key::WakeAhead => problems.misplaced(key),
        }
    }

    /// Whether any key could not be read.
    pub fn any_unreadable(&self) -> bool {
        let Self {
            schedule,
            exclude,
            sleep_replicas,
            wave,
        } = self;
        matches!(schedule, Entry::Unreadable)
            || matches!(exclude, Entry::Unreadable)
            || [sleep_replicas, wave]
                .iter()
                .any(|e| matches!(e, Entry::Unreadable))
    }
}

/// `true` or `false`, in any case.
pub fn parse_bool(value: &str) -> Result<bool, TextError> {
    let word = text::trim_blanks(value);
    if word.eq_ignore_ascii_case("true") {
        return Ok(true);
    }
    if word.eq_ignore_ascii_case("false") {
        return Ok(false);
    }
    Err(fault("boolean", value, "true or false"))
}

/// A fault of the whole text.
pub(crate) fn fault(kind: &'static str, text: &str, expected: impl Into<String>) -> TextError {
    TextError::new(kind, text, 0..text.len(), expected)
}

fn parse_replicas(value: &str) -> Result<i32, TextError> {
    let word = text::trim_blanks(value);
    let number = word.parse().ok().filter(|_| !word.starts_with(['+', '-']));
    number.ok_or_else(|| fault("replicas", value, "a whole number from 0 to 2147483647"))
}

fn parse_wave(value: &str) -> Result<i32, TextError> {
    let word = text::trim_blanks(value);
    let number = word.parse().ok().filter(|_| !word.starts_with('+'));
    number.ok_or_else(|| fault("wave", value, "a whole number such as -1, 0 or 2"))
}

/// Collects the problems of one object's annotations.
struct Reader {
    place: Place,
    found: Vec<Problem>,
    unknown: usize,
}

impl Reader {
    fn new(place: Place) -> Self {
        Self {
            place,
            found: Vec::new(),
            unknown: 0,
        }
    }

    /// The key that `full` names, if it is one of ours and means something.
    fn recognise(&mut self, full: &str) -> Option<Key> {
        let short = full.strip_prefix(PREFIX)?;
        if let Some(row) = TABLE.iter().find(|row| row.full == full) {
            return Some(row.key);
        }
        self.unknown += 1;
        if self.unknown <= MAX_UNKNOWN_KEYS {
            self.found.push(unknown_key(full, short));
        }
        None
    }

    fn entry<T>(
        &mut self,
        key: Key,
        value: &str,
        parse: impl FnOnce(&str) -> Result<T, TextError>,
    ) -> Entry<T> {
        let read = if value.len() > text::MAX_VALUE_BYTES {
            Err(fault(key.short(), value, "at most 4096 bytes"))
        } else {
            parse(value)
        };
        match read {
            Ok(value) => Entry::Set(value),
            Err(error) => {
                self.found.push(Problem::unreadable(key.full(), &error));
                Entry::Unreadable
            }
        }
    }

    fn shown(&mut self, key: Key, value: &str) -> String {
        if value.len() > MAX_SHOWN_BYTES {
            let message = format!(
                "{} bytes long; cut to {MAX_SHOWN_BYTES} where it is shown",
                value.len()
            );
            self.found
                .push(Problem::new(key.full(), Code::TextCut, message));
        }
        cut(value.to_owned(), MAX_SHOWN_BYTES)
    }

    fn misplaced(&mut self, key: Key) {
        let (here, there) = match self.place {
            Place::Namespace => ("a Namespace", "the workload"),
            Place::Workload | Place::Both => ("a workload", "its Namespace"),
        };
        let message = format!("has no meaning on {here}");
        self.found.push(
            Problem::new(key.full(), Code::WrongPlace, message)
                .with_hint(format!("set it on {there}")),
        );
    }
}

fn unknown_key(full: &str, short: &str) -> Problem {
    let candidates = TABLE.iter().map(|row| &row.full[PREFIX.len()..]);
    let problem = Problem::new(
        cut(full.to_owned(), MAX_SHOWN_BYTES),
        Code::UnknownKey,
        "no such key",
    );
    match text::did_you_mean(short, candidates) {
        Some(near) => problem.with_hint(format!("did you mean {PREFIX}{near}?")),
        None => problem,
    }
}

#[cfg(test)]
mod tests;
