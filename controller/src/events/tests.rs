//! When Events are sent, and that none is lost or late for want of a rule.

use std::io;
use std::sync::Mutex;

use http::{Request, Response, StatusCode};
use kube::client::Body;
use tarnfui_shared::decide::Reason;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::*;

/// When each Event arrived, in milliseconds since the start.
type Log = Arc<Mutex<Vec<u128>>>;

/// A sender that runs, and a server that takes whatever comes.
#[expect(clippy::disallowed_methods, reason = "it ends with the teller")]
fn start() -> (Teller, Log, JoinHandle<()>) {
    let (log, began) = (Log::default(), Instant::now());
    let seen = Arc::clone(&log);
    let service = tower::service_fn(move |_: Request<Body>| {
        seen.lock().unwrap().push(began.elapsed().as_millis());
        async {
            let answer = Response::builder().status(StatusCode::CREATED);
            Ok::<_, io::Error>(answer.body(Body::from(b"{}".to_vec())).unwrap())
        }
    });
    let client = kube::Client::new(service, "default");
    let (teller, sender) = channel(client, "me".to_owned(), Arc::default());
    (teller, log, tokio::spawn(sender.run()))
}

fn tell(teller: &Teller, count: usize) {
    let decision = Decision {
        state: State::Asleep,
        reason: Reason::OffHours,
        until: None,
    };
    for number in 0..count {
        let subject = Subject {
            namespace: format!("team-{number}").into(),
            uid: number.to_string(),
            workload: None,
        };
        teller.transition(subject, &decision, 3);
    }
}

fn times(log: &Log) -> Vec<u128> {
    log.lock().unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn events_let_writes_go_first_and_follow_at_once() {
    let (teller, log, _task) = start();
    teller.writes(true);
    tell(&teller, 3);
    sleep(Duration::from_millis(5_500)).await;
    assert_eq!(times(&log), []);
    teller.writes(false);
    sleep(Duration::from_millis(10)).await;
    assert_eq!(times(&log), [5_500; 3]);
    tell(&teller, 1);
    sleep(Duration::from_millis(10)).await;
    assert_eq!(times(&log).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn no_event_waits_for_longer_than_half_a_minute() {
    let (teller, log, _task) = start();
    teller.writes(true);
    tell(&teller, 2);
    sleep(Duration::from_secs(10)).await;
    tell(&teller, 1);
    sleep(Duration::from_mins(5)).await;
    assert_eq!(times(&log), [30_000, 30_000, 40_000]);
}

#[tokio::test(start_paused = true)]
async fn what_fills_the_queue_waits_for_nobody_and_nothing_is_dropped() {
    let (teller, log, _task) = start();
    teller.writes(true);
    tell(&teller, QUEUE);
    sleep(Duration::from_secs(2)).await;
    // One is in the sender's hand.
    assert_eq!(times(&log).len(), QUEUE - RESERVE - 1);
    teller.writes(false);
    sleep(Duration::from_millis(10)).await;
    assert_eq!(times(&log).len(), QUEUE);
}

#[tokio::test(start_paused = true)]
async fn the_sender_ends_with_its_teller() {
    let (teller, log, task) = start();
    teller.writes(true);
    tell(&teller, 1);
    drop(teller);
    task.await.unwrap();
    assert_eq!(times(&log), [0]);
}
