//! `doctor`: asks everything there is to ask, and says what is wrong.
//!
//! A question that fails is a finding of its own and keeps no other from being asked; only where the
//! server does not answer at all there is nothing more to find out.

use futures::future::{join3, try_join_all};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::config::CONFIG_NAME;
use tarnfui_shared::decide::Unknown;
use tarnfui_shared::problem::Code;
use tarnfui_shared::workload::Kind;

use super::configuration::Configuration;
use super::status::{Look, Looker};
use super::version::LEASE;
use crate::args::{Cli, DoctorArgs, Document, Target};
use crate::cluster::{Cluster, ClusterError, Subject};
use crate::error::{Exit, Failure};
use crate::io::{Io, Outside};
use crate::render::{json, table, yaml};
use crate::rights::{ACCOUNT, Right};
use crate::view::{
    Asked, Diagnosis, Findings, Gap, NEIGHBOURS, NamespaceStatus, Namespaces, Obstacle, OwnRights,
};

/// Questions about rights in flight.
const IN_FLIGHT: usize = 8;

/// The server says whole seconds: on the average it is half a second later than it says.
const HALF_A_SECOND: SignedDuration = SignedDuration::from_millis(500);

pub(super) async fn run(
    cli: &Cli,
    args: &DoctorArgs,
    cluster: &Cluster,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let diagnosis = match cluster.version().await {
        Ok(version) => Diagnosis::of(&findings(cli, cluster, version, outside).await),
        Err(error) => Diagnosis::without_server(&error),
    };
    let text = match args.output {
        None => table::diagnosis(
            &diagnosis,
            io.terminal.columns,
            cli.color.is_on(io.terminal),
        ),
        Some(Document::Json) => json::document(&diagnosis)?,
        Some(Document::Yaml) => yaml::document(&diagnosis)?,
    };
    io.data(&text)?;
    if !diagnosis.complete {
        io.tell("note: what is unknown could not be checked: it may be well, or not");
    }
    // Whoever may not see everything could never end with 0 otherwise.
    Ok(if diagnosis.healthy {
        Exit::Done
    } else {
        Exit::NotMet
    })
}

async fn findings<'a>(
    cli: &'a Cli,
    cluster: &'a Cluster,
    version: String,
    outside: &Outside<'_>,
) -> Findings<'a> {
    let home = cli.controller_namespace.as_str();
    // Before anything else is on the way that could hold it up.
    let (before, date) = ((outside.now)(), cluster.date().await);
    let after = (outside.now)();
    let account = Subject::Account {
        namespace: home.to_owned(),
        name: ACCOUNT.to_owned(),
    };
    let needed = Right::of_controller(home);
    let asked_of_account = needed.len();
    let own = own_rights(cluster, home);
    let (own, missing, neighbours) =
        join3(own, missing(cluster, &account, needed), neighbours(cluster)).await;
    let own_scope = own.as_ref().is_ok_and(|own| !own.lists_all);
    let target = if own_scope {
        Target::Named(vec![cluster.namespace.clone()])
    } else {
        Target::All
    };
    let lease = cluster.lease(home, LEASE);
    let map = cluster.config_map_version(home, CONFIG_NAME);
    let (lease, map, configuration) = join3(lease, map, Configuration::load(cluster, home)).await;
    let looker = Looker::at(home, cluster, target);
    let look = looker.look(outside.now).await;
    let gap = configuration.as_ref().ok().and_then(Configuration::gap);
    Findings {
        now: (outside.now)(),
        address: &cluster.server,
        version,
        server_now: date.map(|date| at_end(date, before, after, (outside.now)())),
        own: asked(own),
        account: asked(missing),
        asked_of_account,
        account_name: format!("{home}/{ACCOUNT}"),
        home,
        lease: asked(lease),
        configuration: asked(map),
        configuration_fault: gap.map(Obstacle::from),
        is_paused: configuration.is_ok_and(|it| it.config().is_paused),
        namespaces: asked(look).map(|look| namespaces(&look)),
        neighbours: asked(neighbours),
    }
}

/// What time the server has at `now`, from what it said in between `before` and `after`.
fn at_end(date: Timestamp, before: Timestamp, after: Timestamp, now: Timestamp) -> Timestamp {
    let half_way = after.duration_since(before) / 2;
    date + HALF_A_SECOND + half_way + now.duration_since(after)
}

fn asked<T>(answer: Result<T, ClusterError>) -> Asked<T> {
    answer.map_err(|error| Obstacle::from(&error))
}

async fn own_rights(cluster: &Cluster, home: &str) -> Result<OwnRights, ClusterError> {
    let here = cluster.namespace.clone();
    let caller = Subject::Caller;
    let lists_all = cluster.may(&caller, &Right::to_list_namespaces()).await?;
    let needed = Right::of_plugin(&here, lists_all, home);
    let missing = missing(cluster, &caller, needed).await?;
    Ok(OwnRights {
        here,
        lists_all,
        missing,
    })
}

/// Those of the rights that `subject` does not have, in their order.
async fn missing(
    cluster: &Cluster,
    subject: &Subject,
    needed: Vec<Right>,
) -> Result<Vec<Right>, ClusterError> {
    let answers = stream::iter(needed).map(|right| async move {
        let may = cluster.may(subject, &right).await?;
        Ok((!may).then_some(right))
    });
    answers
        .buffered(IN_FLIGHT)
        .try_filter_map(async |missing| Ok(missing))
        .try_collect()
        .await
}

async fn neighbours(cluster: &Cluster) -> Result<Vec<bool>, ClusterError> {
    try_join_all(NEIGHBOURS.iter().map(|it| cluster.knows(it.api, it.plural))).await
}

fn namespaces(look: &Look) -> Namespaces {
    let shown = || look.shown.iter().filter(|status| !status.is_plain);
    let faulty = shown().filter(|status| status.is_faulty());
    let floors = shown().flat_map(|status| {
        let problems = status.problems.iter();
        let floors = problems.filter(|problem| problem.code == Code::FloorUnderAutoscaler);
        floors.map(|problem| {
            let workload = problem.workload.as_deref().unwrap_or_default();
            format!("{}/{workload}", status.namespace)
        })
    });
    let gaps = || look.gaps.iter().filter(|gap| gap.what != "configuration");
    // No autoscaler targets a CronJob.
    let hides_floors = |gap: &&Gap| gap.what != Kind::CronJob.row().plural;
    let missing = look.missing.iter().map(Obstacle::from);
    let is_undecided =
        |it: &&NamespaceStatus| it.unknown.is_some_and(|it| it != Unknown::Terminating);
    let undecided = shown().find(is_undecided).map(|it| Obstacle {
        message: format!(
            "{} can't be decided on, for one, by the configuration",
            it.namespace
        ),
        hint: None,
    });
    Namespaces {
        all: shown().count(),
        faulty: faulty.map(|status| status.namespace.clone()).collect(),
        floors: floors.collect(),
        appliers: look.appliers.clone().into_iter().collect(),
        floor_gap: gaps().find(hides_floors).map(Obstacle::from),
        gaps: gaps()
            .map(Obstacle::from)
            .chain(missing)
            .chain(undecided)
            .collect(),
    }
}
