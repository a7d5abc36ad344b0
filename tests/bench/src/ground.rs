//! Where it is measured: a real control plane, or the sandbox where a real one would only measure
//! itself. Filled with a population, and asked what was asked of it.
//!
//! On the real one there is an API server and its store and nothing else: what workload controllers
//! do with 10,000 workloads would take the machine away from what is measured.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use kube::Client;
use serde_json::{Value as Json, json};
use tarnfui_sandbox::json::Value;
use tarnfui_sandbox::kinds::{self, RESOURCES};
use tarnfui_sandbox::server::Hand;
use tarnfui_sandbox::server::Server;
use tarnfui_tests::controllers::{ACCOUNT, Controller, Launch, RIGHTS, grant, with_account};
use tarnfui_tests::served::Served;
use tarnfui_tests::testbed::{Cluster, Options, Request, User};

use crate::context::{Context, Programs};
use crate::population::{Population, REPLICAS, Workload, namespace_manifest};
use crate::usage;

/// As many writes at a time as an API server can make use of on two cores.
const IN_FLIGHT: usize = 16;

/// The shortest grace, and a little: by then what was made last may be put to sleep.
const OLD_ENOUGH: Duration = Duration::from_secs(62);

/// How old what the sandbox is filled with is said to be.
const AGE: SignedDuration = SignedDuration::from_hours(48);

/// A second account with the controllers' rights, so that the log of requests tells two apart.
pub const SECOND: &str = "system:serviceaccount:tarnfui-system:tarnfui-second";

/// A third one, for who writes beside them.
pub const BARE: &str = "system:serviceaccount:tarnfui-system:tarnfui-bare";

/// A cluster.
#[derive(Debug)]
pub enum Ground {
    /// etcd and kube-apiserver.
    Real(Box<Cluster>),
    /// The sandbox, on a port of loopback: no TLS, and no model of life.
    Sandbox(Served),
}

impl Ground {
    /// A real API server that nobody has filled yet.
    pub fn real(context: &Context) -> anyhow::Result<Self> {
        let mut options = with_account(Options::api_server_only());
        let others = OTHERS.map(|name| User::service_account("tarnfui-system", name));
        options.users.extend(others);
        let cluster = Cluster::start(&context.tools, &options)?;
        grant(&cluster, &rights_for_all())?;
        Ok(Self::Real(Box::new(cluster)))
    }

    /// A sandbox that nobody has filled yet.
    pub async fn sandbox() -> anyhow::Result<Self> {
        let served = Served::start("bench", None).await?;
        served.grant().await?;
        Ok(Self::Sandbox(served))
    }

