//! The demo as a guest, on a cluster that a kubeconfig leads to: what it refuses, what it touches, and
//! that nothing stays behind.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::api::{Api, DeleteParams, ListParams, PostParams};
use kube::{Client, ResourceExt as _};
use rustix::process::Signal;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{
    Cluster, Controller, FAKE_NODE, Options, Process, Program, Request, User,
};
use tarnfui_tests::wait;

/// Whose cluster it is: the demo acts as this user.
const PERSON: &str = "person";

/// What the names of all that the demo makes begin with.
const OURS: &str = "tarnfui-demo";

/// How long a demo may take: a day at this speed is over in a few seconds, and replacing the leader
/// takes 17.
const PLAY_BOUND: Duration = Duration::from_secs(150);
const START_BOUND: Duration = Duration::from_mins(1);

fn main() -> ExitCode {
    let options = Options {
        controllers: vec![
            Controller::Deployment,
            Controller::ReplicaSet,
            Controller::StatefulSet,
            Controller::Namespace,
            Controller::GarbageCollector,
        ],
        users: vec![User::new(PERSON).in_group("system:masters")],
        ..Options::default()
    };
    // A demo looks at the whole cluster before it plays: one after the other.
    Suite::new(options)
        .at_once(1)
        .trial("without a yes nothing is sent", unasked)
        .trial(
            "a cluster with a Tarnfui is not played on, and not written to",
            refused,
        )
        .trial("a day is played in namespaces of its own, which go", played)
        .trial("ctrl-C removes everything", interrupted)
        .run()
}

async fn unasked(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let before = requests(cluster)?.len();
    let mut demo = start(cluster, "unasked", &["--cluster=current"])?;
    let told = ended(&mut demo, 3, START_BOUND).await?;
    ensure!(
        told.contains("the context testbed,"),
        "it says where: {told}"
    );
    ensure!(told.contains("hint: --yes"), "{told}");
    let asked = requests(cluster)?.split_off(before);
    ensure!(asked.is_empty(), "it asked: {asked:?}");
    Ok(())
}

async fn refused(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let client = cluster.client("admin").await?;
    let before = requests(cluster)?.len();
    let expect = async |name: &str, part: &str| {
        let mut demo = start(cluster, name, &["--cluster=current", "--yes"])?;
        let told = ended(&mut demo, 3, START_BOUND).await?;
        ensure!(told.contains(part), "{part} is not in: {told}");
        anyhow::Ok(())
    };

    let leases = Api::<Lease>::namespaced(client.clone(), "default");
    let now = Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%S.%6fZ")
        .to_string();
    let lease = json!({
        "metadata": { "name": "tarnfui-controller" },
        "spec": { "holderIdentity": "theirs_1", "leaseDurationSeconds": 15, "renewTime": now },
    });
    make(&leases, &lease).await?;
    expect(
        "living",
        "theirs_1 holds the Lease tarnfui-controller in default",
    )
    .await?;
    leases
        .delete("tarnfui-controller", &DeleteParams::default())
        .await?;

    let deployments = Api::<Deployment>::namespaced(client.clone(), "default");
    let labels = json!({ "app": "web" });
    let asleep = json!({
        "metadata": { "name": "web", "labels": { "tarnfui.io/saved": "3" } },
        "spec": {
            "replicas": 0,
            "selector": { "matchLabels": &labels },
            "template": {
                "metadata": { "labels": &labels },
                "spec": { "containers": [{ "name": "web", "image": "web" }] },
            },
        },
    });
    make(&deployments, &asleep).await?;
    expect("asleep", "deployment/web in default sleeps").await?;
    deployments.delete("web", &DeleteParams::default()).await?;

    let namespaces = Api::<Namespace>::all(client);
    let lab = format!("{OURS}-lab");
    make(&namespaces, &json!({ "metadata": { "name": &lab } })).await?;
    expect("taken", &format!("{lab} is there already")).await?;
    ensure!(
        namespaces.get_opt(&lab).await?.is_some(),
        "it is not the demo's to remove"
    );
    namespaces.delete(&lab, &DeleteParams::default()).await?;
    until_none_is_left(&namespaces).await?;

    let asked = requests(cluster)?.split_off(before);
    let writes: Vec<_> = asked.iter().filter(|request| request.is_write()).collect();
    ensure!(writes.is_empty(), "it wrote: {writes:?}");
    Ok(())
}

