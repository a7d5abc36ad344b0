//! Rights that are missing, for one kind or for all.

use anyhow::{Context as _, ensure};
use tarnfui_tests::controllers::{ACCOUNT, Launch, RIGHTS, grant, with_account};
use tarnfui_tests::place::{BOUND, Place};
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::Options;
use tarnfui_tests::wait;

use super::{PATCH_WEB, WEB};

const RULE: &str = "  - apiGroups: [apps]
    resources: [statefulsets]
    verbs: [get, list, watch, patch]
";

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "a kind without rights is named, and the others go on",
            kind_without_rights,
        )
        .trial(
            "a token that is refused is said, and waited for",
            refused_token,
        )
}

async fn kind_without_rights(testbed: &Testbed) -> anyhow::Result<()> {
    ensure!(
        RIGHTS.contains(RULE),
        "deploy/rbac.yaml has no such rule any more"
    );
    let cluster = testbed.start(&with_account(Options::api_server_only()))?;
    grant(&cluster, &RIGHTS.replace(RULE, ""))?;
    let mut controller = Launch::new("controller").start_ready(&cluster)?;
    controller.until_leading()?;
    let scene = ns("rights")
        .says("asleep-until", "forever")
        .deploy("web", 2)
        .stateful_set("db", 1);
    let place = Place::make(&cluster, &scene).await?;
    place.until(WEB, "0 saved=2").await?;
    place.expect_writes(&[PATCH_WEB]).await?;
    let (code, text) = controller.readiness()?;
    ensure!(code == 200, "{text}");
    ensure!(
        text.contains("cannot watch statefulsets: not allowed; hint: grant list and watch"),
        "{text}"
    );

    // Seen, and not to be written.
    grant(
        &cluster,
        &RIGHTS.replace(RULE, &RULE.replace(", patch", "")),
    )?;
    let note = place
        .until_event("Warning WriteRefused StatefulSet/db")
        .await?;
    ensure!(note.contains("cannot patch resource"), "{note}");
    assert_eq!(place.see("statefulset/db").await?, "1");

    grant(&cluster, RIGHTS)?;
    place.until("statefulset/db", "0 saved=1").await?;
    wait::until("the fault is over", BOUND, || {
        Ok(controller.readiness()?.1 == "ok\n")
    })
}

async fn refused_token(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let config = std::fs::read_to_string(cluster.kubeconfig(ACCOUNT))?;
    let mut config: serde_json::Value = serde_json::from_str(&config)?;
    config["users"][0]["user"]["token"] = "of-nobody".into();
    let path = cluster.directory().join("refused.kubeconfig");
    std::fs::write(&path, config.to_string())?;
    let launch = Launch::new("refused").argument(&format!("--kubeconfig={}", path.display()));
    let mut controller = launch.start(cluster)?;
    controller.until("saying so", |it| {
        it.readiness().is_ok_and(|(code, text)| {
            code == 503
                && text.contains(
                    "cannot watch namespaces: the API server refuses the credentials; hint: ",
                )
                && text.contains("the API server does not accept the account")
        })
    })?;
    controller.process().check().context("it goes on trying")
}
