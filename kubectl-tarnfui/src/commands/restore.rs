//! `restore`: gives back by hand what sleeps, for when no controller does.
//!
//! The changes are the controller's own, planned by the same code and written under the same names,
//! one versioned request for each; so whoever leads next finds what it would have left itself.

use std::collections::BTreeMap;

use futures::{StreamExt, stream};
use jiff::Timestamp;
use tarnfui_shared::change::{Change, Op};
use tarnfui_shared::observe::Workload;
use tarnfui_shared::workload::Mark;

mod find;
mod hand;

use find::Found;
use hand::{Answer, Hand};

use super::{Configuration, is_for_people, tell_gaps};
use crate::args::{Cli, Output, RestoreArgs, Restored, Target};
use crate::cluster::Cluster;
use crate::error::{Exit, Failure};
use crate::io::{Io, Outside};
use crate::reading::Reading;
use crate::render::{self, json, table, yaml};
use crate::restore::leader::{Leader, would_sleep};
use crate::restore::{Place, Refusal, next_change};
use crate::view::{DocumentKind, Gap, List, RestoredWorkload};
use crate::words::{amount, counted, stays};

/// Restores in flight: enough to hide the way to the server, too few to trouble it.
const IN_FLIGHT: usize = 8;

/// Workloads that are listed before the question; of more, the number says enough.
const MAX_LISTED: usize = 10;

/// A workload that is to be restored.
struct Restorable {
    namespace: String,
    workload: Workload,
    first: Change,
    /// Whether a controller would put it to sleep again.
    would_sleep: bool,
}

pub(super) async fn run(
    cli: &Cli,
    args: &RestoreArgs,
    cluster: &Cluster,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let Restored { target, workloads } =
        args.restored(cli.connection.namespace.as_deref(), io.terminal)?;
    let is_said = target.is_some();
    let target = target.unwrap_or_else(|| Target::Named(vec![cluster.namespace.clone()]));
    let configuration = Configuration::load(cluster, &cli.controller_namespace).await?;
    tell_gaps(io, configuration.gap().cloned().as_slice(), false);
    let found = find::find(cli, cluster, (&target, &workloads), outside).await?;
    let mut failures: Vec<Failure> = Vec::new();
    failures.extend(found.missing.iter().cloned().map(Failure::from));
    failures.extend(found.marked.missing.iter().cloned().map(Failure::from));
    failures.extend(found.marked.refused.iter().cloned().map(Failure::from));
    failures.extend(found.marked.gaps.iter().map(left_out));

    let now = (outside.now)();
    let (sleepers, refused) = planned(now, args, &found, &configuration);
    failures.extend(refused.into_iter().map(Failure::from));
    let (sleepers, refused) = unless_undone(sleepers, &found.leader);
    failures.extend(refused.into_iter().map(Failure::from));
    // What is known by now is worth knowing before the question.
    let mut exit = report(io, &failures);
    if sleepers.is_empty() {
        if failures.is_empty() {
            io.tell(&nothing(&target, is_said));
        }
        print(args, io, (&[], &found.marked.gaps))?;
        return Ok(exit);
    }
    warn(cli, io, &sleepers);
    if args.must_ask() && !asked(io, &sleepers) {
        io.tell("nothing was written");
        return Ok(exit.max(Exit::Failed));
    }
    let hand = Hand {
        cluster,
        args,
        outside,
    };
    let answers = stream::iter(sleepers).map(|sleeper| hand.restore(sleeper));
    let answers: Vec<Answer> = answers.buffered(IN_FLIGHT).collect().await;
    let done: Vec<RestoredWorkload> = answers.iter().filter_map(|it| it.done.clone()).collect();
    print(args, io, (&done, &found.marked.gaps))?;
    for answer in answers {
        if let Some(note) = answer.note {
            io.tell(&note);
        }
        if let Some(failure) = answer.failure {
            exit = exit.max(io.report(&failure));
        }
    }
    Ok(exit)
}

/// What is said where nothing sleeps; where nothing was named, also where was looked.
fn nothing(target: &Target, is_said: bool) -> String {
    match target {
        Target::Named(names) if !is_said => {
            let name = names.first().map(String::as_str).unwrap_or_default();
            format!("nothing to restore in namespace {name:?}; -A looks everywhere")
        }
        Target::Named(_) | Target::Selected(_) | Target::All => "nothing to restore".to_owned(),
    }
}

