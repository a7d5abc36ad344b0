//! `decide` changes only at the `until` it gave, and there it does, over random rules.
//!
//! From a random instant it goes from `until` to `until`. Between two of them it looks at instants
//! near both ends, minute by minute, and at some far from both.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use tarnfui_shared::annotations::NamespaceAnnotations;
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{
    Activity, Decision, HORIZON, Reason, Row, State, Verdict, decide, trace,
};
use tarnfui_shared::rules::Rules;

/// How many transitions are followed.
const HOPS: usize = 10;

/// A Thursday; the clocks of Paris and Lord Howe change in the days after it, New York's next week.
const BASE: &str = "2026-10-22T00:00:00Z";

const SCHEDULES: &[&str] = &[
    "always",
    "never",
    "Mon-Fri 08:00-20:00",
    "Mon-Fri 08:00-12:00, Mon-Fri 13:00-17:00",
    "daily 22:00-06:00",
    "Sat 22:00-06:00, Sun 08:00-09:00 America/New_York",
    "02:30-03:30",
    "01:30-02:15, 2026-10-25",
    "2026-10-24..2026-10-26 23:00-01:30",
    "2026-10-25T00:10:00Z - 2026-10-25T00:50:00Z, 06:00-07:00",
    "@nowhere",
];

fn base() -> Timestamp {
    BASE.parse().expect("an instant")
}

fn after(seconds: i64) -> Timestamp {
    base() + SignedDuration::from_secs(seconds)
}

/// An instant up to some days round [`BASE`], on a minute or not.
fn instant() -> impl Strategy<Value = Timestamp> {
    let minutes = (-3 * 24 * 60..14 * 24 * 60_i64).prop_map(|it| it * 60);
    let seconds = -3 * 24 * 3600..14 * 24 * 3600_i64;
    prop_oneof![3 => minutes, 1 => seconds].prop_map(after)
}

/// An annotation that is there half of the time.
fn entry(
    key: &'static str,
    value: impl Strategy<Value = String>,
) -> impl Strategy<Value = Option<(&'static str, String)>> {
    proptest::option::of(value.prop_map(move |value| (key, value)))
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(values).prop_map(str::to_owned)
}

fn order() -> impl Strategy<Value = String> {
    let until = instant().prop_map(|it| it.to_string());
    prop_oneof![6 => until, 1 => Just("forever".to_owned())]
}

fn annotations() -> impl Strategy<Value = BTreeMap<&'static str, String>> {
    let zones = &["Europe/Paris", "America/New_York", "Australia/Lord_Howe"];
    let holidays = &["2026-10-24, 2026-10-26", "2026-10-20..2026-11-02"];
    let durations = &["1m", "30m", "25h", "30d"];
    let rare = proptest::option::weighted(
        0.1,
        select(&[("exclude", "true"), ("grace", "?"), ("idle-after", "?")]),
    );
    let often = (
        proptest::option::weighted(0.9, one_of(SCHEDULES)),
        entry("timezone", one_of(zones)),
        entry("holidays", one_of(holidays)),
        entry("idle-after", one_of(durations)),
        entry("wake-on-request", one_of(&["true", "true", "false"])),
        entry("wake-ahead", one_of(&["10m", "3h"])),
        proptest::option::weighted(0.3, order()),
        proptest::option::weighted(0.3, order()),
        rare,
    );
    often.prop_map(|(hours, a, b, c, d, e, awake, asleep, rare)| {
        let named = [
            hours.map(|it| ("schedule", it)),
            awake.map(|it| ("awake-until", it)),
            asleep.map(|it| ("asleep-until", it)),
            rare.map(|(key, value)| (key, value.to_owned())),
        ];
        [a, b, c, d, e].into_iter().chain(named).flatten().collect()
    })
}

fn activity() -> impl Strategy<Value = Activity> {
    let maybe = || proptest::option::weighted(0.8, instant());
    (maybe(), maybe()).prop_map(|(last_request, traffic_known_since)| Activity {
        last_request,
        traffic_known_since,
    })
}

/// Instants after `from` and before `to`: near both, and at some shares of the way.
fn between(from: Timestamp, to: Timestamp, shares: &[u32]) -> Vec<Timestamp> {
    let nano = SignedDuration::from_nanos(1);
    let mut probes = vec![from + nano, to - nano];
    for minute in 1..=3 {
        let minutes = SignedDuration::from_mins(minute);
        probes.extend([from + minutes, to - minutes, to - minutes / 60]);
    }
    let length = to.duration_since(from) / 1000;
    probes.extend(shares.iter().map(|share| {
        let share = i32::try_from(*share).expect("a share of a thousand");
        from + length * share
    }));
    probes.retain(|at| from < *at && *at < to);
    probes
}