    /// What it is, in a table.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Real(_) => "kube-apiserver",
            Self::Sandbox(_) => "sandbox",
        }
    }

    /// A client of somebody who may do everything. It does each request once.
    pub async fn client(&self) -> anyhow::Result<Client> {
        match self {
            Self::Real(cluster) => cluster.client("admin").await,
            Self::Sandbox(served) => served.client().await,
        }
    }

    /// A client of one of the accounts, on a real API server. It does each request once.
    pub async fn client_as(&self, account: &str) -> anyhow::Result<Client> {
        match self {
            Self::Real(cluster) => cluster.client(account).await,
            Self::Sandbox(_) => anyhow::bail!("the sandbox has no such account"),
        }
    }

    /// The processor time that an API server and its store have had so far; none for the sandbox,
    /// which is a part of the bench.
    pub fn processor_time(&self) -> anyhow::Result<Duration> {
        match self {
            Self::Real(cluster) => {
                let ids = cluster.process_ids();
                ids.into_iter().map(usage::processor_time).sum()
            }
            Self::Sandbox(_) => Ok(Duration::ZERO),
        }
    }

    /// The kubeconfig of who may do everything.
    pub fn kubeconfig(&self) -> &Path {
        match self {
            Self::Real(cluster) => cluster.kubeconfig("admin"),
            Self::Sandbox(served) => served.kubeconfig(),
        }
    }

    /// Starts a controller, as one of the accounts, and waits for nothing.
    pub fn controller(
        &self,
        programs: &Programs,
        name: &str,
        account: &str,
    ) -> anyhow::Result<Controller> {
        let (kubeconfig, directory) = match self {
            Self::Real(cluster) => (cluster.kubeconfig(account), cluster.directory()),
            Self::Sandbox(served) => (served.account(), served.directory()),
        };
        let launch = Launch::new(name).log("info");
        launch.start_as(programs.controller(name, kubeconfig)?, directory)
    }

    /// Starts one as the usual account, and waits until it is ready and leads.
    pub fn leader(&self, programs: &Programs) -> anyhow::Result<Controller> {
        let mut leader = self.controller(programs, "leader", ACCOUNT)?;
        leader.until_ready()?;
        leader.until_leading()?;
        Ok(leader)
    }

    /// Fills it. Returns when all is old enough to be put to sleep by `programs`.
    pub async fn fill(&self, population: Population, programs: &Programs) -> anyhow::Result<()> {
        let namespaces = population.namespaces();
        let namespaces = namespaces.map(|name| namespace_manifest(&name));
        let workloads = population.workloads();
        match self {
            Self::Sandbox(served) => served.server().with(|server| {
                let at = (Timestamp::now() - AGE).strftime("%Y-%m-%dT%H:%M:%SZ");
                let at = at.to_string();
                namespaces.for_each(|it| make(server, it, &at));
                workloads.for_each(|it| make(server, it.manifest(), &at));
            }),
            Self::Real(_) => {
                let client = self.client().await?;
                let namespaces = namespaces.map(|it| ("/api/v1/namespaces".to_owned(), it));
                create(&client, namespaces).await?;
                create(
                    &client,
                    workloads.map(|it| (it.collection(), it.manifest())),
                )
                .await?;
                // Nobody else says that they run.
                let statuses = population.workloads().map(|it| {
                    (
                        format!("{}/status", it.path()),
                        json!({ "status": status() }),
                    )
                });
                patch(&client, statuses).await?;
                tokio::time::sleep(OLD_ENOUGH.saturating_sub(programs.ahead)).await;
            }
        }
        Ok(())
    }

    /// The bytes of one workload, as a list of it is sent.
    pub async fn bytes_of_one(&self, population: Population) -> anyhow::Result<usize> {
        let one = population.workloads().last().context("nobody is there")?;
        let answer = call(&self.client().await?, Method::GET, &one.path(), &Json::Null).await?;
        Ok(answer.to_string().len())
    }

    /// Gives every namespace another schedule.
    pub async fn schedule(&self, population: Population, schedule: &str) -> anyhow::Result<()> {
        let body = json!({ "metadata": { "annotations": { "tarnfui.io/schedule": schedule } } });
        let patches = population
            .namespaces()
            .map(|name| (format!("/api/v1/namespaces/{name}"), body.clone()));
        patch(&self.client().await?, patches).await
    }

    /// Puts every second workload to sleep, as a controller leaves it.
    pub async fn half_asleep(&self, population: Population) -> anyhow::Result<()> {
        let body = json!({
            "metadata": { "labels": { "tarnfui.io/saved": REPLICAS.to_string() } },
            "spec": { "replicas": 0 },
        });
        let patches = population
            .workloads()
            .step_by(2)
            .map(|it| (it.path(), body.clone()));
        patch(&self.client().await?, patches).await
    }

    /// All Deployments and StatefulSets, as they are now.
    pub async fn workloads(&self) -> anyhow::Result<BTreeMap<Workload, Json>> {
        let client = self.client().await?;
        let mut found = BTreeMap::new();
        for resource in ["deployments", "statefulsets"] {
            let mut next = String::new();
            loop {
                let path = format!("/apis/apps/v1/{resource}?limit=500&continue={next}");
                let mut page = call(&client, Method::GET, &path, &Json::Null).await?;
                for item in page["items"].as_array_mut().into_iter().flatten() {
                    let text = |key: &str| item["metadata"][key].as_str().unwrap_or_default();
                    let workload = Workload {
                        resource,
                        namespace: text("namespace").to_owned(),
                        name: text("name").to_owned(),
                    };
                    found.insert(workload, item.take());
                }
                next = match page["metadata"]["continue"].as_str() {
                    None | Some("") => break,
                    Some(next) => next.to_owned(),
                };
            }
        }
        Ok(found)
    }

    /// Every request so far.
    pub fn requests(&self) -> anyhow::Result<Vec<Request>> {
        match self {
            Self::Real(cluster) => cluster.requests(),
            Self::Sandbox(served) => served.requests(),
        }
    }
}

