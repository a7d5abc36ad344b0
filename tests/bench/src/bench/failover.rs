//! The leader ends in the middle of a storm: how soon another one writes, and whether anything is
//! written twice, lost, or written late.

use std::time::Duration;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use rustix::process::Signal;
use serde_json::Value as Json;
use tarnfui_tests::controllers::{ACCOUNT, Controller};

use crate::asked::Asked;
use crate::bench::storm::until_asleep;
use crate::context::Context;
use crate::ground::{Ground, SECOND};
use crate::population::{Population, REPLICAS};
use crate::report::{Goal, Report, number};

/// How long into the storm the leader is hit.
const INTO: Duration = Duration::from_millis(500);

/// How long the next boundary is ahead when it is announced.
const AHEAD: SignedDuration = SignedDuration::from_secs(3);

/// How long after all is done one that stood still has to show what it does.
const AFTER: Duration = Duration::from_secs(3);

/// The ways to end.
const WAYS: [(&str, Signal, f64); 3] = [
    ("SIGTERM", Signal::TERM, 3.0),
    ("SIGKILL", Signal::KILL, 20.0),
    ("SIGSTOP", Signal::STOP, 20.0),
];

/// What came of one end.
#[derive(Debug, Clone, Copy, Default)]
struct Round {
    /// From the signal to the first write of the next leader.
    gap: SignedDuration,
    /// Workloads that were written more than once.
    twice: usize,
    /// Workloads that are not as they should be in the end, by the cluster: what the log says of a
    /// request whose client was killed is not whether it landed.
    lost: usize,
    /// Writes of the old leader after the next one's first.
    late: usize,
    /// Writes that were refused as stale, or whose client was gone.
    refused: usize,
}

/// Two controllers, by the account that each has.
struct Pair<'a> {
    ground: &'a Ground,
    context: &'a Context,
    population: Population,
    leader: (&'static str, Controller),
    standby: (&'static str, Controller),
}

impl Pair<'_> {
    /// One boundary, at which so many are to sleep, and a signal to the leader.
    async fn round(&mut self, signal: Signal, asleep: usize) -> anyhow::Result<Round> {
        let ahead = SignedDuration::try_from(self.context.programs.ahead)?;
        let boundary = Timestamp::now() + AHEAD;
        let boundary = Timestamp::from_second(boundary.as_second())?;
        let (shown, day) = (boundary + ahead, SignedDuration::from_hours(24));
        let schedule = if asleep > 0 {
            format!("{} - {shown}", shown - day)
        } else {
            format!("{shown} - {}", shown + day)
        };
        self.ground.schedule(self.population, &schedule).await?;
        let until = boundary.duration_since(Timestamp::now());
        tokio::time::sleep(Duration::try_from(until)? + INTO).await;
        let hit = Timestamp::now();
        self.leader.1.process().signal(signal)?;
        self.standby.1.until_leading()?;
        until_asleep(&self.standby.1, asleep).await?;
        if signal == Signal::STOP {
            self.leader.1.process().signal(Signal::CONT)?;
            tokio::time::sleep(AFTER).await;
        }
        let log = self.ground.requests()?;
        let all = Asked::within(&log, boundary, Timestamp::now());
        let next = all.by(self.standby.0).writes();
        let (first, _) = next.span().context("the next leader wrote nothing")?;
        let after = Asked::within(&log, first, Timestamp::now());
        let writes = all.writes();
        Ok(Round {
            gap: first.duration_since(hit),
            twice: writes.twice(),
            lost: self.lost(asleep > 0).await?,
            late: after.by(self.leader.0).writes().count(),
            refused: all.refused().count(),
        })
    }

    /// How many workloads are not asleep, or not awake, with the replicas that they had.
    async fn lost(&self, is_asleep: bool) -> anyhow::Result<usize> {
        let (replicas, saved) = if is_asleep {
            (0, Json::from(REPLICAS.to_string()))
        } else {
            (REPLICAS, Json::Null)
        };
        let is_lost = |object: &Json| {
            object["spec"]["replicas"] != replicas
                || object["metadata"]["labels"]["tarnfui.io/saved"] != saved
        };
        let found = self.ground.workloads().await?;
        let missing = self.population.workloads.saturating_sub(found.len());
        Ok(missing + found.values().filter(|it| is_lost(it)).count())
    }

    /// The one that was hit is a standby now, or another process in its place.
    fn turn(&mut self) -> anyhow::Result<()> {
        std::mem::swap(&mut self.leader, &mut self.standby);
        let account = self.standby.0;
        if self.standby.1.process().ended()?.is_some() {
            let programs = &self.context.programs;
            self.standby.1 = self
                .ground
                .controller(programs, name_of(account), account)?;
        }
        self.standby.1.until_ready()
    }
}

