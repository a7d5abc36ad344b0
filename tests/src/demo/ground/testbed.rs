//! The testbed as a ground: etcd, kube-apiserver and what belongs to them, on this machine.

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use anyhow::Context as _;
use kube::Client;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::controllers;
use crate::demo::screen::Screen;
use crate::demo::tenancy::Tenancy;
use crate::testbed::{Cluster, Controller, Options, Request, Tool, Tools};

use super::{Access, Workshop};

/// A cluster of the testbed; it ends with the value.
#[derive(Debug)]
pub(super) struct Testbed {
    cluster: Cluster,
    tools: Tools,
}

impl Testbed {
    pub(super) async fn open(screen: &mut Screen) -> anyhow::Result<(Client, Workshop, Self)> {
        let tools = tools().await?;
        screen.say("Starting etcd, kube-apiserver, kube-controller-manager and a fake node.");
        let cluster = start(tools.clone()).await?;
        let client = cluster.client("admin").await?;
        let account = cluster.kubeconfig(controllers::ACCOUNT);
        let workshop = Workshop {
            directory: cluster.directory().to_owned(),
            bin: cluster.bin(),
            arguments: Vec::new(),
            variables: vec![("KUBECONFIG".to_owned(), account.into())],
        };
        Ok((client, workshop, Self { cluster, tools }))
    }

    /// Makes the rights of the controllers, and waits until they are known.
    pub(super) fn grant(&self) -> anyhow::Result<()> {
        controllers::grant(&self.cluster, controllers::RIGHTS)
    }

    /// Every request so far.
    pub(super) fn requests(&self) -> anyhow::Result<Vec<Request>> {
        self.cluster.requests()
    }

    /// Puts kubectl where the plugin is.
    pub(super) fn access(&self, bin: PathBuf) -> anyhow::Result<Access> {
        symlink(self.tools.path(Tool::Kubectl), bin.join("kubectl")).context("link kubectl")?;
        Ok(Access {
            tenancy: Tenancy::Owner,
            kubeconfig: Some(self.cluster.kubeconfig("admin").to_owned()),
            bin,
            has_kubectl: true,
            flags: String::new(),
            plugin_flags: String::new(),
        })
    }
}

/// The programs. On a thread of its own: building them takes minutes, and ctrl-C must not wait for
/// that.
async fn tools() -> anyhow::Result<Tools> {
    let (sender, obtained) = oneshot::channel();
    std::thread::spawn(move || sender.send(Tools::obtain()));
    Ok(obtained.await.context("look for the programs")??)
}

async fn start(tools: Tools) -> anyhow::Result<Cluster> {
    let options = controllers::with_account(Options {
        // Those that the demo needs; the others would only take time from two cores.
        controllers: vec![
            Controller::Deployment,
            Controller::ReplicaSet,
            Controller::StatefulSet,
            Controller::Job,
            Controller::CronJob,
            Controller::Namespace,
            Controller::GarbageCollector,
        ],
        ..Options::default()
    });
    spawn_blocking(move || Cluster::start(&tools, &options)).await?
}
