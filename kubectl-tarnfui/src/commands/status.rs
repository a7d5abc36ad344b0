//! `status`: which namespaces are awake or asleep, why, and what comes next.

use super::{is_for_people, style, tell_gaps};
use crate::args::{Cli, Output, StatusArgs};
use crate::cluster::{Cluster, ClusterError};
use crate::error::{Exit, Failure};
use crate::io::{Io, Outside};
use crate::render::{self, json, table, yaml};
use crate::view::{DocumentKind, List};

mod find;
mod look;
mod watch;

pub(super) use find::{homes, namespaces, of_every_kind};
pub(super) use look::{Found, Look, Looker, only};

pub(super) async fn run(
    cli: &Cli,
    args: &StatusArgs,
    cluster: &Cluster,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let looker = Looker::of(cli, args, cluster)?;
    if args.watch {
        return watch::run(cli, args, &looker, io, outside).await;
    }
    let look = looker.look(outside.now).await?;
    tell_gaps(
        io,
        &look.gaps,
        look.shown.is_empty() && !look.missing.is_empty(),
    );
    let text = match args.listing.output {
        Output::Table | Output::Wide => {
            table::namespaces(&look.shown, style(cli, args.listing, io.terminal, look.now))
        }
        Output::Json => json::document(&document(&look))?,
        Output::Yaml => yaml::document(&document(&look))?,
        Output::Name => render::names(look.shown.iter().map(|status| status.namespace.as_str())),
    };
    io.data(&text)?;
    if is_for_people(args.listing.output) && !look.is_named {
        io.tell(&table::summary(&look.shown, look.hidden));
    }
    let exit = tell_missing(io, &look.missing);
    let is_wrong = args.exit_code && look.is_wrong();
    Ok(if exit == Exit::Done && is_wrong {
        Exit::NotMet
    } else {
        exit
    })
}

fn document(look: &Look) -> List<'_, crate::view::NamespaceStatus> {
    List::new(DocumentKind::NamespaceStatusList, &look.shown).without(&look.gaps)
}

/// Tells which of the named namespaces could not be shown.
pub(super) fn tell_missing(io: &mut Io<'_>, missing: &[ClusterError]) -> Exit {
    let failures = missing.iter().map(|error| io.report(&error.clone().into()));
    failures.max().unwrap_or(Exit::Done)
}
