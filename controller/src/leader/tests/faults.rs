//! What an API server, a network and people's hands do to a lease.

#![expect(
    clippy::disallowed_methods,
    reason = "the wall clock is what is tested"
)]

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::replica::{Replica, watch};
use super::server::{Fault, HTML, Server};
use crate::leader::{Leadership, Timings};

const LEASE: Duration = Timings::STANDARD.lease;
const DEADLINE: Duration = Timings::STANDARD.renew_deadline;
const RETRY: Duration = Timings::STANDARD.retry;
const CALL: Duration = Timings::STANDARD.call;
const MOMENT: Duration = Duration::from_millis(100);

/// A leader, a moment into its term.
async fn leader(server: &Server) -> Replica {
    let replica = Replica::start(server, "a");
    sleep(MOMENT).await;
    assert!(replica.leads());
    server.take_log();
    replica
}

fn fault(replica: &Replica) -> &'static str {
    replica.handle.fault().map_or("none", |fault| fault.code())
}

#[tokio::test(start_paused = true)]
async fn an_api_server_away_for_longer_than_the_lease_leaves_no_leader() {
    let server = Server::default();
    let (a, b) = (Replica::start(&server, "a"), Replica::start(&server, "b"));
    sleep(MOMENT).await;
    server.set_away(true);

    watch(DEADLINE.saturating_sub(MOMENT * 2), &[&a, &b]).await;
    assert!(a.leads(), "until its word runs out");
    watch(MOMENT * 2, &[&a, &b]).await;
    assert!(!a.leads());
    assert!(
        matches!(a.leadership(), Leadership::Standby { .. }),
        "and it says so"
    );
    watch(LEASE * 2, &[&a, &b]).await;
    assert!(!a.leads() && !b.leads());
    assert_eq!((fault(&a), fault(&b)), ("no_answer", "no_answer"));

    server.set_away(false);
    watch(CALL + LEASE + RETRY, &[&a, &b]).await;
    assert!(a.leads() != b.leads());
    assert_eq!((fault(&a), fault(&b)), ("none", "none"));
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_is_cut_off_stops_before_another_begins_and_comes_back_as_a_standby() {
    let server = Server::default();
    let a = leader(&server).await;
    let b = Replica::start(&server, "b");
    sleep(MOMENT).await;
    a.cable.cut(true);

    watch(DEADLINE.saturating_sub(MOMENT * 3), &[&a, &b]).await;
    assert!(a.leads(), "until its word runs out");
    watch(MOMENT * 3, &[&a, &b]).await;
    assert!(!a.leads() && !b.leads(), "and nobody for a while");
    assert_eq!(fault(&a), "no_answer");
    watch((LEASE + RETRY).saturating_sub(DEADLINE), &[&a, &b]).await;
    assert!(b.leads());

    let taken = server.lease()["spec"]["acquireTime"].clone();
    server.take_log();
    a.cable.cut(false);
    watch(Duration::from_mins(1), &[&a, &b]).await;
    assert_eq!((a.term(), b.term()), (0, 1));
    assert_eq!(a.leadership().holder().unwrap().name, b.name);
    assert_eq!(server.lease()["spec"]["acquireTime"], taken);
    assert!(!server.take_log().contains(&"PATCH 409".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_without_an_answer_ends_in_time_and_is_tried_again() {
    for (fault, line) in [
        (Fault::Hang, "PATCH hangs"),
        (Fault::HangBody, "PATCH 200"),
        (Fault::LoseAnswer, "PATCH 200"),
    ] {
        let server = Server::default();
        let a = leader(&server).await;
        let begun = Instant::now();
        server.fail_next(Method::PATCH, fault);

        watch(RETRY + CALL, &[&a]).await;

        // The attempt that hung is followed at once by another: its time was up long ago.
        assert_eq!(server.take_log(), ["GET 200", line, "GET 200", "PATCH 200"]);
        let Leadership::Leader {
            valid_until,
            term: 1,
            ..
        } = a.leadership()
        else {
            panic!()
        };
        assert_eq!(valid_until, begun - MOMENT + RETRY + CALL + DEADLINE);
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_that_hangs_ends_in_time() {
    let server = Server::default();
    let a = leader(&server).await;
    server.fail_next(Method::GET, Fault::HangBody);

    watch(RETRY + CALL, &[&a]).await;

    assert_eq!(server.take_log(), ["GET 200", "GET 200", "PATCH 200"]);
    assert_eq!(a.term(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_failed_call_is_tried_again_at_its_pace_and_never_in_between() {
    for (met, line, code) in [
        (Fault::Status(500), "PATCH 500", "answered"),
        (Fault::Status(429), "PATCH 429", "answered"),
        (Fault::Status(503), "PATCH 503", "answered"),
        (Fault::Status(401), "PATCH 401", "unauthorized"),
        (Fault::Refused, "PATCH refused", "no_answer"),
        (Fault::Says(HTML.into()), "PATCH 200", "no_answer"),
    ] {
        let server = Server::default();
        let a = leader(&server).await;
        server.fail_next(Method::PATCH, met);

        sleep(RETRY).await;
        assert_eq!(server.take_log(), ["GET 200", line]);
        assert_eq!((fault(&a), a.leads()), (code, true));

        sleep(RETRY).await;
        assert_eq!(server.take_log(), ["GET 200", "PATCH 200"]);
        assert_eq!((fault(&a), a.term()), ("none", 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_may_not_renew_ends_in_time_though_it_asks_seldom() {
    let server = Server::default();
    let a = leader(&server).await;
    server.fail_next(Method::PATCH, Fault::Status(403));

    sleep(DEADLINE.saturating_sub(MOMENT * 2)).await;
    assert!(a.leads());
    sleep(MOMENT * 2).await;

    assert!(
        matches!(a.leadership(), Leadership::Standby { .. }),
        "it says so"
    );
    assert_eq!(server.take_log(), ["GET 200", "PATCH 403"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_with_another_holder_in_it_makes_no_leader() {
    let server = Server::default();
    let a = leader(&server).await;
    let mut foreign = server.lease();
    foreign["spec"]["holderIdentity"] = json!("theirs");
    server.fail_next(Method::PATCH, Fault::Says(foreign.to_string()));

    sleep(RETRY).await;

    assert!(!a.leads());
    assert_eq!(a.leadership().holder().unwrap().name, "theirs");
}

#[tokio::test(start_paused = true)]
async fn without_permission_it_asks_seldom_and_says_what_to_grant() {
    let server = Server::default();
    let requests = 4;
    for _ in 0..requests {
        server.fail_next(Method::GET, Fault::Status(403));
    }
    let a = Replica::start(&server, "a");

    sleep(RETRY * 5 * (requests - 1) + MOMENT).await;
    assert_eq!(server.take_log(), ["GET 403"].repeat(4));
    let error = a.handle.fault().unwrap().to_string();
    assert!(
        error.contains("may not get the lease tarnfui/controller"),
        "{error}"
    );
    assert!(error.contains("grant"), "{error}");

    sleep(RETRY * 5).await;
    assert!(a.leads() && a.handle.fault().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_acquisition_whose_answer_was_lost_counts_from_the_renewal_after_it() {
    let server = Server::default();
    server.fail_next(Method::POST, Fault::LoseAnswer);
    let begun = Instant::now();
    let a = Replica::start(&server, "a");

    sleep(CALL.saturating_sub(MOMENT)).await;
    assert_eq!((server.holder(), a.leads()), (a.name.clone(), false));
    sleep(MOMENT * 2).await;

    let Leadership::Leader {
        valid_until,
        term: 1,
        ..
    } = a.leadership()
    else {
        panic!()
    };
    assert_eq!(valid_until, begun + CALL + DEADLINE);
    assert_eq!(
        server.take_log(),
        ["GET 404", "POST 201", "GET 200", "PATCH 200"]
    );
}

/// Renews a lease as a holder would whose wall clock is off by `skew`.
async fn renew_with_skew(server: &Server, skew: jiff::SignedDuration, times: u32) {
    for _ in 0..times {
        let renewed = jiff::Timestamp::now() + skew;
        server.put(json!({ "spec": {
            "holderIdentity": "skewed", "leaseDurationSeconds": 15, "leaseTransitions": 1,
            "acquireTime": "2026-11-02T08:00:00.000000Z", "renewTime": format!("{renewed:.6}"),
        }}));
        sleep(RETRY).await;
    }
}

#[tokio::test(start_paused = true)]
async fn other_peoples_clocks_do_not_matter() {
    let (seconds, day) = (
        jiff::SignedDuration::from_secs(20),
        jiff::SignedDuration::from_hours(24),
    );
    for skew in [-day, -seconds, seconds, day] {
        let server = Server::default();
        renew_with_skew(&server, skew, 1).await;
        let a = Replica::start(&server, "a");
        let began_leading = async {
            a.handle
                .leadership()
                .wait_for(|now| now.leads_at(Instant::now()))
                .await
                .unwrap();
        };
        tokio::select! {
            biased;
            () = began_leading => panic!("took a lease that is renewed, {skew} off"),
            () = renew_with_skew(&server, skew, 30) => {}
        }
        sleep(LEASE.saturating_sub(RETRY * 2)).await;
        assert!(!a.leads());
        sleep(RETRY * 3).await;
        assert!(a.leads(), "took no lease that nobody renews, {skew} off");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_without_a_holder_is_taken_at_once_whatever_else_it_lacks() {
    for spec in [
        Value::Null,
        json!({}),
        json!({ "holderIdentity": "" }),
        json!({ "leaseTransitions": 2_147_483_647 }),
        json!({ "renewTime": "2026-11-02T08:00:00.000000Z", "leaseDurationSeconds": 15 }),
    ] {
        let server = Server::with_spec(&spec);
        let a = Replica::start(&server, "a");
        sleep(MOMENT).await;
        assert!(a.leads(), "{spec}");
        assert_eq!(server.take_log(), ["GET 200", "PATCH 200"], "{spec}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_foreign_holder_is_waited_out_whatever_its_lease_lacks() {
    let hour = json!({ "holderIdentity": "theirs", "leaseDurationSeconds": 3600 });
    for (spec, patience) in [
        (json!({ "holderIdentity": "theirs" }), LEASE),
        (
            json!({ "holderIdentity": "theirs", "leaseDurationSeconds": 1 }),
            LEASE,
        ),
        (
            json!({ "holderIdentity": "theirs", "leaseDurationSeconds": 60 }),
            Duration::from_mins(1),
        ),
        (hour, Duration::from_mins(5)),
    ] {
        let server = Server::with_spec(&spec);
        let a = Replica::start(&server, "a");
        sleep(patience.saturating_sub(MOMENT)).await;
        assert!(!a.leads(), "{spec}");
        assert_eq!(a.leadership().holder().unwrap().name, "theirs");
        assert!(!server.take_log().contains(&"PATCH 200".into()), "{spec}");
        sleep(RETRY + MOMENT).await;
        assert!(a.leads(), "{spec}");
        assert_eq!(server.lease()["spec"]["leaseTransitions"], 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_deleted_while_led_is_created_again_by_its_leader() {
    let server = Server::default();
    let a = leader(&server).await;
    sleep(RETRY / 2).await;
    let b = Replica::start(&server, "b");
    sleep(MOMENT).await;
    server.take_log();
    // The standby reads next, and must not take the place of a leader that knows nothing yet.
    sleep(RETRY / 2).await;
    server.delete();
    watch(RETRY + MOMENT, &[&a, &b]).await;

    assert_eq!(
        (a.term(), b.term(), server.holder()),
        (1, 0, a.name.clone())
    );
    assert!(server.take_log().contains(&"POST 201".into()));
    watch(Duration::from_mins(1), &[&a, &b]).await;
    assert_eq!((a.term(), b.term()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_lease_deleted_after_its_leader_died_is_created_when_that_must_have_stopped() {
    for emptied in [false, true] {
        let server = Server::default();
        let a = leader(&server).await;
        let b = Replica::start(&server, "b");
        sleep(MOMENT).await;
        a.freeze();
        if emptied {
            server.put(json!({}));
        } else {
            server.delete();
        }

        watch(LEASE, &[&a, &b]).await;
        assert!(!b.leads());
        watch(RETRY * 2, &[&a, &b]).await;
        assert!(b.leads());
    }
}
