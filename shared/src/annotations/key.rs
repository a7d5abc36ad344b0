//! The keys as a table: what the readers and `explain` are made from. What a value means is not
//! known here.

use super::PREFIX;

/// A key of the annotation API, owned by people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The hours it is awake.
    Schedule,
    /// The zone of spans that name none.
    Timezone,
    /// Local days without working hours.
    Holidays,
    /// How long without a request until it sleeps.
    IdleAfter,
    /// Whether a request wakes it.
    WakeOnRequest,
    /// An override: awake until then.
    AwakeUntil,
    /// An override: asleep until then.
    AsleepUntil,
    /// Who set the override.
    OverrideBy,
    /// Why the override was set.
    OverrideReason,
    /// How old a workload must be before a rule puts it to sleep.
    Grace,
    /// How long before the hours start the waking begins.
    WakeAhead,
    /// Hands off.
    Exclude,
    /// A sleeping value other than 0.
    SleepReplicas,
    /// The order of waking.
    Wave,
}

/// On which objects a key has a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On a Namespace.
    Namespace,
    /// On a workload.
    Workload,
    /// On both.
    Both,
}

/// One key of the API.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The key.
    pub key: Key,
    /// The key in full, with the prefix.
    pub full: &'static str,
    /// Where it may stand.
    pub place: Place,
    /// A value as people write it.
    pub example: &'static str,
    /// What it does, in one sentence.
    pub meaning: &'static str,
}

/// Every key, in the order of [`Key`], which a test holds.
pub const TABLE: &[Row] = &[
    row(
        Key::Schedule,
        "tarnfui.io/schedule",
        Place::Both,
        "Mon-Fri 08:00-20:00",
        "The hours it is awake; also `always`, `never`, or `@name` of a schedule in the configuration. On a workload it replaces the namespace's for that workload.",
    ),
    row(
        Key::Timezone,
        "tarnfui.io/timezone",
        Place::Namespace,
        "Europe/Paris",
        "The IANA zone of spans that name none; else the configuration's, else UTC.",
    ),
    row(
        Key::Holidays,
        "tarnfui.io/holidays",
        Place::Namespace,
        "2026-12-25, 2026-12-28..2026-12-31, @france",
        "Local days without working hours; `@name` is a calendar in the configuration.",
    ),
    row(
        Key::IdleAfter,
        "tarnfui.io/idle-after",
        Place::Namespace,
        "30m",
        "Asleep when no request came for that long; also how long a request keeps it awake outside its hours.",
    ),
    row(
        Key::WakeOnRequest,
        "tarnfui.io/wake-on-request",
        Place::Namespace,
        "true",
        "A request to a sleeping application wakes the namespace.",
    ),
    row(
        Key::AwakeUntil,
        "tarnfui.io/awake-until",
        Place::Namespace,
        "2026-11-23T22:00:00+01:00",
        "An override: awake until that instant, or `forever`. Past its instant it means nothing.",
    ),
    row(
        Key::AsleepUntil,
        "tarnfui.io/asleep-until",
        Place::Namespace,
        "2026-11-23T07:00:00Z",
        "An override: asleep until that instant, or `forever`. Past its instant it means nothing.",
    ),
    row(
        Key::OverrideBy,
        "tarnfui.io/override-by",
        Place::Namespace,
        "dana@example.com",
        "Who set the override; shown, never interpreted.",
    ),
    row(
        Key::OverrideReason,
        "tarnfui.io/override-reason",
        Place::Namespace,
        "load test",
        "Why the override was set; shown, never interpreted.",
    ),
    row(
        Key::Grace,
        "tarnfui.io/grace",
        Place::Namespace,
        "15m",
        "A workload younger than this is not put to sleep by a rule.",
    ),
    row(
        Key::WakeAhead,
        "tarnfui.io/wake-ahead",
        Place::Namespace,
        "10m",
        "Begin waking this long before the hours start, so that it is ready by then.",
    ),
    row(
        Key::Exclude,
        "tarnfui.io/exclude",
        Place::Both,
        "true",
        "Hands off: wakes what sleeps here, then touches nothing.",
    ),
    row(
        Key::SleepReplicas,
        "tarnfui.io/sleep-replicas",
        Place::Workload,
        "1",
        "The replicas it keeps while asleep, where 0 is too few.",
    ),
    row(
        Key::Wave,
        "tarnfui.io/wave",
        Place::Workload,
        "2",
        "An integer; waking goes by ascending wave, each ready before the next, and sleeping by descending wave.",
    ),
];

const fn row(
    key: Key,
    full: &'static str,
    place: Place,
    example: &'static str,
    meaning: &'static str,
) -> Row {
    Row {
        key,
        full,
        place,
        example,
        meaning,
    }
}

impl Key {
    /// The row of the table that describes the key.
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The key as it stands on the object: `tarnfui.io/schedule`.
    pub fn full(self) -> &'static str {
        self.row().full
    }

    /// The key without the prefix: `schedule`.
    pub fn short(self) -> &'static str {
        &self.full()[PREFIX.len()..]
    }
}
