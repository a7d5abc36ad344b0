//! The ten rows, their order, and until when each decision holds.
//!
//! Dates: 2026-11-23 is a Monday, 2026-11-27 a Friday. Paris is an hour ahead of UTC in winter.

use super::*;
use crate::annotations::NamespaceAnnotations;
use crate::config::Config;

mod idle;
mod orders;
mod requested;

/// A namespace to decide about, and what is known of the requests to it.
#[derive(Clone)]
struct Ns {
    annotations: Vec<(String, String)>,
    config: &'static str,
    activity: Activity,
}

fn ns() -> Ns {
    Ns {
        annotations: Vec::new(),
        config: "",
        activity: Activity::default(),
    }
}

/// Office hours in Paris.
fn office() -> Ns {
    ns().with("schedule", "Mon-Fri 08:00-20:00")
        .with("timezone", "Europe/Paris")
}

fn at(text: &str) -> Timestamp {
    let whole = if text.ends_with('Z') {
        text.to_owned()
    } else {
        format!("{text}:00Z")
    };
    whole.parse().unwrap()
}

impl Ns {
    fn with(mut self, key: &str, value: &str) -> Self {
        self.annotations
            .push((format!("tarnfui.io/{key}"), value.to_owned()));
        self
    }

    fn config(self, config: &'static str) -> Self {
        Self { config, ..self }
    }

    fn requested(mut self, instant: &str) -> Self {
        self.activity.last_request = Some(at(instant));
        self
    }

    fn known_since(mut self, instant: &str) -> Self {
        self.activity.traffic_known_since = Some(at(instant));
        self
    }

    #[track_caller]
    fn decide(&self, now: Timestamp) -> Decision {
        let pairs = self
            .annotations
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()));
        let (annotations, _) = NamespaceAnnotations::read(pairs);
        let config = Config::parse(self.config).unwrap();
        let (rules, _) = Rules::of_namespace("shop", &annotations, &config);
        decide(now, &rules, &self.activity)
    }

    /// At `now` it is `expect`, as `State Reason until`; and at `until` it is something else,
    /// while a nanosecond before it is still the same.
    #[track_caller]
    fn check(&self, now: &str, expect: &str) {
        let now = at(now);
        let decision = self.decide(now);
        let until = decision
            .until
            .map_or("-".to_owned(), |until| until.to_string());
        let until = until.replace(":00Z", "");
        let found = format!("{} {} {until}", decision.state, decision.reason);
        assert_eq!(found, expect, "at {now}");
        let Some(until) = decision.until else { return };
        let before = self.decide(until - SignedDuration::from_nanos(1));
        assert_eq!(before, decision, "just before {until}");
        let after = self.decide(until);
        assert_ne!(
            (after.state, after.reason),
            (decision.state, decision.reason),
            "{until} changes something"
        );
    }
}

#[test]
fn row_0_is_told_in_words() {
    let all = [
        (Unknown::ConfigurationUnread, "ConfigurationUnread"),
        (Unknown::NotListed, "NotListed"),
        (Unknown::Terminating, "Terminating"),
        (Unknown::Paused, "Paused"),
    ];
    for (unknown, code) in all {
        assert_eq!(unknown.as_str(), code);
        assert_eq!(serde_json::to_value(unknown).unwrap(), code);
    }
}

