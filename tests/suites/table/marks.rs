//! The mark and the value, and what others do to either.

use anyhow::ensure;
use serde_json::{Value, json};
use tarnfui_tests::place::Place;
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};

use super::{PATCH_WEB, WEB};

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "what was at rest before is nobody's to wake",
            at_rest_before,
        )
        .trial(
            "what somebody starts while it should sleep is left, told, and keeps its value",
            started,
        )
        .trial(
            "the same where the mark was taken away with it",
            started_without_mark,
        )
        .trial(
            "a mark that nobody could have written is told and never guessed at",
            unreadable,
        )
        .trial(
            "a mark taken away while asleep is missed, by night and by day",
            label_taken_away,
        )
        .trial("a mark lost in kubectl replace is missed", replaced)
        .trial("a mark copied to where no rule is, is released", copied)
        .trial(
            "who undoes three restores is left alone until the next transition",
            contested,
        )
}

/// A namespace that never is awake, in which `web` with two replicas sleeps.
async fn asleep<'a>(testbed: &'a Testbed, name: &str) -> anyhow::Result<Place<'a>> {
    let scene = ns(name).schedule("never").deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    Ok(place)
}

/// A patch of the mark and of the replicas.
fn put(mark: Option<&str>, replicas: i32) -> Value {
    json!({
        "metadata": { "labels": { "tarnfui.io/saved": mark } },
        "spec": { "replicas": replicas },
    })
}

async fn at_rest_before(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("table-rest")
        .schedule("never")
        .deploy("web", 0)
        .stateful_set("db", 0);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.settle().await?;
    place.says(&[("schedule", Some("always"))]).await?;
    place.expect_writes(&[]).await?;
    assert_eq!(place.see(WEB).await?, "0");
    assert_eq!(testbed.controller()?.problems(place.name())?, [""; 0]);
    Ok(())
}

async fn started(testbed: &Testbed) -> anyhow::Result<()> {
    let place = asleep(testbed, "table-started").await?;
    place.kubectl(&["scale", WEB, "--replicas=5"])?;
    let note = place
        .until_event("Warning StartedByOther Deployment/web")
        .await?;
    ensure!(note.contains("kubectl"), "{note}");
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see(WEB).await?, "5 saved=2");

    place.says(&[("schedule", Some("always"))]).await?;
    place.until(WEB, "5").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

async fn started_without_mark(testbed: &Testbed) -> anyhow::Result<()> {
    let place = asleep(testbed, "table-started-bare").await?;
    place.patch(WEB, &put(None, 3)).await?;
    place
        .until_event("Warning StartedByOther Deployment/web")
        .await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see(WEB).await?, "3");

    // The next night is another matter.
    place.says(&[("schedule", Some("always"))]).await?;
    place.settle().await?;
    place.says(&[("schedule", Some("never"))]).await?;
    place.until(WEB, "0 saved=3").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

async fn unreadable(testbed: &Testbed) -> anyhow::Result<()> {
    let place = asleep(testbed, "table-unreadable").await?;
    let expected = ["SavedUnreadable deployment/web"];
    for mark in ["-1", "0", "two", "99999999999"] {
        // A label may not begin with a dash; the server says so itself.
        let patched = place.patch(WEB, &put(Some(mark), 0)).await;
        ensure!(patched.is_err() == (mark == "-1"), "{mark}: {patched:?}");
        if patched.is_ok() {
            place.settle().await?;
            assert_eq!(
                testbed.controller()?.problems(place.name())?,
                expected,
                "{mark}"
            );
        }
    }
    place
        .until_event("Warning SavedUnreadable Deployment/web")
        .await?;
    place.says(&[("schedule", Some("always"))]).await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see(WEB).await?, "0 saved=99999999999");

    place.patch(WEB, &put(Some("2"), 0)).await?;
    place.until(WEB, "2").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

async fn label_taken_away(testbed: &Testbed) -> anyhow::Result<()> {
    let place = asleep(testbed, "table-missing").await?;
    place.kubectl(&["label", WEB, "tarnfui.io/saved-"])?;
    expect_missed(testbed, &place).await
}

async fn replaced(testbed: &Testbed) -> anyhow::Result<()> {
    let place = asleep(testbed, "table-replaced").await?;
    let mut manifest: Value = serde_json::from_str(&place.kubectl(&["get", WEB, "-o", "json"])?)?;
    if let Some(labels) = manifest["metadata"]["labels"].as_object_mut() {
        labels.remove("tarnfui.io/saved");
    }
    // As from Git, where no version is.
    if let Some(metadata) = manifest["metadata"].as_object_mut() {
        metadata.remove("resourceVersion");
    }
    let path = place.cluster().directory().join("replaced.json");
    std::fs::write(&path, manifest.to_string())?;
    place.kubectl(&["replace", "--filename", &path.to_string_lossy()])?;
    expect_missed(testbed, &place).await
}

async fn expect_missed(testbed: &Testbed, place: &Place<'_>) -> anyhow::Result<()> {
    place
        .until_event("Warning SavedMissing Deployment/web")
        .await?;
    place.says(&[("schedule", Some("always"))]).await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see(WEB).await?, "0");
    let expected = ["SavedMissing deployment/web"];
    assert_eq!(testbed.controller()?.problems(place.name())?, expected);

    place.kubectl(&["scale", WEB, "--replicas=2"])?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(testbed.controller()?.problems(place.name())?, [""; 0]);
    Ok(())
}

async fn copied(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("table-copied")
        .deploy("web", 0)
        .marked("saved", "3")
        .deploy("other", 0);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "3").await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see("deployment/other").await?, "0");
    Ok(())
}

async fn contested(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("table-contested").schedule("always").deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    let from_git = put(Some("2"), 0);
    for _ in 0..3 {
        place.patch_as("argocd-controller", WEB, &from_git).await?;
        place.until(WEB, "2").await?;
    }
    place.patch_as("argocd-controller", WEB, &from_git).await?;
    let note = place
        .until_event("Warning Contested Deployment/web")
        .await?;
    ensure!(
        note.contains("argocd-controller") && note.contains("ignoreDifferences"),
        "{note}"
    );
    place.expect_writes(&[PATCH_WEB; 3]).await?;
    assert_eq!(place.see(WEB).await?, "0 saved=2");

    place.says(&[("schedule", Some("never"))]).await?;
    place.settle().await?;
    place.says(&[("schedule", Some("always"))]).await?;
    place.until(WEB, "2").await?;
    place.expect_writes(&[PATCH_WEB; 4]).await
}
