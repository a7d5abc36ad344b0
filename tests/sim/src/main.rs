//! `just sim`: plays stories until one ends badly, or all have been played.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use tarnfui_sim::planted::Planted;
use tarnfui_sim::search::{self, Found};
use tarnfui_sim::stage::play;
use tarnfui_sim::story::{CallFault, Story};

/// A run is mostly small objects that live for one call: nothing depends on this but the speed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Plays stories of controllers, people and faults, and judges each by what Tarnfui promises.
///
/// A story that ends badly is made as short as it can be, and told with the command that plays it
/// again.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag, and clap holds apart those that exclude each other"
)]
#[derive(Debug, Parser)]
#[command(name = "just sim", version)]
struct Args {
    /// The seed of the first story
    #[arg(default_value_t = 1)]
    seed: u64,

    /// How many stories to play, each with the next seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    runs: u64,

    /// Play, instead, one story in which nothing happens with every fault at every call
    #[arg(long, conflicts_with = "runs")]
    exhaustive: bool,

    /// Play, instead, that story with one fault at this call
    #[arg(long, value_name = "N", requires = "fault", conflicts_with_all = ["runs", "exhaustive"])]
    call: Option<u64>,

    /// What happens to the call
    #[arg(long, value_enum, requires = "call")]
    fault: Option<CallFault>,

    /// Plant a fault into the controllers, which is to be found
    #[arg(long, value_enum)]
    planted: Option<Planted>,

    /// Plant each fault in turn, and see that it is found in as many stories as it may take
    #[arg(long, conflicts_with_all = ["runs", "exhaustive", "call", "planted", "trace"])]
    all_planted: bool,

    /// Print every call of the first story
    #[arg(long)]
    trace: bool,

    /// Go on after a story that ended badly
    #[arg(long)]
    keep_going: bool,
}

type Out<'a> = &'a mut dyn std::io::Write;

fn main() -> ExitCode {
    let args = Args::parse();
    let mut out = std::io::stdout().lock();
    let told = if args.all_planted {
        all_planted(&mut out)
    } else if args.trace {
        trace(&args, &mut out)
    } else {
        stories(&args, &mut out)
    };
    match told {
        Ok(true) => ExitCode::SUCCESS,
        // A reader that has gone away has seen enough.
        Ok(false) | Err(_) => ExitCode::FAILURE,
    }
}

fn trace(args: &Args, out: Out<'_>) -> std::io::Result<bool> {
    let story = first(args);
    let outcome = play(&story, args.planted, true);
    write!(out, "{story}{}", outcome.record.trace())?;
    for breach in &outcome.breaches {
        writeln!(out, "{breach}")?;
    }
    let judged = outcome.judged;
    writeln!(
        out,
        "{judged} times a workload was judged between two boundaries"
    )?;
    Ok(outcome.breaches.is_empty())
}

/// The first story, where it is not every fault at every call.
fn first(args: &Args) -> Story {
    match (args.call, args.fault) {
        (Some(call), Some(fault)) => Story::with_fault(args.seed, call, fault),
        _ => Story::of_seed(args.seed),
    }
}

fn stories(args: &Args, out: Out<'_>) -> std::io::Result<bool> {
    let start = Instant::now();
    let stories: Box<dyn Iterator<Item = Story> + Send> = if args.exhaustive {
        Box::new(search::exhaustive(args.seed))
    } else {
        let others = (args.seed + 1..args.seed + args.runs).map(Story::of_seed);
        Box::new(std::iter::once(first(args)).chain(others))
    };
    let (runs, found) = search::all(stories, args.planted, args.keep_going);
    for found in &found {
        tell(found, args, out)?;
    }
    let took = start.elapsed().as_secs_f64();
    #[expect(
        clippy::cast_precision_loss,
        reason = "runs are told, not computed with"
    )]
    let rate = runs as f64 / took;
    let bad = found.len();
    writeln!(
        out,
        "{runs} runs in {took:.1} s ({rate:.0} a second), {bad} ended badly"
    )?;
    Ok(bad == 0)
}

fn all_planted(out: Out<'_>) -> std::io::Result<bool> {
    let mut are_found = true;
    for row in Planted::ALL {
        let found = search::planted(&row);
        let told = found.as_ref().map_or_else(
            || format!("not found in {} stories", row.within),
            |(seed, breach)| format!("found by seed {seed}: {breach}"),
        );
        writeln!(out, "{}: {told}", row.planted.name())?;
        are_found &= found.is_some();
    }
    Ok(are_found)
}

fn tell(found: &Found, args: &Args, out: Out<'_>) -> std::io::Result<()> {
    let Found {
        story,
        short,
        breaches,
    } = found;
    writeln!(out, "{short}")?;
    for breach in breaches {
        writeln!(out, "  {breach}")?;
    }
    let planted = args.planted.map_or(String::new(), |planted| {
        format!(" --planted {}", planted.name())
    });
    writeln!(out, "again: just sim {}{planted}\n", story.arguments())
}
