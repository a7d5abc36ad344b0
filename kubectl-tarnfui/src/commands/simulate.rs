//! `simulate`: what manifests would do over a span of time, and what changes between two versions.

use std::path::PathBuf;

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::config::Config;
use tarnfui_shared::zone::Zone;

use super::configuration;
use crate::args::{Cli, SimulateArgs, SimulateOutput};
use crate::error::{Exit, Failure};
use crate::io::{Io, Outside};
use crate::manifests::{self, Manifests};
use crate::render::table::{self, Layout};
use crate::render::{json, yaml};
use crate::view::{self, Finding, Level, Span, compare, lint, simulate};

/// How long a span is where nothing is said.
const USUAL_SPAN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The longest span, in days: as far as a decision looks ahead.
const MAX_DAYS: i64 = 400;

pub(super) fn run(
    cli: &Cli,
    args: &SimulateArgs,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let span = span(args, (outside.now)())?;
    let config = configuration::from_file(args.config_file.as_deref(), io.input)?;
    if config.is_paused {
        io.tell("note: the configuration says paused: nothing would be written");
    }
    let mut exit = Exit::Done;
    let old = args.diff.as_ref().map(|old| {
        let (old, failed) = read(cli, std::slice::from_ref(old), io);
        // What is wrong there is of the past, unless something is missing to compare with.
        let missing = tell_problems(&old, &config, view::is_missing, io);
        exit = exit.max(failed).max(missing);
        old
    });
    let (manifests, failed) = read(cli, &args.filename, io);
    let missing = tell_problems(&manifests, &config, |it| it.level == Level::Problem, io);
    exit = exit.max(failed).max(missing);
    if manifests.namespaces.is_empty() && manifests.workloads.is_empty() {
        return Err(Failure::failed(
            "no Namespace or workload in what -f names",
            "kubectl get namespaces,deployments,statefulsets -A -o yaml writes a file that has some",
        ));
    }
    let new = simulate(span, &manifests, &config);
    let layout = Layout {
        columns: io.terminal.columns,
        is_headless: false,
    };
    let Some(old) = old else {
        let text = match args.output {
            SimulateOutput::Table => table::simulation(&new, layout),
            SimulateOutput::Json => json::document(&new)?,
            SimulateOutput::Yaml => yaml::document(&new)?,
        };
        return io.data(&text).map(|()| exit);
    };
    let diff = compare(&simulate(span, &old, &config), &new);
    let text = match args.output {
        SimulateOutput::Table => table::simulation_diff(&diff, layout),
        SimulateOutput::Json => json::document(&diff)?,
        SimulateOutput::Yaml => yaml::document(&diff)?,
    };
    io.data(&text)?;
    let differs = !diff.items.is_empty();
    if !differs && args.output == SimulateOutput::Table {
        io.tell("no namespace changes its hours or replicas");
    }
    if exit == Exit::Done && args.exit_code && differs {
        return Ok(Exit::NotMet);
    }
    Ok(exit)
}

/// The span that was asked for.
fn span(args: &SimulateArgs, now: Timestamp) -> Result<Span, Failure> {
    let utc = Zone::utc();
    let today = utc.to_civil(now).date().to_datetime(Time::midnight());
    let from = args.from.unwrap_or_else(|| utc.start_of(today));
    let usual = || from.checked_add(USUAL_SPAN).unwrap_or(Timestamp::MAX);
    let to = args.to.unwrap_or_else(usual);
    let length = to.duration_since(from);
    if to <= from {
        return Err(Failure::usage(
            format!("--to {to} is not after --from {from}"),
            "leave --to out for a week, or name a later day",
        ));
    }
    if length > SignedDuration::from_hours(24 * MAX_DAYS) {
        return Err(Failure::usage(
            format!("from {from} to {to} are more than {MAX_DAYS} days"),
            "name a shorter span",
        ));
    }
    Ok(Span { from, to })
}

/// The manifests, with the files that can't be read told of.
fn read(cli: &Cli, paths: &[PathBuf], io: &mut Io<'_>) -> (Manifests, Exit) {
    let home = manifests::home(&cli.connection);
    let (found, failures) = manifests::read_all(paths, io.input, home);
    let exit = failures.iter().map(|failure| io.report(failure)).max();
    (found, exit.unwrap_or(Exit::Done))
}

/// Tells of what makes the simulation another than was meant; what can't be read at all is missing
/// in it, and that is a failure.
fn tell_problems(
    manifests: &Manifests,
    config: &Config,
    is_told: impl Fn(&Finding) -> bool,
    io: &mut Io<'_>,
) -> Exit {
    let mut found = lint(manifests, config);
    found.retain(is_told);
    for line in table::findings(&found).lines() {
        io.tell(line);
    }
    if found.iter().any(view::is_missing) {
        Exit::Failed
    } else {
        Exit::Done
    }
}
