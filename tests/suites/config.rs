//! The configuration as it changes: taken at once where it is good, and where it is not the last good
//! one stays in force.
//!
//! Each trial has the cluster to itself, with a controller of its own: they take turns.

use std::process::ExitCode;

use anyhow::ensure;
use jiff::tz::TimeZone;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DeleteParams, Patch, PatchParams};
use serde_json::{Value, json};
use tarnfui_tests::controllers::{
    Controller, Launch, NAMESPACE, RIGHTS, ahead_in, grant, with_account,
};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::place::{BOUND, Place};
use tarnfui_tests::roles;
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Cluster, Node, Options};
use tarnfui_tests::wait;

const ROLES: &[Role] = &[roles::CONTROLLER];

const WEB: &str = "deployment/web";
const PATCH_WEB: &str = "patch deployments/web";
const PATCH_DB: &str = "patch statefulsets/db";

fn main() -> ExitCode {
    let options = Options {
        node: Node::Absent,
        ..Options::default()
    };
    Suite::new(with_account(options))
        .roles(ROLES)
        .at_once(1)
        .trial(
            "a ConfigMap that is named is waited for, and nothing is decided before",
            waited_for,
        )
        .trial(
            "a good change is taken at once, and a broken one leaves the last good one",
            changed,
        )
        .trial(
            "a ConfigMap deleted is the last good one, and no new controller acts without",
            deleted,
        )
        .trial(
            "what leaves the configuration's care is released first",
            released,
        )
        .trial(
            "paused means that nothing is written, and that it is ready",
            paused,
        )
        .trial(
            "the first Tarnfui's environment variables still work",
            first_environment,
        )
        .run()
}

/// The ConfigMap, and a controller that reads it.
struct Configured<'a> {
    cluster: &'a Cluster,
    api: Api<ConfigMap>,
    controller: Controller,
}

impl<'a> Configured<'a> {
    /// Starts a controller with the ConfigMap's text; with none there is no ConfigMap.
    async fn start(testbed: &'a Testbed, text: Option<&str>) -> anyhow::Result<Self> {
        let cluster = testbed.cluster()?;
        grant(cluster, RIGHTS)?;
        let api = Api::namespaced(cluster.client("admin").await?, NAMESPACE);
        match text {
            Some(text) => write(&api, text).await?,
            None => drop(api.delete("tarnfui-config", &DeleteParams::default()).await),
        }
        let mut controller = launch().start(cluster)?;
        controller.until_leading()?;
        Ok(Self {
            cluster,
            api,
            controller,
        })
    }

    /// Writes the ConfigMap; that the controller has read it is for the trial to wait for.
    async fn write(&self, text: &str) -> anyhow::Result<()> {
        write(&self.api, text).await
    }

    async fn until_ready(&self, what: &str) -> anyhow::Result<()> {
        wait::until_async(what, BOUND, async || {
            let (code, text) = self.controller.readiness()?;
            Ok(code == 200 && text.contains(what))
        })
        .await
    }
}

fn launch() -> Launch {
    Launch::new("controller")
        .ahead()
        .argument("--config=tarnfui-config")
}

async fn write(api: &Api<ConfigMap>, text: &str) -> anyhow::Result<()> {
    let map = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": "tarnfui-config", "namespace": NAMESPACE },
        "data": { "config.yaml": text },
    });
    api.patch(
        "tarnfui-config",
        &PatchParams::apply("trial").force(),
        &Patch::Apply(map),
    )
    .await?;
    Ok(())
}

