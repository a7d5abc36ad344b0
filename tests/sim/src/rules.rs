//! What the rules of the cast ask for, from the objects as the server has them.
//!
//! Deciding is held elsewhere, against a reading of its own; here the same code says what the shell
//! round it has to make come true.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use tarnfui_sandbox::json::Value;
use tarnfui_shared::annotations::NamespaceAnnotations;
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Activity, State, decide};
use tarnfui_shared::rules::Rules;

use crate::cast::{CAST, CONFIG};

/// The configuration of the cast.
static CONFIGURED: LazyLock<Config> =
    LazyLock::new(|| Config::parse(CONFIG).expect("the configuration of the cast can be read"));

/// The rules of a Namespace as it is stored.
pub fn of(namespace: &Value) -> Rules {
    let annotations = namespace["metadata"]["annotations"].as_object();
    let pairs = annotations
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
    let (annotations, _) = NamespaceAnnotations::read(pairs);
    let name = namespace["metadata"]["name"].as_str().unwrap_or_default();
    Rules::of_namespace(name, &annotations, &CONFIGURED).0
}

/// The state that they ask for.
pub fn state(at: Timestamp, rules: &Rules) -> State {
    decide(at, rules, &Activity::default()).state
}

/// Until when they do.
pub fn until(at: Timestamp, rules: &Rules) -> Option<Timestamp> {
    decide(at, rules, &Activity::default()).until
}

/// When the hours of the cast begin and end.
pub fn boundaries(from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    let mut boundaries = BTreeSet::new();
    for namespace in CAST {
        let rules = of(&namespace.manifest().into());
        let until = |at: &Timestamp| until(*at, &rules);
        let instants = std::iter::successors(until(&from), until);
        boundaries.extend(instants.take_while(|at| *at < to));
    }
    boundaries.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::cast::beginning;

    #[test]
    fn two_days_have_a_dozen_boundaries() {
        let end = beginning() + SignedDuration::from_hours(48);
        let boundaries = boundaries(beginning(), end);
        assert_eq!(boundaries.len(), 12, "{boundaries:?}");
        // Paris is an hour ahead of UTC in November.
        assert_eq!(boundaries[0].to_string(), "2026-11-23T07:00:00Z");
    }
}
