//! A namespace as the controller reads it: rules, decision and what comes next.
//!
//! The same functions of the pure core as in the controller, in the same order, so that the plugin
//! never says anything else than what will happen. One thing is left out: requests. The plugin does
//! not watch traffic, so what it says of idling is what holds without any.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tarnfui_shared::annotations::NamespaceAnnotations;
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Activity, Decision, HORIZON, Reason, State, decide};
use tarnfui_shared::problem::Problem;
use tarnfui_shared::rules::Rules;
use tarnfui_shared::zone::Zone;

mod sleeper;
mod timeline;

pub use sleeper::Sleeper;
pub use timeline::{Segment, timeline};

/// How many changes are looked at to find one of state: a rule changes its reason at most some
/// times a day, and the horizon is 400 days.
const MAX_CHANGES: usize = 4_000;

/// The annotations of an object, ordered.
pub type Annotations = BTreeMap<String, String>;

/// The configuration, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub enum Known<'a> {
    /// It was read.
    Read(&'a Config),
    /// It was not, so that nothing that hangs on it can be said; the built-in one stands in.
    Unread(&'a Config),
}

impl<'a> Known<'a> {
    /// The configuration, or what stands in for it.
    pub fn config(self) -> &'a Config {
        match self {
            Self::Read(config) | Self::Unread(config) => config,
        }
    }

    /// Whether it was read.
    pub fn is_read(self) -> bool {
        match self {
            Self::Read(_) => true,
            Self::Unread(_) => false,
        }
    }
}

/// An instant at which a decision changes, and what it is from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// When.
    pub at: Timestamp,
    /// The state from then on.
    pub state: State,
    /// Why.
    pub reason: Reason,
}

/// What the annotations of one namespace mean under a configuration.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What they say.
    pub annotations: NamespaceAnnotations,
    /// What is in force.
    pub rules: Rules,
    /// The zone in which its times are shown.
    pub zone: Zone,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
}

impl Reading {
    /// Reads the annotations of the namespace `name`.
    pub fn of(name: &str, annotations: &Annotations, config: &Config) -> Self {
        let pairs = annotations
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()));
        let (annotations, problems) = NamespaceAnnotations::read(pairs);
        Self::of_read(name, annotations, problems, config)
    }

    /// The same where the annotations were read before.
    pub fn of_read(
        name: &str,
        annotations: NamespaceAnnotations,
        mut problems: Vec<Problem>,
        config: &Config,
    ) -> Self {
        let (rules, found) = Rules::of_namespace(name, &annotations, config);
        problems.extend(found);
        let zone = annotations.timezone.or(&config.defaults.timezone);
        let zone = zone.value().cloned().unwrap_or_else(Zone::utc);
        Self {
            annotations,
            rules,
            zone,
            problems,
        }
    }

    /// What is decided at `now`, as far as it does not hang on requests.
    pub fn decide(&self, now: Timestamp) -> Decision {
        decide(now, &self.rules, &Activity::default())
    }
}

/// The changes of the decision by `rules` after `now`, in order; none after [`HORIZON`].
///
/// ```
/// use kubectl_tarnfui::reading::{Reading, transitions};
/// use tarnfui_shared::config::Config;
/// let schedule = ("tarnfui.io/schedule".to_owned(), "Mon-Fri 08:00-20:00".to_owned());
/// let reading = Reading::of("shop", &[schedule].into(), &Config::default());
/// // A Sunday, in UTC.
/// let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// let next: Vec<String> =
///     transitions(now, &reading.rules).take(2).map(|it| format!("{} {}", it.at, it.state)).collect();
/// assert_eq!(next, ["2026-11-23T08:00:00Z Awake", "2026-11-23T20:00:00Z Asleep"]);
/// ```
pub fn transitions(now: Timestamp, rules: &Rules) -> impl Iterator<Item = Transition> {
    let decide_at = |at| decide(at, rules, &Activity::default());
    let first = decide_at(now);
    let next = move |decision: &Decision, from: Timestamp| {
        let at = decision
            .until
            .filter(|at| *at > from && at.duration_since(now) <= HORIZON)?;
        Some((at, decide_at(at)))
    };
    let changes = std::iter::successors(next(&first, now), move |(at, here)| next(here, *at));
    changes
        .take(MAX_CHANGES)
        .scan((first.state, first.reason), |before, (at, decision)| {
            let after = (decision.state, decision.reason);
            let is_change = std::mem::replace(before, after) != after;
            Some(is_change.then_some(Transition {
                at,
                state: after.0,
                reason: after.1,
            }))
        })
        .flatten()
}

/// The changes of state, as opposed to those of the reason alone, in order.
pub fn state_changes(now: Timestamp, rules: &Rules) -> impl Iterator<Item = Transition> {
    let state = decide(now, rules, &Activity::default()).state;
    transitions(now, rules)
        .scan(state, |before, it| {
            let is_change = std::mem::replace(before, it.state) != it.state;
            Some(is_change.then_some(it))
        })
        .flatten()
}

/// The next change of state, as opposed to one of the reason alone.
pub fn next_state(now: Timestamp, rules: &Rules) -> Option<Transition> {
    state_changes(now, rules).next()
}

/// When the hours next start after `now`: for a namespace inside its hours, those of the next time.
pub fn hours_start_after(now: Timestamp, rules: &Rules) -> Option<Timestamp> {
    let hours = rules.hours.as_ref()?;
    let changes = std::iter::successors(hours.at(now).until, |at| hours.at(*at).until);
    changes
        .take(MAX_CHANGES)
        .take_while(|at| at.duration_since(now) <= HORIZON)
        .find(|at| hours.at(*at).open)
}

#[cfg(test)]
mod tests;
