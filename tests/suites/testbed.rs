//! The testbed itself: that it is a real control plane, that pods come and go on it, that clusters
//! do not meet, and that nothing of it is left behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::api::{Api, ListParams, Patch, PatchParams, PostParams};
use kube::runtime::{conditions, wait::await_condition};
use serde_json::json;
use tarnfui_tests::multicall::{self, Role};
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Cluster, FAKE_NODE, Options, User, is_running};
use tarnfui_tests::wait;

/// How long pods may take to come or go. KWOK alone takes one second.
const PODS_BOUND: Duration = Duration::from_secs(30);

/// How long a process of ours may take to start a cluster, on a machine that is busy.
const START_BOUND: Duration = Duration::from_mins(2);

/// How long after our death the kernel may take to end what we started.
const GONE_BOUND: Duration = Duration::from_secs(5);

/// Where a role writes the process ids of the cluster it started.
const IDS: &str = "TARNFUI_TESTBED_IDS";

/// No process at all.
const NOBODY: [u32; 0] = [];

const ROLES: &[Role] = &[("panics-on-testbed", panics), ("waits-on-testbed", waits)];

fn main() -> ExitCode {
    let bob = User::new("bob").in_group("builders");
    Suite::new(Options {
        users: vec![bob],
        ..Options::default()
    })
    .roles(ROLES)
    .blocking(
        "kubectl talks to a server of the version pinned",
        kubectl_talks,
    )
    .trial("pods of a Deployment become ready and go", pods_come_and_go)
    .trial("a user without rights is refused", rights_are_checked)
    .trial(
        "every request is recorded and counted",
        requests_are_recorded,
    )
    .trial("a paused API server answers nobody until it goes on", pause)
    .blocking(
        "two clusters do not meet, and one stopped is gone",
        two_clusters,
    )
    .blocking(
        "nothing is left after a trial panicked",
        nothing_left_after_a_panic,
    )
    .blocking(
        "nothing is left after we were killed",
        nothing_left_after_a_kill,
    )
    .blocking(
        "without tools a trial is ignored, in CI failed",
        without_tools,
    )
    .run()
}

fn kubectl_talks(testbed: &Testbed) -> anyhow::Result<()> {
    let output = testbed
        .cluster()?
        .kubectl(&["version", "--output", "json"])?;
    let versions: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(versions["serverVersion"]["gitVersion"], "v1.36.3");
    assert_eq!(versions["clientVersion"]["gitVersion"], "v1.36.3");
    assert_eq!(versions["serverVersion"]["minor"], "36");

    let output = testbed
        .cluster()?
        .kubectl(&["get", "namespaces", "--output", "name"])?;
    let names = String::from_utf8(output.stdout)?;
    ensure!(
        names.lines().any(|name| name == "namespace/default"),
        "{names}"
    );
    Ok(())
}

async fn pods_come_and_go(testbed: &Testbed) -> anyhow::Result<()> {
    let client = testbed.cluster()?.client("admin").await?;
    make_namespace(&client, "pods").await?;
    let deployments = Api::<Deployment>::namespaced(client.clone(), "pods");
    let pods = Api::<Pod>::namespaced(client, "pods");

    deployments.create(&PostParams::default(), &web()?).await?;
    let ready = await_condition(deployments.clone(), "web", |web: Option<&Deployment>| {
        let status = web.and_then(|web| web.status.as_ref());
        status.and_then(|status| status.ready_replicas) == Some(2)
    });
    tokio::time::timeout(PODS_BOUND, ready)
        .await
        .context("pods do not become ready")??;
    let running = pods.list(&ListParams::default()).await?.items;
    assert_eq!(running.len(), 2);

    let none = Patch::Merge(json!({"spec": {"replicas": 0}}));
    deployments
        .patch("web", &PatchParams::default(), &none)
        .await?;
    for pod in running {
        let (name, uid) = (pod.metadata.name.unwrap_or_default(), pod.metadata.uid);
        let uid = uid.context("a pod without uid")?;
        let gone = await_condition(pods.clone(), &name, conditions::is_deleted(&uid));
        tokio::time::timeout(PODS_BOUND, gone)
            .await
            .context("a pod does not go")??;
    }
    assert_eq!(pods.list(&ListParams::default()).await?.items.len(), 0);
    Ok(())
}

