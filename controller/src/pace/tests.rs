//! What starts when, and what a failure of one object means for it and for the others.

use tarnfui_shared::change::Op;
use tarnfui_shared::decide::Reason;
use tarnfui_shared::workload::{Kind, Value};

use super::*;

const SLEEP: Op = Op::Sleep {
    saved: Value::Replicas(3),
    to: Value::Replicas(0),
};
const RESTORE: Op = Op::Restore {
    to: Value::Replicas(3),
};

fn change(name: &str, version: &str, op: Op) -> Change {
    let (urgency, reason) = match op {
        Op::Sleep { .. } | Op::HandOver { .. } => (Urgency::Sleep, Reason::OffHours),
        Op::Restore { .. } | Op::Release => (Urgency::Wake, Reason::WorkingHours),
    };
    Change {
        target: Target {
            namespace: "shop".into(),
            kind: Kind::Deployment,
            name: name.into(),
        },
        version: Version::new(version).unwrap(),
        op,
        is_handed_over: false,
        urgency,
        reason,
    }
}

/// A write of `change` ends.
fn finish(pace: &mut Pace, change: Change, outcome: &Outcome, now: Instant) -> Verdict {
    pace.finished(&Step::Write(change), outcome, now)
}

/// Everything that may start now, by name; `?` marks what is read first.
fn starts(pace: &mut Pace, now: Instant) -> Vec<String> {
    let mut names = Vec::new();
    while let Some(step) = pace.next(now, 64) {
        names.push(match step {
            Step::Write(change) => change.target.name.to_string(),
            Step::Read(change) => format!("{}?", change.target.name),
        });
    }
    names
}

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

