//! A release on a server in memory and on paused time: what it writes, in which order, what it leaves,
//! and that an interrupted one goes on.

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::*;
use crate::clock::SystemClock;
use crate::cluster::{Cluster, Fault};

mod leaders;
mod marks;
mod server;
mod unread;

const LEASE: &str = "/apis/coordination.k8s.io/v1/namespaces/tarnfui/leases/controller";
const CONFIG: &str = "/api/v1/namespaces/tarnfui/configmaps/tarnfui-config";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/shop/deployments";

/// Nothing here depends on the hour; the wall clock only has to tell one.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn wait_until(&self, at: Timestamp) -> Duration {
        SystemClock.wait_until(at)
    }

    fn elapsed_since(&self, at: Timestamp) -> Duration {
        SystemClock.elapsed_since(at)
    }
}

/// A server whose answers take 5 ms, with a configuration of this text.
fn cluster(config: &str) -> Cluster {
    let cluster = Cluster::default();
    cluster.put(CONFIG, json!({ "data": { "config.yaml": config } }));
    cluster.set_latency(Duration::from_millis(5));
    cluster
}

/// A workload that sleeps, of `saved` replicas.
fn asleep(cluster: &Cluster, path: &str, saved: &str) {
    let labels = json!({ "tarnfui.io/saved": saved, "app": "ours" });
    let object = json!({ "metadata": { "labels": labels }, "spec": { "replicas": 0 } });
    cluster.put(path, object);
}

/// `count` Deployments in `shop`, the first of 1 replica, the next of 2, and so on.
fn shop(cluster: &Cluster, count: usize) {
    for number in 0..count {
        asleep(cluster, &web(number), &(number + 1).to_string());
    }
}

fn web(number: usize) -> String {
    format!("{DEPLOYMENTS}/web-{number:03}")
}

/// Whether all of [`shop`] is as it was before it slept.
fn is_shop_back(cluster: &Cluster, count: usize) -> bool {
    (0..count).all(|number| {
        let object = cluster.get(&web(number));
        let labels = json!({ "app": "ours" });
        object["spec"]["replicas"] == number + 1 && object["metadata"]["labels"] == labels
    })
}

fn order(config: Option<&str>) -> Order {
    Order {
        lease: LeaseKey::new("tarnfui", "controller"),
        timings: Timings::STANDARD,
        config: config.map(str::to_owned),
        within: Duration::from_mins(4),
    }
}

/// What came of it, in a word or an error, after what was said.
async fn told(cluster: &Cluster, order: Order) -> (Vec<String>, String) {
    let mut out = Vec::new();
    let released = release_all(order, Arc::new(Noon), cluster.client(), &mut out).await;
    let ended = match released {
        Ok(Released::All) => "all".to_owned(),
        Ok(Released::NotAll) => "not all".to_owned(),
        Err(error) => format!("{}: {}", error.code(), crate::errors::chain(&error)),
    };
    let out = String::from_utf8(out).unwrap();
    (out.lines().map(str::to_owned).collect(), ended)
}

async fn release(cluster: &Cluster) -> (Vec<String>, String) {
    told(cluster, order(Some("tarnfui-config"))).await
}

/// The requests that change anything, leases aside.
fn writes(cluster: &Cluster) -> Vec<String> {
    let is_write = |line: &String| !line.starts_with("GET") && !line.contains("leases");
    cluster.lines("").into_iter().filter(is_write).collect()
}