async fn rights_are_checked(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    for user in ["dev", "bob", "controller"] {
        let pods = Api::<Pod>::all(cluster.client(user).await?);
        match pods.list(&ListParams::default()).await {
            Err(kube::Error::Api(status)) => assert_eq!(status.code, 403, "{user}: {status:?}"),
            other => anyhow::bail!("{user} was not refused: {other:?}"),
        }
    }
    // The groups of a user count as well as its name.
    let role = [
        "create",
        "clusterrole",
        "pod-reader",
        "--verb=list",
        "--resource=pods",
    ];
    let binding = [
        "create",
        "clusterrolebinding",
        "builders",
        "--clusterrole=pod-reader",
        "--group=builders",
    ];
    for arguments in [&role[..], &binding[..]] {
        let output = cluster.kubectl(arguments)?;
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let reviews = ["auth", "can-i", "list", "pods", "--all-namespaces"];
    // The server learns of new rights from a watch of its own.
    wait::until("bob has the right of his group", PODS_BOUND, || {
        Ok(cluster
            .kubectl_command("bob")
            .args(reviews)
            .output()?
            .status
            .success())
    })?;
    assert!(
        !cluster
            .kubectl_command("dev")
            .args(reviews)
            .output()?
            .status
            .success()
    );
    Ok(())
}

async fn requests_are_recorded(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let client = cluster.client("admin").await?;
    let counted = [
        ("verb", "POST"),
        ("resource", "namespaces"),
        ("code", "201"),
    ];
    let before = cluster.api_server_metrics().await?;
    make_namespace(&client, "recorded").await?;
    let after = cluster.api_server_metrics().await?;
    let grown = after.sum("apiserver_request_total", &counted)
        - before.sum("apiserver_request_total", &counted);
    ensure!(
        grown >= 1.0,
        "one namespace was made and {grown} were counted"
    );

    let requests = cluster.requests()?;
    let writes: Vec<_> = requests
        .iter()
        .filter(|request| request.is_write() && request.name.as_deref() == Some("recorded"))
        .collect();
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert_eq!((writes[0].user.as_str(), writes[0].code), ("admin", 201));
    assert_eq!(
        (writes[0].verb.as_str(), writes[0].resource.as_str()),
        ("create", "namespaces")
    );
    let users: BTreeSet<_> = requests
        .iter()
        .map(|request| request.user.as_str())
        .collect();
    assert!(
        !users.contains("testbed"),
        "the testbed's own requests are left out: {users:?}"
    );
    Ok(())
}

async fn pause(testbed: &Testbed) -> anyhow::Result<()> {
    // Its own cluster: the other trials want to be answered.
    let cluster = testbed.start(&Options::api_server_only())?;
    let namespaces = Api::<Namespace>::all(cluster.client("admin").await?);
    let paused = cluster.pause_api_server()?;
    let unanswered = tokio::time::timeout(Duration::from_millis(300), namespaces.get("default"));
    assert!(unanswered.await.is_err(), "a paused API server answered");
    paused.resume();
    namespaces.get("default").await?;
    Ok(())
}

fn two_clusters(testbed: &Testbed) -> anyhow::Result<()> {
    let one = testbed.start(&Options::api_server_only())?;
    let other = testbed.start(&Options::api_server_only())?;
    assert!(
        one.kubectl(&["create", "namespace", "only-here"])?
            .status
            .success()
    );
    assert!(
        one.kubectl(&["get", "namespace", "only-here"])?
            .status
            .success()
    );
    assert!(
        !other
            .kubectl(&["get", "namespace", "only-here"])?
            .status
            .success()
    );

    let (ids, directory) = (one.process_ids(), one.directory().to_owned());
    assert_eq!(ids.len(), 2);
    assert!(ids.iter().all(|id| is_running(*id)));
    one.stop();
    assert_eq!(running(&ids), NOBODY, "of a cluster that was stopped");
    assert!(!directory.exists());
    assert!(
        other
            .kubectl(&["get", "namespace", "default"])?
            .status
            .success()
    );
    Ok(())
}

fn nothing_left_after_a_panic(_: &Testbed) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let output = role(directory.path(), "panics-on-testbed")?.output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(101), "{said}");
    assert!(said.contains("a panic on purpose"), "{said}");
    let ids = read_ids(directory.path()).context("it wrote no process ids")?;
    assert_eq!(running(&ids), NOBODY);
    let left = fs::read_dir(directory.path())?.filter_map(Result::ok);
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    ensure!(
        left.iter()
            .all(|name| !name.to_string_lossy().contains("tarnfui")),
        "{left:?}"
    );
    Ok(())
}

