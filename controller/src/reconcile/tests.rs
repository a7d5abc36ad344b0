//! Who writes, when, and when nobody does, on paused time and a server that takes everything.

use std::collections::BTreeSet;
use std::sync::Mutex;

use http::{Method, Request, Response};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use kube::client::Body;
use serde_json::{Value as Json, json};
use tarnfui_shared::config::Config;
use tarnfui_shared::observe::{RawNamespace, RawWorkload};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::*;
use crate::events;
use crate::leader::Holder;
use crate::world::Source;

mod clock;
mod cluster;
mod faults;
mod random;

use clock::TestClock;

/// How long a write takes on this server.
const WRITE: Duration = Duration::from_millis(10);

const SOURCES: [Source; 4] = [
    Source::Namespaces,
    Source::Autoscalers,
    Source::Workloads(Kind::Deployment),
    Source::Workloads(Kind::StatefulSet),
];

type Log = Arc<Mutex<Vec<(Instant, String)>>>;

/// A reconciler at work, with everything round it in hand.
struct Scene {
    started: Instant,
    clock: Arc<TestClock>,
    metrics: Arc<Metrics>,
    news: mpsc::Sender<News>,
    leadership: watch::Sender<Leadership>,
    log: Log,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    queries: mpsc::Sender<Query>,
}

/// Takes every patch after [`WRITE`], and answers with the object as it then is.
fn server(log: Log) -> kube::Client {
    let service = tower::service_fn(move |request: Request<Body>| {
        let log = log.clone();
        async move {
            assert_eq!(request.method(), Method::PATCH, "{}", request.uri());
            let name = request
                .uri()
                .path()
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let patch: Json = serde_json::from_slice(&body).unwrap();
            let labels = patch["metadata"]["labels"].as_object().unwrap().iter();
            let labels: BTreeMap<_, _> = labels.filter(|(_, value)| !value.is_null()).collect();
            let line = format!("{name} {}", patch["spec"]["replicas"]);
            log.lock().unwrap().push((Instant::now(), line));
            sleep(WRITE).await;
            let object = json!({
                "metadata": { "name": name, "resourceVersion": "100", "labels": labels },
                "spec": patch["spec"],
            });
            Ok::<_, std::io::Error>(Response::new(Body::from(object.to_string().into_bytes())))
        }
    });
    kube::Client::new(service, "default")
}

fn standby() -> Leadership {
    Leadership::Standby { holder: None }
}

fn leader(valid_until: Instant) -> Leadership {
    let holder = Holder {
        name: "me".to_owned(),
        since: None,
        transitions: 0,
    };
    Leadership::Leader {
        valid_until,
        term: 1,
        holder,
    }
}

impl Scene {
    fn new(config: Option<&str>) -> Self {
        let log = Log::default();
        Self::over(config, server(log.clone()), log)
    }

    #[expect(clippy::disallowed_methods, reason = "the test ends it")]
    fn over(config: Option<&str>, client: kube::Client, log: Log) -> Self {
        let started = Instant::now();
        let metrics = Arc::new(Metrics::default());
        let (teller, _) = events::channel(client.clone(), "me".to_owned(), metrics.clone());
        let (leadership, leads) = watch::channel(standby());
        let clock = Arc::new(TestClock::new());
        let config = config.map(|text| Arc::new(Config::parse(text).unwrap()));
        let parts = Parts {
            clock: clock.clone(),
            client,
            world: World::new(config),
            leader: LeaderHandle::fixed(leads),
            teller,
            metrics: metrics.clone(),
            handled: BTreeMap::new(),
        };
        let (news, received) = mpsc::channel(64);
        let (queries, asked) = mpsc::channel(1);
        let (stop, stopped) = oneshot::channel();
        let told = async { drop(stopped.await) };
        let task = tokio::spawn(Reconciler::new(parts).run(received, asked, told));
        Self {
            started,
            clock,
            metrics,
            news,
            leadership,
            log,
            stop,
            task,
            queries,
        }
    }

    async fn send(&self, news: News) {
        self.news.send(news).await.unwrap();
    }

    async fn namespace(&self, name: &str, schedule: &str) {
        let namespace = json!({ "metadata": {
            "name": name, "uid": name, "annotations": { "tarnfui.io/schedule": schedule },
        }});
        let namespace: RawNamespace = serde_json::from_value(namespace).unwrap();
        self.send(namespace.into()).await;
    }

