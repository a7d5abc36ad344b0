//! What is not there as a sleeping workload usually is: fields that somebody applies, and marks that
//! can't be read.

use serde_json::json;
use tarnfui_tests::applier::{apply, managers};
use tarnfui_tests::controllers::Launch;
use tarnfui_tests::place::Place;
use tarnfui_tests::release::Release;
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};

use super::{
    DELETE_LEASE, LEASE_GONE, NAMED, PATCH_CONFIG, PAUSES, STAYS_PAUSED, WEB, configure, expect,
    expect_writes, ground, leader,
};

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "where replicas are applied nothing of ours is left in managedFields",
            applied,
        )
        .trial(
            "a mark that can't be read is named and left, and all else comes back",
            unreadable,
        )
}

async fn applied(testbed: &Testbed) -> anyhow::Result<()> {
    const TORN: &str = "deployment/torn";
    let cluster = ground(testbed)?;
    let mut controller = leader(&cluster, &Launch::new("only"))?;
    let scene = ns("shop").says("asleep-until", "forever");
    let place = Place::make(&cluster, &scene).await?;
    let (web, torn) = (ns("shop").deploy("web", 3), ns("shop").deploy("torn", 2));
    apply(&place, &web).await?;
    place.until(WEB, "0 saved=3").await?;
    // The sleep, and the entry that is taken out.
    place.until_it(WEB, |it| managers(it) == ["gitops"]).await?;
    controller.process().end();
    // What is left by a crash between the two writes of a restore.
    apply(&place, &torn).await?;
    for replicas in [0, 2] {
        let patch = json!({ "spec": { "replicas": replicas } });
        place.patch_as("tarnfui-handover", TORN, &patch).await?;
    }
    assert_eq!(
        managers(&place.get(TORN).await?),
        ["gitops", "tarnfui-handover"]
    );

    let ended = Release::start(&cluster, "release", &[])?.end()?;
    let lines = [
        "shop: 1 given back",
        "released 1 workload in 1 namespace; nothing is left",
        LEASE_GONE,
    ];
    expect(&ended, 0, &lines);
    for (reference, scene, replicas) in [(WEB, web, "3"), (TORN, torn, "2")] {
        assert_eq!(managers(&place.get(reference).await?), ["gitops"]);
        // Whoever applied it meets no conflict, and changes nothing.
        apply(&place, &scene).await?;
        assert_eq!(place.see(reference).await?, replicas);
        assert_eq!(managers(&place.get(reference).await?), ["gitops"]);
    }
    let expected = [
        "patch deployments shop/web",
        "patch deployments shop/web",
        "patch deployments shop/torn",
        DELETE_LEASE,
    ];
    expect_writes(&cluster, &expected).await
}

async fn unreadable(testbed: &Testbed) -> anyhow::Result<()> {
    const JOB: &str = "cronjob/odd";
    let cluster = ground(testbed)?;
    configure(&cluster, "{}").await?;
    let scene = ns("lab").deploy("web", 0).marked("saved", "tree");
    let suspended = json!({ "spec": { "suspend": true } });
    let scene = scene.cron_job("odd").marked("saved", "0").with(&suspended);
    let lab = Place::make(&cluster, &scene.deploy("api", 0).marked("saved", "4")).await?;
    let scene = ns("shop").deploy("web", 0).marked("saved", "3");
    let shop = Place::make(&cluster, &scene).await?;
    let were = (lab.get(WEB).await?, lab.get(JOB).await?);

    let why = |it: &str, value: &str, expected: &str, field: &str| {
        format!(
            "left, in lab: {it}: tarnfui.io/saved: {value:?}: expected {expected}; \
             nothing is written; hint: set {field} and take the label away"
        )
    };
    let number = "a whole number above what it sleeps at";
    let lines = |first: &[&str], count: &str| {
        let mut lines: Vec<String> = first.iter().map(|&line| line.to_owned()).collect();
        lines.push(why(WEB, "tree", number, "spec.replicas"));
        lines.push(why(JOB, "0", "false", "spec.suspend"));
        lines.push(format!("released {count}; 2 are left"));
        lines
    };
    let ended = Release::start(&cluster, "first", &[NAMED])?.end()?;
    let first = [PAUSES, "lab: 1 given back", "shop: 1 given back"];
    assert_eq!(ended.out, lines(&first, "2 workloads in 2 namespaces"));
    assert_eq!((ended.err.as_str(), ended.code), ("", Some(1)));
    assert_eq!((lab.get(WEB).await?, lab.get(JOB).await?), were);
    assert_eq!(lab.see("deployment/api").await?, "4");
    assert_eq!(shop.see(WEB).await?, "3");
    let all_else = [
        PATCH_CONFIG,
        "patch deployments lab/api",
        "patch deployments shop/web",
    ];
    expect_writes(&cluster, &all_else).await?;

    // As the hint says.
    let labels = json!({ "labels": { "tarnfui.io/saved": null } });
    for (it, spec) in [
        (WEB, json!({ "replicas": 9 })),
        (JOB, json!({ "suspend": false })),
    ] {
        lab.patch(it, &json!({ "metadata": labels, "spec": spec }))
            .await?;
    }
    let ended = Release::start(&cluster, "second", &[NAMED])?.end()?;
    let lines = [
        super::IS_PAUSED,
        "released 0 workloads in 0 namespaces; nothing is left",
        STAYS_PAUSED,
    ];
    expect(&ended, 0, &lines);
    expect_writes(&cluster, &all_else).await
}
