//! What there is in the cluster, for `status`, `pending` and `doctor`: namespaces, and what lies in them.

use std::collections::BTreeMap;

use futures::future::{join_all, try_join};
use tarnfui_shared::text::did_you_mean;
use tarnfui_shared::workload::{Field, KINDS, Kind};

use crate::args::Target;
use crate::cluster::{Access, Cluster, ClusterError, Namespace, PodTemplate, Which};
use crate::commands::Configuration;
use crate::error::{Hinted, chain};
use crate::view::{Belongings, Gap, Requests};

/// Up to so many named namespaces are listed one by one; for more, one list of all is cheaper.
const MAX_LISTED_ALONE: usize = 4;

/// Up to so many named namespaces are read one by one: those of an order for all may be thousands.
const MAX_READ_ALONE: usize = 32;

/// What was found in the cluster.
pub(in crate::commands) struct Found {
    pub(in crate::commands) namespaces: Vec<Namespace>,
    pub(in crate::commands) belongings: BTreeMap<String, Belongings>,
    pub(in crate::commands) gaps: Vec<Gap>,
    pub(in crate::commands) missing: Vec<ClusterError>,
}

/// Where to list workloads: in these namespaces, or in all.
pub(in crate::commands) fn homes(target: &Target) -> Vec<Option<&str>> {
    match target {
        Target::Named(names) if names.len() <= MAX_LISTED_ALONE => {
            names.iter().map(|name| Some(name.as_str())).collect()
        }
        Target::Named(_) | Target::Selected(_) | Target::All => vec![None],
    }
}

pub(super) async fn find(
    cluster: &Cluster,
    target: &Target,
    configuration: &Configuration,
) -> Result<Found, ClusterError> {
    let homes = homes(target);
    let lists = belongings(cluster, &homes, configuration);
    let ((namespaces, missing), (belongings, gaps)) =
        try_join(namespaces(cluster, target), lists).await?;
    Ok(Found {
        namespaces,
        belongings,
        gaps,
        missing,
    })
}

/// The namespaces that were asked for, and why those that were named and are not among them could not
/// be read.
pub(in crate::commands) async fn namespaces(
    cluster: &Cluster,
    target: &Target,
) -> Result<(Vec<Namespace>, Vec<ClusterError>), ClusterError> {
    match target {
        Target::Named(names) if names.len() > MAX_READ_ALONE => picked(cluster, names).await,
        Target::Named(names) => one_by_one(cluster, names).await,
        Target::Selected(labels) => Ok((cluster.namespaces(Some(labels)).await?, Vec::new())),
        Target::All => Ok((cluster.namespaces(None).await?, Vec::new())),
    }
}

/// The same as [`one_by_one`], from a list of all; where that is not allowed, one by one all the same.
async fn picked(
    cluster: &Cluster,
    names: &[String],
) -> Result<(Vec<Namespace>, Vec<ClusterError>), ClusterError> {
    let all = match cluster.namespaces(None).await {
        Err(error) if error.forbids_all_namespaces() => return one_by_one(cluster, names).await,
        all => all?,
    };
    let mut all: BTreeMap<String, Namespace> = all
        .into_iter()
        .map(|namespace| (namespace.metadata.name.clone(), namespace))
        .collect();
    let known: Vec<String> = all.keys().cloned().collect();
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in names {
        match all.remove(name) {
            Some(namespace) => found.push(namespace),
            None => missing.push(ClusterError::NotFound {
                access: Access::get("namespaces", name, None),
                near: did_you_mean(name, known.iter().map(String::as_str)).map(str::to_owned),
            }),
        }
    }
    Ok((found, missing))
}

/// The named namespaces that exist, and why the others could not be read.
async fn one_by_one(
    cluster: &Cluster,
    names: &[String],
) -> Result<(Vec<Namespace>, Vec<ClusterError>), ClusterError> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for answer in join_all(names.iter().map(|name| cluster.namespace_named(name))).await {
        match answer {
            Ok(namespace) => found.push(namespace),
            Err(error) if error.is_of_the_server() => return Err(error),
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

/// What `list` finds of every kind, also of one that is handled no more: something may still have a
/// mark. A kind that can't be listed is a gap; the others go on.
pub(in crate::commands) async fn of_every_kind<T>(
    homes: &[Option<&str>],
    list: impl AsyncFn(Kind, Option<&str>) -> Result<Vec<T>, ClusterError>,
) -> Result<(Vec<T>, Vec<Gap>), ClusterError> {
    let lists = homes
        .iter()
        .flat_map(|home| KINDS.iter().map(move |row| (*home, row)));
    let answers = lists.map(async |(home, row)| (row, list(row.kind, home).await));
    let (mut all, mut gaps) = (Vec::new(), Vec::<Gap>::new());
    for (row, listed) in join_all(answers).await {
        match listed {
            Ok(mut found) => all.append(&mut found),
            Err(error) if error.is_of_the_server() => return Err(error),
            Err(error) if gaps.iter().all(|gap| gap.what != row.plural) => {
                gaps.push(gap(row.plural, &error));
            }
            Err(_) => {}
        }
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

/// What one pod of each sleeper asks for, by namespace and reference. Only whole objects say it, so
/// only those with a mark are read.
pub(super) async fn requests(
    cluster: &Cluster,
    target: &Target,
    gaps: &mut Vec<Gap>,
) -> Result<BTreeMap<(String, String), Requests>, ClusterError> {
    let homes = homes(target);
    let rows = KINDS.iter().filter(|row| row.field == Field::Replicas);
    let lists = rows.flat_map(|row| homes.iter().map(move |home| (*home, row)));
    let answers = join_all(lists.map(async |(home, row)| {
        let mut found = Vec::new();
        let each = |home, name, template: &PodTemplate| {
            found.push((home, name, Requests::of(template)));
        };
        let listed = cluster.sleepers(row.kind, home, each).await;
        (row, found, listed)
    }));
    let mut all = BTreeMap::new();
    for (row, found, listed) in answers.await {
        for (home, name, requests) in found {
            all.insert((home, format!("{}/{name}", row.singular)), requests);
        }
        match listed {
            Err(error) if error.is_of_the_server() => return Err(error),
            Err(error) if gaps.iter().all(|gap| gap.what != row.plural) => {
                gaps.push(gap(row.plural, &error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(all)
}

fn gap(what: &str, error: &ClusterError) -> Gap {
    let message = format!("{what} are left out: {}", chain(error));
    Gap {
        what: what.to_owned(),
        message,
        hint: error.hint(),
    }
}