fn nothing_left_after_a_kill(_: &Testbed) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let mut child = role(directory.path(), "waits-on-testbed")?.spawn()?;
    wait::until("it started", START_BOUND, || {
        ensure!(child.try_wait()?.is_none(), "it ended by itself");
        Ok(directory.path().join("ids").exists())
    })?;
    let ids = read_ids(directory.path()).context("it wrote no process ids")?;
    assert_eq!(running(&ids), ids);
    child.kill()?;
    child.wait()?;
    wait::until("all are gone", GONE_BOUND, || Ok(running(&ids).is_empty()))
}

fn without_tools(_: &Testbed) -> anyhow::Result<()> {
    let nothing = tempfile::tempdir()?;
    let mut here = role(nothing.path(), "panics-on-testbed")?;
    here.env("TARNFUI_CACHE", nothing.path())
        .env("PATH", nothing.path())
        .env_remove("KUBEBUILDER_ASSETS")
        .env_remove("CI")
        .stderr(Stdio::piped());
    let output = here.output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    ensure!(
        said.contains("ignored (etcd is not built yet and there is no Go"),
        "{said}"
    );
    ensure!(said.contains("0 passed; 0 failed; 1 ignored"), "{said}");
    let warned = String::from_utf8_lossy(&output.stderr);
    assert_eq!(warned.matches("hint: install Go").count(), 1, "{warned}");

    let output = here.env("CI", "true").output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(101), "{said}");
    ensure!(said.contains("0 passed; 1 failed; 0 ignored"), "{said}");
    Ok(())
}

/// A process that runs a suite whose one trial starts the shared cluster and panics.
fn panics() -> ExitCode {
    Suite::new(Options::api_server_only())
        .blocking("panics", |testbed| {
            write_ids(testbed.cluster()?)?;
            panic!("a panic on purpose");
        })
        .run()
}

/// A process that starts a cluster and never ends by itself.
fn waits() -> ExitCode {
    Suite::new(Options::api_server_only())
        .blocking("waits", |testbed| {
            write_ids(testbed.cluster()?)?;
            loop {
                std::thread::park();
            }
        })
        .run()
}

fn role(directory: &Path, name: &str) -> anyhow::Result<Command> {
    multicall::link(directory, ROLES)?;
    let mut command = Command::new(directory.join(name));
    command.env(IDS, directory.join("ids"));
    // Where its cluster lies: what a killed one leaves there goes with the trial.
    command.env("TMPDIR", directory);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    Ok(command)
}

fn write_ids(cluster: &Cluster) -> anyhow::Result<()> {
    let path = std::env::var(IDS)?;
    let lines: Vec<String> = cluster.process_ids().iter().map(u32::to_string).collect();
    // Renamed into place, so that who waits for the file finds it whole.
    fs::write(format!("{path}.part"), lines.join("\n"))?;
    fs::rename(format!("{path}.part"), path)?;
    Ok(())
}

fn read_ids(directory: &Path) -> Option<Vec<u32>> {
    let text = fs::read_to_string(directory.join("ids")).ok()?;
    text.lines().map(|line| line.parse().ok()).collect()
}

fn running(ids: &[u32]) -> Vec<u32> {
    ids.iter().copied().filter(|id| is_running(*id)).collect()
}

async fn make_namespace(client: &kube::Client, name: &str) -> anyhow::Result<()> {
    let namespace: Namespace = serde_json::from_value(json!({"metadata": {"name": name}}))?;
    Api::all(client.clone())
        .create(&PostParams::default(), &namespace)
        .await?;
    Ok(())
}

fn web() -> anyhow::Result<Deployment> {
    Ok(serde_json::from_value(json!({
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {
                    "nodeName": FAKE_NODE,
                    "containers": [{"name": "web", "image": "example.invalid/web"}],
                },
            },
        },
    }))?)
}
