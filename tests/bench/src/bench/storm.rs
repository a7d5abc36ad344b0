//! Everything sleeps at one boundary and wakes at another: how soon, how long, and at what price;
//! beside the same patches by a client that does nothing else.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use tarnfui_tests::controllers::{ACCOUNT, Controller};
use tarnfui_tests::testbed::Request;

use crate::asked::Asked;
use crate::context::Context;
use crate::ground::{Ground, SECOND};
use crate::population::Population;
use crate::report::{Goal, Report, mebibytes, number};
use crate::usage::{self, Memory};

mod bare;

/// How long a second after the last write is looked for others.
const CALM: Duration = Duration::from_secs(3);

/// How often the controller is asked how far it is.
const POLL: Duration = Duration::from_millis(500);

/// How long one storm may take.
const BOUND: Duration = Duration::from_mins(10);

/// One storm, in one direction.
#[derive(Debug, Clone, Copy)]
pub struct Storm {
    /// From the boundary to the first write.
    pub first: SignedDuration,
    /// From the boundary to the last write.
    pub last: SignedDuration,
    /// How long it was, and what it cost the server.
    pub row: Row,
    /// Writes that changed a workload.
    pub writes: usize,
    /// Requests of all kinds, by both replicas.
    pub requests: usize,
    /// Workloads that were written more than once.
    pub twice: usize,
    /// Writes that were refused.
    pub refused: usize,
    /// Answers that said to come back later.
    pub put_off: usize,
    /// The longest time that the lease was not renewed.
    pub unrenewed: SignedDuration,
    /// Processor time of the leader.
    pub processor: Duration,
    /// The leader's memory.
    pub memory: Memory,
}

/// Writes one after the other, of everything in one direction.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// From the first write to the last.
    pub between: SignedDuration,
    /// Processor time of the API server and its store: in a storm from a second before its boundary to
    /// half a second after its last write at the most; in a bare loop as long as it lasts.
    pub server_time: Duration,
}

/// Two boundaries, announced to every namespace: at the first all sleep, at the second all wake.
#[derive(Debug, Clone, Copy)]
pub struct Boundaries {
    sleep: Timestamp,
    wake: Timestamp,
}

impl Boundaries {
    /// Writes the schedules. The second boundary comes so long after the first.
    pub async fn announce(
        ground: &Ground,
        context: &Context,
        population: Population,
        apart: Duration,
    ) -> anyhow::Result<Self> {
        let ahead = SignedDuration::try_from(context.programs.ahead)?;
        let day = SignedDuration::from_hours(24);
        // Patches of Namespaces take a while, and each is looked at before the boundary.
        let announced =
            Duration::from_secs(5) + Duration::from_millis(population.namespaces as u64 * 4);
        let sleep = second(Timestamp::now() + SignedDuration::try_from(announced)?);
        let wake = second(sleep + SignedDuration::try_from(apart)?);
        let (shown_sleep, shown_wake) = (sleep + ahead, wake + ahead);
        let (past, future) = (shown_sleep - day, shown_wake + day);
        let schedule = format!("{past} - {shown_sleep}, {shown_wake} - {future}");
        ground.schedule(population, &schedule).await?;
        anyhow::ensure!(Timestamp::now() < sleep, "the boundary was set too early");
        Ok(Self { sleep, wake })
    }

    /// The storm at the first.
    pub async fn sleep(
        self,
        ground: &Ground,
        population: Population,
        leader: &mut Controller,
    ) -> anyhow::Result<Storm> {
        let storm = one(ground, leader, (self.sleep, population.workloads)).await?;
        anyhow::ensure!(
            Timestamp::now() < self.wake,
            "the second boundary was set too early"
        );
        Ok(storm)
    }

    /// The storm at the second.
    pub async fn wake(self, ground: &Ground, leader: &mut Controller) -> anyhow::Result<Storm> {
        one(ground, leader, (self.wake, 0)).await
    }
}

