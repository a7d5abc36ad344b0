//! The rule of expiry, without a server or a runtime.

use super::Tenancy::{Free, Held};
use super::*;

const LEASE: Duration = Duration::from_secs(15);

/// Judges specs one after another, each this many seconds after the first.
fn check(history: &[(u64, Value)], expected: Tenancy) {
    let begun = Instant::now();
    let mut observation = Observation::new(begun, "me", LEASE);
    let mut last = None;
    for (after, spec) in history {
        last = Some(observation.judge(begun + Duration::from_secs(*after), spec));
    }
    assert_eq!(last, Some(expected), "{history:?}");
}

fn held(by: &str, renewal: u32) -> Value {
    json!({ "holderIdentity": by, "leaseDurationSeconds": 15, "renewTime": renewal })
}

#[test]
fn a_lease_expires_when_it_was_watched_unchanged_for_as_long_as_it_lives() {
    check(&[(0, held("b", 1))], Held);
    check(&[(0, held("b", 1)), (14, held("b", 1))], Held);
    check(&[(0, held("b", 1)), (15, held("b", 1))], Free);
    check(
        &[(0, held("b", 1)), (14, held("b", 2)), (28, held("b", 2))],
        Held,
    );
    check(
        &[(0, held("b", 1)), (14, held("b", 2)), (29, held("b", 2))],
        Free,
    );
    // Watched once, long ago: who looks away for a minute has not seen it rest.
    check(&[(0, held("b", 1)), (60, held("b", 2))], Held);
}

#[test]
fn a_lease_is_given_its_own_time_within_limits() {
    let living = |seconds: i64| json!({ "holderIdentity": "b", "leaseDurationSeconds": seconds });
    for (claimed, patience) in [(60, 60), (1, 15), (0, 15), (-5, 15), (86_400, 300)] {
        let spec = living(claimed);
        check(&[(0, spec.clone()), (patience - 1, spec.clone())], Held);
        check(&[(0, spec.clone()), (patience, spec)], Free);
    }
}

#[test]
fn a_lease_that_names_nobody_is_free_unless_somebody_was_seen_on_it() {
    let released = json!({ "holderIdentity": "", "leaseDurationSeconds": 1 });
    for nobody in [Value::Null, json!({}), released.clone()] {
        check(&[(0, nobody)], Free);
    }
    check(&[(0, held("b", 1)), (2, released)], Free);
    for robbed in [Value::Null, json!({})] {
        check(&[(0, held("b", 1)), (2, robbed.clone())], Held);
        check(
            &[(0, held("b", 1)), (2, robbed.clone()), (16, robbed.clone())],
            Held,
        );
        check(
            &[(0, held("b", 1)), (2, robbed.clone()), (17, robbed.clone())],
            Free,
        );
    }
}

#[test]
fn our_lease_that_is_gone_is_ours_while_nobody_can_have_taken_it() {
    let begun = Instant::now();
    let at = |seconds| begun + Duration::from_secs(seconds);
    for (gone, expected) in [(16, Free), (17, Held), (60, Held)] {
        let mut observation = Observation::new(begun, "me", LEASE);
        observation.accepted(at(2));
        observation.judge(at(4), &held("me", 1));
        assert_eq!(
            observation.judge(at(gone), &Value::Null),
            expected,
            "gone at {gone}"
        );
        assert_eq!(observation.judge(at(gone + 15), &Value::Null), Free);
    }
}

#[test]
fn a_lease_that_a_doubtful_write_may_have_made_is_waited_out_when_it_is_not_there() {
    let begun = Instant::now();
    let at = |seconds| begun + Duration::from_secs(seconds);
    let mut observation = Observation::new(begun, "me", LEASE);
    assert_eq!(observation.judge(at(0), &Value::Null), Free);
    observation.doubtful();
    assert_eq!(observation.judge(at(2), &Value::Null), Held);
    assert_eq!(observation.judge(at(17), &Value::Null), Free);
}

#[test]
fn a_doubtful_write_says_nothing_about_a_holder_that_is_still_there() {
    let begun = Instant::now();
    let at = |seconds| begun + Duration::from_secs(seconds);
    let mut observation = Observation::new(begun, "me", LEASE);
    observation.judge(at(0), &held("b", 1));
    observation.doubtful();
    assert_eq!(observation.judge(at(15), &held("b", 1)), Free);
}

#[test]
fn the_crate_is_shown_a_time_that_needs_no_clock_and_the_rest_as_it_is() {
    let mut lease = json!({ "metadata": { "name": "n" }, "spec": {
        "holderIdentity": "b", "leaseTransitions": 7, "leaseDurationSeconds": 15,
        "acquireTime": "2026-11-02T08:00:00.000000Z", "renewTime": "2026-11-02T08:00:00.000000Z",
    }});
    show(lease.as_object_mut().unwrap(), Held);
    assert_eq!(
        lease,
        json!({ "metadata": { "name": "n" }, "spec": {
            "holderIdentity": "b", "leaseTransitions": 7, "leaseDurationSeconds": 1,
            "acquireTime": "2026-11-02T08:00:00.000000Z", "renewTime": "9000-01-01T00:00:00.000000Z",
        }})
    );
    show(lease.as_object_mut().unwrap(), Free);
    assert_eq!(lease["spec"]["renewTime"], "1970-01-01T00:00:00.000000Z");
}

#[test]
fn the_crate_never_sees_a_number_of_transitions_that_it_can_not_add_to() {
    for (there, shown) in [(i64::from(i32::MAX), i32::MAX - 1), (-1, 0), (5, 5)] {
        let mut lease = json!({ "spec": { "leaseTransitions": there } });
        show(lease.as_object_mut().unwrap(), Free);
        assert_eq!(lease["spec"]["leaseTransitions"], shown);
    }
}