async fn played(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let client = cluster.client("admin").await?;
    let before = requests(cluster)?.len();
    let arguments = [
        "--cluster=current",
        "--context=testbed",
        "--yes",
        "--days=1",
    ];
    let mut demo = start(cluster, "played", &arguments)?;
    let told = tokio::select! {
        told = ended(&mut demo, 0, PLAY_BOUND) => told?,
        error = schedule(&client) => return error.context("play the scheduler"),
    };
    ensure!(
        told.contains("Nothing was missed, nothing was written twice"),
        "{told}"
    );
    ensure!(told.contains("counted by watching"), "{told}");
    let left = left(&Api::all(client)).await?;
    ensure!(left.is_empty(), "it left {left:?}");

    let asked = requests(cluster)?.split_off(before);
    let is_elsewhere = |request: &&Request| {
        let place = request.namespace.as_ref().or(request.name.as_ref());
        let is_ours = place.is_some_and(|place| place.starts_with(OURS));
        // A Namespace is made by its name, which is not in the path.
        let is_made = request.verb == "create" && request.uri.starts_with("/api/v1/namespaces?");
        request.is_write() && !is_ours && !is_made
    };
    let elsewhere: Vec<_> = asked.iter().filter(is_elsewhere).collect();
    ensure!(elsewhere.is_empty(), "it wrote elsewhere: {elsewhere:?}");
    Ok(())
}

async fn interrupted(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let client = cluster.client("admin").await?;
    let mut demo = start(cluster, "interrupted", &["--cluster=current", "--yes"])?;
    let leads = wait::until_async("somebody leads", START_BOUND, async || {
        demo.check()?;
        Ok(demo.log().contains(" leads"))
    });
    tokio::select! {
        led = leads => led?,
        error = schedule(&client) => return error.context("play the scheduler"),
    }
    demo.signal(Signal::INT)?;
    let told = ended(&mut demo, 130, START_BOUND).await?;
    ensure!(told.contains("Stopped before the end."), "{told}");
    let left = left(&Api::all(client)).await?;
    ensure!(left.is_empty(), "it left {left:?}");
    Ok(())
}

/// Starts a demo that acts as the person.
fn start(cluster: &Cluster, name: &str, arguments: &[&str]) -> anyhow::Result<Process> {
    Program::new(name, env!("CARGO_BIN_EXE_tarnfui-demo"))
        .arguments(arguments)
        .variable("KUBECONFIG", cluster.kubeconfig(PERSON))
        .start(cluster.directory())
}

/// Waits until it has ended with this code. What it said.
async fn ended(demo: &mut Process, code: i32, bound: Duration) -> anyhow::Result<String> {
    let has_ended = async || Ok(demo.ended()?.is_some());
    let waited = wait::until_async("the demo has ended", bound, has_ended).await;
    let told = demo.log();
    waited.with_context(|| told.clone())?;
    let status = demo.ended()?.context("it has ended")?;
    ensure!(
        status.code() == Some(code),
        "it ended with {status}: {told}"
    );
    Ok(told)
}

/// What the person asked, and whoever acts for them.
fn requests(cluster: &Cluster) -> anyhow::Result<Vec<Request>> {
    let mut requests = cluster.requests()?;
    requests.retain(|request| request.user == PERSON);
    Ok(requests)
}

async fn make<K>(api: &Api<K>, manifest: &Value) -> anyhow::Result<()>
where
    K: kube::Resource + Clone + DeserializeOwned + serde::Serialize + std::fmt::Debug,
{
    let object = serde_json::from_value(manifest.clone()).context("read a manifest")?;
    api.create(&PostParams::default(), &object).await?;
    Ok(())
}

async fn until_none_is_left(api: &Api<Namespace>) -> anyhow::Result<()> {
    let are_gone = async || Ok(left(api).await?.is_empty());
    wait::until_async("the namespaces are gone", START_BOUND, are_gone).await
}

/// The namespaces of the demo that are there.
async fn left(api: &Api<Namespace>) -> anyhow::Result<Vec<String>> {
    let namespaces = api.list(&ListParams::default()).await?;
    let names = namespaces.iter().map(kube::ResourceExt::name_any);
    Ok(names.filter(|name| name.starts_with(OURS)).collect())
}

/// Puts every pod that waits for a node on the only one there is. Ends only when it fails.
async fn schedule(client: &Client) -> anyhow::Result<()> {
    let waiting = ListParams::default().fields("spec.nodeName=");
    loop {
        for pod in Api::<Pod>::all(client.clone()).list(&waiting).await? {
            let (name, place) = (pod.name_any(), pod.namespace().unwrap_or_default());
            let binding = json!({
                "apiVersion": "v1", "kind": "Binding", "metadata": { "name": &name },
                "target": { "kind": "Node", "name": FAKE_NODE },
            });
            let api = Api::<Pod>::namespaced(client.clone(), &place);
            let bound: Result<Value, _> = api
                .create_subresource("binding", &name, &PostParams::default(), &binding)
                .await;
            // One that has gone meanwhile needs no node.
            drop(bound);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
