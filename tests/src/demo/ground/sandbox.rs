//! The sandbox as a ground: an API server and a model of Kubernetes' controllers in this process.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use kube::Client;
use tarnfui_sandbox::life::Habits;

use crate::demo::screen::Screen;
use crate::demo::tenancy::Tenancy;
use crate::served::Served;
use crate::testbed::Request;

use super::{Access, Workshop, has_kubectl};

/// The sandbox, served for as long as the value lives.
#[derive(Debug)]
pub(super) struct Sandbox(Served);

impl Sandbox {
    pub(super) async fn open(screen: &mut Screen) -> anyhow::Result<(Client, Workshop, Self)> {
        screen.say("An API server in this process, with a model of Kubernetes' own controllers.");
        let served = Served::start("demo", Some(habits())).await?;
        let workshop = Workshop {
            directory: served.directory().to_owned(),
            bin: served.directory().join("bin"),
            arguments: Vec::new(),
            variables: vec![("KUBECONFIG".to_owned(), served.account().into())],
        };
        Ok((served.client().await?, workshop, Self(served)))
    }

    /// Makes the rights of the controllers.
    pub(super) async fn grant(&self) -> anyhow::Result<()> {
        self.0.grant().await
    }

    /// Every request so far, as an audit log has it.
    pub(super) fn requests(&self) -> anyhow::Result<Vec<Request>> {
        self.0
            .requests()
            .context("count the writes of a demo of so many days")
    }

    pub(super) fn access(&self, bin: PathBuf) -> Access {
        Access {
            tenancy: Tenancy::Owner,
            kubeconfig: Some(self.0.kubeconfig().to_owned()),
            bin,
            has_kubectl: has_kubectl(),
            flags: String::new(),
            plugin_flags: String::new(),
        }
    }
}

/// Those of the testbed's fake node, where pods run as soon as they are there.
fn habits() -> Habits {
    let milliseconds = Duration::from_millis;
    Habits {
        with_pods: true,
        ready_after: milliseconds(50)..milliseconds(300),
        gone_after: milliseconds(50)..milliseconds(300),
        ..Habits::default()
    }
}