    async fn deployment(&self, namespace: &str, name: &str, labels: Json, replicas: i32) {
        let object = json!({
            "metadata": { "name": name, "resourceVersion": "7", "labels": labels },
            "spec": { "replicas": replicas },
        });
        let raw: RawWorkload = serde_json::from_value(object).unwrap();
        let workload = Box::new(raw.observe(Kind::Deployment).unwrap());
        self.send(News::Workload(namespace.into(), workload)).await;
    }

    /// The namespace `shop` with `schedule`, and deployments of three replicas each.
    async fn lists(&self, schedule: &str, deployments: u32) {
        self.namespace("shop", schedule).await;
        for number in 0..deployments {
            self.deployment("shop", &format!("web-{number}"), json!({}), 3)
                .await;
        }
        for source in SOURCES {
            self.send(News::Listed(source)).await;
        }
    }

    /// Sixty namespaces with `schedule` and ten deployments each, and the first lists complete.
    async fn storm(&self, schedule: &str) {
        self.storm_over(schedule, &json!({}), 3).await;
    }

    async fn storm_over(&self, schedule: &str, labels: &Json, replicas: i32) {
        for number in 0..60 {
            let namespace = format!("a-{number}");
            self.namespace(&namespace, schedule).await;
            for app in 0..10 {
                let name = format!("app-{number}-{app}");
                self.deployment(&namespace, &name, labels.clone(), replicas)
                    .await;
            }
        }
        self.lists(schedule, 0).await;
    }

    /// What was written so far.
    fn writes(&self) -> Vec<String> {
        self.log
            .lock()
            .unwrap()
            .iter()
            .map(|(_, line)| line.clone())
            .collect()
    }

    /// When each write arrived, since the start.
    fn times(&self) -> Vec<Duration> {
        self.log
            .lock()
            .unwrap()
            .iter()
            .map(|(at, _)| *at - self.started)
            .collect()
    }

    fn leads_for(&self, time: Duration) {
        self.leadership.send_replace(leader(Instant::now() + time));
    }
}

/// Long enough for everything to settle, and no boundary in it.
async fn settle() {
    sleep(Duration::from_mins(2)).await;
}

#[tokio::test(start_paused = true)]
async fn the_leader_writes_once_per_workload_and_then_nothing_more() {
    let scene = Scene::new(Some(""));
    scene.leads_for(Duration::from_hours(1));
    scene.lists("never", 2).await;
    settle().await;
    assert_eq!(scene.writes(), ["web-0 0", "web-1 0"]);
}

#[tokio::test(start_paused = true)]
async fn a_standby_writes_nothing_until_it_leads() {
    let scene = Scene::new(Some(""));
    scene.lists("never", 1).await;
    settle().await;
    assert!(scene.writes().is_empty());
    scene.leads_for(Duration::from_hours(1));
    settle().await;
    assert_eq!(scene.writes(), ["web-0 0"]);
}

