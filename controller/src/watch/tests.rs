//! Whole watches, from the requests that a server sees to the news that come of its answers.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, StreamBody};
use kube::client::Body;
use serde_json::{Value as Json, json};
use tokio::task::JoinHandle;

use super::*;

/// How a server answers one request.
#[derive(Debug, Clone)]
enum Answer {
    /// With this code, and no more.
    Status(u16),
    /// With these events, and then the end.
    Ends(Vec<Json>),
    /// With these events, and then nothing any more, not even the end.
    Hangs(Vec<Json>),
}
use Answer::{Ends, Hangs, Status};

type Script = Box<dyn FnMut(usize, &str) -> Answer + Send>;

/// A watch of Namespaces on a server that goes by a script.
struct Scene {
    asked: Arc<Mutex<Vec<(Instant, String)>>>,
    told: Arc<Mutex<Vec<String>>>,
    staleness: Staleness,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Scene {
    /// `script` is asked with the number of the request and its query.
    #[expect(clippy::disallowed_methods, reason = "the test ends it")]
    fn begin(script: impl FnMut(usize, &str) -> Answer + Send + 'static) -> Self {
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(Box::new(script)));
        let asked = Arc::<Mutex<Vec<(Instant, String)>>>::default();
        let requests = asked.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let query = request.uri().query().unwrap_or_default().to_owned();
            let number = {
                let mut requests = requests.lock().unwrap();
                requests.push((Instant::now(), query.clone()));
                requests.len() - 1
            };
            let answer = script.lock().unwrap()(number, &query);
            std::future::ready(Ok::<_, std::io::Error>(answer.into_response()))
        });
        let (news, mut received) = mpsc::channel(64);
        let staleness = Staleness::default();
        let watches = Watches {
            client: kube::Client::new(service, "default"),
            news,
            staleness: staleness.clone(),
        };
        let told = Arc::<Mutex<Vec<String>>>::default();
        let heard = told.clone();
        let hearing = async move {
            while let Some(news) = received.recv().await {
                heard.lock().unwrap().push(words(&news));
            }
        };
        let tasks = [tokio::spawn(watches.namespaces()), tokio::spawn(hearing)];
        Self {
            asked,
            told,
            staleness,
            tasks,
        }
    }

    /// What was told since this was last called.
    fn told(&self) -> Vec<String> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    /// How often the server was asked so far.
    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn age(&self) -> Duration {
        self.staleness.ages()[0].1
    }
}

impl Answer {
    fn into_response(self) -> Response<UnsyncBoxBody<Bytes, std::io::Error>> {
        let (code, lines, hangs) = match self {
            Status(code) => {
                let status = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure",
                    "message": "as the test wants it", "reason": "Tested", "code": code });
                (code, vec![status], false)
            }
            Ends(events) => (200, events, false),
            Hangs(events) => (200, events, true),
        };
        let frames = lines
            .into_iter()
            .map(|line| Ok(Frame::data(Bytes::from(format!("{line}\n")))));
        let frames = futures::stream::iter(frames);
        let body = if hangs {
            StreamBody::new(frames.chain(futures::stream::pending())).boxed_unsync()
        } else {
            StreamBody::new(frames).boxed_unsync()
        };
        Response::builder().status(code).body(body).unwrap()
    }
}

/// News without the number of a list, and a fault without its words.
fn words(news: &News) -> String {
    match news {
        News::Relisting(..) => "relisting".to_owned(),
        News::Namespace(name, _) => format!("there is {name}"),
        News::NamespaceGone(name) => format!("gone is {name}"),
        News::Listed(_) => "listed".to_owned(),
        News::Failed(..) => "failed".to_owned(),
        News::Recovered(_) => "recovered".to_owned(),
        News::Workload(..)
        | News::WorkloadGone(..)
        | News::Autoscaler(..)
        | News::Configuration(..) => format!("{news:?}"),
    }
}

fn event(kind: &str, name: &str, version: u32) -> Json {
    let metadata = json!({ "name": name, "resourceVersion": version.to_string() });
    json!({ "type": kind, "object": { "apiVersion": "v1", "kind": "Namespace", "metadata": metadata } })
}

/// That the list is complete.
fn bookmark(version: u32) -> Json {
    let mut event = event("BOOKMARK", "", version);
    event["object"]["metadata"]["annotations"] = json!({ "k8s.io/initial-events-end": "true" });
    event
}

fn gone() -> Json {
    let status = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure",
        "message": "too old resource version", "reason": "Expired", "code": 410 });
    json!({ "type": "ERROR", "object": status })
}

