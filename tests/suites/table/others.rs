//! Workloads that somebody else has a say in: autoscalers, owners, and volumes that go with pods.

use serde_json::{Value, json};
use tarnfui_tests::place::Place;
use tarnfui_tests::scene::{create, ns};
use tarnfui_tests::suite::{Suite, Testbed};

use super::{PATCH_WEB, WEB};

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "volumes that go with the pods keep a StatefulSet awake, whatever the order",
            volumes,
        )
        .trial(
            "an autoscaler rests while its target sleeps, and goes on by itself",
            autoscaler,
        )
        .trial(
            "a floor under an autoscaler is refused until it is taken away",
            floor_under_autoscaler,
        )
        .trial(
            "what an owner controls is left to its owner, and released if it has a mark",
            owned,
        )
}

async fn volumes(testbed: &Testbed) -> anyhow::Result<()> {
    let deletes =
        json!({ "spec": { "persistentVolumeClaimRetentionPolicy": { "whenScaled": "Delete" } } });
    let scene = ns("table-volumes")
        .schedule("never")
        .stateful_set("db", 2)
        .with(&deletes)
        .stateful_set("cache", 1);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until("statefulset/cache", "0 saved=1").await?;
    place
        .until_event("Warning WouldDeleteVolumes StatefulSet/db")
        .await?;
    place.says(&[("asleep-until", Some("forever"))]).await?;
    place.expect_writes(&["patch statefulsets/cache"]).await?;
    assert_eq!(place.see("statefulset/db").await?, "2");
    Ok(())
}

async fn autoscaler(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("table-hpa")
        .schedule("always")
        .deploy("web", 3)
        .autoscaler("web", 2, 9);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until_ready(WEB, 3).await?;
    place.says(&[("schedule", Some("never"))]).await?;
    place.until(WEB, "0 saved=3").await?;
    // It says itself that it does nothing; and it looks every second.
    let hpa = "horizontalpodautoscaler/web";
    place
        .until_it(hpa, |it| {
            condition(it, "ScalingActive") == "False ScalingDisabled"
        })
        .await?;
    assert_eq!(place.see(WEB).await?, "0 saved=3");

    place.says(&[("schedule", Some("always"))]).await?;
    place.until(WEB, "3").await?;
    place
        .until_it(hpa, |it| {
            condition(it, "ScalingActive") != "False ScalingDisabled"
        })
        .await?;
    // What it changes from here on is its own business.
    place
        .patch(hpa, &json!({ "spec": { "minReplicas": 5 } }))
        .await?;
    place.until(WEB, "5").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await?;

    place.says(&[("schedule", Some("never"))]).await?;
    place.until(WEB, "0 saved=5").await
}

fn condition(object: &Value, kind: &str) -> String {
    let conditions = object["status"]["conditions"].as_array();
    let found = conditions.and_then(|all| all.iter().find(|it| it["type"] == kind));
    let text = |field: &str| {
        found
            .and_then(|it| it[field].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    format!("{} {}", text("status"), text("reason"))
}

async fn floor_under_autoscaler(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("table-hpa-floor")
        .schedule("always")
        .deploy("web", 3)
        .saying("sleep-replicas", "1")
        .autoscaler("web", 2, 9);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until_ready(WEB, 3).await?;
    place.says(&[("schedule", Some("never"))]).await?;
    place
        .until_event("Warning FloorUnderAutoscaler Deployment/web")
        .await?;
    place.expect_writes(&[]).await?;
    assert_eq!(place.see(WEB).await?, "3");

    let no_floor = json!({ "metadata": { "annotations": { "tarnfui.io/sleep-replicas": null } } });
    place.patch(WEB, &no_floor).await?;
    place.until(WEB, "0 saved=3").await?;
    place.expect_writes(&[PATCH_WEB]).await
}

async fn owned(testbed: &Testbed) -> anyhow::Result<()> {
    let place = Place::make(testbed.cluster()?, &ns("table-owned").schedule("never")).await?;
    let owner = json!({ "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": "owner", "namespace": place.name() } });
    let uid = create(place.client(), &owner).await?.metadata.uid;
    let reference = json!({ "metadata": { "ownerReferences": [{
        "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid, "controller": true,
    }] } });
    let scene = ns(place.name()).deploy("web", 2).with(&reference);
    create(place.client(), &serde_json::from_str(&scene.last())?).await?;
    place.expect_writes(&[]).await?;
    assert_eq!(place.see(WEB).await?, "2");
    let problems = testbed.controller()?.problems(place.name())?;
    assert_eq!(problems, ["OwnedByOther deployment/web"]);

    // An owner put over one that sleeps: released, before it leaves our care.
    let scene = ns(place.name()).deploy("late", 4);
    create(place.client(), &serde_json::from_str(&scene.last())?).await?;
    place.until("deployment/late", "0 saved=4").await?;
    place.patch("deployment/late", &reference).await?;
    place.until("deployment/late", "4").await?;
    place.expect_writes(&["patch deployments/late"; 2]).await
}
