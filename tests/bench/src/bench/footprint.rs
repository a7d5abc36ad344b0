//! Memory and processor time of a leader and a standby that have everything in their caches and
//! nothing to do; and how long it takes to get there.

use std::time::{Duration, Instant};

use tarnfui_tests::controllers::{ACCOUNT, Controller};

use crate::context::{Context, Programs};
use crate::ground::{Ground, SECOND};
use crate::population::Population;
use crate::report::{Goal, Report, mebibytes, number};
use crate::usage::{self, Memory};

/// How long nothing happens.
const IDLE: (Duration, Duration) = (Duration::from_mins(2), Duration::from_secs(2));

/// Figures of one replica.
#[derive(Debug, Clone, Copy)]
pub struct Footprint {
    /// From the start of the process until it is ready.
    pub ready_after: Duration,
    /// Processor time until then.
    pub sync: Duration,
    /// Memory at the end of the quiet.
    pub memory: Memory,
    /// Processor time in the quiet, in thousandths of a core.
    pub idle: f64,
}

/// Measures a leader, and a standby that comes after it.
pub async fn measure(
    ground: &Ground,
    programs: &Programs,
    idle: Duration,
) -> anyhow::Result<[Footprint; 2]> {
    let mut leader = start(ground, programs, "leader", ACCOUNT)?;
    leader.0.until_leading()?;
    let mut standby = start(ground, programs, "standby", SECOND)?;
    let before = [used(&mut leader.0)?, used(&mut standby.0)?];
    let since = Instant::now();
    tokio::time::sleep(idle).await;
    let wall = since.elapsed();
    let finish = |(mut controller, ready_after, sync): Started, before: Duration| {
        let after = used(&mut controller)?;
        anyhow::Ok(Footprint {
            ready_after,
            sync,
            memory: Memory::of(controller.process().id())?,
            idle: usage::millicores(before, after, wall),
        })
    };
    Ok([finish(leader, before[0])?, finish(standby, before[1])?])
}

/// A controller, how long it took to be ready, and the processor time of that.
type Started = (Controller, Duration, Duration);

/// Starts one and waits until it is ready.
pub fn start(
    ground: &Ground,
    programs: &Programs,
    name: &str,
    account: &str,
) -> anyhow::Result<Started> {
    let since = Instant::now();
    let mut controller = ground.controller(programs, name, account)?;
    controller.until_ready()?;
    let ready_after = since.elapsed();
    let sync = used(&mut controller)?;
    Ok((controller, ready_after, sync))
}

fn used(controller: &mut Controller) -> anyhow::Result<Duration> {
    usage::processor_time(controller.process().id())
}

/// The bench.
pub async fn run(context: &Context) -> anyhow::Result<Report> {
    let mut report = Report::begin("footprint").limited(context.programs.limit());
    let idle = context.scale.pick(IDLE.0, IDLE.1);
    let mut rows = Vec::new();
    let small = Population::of(context.scale.pick(10_000, 100));
    let large = Population::of_small_namespaces(context.scale.pick(50_000, 200));
    for (population, ground) in [
        (small, Ground::real(context)?),
        (large, Ground::sandbox().await?),
    ] {
        ground.fill(population, &context.programs).await?;
        let bytes = ground.bytes_of_one(population).await?;
        let measured = measure(&ground, &context.programs, idle).await?;
        goals(&mut report, population, &measured, population == large);
        for (role, figures) in ["leader", "standby"].into_iter().zip(measured) {
            rows.push(row(&ground, population, bytes, role, figures));
        }
    }
    report.table(
        "Memory in MiB, as the quiet ends; idle while it lasts",
        &[
            "workloads",
            "namespaces",
            "bytes of one",
            "on",
            "role",
            "ready, s",
            "CPU until then, s",
            "peak",
            "at the end",
            "of that in no file",
            "idle, mCPU",
        ],
        rows,
    );
    Ok(report)
}

fn goals(
    report: &mut Report,
    population: Population,
    [leader, standby]: &[Footprint; 2],
    is_large: bool,
) {
    let count = population.workloads;
    let peak = leader.memory.peak.max(standby.memory.peak);
    let bound = if is_large { 20.0 } else { 12.0 };
    let goal = Goal::AtMost(bound);
    report.figure(
        &format!("peak memory, {count} workloads"),
        mebibytes(peak),
        "MiB",
        goal,
    );
    let idle = leader.idle.max(standby.idle);
    report.figure(
        &format!("idle, {count} workloads"),
        idle,
        "mCPU",
        Goal::AtMost(2.0),
    );
    if is_large {
        let sync = leader.sync.max(standby.sync).as_secs_f64();
        report.figure(
            &format!("sync of {count} workloads"),
            sync,
            "CPU-s",
            Goal::AtMost(1.0),
        );
    }
}

fn row(
    ground: &Ground,
    population: Population,
    bytes: usize,
    role: &str,
    figures: Footprint,
) -> Vec<String> {
    vec![
        population.workloads.to_string(),
        population.namespaces.to_string(),
        bytes.to_string(),
        ground.name().to_owned(),
        role.to_owned(),
        number(figures.ready_after.as_secs_f64()),
        number(figures.sync.as_secs_f64()),
        number(mebibytes(figures.memory.peak)),
        number(mebibytes(figures.memory.resident)),
        number(mebibytes(figures.memory.anonymous)),
        number(figures.idle),
    ]
}
