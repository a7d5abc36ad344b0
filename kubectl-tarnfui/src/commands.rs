//! The verbs: each fetches, lets the pure parts work it out, and prints.
//!
//! Nothing is decided here that could be decided without a cluster, and no text is made but the
//! lines said to the person in between.

use std::ffi::OsString;
use std::path::Path;

use jiff::Timestamp;
use tokio::runtime::Runtime;

use crate::args::{Cli, Listing, Output, Verb};
use crate::error::{Exit, Failure};
use crate::io::{Io, Outside, Terminal};
use crate::order::{End, Order, Verb as OrderVerb};
use crate::render::table::{Columns, Layout, ListStyle};

mod completion;
mod configuration;
mod doctor;
mod explain;
mod lint;
mod order;
mod pending;
mod restore;
mod saved;
mod simulate;
mod status;
mod version;

pub(crate) use completion::complete;
use configuration::Configuration;
use order::Request;

/// Runs the verb.
pub fn run(cli: &Cli, io: &mut Io<'_>, outside: &Outside<'_>) -> Result<Exit, Failure> {
    match &cli.verb {
        Verb::Explain(args) if !args.filename.is_empty() => explain::files(args, io, outside),
        Verb::Simulate(args) => simulate::run(cli, args, io, outside),
        Verb::Lint(args) => lint::run(cli, args, io),
        Verb::Version(args) if args.client => version::client(args, io),
        Verb::Completion(args) => completion::run(args, io, outside),
        Verb::Status(_)
        | Verb::Explain(_)
        | Verb::Pending(_)
        | Verb::Saved(_)
        | Verb::Restore(_)
        | Verb::Wake(_)
        | Verb::Sleep(_)
        | Verb::Snooze(_)
        | Verb::Resume(_)
        | Verb::Doctor(_)
        | Verb::Version(_) => on_cluster(cli, io, outside),
    }
}

/// The words to complete, where that is what this program was started for: by the name that kubectl
/// knows, or by a script of ours.
pub(crate) fn completing(args: &[OsString]) -> Option<Vec<String>> {
    let (program, words) = args.split_first()?;
    let is_completer = Path::new(program)
        .file_stem()
        .is_some_and(|it| it == completion::COMPLETER);
    let words = match words.split_first() {
        _ if is_completer => words,
        Some((first, words)) if first == completion::ASK => words,
        Some(_) | None => return None,
    };
    Some(
        words
            .iter()
            .map(|it| it.to_string_lossy().into_owned())
            .collect(),
    )
}

/// What waits for a cluster: one thread is enough for that.
fn runtime() -> Result<Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| {
        Failure::failed(
            format!("starting up: {error}"),
            "see whether this machine is out of memory",
        )
    })
}

/// Runs a verb that needs a cluster.
fn on_cluster(cli: &Cli, io: &mut Io<'_>, outside: &Outside<'_>) -> Result<Exit, Failure> {
    let flag = cli.connection.namespace.as_deref();
    cli.verb.check(flag, io.terminal)?;
    let request = order_of(&cli.verb);
    if let Some(request) = &request {
        request.check(cli, io)?;
    }
    let runtime = runtime()?;
    runtime.block_on(async {
        let cluster = (outside.connect)(cli.connection.clone()).await?;
        match &cli.verb {
            Verb::Status(args) => status::run(cli, args, &cluster, io, outside).await,
            Verb::Explain(args) => explain::run(cli, args, &cluster, io, outside).await,
            Verb::Pending(args) => pending::run(cli, args, &cluster, io, outside).await,
            Verb::Saved(args) => saved::run(cli, args, &cluster, io, outside).await,
            Verb::Restore(args) => restore::run(cli, args, &cluster, io, outside).await,
            Verb::Doctor(args) => doctor::run(cli, args, &cluster, io, outside).await,
            Verb::Version(args) => version::run(cli, args, &cluster, io, outside).await,
            Verb::Wake(_) | Verb::Sleep(_) | Verb::Snooze(_) | Verb::Resume(_) => {
                let request = request.expect("an order was read for each of these verbs");
                order::run(cli, &request, &cluster, io, outside).await
            }
            Verb::Simulate(_) | Verb::Lint(_) | Verb::Completion(_) => {
                unreachable!("it asks no cluster")
            }
        }
    })
}

/// The order that the verb stands for, if it is one.
fn order_of(verb: &Verb) -> Option<Request<'_>> {
    let (verb, args, end, noted) = match verb {
        Verb::Wake(args) => (OrderVerb::Wake, &args.order, args.end(), Some(&args.noted)),
        Verb::Sleep(args) => (OrderVerb::Sleep, &args.order, args.end(), Some(&args.noted)),
        Verb::Snooze(args) => (
            OrderVerb::Snooze,
            &args.order,
            args.end(),
            Some(&args.noted),
        ),
        Verb::Resume(args) => (OrderVerb::Resume, args, End::Usual, None),
        Verb::Status(_)
        | Verb::Explain(_)
        | Verb::Pending(_)
        | Verb::Lint(_)
        | Verb::Saved(_)
        | Verb::Restore(_)
        | Verb::Doctor(_)
        | Verb::Completion(_)
        | Verb::Simulate(_)
        | Verb::Version(_) => return None,
    };
    let reason = noted.and_then(|noted| noted.reason.clone());
    Some(Request {
        args,
        order: Order {
            verb,
            end,
            reason,
            by: None,
        },
    })
}

/// Tells of something that could not be read.
fn tell_gap(io: &mut Io<'_>, gap: &crate::view::Gap) {
    io.tell(&format!("problem: {}", gap.message));
    if let Some(hint) = &gap.hint {
        io.tell(&format!("hint: {hint}"));
    }
}

/// Tells of all that could not be read. Where nothing can be shown at all, what is missing from it is
/// beside the point, and only said is where was looked.
fn tell_gaps(io: &mut Io<'_>, gaps: &[crate::view::Gap], is_nothing: bool) {
    gaps.iter()
        .filter(|gap| !is_nothing || gap.what == "namespaces")
        .for_each(|gap| tell_gap(io, gap));
}

/// How a list is to look, by what was said of it.
fn style(cli: &Cli, listing: Listing, terminal: Terminal, now: Timestamp) -> ListStyle {
    ListStyle {
        now,
        columns: match listing.output {
            Output::Wide => Columns::Wide,
            Output::Table | Output::Json | Output::Yaml | Output::Name => Columns::Usual,
        },
        layout: Layout {
            columns: terminal.columns,
            is_headless: listing.no_headers,
        },
        has_color: cli.color.is_on(terminal),
    }
}

/// Whether the output is for people, who are told more than what they asked for.
fn is_for_people(output: Output) -> bool {
    match output {
        Output::Table | Output::Wide => true,
        Output::Json | Output::Yaml | Output::Name => false,
    }
}
