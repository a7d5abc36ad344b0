//! Orders on dated days: what they write, and that it is what they say.

use tarnfui_shared::config::Config;

use super::*;

const WEEK: (&str, &str) = ("schedule", "Mon-Fri 08:00-20:00");
const PARIS: (&str, &str) = ("timezone", "Europe/Paris");

fn annotations(pairs: &[(&str, &str)]) -> Annotations {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| (format!("tarnfui.io/{key}"), (*value).to_owned()))
        .collect()
}

fn order(verb: Verb, end: End) -> Order {
    Order {
        verb,
        end,
        reason: None,
        by: Some("dana".to_owned()),
    }
}

fn until(text: &str) -> End {
    End::Until(UntilText::parse(text).unwrap())
}

fn settled(now: &str, order: &Order, pairs: &[(&str, &str)]) -> Result<Settled, Refusal> {
    let config = Config::default();
    settle(
        now.parse().unwrap(),
        order,
        "shop",
        &annotations(pairs),
        Known::Read(&config),
    )
}

/// The end that an order writes.
#[track_caller]
fn end(now: &str, order: &Order, pairs: &[(&str, &str)]) -> String {
    let settled = settled(now, order, pairs).unwrap();
    let ends = [Key::AwakeUntil, Key::AsleepUntil].map(|key| settled.changes.get(&key).cloned());
    let ends: Vec<String> = ends.into_iter().flatten().flatten().collect();
    assert_eq!(ends.len(), 1, "{settled:?}");
    ends[0].clone()
}

#[test]
fn a_snooze_is_elapsed_time_over_a_change_of_the_clocks() {
    // Sleep is due on Saturday 2026-10-24 at 23:00; at 03:00 the clock goes back by an hour.
    let hours = [("schedule", "Sat 08:00-23:00"), PARIS];
    let snooze = order(Verb::Snooze, End::For("6h".parse().unwrap()));
    assert_eq!(
        end("2026-10-24T18:00:00Z", &snooze, &hours),
        "2026-10-25T04:00:00+01:00"
    );
}

#[test]
fn sleep_ends_when_the_hours_start_after_a_change_of_the_clocks() {
    // Friday; on Sunday 2027-03-28 the clock goes forward.
    let sleep = order(Verb::Sleep, End::Usual);
    assert_eq!(
        end("2027-03-26T12:00:00Z", &sleep, &[WEEK, PARIS]),
        "2027-03-29T08:00:00+02:00"
    );
}

#[test]
fn sleep_ends_early_and_wake_late_where_a_time_comes_twice() {
    let (wake, sleep) = (
        order(Verb::Wake, until("2:30")),
        order(Verb::Sleep, until("2:30")),
    );
    let awake = [("schedule", "always"), PARIS];
    let asleep = [("schedule", "never"), PARIS];
    assert_eq!(
        end("2026-10-24T20:00:00Z", &wake, &asleep),
        "2026-10-25T02:30:00+01:00"
    );
    assert_eq!(
        end("2026-10-24T20:00:00Z", &sleep, &awake),
        "2026-10-25T02:30:00+02:00"
    );
}

#[test]
fn what_is_written_is_read_back_as_what_was_said() {
    let orders = [
        order(Verb::Wake, End::Usual),
        order(Verb::Wake, End::Forever),
        order(Verb::Sleep, End::Usual),
        order(Verb::Sleep, until("Sat 12:34")),
        order(Verb::Snooze, End::Usual),
        order(Verb::Snooze, End::For("720h".parse().unwrap())),
    ];
    for now in ["2026-11-22T12:00:00Z", "2026-11-23T18:00:00Z"] {
        for order in &orders {
            let before = annotations(&[WEEK, PARIS]);
            let Ok(settled) = settled(now, order, &[WEEK, PARIS]) else {
                panic!("{order:?}")
            };
            let after = settled.apply(&before);
            let reading = crate::reading::Reading::of("shop", &after, &Config::default());
            assert!(reading.problems.is_empty(), "{:?}", reading.problems);
            let decision = reading.decide(now.parse().unwrap());
            assert_eq!(Some(decision.state), settled.state, "{order:?} at {now}");
            if !settled.is_so_already() {
                assert_eq!(decision.reason, tarnfui_shared::decide::Reason::Override);
            }
        }
    }
}

#[test]
fn resume_undoes_every_order() {
    for verb in [Verb::Wake, Verb::Sleep] {
        let before = annotations(&[WEEK, PARIS]);
        let mut given = order(verb, End::Forever);
        given.reason = Some("fair".to_owned());
        let after = settled("2026-11-22T12:00:00Z", &given, &[WEEK, PARIS])
            .unwrap()
            .apply(&before);
        assert_eq!(after.len(), 5, "{after:?}");
        let config = Config::default();
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let resume = order(Verb::Resume, End::Usual);
        let resumed = settle(now, &resume, "shop", &after, Known::Read(&config)).unwrap();
        assert_eq!(resumed.apply(&after), before);
    }
}

#[test]
fn an_order_is_needed_where_requests_or_idling_could_end_it() {
    let idles = [
        WEEK,
        PARIS,
        ("idle-after", "30m"),
        ("wake-on-request", "true"),
    ];
    let wake = order(Verb::Wake, End::For("10m".parse().unwrap()));
    assert!(
        !settled("2026-11-23T12:00:00Z", &wake, &idles)
            .unwrap()
            .is_so_already()
    );
    assert!(
        settled("2026-11-23T12:00:00Z", &wake, &[WEEK, PARIS])
            .unwrap()
            .is_so_already()
    );
}

#[test]
fn a_reason_is_worth_an_order_of_its_own() {
    let mut wake = order(Verb::Wake, End::For("10m".parse().unwrap()));
    wake.reason = Some("demo".to_owned());
    let settled = settled("2026-11-23T12:00:00Z", &wake, &[WEEK, PARIS]).unwrap();
    assert_eq!(
        settled.sentence,
        "namespace/shop stays awake until 20:00 CET \
         (in 7 h; the order ends at 13:10; sleep was due at 20:00)"
    );
}

#[test]
fn an_override_that_is_over_is_no_order_in_force() {
    let over = [
        WEEK,
        PARIS,
        ("awake-until", "2026-11-22T12:00:00Z"),
        ("override-by", "kim"),
    ];
    let sleep = settled(
        "2026-11-22T12:00:00Z",
        &order(Verb::Sleep, End::Forever),
        &over,
    )
    .unwrap();
    assert!(!sleep.sentence.contains("kim"), "{}", sleep.sentence);
    // The stale key goes all the same: two overrides in one place would only puzzle.
    assert_eq!(sleep.changes.get(&Key::AwakeUntil), Some(&None));
}

#[test]
fn who_gave_an_order_that_is_over_is_not_named() {
    let over = [
        WEEK,
        PARIS,
        ("awake-until", "2026-11-22T12:00:00Z"),
        ("override-by", "kim"),
    ];
    let wake = order(Verb::Wake, End::For("10m".parse().unwrap()));
    let settled = settled("2026-11-23T12:00:00Z", &wake, &over).unwrap();
    assert_eq!(
        settled.sentence,
        "namespace/shop is already awake until 20:00 CET (in 7 h)"
    );
}
