//! A whole replica on a server in memory: what it does, how it ends, and that a killed one does
//! nothing more.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::*;
use crate::cluster::{Cluster, Fault};
use crate::reconcile::Query;

const LEASE: &str = "/apis/coordination.k8s.io/v1/namespaces/tarnfui/leases/controller";
const CONFIG: &str = "/api/v1/namespaces/tarnfui/configmaps/tarnfui-config";
const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments";

/// Tuesday noon in UTC when the test begins, and then as fast as tokio's time.
#[derive(Debug)]
struct TestClock(Timestamp, Instant);

impl TestClock {
    fn start() -> Arc<Self> {
        let noon = "2026-11-24T12:00:00Z".parse().unwrap();
        Arc::new(Self(noon, Instant::now()))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.0 + SignedDuration::try_from(self.1.elapsed()).unwrap()
    }

    fn wait_until(&self, at: Timestamp) -> Duration {
        let left = at.duration_since(self.now());
        left.max(SignedDuration::ZERO).unsigned_abs()
    }

    fn elapsed_since(&self, at: Timestamp) -> Duration {
        let passed = self.now().duration_since(at);
        passed.max(SignedDuration::ZERO).unsigned_abs()
    }
}

/// The namespace `shop`, whose hours are over at 12:01, and `count` deployments of 3 replicas.
fn shop(count: u32) -> Cluster {
    let cluster = Cluster::default();
    let annotations = json!({ "tarnfui.io/schedule": "2026-11-24T08:00:00Z-2026-11-24T12:01:00Z" });
    let namespace = json!({ "metadata": { "annotations": annotations } });
    cluster.put("/api/v1/namespaces/shop", namespace);
    for number in 0..count {
        let deployment = json!({ "spec": { "replicas": 3 } });
        cluster.put(&format!("{WEB}/web-{number}"), deployment);
    }
    cluster.put(CONFIG, json!({ "data": { "config.yaml": "{}" } }));
    cluster.set_latency(Duration::from_millis(5));
    cluster
}

fn start(cluster: &Cluster, name: &str) -> Replica {
    cluster.replica(name, TestClock::start())
}

/// When the hours of `shop` are over.
const BOUNDARY: Duration = Duration::from_mins(1);
/// Twice as long as any pause there is between two requests of a quiet replica.
const LONG: Duration = Duration::from_mins(2);

fn paused<T>(seed: u64, scene: impl Future<Output = T>) -> T {
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(scene)
}

#[tokio::test(start_paused = true)]
async fn a_replica_leads_answers_and_puts_to_sleep_what_is_due() {
    let cluster = shop(2);
    let replica = start(&cluster, "a");
    sleep(BOUNDARY / 2).await;
    assert!(replica.leadership().borrow().leads_at(Instant::now()));
    let readiness = replica.admin().ask(Query::Readiness).await.unwrap();
    assert!(
        readiness.missing.is_empty() && readiness.faults.is_empty(),
        "{readiness:?}"
    );
    assert!(cluster.lines("PATCH deployments").is_empty());
    sleep(LONG).await;
    let expect = [
        "PATCH deployments shop/web-0",
        "PATCH deployments shop/web-1",
    ];
    assert_eq!(cluster.lines("PATCH deployments"), expect);
    assert_eq!(cluster.get(&format!("{WEB}/web-0"))["spec"]["replicas"], 0);
}

