//! `explain`: why a namespace or workload is what it is; for a cluster, and for files without one.

use jiff::Timestamp;

use super::{Configuration, configuration, tell_gaps};
use crate::args::{Cli, ExplainArgs, Object, Output};
use crate::cluster::Cluster;
use crate::error::{Exit, Failure};
use crate::io::{Io, Outside};
use crate::manifests;
use crate::reading::Known;
use crate::render::table::Layout;
use crate::render::{self, json, table, yaml};
use crate::view::{DocumentKind, Explanation, Gap, List, explain, explain_workload};

/// Explains namespaces in files, as if they were applied.
pub(super) fn files(
    args: &ExplainArgs,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let config = configuration::from_file(args.config_file.as_deref(), io.input)?;
    if config.is_paused {
        io.tell("note: the configuration says paused: nothing would be written");
    }
    let now = args.at.unwrap_or_else(|| (outside.now)());
    let mut items = Vec::new();
    for path in &args.filename {
        let found = manifests::read(path, io.input)?;
        items.extend(
            found
                .iter()
                .map(|it| explain(now, &it.name, &it.annotations, Known::Read(&config))),
        );
    }
    print(args, io, now, (&items, &[]))
}

/// Explains what is in a cluster.
pub(super) async fn run(
    cli: &Cli,
    args: &ExplainArgs,
    cluster: &Cluster,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let objects = objects(cli, args, cluster)?;
    let configuration = Configuration::load(cluster, &cli.controller_namespace).await?;
    let now = args.at.unwrap_or_else(|| (outside.now)());
    let mut items = Vec::new();
    let mut failures = Vec::new();
    for object in &objects {
        match one(cluster, object, &configuration, now).await {
            Ok(item) => items.push(item),
            Err(failure) if objects.len() == 1 => return Err(failure),
            Err(failure) => failures.push(failure),
        }
    }
    let gaps: Vec<Gap> = configuration.gap().into_iter().cloned().collect();
    tell_gaps(io, &gaps, items.is_empty());
    let exit = failures.iter().map(|failure| io.report(failure)).max();
    print(args, io, now, (&items, &gaps)).map(|done| done.max(exit.unwrap_or(Exit::Done)))
}

/// What was named, else the namespace of the flag or the context.
fn objects(cli: &Cli, args: &ExplainArgs, cluster: &Cluster) -> Result<Vec<Object>, Failure> {
    let named = args.named(cli.connection.namespace.as_deref())?;
    if !named.is_empty() {
        return Ok(named);
    }
    Ok(vec![Object {
        namespace: cluster.namespace.clone(),
        workload: None,
    }])
}

async fn one(
    cluster: &Cluster,
    object: &Object,
    configuration: &Configuration,
    now: Timestamp,
) -> Result<Explanation, Failure> {
    let namespace = cluster.namespace_named(&object.namespace).await?;
    let annotations = &namespace.metadata.annotations;
    let known = configuration.known();
    let Some((kind, name)) = &object.workload else {
        return Ok(explain(now, &object.namespace, annotations, known));
    };
    let workload = cluster
        .workload_named(*kind, &object.namespace, name)
        .await?;
    Ok(explain_workload(
        now,
        &object.namespace,
        annotations,
        &workload,
        known,
    ))
}

fn print(
    args: &ExplainArgs,
    io: &mut Io<'_>,
    now: Timestamp,
    (items, gaps): (&[Explanation], &[Gap]),
) -> Result<Exit, Failure> {
    let layout = Layout {
        columns: io.terminal.columns,
        is_headless: args.listing.no_headers,
    };
    let list = List::new(DocumentKind::ExplanationList, items).without(gaps);
    let text = match args.listing.output {
        Output::Table | Output::Wide => table::explanations(now, items, layout),
        Output::Json => json::document(&list)?,
        Output::Yaml => yaml::document(&list)?,
        Output::Name => render::names(items.iter().map(|item| item.namespace.as_str())),
    };
    io.data(&text).map(|()| Exit::Done)
}
