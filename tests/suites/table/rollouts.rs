//! Sleep in the middle of a rollout: what wakes would be the new revision alone.

use serde_json::{Value, json};
use tarnfui_tests::place::Place;
use tarnfui_tests::scene::{merge, ns};
use tarnfui_tests::suite::{Suite, Testbed};

use super::{PATCH_WEB, WEB};

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "a rollout under way ends before its workload sleeps",
            under_way,
        )
        .trial(
            "a rollout past its deadline keeps nobody awake, and is told",
            past_deadline,
        )
        .trial(
            "a paused rollout keeps two revisions awake, unless a person orders sleep",
            paused,
        )
        .trial(
            "a StatefulSet behind a partition stays awake until that is lifted",
            partitioned,
        )
        .trial(
            "rollout undo by night keeps the mark, and the old revision wakes",
            undo_by_night,
        )
        .trial("rollout undo by day brings no mark back", undo_by_day)
}

/// A second revision whose pods become ready.
fn second_revision() -> Value {
    json!({ "spec": { "template": { "metadata": { "labels": { "revision": "2" } } } } })
}

/// A second revision whose pods nobody schedules, so that it is never done by itself.
fn stuck_revision() -> Value {
    let mut patch = second_revision();
    patch["spec"]["template"]["spec"] = json!({ "nodeName": null });
    patch
}

/// A namespace that is awake, with two ready pods of `web`.
async fn awake<'a>(testbed: &'a Testbed, name: &str) -> anyhow::Result<Place<'a>> {
    let scene = ns(name).schedule("always").deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until_ready(WEB, 2).await?;
    Ok(place)
}

async fn begin_stuck_rollout(place: &Place<'_>, extra: &Value) -> anyhow::Result<()> {
    let mut patch = stuck_revision();
    merge(&mut patch["spec"], extra);
    place.patch(WEB, &patch).await?;
    place
        .until_it(WEB, |it| it["status"]["updatedReplicas"] == 1)
        .await
}

async fn under_way(testbed: &Testbed) -> anyhow::Result<()> {
    let place = awake(testbed, "table-rollout").await?;
    begin_stuck_rollout(&place, &json!({})).await?;
    place.says(&[("schedule", Some("never"))]).await?;
    place.expect_writes(&[]).await?;
    assert_eq!(place.see(WEB).await?, "2");
    let problems = testbed.controller()?.problems(place.name())?;
    assert_eq!(problems, ["RolloutInProgress deployment/web"]);

    place.kubectl(&["rollout", "undo", WEB])?;
    place.until(WEB, "0 saved=2").await?;
    place.expect_writes(&[PATCH_WEB]).await
}

async fn past_deadline(testbed: &Testbed) -> anyhow::Result<()> {
    let place = awake(testbed, "table-deadline").await?;
    begin_stuck_rollout(&place, &json!({ "progressDeadlineSeconds": 1 })).await?;
    let is_exceeded = |it: &Value| {
        let conditions = it["status"]["conditions"].as_array();
        conditions.is_some_and(|all| {
            all.iter()
                .any(|it| it["reason"] == "ProgressDeadlineExceeded")
        })
    };
    place.until_it(WEB, is_exceeded).await?;
    place.says(&[("schedule", Some("never"))]).await?;
    place.until(WEB, "0 saved=2").await?;
    place
        .until_event("Warning RolloutStuck Deployment/web")
        .await?;
    place.expect_writes(&[PATCH_WEB]).await
}

async fn paused(testbed: &Testbed) -> anyhow::Result<()> {
    let place = awake(testbed, "table-paused").await?;
    begin_stuck_rollout(&place, &json!({})).await?;
    place.kubectl(&["rollout", "pause", WEB])?;
    place.says(&[("schedule", Some("never"))]).await?;
    place.expect_writes(&[]).await?;
    assert_eq!(place.see(WEB).await?, "2");
    let problems = testbed.controller()?.problems(place.name())?;
    assert_eq!(problems, ["RolloutInProgress deployment/web"]);

    place.says(&[("asleep-until", Some("forever"))]).await?;
    place.until(WEB, "0 saved=2").await?;
    place.expect_writes(&[PATCH_WEB]).await
}

async fn partitioned(testbed: &Testbed) -> anyhow::Result<()> {
    let strategy = |partition: i32| {
        let rolling =
            json!({ "type": "RollingUpdate", "rollingUpdate": { "partition": partition } });
        json!({ "spec": { "updateStrategy": rolling } })
    };
    let scene = ns("table-partition")
        .schedule("always")
        .stateful_set("db", 2)
        .with(&strategy(1));
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until_ready("statefulset/db", 2).await?;
    place.patch("statefulset/db", &second_revision()).await?;
    let is_split =
        |it: &Value| it["status"]["updatedReplicas"] == 1 && it["status"]["readyReplicas"] == 2;
    place.until_it("statefulset/db", is_split).await?;
    place.says(&[("schedule", Some("never"))]).await?;
    place.expect_writes(&[]).await?;
    assert_eq!(place.see("statefulset/db").await?, "2");
    let problems = testbed.controller()?.problems(place.name())?;
    assert_eq!(problems, ["RolloutInProgress statefulset/db"]);

    place.patch("statefulset/db", &strategy(0)).await?;
    place.until("statefulset/db", "0 saved=2").await?;
    place.expect_writes(&["patch statefulsets/db"]).await
}

async fn undo_by_night(testbed: &Testbed) -> anyhow::Result<()> {
    let place = awake(testbed, "table-undo-night").await?;
    roll_out(&place).await?;
    place.says(&[("schedule", Some("never"))]).await?;
    place.until(WEB, "0 saved=2").await?;
    place.kubectl(&["rollout", "undo", WEB])?;
    place
        .until_it(WEB, |it| {
            it["status"]["observedGeneration"] == it["metadata"]["generation"]
        })
        .await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see(WEB).await?, "0 saved=2");
    assert_eq!(revision(&place).await?, Value::Null);

    place.says(&[("schedule", Some("always"))]).await?;
    place.until(WEB, "2").await?;
    place.until_ready(WEB, 2).await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

async fn undo_by_day(testbed: &Testbed) -> anyhow::Result<()> {
    let place = awake(testbed, "table-undo-day").await?;
    // Its first revision has been through a night, and has all that a ReplicaSet copies.
    place.says(&[("schedule", Some("never"))]).await?;
    place.until(WEB, "0 saved=2").await?;
    place.until_ready(WEB, 0).await?;
    place.says(&[("schedule", Some("always"))]).await?;
    place.until(WEB, "2").await?;
    place.until_ready(WEB, 2).await?;
    roll_out(&place).await?;

    place.kubectl(&["rollout", "undo", WEB])?;
    place.until_ready(WEB, 2).await?;
    place.expect_writes(&[PATCH_WEB; 2]).await?;
    assert_eq!(place.see(WEB).await?, "2");
    assert_eq!(revision(&place).await?, Value::Null);
    Ok(())
}

/// Rolls a second revision out, to its end.
async fn roll_out(place: &Place<'_>) -> anyhow::Result<()> {
    place.patch(WEB, &second_revision()).await?;
    place
        .until_it(WEB, |it| it["status"]["updatedReplicas"] == 2)
        .await?;
    place.until_ready(WEB, 2).await
}

async fn revision(place: &Place<'_>) -> anyhow::Result<Value> {
    Ok(place.get(WEB).await?["spec"]["template"]["metadata"]["labels"]["revision"].take())
}
