//! What the crate does *without* the guard. These tests document the ills that the guard is for:
//! when one of them fails after an upgrade, the crate has mended it.

#![expect(
    clippy::disallowed_methods,
    reason = "the wall clock is what is tested"
)]

use std::time::Duration;

use http::Method;
use kube_leader_election::{LeaseLock, LeaseLockParams, LeaseLockResult};
use serde_json::{Value, json};

use super::server::{Cable, Fault, Server};

fn candidate(server: &Server, name: &str) -> LeaseLock {
    candidate_over(server.client(), name)
}

fn candidate_over(client: kube::Client, name: &str) -> LeaseLock {
    let params = LeaseLockParams {
        lease_name: "controller".into(),
        holder_id: name.into(),
        lease_ttl: Duration::from_secs(15),
    };
    LeaseLock::new(client, "tarnfui", params)
}

fn spec(holder: &str, renewed: jiff::Timestamp) -> Value {
    json!({
        "holderIdentity": holder, "leaseDurationSeconds": 15, "leaseTransitions": 3,
        "acquireTime": "2026-11-02T08:00:00.000000Z", "renewTime": format!("{renewed:.6}"),
    })
}

async fn acquires(lock: &LeaseLock) -> bool {
    matches!(
        lock.try_acquire_or_renew().await.unwrap(),
        LeaseLockResult::Acquired(_)
    )
}

#[tokio::test(start_paused = true)]
async fn two_candidates_are_both_told_that_they_acquired() {
    let server = Server::with_spec(&spec("dead", jiff::Timestamp::UNIX_EPOCH));
    server.set_latency(Duration::from_millis(10));
    let (a, b) = (candidate(&server, "a"), candidate(&server, "b"));

    let both = tokio::join!(acquires(&a), acquires(&b));

    assert_eq!(both, (true, true));
    assert_eq!(
        server.take_log(),
        ["GET 200", "GET 200", "PATCH 200", "PATCH 200"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_deposed_leader_is_told_that_it_renewed_its_successors_lease() {
    let server = Server::with_spec(&spec("a", jiff::Timestamp::now()));
    let there = server.clone();
    let takes = move || there.put(json!({ "spec": spec("b", jiff::Timestamp::now()) }));
    server.fail_next(Method::PATCH, Fault::After(Box::new(takes)));

    let result = candidate(&server, "a")
        .try_acquire_or_renew()
        .await
        .unwrap();

    let LeaseLockResult::Acquired(lease) = result else {
        panic!("{result:?}")
    };
    assert_eq!(lease.spec.unwrap().holder_identity.as_deref(), Some("b"));
}

/// Or, what is the same, the candidate's own clock is fast.
#[tokio::test(start_paused = true)]
async fn a_living_holder_whose_clock_is_behind_is_robbed() {
    let behind = jiff::Timestamp::now() - Duration::from_secs(20);
    let server = Server::with_spec(&spec("alive", behind));

    assert!(acquires(&candidate(&server, "a")).await);
}

#[tokio::test(start_paused = true)]
async fn a_dead_holder_whose_clock_was_fast_is_waited_for() {
    let tomorrow = jiff::Timestamp::now() + Duration::from_hours(24);
    let server = Server::with_spec(&spec("dead", tomorrow));
    let lock = candidate(&server, "a");
    for _ in 0..10 {
        assert!(!acquires(&lock).await);
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_lease_is_an_error_for_ever() {
    for incomplete in [json!({}), json!({ "holderIdentity": "dead" })] {
        let server = Server::with_spec(&incomplete);
        let lock = candidate(&server, "a");
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_mins(1)).await;
            lock.try_acquire_or_renew().await.unwrap_err();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_waited_for_without_limit() {
    for (method, fault) in [
        (Method::GET, Fault::Hang),
        (Method::GET, Fault::HangBody),
        (Method::PATCH, Fault::Hang),
        (Method::PATCH, Fault::HangBody),
        (Method::PATCH, Fault::LoseAnswer),
    ] {
        let server = Server::with_spec(&spec("a", jiff::Timestamp::now()));
        server.fail_next(method.clone(), fault);
        let lock = candidate(&server, "a");

        let day = Duration::from_hours(24);
        let attempt = tokio::time::timeout(day, lock.try_acquire_or_renew()).await;

        assert!(attempt.is_err(), "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_leader_whose_server_is_away_is_never_told_that_its_time_is_over() {
    let server = Server::default();
    let cable = Cable::default();
    let a = candidate_over(server.client_over(&cable), "a");
    assert!(acquires(&a).await);
    cable.cut(true);
    let renewal = tokio::spawn(async move { acquires(&a).await });

    // Its lease has run out by anybody's clock, and another one has it.
    tokio::time::sleep(Duration::from_mins(1)).await;
    let long_ago = jiff::Timestamp::now() - Duration::from_mins(1);
    server.put(json!({ "spec": spec("a", long_ago) }));
    assert!(acquires(&candidate(&server, "b")).await);

    // The last that it heard is that it leads.
    tokio::time::sleep(Duration::from_hours(1)).await;
    assert!(!renewal.is_finished());
}
