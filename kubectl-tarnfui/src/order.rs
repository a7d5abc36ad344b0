//! Orders as values: what is to be written on a namespace so that it becomes what was asked for.
//!
//! Pure: what is, what was asked and `now` go in; annotations and a sentence that will be true come
//! out. Asking the server, and who gives the order, are for the command.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::annotations::Key;
use tarnfui_shared::decide::State;

use crate::reading::{Annotations, Known};

mod before;
mod refusal;
mod sentence;
pub mod until;

use before::Before;
pub use refusal::Refusal;
use until::UntilText;

/// How long a bare `wake` lasts.
pub const DEFAULT_WAKE: SignedDuration = SignedDuration::from_hours(2);

/// By how long a bare `snooze` puts off.
pub const DEFAULT_SNOOZE: SignedDuration = SignedDuration::from_hours(1);

/// The annotations that an order may change.
pub const KEYS: [Key; 4] = [
    Key::AwakeUntil,
    Key::AsleepUntil,
    Key::OverrideBy,
    Key::OverrideReason,
];

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Be awake.
    Wake,
    /// Be asleep.
    Sleep,
    /// Put off the next transition.
    Snooze,
    /// Take the order back.
    Resume,
}

impl Verb {
    /// As people type it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wake => "wake",
            Self::Sleep => "sleep",
            Self::Snooze => "snooze",
            Self::Resume => "resume",
        }
    }
}

/// Until when, as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Nothing was said.
    Usual,
    /// For so long: from now, or from the transition that is put off.
    For(SignedDuration),
    /// Until a time.
    Until(UntilText),
    /// Until it is resumed.
    Forever,
}

/// An order, as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What to do.
    pub verb: Verb,
    /// Until when.
    pub end: End,
    /// Why.
    pub reason: Option<String>,
    /// Who gives it.
    pub by: Option<String>,
}

/// What an order comes to for one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What to write, and what to take away; empty where it is so already.
    pub changes: BTreeMap<Key, Option<String>>,
    /// What will be true.
    pub sentence: String,
    /// The state that it will be in; none where that can't be known.
    pub state: Option<State>,
    /// The next change of state after that.
    pub until: Option<Timestamp>,
}

impl Settled {
    /// Whether there is nothing to write.
    pub fn is_so_already(&self) -> bool {
        self.changes.is_empty()
    }

    /// The annotations as they will be.
    pub fn apply(&self, annotations: &Annotations) -> Annotations {
        with_changes(annotations, &self.changes)
    }
}

/// Works out what `order` comes to at `now` for the namespace `name`.
///
/// ```
/// use kubectl_tarnfui::order::{End, Order, Verb, settle};
/// use kubectl_tarnfui::reading::Known;
/// use tarnfui_shared::config::Config;
/// let annotations = [
///     ("tarnfui.io/schedule".to_owned(), "Mon-Fri 08:00-20:00".to_owned()),
///     ("tarnfui.io/timezone".to_owned(), "Europe/Paris".to_owned()),
/// ];
/// let order = Order {
///     verb: Verb::Snooze,
///     end: End::For("2h".parse().unwrap()),
///     reason: None,
///     by: Some("dana".to_owned()),
/// };
/// // A Monday, 19:00 in Paris.
/// let now = "2026-11-23T18:00:00Z".parse().unwrap();
/// let config = Config::default();
/// let settled = settle(now, &order, "shop", &annotations.into(), Known::Read(&config)).unwrap();
/// assert_eq!(
///     settled.sentence,
///     "namespace/shop stays awake until 22:00 CET (in 3 h; sleep was due at 20:00)"
/// );
/// ```
pub fn settle(
    now: Timestamp,
    order: &Order,
    name: &str,
    annotations: &Annotations,
    known: Known<'_>,
) -> Result<Settled, Refusal> {
    let before = Before::of(now, name, annotations, known);
    match order.verb {
        Verb::Resume => Ok(before.resume()),
        Verb::Wake | Verb::Sleep | Verb::Snooze => before.give(order),
    }
}

fn with_changes(annotations: &Annotations, changes: &BTreeMap<Key, Option<String>>) -> Annotations {
    let mut all = annotations.clone();
    for (key, value) in changes {
        match value {
            Some(value) => all.insert(key.full().to_owned(), value.clone()),
            None => all.remove(key.full()),
        };
    }
    all
}

#[cfg(test)]
mod tests;
