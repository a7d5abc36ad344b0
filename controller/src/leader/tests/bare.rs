//! What the crate does *without* the guard. These tests document the ills that the guard is for:
//! when one of them fails after an upgrade, the crate has mended it.

use std::time::Duration;

use http::Method;
use kube_leader_election::{LeaseLock, LeaseLockParams, LeaseLockResult};
use serde_json::{Value, json};

use super::server::{Fault, Server};

fn candidate(server: &Server, name: &str) -> LeaseLock {
    let params = LeaseLockParams {
        lease_name: "controller".into(),
        holder_id: name.into(),
        lease_ttl: Duration::from_secs(15),
    };
    LeaseLock::new(server.client(), "tarnfui", params)
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

#[tokio::test(start_paused = true)]
async fn a_living_holder_whose_clock_is_behind_is_robbed() {
    let behind = jiff::Timestamp::now() - Duration::from_secs(20);
    let server = Server::with_spec(&spec("alive", behind));

    assert!(acquires(&candidate(&server, "a")).await);
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
    let server = Server::default();
    server.fail_next(Method::GET, Fault::Hang);
    let lock = candidate(&server, "a");

    let attempt = tokio::time::timeout(Duration::from_hours(24), lock.try_acquire_or_renew()).await;

    assert!(attempt.is_err());
}
