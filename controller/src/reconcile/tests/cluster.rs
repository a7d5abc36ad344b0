//! An API server that keeps Deployments: versions, merge patches with their precondition, a watch,
//! and faults on demand.

use super::*;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    /// Answered with this code; nothing is done.
    Status(u16),
    /// Never answered; nothing is done.
    Hang,
    /// Done, and never answered.
    LoseAnswer,
}

/// A request as it leaves.
pub(super) struct Asked<'a> {
    /// How many came before.
    pub(super) number: usize,
    pub(super) name: &'a str,
    pub(super) is_write: bool,
}

/// Longer than any of these tests, and no boundary.
pub(super) const LONG: Duration = Duration::from_hours(30 * 24);

type Meets = Box<dyn FnMut(&Asked<'_>) -> Option<Fault> + Send>;

/// Clones are the same server.
#[derive(Clone, Default)]
pub(super) struct Cluster(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Json>,
    version: u64,
    watchers: Vec<mpsc::Sender<News>>,
    is_watch_behind: bool,
    meets: Option<Meets>,
    asked: usize,
    log: Vec<String>,
}

impl Cluster {
    /// A server with this many Deployments of three replicas each in the namespace `shop`.
    pub(super) fn of(deployments: u32) -> Self {
        let cluster = Self::default();
        for number in 0..deployments {
            cluster.create(&format!("web-{number}"), 3);
        }
        cluster
    }

    /// Creates a Deployment, in place of any that has its name.
    pub(super) fn create(&self, name: &str, replicas: i32) {
        let mut state = self.0.lock().unwrap();
        state.version += 1;
        let object = json!({
            "metadata": {
                "name": name, "namespace": "shop", "labels": {},
                "uid": format!("{:x}", state.version),
                "resourceVersion": state.version.to_string(),
            },
            "spec": { "replicas": replicas },
        });
        state.objects.insert(name.to_owned(), object);
    }

    pub(super) fn delete(&self, name: &str) {
        self.0.lock().unwrap().objects.remove(name);
    }

    /// From now on this decides what a request meets.
    pub(super) fn meets(&self, meets: impl FnMut(&Asked<'_>) -> Option<Fault> + Send + 'static) {
        self.0.lock().unwrap().meets = Some(Box::new(meets));
    }

    /// From now on nothing goes wrong.
    pub(super) fn mend(&self) {
        self.0.lock().unwrap().meets = None;
    }

    /// From now on the watch says nothing of what is written.
    pub(super) fn falls_behind(&self) {
        self.0.lock().unwrap().is_watch_behind = true;
    }

    /// The objects as they are now: what a list says, also much later.
    pub(super) fn list(&self) -> Vec<Json> {
        self.0.lock().unwrap().objects.values().cloned().collect()
    }

    /// Each object in a few words.
    pub(super) fn see(&self) -> Vec<String> {
        let words = |object: &Json| {
            let replicas = &object["spec"]["replicas"];
            match object["metadata"]["labels"]["tarnfui.io/saved"].as_str() {
                Some(saved) => format!("{replicas} saved={saved}"),
                None => replicas.to_string(),
            }
        };
        self.list().iter().map(words).collect()
    }

    /// What was asked and answered since this was last called: `"PATCH web-0 200"`.
    pub(super) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().log)
    }

    fn client(&self) -> kube::Client {
        let cluster = self.clone();
        let service = tower::service_fn(move |request| cluster.clone().answer(request));
        kube::Client::new(service, "default")
    }

    async fn answer(self, request: Request<Body>) -> Result<Response<Body>, std::io::Error> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        let name = path.rsplit('/').next().unwrap();
        let line = format!("{} {name}", head.method);
        let body = body.collect().await.unwrap().to_bytes();
        // There has to be a connection before it can leave.
        sleep(WRITE / 2).await;
        let fault = self
            .0
            .lock()
            .unwrap()
            .fault(name, head.method == Method::PATCH);
        let (code, object) = match fault {
            Some(Fault::Status(code)) => (code, json!({ "message": "as the test wants it" })),
            Some(Fault::Hang) => {
                self.say(format!("{line} hangs"));
                std::future::pending().await
            }
            Some(Fault::LoseAnswer) | None => self.0.lock().unwrap().carry_out(name, &body),
        };
        self.say(format!("{line} {code}"));
        if head.method == Method::PATCH && code == 200 {
            self.tell(&object).await;
        }
        if matches!(fault, Some(Fault::LoseAnswer)) {
            std::future::pending::<()>().await;
        }
        sleep(WRITE / 2).await;
        let answer = Response::builder().status(code);
        Ok(answer
            .body(Body::from(object.to_string().into_bytes()))
            .unwrap())
    }

    fn say(&self, line: String) {
        self.0.lock().unwrap().log.push(line);
    }

    /// The watch.
    async fn tell(&self, object: &Json) {
        let watchers = {
            let state = self.0.lock().unwrap();
            if state.is_watch_behind {
                return;
            }
            state.watchers.clone()
        };
        for watcher in watchers {
            // Who was killed takes no news.
            drop(watcher.send(seen(object)).await);
        }
    }
}