#[tokio::test(start_paused = true)]
async fn told_to_stop_it_ends_its_writes_and_then_gives_the_lease_back() {
    let cluster = shop(40);
    let replica = start(&cluster, "a");
    // As many as may be are under way, and none has arrived.
    replica
        .run(sleep(BOUNDARY + Duration::from_millis(2)))
        .await
        .unwrap();
    assert_eq!(cluster.lines("PATCH deployments").len(), 16);
    assert_eq!(
        cluster.lines("PATCH").last().unwrap(),
        "PATCH leases tarnfui/controller"
    );
    assert_eq!(cluster.get(LEASE)["spec"]["holderIdentity"], "");
    let requests = cluster.log().len();
    sleep(LONG).await;
    assert_eq!(cluster.log().len(), requests, "and nothing more");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_ends_unasked_ends_the_replica_in_order() {
    let cluster = shop(1);
    let mut replica = start(&cluster, "a");
    replica.add("ends", sleep(Duration::from_secs(5)));
    let error = replica.run(std::future::pending()).await.unwrap_err();
    assert_eq!(error.to_string(), "the task that ends has ended unasked");
    assert_eq!(cluster.get(LEASE)["spec"]["holderIdentity"], "");
}

/// Whenever it is killed, and whether it is on its way or ending.
#[test]
fn a_replica_that_is_dropped_asks_for_nothing_more() {
    for millis in (0..24).chain([2_001, 2_006]) {
        for is_told in [false, true] {
            paused(millis, async {
                let cluster = shop(40);
                let replica = start(&cluster, "a");
                let moment = Duration::from_millis(millis);
                // Before anything was read, and then in the middle of forty writes.
                let killed = if millis % 2 == 0 {
                    moment
                } else {
                    BOUNDARY + moment
                };
                if is_told {
                    let told = sleep(killed.saturating_sub(Duration::from_millis(3)));
                    drop(timeout(killed, replica.run(told)).await);
                } else {
                    sleep(killed).await;
                    drop(replica);
                }
                let requests = cluster.log().len();
                sleep(LONG).await;
                let more = cluster.log().split_off(requests);
                assert!(more.is_empty(), "{millis} ms, told {is_told}: {more:?}");
            });
        }
    }
}

#[tokio::test(start_paused = true)]
async fn after_one_is_killed_another_takes_over_what_is_left() {
    let cluster = shop(40);
    let (a, b) = (start(&cluster, "a"), start(&cluster, "b"));
    sleep(BOUNDARY + Duration::from_millis(7)).await;
    drop(a);
    let before = cluster.lines("PATCH deployments").len();
    assert!((1..40).contains(&before), "{before} writes");
    sleep(LONG).await;
    assert!(b.leadership().borrow().leads_at(Instant::now()));
    assert_eq!(cluster.lines("PATCH deployments").len(), 40);
}

/// Two replicas with bad luck, and one that is killed: every request and when it came.
async fn story() -> Vec<(Duration, String)> {
    let begun = Instant::now();
    let cluster = shop(20);
    let (a, b) = (start(&cluster, "a"), start(&cluster, "b"));
    sleep(BOUNDARY / 2).await;
    for line in ["PATCH deployments", "GET namespaces", "PATCH leases"] {
        cluster.fail_next(line, Fault::Status(500));
        cluster.fail_next(line, Fault::LoseAnswer);
    }
    sleep(BOUNDARY / 2 + Duration::from_secs(2)).await;
    drop(a);
    sleep(LONG).await;
    drop(b);
    let log = cluster.log().into_iter();
    log.map(|(at, line)| (at - begun, line)).collect()
}

#[test]
fn a_seed_replays_to_the_millisecond() {
    for seed in 0..4 {
        let first = paused(seed, story());
        assert!(first.len() > 100, "{}", first.len());
        assert_eq!(first, paused(seed, story()), "seed {seed}");
    }
    assert_ne!(
        paused(1, story()),
        paused(2, story()),
        "seeds make a difference"
    );
}

/// A choice at random would be another one in every run. A lint can't tell the two apart.
#[test]
fn every_choice_between_what_is_ready_has_an_order() {
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut choices = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for after in text.split(concat!("select", "! {")).skip(1) {
                choices += 1;
                let is_ordered = after.trim_start().starts_with("biased;");
                assert!(is_ordered, "{} has a select without biased", path.display());
            }
        }
    }
    assert!(choices > 0, "it finds none at all");
}

#[tokio::test]
async fn a_task_behind_a_gate_takes_no_step_before_it_may() {
    let (told, may) = watch::channel(false);
    let gate: Gate = Arc::new(move |_| {
        if *may.borrow() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    });
    let (step, taken) = watch::channel(false);
    let mut task = Box::pin(behind(gate, async move { step.send_replace(true) }));
    assert!(futures::poll!(&mut task).is_pending());
    assert!(!*taken.borrow());
    told.send_replace(true);
    assert!(futures::poll!(&mut task).is_ready());
    assert!(*taken.borrow());
}