#[tokio::test(start_paused = true)]
async fn no_write_starts_at_or_after_the_end_of_the_leadership() {
    let scene = Scene::new(Some("pace: {writesInFlight: 1}"));
    // Ten writes of 10 ms each, and 45 ms to make them in; nobody says that the leadership is over.
    scene.leads_for(Duration::from_millis(45));
    scene.lists("never", 10).await;
    settle().await;
    let times = scene.times();
    assert_eq!(times.len(), 5, "{times:?}");
    assert!(
        times.iter().all(|at| *at < Duration::from_millis(45)),
        "{times:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_queued_under_a_lost_leadership_is_not_written_under_the_next() {
    let scene = Scene::new(Some("pace: {writesInFlight: 1}"));
    scene.leads_for(Duration::from_hours(1));
    scene.lists("never", 3).await;
    while scene.writes().is_empty() {
        sleep(Duration::from_millis(1)).await;
    }
    scene.leadership.send_replace(standby());
    settle().await;
    assert_eq!(scene.writes(), ["web-0 0"]);
    // Awake by now: what the old plan wanted is not wanted any more.
    scene.lists("always", 3).await;
    settle().await;
    scene.leads_for(Duration::from_hours(1));
    settle().await;
    assert_eq!(scene.writes(), ["web-0 0", "web-0 3"]);
}

#[tokio::test(start_paused = true)]
async fn a_boundary_is_acted_on_when_it_comes() {
    let scene = Scene::new(Some(""));
    scene.leads_for(Duration::from_hours(1));
    scene
        .lists("2026-11-24T11:00:00Z-2026-11-24T12:10:00Z", 1)
        .await;
    sleep(Duration::from_mins(10) - Duration::from_millis(1)).await;
    assert!(scene.writes().is_empty());
    settle().await;
    assert_eq!(scene.times(), [Duration::from_mins(10)]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_before_the_configuration_was_read_or_while_it_says_paused() {
    let scene = Scene::new(None);
    scene.leads_for(Duration::from_hours(1));
    scene.lists("never", 1).await;
    settle().await;
    let config =
        |text: &str| News::Configuration(Config::parse(text).map(Arc::new), "2".to_owned());
    scene.send(config("paused: true")).await;
    settle().await;
    assert!(scene.writes().is_empty());
    scene.send(config("paused: false")).await;
    settle().await;
    assert_eq!(scene.writes(), ["web-0 0"]);
}

#[tokio::test(start_paused = true)]
async fn told_to_stop_it_ends_what_is_in_flight_and_starts_nothing() {
    let scene = Scene::new(Some("pace: {writesInFlight: 2}"));
    scene.leads_for(Duration::from_hours(1));
    scene.lists("never", 5).await;
    sleep(Duration::from_millis(5)).await;
    scene.stop.send(()).unwrap();
    scene.task.await.unwrap();
    assert_eq!(scene.log.lock().unwrap().len(), 2);
    assert!(scene.started.elapsed() < DRAIN);
}

#[tokio::test(start_paused = true)]
async fn a_large_namespace_takes_one_write_for_each_workload() {
    let scene = Scene::new(Some(""));
    scene.leads_for(Duration::from_hours(1));
    scene.lists("never", 300).await;
    settle().await;
    let once: BTreeSet<String> = scene.writes().into_iter().collect();
    assert_eq!((once.len(), scene.writes().len()), (300, 300));
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_heard_in_the_middle_of_a_storm() {
    let scene = Scene::new(Some("pace: {writesInFlight: 1}"));
    scene.leads_for(Duration::from_hours(1));
    scene.storm("never").await;
    while scene.writes().len() < 100 {
        sleep(Duration::from_millis(1)).await;
    }
    let config = Config::parse("{paused: true, pace: {writesInFlight: 1}}").map(Arc::new);
    scene
        .send(News::Configuration(config, "2".to_owned()))
        .await;
    settle().await;
    // The one in flight, and the one that had started when the news were taken in.
    assert!(
        scene.writes().len() <= 102,
        "{} writes",
        scene.writes().len()
    );
}

#[tokio::test(start_paused = true)]
async fn a_wake_does_not_wait_behind_the_sleeps_of_others() {
    let scene = Scene::new(Some(""));
    scene.leads_for(Duration::from_hours(1));
    scene.namespace("zeta", "never").await;
    scene
        .deployment("zeta", "late", json!({ "tarnfui.io/saved": "3" }), 0)
        .await;
    scene.storm("never").await;
    while scene.writes().len() < 20 {
        sleep(Duration::from_millis(1)).await;
    }
    scene.namespace("zeta", "always").await;
    settle().await;
    let writes = scene.writes();
    let place = writes.iter().position(|line| line == "late 3").unwrap();
    // Behind what was in flight, and far from the end.
    assert!(place < 60, "write {place} of {}", writes.len());
    assert_eq!(writes.len(), 601);
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_wakes_is_not_planned_all_at_once() {
    let scene = Scene::new(Some(""));
    scene.leads_for(Duration::from_hours(1));
    let asleep = json!({ "tarnfui.io/saved": "3" });
    scene.storm_over("always", &asleep, 0).await;
    let mut most = 0;
    while scene.writes().len() < 600 {
        let (reply, summary) = oneshot::channel();
        scene.queries.send(Query::Summary(reply)).await.unwrap();
        most = most.max(summary.await.unwrap().queued);
        sleep(Duration::from_millis(1)).await;
    }
    assert!((200..=266).contains(&most), "{most} were queued");
    settle().await;
    assert_eq!(scene.writes().len(), 600);
}

#[tokio::test(start_paused = true)]
async fn a_restore_that_lands_after_the_hours_ended_is_nobody_elses_start() {
    let scene = Scene::new(Some(""));
    scene.leads_for(Duration::from_hours(1));
    scene.lists("never", 1).await;
    settle().await;
    scene.namespace("shop", "always").await;
    sleep(WRITE / 2).await;
    scene.namespace("shop", "never").await;
    settle().await;
    assert_eq!(scene.writes(), ["web-0 0", "web-0 3", "web-0 0"]);
}
