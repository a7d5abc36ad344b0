//! `release --all` as people run it before an uninstall: beside controllers, after them, interrupted,
//! and where not everything can be given back.
//!
//! It acts on a whole cluster, so each trial has one of its own.

use std::process::ExitCode;

use anyhow::Context as _;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::Api;
use serde_json::json;
use tarnfui_tests::controllers::{self, Controller, LEASE, Launch, NAMESPACE};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::release::{self, Ended, writes};
use tarnfui_tests::roles;
use tarnfui_tests::scene::create;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Cluster, Options};

mod leaders;
mod marks;
mod runs;

const ROLES: &[Role] = &[roles::CONTROLLER];

const WEB: &str = "deployment/web";

/// What is said, and asked, of the configuration and the Lease.
const NAMED: &str = "--config=tarnfui-config";
const PAUSES: &str = "configmap/tarnfui-config now says `paused: true`";
const IS_PAUSED: &str = "configmap/tarnfui-config says `paused: true`";
const STAYS_PAUSED: &str = "configmap/tarnfui-config stays paused: controllers that read it do \
                            nothing until somebody changes that";
const LEASE_GONE: &str = "lease/tarnfui-controller is deleted";
const PATCH_CONFIG: &str = "patch configmaps tarnfui-system/tarnfui-config";
const DELETE_LEASE: &str = "delete leases tarnfui-system/tarnfui-controller";

fn main() -> ExitCode {
    let suite = Suite::new(options()).roles(ROLES).at_once(2);
    let suite = marks::trials(runs::trials(leaders::trials(suite)));
    suite.run()
}

fn options() -> Options {
    release::with_account(controllers::with_account(Options::api_server_only()))
}

/// A cluster on which controllers and releases have their rights, and nothing else.
fn ground(testbed: &Testbed) -> anyhow::Result<Cluster> {
    let cluster = testbed.start(&options())?;
    controllers::grant(&cluster, controllers::RIGHTS)?;
    release::grant(&cluster)?;
    Ok(cluster)
}

async fn configure(cluster: &Cluster, text: &str) -> anyhow::Result<()> {
    let map = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": "tarnfui-config", "namespace": NAMESPACE },
        "data": { "config.yaml": text },
    });
    create(&cluster.client("admin").await?, &map).await?;
    Ok(())
}

async fn config(cluster: &Cluster) -> anyhow::Result<ConfigMap> {
    let api = Api::namespaced(cluster.client("admin").await?, NAMESPACE);
    api.get("tarnfui-config").await.context("get the ConfigMap")
}

async fn lease(cluster: &Cluster) -> anyhow::Result<Option<Lease>> {
    let api = Api::namespaced(cluster.client("admin").await?, NAMESPACE);
    api.get_opt(LEASE).await.context("get the lease")
}

async fn holder(cluster: &Cluster) -> anyhow::Result<String> {
    let spec = lease(cluster).await?.and_then(|lease| lease.spec);
    let holder = spec.and_then(|spec| spec.holder_identity);
    holder.context("nobody holds the lease")
}

fn leader(cluster: &Cluster, launch: &Launch) -> anyhow::Result<Controller> {
    let mut controller = launch.start_ready(cluster)?;
    controller.until_leading()?;
    Ok(controller)
}

/// A release that ended so: nothing on stderr, and these lines on stdout.
fn expect(ended: &Ended, code: i32, out: &[&str]) {
    assert_eq!(ended.out, out);
    assert_eq!(ended.err, "");
    assert_eq!(ended.code, Some(code));
}

/// Fails unless releases have made these writes and no other; in any order.
async fn expect_writes(cluster: &Cluster, expected: &[&str]) -> anyhow::Result<()> {
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(writes(cluster).await?, expected);
    Ok(())
}
