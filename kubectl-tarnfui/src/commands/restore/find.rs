//! What there is to restore, and whether a controller leads.

use futures::future::try_join3;
use jiff::Timestamp;
use tarnfui_shared::observe::Workload;
use tarnfui_shared::workload::Mark;

use crate::args::{Cli, Object, Target};
use crate::cluster::{Cluster, ClusterError, Namespace, Which};
use crate::commands::status::{homes, namespaces, of_every_kind};
use crate::commands::version::LEASE;
use crate::error::chain;
use crate::io::Outside;
use crate::restore::leader::Leader;
use crate::restore::{Place, Refusal};
use crate::view::Gap;

/// What was found in the cluster.
pub(super) struct Found {
    pub(super) leader: Leader,
    pub(super) namespaces: Vec<Namespace>,
    pub(super) marked: Marked,
    /// Named namespaces that can't be read.
    pub(super) missing: Vec<ClusterError>,
    /// Whether workloads were named.
    pub(super) is_named: bool,
}

/// Workloads that have a mark, each with its namespace, and why others are not among them.
#[derive(Default)]
pub(super) struct Marked {
    pub(super) workloads: Vec<(String, Workload)>,
    pub(super) gaps: Vec<Gap>,
    pub(super) missing: Vec<ClusterError>,
    pub(super) refused: Vec<Refusal>,
}

/// Looks for all that has a mark in `target`; where workloads were named, for these alone.
pub(super) async fn find(
    cli: &Cli,
    cluster: &Cluster,
    (target, workloads): (&Target, &[Object]),
    outside: &Outside<'_>,
) -> Result<Found, ClusterError> {
    let marked = async {
        if workloads.is_empty() {
            listed(cluster, target).await
        } else {
            one_by_one(cluster, workloads).await
        }
    };
    let (leader, (namespaces, missing), marked) = try_join3(
        leader(cli, cluster, outside.now),
        namespaces(cluster, target),
        marked,
    )
    .await?;
    Ok(Found {
        leader,
        namespaces,
        marked,
        missing,
        is_named: !workloads.is_empty(),
    })
}

/// Who leads, by the server's clock where it is known: a person's own may be far off, and would then
/// take one that lives for dead.
async fn leader(
    cli: &Cli,
    cluster: &Cluster,
    clock: &dyn Fn() -> Timestamp,
) -> Result<Leader, ClusterError> {
    let lease = match cluster.lease(&cli.controller_namespace, LEASE).await {
        Ok(lease) => lease,
        Err(error) if error.is_of_the_server() => return Err(error),
        Err(error) => return Ok(Leader::Unknown(chain(&error))),
    };
    let now = cluster.date().await.unwrap_or_else(clock);
    Ok(Leader::of(now, lease.as_ref()))
}

async fn listed(cluster: &Cluster, target: &Target) -> Result<Marked, ClusterError> {
    let list = async |kind, home: Option<&str>| {
        let mut found = Vec::new();
        let each = |home, workload| found.push((home, workload));
        cluster.workloads(kind, home, Which::Marked, each).await?;
        Ok(found)
    };
    let (workloads, gaps) = of_every_kind(&homes(target), list).await?;
    Ok(Marked {
        workloads,
        gaps,
        ..Marked::default()
    })
}

async fn one_by_one(cluster: &Cluster, objects: &[Object]) -> Result<Marked, ClusterError> {
    let mut all = Marked::default();
    for object in objects {
        let Some((kind, name)) = &object.workload else {
            continue;
        };
        let namespace = &object.namespace;
        match cluster.workload_named(*kind, namespace, name).await {
            Ok(workload) if has_nothing_to_give(&workload) => all.refused.push(Refusal::NoMark {
                place: Place::of(namespace, &workload),
            }),
            Ok(workload) => all.workloads.push((namespace.clone(), workload)),
            Err(error) if error.is_of_the_server() => return Err(error),
            Err(error) => all.missing.push(error),
        }
    }
    Ok(all)
}

/// Whether there is neither a mark nor what a restore that was interrupted left behind.
fn has_nothing_to_give(workload: &Workload) -> bool {
    workload.mark == Mark::None && workload.owner.handover_entry.is_none()
}
