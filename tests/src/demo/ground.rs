//! Where it is played: a cluster, and all that the play may know of it.
//!
//! One of three kinds, which differ in where they come from, in how writes are known, and in what is
//! left to do at the end. The play must not ask which it is.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kube::Client;

use crate::multicall;
use crate::roles;
use crate::testbed::{Program, Request};

use super::ROLES;
use super::cast::{self, Namespace};
use super::screen::Screen;
use super::tenancy::Tenancy;

mod current;
mod question;
mod refusal;
mod sandbox;
mod testbed;

pub(super) use crate::manifests::create;
use current::Current;
pub(super) use refusal::Refusal;
use sandbox::Sandbox;
use testbed::Testbed;

/// A sandbox that takes longer than this is on a busy machine, which explains what follows.
const SLOW: Duration = Duration::from_secs(1);

/// The kinds of ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Choice {
    /// An API server and a model of Kubernetes' controllers in this very process
    Sandbox,
    /// A real control plane on this machine, built from source the first time: needs Go
    Testbed,
    /// The cluster of your current kubeconfig context: asks first, and keeps to its own namespaces
    Current,
}

impl Choice {
    /// Whose cluster that is.
    pub(super) fn tenancy(self) -> Tenancy {
        match self {
            Self::Sandbox | Self::Testbed => Tenancy::Owner,
            Self::Current => Tenancy::Guest,
        }
    }
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    /// The kind.
    pub(super) choice: Choice,
    /// Of somebody's clusters the one of this context, not of the current one.
    pub(super) context: Option<String>,
    /// Whether it is agreed to without being asked.
    pub(super) is_agreed: bool,
}

/// A cluster to play on.
pub(super) struct Ground {
    /// A client of whoever made it, or lent it.
    pub(super) client: Client,
    /// Whose it is.
    pub(super) tenancy: Tenancy,
    workshop: Workshop,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Sandbox(Sandbox),
    Testbed(Box<Testbed>),
    Current(Current),
}

/// Where the controllers work, and how they find the cluster.
#[derive(Debug)]
struct Workshop {
    directory: PathBuf,
    bin: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(String, std::ffi::OsString)>,
}

/// How a person gets to the cluster while it stays up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Access {
    /// Whose cluster it is.
    pub(super) tenancy: Tenancy,
    /// The variable that leads there, where it is not the way that kubectl goes anyhow.
    pub(super) kubeconfig: Option<PathBuf>,
    /// Where the plugin lies.
    pub(super) bin: PathBuf,
    /// Whether there is a kubectl on this machine.
    pub(super) has_kubectl: bool,
    /// What kubectl and plugin have to be told of the cluster.
    pub(super) flags: String,
    /// What the plugin has to be told beyond that.
    pub(super) plugin_flags: String,
}

impl Ground {
    /// Gets a cluster. Nothing is made on one that is somebody's, and nothing is left behind where
    /// this is not waited for.
    pub(super) async fn open(
        site: &Site,
        namespaces: &[Namespace],
        screen: &mut Screen,
    ) -> anyhow::Result<Self> {
        let began = Instant::now();
        let (client, workshop, kind) = match site.choice {
            Choice::Sandbox => {
                let (client, workshop, sandbox) = Sandbox::open(screen).await?;
                let took = began.elapsed();
                if took > SLOW {
                    screen.say(&format!("It took {:.1} s to start.", took.as_secs_f64()));
                }
                (client, workshop, Kind::Sandbox(sandbox))
            }
            Choice::Testbed => {
                let (client, workshop, testbed) = Testbed::open(screen).await?;
                (client, workshop, Kind::Testbed(Box::new(testbed)))
            }
            Choice::Current => {
                let (client, workshop, current) = Current::open(site, namespaces, screen).await?;
                (client, workshop, Kind::Current(current))
            }
        };
        std::fs::create_dir_all(&workshop.bin)?;
        multicall::link(&workshop.bin, ROLES)?;
        Ok(Self {
            client,
            tenancy: site.choice.tenancy(),
            workshop,
            kind,
        })
    }

    /// Makes the namespaces, and what the controllers need to work in them. From here on
    /// [`Ground::close`] has something to do.
    pub(super) async fn found(&self, namespaces: &[Namespace]) -> anyhow::Result<()> {
        let places = namespaces.iter().map(|it| &*it.place);
        match &self.kind {
            Kind::Sandbox(sandbox) => sandbox.grant().await?,
            Kind::Testbed(testbed) => testbed.grant()?,
            Kind::Current(current) => {
                let all = std::iter::once(self.tenancy.home()).chain(places);
                return current.claim(&self.client, all).await;
            }
        }
        let bare: Vec<_> = places.map(cast::bare).collect();
        create(&self.client, &bare).await
    }

    /// A controller, to be started in [`Ground::directory`].
    pub(super) fn controller(&self, name: &str) -> Program {
        let Workshop {
            bin,
            arguments,
            variables,
            ..
        } = &self.workshop;
        let program = Program::new(name, bin.join(roles::CONTROLLER.0)).arguments(arguments);
        let with = |program: Program, (name, value): &(String, _)| program.variable(name, value);
        variables.iter().fold(program, with)
    }

    /// Where the controllers leave their logs.
    pub(super) fn directory(&self) -> &Path {
        &self.workshop.directory
    }

    /// Every request so far, where the server tells.
    pub(super) fn requests(&self) -> anyhow::Result<Option<Vec<Request>>> {
        match &self.kind {
            Kind::Sandbox(sandbox) => sandbox.requests().map(Some),
            Kind::Testbed(testbed) => testbed.requests().map(Some),
            Kind::Current(_) => Ok(None),
        }
    }

    /// How a person gets there.
    pub(super) fn access(&self) -> anyhow::Result<Access> {
        let bin = self.workshop.bin.clone();
        match &self.kind {
            Kind::Sandbox(sandbox) => Ok(sandbox.access(bin)),
            Kind::Testbed(testbed) => testbed.access(bin),
            Kind::Current(current) => Ok(current.access(bin)),
        }
    }

    /// The namespaces that do not go by themselves.
    pub(super) fn leftovers(&self) -> &[String] {
        match &self.kind {
            Kind::Sandbox(_) | Kind::Testbed(_) => &[],
            Kind::Current(current) => current.places(),
        }
    }

    /// Removes them, and waits until they are gone.
    pub(super) async fn close(&self) -> anyhow::Result<()> {
        match &self.kind {
            Kind::Sandbox(_) | Kind::Testbed(_) => Ok(()),
            Kind::Current(current) => current.leave(&self.client).await,
        }
    }
}

/// Whether there is a kubectl where people's programs are.
fn has_kubectl() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join("kubectl").is_file())
}
