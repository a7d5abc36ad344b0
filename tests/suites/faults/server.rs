//! An API server that hangs, that is an older one, or that refuses a write.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use jiff::SignedDuration;
use kube::api::{Api, Patch, PatchParams};
use serde_json::{Value, json};
use tarnfui_tests::controllers::{Launch, RIGHTS, grant, with_account};
use tarnfui_tests::place::{BOUND, Place};
use tarnfui_tests::scene::{create, ns};
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::Options;
use tarnfui_tests::wait;

use super::{PATCH_WEB, WEB};

/// How long the API server hangs: longer than a lease lives.
const HANGS: Duration = Duration::from_secs(25);

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "an API server that hangs for 25 s costs the leadership, and nothing else",
            hangs,
        )
        .trial(
            "a write that admission refuses is told, and tried ever more seldom",
            refused,
        )
        .trial(
            "an API server without streaming lists is listed in pages, once",
            without_watch_list,
        )
}

async fn hangs(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.start(&with_account(Options::api_server_only()))?;
    grant(&cluster, RIGHTS)?;
    let mut controller = Launch::new("controller").start_ready(&cluster)?;
    controller.until_leading()?;
    let place = Place::make(&cluster, &ns("hangs").deploy("web", 2)).await?;
    place.settle().await?;

    let since = Instant::now();
    let paused = cluster.pause_api_server()?;
    controller.until("standing by", |it| {
        it.metric("tarnfui_leader").is_ok_and(|leads| leads < 1.0)
    })?;
    let led_for = since.elapsed();
    ensure!(
        led_for < Duration::from_secs(11),
        "it led for {led_for:?} without an answer"
    );
    let (_, text) = controller.readiness()?;
    ensure!(text.contains("no answer to a"), "{text}");
    assert_eq!(controller.get("/livez")?.0, 200);
    tokio::time::sleep(HANGS.saturating_sub(since.elapsed())).await;
    paused.resume();

    controller.until_leading()?;
    place.says(&[("asleep-until", Some("forever"))]).await?;
    place.until(WEB, "0 saved=2").await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    wait::until("the fault is over", BOUND, || {
        Ok(controller.readiness()? == (200, "ok\n".to_owned()))
    })
}

/// A policy by which the Deployment `guarded` may not be put to 0.
fn policy() -> [Value; 2] {
    let kind = |kind: &str, spec: &Value| {
        json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": kind,
            "metadata": { "name": "guarded" }, "spec": spec,
        })
    };
    let rule = json!({
        "failurePolicy": "Fail",
        "matchConstraints": { "resourceRules": [{
            "apiGroups": ["apps"], "apiVersions": ["v1"],
            "operations": ["UPDATE"], "resources": ["deployments"],
        }] },
        "validations": [{
            "expression": "object.metadata.name != 'guarded' || object.spec.replicas > 0",
            "message": "guarded must not be put to rest",
        }],
    });
    let binding = json!({ "policyName": "guarded", "validationActions": ["Deny"] });
    [
        kind("ValidatingAdmissionPolicy", &rule),
        kind("ValidatingAdmissionPolicyBinding", &binding),
    ]
}

async fn refused(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("refused").deploy("web", 2).deploy("guarded", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    for object in policy() {
        create(place.client(), &object).await?;
    }
    let api: Api<k8s_openapi::api::apps::v1::Deployment> =
        Api::namespaced(place.client().clone(), place.name());
    let trial = PatchParams {
        dry_run: true,
        ..PatchParams::default()
    };
    let rest = Patch::Merge(json!({ "spec": { "replicas": 0 } }));
    wait::until_async("the policy is in force", BOUND, async || {
        Ok(api.patch("guarded", &trial, &rest).await.is_err())
    })
    .await?;

    place.says(&[("asleep-until", Some("forever"))]).await?;
    place.until(WEB, "0 saved=2").await?;
    let note = place
        .until_event("Warning WriteRefused Deployment/guarded")
        .await?;
    ensure!(note.contains("guarded must not be put to rest"), "{note}");
    let attempts = || {
        let mut requests = place.controller_requests()?;
        requests.retain(|it| it.is_write() && it.name.as_deref() == Some("guarded"));
        anyhow::Ok(requests)
    };
    wait::until("it was tried three times", BOUND, || {
        Ok(attempts()?.len() >= 3)
    })?;
    let at: Vec<_> = attempts()?.iter().map(|it| it.received_at).collect();
    let (first, second) = (at[1].duration_since(at[0]), at[2].duration_since(at[1]));
    ensure!(
        first > SignedDuration::from_millis(700),
        "again after {first:?}"
    );
    ensure!(
        second > SignedDuration::from_millis(1400),
        "again after {first:?} and {second:?}"
    );
    assert_eq!(place.see("deployment/guarded").await?, "2");

    place.kubectl(&["delete", "validatingadmissionpolicybinding", "guarded"])?;
    place
        .until("deployment/guarded", "0 saved=2")
        .await
        .context("once it is allowed")?;
    // Told once, not at each attempt.
    let told = place.events().await?;
    let refusals = told.iter().filter(|line| line.contains("WriteRefused"));
    assert_eq!(refusals.count(), 1, "{told:?}");
    Ok(())
}

async fn without_watch_list(testbed: &Testbed) -> anyhow::Result<()> {
    let mut options = with_account(Options::api_server_only());
    options
        .api_server_arguments
        .push("--feature-gates=WatchList=false".to_owned());
    let cluster = testbed.start(&options)?;
    grant(&cluster, RIGHTS)?;
    let place = Place::make(&cluster, &ns("pages").deploy("web", 2)).await?;
    let mut controller = Launch::new("controller").start_ready(&cluster)?;
    controller.until_leading()?;
    place.says(&[("asleep-until", Some("forever"))]).await?;
    place.until(WEB, "0 saved=2").await?;
    place.says(&[("asleep-until", None)]).await?;
    place.until(WEB, "2").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await?;
    assert_eq!(controller.readiness()?, (200, "ok\n".to_owned()));

    let requests = cluster.requests()?;
    let is_list = |kind: &'static str| {
        move |it: &&tarnfui_tests::testbed::Request| {
            it.user == tarnfui_tests::controllers::ACCOUNT
                && it.verb == "list"
                && it.resource == kind
        }
    };
    for kind in ["namespaces", "deployments", "statefulsets"] {
        let lists: Vec<_> = requests.iter().filter(is_list(kind)).collect();
        ensure!(
            lists.len() == 1 && lists[0].uri.contains("limit=50"),
            "{lists:?}"
        );
    }
    Ok(())
}
