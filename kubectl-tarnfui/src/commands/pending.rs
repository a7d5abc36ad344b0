//! `pending`: every transition to come within a span, over many namespaces.

use tarnfui_shared::config::CONFIG_NAME;

use super::status::{Found, Looker, tell_missing};
use super::{is_for_people, style, tell_gaps};
use crate::args::{Cli, Output, PendingArgs, Target};
use crate::cluster::Cluster;
use crate::error::{Exit, Failure};
use crate::io::{Io, Outside};
use crate::render::{self, json, table, yaml};
use crate::view::{Belongings, DocumentKind, Gap, List, Pending, Seen, pending};

pub(super) async fn run(
    cli: &Cli,
    args: &PendingArgs,
    cluster: &Cluster,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let target = args.selection.target(cli.connection.namespace.as_deref())?;
    let may_fall_back = target.is_none();
    let target = target.unwrap_or(Target::All);
    let looker = Looker::at(&cli.controller_namespace, cluster, target).or_context(may_fall_back);
    let (configuration, _, found) = looker.find().await?;
    let now = (outside.now)();
    let nothing = Belongings::default();
    let Found {
        namespaces,
        belongings,
        mut gaps,
        missing,
    } = found;
    let seen = namespaces.iter().map(|namespace| Seen {
        namespace,
        belongings: belongings.get(&namespace.metadata.name).unwrap_or(&nothing),
        known: configuration.known(),
    });
    let seen: Vec<Seen<'_>> = seen.collect();
    let mut pending = pending(now, args.within, &seen);
    let is_paused = configuration.config().is_paused;
    gaps.extend(is_paused.then(|| paused(&cli.controller_namespace)));
    gaps.append(&mut pending.gaps);
    tell_gaps(io, &gaps, seen.is_empty() && !missing.is_empty());
    let list = List::new(DocumentKind::PendingTransitionList, &pending.items).without(&gaps);
    let look = style(cli, args.listing, io.terminal, now);
    let text = match args.listing.output {
        Output::Table | Output::Wide => table::pending(&pending.items, look),
        Output::Json => json::document(&list)?,
        Output::Yaml => yaml::document(&list)?,
        Output::Name => render::names(names(&pending)),
    };
    io.data(&text)?;
    // Where nothing can be decided, "nothing is to come" would be a guess; there is a gap instead.
    let is_known = configuration.known().is_read() && !is_paused;
    let is_found = missing.is_empty() || !seen.is_empty();
    if is_for_people(args.listing.output) && is_known && is_found {
        io.tell(&if pending.items.is_empty() {
            table::nothing_pending(now, args.within, pending.later.as_ref())
        } else {
            table::pending_summary(args.within, &pending.items)
        });
    }
    Ok(tell_missing(io, &missing))
}

/// What is said where nothing is decided until somebody says so.
fn paused(controller_namespace: &str) -> Gap {
    Gap {
        what: "configuration".to_owned(),
        message: "nothing is to come: the configuration says paused".to_owned(),
        hint: Some(format!(
            "kubectl get configmap {CONFIG_NAME} -n {controller_namespace} -o yaml"
        )),
    }
}

/// The namespaces in the order of their first transition.
fn names(pending: &Pending) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for item in &pending.items {
        if !names.contains(&item.namespace.as_str()) {
            names.push(&item.namespace);
        }
    }
    names
}
