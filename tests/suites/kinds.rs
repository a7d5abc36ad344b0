//! Each kind of workload sleeps and comes back: the field, the mark, the pods, and the requests that
//! it took.

use std::process::ExitCode;

use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, ListParams};
use serde_json::{Value, json};
use tarnfui_tests::controllers::{Launch, with_account};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::place::{BOUND, Place};
use tarnfui_tests::roles;
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{FAKE_NODE, Options};
use tarnfui_tests::wait;

const ROLES: &[Role] = &[roles::CONTROLLER];

/// One write at a time, so that their order is that of the plan.
const CONFIGURATION: &str =
    "kinds: [Deployment, StatefulSet, CronJob]\npace: {writesInFlight: 1}\n";

fn main() -> ExitCode {
    Suite::new(with_account(Options::default()))
        .roles(ROLES)
        .controller(
            Launch::new("controller")
                .ahead()
                .configuration(CONFIGURATION),
        )
        .at_once(8)
        .trial(
            "a Deployment sleeps, its pods go, and both come back",
            deployment,
        )
        .trial(
            "a StatefulSet sleeps, its pods go, and both come back",
            stateful_set,
        )
        .trial(
            "a CronJob sleeps suspended, and one suspended before stays so",
            cron_job,
        )
        .trial("a floor is kept, and nothing is raised to reach one", floor)
        .trial(
            "waves wake ascending, each ready before the next, and sleep descending",
            waves,
        )
        .trial(
            "many workloads take one write each, in each direction",
            many,
        )
        .run()
}

async fn deployment(testbed: &Testbed) -> anyhow::Result<()> {
    there_and_back(testbed, "kinds-deployment", "deployment/web").await
}

async fn stateful_set(testbed: &Testbed) -> anyhow::Result<()> {
    there_and_back(testbed, "kinds-statefulset", "statefulset/web").await
}

async fn there_and_back(testbed: &Testbed, name: &str, web: &str) -> anyhow::Result<()> {
    let scene = ns(name).schedule("always");
    let scene = match web {
        "deployment/web" => scene.deploy("web", 3),
        _ => scene.stateful_set("web", 3),
    };
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until_ready(web, 3).await?;
    place.expect_writes(&[]).await?;

    place.says(&[("schedule", Some("never"))]).await?;
    place.until(web, "0 saved=3").await?;
    place.until_ready(web, 0).await?;
    assert_eq!(pods(&place).await?, 0);

    place.says(&[("schedule", Some("always"))]).await?;
    place.until(web, "3").await?;
    place.until_ready(web, 3).await?;
    assert_eq!(pods(&place).await?, 3);

    let plural = format!("patch {}s/web", web.split('/').next().unwrap_or_default());
    place.expect_writes(&[&plural, &plural]).await
}

async fn pods(place: &Place<'_>) -> anyhow::Result<usize> {
    let api: Api<Pod> = Api::namespaced(place.client().clone(), place.name());
    Ok(api.list(&ListParams::default()).await?.items.len())
}

async fn cron_job(testbed: &Testbed) -> anyhow::Result<()> {
    let suspended = json!({ "spec": { "suspend": true } });
    let scene = ns("kinds-cronjob")
        .schedule("never")
        .cron_job("report")
        .cron_job("old");
    let place = Place::make(testbed.cluster()?, &scene.with(&suspended)).await?;
    place
        .until("cronjob/report", "suspended saved=false")
        .await?;
    place.settle().await?;
    assert_eq!(place.see("cronjob/old").await?, "suspended");

    place.says(&[("schedule", Some("always"))]).await?;
    place.until("cronjob/report", "unsuspended").await?;
    place
        .expect_writes(&["patch cronjobs/report", "patch cronjobs/report"])
        .await?;
    assert_eq!(place.see("cronjob/old").await?, "suspended");
    Ok(())
}

