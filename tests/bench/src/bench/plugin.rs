//! What a person waits for: `status` of a large cluster beside what kubectl needs to name the same
//! objects, and verbs that need no cluster.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tarnfui_tests::testbed::Tool;
use wait4::Wait4 as _;

use crate::context::Context;
use crate::ground::Ground;
use crate::population::{Population, namespace_manifest};
use crate::report::{Goal, Report, mebibytes, number};

/// One run of a program.
#[derive(Debug, Clone, Copy)]
struct Run {
    wall: Duration,
    processor: Duration,
    /// The most that was resident, in KiB.
    peak: u64,
}

/// What is asked of kubectl.
const KUBECTL: &str = "get deployments,statefulsets,cronjobs -A -o name";

/// The bench.
pub async fn run(context: &Context) -> anyhow::Result<Report> {
    let mut report = Report::begin("plugin");
    let population = Population::of(context.scale.pick(10_000, 100));
    let ground = Ground::real(context)?;
    ground.fill(population, &context.programs).await?;
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("namespace.yaml");
    std::fs::write(&file, namespace_manifest("shop").to_string())?;
    let file = file.display().to_string();
    let (kubectl, plugin) = (context.tools.path(Tool::Kubectl), &*context.programs.plugin);
    let play = |program: &Path, arguments: &str| {
        let kubeconfig = ground.kubeconfig();
        once(program, arguments, kubeconfig, directory.path())
    };
    let mut rows = Vec::new();
    for how_many in ["none", "half"] {
        if how_many == "half" {
            ground.half_asleep(population).await?;
        }
        let mut pairs = Vec::new();
        for _ in 0..context.scale.pick(7, 1) {
            pairs.push((play(kubectl, KUBECTL)?, play(plugin, "status")?));
        }
        // The first is the warm-up, where there are others.
        let counted = &pairs[pairs.len().min(2) - 1..];
        status_goals(&mut report, how_many, counted);
        let row_of = |what: &str, runs: Vec<Run>| row(&format!("{what}, {how_many} asleep"), &runs);
        let kubectl = counted.iter().map(|it| it.0).collect();
        rows.push(row_of(&format!("`kubectl {KUBECTL}`"), kubectl));
        let plugin = counted.iter().map(|it| it.1).collect();
        rows.push(row_of("`kubectl tarnfui status`", plugin));
    }
    for arguments in ["--help", "explain -f FILE"] {
        let typed = arguments.replace("FILE", &file);
        let mut runs = Vec::new();
        for _ in 0..context.scale.pick(21, 1) {
            runs.push(play(plugin, &typed)?);
        }
        let wall = median(runs.iter().map(|it| it.wall.as_secs_f64() * 1e3).collect());
        report.figure(arguments, wall, "ms", Goal::AtMost(15.0));
        rows.push(row(&format!("`kubectl tarnfui {arguments}`"), &runs));
    }
    report.table(
        &format!(
            "{} workloads in {} namespaces; medians, the two of a cluster by turns",
            population.workloads, population.namespaces
        ),
        &["command", "runs", "ms", "CPU, ms", "peak memory, MiB"],
        rows,
    );
    Ok(report)
}

/// Runs a program to its end, and throws away what it says.
fn once(program: &Path, arguments: &str, kubeconfig: &Path, home: &Path) -> anyhow::Result<Run> {
    let mut command = Command::new(program);
    command
        .args(arguments.split(' '))
        .env_clear()
        .env("HOME", home)
        .env("KUBECONFIG", kubeconfig)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let since = Instant::now();
    let child = command.spawn().context("start a program")?;
    let ended = child.wait4().context("wait for a program")?;
    let wall = since.elapsed();
    anyhow::ensure!(
        ended.status.success(),
        "{} {arguments} ended with {}",
        program.display(),
        ended.status
    );
    Ok(Run {
        wall,
        processor: ended.rusage.utime + ended.rusage.stime,
        peak: ended.rusage.maxrss / 1024,
    })
}

fn status_goals(report: &mut Report, how_many: &str, pairs: &[(Run, Run)]) {
    let ratio =
        |(kubectl, plugin): &(Run, Run)| plugin.wall.as_secs_f64() / kubectl.wall.as_secs_f64();
    let ratio = median(pairs.iter().map(ratio).collect());
    let what = format!("status, to kubectl get -o name, {how_many} asleep");
    report.figure(&what, ratio, "x", Goal::AtMost(1.2));
    let peak = pairs.iter().map(|(_, it)| it.peak).max().unwrap_or(0);
    let what = format!("status, peak memory, {how_many} asleep");
    report.figure(&what, mebibytes(peak), "MiB", Goal::AtMost(40.0));
}

fn row(command: &str, runs: &[Run]) -> Vec<String> {
    let of = |figure: fn(&Run) -> f64| number(median(runs.iter().map(figure).collect()));
    vec![
        command.to_owned(),
        runs.len().to_string(),
        of(|it| it.wall.as_secs_f64() * 1e3),
        of(|it| it.processor.as_secs_f64() * 1e3),
        of(|it| mebibytes(it.peak)),
    ]
}

/// The one in the middle; of an even number, the one below it.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(f64::NAN)
}
