//! `restore`: what it gives back once no controller does, and what it leaves to one that leads.

use std::process::Output;
use std::time::Duration;

use anyhow::ensure;
use tarnfui_tests::applier::{apply, managers};
use tarnfui_tests::controllers::{Launch, RIGHTS, grant, with_account};
use tarnfui_tests::place::Place;
use tarnfui_tests::scene::{create, ns};
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Cluster, Options};
use tarnfui_tests::wait;

use super::{PATCH_WEB, WEB, tarnfui, tarnfui_on};

const DB: &str = "statefulset/db";
const APPLIED: &str = "deployment/applied";
const ODD: &str = "deployment/odd";

/// How long the log of requests may lag behind what can be seen.
const LOGGED: Duration = Duration::from_secs(5);

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "restore gives back what sleeps once the controller is gone, as it would have itself",
            gone,
        )
        .trial(
            "restore is refused beside a leader that would undo it, and only there",
            led,
        )
}

async fn gone(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.start(&with_account(Options::api_server_only()))?;
    grant(&cluster, RIGHTS)?;
    let mut controller = Launch::new("gone").start_ready(&cluster)?;
    controller.until_leading()?;
    let asleep = || ns("shop").says("asleep-until", "forever");
    let scene = asleep().deploy("web", 3).stateful_set("db", 2);
    let place = Place::make(&cluster, &scene).await?;
    let applied = asleep().deploy("applied", 4);
    apply(&place, &applied).await?;
    for (workload, expected) in [
        (WEB, "0 saved=3"),
        (DB, "0 saved=2"),
        (APPLIED, "0 saved=4"),
    ] {
        place.until(workload, expected).await?;
    }
    place
        .until_it(APPLIED, |it| managers(it) == ["gitops"])
        .await?;
    let ended = controller.process().end();
    ensure!(ended.is_some_and(|it| it.success()), "{ended:?}");
    // Somebody's hand slipped since.
    let odd = asleep().deploy("odd", 0).marked("saved", "x");
    create(place.client(), &serde_json::from_str(&odd.last())?).await?;

    let tried = restore(&cluster, &["shop/deployment/web", "--dry-run=server"])?;
    expect(
        &tried,
        0,
        &["shop/deployment/web restored: 3 replicas (server dry run)"],
        &[],
    )?;
    assert_eq!(place.see(WEB).await?, "0 saved=3");
    let ended = restore(&cluster, &["shop", "--yes"])?;
    let restored = [
        "shop/deployment/applied restored: 4 replicas",
        "shop/deployment/web restored: 3 replicas",
        "shop/statefulset/db restored: 2 replicas",
    ];
    let unread = [
        "shop/deployment/odd has a mark that can't be read: \"x\"",
        "hint: kubectl tarnfui restore shop/deployment/odd --replicas N",
        "kubectl tarnfui wake shop keeps it awake",
    ];
    expect(&ended, 1, &restored, &unread)?;
    let by_hand = restore(
        &cluster,
        &["shop/deployment/odd", "--replicas", "1", "--yes"],
    )?;
    expect(
        &by_hand,
        0,
        &["shop/deployment/odd restored: 1 replica"],
        &[],
    )?;
    for (workload, expected) in [(WEB, "3"), (DB, "2"), (APPLIED, "4"), (ODD, "1")] {
        assert_eq!(place.see(workload).await?, expected, "{workload}");
    }
    let again = restore(&cluster, &["shop", "--yes"])?;
    expect(&again, 0, &[], &["nothing to restore"])?;
    expect_written(&cluster)?;
    // Whoever applied it meets no conflict, and changes nothing.
    assert_eq!(managers(&place.get(APPLIED).await?), ["gitops"]);
    apply(&place, &applied).await?;
    assert_eq!(place.see(APPLIED).await?, "4");

    // And whoever leads next finds nothing to do, but what it is told.
    place.says(&[("asleep-until", None)]).await?;
    let before = place.writes()?;
    let _next = Launch::new("next").start_ready(&cluster)?;
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    place.expect_writes(&before).await
}

