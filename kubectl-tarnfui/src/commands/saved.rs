//! `saved`: what sleeps by our hand, and what comes back; and with `--forget` the end of one mark.

use std::collections::BTreeMap;

use futures::future::try_join;
use tarnfui_shared::zone::Zone;

use super::status::{homes, namespaces, of_every_kind, only, tell_missing};
use super::{Configuration, is_for_people, style, tell_gaps};
use crate::args::{Cli, Output, SavedArgs, Target};
use crate::cluster::{Cluster, ClusterError, Marked, Namespace};
use crate::error::{Exit, Failure, one_line};
use crate::io::{Io, Outside};
use crate::reading::Reading;
use crate::render::{self, json, table, yaml};
use crate::view::{DocumentKind, Gap, List, SavedWorkload};

mod forget;

/// What was found.
struct Found {
    namespaces: Vec<Namespace>,
    marked: Vec<Marked>,
    gaps: Vec<Gap>,
    missing: Vec<ClusterError>,
}

pub(super) async fn run(
    cli: &Cli,
    args: &SavedArgs,
    cluster: &Cluster,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let flag = cli.connection.namespace.as_deref();
    if let Some(object) = args.forgotten(flag, io.terminal)? {
        return forget::run(args, &object, cluster, io).await;
    }
    // Only the zone of times hangs on the configuration, so one that can't be read is no gap.
    let configuration = Configuration::load(cluster, &cli.controller_namespace).await?;
    let mut found = found(cluster, args.selection.target(flag)?).await?;
    let zones: BTreeMap<&str, Zone> = found
        .namespaces
        .iter()
        .map(|namespace| {
            let metadata = &namespace.metadata;
            let reading = Reading::of(
                &metadata.name,
                &metadata.annotations,
                configuration.config(),
            );
            (metadata.name.as_str(), reading.zone)
        })
        .collect();
    found.marked.sort_by(|a, b| key(a).cmp(&key(b)));
    // One in a namespace that was not listed lies beside what was asked for.
    let shown = found.marked.iter().filter_map(|marked| {
        let zone = zones.get(marked.namespace.as_str())?.clone();
        Some(SavedWorkload::of(marked, zone))
    });
    let shown: Vec<SavedWorkload> = shown.collect();
    let is_nothing = found.namespaces.is_empty() && !found.missing.is_empty();
    tell_gaps(io, &found.gaps, is_nothing);
    let list = List::new(DocumentKind::SavedWorkloadList, &shown).without(&found.gaps);
    let text = match args.output {
        Output::Table | Output::Wide => {
            let now = (outside.now)();
            table::saved(&shown, style(cli, args.listing(), io.terminal, now))
        }
        Output::Json => json::document(&list)?,
        Output::Yaml => yaml::document(&list)?,
        Output::Name => render::workloads(
            shown
                .iter()
                .map(|it| (it.namespace.as_str(), it.workload.as_str())),
        ),
    };
    io.data(&text)?;
    if is_for_people(args.output) && !is_nothing {
        tell(io, &shown, !found.gaps.is_empty());
    }
    Ok(tell_missing(io, &found.missing))
}

fn key(marked: &Marked) -> (&str, tarnfui_shared::workload::Kind, &str) {
    (&marked.namespace, marked.kind, &marked.name)
}

/// Everything with a mark where it was asked for; in the context's namespace alone where nothing was
/// said and not all namespaces may be listed.
async fn found(cluster: &Cluster, target: Option<Target>) -> Result<Found, ClusterError> {
    let may_fall_back = target.is_none();
    match find(cluster, &target.unwrap_or(Target::All)).await {
        Err(error) if may_fall_back && error.forbids_all_namespaces() => {
            let here = Target::Named(vec![cluster.namespace.clone()]);
            let mut found = find(cluster, &here).await?;
            found.gaps.insert(0, only(&cluster.namespace, &error));
            Ok(found)
        }
        found => found,
    }
}

async fn find(cluster: &Cluster, target: &Target) -> Result<Found, ClusterError> {
    let homes = homes(target);
    let lists = of_every_kind(&homes, async |kind, home| cluster.marked(kind, home).await);
    let ((namespaces, missing), (marked, gaps)) =
        try_join(namespaces(cluster, target), lists).await?;
    Ok(Found {
        namespaces,
        marked,
        gaps,
        missing,
    })
}

/// Tells the sum, and what is wrong.
fn tell(io: &mut Io<'_>, shown: &[SavedWorkload], has_gaps: bool) {
    if shown.is_empty() {
        let where_read = if has_gaps { " that could be read" } else { "" };
        io.tell(&format!(
            "nothing is saved: no workload{where_read} has a mark"
        ));
        return;
    }
    io.tell(&table::saved_summary(shown));
    for (namespace, problem) in shown
        .iter()
        .flat_map(|it| it.problems.iter().map(|problem| (&it.namespace, problem)))
    {
        let whose = problem.workload.as_deref().unwrap_or_default();
        let (key, message) = (&problem.key, &problem.message);
        io.tell(&one_line(&format!(
            "problem: {namespace}/{whose}: {key}: {message}"
        )));
        if let Some(hint) = &problem.hint {
            io.tell(&one_line(&format!("hint: {hint}")));
        }
    }
}
