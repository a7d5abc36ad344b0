//! Beside controllers, and where whoever leads is dead or can't be told.

use anyhow::{Context as _, ensure};
use jiff::SignedDuration;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::api::{Api, ListParams, Patch, PatchParams};
use rustix::process::Signal;
use serde_json::{Value, json};
use tarnfui_tests::controllers::{Controller, Launch, NAMESPACE};
use tarnfui_tests::place::{BOUND, Place};
use tarnfui_tests::release::{self, Release};
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Cluster, Request};
use tarnfui_tests::wait;

use super::{
    DELETE_LEASE, LEASE_GONE, NAMED, PATCH_CONFIG, PAUSES, STAYS_PAUSED, WEB, config, configure,
    expect, expect_writes, ground, holder, leader, lease,
};

/// How long a lease lives that nobody renews.
const LEASE_LASTS: SignedDuration = SignedDuration::from_secs(15);

/// How often the lease is looked at before a leader that stands still goes on: a second apart, so
/// longer than all of a release takes, and much shorter than the lease lives.
const LOOKS: usize = 4;

/// What is in the namespace `shop`.
const SHOP: [&str; 4] = [WEB, "deployment/api", "statefulset/db", "cronjob/nightly"];

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "beside two controllers all comes back once the leader has heard, and they write no more",
            beside_controllers,
        )
        .trial(
            "after a leader that was killed its lease is waited out, and deleted",
            after_a_kill,
        )
        .trial(
            "without a ConfigMap a leader that lives is not worked against",
            without_configmap,
        )
}

async fn beside_controllers(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = ground(testbed)?;
    let text = "# ours\nkinds: [Deployment, StatefulSet, CronJob] # all\n";
    configure(&cluster, text).await?;
    let launch = |name| Launch::new(name).argument(NAMED);
    let mut first = leader(&cluster, &launch("first"))?;
    let mut second = launch("second").start_ready(&cluster)?;
    let scene = ns("shop").deploy("web", 3).deploy("api", 7);
    let shop = Place::make(&cluster, &scene.stateful_set("db", 2).cron_job("nightly")).await?;
    let scene = ns("lab").deploy("web", 5).saying("sleep-replicas", "1");
    let lab = Place::make(&cluster, &scene).await?;
    let was = (
        written_by_people(&shop, &SHOP).await?,
        written_by_people(&lab, &[WEB]).await?,
    );
    put_to_sleep(&shop, &lab).await?;

    // A leader that stands still says nothing.
    first.process().signal(Signal::STOP)?;
    let holder = holder(&cluster).await?;
    let mut release = Release::start(&cluster, "release", &[NAMED])?;
    let waits = format!("waiting for {holder} to say that it heard");
    release.until("waiting", |it| {
        let asked = cluster.requests()?;
        let looks = asked.iter().filter(|it| is_look_at_lease(it));
        Ok(it.out() == [PAUSES, &waits] && looks.count() >= LOOKS)
    })?;
    expect_writes(&cluster, &[PATCH_CONFIG]).await?;
    assert_eq!(lab.see(WEB).await?, "1 saved=5 asleep-at=1");
    first.process().signal(Signal::CONT)?;
    let lines = [
        PAUSES,
        &waits,
        "lab: 1 given back",
        "shop: 4 given back",
        "released 5 workloads in 2 namespaces; nothing is left",
        &format!("lease/tarnfui-controller stays: {holder} holds it"),
        STAYS_PAUSED,
    ];
    expect(&release.end()?, 0, &lines);

    let config = config(&cluster).await?;
    let expected = json!({ "config.yaml": format!("{text}paused: true\n") });
    assert_eq!(serde_json::to_value(&config.data)?, expected);
    let is = (
        written_by_people(&shop, &SHOP).await?,
        written_by_people(&lab, &[WEB]).await?,
    );
    assert_eq!(is, was);
    let one_each = [
        PATCH_CONFIG,
        "patch cronjobs shop/nightly",
        "patch deployments lab/web",
        "patch deployments shop/api",
        "patch deployments shop/web",
        "patch statefulsets shop/db",
    ];
    expect_writes(&cluster, &one_each).await?;
    write_no_more(&cluster, [&shop, &lab], &mut first, &mut second).await?;
    expect_writes(&cluster, &one_each).await
}