async fn led(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let asleep = ns("plugin-led").says("asleep-until", "forever");
    let asleep = Place::make(cluster, &asleep.deploy("web", 2)).await?;
    asleep.until(WEB, "0 saved=2").await?;
    let ended = tarnfui(testbed, "admin", &["restore", "plugin-led", "--yes"])?;
    let refused = [
        "namespace \"plugin-led\": controller \"controller",
        "leads, and would put 1 workload to sleep again",
        "hint: kubectl tarnfui wake plugin-led",
    ];
    expect(&ended, 3, &[], &refused)?;
    asleep.expect_writes(&[PATCH_WEB]).await?;
    assert_eq!(asleep.see(WEB).await?, "0 saved=2");
    // As the hint says.
    let woken = tarnfui(testbed, "admin", &["wake", "plugin-led", "--for", "1h"])?;
    ensure!(woken.status.success(), "{woken:?}");
    asleep.until(WEB, "2").await?;
    // What it would not undo is nobody's but the person's.
    let awake = ns("plugin-led-awake").schedule("always").deploy("web", 0);
    let awake = Place::make(cluster, &awake.marked("saved", "x")).await?;
    let arguments = ["restore", "plugin-led-awake", "--replicas", "2", "--yes"];
    let ended = tarnfui(testbed, "admin", &arguments)?;
    expect(
        &ended,
        0,
        &["plugin-led-awake/deployment/web restored: 2 replicas"],
        &[],
    )?;
    awake.expect_writes(&[]).await?;
    assert_eq!(awake.see(WEB).await?, "2");
    Ok(())
}

fn restore(cluster: &Cluster, arguments: &[&str]) -> anyhow::Result<Output> {
    tarnfui_on(cluster, "admin", &[&["restore"], arguments].concat())
}

/// Fails unless it ended so, printed exactly these lines in any order, and said all of this.
fn expect(ended: &Output, code: i32, lines: &[&str], said: &[&str]) -> anyhow::Result<()> {
    let (out, err) = (
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr),
    );
    let mut found: Vec<&str> = out.lines().collect();
    found.sort_unstable();
    let is_so = ended.status.code() == Some(code)
        && found == lines
        && said.iter().all(|words| err.contains(words));
    ensure!(is_so, "{:?}: {out}\n{err}", ended.status.code());
    Ok(())
}

/// Fails unless the person's own writes were one for each workload, one more where somebody else
/// applies the field, and the one that was only tried.
fn expect_written(cluster: &Cluster) -> anyhow::Result<()> {
    let tried = "deployments/web?fieldManager=tarnfui&dryRun=All";
    let mut expected = vec![
        "deployments/applied?fieldManager=tarnfui-handover",
        "deployments/applied?fieldManager=tarnfui-handover",
        "deployments/odd?fieldManager=tarnfui",
        "deployments/web?fieldManager=tarnfui",
        tried,
        "statefulsets/db?fieldManager=tarnfui",
    ];
    expected.sort_unstable();
    let written = || -> anyhow::Result<Vec<String>> {
        let requests = cluster.requests()?;
        let ours = requests.iter().filter(|it| {
            it.verb == "patch" && it.code == 200 && it.uri.contains("fieldManager=tarnfui")
        });
        let ours = ours.filter(|it| it.user == "admin");
        let tail = |uri: &str| uri.rsplit("/shop/").next().unwrap_or_default().to_owned();
        let mut written: Vec<String> = ours.map(|it| tail(&it.uri)).collect();
        written.sort();
        Ok(written)
    };
    let logged = wait::until("the writes are logged", LOGGED, || {
        Ok(written()?.len() >= expected.len())
    });
    logged.or_else(|_| anyhow::Ok(()))?;
    assert_eq!(written()?, expected);
    Ok(())
}