/// The names of the accounts that are nobody's but the benches'.
const OTHERS: [&str; 2] = ["tarnfui-second", "tarnfui-bare"];

/// The rights as people install them, bound to the other accounts too.
fn rights_for_all() -> String {
    let one =
        "  - kind: ServiceAccount\n    name: tarnfui-controller\n    namespace: tarnfui-system";
    let others = OTHERS.map(|name| one.replace("tarnfui-controller", name));
    RIGHTS.replace(one, &[&[one.to_owned()], &others[..]].concat().join("\n"))
}

async fn create(
    client: &Client,
    objects: impl Iterator<Item = (String, Json)>,
) -> anyhow::Result<()> {
    all(client, Method::POST, objects).await
}

/// Merges each body into the object at its path, some at a time; the first that fails ends it.
pub async fn patch(
    client: &Client,
    patches: impl Iterator<Item = (String, Json)>,
) -> anyhow::Result<()> {
    all(client, Method::PATCH, patches).await
}

/// Makes all requests, some at a time; the first that fails ends it.
async fn all(
    client: &Client,
    method: Method,
    bodies: impl Iterator<Item = (String, Json)>,
) -> anyhow::Result<()> {
    let method = &method;
    let one = |(path, body): (String, Json)| async move {
        call(client, method.clone(), &path, &body).await.map(drop)
    };
    let requests = stream::iter(bodies.map(one));
    requests.buffer_unordered(IN_FLIGHT).try_collect().await
}

/// What a workload controller says of one that runs, whatever is done to it from now on: it has seen
/// every generation that is to come, so that no rollout is under way.
fn status() -> Json {
    json!({
        "observedGeneration": 1_000_000,
        "replicas": REPLICAS, "readyReplicas": REPLICAS, "updatedReplicas": REPLICAS,
    })
}

/// One request, and its answer. What is patched is merged.
pub async fn call(
    client: &Client,
    method: Method,
    path: &str,
    body: &Json,
) -> anyhow::Result<Json> {
    let media_type = if method == Method::PATCH {
        "application/merge-patch+json"
    } else {
        "application/json"
    };
    let body = if body.is_null() {
        Vec::new()
    } else {
        serde_json::to_vec(body)?
    };
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header(http::header::CONTENT_TYPE, media_type)
        .body(body)?;
    let answer = client.request(request).await;
    answer.with_context(|| format!("ask for {path}"))
}

/// Makes an object of the sandbox from inside.
fn make(server: &mut Server, manifest: Json, at: &str) {
    let find = |it: &kinds::Resource| it.kind == manifest["kind"];
    let resource = RESOURCES.iter().position(find);
    let resource = resource.expect("Namespaces, Deployments and StatefulSets are in the table");
    let hand = Hand {
        manager: "helm",
        ..Hand::of_controllers(at)
    };
    let made = server.make(resource, Value::from(manifest), hand);
    let made = made.expect("nobody else fills it, and names differ");
    if RESOURCES[resource].kind != "Namespace" {
        server.set_status(resource, &made, Value::from(status()), at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_accounts_have_all_the_rights() {
        let bound = |name: &str| rights_for_all().matches(name).count();
        assert_eq!(OTHERS.map(|name| bound(&format!("name: {name}"))), [2, 2]);
        assert_eq!(
            bound("name: tarnfui-controller"),
            RIGHTS.matches("name: tarnfui-controller").count()
        );
    }
}