async fn floor(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("kinds-floor")
        .schedule("never")
        .deploy("web", 3)
        .saying("sleep-replicas", "1")
        .stateful_set("db", 2)
        .saying("sleep-replicas", "5");
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place
        .until("deployment/web", "1 saved=3 asleep-at=1")
        .await?;
    place.settle().await?;
    assert_eq!(place.see("statefulset/db").await?, "2");

    // Changed while asleep, it changes nothing of what comes back.
    let other_floor =
        json!({ "metadata": { "annotations": { "tarnfui.io/sleep-replicas": "2" } } });
    place.patch("deployment/web", &other_floor).await?;
    place.settle().await?;
    assert_eq!(place.see("deployment/web").await?, "1 saved=3 asleep-at=1");

    place.says(&[("schedule", Some("always"))]).await?;
    place.until("deployment/web", "3").await?;
    place
        .expect_writes(&["patch deployments/web", "patch deployments/web"])
        .await
}

async fn waves(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("kinds-waves")
        .schedule("always")
        .deploy("web", 1)
        .wave(2)
        .deploy("db", 1)
        .wave(1)
        .unscheduled()
        .deploy("cache", 1);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    bind_pod(&place, "db").await?;
    for it in ["deployment/web", "deployment/db", "deployment/cache"] {
        place.until_ready(it, 1).await?;
    }
    place.says(&[("schedule", Some("never"))]).await?;
    for it in ["deployment/web", "deployment/db", "deployment/cache"] {
        place.until(it, "0 saved=1").await?;
        place.until_ready(it, 0).await?;
    }
    let descending = [
        "patch deployments/web",
        "patch deployments/db",
        "patch deployments/cache",
    ];
    place.expect_writes_in_order(&descending).await?;

    place.says(&[("schedule", Some("always"))]).await?;
    place.until("deployment/db", "1").await?;
    // Its pod has no node yet, so it is not ready, and the next wave waits.
    place.settle().await?;
    assert_eq!(place.see("deployment/web").await?, "0 saved=1");
    bind_pod(&place, "db").await?;
    place.until("deployment/web", "1").await?;
    place.settle().await?;
    let ascending = [
        "patch deployments/cache",
        "patch deployments/db",
        "patch deployments/web",
    ];
    place
        .expect_writes_in_order(&[descending, ascending].concat())
        .await
}

/// Puts the one pod of a Deployment on the node, as a scheduler would.
async fn bind_pod(place: &Place<'_>, app: &str) -> anyhow::Result<()> {
    let api: Api<Pod> = Api::namespaced(place.client().clone(), place.name());
    let of_app = ListParams::default().labels(&format!("app={app}"));
    let mut name = None;
    wait::until_async("there is a pod", BOUND, async || {
        let pods = api.list(&of_app).await?.items;
        let pending = pods.into_iter().find(|pod| {
            let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_ref());
            node.is_none() && pod.metadata.deletion_timestamp.is_none()
        });
        name = pending.and_then(|pod| pod.metadata.name);
        Ok(name.is_some())
    })
    .await?;
    let name = name.unwrap_or_default();
    let binding: Value = json!({ "apiVersion": "v1", "kind": "Binding",
        "metadata": { "name": name }, "target": { "kind": "Node", "name": FAKE_NODE } });
    let uri = format!("/api/v1/namespaces/{}/pods/{name}/binding", place.name());
    let request = kube::core::Request::new(uri);
    let request = request.create(
        &kube::api::PostParams::default(),
        binding.to_string().into_bytes(),
    );
    let _: Value = place.client().request(request?).await?;
    Ok(())
}

async fn many(testbed: &Testbed) -> anyhow::Result<()> {
    let mut scene = ns("kinds-many").schedule("never");
    for number in 1..=12 {
        scene = scene.deploy(&format!("web-{number}"), number).unscheduled();
    }
    let place = Place::make(testbed.cluster()?, &scene).await?;
    let mut expected = Vec::new();
    for number in 1..=12 {
        place
            .until(
                &format!("deployment/web-{number}"),
                &format!("0 saved={number}"),
            )
            .await?;
        expected.push(format!("patch deployments/web-{number}"));
    }
    place.says(&[("schedule", None)]).await?;
    for number in 1..=12 {
        place
            .until(&format!("deployment/web-{number}"), &number.to_string())
            .await?;
        expected.push(format!("patch deployments/web-{number}"));
    }
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    place.expect_writes(&expected).await
}
