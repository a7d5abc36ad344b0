//! Whether a namespace or workload is awake, at `now`: the ten rules, the first match wins.
//!
//! A decision is a state, never an edge: who was away for a week is right at the first look. Row 0,
//! that too little is known to decide anything, is [`Unknown`], and for the caller of [`decide`] to
//! rule out; it is here so that all ten stand in one place.

use std::cell::OnceCell;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::annotations::Until;
use crate::rules::Rules;
use crate::window::{Hours, Standing};

mod trace;

pub use trace::{Row, Step, Trace, Verdict, trace};

/// A decision looks no further ahead than this.
pub const HORIZON: SignedDuration = SignedDuration::from_hours(400 * 24);

/// A recorded request may be this far ahead of `now` before it is taken for a broken clock.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// Row 0: why nothing is decided and nothing written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Unknown {
    /// The configuration was never read since the start.
    ConfigurationUnread,
    /// The namespace, or a first list of workloads, is not there yet.
    NotListed,
    /// The namespace is terminating.
    Terminating,
    /// The configuration says `paused`.
    Paused,
}

impl Unknown {
    /// The code as it appears in metrics and `/debug/decisions`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigurationUnread => "ConfigurationUnread",
            Self::NotListed => "NotListed",
            Self::Terminating => "Terminating",
            Self::Paused => "Paused",
        }
    }
}

/// Awake, asleep, or none of our business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum State {
    /// Its workloads run.
    Awake,
    /// Its workloads are at rest.
    Asleep,
    /// Hands off; what still has a mark is released.
    Unmanaged,
}

impl State {
    /// The state as it appears in JSON, events, metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Awake => "Awake",
            Self::Asleep => "Asleep",
            Self::Unmanaged => "Unmanaged",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why: a closed set, the same in status, events, metrics and logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Reason {
    /// Row 1: no rule, or excluded by the configuration.
    NoRule,
    /// Row 2: an annotation says hands off.
    Excluded,
    /// Row 3: a rule that can't be read.
    InvalidRules,
    /// Rows 4 and 5: a person's order.
    Override,
    /// Row 6: outside its hours, and lately called for.
    Requested,
    /// Row 7: outside its hours.
    OffHours,
    /// Row 7: a day without working hours.
    Holiday,
    /// Row 8: nobody called for long enough.
    Idle,
    /// Row 9: within its hours.
    WorkingHours,
    /// Row 9: no schedule, and not idle.
    Active,
}

impl Reason {
    /// The reason as it appears in JSON, events, metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRule => "NoRule",
            Self::Excluded => "Excluded",
            Self::InvalidRules => "InvalidRules",
            Self::Override => "Override",
            Self::Requested => "Requested",
            Self::OffHours => "OffHours",
            Self::Holiday => "Holiday",
            Self::Idle => "Idle",
            Self::WorkingHours => "WorkingHours",
            Self::Active => "Active",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What is known of the requests to a namespace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Activity {
    /// When the last request came.
    pub last_request: Option<Timestamp>,
    /// Since when the source of traffic is known good without a gap; none while it is not.
    pub traffic_known_since: Option<Timestamp>,
}

/// State, reason, and until when both hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Awake, asleep or unmanaged.
    pub state: State,
    /// The rule that won.
    pub reason: Reason,
    /// The next instant at which state or reason can change by itself; none within 400 days.
    pub until: Option<Timestamp>,
}

/// Decides rows 1 to 9.
///
/// ```
/// use jiff::Timestamp;
/// use tarnfui_shared::annotations::NamespaceAnnotations;
/// use tarnfui_shared::config::Config;
/// use tarnfui_shared::decide::{Activity, Reason, State, decide};
/// use tarnfui_shared::rules::Rules;
///
/// let annotations = [
///     ("tarnfui.io/schedule", "Mon-Fri 08:00-20:00"),
///     ("tarnfui.io/timezone", "Europe/Paris"),
/// ];
/// let (annotations, _) = NamespaceAnnotations::read(annotations);
/// let (rules, _) = Rules::of_namespace("shop", &annotations, &Config::default());
/// // A Sunday; Paris is an hour ahead of UTC in November.
/// let now: Timestamp = "2026-11-22T12:00:00Z".parse()?;
/// let decision = decide(now, &rules, &Activity::default());
/// assert_eq!((decision.state, decision.reason), (State::Asleep, Reason::OffHours));
/// assert_eq!(decision.until, Some("2026-11-23T07:00:00Z".parse()?));
/// # Ok::<(), jiff::Error>(())
/// ```
pub fn decide(now: Timestamp, rules: &Rules, activity: &Activity) -> Decision {
    let look = Look::new(now, rules, activity);
    look.decision(look.first().1)
}

type Outcome = (State, Reason, Option<Timestamp>);

/// One look at the rules. What is decided, and what is told of how it was, come from the same rows,
/// so they can't disagree.
struct Look<'a> {
    now: Timestamp,
    rules: &'a Rules,
    activity: &'a Activity,
    awake: Option<Until>,
    asleep: Option<Until>,
    /// How `now` stands to the hours: what costs most, and only the last rows ask for.
    standing: OnceCell<Option<Standing>>,
}

