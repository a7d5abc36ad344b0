//! How a decision came about: which rows were tried, and which one won.
//!
//! The rows are those that [`super::decide`] goes through itself; nothing is decided a second time.

use jiff::Timestamp;

use super::{Activity, Decision, Look};
use crate::rules::Rules;

/// A row, in the order in which they are tried: the first that fits wins. Row 0, that too little is
/// known, is [`super::Unknown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// Row 1: no rule, or excluded by the configuration.
    NoRule,
    /// Row 2: an annotation says hands off.
    Excluded,
    /// Row 3: a rule that can't be read.
    InvalidRules,
    /// Row 4: a person's order to be awake.
    AwakeOrder,
    /// Row 5: a person's order to be asleep.
    AsleepOrder,
    /// Row 6: outside its hours, and lately called for.
    Requested,
    /// Row 7: outside its hours, for a holiday or not.
    OutsideHours,
    /// Row 8: nobody called for long enough.
    Idle,
    /// Row 9: everything else.
    Otherwise,
}

impl Row {
    /// All rows, in their order, which a test holds.
    pub const ALL: [Self; 9] = [
        Self::NoRule,
        Self::Excluded,
        Self::InvalidRules,
        Self::AwakeOrder,
        Self::AsleepOrder,
        Self::Requested,
        Self::OutsideHours,
        Self::Idle,
        Self::Otherwise,
    ];

    /// Its number, from 1 on.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Verdict {
    /// It was tried, and does not fit.
    Passed,
    /// It fits, and is the first that does.
    Won,
    /// It was not tried any more.
    NotTried,
}

/// A row, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The row.
    pub row: Row,
    /// What became of it.
    pub verdict: Verdict,
}

/// A decision with the rows it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// What was decided.
    pub decision: Decision,
    /// The row that won.
    pub winner: Row,
    /// Every row, in their order.
    pub steps: [Step; 9],
}

/// Decides, and says by which row.
///
/// ```
/// use tarnfui_shared::annotations::NamespaceAnnotations;
/// use tarnfui_shared::config::Config;
/// use tarnfui_shared::decide::{Activity, Row, Verdict, trace};
/// use tarnfui_shared::rules::Rules;
///
/// let annotations = [("tarnfui.io/schedule", "Mon-Fri 08:00-20:00")];
/// let (annotations, _) = NamespaceAnnotations::read(annotations);
/// let (rules, _) = Rules::of_namespace("shop", &annotations, &Config::default());
/// // A Sunday.
/// let trace = trace("2026-11-22T12:00:00Z".parse()?, &rules, &Activity::default());
/// assert_eq!((trace.winner, trace.winner.number()), (Row::OutsideHours, 7));
/// assert_eq!(trace.steps[5].verdict, Verdict::Passed);
/// assert_eq!(trace.steps[7].verdict, Verdict::NotTried);
/// # Ok::<(), jiff::Error>(())
/// ```
pub fn trace(now: Timestamp, rules: &Rules, activity: &Activity) -> Trace {
    let look = Look::new(now, rules, activity);
    let (winner, outcome) = look.first();
    let steps = Row::ALL.map(|row| Step {
        row,
        verdict: match row.cmp(&winner) {
            std::cmp::Ordering::Less => Verdict::Passed,
            std::cmp::Ordering::Equal => Verdict::Won,
            std::cmp::Ordering::Greater => Verdict::NotTried,
        },
    });
    Trace {
        decision: look.decision(outcome),
        winner,
        steps,
    }
}
