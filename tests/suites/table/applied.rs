//! Server-side apply: whoever applies owns fields, and must not meet a conflict with us.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tarnfui_tests::place::Place;
use tarnfui_tests::scene::{Scene, ns};
use tarnfui_tests::suite::{Suite, Testbed};

use super::{PATCH_WEB, WEB};

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "an applier of replicas meets no conflict, and what it starts is left",
            owner,
        )
        .trial(
            "an applier of all but replicas leaves the sleep alone",
            owner_of_the_rest,
        )
        .trial("an entry left behind by a crash is taken out", left_behind)
        .trial(
            "kubectl apply of the older kind works on as before",
            client_side,
        )
}

fn scene(name: &str) -> Scene {
    ns(name).deploy("web", 3)
}

async fn owner(testbed: &Testbed) -> anyhow::Result<()> {
    let place = Place::make(testbed.cluster()?, &ns("table-applied").schedule("never")).await?;
    let manifest = scene("table-applied").last();
    apply(
        &place,
        &["--server-side", "--field-manager=gitops"],
        &manifest,
    )?;
    place.until(WEB, "0 saved=3").await?;
    // The sleep, and the entry that is taken out.
    place.expect_writes(&[PATCH_WEB; 2]).await?;
    assert_eq!(ours(&place).await?, [""; 0]);

    apply(
        &place,
        &["--server-side", "--field-manager=gitops"],
        &manifest,
    )?;
    place.until(WEB, "3 saved=3").await?;
    place
        .until_event("Warning StartedByOther Deployment/web")
        .await?;
    place.expect_writes(&[PATCH_WEB; 2]).await?;

    place.says(&[("schedule", Some("always"))]).await?;
    place.until(WEB, "3").await?;
    place.settle().await?;
    assert_eq!(ours(&place).await?, [""; 0]);
    apply(
        &place,
        &["--server-side", "--field-manager=gitops"],
        &manifest,
    )
}

async fn owner_of_the_rest(testbed: &Testbed) -> anyhow::Result<()> {
    let place = Place::make(
        testbed.cluster()?,
        &ns("table-applied-rest").schedule("never"),
    )
    .await?;
    let scene = scene("table-applied-rest").with(&json!({ "spec": { "replicas": null } }));
    let manifest = scene.last();
    apply(
        &place,
        &["--server-side", "--field-manager=gitops"],
        &manifest,
    )?;
    place.until(WEB, "0 saved=1").await?;
    place.settle().await?;
    apply(
        &place,
        &["--server-side", "--field-manager=gitops"],
        &manifest,
    )?;
    place.expect_writes(&[PATCH_WEB; 2]).await?;
    assert_eq!(place.see(WEB).await?, "0 saved=1");

    place.says(&[("schedule", Some("always"))]).await?;
    place.until(WEB, "1").await?;
    place.expect_writes(&[PATCH_WEB; 4]).await?;
    assert_eq!(ours(&place).await?, [""; 0]);
    apply(
        &place,
        &["--server-side", "--field-manager=gitops"],
        &manifest,
    )
}

async fn left_behind(testbed: &Testbed) -> anyhow::Result<()> {
    let place = Place::make(testbed.cluster()?, &ns("table-crash").schedule("never")).await?;
    let manifest = scene("table-crash").last();
    apply(
        &place,
        &["--server-side", "--field-manager=gitops"],
        &manifest,
    )?;
    place.until(WEB, "0 saved=3").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await?;

    // What a controller leaves that is killed after the first of its two writes: the value as an
    // entry under the name that such writes have.
    place
        .patch_as("gitops", WEB, &json!({ "spec": { "replicas": 3 } }))
        .await?;
    place
        .patch_as(
            "tarnfui-handover",
            WEB,
            &json!({ "spec": { "replicas": 0 } }),
        )
        .await?;
    place.expect_writes(&[PATCH_WEB; 3]).await?;
    assert_eq!(ours(&place).await?, [""; 0]);
    assert_eq!(place.see(WEB).await?, "0 saved=3");
    apply(
        &place,
        &["--server-side", "--field-manager=gitops"],
        &manifest,
    )
}

async fn client_side(testbed: &Testbed) -> anyhow::Result<()> {
    let place = Place::make(testbed.cluster()?, &ns("table-client").schedule("never")).await?;
    let manifest = scene("table-client").last();
    apply(&place, &[], &manifest)?;
    place.until(WEB, "0 saved=3").await?;
    apply(&place, &[], &manifest)?;
    place.until(WEB, "3 saved=3").await?;
    place.says(&[("schedule", Some("always"))]).await?;
    place.until(WEB, "3").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

/// Runs `kubectl apply` on a manifest, and fails where it does: a conflict is a failure of it.
fn apply(place: &Place<'_>, flags: &[&str], manifest: &str) -> anyhow::Result<()> {
    let mut kubectl = place
        .cluster()
        .kubectl_command("admin")
        .args(["apply", "--filename", "-"])
        .args(flags)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("run kubectl apply")?;
    let mut stdin = kubectl.stdin.take().context("kubectl apply has no stdin")?;
    stdin
        .write_all(manifest.as_bytes())
        .context("write the manifest")?;
    drop(stdin);
    let output = kubectl.wait_with_output().context("run kubectl apply")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "kubectl apply {}: {said}",
        flags.join(" ")
    );
    Ok(())
}

/// The field managers of ours that are left on `web`.
async fn ours(place: &Place<'_>) -> anyhow::Result<Vec<String>> {
    let object = place.get(WEB).await?;
    let entries = object["metadata"]["managedFields"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let managers = entries
        .iter()
        .filter_map(|entry: &Value| entry["manager"].as_str());
    Ok(managers
        .filter(|name| name.starts_with("tarnfui"))
        .map(str::to_owned)
        .collect())
}
