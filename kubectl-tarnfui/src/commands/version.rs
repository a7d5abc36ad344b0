//! `version`: which versions meet, and who leads.

use crate::args::{Cli, Document, VersionArgs};
use crate::cluster::Cluster;
use crate::error::{Exit, Failure, chain};
use crate::io::{Io, Outside};
use crate::render::{json, table, yaml};
use crate::restore::leader::Leader;
use crate::view::{Controller, Server, Versions};

/// The controller's lease.
pub(super) const LEASE: &str = "tarnfui-controller";

/// Shows what needs no cluster.
pub(super) fn client(args: &VersionArgs, io: &mut Io<'_>) -> Result<Exit, Failure> {
    print(args, io, &Versions::of_client())
}

/// Shows the server's and the controller's as well.
pub(super) async fn run(
    cli: &Cli,
    args: &VersionArgs,
    cluster: &Cluster,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let mut versions = Versions::of_client();
    versions.server = Some(Server {
        version: cluster.version().await?,
    });
    let namespace = cli.controller_namespace.clone();
    let lease = cluster.lease(&namespace, LEASE).await;
    let (holder, message) = match lease {
        // Who was killed is named in its lease for ever after, and leads no more.
        Ok(lease) => match Leader::of((outside.now)(), lease.as_ref()) {
            Leader::Lives(holder) => (Some(holder), None),
            Leader::None => (None, None),
            Leader::Unknown(message) => (None, Some(message)),
        },
        Err(error) => (None, Some(chain(&error))),
    };
    versions.controller = Some(Controller {
        namespace,
        holder,
        message,
    });
    print(args, io, &versions)
}

fn print(args: &VersionArgs, io: &mut Io<'_>, versions: &Versions) -> Result<Exit, Failure> {
    let text = match args.output {
        None => table::versions(versions),
        Some(Document::Json) => json::document(versions)?,
        Some(Document::Yaml) => yaml::document(versions)?,
    };
    io.data(&text).map(|()| Exit::Done)
}