fn follow(rules: &Rules, activity: &Activity, start: Timestamp, shares: &[u32]) {
    let decide = |at: Timestamp| decide(at, rules, activity);
    let what = |it: Decision| (it.state, it.reason);
    let mut now = start;
    for _ in 0..HOPS {
        let decision = decide(now);
        let Some(until) = decision.until else {
            let far = now + HORIZON;
            for at in between(now, far, shares) {
                assert_eq!(
                    what(decide(at)),
                    what(decision),
                    "no end from {now}, at {at}"
                );
            }
            return;
        };
        assert!(now < until && until <= now + HORIZON, "{until} after {now}");
        for at in between(now, until, shares) {
            assert_eq!(decide(at), decision, "from {now} until {until}, at {at}");
        }
        assert_ne!(
            what(decide(until)),
            what(decision),
            "from {now}: nothing changes at {until}"
        );
        now = until;
    }
}

fn rules(annotations: &BTreeMap<&'static str, String>) -> Rules {
    let keys: Vec<_> = annotations
        .iter()
        .map(|(key, value)| (format!("tarnfui.io/{key}"), value.as_str()))
        .collect();
    let pairs = keys.iter().map(|(key, value)| (key.as_str(), *value));
    let (read, _) = NamespaceAnnotations::read(pairs);
    Rules::of_namespace("shop", &read, &Config::default()).0
}

/// Whether a decision is one that this row makes.
fn may_say(row: Row, decision: Decision) -> bool {
    let may: &[(State, Reason)] = match row {
        Row::NoRule => &[(State::Unmanaged, Reason::NoRule)],
        Row::Excluded => &[(State::Unmanaged, Reason::Excluded)],
        Row::InvalidRules => &[(State::Awake, Reason::InvalidRules)],
        Row::AwakeOrder => &[(State::Awake, Reason::Override)],
        Row::AsleepOrder => &[(State::Asleep, Reason::Override)],
        Row::Requested => &[(State::Awake, Reason::Requested)],
        Row::OutsideHours => &[
            (State::Asleep, Reason::OffHours),
            (State::Asleep, Reason::Holiday),
        ],
        Row::Idle => &[(State::Asleep, Reason::Idle)],
        Row::Otherwise => &[
            (State::Awake, Reason::WorkingHours),
            (State::Awake, Reason::Active),
        ],
    };
    may.contains(&(decision.state, decision.reason))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_decision_changes_at_its_until_and_only_there(
        annotations in annotations(),
        activity in activity(),
        start in instant(),
        shares in proptest::collection::vec(0..1000_u32, 5),
    ) {
        let rules = rules(&annotations);
        follow(&rules, &activity, start, &shares);
    }

    #[test]
    fn the_row_that_is_told_is_the_one_that_decided(
        annotations in annotations(),
        activity in activity(),
        now in instant(),
    ) {
        let rules = rules(&annotations);
        let (told, decided) = (trace(now, &rules, &activity), decide(now, &rules, &activity));
        assert_eq!(told.decision, decided);
        assert!(may_say(told.winner, decided), "{:?} for {decided:?}", told.winner);
        // Its own verdicts: tried until one won, and not behind it.
        let won = told.steps.iter().position(|step| step.verdict == Verdict::Won).unwrap();
        assert_eq!(told.steps.map(|step| step.row), Row::ALL);
        assert_eq!(Row::ALL[won], told.winner);
        assert_eq!(usize::from(told.winner.number()), won + 1);
        assert!(told.steps[..won].iter().all(|step| step.verdict == Verdict::Passed));
        assert!(told.steps[won + 1..].iter().all(|step| step.verdict == Verdict::NotTried));
        // Orders in force are known without asking the rows.
        let in_force = [rules.awake_until, rules.asleep_until]
            .map(|until| until.is_some_and(|until| until.in_force(now)));
        match told.winner {
            Row::AwakeOrder => assert!(in_force[0]),
            Row::AsleepOrder => assert_eq!(in_force, [false, true]),
            Row::NoRule => assert!(!rules.is_standing && in_force == [false; 2]),
            Row::Excluded => assert!(rules.is_excluded),
            Row::InvalidRules => assert!(rules.is_unreadable),
            Row::Requested | Row::OutsideHours | Row::Idle | Row::Otherwise => {
                assert_eq!(in_force, [false; 2]);
            }
        }
    }
}
