//! What people write on namespaces and workloads, and what becomes of it: overrides, exclusions,
//! boundaries, broken values, and the Events that tell of all this.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tarnfui_tests::controllers::{AHEAD, Launch, NAMESPACE, ahead_in, with_account};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::place::Place;
use tarnfui_tests::roles;
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Node, Options};

const ROLES: &[Role] = &[roles::CONTROLLER];

/// A first write leaves within this of its boundary.
const ON_TIME: Duration = Duration::from_secs(1);

const WEB: &str = "deployment/web";
const PATCH_WEB: &str = "patch deployments/web";

fn main() -> ExitCode {
    let options = Options {
        node: Node::Absent,
        ..Options::default()
    };
    Suite::new(with_account(options))
        .roles(ROLES)
        .controller(Launch::new("controller").ahead())
        .at_once(8)
        .trial(
            "an awake override wakes at once and ends at its instant",
            awake_override,
        )
        .trial(
            "an asleep override does not wait for grace and ends at its instant",
            asleep_override,
        )
        .trial("a window opens and closes on time", window)
        .trial(
            "a workload younger than grace sleeps once it is older, and that is told",
            grace,
        )
        .trial(
            "excluding a namespace wakes it and then touches nothing",
            excluded_namespace,
        )
        .trial(
            "excluding a workload is for that one alone",
            excluded_workload,
        )
        .trial("taking the rule away wakes what slept", rule_taken_away)
        .trial(
            "a schedule on a workload alone moves that one alone",
            workload_schedule,
        )
        .trial(
            "a broken annotation keeps its namespace awake, and no other",
            broken_namespace,
        )
        .trial(
            "a broken annotation on a workload keeps that one awake",
            broken_workload,
        )
        .trial("a transition is told once, in its namespace", events)
        .trial(
            "a CronJob sleeps only where the configuration names its kind",
            not_opted_in,
        )
        .trial(
            "a workload made anew under its name sleeps with its own replicas",
            made_anew,
        )
        .run()
}

/// Fails unless a write to `web` left within a second of a boundary by the controller's clock.
async fn expect_on_time(place: &Place<'_>, boundary: Timestamp) -> anyhow::Result<()> {
    let boundary = boundary - AHEAD;
    // What is written too early is found as well.
    let around = boundary - SignedDuration::from_millis(500);
    let late = place
        .written_at("web", around)
        .await?
        .duration_since(boundary);
    ensure!(
        late >= SignedDuration::ZERO && late.unsigned_abs() < ON_TIME,
        "the write in {} came {late:?} after the boundary",
        place.name()
    );
    Ok(())
}

async fn awake_override(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-awake").schedule("never").deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "0 saved=2").await?;

    let end = ahead_in(6);
    place
        .says(&[("awake-until", Some(&end.to_string()))])
        .await?;
    place.until(WEB, "2").await?;
    let decision = testbed.controller()?.decision(place.name())?["decision"].clone();
    assert_eq!(
        decision,
        json!({ "state": "Awake", "reason": "Override", "until": end })
    );

    place.until(WEB, "0 saved=2").await?;
    expect_on_time(&place, end).await?;
    place.expect_writes(&[PATCH_WEB; 3]).await
}