/// What is to be written first for each, by wave; and what nothing can be done about.
fn planned(
    now: Timestamp,
    args: &RestoreArgs,
    found: &Found,
    configuration: &Configuration,
) -> (Vec<Restorable>, Vec<Refusal>) {
    let config = configuration.config();
    let readings: BTreeMap<&str, Reading> = found
        .namespaces
        .iter()
        .filter(|namespace| !namespace.metadata.is_terminating())
        .map(|namespace| {
            let metadata = &namespace.metadata;
            let reading = Reading::of(&metadata.name, &metadata.annotations, config);
            (metadata.name.as_str(), reading)
        })
        .collect();
    let (mut sleepers, mut refused) = (Vec::new(), Vec::new());
    for (namespace, workload) in &found.marked.workloads {
        let is_meant = found.is_named || matches!(workload.mark, Mark::Unreadable(_));
        if args.replicas.is_some() && !is_meant {
            continue;
        }
        let Some(reading) = readings.get(namespace.as_str()) else {
            continue;
        };
        match next_change(now, namespace, workload, args.replicas) {
            Ok(Some(first)) => sleepers.push(Restorable {
                namespace: namespace.clone(),
                would_sleep: workload.mark != Mark::None
                    && would_sleep(now, reading, workload, configuration.known()),
                workload: workload.clone(),
                first,
            }),
            Ok(None) => {}
            Err(refusal) => refused.push(refusal),
        }
    }
    if args.replicas.is_some() && sleepers.is_empty() && refused.is_empty() && !found.is_named {
        let names = found.namespaces.iter().map(|it| it.metadata.name.clone());
        refused.extend(names.map(|namespace| Refusal::NoneUnreadable { namespace }));
    }
    let wave = |sleeper: &Restorable| {
        let own = sleeper.workload.own.as_ref();
        own.and_then(|own| own.annotations.wave.value().copied())
            .unwrap_or(0)
    };
    sleepers.sort_by_key(wave);
    (sleepers, refused)
}

/// Those that no controller would put to sleep again, and the refusals of the others.
fn unless_undone(sleepers: Vec<Restorable>, leader: &Leader) -> (Vec<Restorable>, Vec<Refusal>) {
    let who = match leader {
        Leader::None => return (sleepers, Vec::new()),
        Leader::Lives(holder) => format!("controller {holder:?} leads"),
        Leader::Unknown(why) => format!("a controller may lead ({why})"),
    };
    let (undone, kept): (Vec<Restorable>, Vec<Restorable>) =
        sleepers.into_iter().partition(|it| it.would_sleep);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for sleeper in undone {
        *counts.entry(sleeper.namespace).or_default() += 1;
    }
    let refused = counts
        .into_iter()
        .map(|(namespace, count)| Refusal::Undone {
            namespace,
            who: who.clone(),
            what: counted(count, "workload"),
        });
    (kept, refused.collect())
}

/// Says what a controller that comes back would do. Only where none leads are there any of these.
fn warn(cli: &Cli, io: &mut Io<'_>, sleepers: &[Restorable]) {
    let asleep = || sleepers.iter().filter(|it| it.would_sleep);
    let Some(first) = asleep().next() else {
        return;
    };
    io.tell(&format!(
        "note: no controller leads in namespace {}; one that does again would put {} to sleep \
         again; kubectl tarnfui wake {} keeps it awake",
        cli.controller_namespace,
        counted(asleep().count(), "workload"),
        first.namespace
    ));
}

/// Shows what would be done, and asks whether to.
fn asked(io: &mut Io<'_>, sleepers: &[Restorable]) -> bool {
    for sleeper in sleepers.iter().take(MAX_LISTED) {
        let Restorable {
            namespace,
            workload,
            first,
            ..
        } = sleeper;
        let what = match first.op {
            Op::Restore { to } => format!("{} -> {}", amount(workload.value), amount(to)),
            Op::Release | Op::Sleep { .. } => {
                format!("stays {}, only its mark goes", stays(workload.value))
            }
            Op::HandOver { .. } => "only our entry in its managedFields goes".to_owned(),
        };
        io.tell(&format!("{}: {what}", Place::of(namespace, workload)));
    }
    if let Some(more @ 1..) = sleepers.len().checked_sub(MAX_LISTED) {
        io.tell(&format!("and {more} more"));
    }
    io.ask(&format!("restore {}?", counted(sleepers.len(), "workload")))
}

/// A kind that can't be listed: here not all was done then that was asked for.
fn left_out(gap: &Gap) -> Failure {
    Failure {
        exit: Exit::Failed,
        message: gap.message.clone(),
        hint: gap.hint.clone(),
    }
}

fn print(
    args: &RestoreArgs,
    io: &mut Io<'_>,
    (done, gaps): (&[RestoredWorkload], &[Gap]),
) -> Result<(), Failure> {
    let list = List::new(DocumentKind::RestoredWorkloadList, done).without(gaps);
    let text = match args.output {
        Output::Table | Output::Wide => table::restored(done, args.dry_run),
        Output::Json => json::document(&list)?,
        Output::Yaml => yaml::document(&list)?,
        Output::Name => render::workloads(
            done.iter()
                .map(|it| (it.namespace.as_str(), it.workload.as_str())),
        ),
    };
    io.data(&text)?;
    if !is_for_people(args.output) {
        for restored in done {
            io.tell(&restored.message);
        }
    }
    Ok(())
}

fn report(io: &mut Io<'_>, failures: &[Failure]) -> Exit {
    let exits = failures.iter().map(|failure| io.report(failure));
    exits.max().unwrap_or(Exit::Done)
}