#[test]
fn codes_are_the_same_in_text_and_json() {
    for state in [State::Awake, State::Asleep, State::Unmanaged] {
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    for reason in [
        Reason::NoRule,
        Reason::Excluded,
        Reason::InvalidRules,
        Reason::Override,
        Reason::Requested,
        Reason::OffHours,
        Reason::Holiday,
        Reason::Idle,
        Reason::WorkingHours,
        Reason::Active,
    ] {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
    }
}

#[test]
fn row_1_no_rule() {
    ns().check("2026-11-23T10:00", "Unmanaged NoRule -");
    ns().with("wake-on-request", "true")
        .check("2026-11-23T10:00", "Unmanaged NoRule -");
    ns().with("exclude", "true")
        .check("2026-11-23T10:00", "Unmanaged NoRule -");
    ns().with("timezone", "?")
        .check("2026-11-23T10:00", "Unmanaged NoRule -");
    // The configuration leaves it out, whatever its annotations say.
    let outside = office().config("namespaces: { excluded: [shop] }");
    outside.check("2026-11-23T10:00", "Unmanaged NoRule -");
    outside
        .with("asleep-until", "forever")
        .check("2026-11-23T10:00", "Unmanaged NoRule -");
}

#[test]
fn row_2_excluded() {
    office()
        .with("exclude", "true")
        .check("2026-11-23T10:00", "Unmanaged Excluded -");
    office()
        .with("exclude", "TRUE")
        .check("2026-11-22T10:00", "Unmanaged Excluded -");
    office()
        .with("exclude", "false")
        .check("2026-11-23T10:00", "Awake WorkingHours 2026-11-23T19:00");
    // With an order alone it is a namespace with a rule, until the order ends.
    let order = ns()
        .with("exclude", "true")
        .with("asleep-until", "2026-11-24T00:00:00Z");
    order.check("2026-11-23T10:00", "Unmanaged Excluded 2026-11-24T00:00");
    order.check("2026-11-24T00:00", "Unmanaged NoRule -");
}

#[test]
fn row_3_rules_that_cannot_be_read() {
    let sunday = "2026-11-22T10:00";
    for (key, value) in [
        ("timezone", "Paris"),
        ("holidays", "christmas"),
        ("holidays", "@nowhere"),
        ("idle-after", "x"),
        ("wake-on-request", "x"),
        ("awake-until", "x"),
        ("asleep-until", "x"),
        ("grace", "x"),
        ("wake-ahead", "x"),
        ("exclude", "x"),
    ] {
        ns().with("schedule", "Mon-Fri 08:00-20:00")
            .with(key, value)
            .check(sunday, "Awake InvalidRules -");
    }
    for schedule in ["?", "@nowhere", ""] {
        ns().with("schedule", schedule)
            .check(sunday, "Awake InvalidRules -");
    }
    // What is only shown, unknown or misplaced changes nothing.
    for (key, value) in [
        ("override-by", ""),
        ("schedul", "x"),
        ("wave", "x"),
        ("sleep-replicas", "x"),
    ] {
        office()
            .with(key, value)
            .check(sunday, "Asleep OffHours 2026-11-23T07:00");
    }
    // Not even an order is obeyed beside it, and the order's end ends it where it was the only rule.
    let order = ns()
        .with("asleep-until", "2026-11-24T00:00:00Z")
        .with("grace", "x");
    order.check("2026-11-23T10:00", "Awake InvalidRules 2026-11-24T00:00");
    order.check("2026-11-24T00:00", "Unmanaged NoRule -");
}

#[test]
fn row_7_outside_its_hours() {
    office().check("2026-11-23T06:59", "Asleep OffHours 2026-11-23T07:00");
    office().check("2026-11-23T19:00", "Asleep OffHours 2026-11-24T07:00");
    office().check("2026-11-27T19:00", "Asleep OffHours 2026-11-30T07:00");
    ns().with("schedule", "never")
        .check("2026-11-23T10:00", "Asleep OffHours -");
    let once = ns().with("schedule", "2026-11-24 08:00-12:00");
    once.check("2026-11-23T10:00", "Asleep OffHours 2026-11-24T08:00");
    once.check("2026-11-24T12:00", "Asleep OffHours -");
}

#[test]
fn row_7_holidays() {
    let holiday = office().with("holidays", "2026-11-24");
    holiday.check("2026-11-23T19:00", "Asleep OffHours 2026-11-24T07:00");
    // A window would be open now but for the holiday.
    holiday.check("2026-11-24T07:00", "Asleep Holiday 2026-11-24T19:00");
    holiday.check("2026-11-24T19:00", "Asleep OffHours 2026-11-25T07:00");
    let always = ns()
        .with("schedule", "always")
        .with("holidays", "2026-11-24")
        .with("timezone", "Europe/Paris");
    always.check("2026-11-23T10:00", "Awake WorkingHours 2026-11-23T23:00");
    always.check("2026-11-23T23:00", "Asleep Holiday 2026-11-24T23:00");
    // Particular dates say what they mean.
    let dates = ns()
        .with("schedule", "2026-11-24 08:00-12:00")
        .with("holidays", "2026-11-24");
    dates.check("2026-11-24T08:00", "Awake WorkingHours 2026-11-24T12:00");
}

#[test]
fn row_9_within_its_hours() {
    office().check("2026-11-23T07:00", "Awake WorkingHours 2026-11-23T19:00");
    office().check("2026-11-23T18:59", "Awake WorkingHours 2026-11-23T19:00");
    ns().with("schedule", "always")
        .check("2026-11-23T10:00", "Awake WorkingHours -");
    // Overnight hours belong to the day they start on.
    let night = ns().with("schedule", "Fri 22:00-06:00");
    night.check("2026-11-28T03:00", "Awake WorkingHours 2026-11-28T06:00");
    night.check("2026-11-27T03:00", "Asleep OffHours 2026-11-27T22:00");
}

#[test]
fn wake_ahead_is_elapsed_time_and_counts_as_hours() {
    let ahead = office().with("wake-ahead", "10m");
    ahead.check("2026-11-22T12:00", "Asleep OffHours 2026-11-23T06:50");
    ahead.check("2026-11-23T06:50", "Awake WorkingHours 2026-11-23T19:00");
    // Three hours before 03:30 on the night that the clock goes forward are 23:30, not 00:30.
    let spring = ns()
        .with("schedule", "Sun 03:30-12:00")
        .with("timezone", "Europe/Paris")
        .with("wake-ahead", "3h");
    spring.check("2027-03-27T12:00", "Asleep OffHours 2027-03-27T22:30");
    // Not for windows that a holiday took away.
    let holiday = office()
        .with("wake-ahead", "10m")
        .with("holidays", "2026-11-24");
    holiday.check("2026-11-23T19:00", "Asleep OffHours 2026-11-24T07:00");
    holiday.check("2026-11-24T07:00", "Asleep Holiday 2026-11-24T19:00");
    // A gap no longer than that vanishes.
    let gap = ns()
        .with("schedule", "08:00-12:00, 13:00-17:00")
        .with("wake-ahead", "1h");
    gap.check("2026-11-23T07:00", "Awake WorkingHours 2026-11-23T17:00");
}

#[test]
fn nothing_is_told_beyond_400_days() {
    let now = "2026-11-23T00:00";
    let inside = (at(now) + HORIZON).to_string();
    let beyond = (at(now) + HORIZON + SignedDuration::from_secs(1)).to_string();
    let order = |end: &str| ns().with("schedule", "always").with("awake-until", end);
    order(&inside).check(now, "Awake Override 2027-12-28T00:00");
    order(&beyond).check(now, "Awake Override -");
    let dated = |date: &str| ns().with("schedule", &format!("{date} 00:00-12:00"));
    dated("2027-12-28").check(now, "Asleep OffHours 2027-12-28T00:00");
    dated("2027-12-29").check(now, "Asleep OffHours -");
}

#[test]
fn the_ends_of_time_are_no_fault() {
    let all = office()
        .with("idle-after", "30d")
        .with("wake-on-request", "true");
    for now in [Timestamp::MIN, Timestamp::MAX] {
        let mut all = all.clone();
        all.decide(now);
        for request in [Timestamp::MIN, Timestamp::MAX] {
            all.activity = Activity {
                last_request: Some(request),
                traffic_known_since: Some(request),
            };
            all.decide(now);
        }
    }
}
