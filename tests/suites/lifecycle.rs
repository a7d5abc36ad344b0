//! A namespace sleeps and wakes, on a real control plane with a real controller.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use k8s_openapi::api::apps::v1::Deployment;
use kube::api::Api;
use tarnfui_tests::multicall::Role;
use tarnfui_tests::roles;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::Options;
use tarnfui_tests::wait;

const ROLES: &[Role] = &[roles::CONTROLLER];
const BOUND: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    Suite::new(Options::default())
        .roles(ROLES)
        .trial("a Deployment sleeps and wakes", sleeps_and_wakes)
        .run()
}

async fn sleeps_and_wakes(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    cluster.apply(
        r#"
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {tarnfui.io/schedule: "always"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {nodeName: fake, containers: [{name: web, image: web}]}
"#,
    )?;
    let mut controller = cluster
        .program("tarnfui-controller", "tarnfui-controller", "admin")
        .arguments(["--admin-address=127.0.0.1:39080", "--identity=a", "--log=info,tarnfui_controller=debug"])
        .variable(roles::CLOCK_AHEAD, "86400")
        .start(cluster.directory())?;
    let client = cluster.client("admin").await?;
    let api: Api<Deployment> = Api::namespaced(client, "shop");
    let replicas = async || -> anyhow::Result<(Option<i32>, Option<String>)> {
        let it = api.get("web").await?;
        let saved = it.metadata.labels.and_then(|labels| labels.get("tarnfui.io/saved").cloned());
        Ok((it.spec.context("spec")?.replicas, saved))
    };
    cluster.kubectl(&["annotate", "ns", "shop", "tarnfui.io/schedule=never", "--overwrite"])?;
    let asleep = wait::until_async("asleep", BOUND, async || {
        Ok(replicas().await? == (Some(0), Some("3".to_owned())))
    })
    .await;
    println!("{}", controller.log());
    asleep?;
    cluster.kubectl(&["annotate", "ns", "shop", "tarnfui.io/schedule=always", "--overwrite"])?;
    wait::until_async("awake", BOUND, async || Ok(replicas().await? == (Some(3), None))).await?;
    println!("{}", controller.log());
    let out = cluster.kubectl(&["get", "events", "-A"])?;
    println!("{}", String::from_utf8_lossy(&out.stdout));
    controller.end();
    println!("{}", controller.log());
    Ok(())
}