/// The storm after a boundary, at whose end so many workloads sleep.
async fn one(
    ground: &Ground,
    leader: &mut Controller,
    (boundary, asleep): (Timestamp, usize),
) -> anyhow::Result<Storm> {
    let id = leader.process().id();
    let left = boundary.duration_since(Timestamp::now()) - SignedDuration::from_secs(1);
    tokio::time::sleep(left.try_into().unwrap_or_default()).await;
    usage::reset_peak(id)?;
    let before = usage::processor_time(id)?;
    let server = ground.processor_time()?;
    until_asleep(leader, asleep).await?;
    let server = ground.processor_time()?.saturating_sub(server);
    tokio::time::sleep(CALM).await;
    let processor = usage::processor_time(id)?.saturating_sub(before);
    let memory = Memory::of(id)?;
    let log = ground.requests()?;
    let all = Asked::within(&log, boundary, Timestamp::now());
    let of_both = [all.by(ACCOUNT), all.by(SECOND)];
    let [ours, other] = &of_both;
    anyhow::ensure!(other.writes().count() == 0, "the standby wrote");
    let (first, last) = ours.writes().span().context("nothing was written")?;
    let mut lease = Asked::within(
        &log,
        boundary - SignedDuration::from_secs(4),
        Timestamp::now(),
    );
    lease = lease.by(ACCOUNT);
    Ok(Storm {
        first: first.duration_since(boundary),
        last: last.duration_since(boundary),
        row: Row {
            between: last.duration_since(first),
            server_time: server,
        },
        writes: ours.writes().count(),
        requests: ours.count() + other.count(),
        twice: ours.writes().twice(),
        refused: ours.refused().count(),
        put_off: ours.put_off().count(),
        unrenewed: lease.longest_without_renewal().unwrap_or_default(),
        processor,
        memory,
    })
}

/// Waits until so many workloads sleep, and no other is about to.
pub async fn until_asleep(leader: &Controller, count: usize) -> anyhow::Result<()> {
    let since = Instant::now();
    loop {
        let asleep = leader.metric("tarnfui_workloads_asleep")?;
        let waiting = leader.metric("tarnfui_writes_queued")?;
        let is_there = format!("{asleep}") == count.to_string();
        if is_there && waiting < 0.5 {
            return Ok(());
        }
        anyhow::ensure!(
            since.elapsed() < BOUND,
            "{asleep} and not {count} asleep after {BOUND:?}: {}",
            leader.log_tail()
        );
        tokio::time::sleep(POLL).await;
    }
}

/// An instant of whole seconds: what a schedule can say.
fn second(instant: Timestamp) -> Timestamp {
    Timestamp::from_second(instant.as_second()).unwrap_or(instant)
}

/// The bench.
pub async fn run(context: &Context) -> anyhow::Result<Report> {
    let mut report = Report::begin("storm").limited(context.programs.limit());
    let population = Population::of(context.scale.pick(10_000, 60));
    let ground = Ground::real(context)?;
    ground.fill(population, &context.programs).await?;
    // Of a server that nothing was changed on yet, the first pass is faster than all that follow.
    bare::run(&ground, population).await?;
    let before = bare::run(&ground, population).await?;
    let mut leader = ground.leader(&context.programs)?;
    let mut standby = ground.controller(&context.programs, "standby", SECOND)?;
    standby.until_ready()?;
    let watched = bare::run(&ground, population).await?;
    let longest = watched[0].between.max(watched[1].between).unsigned_abs();
    let each = longest * 2 + Duration::from_secs(15);
    let boundaries = Boundaries::announce(&ground, context, population, each).await?;
    let storms = [
        boundaries.sleep(&ground, population, &mut leader).await?,
        boundaries.wake(&ground, &mut leader).await?,
    ];
    drop((leader, standby));
    let after = bare::run(&ground, population).await?;
    let alone = [0, 1].map(|to| (before[to].between + after[to].between) / 2);
    goals(&mut report, population, &storms, alone);
    report.table(
        "One storm each way; memory in MiB, times in seconds from the boundary",
        &COLUMNS,
        DIRECTIONS.into_iter().zip(&storms).map(row).collect(),
    );
    let all = [
        ("the bare loop", before),
        ("the bare loop, watched by both replicas", watched),
        ("the leader", storms.map(|storm| storm.row)),
        ("the bare loop, once more", after),
    ];
    report.table(
        "The same writes by the leader and by others, in this order; processor time is the API server's and its store's",
        &["by", "to", "first to last write, s", "CPU of a write, ms"],
        all.into_iter()
            .flat_map(|(by, rows)| beside(by, rows, population))
            .collect(),
    );
    report.table(
        "Requests of the leader and the standby",
        &["by", "verb", "resource", "count"],
        requests(&ground.requests()?),
    );
    Ok(report)
}

