//! One leader at a time: beginning, going on, taking over.

use std::time::Duration;

use http::Method;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::replica::{Replica, watch};
use super::server::{Fault, Server};
use crate::leader::{Leadership, Timings};

const LEASE: Duration = Timings::STANDARD.lease;
const DEADLINE: Duration = Timings::STANDARD.renew_deadline;
const RETRY: Duration = Timings::STANDARD.retry;
/// Long enough for what is due at this instant to have happened.
const MOMENT: Duration = Duration::from_millis(100);

fn dead_holder() -> serde_json::Value {
    json!({
        "holderIdentity": "dead", "leaseDurationSeconds": 15, "leaseTransitions": 3,
        "acquireTime": "2026-11-02T08:00:00.000000Z", "renewTime": "2026-11-02T08:00:00.000000Z",
    })
}

#[tokio::test(start_paused = true)]
async fn the_first_candidate_creates_the_lease_and_renews_it() {
    let server = Server::default();
    let begun = Instant::now();
    let replica = Replica::start(&server, "a");
    let mut seen = replica.handle.leadership();

    seen.changed().await.unwrap();
    let first = seen.borrow_and_update().clone();
    let Leadership::Leader {
        valid_until,
        term: 1,
        ref holder,
    } = first
    else {
        panic!("{first:?}")
    };
    assert_eq!(valid_until, begun + DEADLINE);
    assert_eq!(
        (holder.name.as_str(), holder.transitions),
        (replica.name.as_str(), 0)
    );
    assert!(holder.since.is_some());
    assert_eq!(server.take_log(), ["GET 404", "POST 201"]);

    sleep(RETRY * 3 + MOMENT).await;
    let Leadership::Leader {
        valid_until, term, ..
    } = replica.leadership()
    else {
        panic!()
    };
    assert_eq!((valid_until, term), (begun + RETRY * 3 + DEADLINE, 1));
    assert_eq!(server.take_log(), ["GET 200", "PATCH 200"].repeat(3));
    assert!(!seen.has_changed().unwrap(), "a renewal wakes nobody");
    assert!(replica.handle.fault().is_none());
}

#[tokio::test(start_paused = true)]
async fn of_two_candidates_for_an_expired_lease_exactly_one_leads() {
    let server = Server::with_spec(&dead_holder());
    server.set_latency(Duration::from_millis(10));
    let (a, b) = (Replica::start(&server, "a"), Replica::start(&server, "b"));

    watch(LEASE, &[&a, &b]).await;
    assert!(
        !a.leads() && !b.leads(),
        "nobody watched the lease for long enough yet"
    );
    server.take_log();
    watch(RETRY, &[&a, &b]).await;

    // Both read it and found it expired, and both tried to take it, at the same instant.
    assert_eq!(
        server.take_log(),
        ["GET 200", "GET 200", "PATCH 200", "PATCH 409"]
    );
    assert!(a.leads() != b.leads());
    let (leader, other) = if a.leads() { (&a, &b) } else { (&b, &a) };
    assert_eq!(server.lease()["spec"]["leaseTransitions"], 4);
    watch(Duration::from_mins(1), &[&a, &b]).await;
    assert!(leader.leads());
    assert_eq!(other.leadership().holder().unwrap().name, leader.name);
    assert_eq!((leader.term(), server.holder()), (1, leader.name.clone()));
}

#[tokio::test(start_paused = true)]
async fn two_replicas_of_one_name_are_two_candidates() {
    let server = Server::default();
    let (a, b) = (
        Replica::start(&server, "same"),
        Replica::start(&server, "same"),
    );

    watch(Duration::from_mins(1), &[&a, &b]).await;

    assert!(a.leads() != b.leads());
}

#[tokio::test(start_paused = true)]
async fn a_killed_leader_is_replaced_when_its_lease_was_watched_to_its_end() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    let b = Replica::start(&server, "b");
    sleep(MOMENT).await;
    a.kill();

    sleep(LEASE).await;
    assert!(!b.leads());
    sleep(RETRY).await;
    assert!(b.leads());
    assert_eq!(server.lease()["spec"]["leaseTransitions"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_leader_frozen_for_longer_than_its_lease_wakes_as_a_standby() {
    let server = Server::default();
    let (a, b) = (Replica::start(&server, "a"), Replica::start(&server, "b"));
    sleep(MOMENT).await;
    assert!(a.leads());

    a.freeze();
    watch(Duration::from_mins(1), &[&a, &b]).await;
    assert!(!a.leads() && b.leads());
    // Nothing told it, and it still believes to be the leader; but its word has run out.
    assert!(matches!(a.leadership(), Leadership::Leader { .. }));
    server.take_log();
    a.thaw();
    watch(MOMENT, &[&a, &b]).await;

    assert_eq!(a.leadership().holder().unwrap().name, b.name);
    assert_eq!((a.term(), server.holder()), (0, b.name.clone()));
    assert!(
        !server.take_log().contains(&"PATCH 409".to_owned()),
        "it read before it wrote"
    );
}

#[tokio::test(start_paused = true)]
async fn a_leader_frozen_between_reading_and_renewing_does_not_renew_its_successors_lease() {
    let server = Server::default();
    let (a, b) = (Replica::start(&server, "a"), Replica::start(&server, "b"));
    sleep(MOMENT).await;
    let ice = a.ice();
    server.fail_next(Method::GET, Fault::After(Box::new(move || ice.set(true))));

    watch(Duration::from_mins(1), &[&a, &b]).await;
    assert!(b.leads());
    let taken = server.lease()["spec"]["acquireTime"].clone();
    server.take_log();
    a.thaw();
    watch(MOMENT, &[&a, &b]).await;
    // The renewal that it was about to make goes out, and is refused.
    assert_eq!(server.take_log()[0], "PATCH 409");
    watch(Duration::from_mins(1), &[&a, &b]).await;

    assert!(b.leads());
    assert_eq!((a.term(), b.term()), (0, 1));
    assert_eq!(server.lease()["spec"]["acquireTime"], taken);
}

#[tokio::test(start_paused = true)]
async fn a_lone_leader_frozen_for_long_begins_a_new_term() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    let mut seen = a.handle.leadership();
    seen.mark_unchanged();

    a.freeze();
    sleep(Duration::from_mins(1)).await;
    assert!(!a.leads());
    a.thaw();
    sleep(MOMENT).await;

    assert_eq!((a.leads(), a.term()), (true, 2));
    assert!(seen.has_changed().unwrap());
}

#[tokio::test(start_paused = true)]
async fn what_a_leader_learns_after_its_time_is_too_old_to_lead_by() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    let ice = a.ice();
    server.fail_next(Method::GET, Fault::After(Box::new(move || ice.set(true))));
    sleep(Duration::from_mins(1)).await;
    server.take_log();

    a.thaw();
    sleep(MOMENT).await;

    // The renewal succeeded, but counts from before the read. The next one is due at once.
    assert_eq!(server.take_log(), ["PATCH 200", "GET 200", "PATCH 200"]);
    assert_eq!((a.leads(), a.term()), (true, 2));
}

#[tokio::test(start_paused = true)]
async fn leadership_counts_from_before_the_attempt() {
    let server = Server::default();
    server.set_latency(Duration::from_secs(1));
    let begun = Instant::now();
    let a = Replica::start(&server, "a");

    sleep(Duration::from_secs(2) + MOMENT).await;

    let Leadership::Leader { valid_until, .. } = a.leadership() else {
        panic!()
    };
    assert_eq!(valid_until, begun + DEADLINE);
}
