//! `status`: which namespaces are awake or asleep, why, and what comes next.

use std::collections::BTreeMap;

use futures::future::{join_all, try_join};
use tarnfui_shared::workload::KINDS;

use super::{Configuration, configuration, is_for_people, tell_gap};
use crate::args::{Cli, Output, StatusArgs, Target};
use crate::cluster::{Cluster, ClusterError, Namespace, Which};
use crate::error::{Exit, Failure, Hinted, chain};
use crate::io::{Io, Outside};
use crate::render::table::{Columns, Layout};
use crate::render::{self, json, table, yaml};
use crate::view::{Belongings, DocumentKind, Gap, List, NamespaceStatus, Seen, namespace_status};

/// Up to so many named namespaces are listed one by one; for more, one list of all is cheaper.
const MAX_LISTED_ALONE: usize = 4;

/// What was found in the cluster.
struct Found {
    namespaces: Vec<Namespace>,
    belongings: BTreeMap<String, Belongings>,
    gaps: Vec<Gap>,
    missing: Vec<ClusterError>,
}

pub(super) async fn run(
    cli: &Cli,
    args: &StatusArgs,
    cluster: &Cluster,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let target = args.selection.target(cli.connection.namespace.as_deref())?;
    let target = target.unwrap_or(Target::All);
    let is_named = matches!(target, Target::Named(_));
    let configuration = configuration(cli, cluster, io).await?;
    let found = find(cluster, &target, &configuration).await?;

    let now = (outside.now)();
    let nothing = Belongings::default();
    let mut shown: Vec<NamespaceStatus> = Vec::new();
    for namespace in &found.namespaces {
        let belongings = found
            .belongings
            .get(&namespace.metadata.name)
            .unwrap_or(&nothing);
        let known = configuration.known();
        let seen = Seen {
            namespace,
            belongings,
            known,
        };
        shown.push(namespace_status(now, &seen, is_named));
    }
    let all = shown.len();
    shown.retain(|status| is_named || !status.is_plain);

    found.gaps.iter().for_each(|gap| tell_gap(io, gap));
    let gaps: Vec<Gap> = configuration
        .gap()
        .into_iter()
        .chain(&found.gaps)
        .cloned()
        .collect();
    let layout = Layout {
        columns: io.terminal.columns,
        is_headless: args.no_headers,
    };
    let list = List::new(DocumentKind::NamespaceStatusList, &shown).without(&gaps);
    let text = match args.output {
        Output::Table => table::namespaces(now, &shown, Columns::Usual, layout),
        Output::Wide => table::namespaces(now, &shown, Columns::Wide, layout),
        Output::Json => json::document(&list)?,
        Output::Yaml => yaml::document(&list)?,
        Output::Name => render::names(shown.iter().map(|status| status.namespace.as_str())),
    };
    io.data(&text)?;
    if is_for_people(args.output) && !is_named {
        io.tell(&table::summary(&shown, all - shown.len()));
    }
    Ok(tell_missing(io, &found.missing))
}

async fn find(
    cluster: &Cluster,
    target: &Target,
    configuration: &Configuration,
) -> Result<Found, Failure> {
    let (homes, alone): (Vec<Option<&str>>, _) = match target {
        Target::Named(names) if names.len() <= MAX_LISTED_ALONE => (
            names.iter().map(|name| Some(name.as_str())).collect(),
            Some(names),
        ),
        Target::Named(names) => (vec![None], Some(names)),
        Target::Selected(_) | Target::All => (vec![None], None),
    };
    let labels = match target {
        Target::Selected(labels) => Some(labels.as_str()),
        Target::Named(_) | Target::All => None,
    };
    let namespaces = async {
        match alone {
            Some(names) => one_by_one(cluster, names).await,
            None => Ok((cluster.namespaces(labels).await?, Vec::new())),
        }
    };
    let lists = async { Ok(belongings(cluster, &homes, configuration).await?) };
    let ((namespaces, missing), (belongings, gaps)) = try_join(namespaces, lists).await?;
    Ok(Found {
        namespaces,
        belongings,
        gaps,
        missing,
    })
}

/// The named namespaces that exist, and why the others could not be read.
async fn one_by_one(
    cluster: &Cluster,
    names: &[String],
) -> Result<(Vec<Namespace>, Vec<ClusterError>), Failure> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for answer in join_all(names.iter().map(|name| cluster.namespace_named(name))).await {
        match answer {
            Ok(namespace) => found.push(namespace),
            Err(error) if error.is_of_the_server() => return Err(error.into()),
            Err(error) => missing.push(error),
        }
    }
    Ok((found, missing))
}

/// The workloads in these namespaces. A kind that can't be listed is a gap; the others go on.
async fn belongings(
    cluster: &Cluster,
    homes: &[Option<&str>],
    configuration: &Configuration,
) -> Result<(BTreeMap<String, Belongings>, Vec<Gap>), ClusterError> {
    let lists = homes
        .iter()
        .flat_map(|home| KINDS.iter().map(move |row| (*home, row)));
    let answers = join_all(lists.map(async |(home, row)| {
        // Of a kind that is not handled only what still has a mark is of interest.
        let is_handled = configuration.config().kinds.contains(row.kind);
        let which = if is_handled {
            Which::All
        } else {
            Which::Marked
        };
        let mut found = Vec::new();
        let listed = cluster
            .workloads(row.kind, home, which, |home, it| found.push((home, it)))
            .await;
        (row, found, listed)
    }));
    let mut all: BTreeMap<String, Belongings> = BTreeMap::new();
    let mut gaps: Vec<Gap> = Vec::new();
    for (row, found, listed) in answers.await {
        for (home, workload) in found {
            all.entry(home).or_default().workloads.push(workload);
        }
        let Err(error) = listed else { continue };
        if error.is_of_the_server() {
            return Err(error);
        }
        if gaps.iter().all(|gap| gap.what != row.plural) {
            gaps.push(gap(row.plural, &error));
        }
    }
    let has_floor = all.values().flat_map(|it| &it.workloads).any(|workload| {
        workload
            .own
            .as_ref()
            .is_some_and(|own| own.annotations.sleep_replicas.is_present())
    });
    if has_floor {
        gaps.extend(autoscalers(cluster, homes, &mut all).await?);
    }
    for belongings in all.values_mut() {
        belongings
            .workloads
            .sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    }
    Ok((all, gaps))
}

/// Adds the autoscalers, which only matter where a workload keeps a floor.
async fn autoscalers(
    cluster: &Cluster,
    homes: &[Option<&str>],
    all: &mut BTreeMap<String, Belongings>,
) -> Result<Option<Gap>, ClusterError> {
    for home in homes {
        match cluster.autoscalers(*home).await {
            Ok(found) => found.into_iter().for_each(|(home, autoscaler)| {
                all.entry(home).or_default().autoscalers.push(autoscaler);
            }),
            Err(error) if error.is_of_the_server() => return Err(error),
            Err(error) => return Ok(Some(gap("horizontalpodautoscalers", &error))),
        }
    }
    Ok(None)
}

fn gap(what: &str, error: &ClusterError) -> Gap {
    let message = format!("{what} are left out: {}", chain(error));
    Gap {
        what: what.to_owned(),
        message,
        hint: error.hint(),
    }
}

/// Tells which of the named namespaces could not be shown.
fn tell_missing(io: &mut Io<'_>, missing: &[ClusterError]) -> Exit {
    let failures = missing.iter().map(|error| io.report(&error.clone().into()));
    failures.max().unwrap_or(Exit::Done)
}