fn is_list(query: &str) -> bool {
    query.contains("sendInitialEvents=true")
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_while_failures_follow_each_other_and_begin_anew_after_a_calm() {
    let mut pauses = Pauses::default();
    let mut now = Instant::now();
    for expect in [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
        let pause = pauses.next(now);
        assert_eq!(pause, Duration::from_millis(expect));
        now += pause + CALM / 2;
    }
    now += LONGEST_PAUSE + CALM;
    assert_eq!(pauses.next(now), FIRST_PAUSE);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_every_list_is_asked_ever_more_seldom_and_then_found_again() {
    let mended = Arc::new(Mutex::new(false));
    let is_mended = mended.clone();
    let scene = Scene::begin(move |_, _| {
        if *is_mended.lock().unwrap() {
            Hangs(vec![event("ADDED", "shop", 5), bookmark(6)])
        } else {
            Status(500)
        }
    });
    sleep(Duration::from_mins(10)).await;
    // 7 until the pause is 30 s, a quarter less at times, and then one in each of them.
    let asked = scene.asked();
    assert!((16..=36).contains(&asked), "{asked} times in 10 minutes");
    let told = scene.told();
    assert_eq!(
        told,
        vec!["failed"; asked],
        "and nothing is taken for an empty list"
    );

    *mended.lock().unwrap() = true;
    sleep(LONGEST_PAUSE * 5 / 4).await;
    let expect = ["recovered", "relisting", "there is shop", "listed"];
    assert_eq!(scene.told(), expect);
    assert_eq!(scene.asked(), asked + 1, "the list goes on as a watch");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_every_watch_at_once_is_asked_once_a_second() {
    let scene = Scene::begin(|_, _| Ends(Vec::new()));
    sleep(Duration::from_mins(5)).await;
    let asked = scene.asked();
    assert!(asked <= 301, "{asked} times in 5 minutes");
    let told = scene.told();
    assert!(!told.contains(&"listed".to_owned()), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_goes_silent_is_begun_anew_where_it_stopped() {
    let scene = Scene::begin(|number, query| match number {
        0 => Hangs(vec![event("ADDED", "shop", 5), bookmark(6)]),
        _ if is_list(query) => panic!("another list"),
        // What happened in the meantime.
        1 => Hangs(vec![event("ADDED", "blog", 7)]),
        _ => Hangs(Vec::new()),
    });
    let silent = Duration::from_secs(WATCH_SECONDS.into());
    sleep(silent).await;
    assert_eq!(scene.told(), ["relisting", "there is shop", "listed"]);
    assert_eq!((scene.age(), scene.asked()), (silent, 1), "and it says so");
    sleep(Duration::from_secs(61).saturating_sub(silent)).await;

    assert_eq!(scene.told().last().unwrap(), "there is blog");
    assert!(scene.age() < silent, "{:?}", scene.age());
    let asked = scene.asked.lock().unwrap();
    assert!(asked[1].1.contains("resourceVersion=6"), "{asked:?}");
    assert_eq!(asked.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_too_old_costs_one_new_list() {
    for as_status in [false, true] {
        let scene = Scene::begin(move |number, query| match (number, is_list(query)) {
            (0, true) => {
                let objects = [
                    event("ADDED", "shop", 5),
                    event("ADDED", "old", 4),
                    bookmark(6),
                ];
                Ends(objects.to_vec())
            }
            (1, false) if as_status => Status(410),
            (1, false) => Ends(vec![gone()]),
            (2, true) => Hangs(vec![event("ADDED", "shop", 5), bookmark(9)]),
            _ => panic!("{number}: {query}"),
        });
        sleep(Duration::from_secs(50)).await;

        let told = scene.told();
        let first = ["relisting", "there is shop", "there is old", "listed"];
        assert_eq!(told[..4], first);
        // By its number the second list sweeps what it does not name.
        let after: Vec<_> = told[4..]
            .iter()
            .filter(|it| *it != "failed" && *it != "recovered")
            .collect();
        assert_eq!(after, ["relisting", "there is shop", "listed"]);
        assert_eq!(scene.asked(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_whose_end_is_lost_is_no_list_and_is_begun_anew() {
    let scene = Scene::begin(|number, query| {
        assert!(is_list(query), "nothing to go on from: {query}");
        match number {
            0 => Ends(vec![event("ADDED", "shop", 5)]),
            1 => Hangs(vec![event("ADDED", "shop", 5), event("ADDED", "blog", 6)]),
            _ => Hangs(vec![
                event("ADDED", "shop", 5),
                event("ADDED", "blog", 6),
                bookmark(7),
            ]),
        }
    });
    sleep(Duration::from_secs(WATCH_SECONDS.into())).await;
    assert!(!scene.told().contains(&"listed".to_owned()));
    sleep(Duration::from_secs(20)).await;

    let told = scene.told();
    assert_eq!(told.last().unwrap(), "listed", "{told:?}");
    assert_eq!(scene.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_seen_for_a_while_is_told_and_looked_for_again() {
    for code in [401, 403, 404] {
        let scene = Scene::begin(move |number, _| match number {
            0..4 => Status(code),
            _ => Hangs(vec![event("ADDED", "shop", 5), bookmark(6)]),
        });
        sleep(Duration::from_secs(15)).await;
        let told = scene.told();
        assert_eq!(told[..4], ["failed"; 4], "{code}");
        assert_eq!(
            told[4..],
            ["recovered", "relisting", "there is shop", "listed"],
            "{code}"
        );
        assert_eq!(scene.asked(), 5);
    }
}

#[test]
fn each_failure_is_a_sentence_and_says_what_to_grant() {
    let error = |code: u16| {
        let status = kube::core::Status {
            code,
            message: "as the server says".to_owned(),
            ..kube::core::Status::default()
        };
        watcher::Error::WatchError(Box::new(status))
    };
    let deployments = Source::Workloads(Kind::Deployment);
    for (source, code, expect) in [
        (
            deployments,
            403,
            "cannot watch deployments: not allowed; hint: grant list and watch on deployments, or \
             take the kind out of the configuration",
        ),
        (
            Source::Namespaces,
            403,
            "cannot watch namespaces: not allowed; hint: grant list and watch on namespaces",
        ),
        (
            deployments,
            404,
            "cannot watch deployments: the API server does not have them",
        ),
    ] {
        assert_eq!(fault::describe(source, &error(code)).0, expect);
    }
    let other = fault::describe(deployments, &error(500)).0;
    assert!(other.contains("as the server says"), "{other}");
    assert!(fault::wants_pages(&error(422)) && !fault::wants_pages(&error(500)));
}