async fn asleep_override(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-asleep")
        .schedule("always")
        .says("grace", "30d")
        .deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    let end = ahead_in(5);
    place
        .says(&[("asleep-until", Some(&end.to_string()))])
        .await?;
    place.until(WEB, "0 saved=2").await?;
    place.until(WEB, "2").await?;
    expect_on_time(&place, end).await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

async fn window(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let (start, end) = (ahead_in(5), ahead_in(9));
    let scene = ns("rules-window")
        .schedule(&format!("{start} - {end}"))
        .deploy("web", 2);
    let place = Place::make(cluster, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    place.until(WEB, "2").await?;
    expect_on_time(&place, start).await?;
    place.until(WEB, "0 saved=2").await?;
    expect_on_time(&place, end).await?;
    place.expect_writes(&[PATCH_WEB; 3]).await?;

    // What the controller says of itself, over all trials.
    let controller = testbed.controller()?;
    let boundaries = controller.metric("tarnfui_transition_lateness_seconds_count")?;
    let on_time = controller.metric("tarnfui_transition_lateness_seconds_bucket{le=\"1.0\"}")?;
    ensure!(boundaries >= 2.0, "{boundaries} boundaries were counted");
    ensure!(
        (boundaries - on_time).abs() < 0.5,
        "{on_time} of {boundaries} were on time"
    );
    Ok(())
}

async fn grace(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-grace")
        .schedule("never")
        .says("grace", "1d")
        .deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.expect_writes(&[]).await?;
    assert_eq!(place.see(WEB).await?, "2");
    place.until(WEB, "0 saved=2").await?;
    let created: Timestamp =
        serde_json::from_value(place.get(WEB).await?["metadata"]["creationTimestamp"].take())?;
    let age = place
        .written_at("web", created)
        .await?
        .duration_since(created);
    ensure!(
        age >= SignedDuration::from_secs(5),
        "it slept at an age of {age:?} and a day"
    );
    place
        .until_event("Normal Asleep Namespace/rules-grace")
        .await?;
    place.expect_writes(&[PATCH_WEB]).await
}

async fn excluded_namespace(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-exclude")
        .schedule("never")
        .deploy("web", 2)
        .stateful_set("db", 1);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    place.until("statefulset/db", "0 saved=1").await?;

    place.says(&[("exclude", Some("true"))]).await?;
    place.until(WEB, "2").await?;
    place.until("statefulset/db", "1").await?;
    place
        .patch(WEB, &json!({ "spec": { "replicas": 5 } }))
        .await?;
    let both_twice = [
        PATCH_WEB,
        PATCH_WEB,
        "patch statefulsets/db",
        "patch statefulsets/db",
    ];
    place.expect_writes(&both_twice).await?;
    assert_eq!(place.see(WEB).await?, "5");

    // `false` is the same as no key.
    place.says(&[("exclude", Some("false"))]).await?;
    place.until(WEB, "0 saved=5").await
}

async fn excluded_workload(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-exclude-one")
        .schedule("never")
        .deploy("web", 2)
        .deploy("kept", 3)
        .saying("exclude", "true");
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see("deployment/kept").await?, "3");

    let exclude = json!({ "metadata": { "annotations": { "tarnfui.io/exclude": "true" } } });
    place.patch(WEB, &exclude).await?;
    place.until(WEB, "2").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

async fn rule_taken_away(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-gone").schedule("never").deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    place.says(&[("schedule", None)]).await?;
    place.until(WEB, "2").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

async fn workload_schedule(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-own")
        .deploy("web", 2)
        .saying("schedule", "never")
        .deploy("other", 3);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see("deployment/other").await?, "3");
    // The namespace itself has no rule, so nothing is said to have become of it.
    assert_eq!(place.events().await?, [""; 0]);

    let none = json!({ "metadata": { "annotations": { "tarnfui.io/schedule": null } } });
    place.patch(WEB, &none).await?;
    place.until(WEB, "2").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

async fn broken_namespace(testbed: &Testbed) -> anyhow::Result<()> {
    let broken = ns("rules-broken")
        .schedule("Mo-Fri 08:00-18:00")
        .deploy("web", 2);
    let broken = Place::make(testbed.cluster()?, &broken).await?;
    let healthy = ns("rules-healthy").schedule("never").deploy("web", 2);
    let healthy = Place::make(testbed.cluster()?, &healthy).await?;
    healthy.until(WEB, "0 saved=2").await?;

    let note = broken
        .until_event("Warning InvalidValue Namespace/rules-broken")
        .await?;
    ensure!(
        note.contains("\"Mo\"") && note.contains("did you mean Mon?"),
        "{note}"
    );
    broken.expect_writes(&[]).await?;
    assert_eq!(broken.see(WEB).await?, "2");
    let decision = testbed.controller()?.decision(broken.name())?["decision"].clone();
    assert_eq!(
        decision,
        json!({ "state": "Awake", "reason": "InvalidRules", "until": null })
    );

    // One that slept before is woken by it; mended, it sleeps again.
    healthy.says(&[("timezone", Some("Europe/Pariss"))]).await?;
    healthy.until(WEB, "2").await?;
    healthy.says(&[("timezone", None)]).await?;
    healthy.until(WEB, "0 saved=2").await?;
    healthy.expect_writes(&[PATCH_WEB; 3]).await?;
    assert_eq!(
        broken.events().await?,
        ["Warning InvalidValue Namespace/rules-broken"]
    );
    Ok(())
}

async fn broken_workload(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-broken-one")
        .schedule("never")
        .deploy("web", 2)
        .deploy("odd", 3)
        .saying("sleep-replicas", "-1");
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    place
        .until_event("Warning InvalidValue Deployment/odd")
        .await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see("deployment/odd").await?, "3");
    Ok(())
}

async fn events(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-events")
        .schedule("always")
        .deploy("web", 2)
        .deploy("api", 1)
        .stateful_set("db", 1);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    // One that its own controller has not seen yet would follow a moment later.
    for it in [WEB, "deployment/api", "statefulset/db"] {
        let is_seen = |it: &Value| it["status"]["observedGeneration"] == 1;
        place.until_it(it, is_seen).await?;
    }
    place.settle().await?;
    place.says(&[("schedule", Some("never"))]).await?;
    for (it, asleep) in [
        (WEB, "0 saved=2"),
        ("deployment/api", "0 saved=1"),
        ("statefulset/db", "0 saved=1"),
    ] {
        place.until(it, asleep).await?;
    }
    let note = place
        .until_event("Normal Asleep Namespace/rules-events")
        .await?;
    ensure!(
        note.starts_with("OffHours until further notice") && note.contains("3 workloads"),
        "{note}"
    );
    place.says(&[("schedule", Some("always"))]).await?;
    for (it, awake) in [(WEB, "2"), ("deployment/api", "1"), ("statefulset/db", "1")] {
        place.until(it, awake).await?;
    }
    place
        .until_event("Normal Awake Namespace/rules-events")
        .await?;
    place.settle().await?;
    let told = [
        "Normal Asleep Namespace/rules-events",
        "Normal Awake Namespace/rules-events",
    ];
    assert_eq!(place.events().await?, told);

    // Counted by the server: a second attempt at one of them would be there too.
    let requests = place.controller_requests()?;
    let asked: Vec<_> = requests
        .iter()
        .filter(|it| it.resource == "events")
        .collect();
    ensure!(
        asked.len() == 2 && asked.iter().all(|it| it.code == 201),
        "{asked:?}"
    );
    let elsewhere = testbed.cluster()?.requests()?;
    let stray = elsewhere.iter().find(|it| {
        it.resource == "events" && matches!(it.namespace.as_deref(), Some("default" | NAMESPACE))
    });
    ensure!(stray.is_none(), "{stray:?}");
    Ok(())
}

async fn not_opted_in(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-cronjob")
        .schedule("never")
        .cron_job("report")
        .deploy("web", 1);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "0 saved=1").await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(place.see("cronjob/report").await?, "unsuspended");
    Ok(())
}

async fn made_anew(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("rules-anew").schedule("never").deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    place.kubectl(&["delete", "deployment", "web"])?;
    let again = ns("rules-anew").deploy("web", 5).last();
    tarnfui_tests::scene::create(place.client(), &serde_json::from_str(&again)?).await?;
    place.until(WEB, "0 saved=5").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}