async fn waited_for(testbed: &Testbed) -> anyhow::Result<()> {
    let it = Configured::start(testbed, None).await?;
    let scene = ns("config-waited").schedule("never").deploy("web", 2);
    let place = Place::make(it.cluster, &scene).await?;
    wait::until_async("it says what is missing", BOUND, async || {
        let (code, text) = it.controller.readiness()?;
        let says = |what| text.contains(what);
        Ok(code == 503
            && says("the configuration was not read yet")
            && says("configmap/tarnfui-config is not in namespace tarnfui-system; hint: create it"))
    })
    .await?;
    // Everything else it knows by now, and it leads.
    let knows = |decision: &Value| decision["unknown"] == "ConfigurationUnread";
    wait::until_async("it has looked", BOUND, async || {
        Ok(knows(&it.controller.decision(place.name())?))
    })
    .await?;
    assert_eq!(place.writes()?, [""; 0]);

    it.write("").await?;
    place.until(WEB, "0 saved=2").await?;
    it.until_ready("ok").await?;
    place.expect_writes(&[PATCH_WEB]).await
}

async fn changed(testbed: &Testbed) -> anyhow::Result<()> {
    let it = Configured::start(testbed, Some("schedules: {night: always}\n")).await?;
    let scene = ns("config-changed").schedule("@night").deploy("web", 2);
    let place = Place::make(it.cluster, &scene).await?;
    place.expect_writes(&[]).await?;
    it.write("schedules: {night: never}\n").await?;
    place.until(WEB, "0 saved=2").await?;

    it.write("schedules: {night: always, day: Mo-Fri 08:00-18:00}\n")
        .await?;
    it.until_ready("the configuration is not taken: schedules.day")
        .await?;
    it.until_ready("did you mean Mon?").await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    ensure!(it.controller.metric("tarnfui_configuration_valid")? < 1.0);

    it.write("schedules: {night: always}\n").await?;
    place.until(WEB, "2").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await?;
    let (_, readiness) = it.controller.readiness()?;
    assert_eq!(readiness, "ok\n");
    ensure!(it.controller.metric("tarnfui_configuration_valid")? > 0.0);
    Ok(())
}

