//! What one look after the other says of who leads, and what they have heard.

use serde_json::json;
use tokio::time::{Duration, advance};

use super::*;

const LEASE: Duration = Timings::STANDARD.lease;
const RENEWAL: Duration = Timings::STANDARD.retry;

/// A lease as `holder` renewed it for the `renewal`th time, and what it acts by.
fn lease(holder: &str, renewal: u32, acts_by: Option<&str>) -> Lease {
    let lease = json!({
        "metadata": { "annotations": { CONFIG_VERSION: acts_by.unwrap_or_default() } },
        "spec": {
            "holderIdentity": holder, "leaseDurationSeconds": 15,
            // Of a clock that is a day behind.
            "renewTime": format!("2026-11-21T12:00:{renewal:02}.000000Z"),
        },
    });
    let mut lease: Lease = serde_json::from_value(lease).unwrap();
    if acts_by.is_none() {
        lease.metadata.annotations = None;
    }
    lease
}

fn hearing() -> Hearing {
    let mut hearing = Hearing::new(Instant::now(), Timings::STANDARD);
    hearing.pauses("7");
    hearing
}

/// `a heard alive`, or `nobody`.
fn look(hearing: &mut Hearing, lease: Option<&Lease>) -> String {
    match hearing.judge(Instant::now(), lease) {
        Standing::Nobody => "nobody".to_owned(),
        Standing::Held {
            holder,
            has_heard,
            is_alive,
        } => {
            let holder = holder.unwrap_or_else(|| "?".to_owned());
            let heard = if has_heard { " heard" } else { "" };
            let alive = if is_alive { " alive" } else { "" };
            format!("{holder}{heard}{alive}")
        }
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_version_that_is_paused_is_heard() {
    for (acts_by, expect) in [
        (None, "a"),
        (Some(""), "a"),
        (Some("6"), "a"),
        (Some("70"), "a"),
        (Some("7"), "a heard"),
    ] {
        let lease = lease("a", 1, acts_by);
        assert_eq!(look(&mut hearing(), Some(&lease)), expect, "{acts_by:?}");
    }
    let mut hearing = hearing();
    hearing.pauses("9");
    for version in ["7", "9"] {
        let lease = lease("a", 1, Some(version));
        assert_eq!(look(&mut hearing, Some(&lease)), "a heard");
    }
}

#[tokio::test(start_paused = true)]
async fn no_lease_and_no_holder_are_nobody() {
    assert_eq!(look(&mut hearing(), None), "nobody");
    assert_eq!(look(&mut hearing(), Some(&Lease::default())), "nobody");
    assert_eq!(
        look(&mut hearing(), Some(&lease("", 1, Some("6")))),
        "nobody"
    );
}

#[tokio::test(start_paused = true)]
async fn a_holder_lives_while_its_lease_changes_and_is_dead_when_it_did_not_for_its_duration() {
    let mut hearing = hearing();
    assert_eq!(look(&mut hearing, Some(&lease("a", 1, None))), "a");
    advance(RENEWAL).await;
    assert_eq!(look(&mut hearing, Some(&lease("a", 2, None))), "a alive");
    advance(LEASE.saturating_sub(RENEWAL)).await;
    assert_eq!(look(&mut hearing, Some(&lease("a", 2, None))), "a alive");
    advance(RENEWAL).await;
    assert_eq!(look(&mut hearing, Some(&lease("a", 2, None))), "nobody");
    // Back from the dead, as after a partition.
    assert_eq!(look(&mut hearing, Some(&lease("a", 3, None))), "a alive");
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_leader_heard_its_successor_has_to_say_too() {
    let mut hearing = hearing();
    assert_eq!(
        look(&mut hearing, Some(&lease("a", 1, Some("7")))),
        "a heard"
    );
    assert_eq!(look(&mut hearing, Some(&lease("b", 2, None))), "b alive");
    assert_eq!(
        look(&mut hearing, Some(&lease("b", 3, Some("7")))),
        "b heard alive"
    );
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_was_deleted_is_held_until_its_holder_must_know() {
    let mut hearing = hearing();
    assert_eq!(look(&mut hearing, Some(&lease("a", 1, None))), "a");
    advance(RENEWAL).await;
    assert_eq!(look(&mut hearing, None), "?");
    advance(LEASE).await;
    assert_eq!(look(&mut hearing, None), "nobody");
}