#[tokio::test(start_paused = true)]
async fn everything_that_sleeps_is_given_back_exactly_in_one_write_each() {
    let cluster = cluster("kinds: [Deployment]\n");
    shop(&cluster, 2);
    let labels = json!({ "tarnfui.io/saved": "5", "tarnfui.io/asleep-at": "1" });
    let floor = json!({ "metadata": { "labels": labels }, "spec": { "replicas": 1 } });
    cluster.put("/apis/apps/v1/namespaces/shop/statefulsets/db", floor);
    let labels = json!({ "tarnfui.io/saved": "false" });
    let job = json!({ "metadata": { "labels": labels }, "spec": { "suspend": true } });
    cluster.put("/apis/batch/v1/namespaces/lab/cronjobs/nightly", job);
    // Somebody started it, and keeps what they chose; and one that is none of ours.
    asleep(
        &cluster,
        "/apis/apps/v1/namespaces/lab/deployments/api",
        "3",
    );
    let mut started = cluster.get("/apis/apps/v1/namespaces/lab/deployments/api");
    started["spec"]["replicas"] = json!(4);
    cluster.put("/apis/apps/v1/namespaces/lab/deployments/api", started);
    let other = json!({ "spec": { "replicas": 0 } });
    cluster.put(
        "/apis/apps/v1/namespaces/lab/deployments/other",
        other.clone(),
    );

    let (said, ended) = release(&cluster).await;

    assert_eq!(ended, "all", "{said:?}");
    assert!(is_shop_back(&cluster, 2));
    let replicas = |path: &str| cluster.get(path)["spec"]["replicas"].clone();
    assert_eq!(replicas("/apis/apps/v1/namespaces/shop/statefulsets/db"), 5);
    assert_eq!(replicas("/apis/apps/v1/namespaces/lab/deployments/api"), 4);
    assert_eq!(
        replicas("/apis/apps/v1/namespaces/lab/deployments/other"),
        0
    );
    let job = cluster.get("/apis/batch/v1/namespaces/lab/cronjobs/nightly");
    assert_eq!(job["spec"]["suspend"], false);
    assert!(cluster.marks().is_empty(), "{:?}", cluster.marks());
    assert_eq!(
        said,
        [
            "configmap/tarnfui-config now says `paused: true`",
            "lab: 1 given back, 1 already started, mark dropped",
            "shop: 3 given back",
            "released 5 workloads in 2 namespaces; nothing is left",
            "configmap/tarnfui-config stays paused: controllers that read it do nothing until somebody changes that",
        ]
    );
    let mut made = writes(&cluster);
    made.sort();
    assert_eq!(
        made,
        [
            "PATCH configmaps tarnfui/tarnfui-config",
            "PATCH cronjobs lab/nightly",
            "PATCH deployments lab/api",
            "PATCH deployments shop/web-000",
            "PATCH deployments shop/web-001",
            "PATCH statefulsets shop/db",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn run_again_it_writes_nothing_more() {
    let cluster = cluster("{}");
    shop(&cluster, 3);
    assert_eq!(release(&cluster).await.1, "all");
    let made = writes(&cluster).len();
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "all");
    assert_eq!(writes(&cluster).len(), made);
    assert_eq!(said[0], "configmap/tarnfui-config says `paused: true`");
    assert_eq!(
        said[1],
        "released 0 workloads in 0 namespaces; nothing is left"
    );
}

/// Interrupted after every number of writes, with one and with many at once, and before the first.
#[tokio::test(start_paused = true)]
async fn interrupted_at_any_write_and_run_again_it_finishes() {
    const COUNT: usize = 7;
    for (pace, interrupted_after) in [1, 3]
        .into_iter()
        .flat_map(|pace| (0..=COUNT).map(move |count| (pace, count)))
    {
        let cluster = cluster(&format!("pace: {{writesInFlight: {pace}}}\n"));
        shop(&cluster, COUNT);
        let interrupted = async {
            while cluster.lines("PATCH deployments").len() < interrupted_after {
                sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            biased;
            () = interrupted => {}
            _ = release(&cluster) => {}
        }
        let begun = cluster.lines("PATCH deployments").len();
        assert!((interrupted_after..interrupted_after + pace).contains(&begun));
        sleep(Duration::from_mins(1)).await;
        assert_eq!(
            cluster.lines("PATCH deployments").len(),
            begun,
            "nothing more"
        );

        let (said, ended) = release(&cluster).await;
        assert_eq!(ended, "all", "after {interrupted_after}: {said:?}");
        assert!(is_shop_back(&cluster, COUNT), "after {interrupted_after}");
        assert_eq!(
            cluster.lines("PATCH deployments").len(),
            COUNT,
            "one write each"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_persons_text_stays_as_it_was_and_the_version_is_the_one_that_was_read() {
    let cluster = cluster("# ours\nkinds: [Deployment] # only\n");
    let there = cluster.clone();
    let edit = move || {
        let data = json!({ "config.yaml": "# ours\nkinds: [CronJob] # now\n", "other": "kept" });
        there.put(CONFIG, json!({ "data": data }));
    };
    cluster.fail_next("PATCH configmaps", Fault::After(Box::new(edit)));
    assert_eq!(release(&cluster).await.1, "all");
    let text = "# ours\nkinds: [CronJob] # now\npaused: true\n";
    let expect = json!({ "config.yaml": text, "other": "kept" });
    assert_eq!(cluster.get(CONFIG)["data"], expect);
    assert_eq!(cluster.lines("PATCH configmaps").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_configuration_that_no_controller_takes_is_refused_and_nothing_is_written() {
    let cluster = cluster("kinds: [Pod]");
    shop(&cluster, 1);
    let (said, ended) = release(&cluster).await;
    assert!(said.is_empty());
    assert!(
        ended.starts_with("1: configmap/tarnfui-config can't be read, so no controller"),
        "{ended}"
    );
    assert!(
        ended.ends_with("; hint: mend it, and run this again"),
        "{ended}"
    );
    assert!(writes(&cluster).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_missing_is_written_and_a_configmap_that_is_missing_is_not() {
    let cluster = cluster("");
    cluster.put(CONFIG, json!({}));
    shop(&cluster, 1);
    assert_eq!(release(&cluster).await.1, "all");
    assert_eq!(cluster.get(CONFIG)["data"]["config.yaml"], "paused: true\n");

    cluster.delete(CONFIG);
    shop(&cluster, 1);
    assert_eq!(release(&cluster).await.1, "all", "nobody leads");
    assert!(is_shop_back(&cluster, 1));
    assert!(cluster.get(CONFIG).is_null());
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_taken_back_ends_it() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    let there = cluster.clone();
    // A GitOps tool puts it back as soon as something is given back.
    let reverts = move || there.put(CONFIG, json!({ "data": { "config.yaml": "{}" } }));
    cluster.fail_next("PATCH deployments", Fault::After(Box::new(reverts)));
    let (said, ended) = release(&cluster).await;
    assert!(
        ended.starts_with("1: somebody took `paused: true` out of"),
        "{ended}"
    );
    assert!(said.contains(&"shop: 1 given back".to_owned()), "{said:?}");
}