impl<'a> Look<'a> {
    fn new(now: Timestamp, rules: &'a Rules, activity: &'a Activity) -> Self {
        Self {
            now,
            rules,
            activity,
            awake: rules.awake_until.filter(|until| until.in_force(now)),
            asleep: rules.asleep_until.filter(|until| until.in_force(now)),
            standing: OnceCell::new(),
        }
    }

    /// The first row that fits, and what comes of it.
    fn first(&self) -> (Row, Outcome) {
        let fitting = |row: &Row| Some((*row, self.outcome(*row)?));
        let first = Row::ALL.iter().find_map(fitting);
        first.unwrap_or_else(|| (Row::Otherwise, self.otherwise()))
    }

    fn decision(&self, (state, reason, until): Outcome) -> Decision {
        Decision {
            state,
            reason,
            until: until.filter(|at| at.duration_since(self.now) <= HORIZON),
        }
    }

    /// What comes of a row where it fits, if no row above does.
    fn outcome(&self, row: Row) -> Option<Outcome> {
        let rules = self.rules;
        match row {
            Row::NoRule => (rules.is_outside || !self.has_rule()).then_some((
                State::Unmanaged,
                Reason::NoRule,
                None,
            )),
            Row::Excluded => rules.is_excluded.then(|| {
                let until = self.rules_end();
                (State::Unmanaged, Reason::Excluded, until)
            }),
            Row::InvalidRules => rules.is_unreadable.then(|| {
                let until = self.rules_end();
                (State::Awake, Reason::InvalidRules, until)
            }),
            Row::AwakeOrder => {
                let until = self.awake?;
                Some((State::Awake, Reason::Override, until.instant()))
            }
            Row::AsleepOrder => {
                let until = self.asleep?;
                Some((State::Asleep, Reason::Override, until.instant()))
            }
            Row::Requested => requested(self.now, rules, self.activity, self.closed()?),
            Row::OutsideHours => {
                let closed = self.closed()?;
                Some(outside_hours(self.now, rules, self.activity, closed))
            }
            Row::Idle => self
                .idle_at()
                .filter(|at| *at <= self.now)
                .map(|_| (State::Asleep, Reason::Idle, self.hours_end())),
            Row::Otherwise => Some(self.otherwise()),
        }
    }

    fn has_rule(&self) -> bool {
        self.rules.is_standing || self.awake.is_some() || self.asleep.is_some()
    }

    /// Rules that are nothing but orders are over with the last of them.
    fn rules_end(&self) -> Option<Timestamp> {
        let orders = self.awake.into_iter().chain(self.asleep);
        let end = orders.filter_map(Until::instant).max();
        end.filter(|_| !self.rules.is_standing)
    }

    fn standing(&self) -> Option<Standing> {
        let at = || self.rules.hours.as_ref().map(|hours| hours.at(self.now));
        *self.standing.get_or_init(at)
    }