async fn put_to_sleep(shop: &Place<'_>, lab: &Place<'_>) -> anyhow::Result<()> {
    for place in [shop, lab] {
        place.says(&[("asleep-until", Some("forever"))]).await?;
    }
    let slept = [
        "0 saved=3",
        "0 saved=7",
        "0 saved=2",
        "suspended saved=false",
    ];
    for (reference, line) in SHOP.into_iter().zip(slept) {
        shop.until(reference, line).await?;
    }
    lab.until(WEB, "1 saved=5 asleep-at=1").await
}

fn is_look_at_lease(request: &Request) -> bool {
    request.user == release::ACCOUNT && request.verb == "get" && request.resource == "leases"
}

/// Neither `first`, which leads, nor `second`, which follows it, puts anything to sleep again; and
/// that is only because of the pause.
async fn write_no_more(
    cluster: &Cluster,
    [shop, lab]: [&Place<'_>; 2],
    first: &mut Controller,
    second: &mut Controller,
) -> anyhow::Result<()> {
    const SLEPT: [&str; 4] = [
        "patch cronjobs/nightly",
        "patch deployments/api",
        "patch deployments/web",
        "patch statefulsets/db",
    ];
    let scene = ns("later").says("asleep-until", "forever").deploy("web", 1);
    let later = Place::make(cluster, &scene).await?;
    let version = config(cluster).await?.metadata.resource_version;
    for controller in [&mut *first, &mut *second] {
        controller.until("looking at what came later", |it| {
            let decision = it.decision("later");
            decision.is_ok_and(|decision| decision["unknown"] == "Paused")
        })?;
    }
    first.process().end();
    second.until_leading()?;
    // It has written the Lease as who leads and is paused, and looked at everything before that.
    wait::until_async(
        "the second one leads, and says that it heard",
        BOUND,
        async || {
            let lease = lease(cluster).await?.context("a lease")?;
            let notes = lease.metadata.annotations.unwrap_or_default();
            let leads = holder(cluster).await?.starts_with("second");
            Ok(leads && notes.get("tarnfui.io/config-version") == version.as_ref())
        },
    )
    .await?;
    let sorted = |place: &Place<'_>| {
        let mut writes = place.writes()?;
        writes.sort();
        anyhow::Ok(writes)
    };
    assert_eq!(sorted(shop)?, SLEPT);
    assert_eq!(sorted(lab)?, ["patch deployments/web"]);
    assert_eq!(sorted(&later)?, [""; 0]);
    assert_eq!(shop.see(WEB).await?, "3");

    let api: Api<ConfigMap> = Api::namespaced(cluster.client("admin").await?, NAMESPACE);
    let patch = Patch::Merge(json!({ "data": { "config.yaml": "kinds: [Deployment]\n" } }));
    let params = PatchParams::default();
    api.patch("tarnfui-config", &params, &patch).await?;
    later.until(WEB, "0 saved=1").await?;
    shop.until(WEB, "0 saved=3").await?;
    shop.until("deployment/api", "0 saved=7").await?;
    lab.until(WEB, "1 saved=5 asleep-at=1").await?;
    later.expect_writes(&["patch deployments/web"]).await?;
    lab.expect_writes(&["patch deployments/web"; 2]).await?;
    let again = ["patch deployments/api", "patch deployments/web"];
    shop.expect_writes(&[&SLEPT[..], &again[..]].concat()).await
}

