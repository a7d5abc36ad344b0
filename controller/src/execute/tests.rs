//! Each answer of a server has one outcome, and none takes longer than it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::Response;
use tarnfui_shared::change::{Op, Target, Urgency};
use tarnfui_shared::decide::Reason;
use tarnfui_shared::observe::Version;
use tarnfui_shared::workload::Value;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::*;

fn change() -> Change {
    Change {
        target: Target {
            namespace: "shop".into(),
            kind: Kind::Deployment,
            name: "web".into(),
        },
        version: Version::new("7").unwrap(),
        op: Op::Sleep {
            saved: Value::Replicas(3),
            to: Value::Replicas(0),
        },
        is_handed_over: false,
        urgency: Urgency::Sleep,
        reason: Reason::OffHours,
    }
}

/// A server that answers everything with `status` and `body`, after a time.
fn server(status: u16, body: &'static str, after: Duration) -> kube::Client {
    let service = tower::service_fn(move |request: Request<Body>| async move {
        assert_eq!(request.method(), Method::PATCH);
        assert_eq!(
            request.uri().to_string(),
            "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=tarnfui"
        );
        assert_eq!(
            request.headers()[CONTENT_TYPE],
            "application/merge-patch+json"
        );
        sleep(after).await;
        let answer = Response::builder().status(status).header(RETRY_AFTER, "7");
        Ok::<_, std::io::Error>(answer.body(Body::from(body.as_bytes().to_vec())).unwrap())
    });
    kube::Client::new(service, "default")
}

async fn outcome_of(status: u16, body: &'static str) -> String {
    let end = Instant::now() + Duration::from_mins(1);
    let outcome = write(server(status, body, Duration::ZERO), &change(), end).await;
    match outcome {
        Outcome::Done(workload) => format!("done at {}", workload.version),
        Outcome::Busy(pause) => format!("busy {pause:?}"),
        Outcome::Refused(message) | Outcome::Unknown(message) => message,
        other @ (Outcome::Conflict | Outcome::Gone) => other.code().to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn every_answer_has_its_outcome() {
    let object = r#"{"metadata":{"name":"web","namespace":"shop","resourceVersion":"8"},"spec":{"replicas":0}}"#;
    for (status, body, expect) in [
        (200, object, "done at 8"),
        (409, "{}", "conflict"),
        (404, "{}", "gone"),
        (429, "{}", "busy Some(7s)"),
        (403, r#"{"message":"exceeded quota"}"#, "exceeded quota"),
        (422, r#"{"message":"denied by policy"}"#, "denied by policy"),
        (500, r#"{"message":"etcd is away"}"#, "etcd is away"),
        (504, "<html>", "504 Gateway Timeout"),
    ] {
        assert_eq!(outcome_of(status, body).await, expect, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_answer_may_have_been_written() {
    let end = Instant::now() + Duration::from_mins(1);
    for body in ["", "not JSON", r#"{"metadata":{"name":"web"}}"#] {
        let outcome = write(server(200, body, Duration::ZERO), &change(), end).await;
        assert!(
            matches!(outcome, Outcome::Unknown(_)),
            "{body:?}: {outcome:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_ends_in_four_seconds_or_with_the_leadership() {
    for (left, expect) in [(60, 4), (1, 1)] {
        let start = Instant::now();
        let client = server(200, "{}", Duration::from_mins(10));
        let outcome = write(client, &change(), start + Duration::from_secs(left)).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
        assert_eq!(start.elapsed(), Duration::from_secs(expect));
    }
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "the test ends it")]
async fn what_was_begun_before_a_standstill_is_not_sent_after_it() {
    let (connected, sent) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
    let service = {
        let (connected, sent) = (connected.clone(), sent.clone());
        tower::service_fn(move |_: Request<Body>| {
            let (connected, sent) = (connected.clone(), sent.clone());
            async move {
                connected.notified().await;
                sent.store(true, Ordering::Relaxed);
                Ok::<_, std::io::Error>(Response::new(Body::empty()))
            }
        })
    };
    let client = kube::Client::new(service, "default");
    let end = Instant::now() + Duration::from_secs(3);
    let writing = tokio::spawn(async move { write(client, &change(), end).await });
    tokio::task::yield_now().await;
    // Both come at once, as they do to a process that goes on.
    connected.notify_one();
    tokio::time::advance(Duration::from_secs(20)).await;
    assert!(matches!(writing.await.unwrap(), Outcome::Unknown(_)));
    assert!(!sent.load(Ordering::Relaxed));
}