impl State {
    fn fault(&mut self, name: &str, is_write: bool) -> Option<Fault> {
        let number = self.asked;
        self.asked += 1;
        let asked = Asked {
            number,
            name,
            is_write,
        };
        self.meets.as_mut().and_then(|meets| meets(&asked))
    }

    /// A read, or a merge patch where there is a body.
    fn carry_out(&mut self, name: &str, body: &[u8]) -> (u16, Json) {
        let Some(object) = self.objects.get_mut(name) else {
            return (404, json!({}));
        };
        let Ok(patch) = serde_json::from_slice::<Json>(body) else {
            return (200, object.clone());
        };
        // As the real one: without a precondition it takes anything.
        let required = &patch["metadata"]["resourceVersion"];
        if !required.is_null() && *required != object["metadata"]["resourceVersion"] {
            return (409, json!({}));
        }
        self.version += 1;
        merge(object, &patch);
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        (200, object.clone())
    }
}

/// RFC 7396.
fn merge(target: &mut Json, patch: &Json) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    let target = target.as_object_mut().unwrap();
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(
                target.entry(key.clone()).or_insert_with(|| json!({})),
                value,
            );
        }
    }
}

fn seen(object: &Json) -> News {
    let raw: RawWorkload = serde_json::from_value(object.clone()).unwrap();
    News::Workload(
        "shop".into(),
        Box::new(raw.observe(Kind::Deployment).unwrap()),
    )
}

impl Scene {
    /// A reconciler with this configuration on `cluster`, which watches and has listed nothing yet.
    pub(super) fn on(cluster: &Cluster, config: &str) -> Self {
        let scene = Self::over(Some(config), cluster.client(), Log::default());
        cluster.0.lock().unwrap().watchers.push(scene.news.clone());
        scene
    }

    /// One that has listed `objects`, in the namespace `shop` with `schedule`.
    pub(super) async fn listing(cluster: &Cluster, schedule: &str, objects: &[Json]) -> Self {
        let scene = Self::on(cluster, "");
        scene.namespace("shop", schedule).await;
        for object in objects {
            scene.send(seen(object)).await;
        }
        for source in SOURCES {
            scene.send(News::Listed(source)).await;
        }
        scene
    }

    /// One that leads for long and has listed all there is, in the namespace `shop` with `schedule`.
    pub(super) async fn leading(cluster: &Cluster, schedule: &str) -> Self {
        let scene = Self::listing(cluster, schedule, &cluster.list()).await;
        scene.leads_for(LONG);
        scene
    }

    /// The watch tells what it has kept back, and is behind no more.
    pub(super) async fn catches_up_with(&self, cluster: &Cluster) {
        cluster.0.lock().unwrap().is_watch_behind = false;
        for object in cluster.list() {
            self.send(seen(&object)).await;
        }
    }

    /// The codes of the problems that it has to tell.
    pub(super) async fn problems(&self) -> Vec<String> {
        let (reply, answer) = oneshot::channel();
        let query = Query::Decisions(None, reply);
        self.queries.send(query).await.unwrap();
        let decisions = answer.await.unwrap();
        let items = decisions["items"].as_array().unwrap();
        let problems = items
            .iter()
            .flat_map(|it| it["problems"].as_array().unwrap());
        problems
            .map(|it| it["code"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(super) async fn counts(&self) -> Counts {
        let (reply, answer) = oneshot::channel();
        self.queries.send(Query::Summary(reply)).await.unwrap();
        answer.await.unwrap().counts
    }
}