fn name_of(account: &str) -> &'static str {
    if account == ACCOUNT {
        "first"
    } else {
        "second"
    }
}

/// The bench.
pub async fn run(context: &Context) -> anyhow::Result<Report> {
    let mut report = Report::begin("failover").limited(context.programs.limit());
    let population = Population {
        workloads: context.scale.pick(1_000, 600),
        namespaces: context.scale.pick(50, 30),
    };
    let rounds = context.scale.pick(20, 1);
    // Waiting out a lease takes 15 s, so that a smoke run is told to stop and no more.
    let ways = &WAYS[..context.scale.pick(3, 1)];
    let mut rows = Vec::new();
    for (name, signal, bound) in ways {
        let ground = Ground::real(context)?;
        ground.fill(population, &context.programs).await?;
        let leader = ground.controller(&context.programs, name_of(ACCOUNT), ACCOUNT)?;
        let mut leader = (ACCOUNT, leader);
        leader.1.until_ready()?;
        leader.1.until_leading()?;
        let mut standby = (
            SECOND,
            ground.controller(&context.programs, "second", SECOND)?,
        );
        standby.1.until_ready()?;
        let mut pair = Pair {
            ground: &ground,
            context,
            population,
            leader,
            standby,
        };
        let mut all = Vec::new();
        for number in 0..rounds {
            let asleep = [population.workloads, 0][number % 2];
            all.push(pair.round(*signal, asleep).await?);
            pair.turn()?;
        }
        rows.push(summary(&mut report, name, *bound, &mut all));
    }
    report.table(
        &format!(
            "The leader of {} workloads is hit half a second into a storm, {rounds} times each; \
             seconds from the signal to the next leader's first write",
            population.workloads
        ),
        &[
            "hit by", "soonest", "median", "latest", "twice", "lost", "late", "refused",
        ],
        rows,
    );
    Ok(report)
}

fn summary(report: &mut Report, name: &str, bound: f64, rounds: &mut [Round]) -> Vec<String> {
    rounds.sort_by_key(|it| it.gap);
    let gap = |place: usize| rounds[place].gap.as_secs_f64();
    let last = rounds.len() - 1;
    let sum = |of: fn(&Round) -> usize| rounds.iter().map(of).sum::<usize>();
    let [twice, missing, after] = [sum(|it| it.twice), sum(|it| it.lost), sum(|it| it.late)];
    let wrong = f64::from(u32::try_from(twice + missing + after).unwrap_or(u32::MAX));
    report.figure(
        &format!("{name}: latest first write"),
        gap(last),
        "s",
        Goal::AtMost(bound),
    );
    report.figure(
        &format!("{name}: duplicate, lost or late writes"),
        wrong,
        "",
        Goal::Exactly(0.0),
    );
    vec![
        name.to_owned(),
        number(gap(0)),
        number(gap(last / 2)),
        number(gap(last)),
        twice.to_string(),
        missing.to_string(),
        after.to_string(),
        sum(|it| it.refused).to_string(),
    ]
}