#[tokio::test(start_paused = true)]
async fn wakes_go_before_sleeps_and_requested_ones_first() {
    let now = Instant::now();
    let mut pace = Pace::default();
    let requested = Change {
        urgency: Urgency::Requested,
        ..change("asked", "1", RESTORE)
    };
    pace.replace(
        "shop",
        vec![
            change("sleeps", "1", SLEEP),
            change("wakes", "1", RESTORE),
            requested,
        ],
    );
    assert_eq!(starts(&mut pace, now), ["asked", "wakes", "sleeps"]);
    assert_eq!((pace.queued(), pace.in_flight()), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn no_more_are_in_flight_than_the_limit() {
    let now = Instant::now();
    let mut pace = Pace::default();
    pace.replace(
        "shop",
        vec![change("a", "1", SLEEP), change("b", "1", SLEEP)],
    );
    assert!(pace.next(now, 1).is_some());
    assert_eq!(pace.next(now, 1), None);
    finish(&mut pace, change("a", "1", SLEEP), &Outcome::Gone, now);
    assert!(pace.next(now, 1).is_some());
}

#[tokio::test(start_paused = true)]
async fn an_object_in_flight_is_neither_written_nor_queued_again() {
    let now = Instant::now();
    let mut pace = Pace::default();
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    assert_eq!(starts(&mut pace, now), ["web"]);
    // Planned on what was seen before the write: stale by the time that it ends.
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    finish(
        &mut pace,
        change("web", "1", SLEEP),
        &Outcome::Busy(None),
        now,
    );
    assert!(starts(&mut pace, now + seconds(60)).is_empty());
    pace.replace("shop", vec![change("web", "2", SLEEP)]);
    assert_eq!(starts(&mut pace, now + seconds(60)), ["web"]);
}

#[tokio::test(start_paused = true)]
async fn a_new_plan_replaces_what_is_queued_for_its_namespace_alone() {
    let now = Instant::now();
    let mut pace = Pace::default();
    let mut other = change("blog", "1", SLEEP);
    other.target.namespace = "other".into();
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    pace.replace("other", vec![other]);
    pace.replace("shop", Vec::new());
    assert_eq!(starts(&mut pace, now), ["blog"]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_delays_its_object_and_no_other() {
    let now = Instant::now();
    let mut pace = Pace::default();
    let plan = || vec![change("bad", "1", SLEEP), change("good", "1", SLEEP)];
    pace.replace("shop", plan());
    assert_eq!(starts(&mut pace, now), ["bad", "good"]);
    let refused = Outcome::Refused("quota".to_owned());
    let verdict = finish(&mut pace, change("bad", "1", SLEEP), &refused, now);
    assert_eq!(verdict, Verdict::Refused("quota".to_owned()));
    finish(
        &mut pace,
        change("good", "1", SLEEP),
        &Outcome::Conflict,
        now,
    );

    pace.replace(
        "shop",
        vec![change("bad", "2", SLEEP), change("good", "2", SLEEP)],
    );
    assert_eq!(starts(&mut pace, now), ["good"]);
    let at = pace.wakes_at(now).unwrap();
    assert!(at > now && at <= now + seconds(1));
    assert_eq!(starts(&mut pace, at), ["bad"]);
}

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_wait_longer_and_at_most_five_minutes() {
    let mut now = Instant::now();
    let mut pace = Pace::default();
    let mut waits = Vec::new();
    for _ in 0..12 {
        pace.replace("shop", vec![change("web", "1", SLEEP)]);
        assert_eq!(starts(&mut pace, now), ["web"]);
        finish(
            &mut pace,
            change("web", "1", SLEEP),
            &Outcome::Unknown("?".to_owned()),
            now,
        );
        pace.replace("shop", vec![change("web", "1", SLEEP)]);
        let at = pace.wakes_at(now).unwrap();
        waits.push(at - now);
        now = at;
    }
    assert!(
        waits[0] <= seconds(1) && waits[11] <= seconds(300),
        "{waits:?}"
    );
    assert!(waits[11] >= seconds(225), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_conflict_waits_for_the_watch_and_the_second_reads() {
    let now = Instant::now();
    let mut pace = Pace::default();
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    starts(&mut pace, now);
    finish(
        &mut pace,
        change("web", "1", SLEEP),
        &Outcome::Conflict,
        now,
    );
    // The watch has not brought the new version yet: nothing to write on.
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    assert!(starts(&mut pace, now).is_empty());
    // It has: at once.
    pace.replace("shop", vec![change("web", "2", SLEEP)]);
    assert_eq!(starts(&mut pace, now), ["web"]);
    finish(
        &mut pace,
        change("web", "2", SLEEP),
        &Outcome::Conflict,
        now,
    );
    pace.replace("shop", vec![change("web", "2", SLEEP)]);
    assert_eq!(starts(&mut pace, now), ["web?"]);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_stays_behind_is_read_past_after_a_second() {
    let now = Instant::now();
    let mut pace = Pace::default();
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    starts(&mut pace, now);
    finish(
        &mut pace,
        change("web", "1", SLEEP),
        &Outcome::Conflict,
        now,
    );
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    assert_eq!(pace.wakes_at(now), Some(now + seconds(1)));
    assert_eq!(starts(&mut pace, now + seconds(1)), ["web?"]);
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let now = Instant::now();
    let mut pace = Pace::default();
    let plan = || vec![change("a", "1", SLEEP), change("b", "1", SLEEP)];
    pace.replace("shop", plan());
    assert!(pace.next(now, 1).is_some());
    finish(
        &mut pace,
        change("a", "1", SLEEP),
        &Outcome::Busy(Some(seconds(7))),
        now,
    );
    pace.replace("shop", plan());
    assert!(starts(&mut pace, now + seconds(6)).is_empty());
    assert_eq!(pace.wakes_at(now), Some(now + seconds(7)));
    assert_eq!(starts(&mut pace, now + seconds(7)), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn a_success_or_a_change_of_mind_ends_the_trouble() {
    let now = Instant::now();
    let mut pace = Pace::default();
    for end in ["success", "change of mind"] {
        pace.replace("shop", vec![change("web", "1", SLEEP)]);
        assert_eq!(starts(&mut pace, now), ["web"], "{end}");
        finish(
            &mut pace,
            change("web", "1", SLEEP),
            &Outcome::Refused("no".to_owned()),
            now,
        );
        pace.replace("shop", Vec::new());
        assert!(pace.troubles.is_empty(), "{end}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_full_of_what_may_start_and_not_of_what_fails() {
    let now = Instant::now();
    let mut pace = Pace::default();
    let plan = || {
        (0..ENOUGH)
            .map(|number| change(&number.to_string(), "1", SLEEP))
            .collect()
    };
    pace.replace("shop", plan());
    assert!(pace.is_full(Urgency::Sleep));
    // What goes before them has room.
    assert!(!pace.is_full(Urgency::Wake));
    while let Some(Step::Write(change)) = pace.next(now, 1) {
        pace.finished(
            &Step::Write(change.clone()),
            &Outcome::Refused("quota".to_owned()),
            now,
        );
    }
    pace.replace("shop", plan());
    assert_eq!(pace.queued(), ENOUGH);
    assert!(!pace.is_full(Urgency::Sleep));
}

#[tokio::test(start_paused = true)]
async fn a_namespace_is_not_taken_for_one_whose_name_begins_like_it() {
    let now = Instant::now();
    let mut pace = Pace::default();
    for namespace in ["a", "a-b", "b"] {
        let mut it = change(namespace, "1", SLEEP);
        it.target.namespace = namespace.into();
        pace.replace(namespace, vec![it]);
    }
    pace.replace("a", Vec::new());
    assert_eq!(starts(&mut pace, now), ["a-b", "b"]);
}

/// What the server has of `web`, as a read finds it.
fn found(version: &str) -> Outcome {
    let text = format!(r#"{{"metadata":{{"name":"web","resourceVersion":"{version}"}}}}"#);
    let raw: tarnfui_shared::observe::RawWorkload = serde_json::from_str(&text).unwrap();
    Outcome::Done(Box::new(raw.observe(Kind::Deployment).unwrap()))
}

#[tokio::test(start_paused = true)]
async fn a_conflict_at_the_version_that_was_read_is_a_refusal_and_waits() {
    let now = Instant::now();
    let mut pace = Pace::default();
    for _ in 0..2 {
        pace.replace("shop", vec![change("web", "1", SLEEP)]);
        assert_eq!(starts(&mut pace, now + seconds(1)).len(), 1);
        finish(
            &mut pace,
            change("web", "1", SLEEP),
            &Outcome::Conflict,
            now,
        );
    }
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    assert_eq!(starts(&mut pace, now), ["web?"]);
    pace.finished(&Step::Read(change("web", "1", SLEEP)), &found("1"), now);
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    assert_eq!(starts(&mut pace, now), ["web"]);
    let verdict = finish(
        &mut pace,
        change("web", "1", SLEEP),
        &Outcome::Conflict,
        now,
    );
    assert_eq!(verdict, Verdict::Refused(CONFLICT_ALL_THE_SAME.to_owned()));
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    assert!(starts(&mut pace, now).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_sleep_that_is_refused_does_not_hold_a_wake() {
    let now = Instant::now();
    let mut pace = Pace::default();
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    starts(&mut pace, now);
    finish(
        &mut pace,
        change("web", "1", SLEEP),
        &Outcome::Refused("no".to_owned()),
        now,
    );
    pace.replace("shop", vec![change("web", "1", RESTORE)]);
    assert_eq!(starts(&mut pace, now), ["web"]);
}

#[tokio::test(start_paused = true)]
async fn something_gone_is_tried_again_only_if_it_is_still_asked_for_later() {
    let now = Instant::now();
    let mut pace = Pace::default();
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    starts(&mut pace, now);
    finish(&mut pace, change("web", "1", SLEEP), &Outcome::Gone, now);
    pace.replace("shop", vec![change("web", "1", SLEEP)]);
    assert!(starts(&mut pace, now).is_empty());
    assert_eq!(starts(&mut pace, now + seconds(1)), ["web"]);
}
