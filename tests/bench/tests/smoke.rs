//! Every bench, so small that it says nothing: that they go on working.

use std::process::ExitCode;

use anyhow::ensure;
use tarnfui_bench::bench::Name;
use tarnfui_bench::context::{Context, Programs, Scale};
use tarnfui_bench::report::Goal;
use tarnfui_tests::multicall::{self, Role};
use tarnfui_tests::roles::{CONTROLLER, PLUGIN};
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::Options;

const ROLES: &[Role] = &[CONTROLLER, PLUGIN];

fn main() -> ExitCode {
    let suite = Suite::new(Options::api_server_only())
        .roles(ROLES)
        .at_once(2);
    let trial = |suite: Suite, (title, name): (&str, Name)| {
        suite.trial(title, async move |testbed| play(testbed, name).await)
    };
    [
        (
            "the core is timed and its allocations counted",
            Name::Decide,
        ),
        ("a start is timed", Name::Start),
        ("the plugin is timed beside kubectl", Name::Plugin),
        ("a leader and a standby are weighed", Name::Footprint),
        ("a storm is counted", Name::Storm),
        ("events that mean nothing are paid for", Name::Churn),
        ("a leader is told to stop in a storm", Name::Failover),
        ("growth is drawn", Name::Growth),
    ]
    .into_iter()
    .fold(suite, trial)
    .run()
}

async fn play(testbed: &Testbed, name: Name) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let bin = directory.path().join("bin");
    std::fs::create_dir_all(&bin)?;
    multicall::link(&bin, ROLES)?;
    let context = Context {
        programs: Programs::roles(&bin),
        scale: Scale::Smoke,
        tools: testbed.tools().clone(),
    };
    let out = directory.path().join("out");
    let report = name.run(&context, &out).await?;
    report.write(&out)?;
    ensure!(!report.tables.is_empty() && report.tables.iter().all(|it| !it.rows.is_empty()));
    // What must come out to the number does so at any speed.
    for figure in &report.figures {
        if let Goal::Exactly(wanted) = figure.goal {
            ensure!((figure.value - wanted).abs() < 0.5, "{figure:?}");
        }
        ensure!(figure.value.is_finite(), "{figure:?}");
    }
    if name == Name::Growth {
        ensure!(std::fs::read_to_string(out.join("growth-memory.svg"))?.contains("for a thousand"));
    }
    // So that a run of nothing does not pass for one.
    ensure!(std::fs::metadata(out.join(format!("{}.json", report.bench)))?.len() > 100);
    Ok(())
}