    /// How `now` stands to the hours where it is outside them.
    fn closed(&self) -> Option<Standing> {
        self.standing().filter(|standing| !standing.open)
    }

    fn hours_end(&self) -> Option<Timestamp> {
        self.standing().and_then(|standing| standing.until)
    }

    /// When it is idle, if nobody calls.
    fn idle_at(&self) -> Option<Timestamp> {
        let since = self.standing().and_then(|standing| standing.since);
        let after = self.rules.idle_after?;
        idle_since(self.now, self.rules, self.activity, since)?
            .checked_add(after)
            .ok()
    }

    /// Row 9.
    fn otherwise(&self) -> Outcome {
        let reason = if self.standing().is_some() {
            Reason::WorkingHours
        } else {
            Reason::Active
        };
        let until = self.idle_at().into_iter().chain(self.hours_end()).min();
        (State::Awake, reason, until)
    }
}

/// Row 6, where it is outside its hours.
fn requested(
    now: Timestamp,
    rules: &Rules,
    activity: &Activity,
    hours: Standing,
) -> Option<Outcome> {
    let kept = rules.kept_by_request?;
    let end = known_request(now, rules, activity)?
        .checked_add(kept)
        .ok()?;
    if end <= now {
        return None;
    }
    let opens = rules
        .hours
        .as_ref()
        .and_then(|all| opens_before(end, all, hours));
    Some((State::Awake, Reason::Requested, Some(opens.unwrap_or(end))))
}

/// Row 7.
fn outside_hours(now: Timestamp, rules: &Rules, activity: &Activity, hours: Standing) -> Outcome {
    let reason = if hours.holiday {
        Reason::Holiday
    } else {
        Reason::OffHours
    };
    let called = rules
        .kept_by_request
        .and_then(|_| known_from(now, rules, activity));
    (
        State::Asleep,
        reason,
        hours.until.into_iter().chain(called).min(),
    )
}

/// When a request that counts, but lies too far ahead to be believed, will be believed.
fn known_from(now: Timestamp, rules: &Rules, activity: &Activity) -> Option<Timestamp> {
    let request = counting_request(rules, activity)?;
    let from = request.checked_sub(CLOCK_TOLERANCE).ok()?;
    (from > now).then_some(from)
}

/// When the hours next start, if that is before `end`: a holiday that ends changes nothing by itself.
fn opens_before(end: Timestamp, all: &Hours, closed: Standing) -> Option<Timestamp> {
    let changes = std::iter::successors(closed.until, |at| all.at(*at).until);
    changes
        .take_while(|at| *at < end)
        .find(|at| all.at(*at).open)
}

/// The last request that counts, unless it is from a broken clock.
fn known_request(now: Timestamp, rules: &Rules, activity: &Activity) -> Option<Timestamp> {
    counting_request(rules, activity)
        .filter(|request| request.duration_since(now) <= CLOCK_TOLERANCE)
}

/// The last request, unless it is from before an asleep order that has run out: who gave the order
/// knew of it.
fn counting_request(rules: &Rules, activity: &Activity) -> Option<Timestamp> {
    let ordered_until = rules.asleep_until.and_then(Until::instant);
    activity
        .last_request
        .filter(|request| ordered_until.is_none_or(|end| *request >= end))
}

/// Since when nobody called: none while that can't be known, and unknown is awake.
///
/// A request from a broken clock keeps it awake like any other until its time has come and gone.
fn idle_since(
    now: Timestamp,
    rules: &Rules,
    activity: &Activity,
    window_start: Option<Timestamp>,
) -> Option<Timestamp> {
    let watching = activity.traffic_known_since?;
    let orders = [rules.awake_until, rules.asleep_until]
        .into_iter()
        .flatten();
    let ended = orders.filter_map(Until::instant).filter(|end| *end <= now);
    let latest = activity
        .last_request
        .into_iter()
        .chain(window_start)
        .chain(ended);
    Some(latest.fold(watching, Timestamp::max))
}

#[cfg(test)]
mod tests;