async fn deleted(testbed: &Testbed) -> anyhow::Result<()> {
    let mut it = Configured::start(testbed, Some("schedules: {night: never}\n")).await?;
    let scene = ns("config-deleted").schedule("@night").deploy("web", 2);
    let place = Place::make(it.cluster, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    it.api
        .delete("tarnfui-config", &DeleteParams::default())
        .await?;
    it.until_ready("configmap/tarnfui-config is not in namespace tarnfui-system")
        .await?;
    place.expect_writes(&[PATCH_WEB]).await?;

    // Without it the schedule is an unknown name, and what sleeps would be woken.
    it.controller.process().end();
    let mut next = launch().start(it.cluster)?;
    next.until_leading()?;
    let has_looked = |it: &Controller| {
        it.decision("config-deleted")
            .is_ok_and(|it| it["unknown"] == "ConfigurationUnread")
    };
    next.until("looking", has_looked)?;
    assert_eq!(next.readiness()?.0, 503);
    assert_eq!(place.writes()?, [PATCH_WEB]);

    it.write("schedules: {night: always}\n").await?;
    place.until(WEB, "2").await?;
    place.expect_writes(&[PATCH_WEB; 2]).await
}

async fn released(testbed: &Testbed) -> anyhow::Result<()> {
    let it = Configured::start(testbed, Some("")).await?;
    let scene = |name: &str| {
        ns(name)
            .schedule("never")
            .deploy("web", 2)
            .stateful_set("db", 1)
    };
    let place = Place::make(it.cluster, &scene("config-released")).await?;
    let other = Place::make(it.cluster, &scene("config-kept")).await?;
    for place in [&place, &other] {
        place.until(WEB, "0 saved=2").await?;
        place.until("statefulset/db", "0 saved=1").await?;
    }
    it.write("kinds: [Deployment]\n").await?;
    for place in [&place, &other] {
        place.until("statefulset/db", "1").await?;
        place
            .expect_writes(&[PATCH_WEB, PATCH_DB, PATCH_DB])
            .await?;
    }
    it.write("kinds: [Deployment]\nnamespaces: {excluded: [config-*ased]}\n")
        .await?;
    place.until(WEB, "2").await?;
    place
        .expect_writes(&[PATCH_WEB, PATCH_WEB, PATCH_DB, PATCH_DB])
        .await?;
    other
        .expect_writes(&[PATCH_WEB, PATCH_DB, PATCH_DB])
        .await?;
    assert_eq!(other.see(WEB).await?, "0 saved=2");

    // A controller that starts without the kind still finds its marks.
    other
        .patch(
            "statefulset/db",
            &json!({
                "metadata": { "labels": { "tarnfui.io/saved": "4" } }, "spec": { "replicas": 0 },
            }),
        )
        .await?;
    other.until("statefulset/db", "4").await
}

async fn paused(testbed: &Testbed) -> anyhow::Result<()> {
    let it = Configured::start(testbed, Some("paused: true\n")).await?;
    let scene = ns("config-paused").schedule("never").deploy("web", 2);
    let place = Place::make(it.cluster, &scene).await?;
    it.until_ready("ok").await?;
    wait::until_async("it has looked", BOUND, async || {
        Ok(it.controller.decision(place.name())?["unknown"] == "Paused")
    })
    .await?;
    assert_eq!(place.writes()?, [""; 0]);
    // That it was heard is on the Lease.
    let version = it
        .api
        .get("tarnfui-config")
        .await?
        .metadata
        .resource_version;
    let leases: Api<Lease> = Api::namespaced(place.client().clone(), NAMESPACE);
    wait::until_async("the version is noted", BOUND, async || {
        let lease = leases.get("tarnfui-controller").await?;
        let notes = lease.metadata.annotations.unwrap_or_default();
        Ok(notes.get("tarnfui.io/config-version") == version.as_ref())
    })
    .await?;

    it.write("paused: false\n").await?;
    place.until(WEB, "0 saved=2").await?;
    place.expect_writes(&[PATCH_WEB]).await
}

async fn first_environment(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    grant(cluster, RIGHTS)?;
    // A day that is neither today nor near it, by the controller's clock.
    let in_three_days = ahead_in(3 * 24 * 60 * 60).to_zoned(TimeZone::UTC).weekday();
    let day = format!("{in_three_days:?}").to_lowercase();
    let mut controller = Launch::new("controller")
        .ahead()
        .variable("TARNFUI_STARTUP_TIME", "07:30")
        .variable("TARNFUI_SHUTDOWN_TIME", "19:00")
        .variable("TARNFUI_ACTIVE_DAYS", &day[..3])
        .variable("TARNFUI_TIMEZONE", "Europe/Paris")
        .variable("TARNFUI_NAMESPACE", "config-first")
        .variable("TARNFUI_RESOURCE_TYPES", "deployments")
        .variable("TARNFUI_RECONCILIATION_INTERVAL", "60")
        .start_ready(cluster)?;
    controller.until_leading()?;
    let scene = |name: &str| ns(name).deploy("web", 2).stateful_set("db", 1);
    let other = Place::make(cluster, &scene("config-second")).await?;
    let place = Place::make(cluster, &scene("config-first")).await?;
    place.until(WEB, "0 saved=2").await?;
    let decision = controller.decision(place.name())?["decision"].clone();
    assert_eq!(decision["reason"], "OffHours");
    ensure!(
        decision["until"]
            .as_str()
            .is_some_and(|until| until.contains(":30:00Z")),
        "{decision}"
    );
    // No canary here: it would lie outside the one namespace.
    place
        .patch(
            WEB,
            &json!({ "metadata": { "annotations": { "tarnfui.io/exclude": "true" } } }),
        )
        .await?;
    place.until(WEB, "2").await?;
    wait::until("both writes are logged", BOUND, || {
        Ok(place.writes()? == [PATCH_WEB; 2])
    })?;
    assert_eq!(other.writes()?, [""; 0]);
    Ok(())
}