const DIRECTIONS: [&str; 2] = ["sleep", "wake"];

const COLUMNS: [&str; 9] = [
    "to",
    "first write",
    "last write",
    "writes",
    "twice",
    "refused",
    "429",
    "peak memory",
    "CPU-s",
];

fn row((direction, storm): (&str, &Storm)) -> Vec<String> {
    vec![
        direction.to_owned(),
        number(storm.first.as_secs_f64()),
        number(storm.last.as_secs_f64()),
        storm.writes.to_string(),
        storm.twice.to_string(),
        storm.refused.to_string(),
        storm.put_off.to_string(),
        number(mebibytes(storm.memory.peak)),
        number(storm.processor.as_secs_f64()),
    ]
}

fn beside(by: &str, rows: [Row; 2], population: Population) -> Vec<Vec<String>> {
    let writes = f64::from(u32::try_from(population.workloads).unwrap_or(u32::MAX));
    let row = |(to, row): (&str, Row)| {
        vec![
            by.to_owned(),
            to.to_owned(),
            number(row.between.as_secs_f64()),
            number(row.server_time.as_secs_f64() * 1e3 / writes),
        ]
    };
    DIRECTIONS.into_iter().zip(rows).map(row).collect()
}

fn requests(log: &[Request]) -> Vec<Vec<String>> {
    let all = Asked::within(log, Timestamp::UNIX_EPOCH, Timestamp::now());
    let both = [("leader", ACCOUNT), ("standby", SECOND)];
    let rows = both.into_iter().flat_map(|(by, account)| {
        let kinds = all.by(account).by_kind().into_iter();
        kinds.map(move |((verb, resource), count)| {
            let texts = [by, verb, resource].map(str::to_owned);
            texts.into_iter().chain([count.to_string()]).collect()
        })
    });
    rows.collect()
}

fn goals(
    report: &mut Report,
    population: Population,
    storms: &[Storm; 2],
    bare: [SignedDuration; 2],
) {
    let count = f64::from(u32::try_from(population.workloads).unwrap_or(u32::MAX));
    for ((direction, storm), bare) in DIRECTIONS.into_iter().zip(storms).zip(bare) {
        let what = |text: &str| format!("{direction}: {text}");
        let first = storm.first.as_secs_f64();
        report.figure(&what("first write"), first, "s", Goal::AtMost(1.0));
        let ratio = storm.row.between.as_secs_f64() / bare.as_secs_f64();
        report.figure(
            &what("first to last write, to the bare loop's"),
            ratio,
            "x",
            Goal::AtMost(1.1),
        );
        let writes = f64::from(u32::try_from(storm.writes).unwrap_or(u32::MAX));
        report.figure(&what("writes"), writes, "", Goal::Exactly(count));
        let peak = mebibytes(storm.memory.peak);
        report.figure(&what("peak memory"), peak, "MiB", Goal::AtMost(16.0));
        let unrenewed = storm.unrenewed.as_secs_f64();
        report.figure(
            &what("longest time without a renewal"),
            unrenewed,
            "s",
            Goal::AtMost(4.0),
        );
    }
}
