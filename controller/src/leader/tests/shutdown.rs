//! Stepping down: first no more writes, then the lease.

use std::time::Duration;

use http::Method;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::replica::Replica;
use super::server::{Fault, Server};
use crate::leader::{LeaderError, Release, Timings};

const RETRY: Duration = Timings::STANDARD.retry;
const MOMENT: Duration = Duration::from_millis(100);

#[tokio::test(start_paused = true)]
async fn a_leader_asked_to_stop_leads_no_more_but_holds_the_lease_until_it_is_released() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    let b = Replica::start(&server, "b");
    sleep(MOMENT).await;
    let (name, leadership) = (a.name.clone(), a.handle.leadership());

    let retired = a.retire().await;
    server.take_log();
    assert!(!leadership.borrow().leads_at(Instant::now()));
    sleep(RETRY).await; // Its writes in flight end.
    assert_eq!(server.holder(), name);
    assert!(!b.leads());
    assert_eq!(server.take_log(), ["GET 200"], "that was the standby");

    assert_eq!(retired.release().await.unwrap(), Release::GivenBack);
    assert_eq!(server.take_log(), ["GET 200", "PATCH 200"]);
    assert_eq!(server.holder(), "");
    sleep(RETRY).await;
    assert!(b.leads(), "at its next attempt");
    assert_eq!(server.take_log(), ["GET 200", "PATCH 200"]);
}

#[tokio::test(start_paused = true)]
async fn a_standby_has_nothing_to_release() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    let b = Replica::start(&server, "b");
    sleep(MOMENT).await;
    server.take_log();

    assert_eq!(b.retire().await.release().await.unwrap(), Release::NotOurs);

    assert_eq!(server.take_log(), ["GET 200"]);
    assert!(a.leads());
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_gone_or_free_is_not_released() {
    for lease in [
        None,
        Some(json!({})),
        Some(json!({ "spec": { "holderIdentity": "" } })),
    ] {
        let server = Server::default();
        let a = Replica::start(&server, "a");
        sleep(MOMENT).await;
        let retired = a.retire().await;
        server.delete();
        if let Some(lease) = lease {
            server.put(lease);
        }

        assert_eq!(retired.release().await.unwrap(), Release::NotOurs);
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_does_not_wait_for_a_call_that_hangs() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    server.fail_next(Method::PATCH, Fault::Hang);
    sleep(RETRY).await;
    let now = Instant::now();

    let retired = a.retire().await;

    assert_eq!(now.elapsed(), Duration::ZERO);
    assert_eq!(retired.release().await.unwrap(), Release::GivenBack);
}

#[tokio::test(start_paused = true)]
async fn a_lease_taken_in_an_attempt_that_was_cut_off_is_released() {
    let server = Server::default();
    server.fail_next(Method::POST, Fault::LoseAnswer);
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    assert!(!a.leads(), "nobody told it");

    assert_eq!(
        a.retire().await.release().await.unwrap(),
        Release::GivenBack
    );

    assert_eq!(
        server.take_log(),
        ["GET 404", "POST 201", "GET 200", "PATCH 200"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_arrives_late_does_not_keep_the_lease() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    let retired = a.retire().await;
    let (there, mut renewed) = (server.clone(), server.lease());
    renewed["spec"]["renewTime"] = json!("2026-11-02T08:00:00.000000Z");
    server.fail_next(
        Method::PATCH,
        Fault::After(Box::new(move || there.put(renewed))),
    );
    server.take_log();

    assert_eq!(retired.release().await.unwrap(), Release::GivenBack);

    assert_eq!(
        server.take_log(),
        ["GET 200", "PATCH 409", "GET 200", "PATCH 200"]
    );
}

#[tokio::test(start_paused = true)]
async fn releasing_to_a_server_that_is_away_ends_in_time() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    server.set_away(true);
    let now = Instant::now();

    let error = a.retire().await.release().await.unwrap_err();

    assert!(
        matches!(error, LeaderError::NoAnswer { verb: "get", .. }),
        "{error:?}"
    );
    assert_eq!(now.elapsed(), Timings::STANDARD.call);
    assert_eq!(server.take_log().last().unwrap(), "GET hangs");
}