async fn after_a_kill(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = ground(testbed)?;
    configure(&cluster, "").await?;
    let mut controller = leader(&cluster, &Launch::new("only").argument(NAMED))?;
    let scene = ns("shop").says("asleep-until", "forever").deploy("web", 3);
    let place = Place::make(&cluster, &scene).await?;
    place.until(WEB, "0 saved=3").await?;
    place.settle().await?;
    controller.process().kill();
    let holder = holder(&cluster).await?;
    let canary = settled(&cluster).await?;

    let ended = Release::start(&cluster, "release", &[NAMED])?.end()?;
    let lines = [
        PAUSES,
        &format!("waiting for {holder} to say that it heard"),
        "shop: 1 given back",
        &format!("{canary}: 1 given back"),
        "released 2 workloads in 2 namespaces; nothing is left",
        LEASE_GONE,
        STAYS_PAUSED,
    ];
    expect(&ended, 0, &lines);
    assert_eq!(place.see(WEB).await?, "3");
    assert_eq!(lease(&cluster).await?, None);
    let expected = [
        PATCH_CONFIG,
        "patch deployments shop/web",
        &format!("patch deployments {canary}/canary"),
        DELETE_LEASE,
    ];
    expect_writes(&cluster, &expected).await?;
    assert_eq!(place.writes()?, ["patch deployments/web"], "it slept once");
    // It can't have been seen to stand still for longer than it was looked at.
    let asked = release::requests(&cluster).await?;
    let look = asked.iter().find(|it| is_look_at_lease(it));
    let write = asked
        .iter()
        .find(|it| it.resource == "deployments" && it.is_write());
    let (look, write) = look.zip(write).context("a look and a write")?;
    let waited = write.received_at.duration_since(look.received_at);
    ensure!(waited >= LEASE_LASTS, "{waited:?} after the first look");
    ensure!(waited < 2 * LEASE_LASTS, "{waited:?} after the first look");
    Ok(())
}

async fn without_configmap(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = ground(testbed)?;
    let mut controller = leader(&cluster, &Launch::new("only"))?;
    let scene = ns("shop").says("asleep-until", "forever").deploy("web", 3);
    let place = Place::make(&cluster, &scene).await?;
    place.until(WEB, "0 saved=3").await?;
    let holder = holder(&cluster).await?;
    let waits = format!("waiting for {holder} to show that it lives, or not to");
    for (name, arguments, missing, way) in [
        (
            "unnamed",
            &[][..],
            "no ConfigMap is named by which to tell it to pause",
            "name it with --config",
        ),
        (
            "missing",
            &[NAMED][..],
            "configmap/tarnfui-config is not there to tell it to pause",
            "create it with `paused: true`",
        ),
    ] {
        let ended = Release::start(&cluster, name, arguments)?.end()?;
        assert_eq!(ended.out, [waits.as_str()]);
        let why = format!(
            "error: {holder} leads, and {missing}; hint: scale the controllers to 0, or {way}, \
             and run this again\n"
        );
        assert_eq!(ended.err, why);
        assert_eq!(ended.code, Some(1));
    }
    expect_writes(&cluster, &[]).await?;
    place.expect_writes(&["patch deployments/web"]).await?;
    assert_eq!(place.see(WEB).await?, "0 saved=3");

    // Scaled to 0.
    controller.process().end();
    let ended = Release::start(&cluster, "alone", &[])?.end()?;
    let canary = settled(&cluster).await?;
    let lines = [
        "shop: 1 given back",
        &format!("{canary}: 1 given back"),
        "released 2 workloads in 2 namespaces; nothing is left",
        LEASE_GONE,
    ];
    expect(&ended, 0, &lines);
    assert_eq!(place.see(WEB).await?, "3");
    assert_eq!(lease(&cluster).await?, None);
    let canary = format!("patch deployments {canary}/canary");
    let expected = ["patch deployments shop/web", &canary, DELETE_LEASE];
    expect_writes(&cluster, &expected).await
}

/// The one namespace in which a controller was seen to have done all that it had to.
async fn settled(cluster: &Cluster) -> anyhow::Result<String> {
    let api: Api<Namespace> = Api::all(cluster.client("admin").await?);
    let names = api.list(&ListParams::default()).await?.items.into_iter();
    let mut names = names.filter_map(|it| it.metadata.name);
    let canary = names.find(|name| name.starts_with("shop-canary-"));
    canary.context("no canary")
}

/// What of an object is anybody's but the server's.
async fn written_by_people(place: &Place<'_>, references: &[&str]) -> anyhow::Result<Vec<Value>> {
    let mut objects = Vec::new();
    for reference in references {
        let object = place.get(reference).await?;
        let metadata = &object["metadata"];
        let (labels, annotations) = (&metadata["labels"], &metadata["annotations"]);
        objects.push(json!([reference, labels, annotations, object["spec"]]));
    }
    Ok(objects)
}
