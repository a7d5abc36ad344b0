//! From nothing to ready, and what has to be shipped for it.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use tarnfui_tests::controllers::ACCOUNT;

use crate::bench::footprint;
use crate::context::Context;
use crate::ground::Ground;
use crate::population::Population;
use crate::report::{Goal, Report, number};

/// The bench.
pub async fn run(context: &Context) -> anyhow::Result<Report> {
    let mut report = Report::begin("start").limited(context.programs.limit());
    let population = Population::of(context.scale.pick(10_000, 100));
    let ground = Ground::real(context)?;
    ground.fill(population, &context.programs).await?;
    let mut times = Vec::new();
    for _ in 0..context.scale.pick(5, 1) {
        // Each is ended before the next begins.
        let (_, ready_after, sync) =
            footprint::start(&ground, &context.programs, "controller", ACCOUNT)?;
        times.push((ready_after, sync));
    }
    times.sort();
    let (ready_after, _) = times[times.len() / 2];
    let what = format!("start to ready at {} workloads", population.workloads);
    let seconds = ready_after.as_secs_f64();
    report.figure(&what, seconds, "s", Goal::AtMost(2.0));
    let program = fs::read(&context.programs.controller).context("read the controller")?;
    let (size, compressed) = (megabytes(program.len()), megabytes(gzip(&program)?));
    report.figure("the controller's file", size, "MB", Goal::AtMost(8.0));
    report.figure("the same by gzip -9", compressed, "MB", Goal::AtMost(3.5));
    report.table(
        "Every start, soonest first, in seconds",
        &["ready", "CPU until then"],
        times
            .iter()
            .map(|(ready, sync)| vec![number(ready.as_secs_f64()), number(sync.as_secs_f64())])
            .collect(),
    );
    Ok(report)
}

fn megabytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6
}

/// How long a file is as gzip leaves it.
fn gzip(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut gzip = Command::new("gzip")
        .arg("-9")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("run gzip")?;
    let mut stdin = gzip.stdin.take().context("gzip has no stdin")?;
    // Written from beside: its stdout has to be read meanwhile.
    let written = std::thread::scope(|scope| {
        let writing = scope.spawn(move || stdin.write_all(bytes));
        let output = gzip.wait_with_output();
        (writing.join(), output)
    });
    let (_, output) = written;
    let output = output.context("run gzip")?;
    anyhow::ensure!(output.status.success(), "gzip: {}", output.status);
    Ok(output.stdout.len())
}
