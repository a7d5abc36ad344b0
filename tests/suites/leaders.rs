//! Two replicas, one acts; and what happens when that one is told to stop, is killed, or stands still
//! in the middle of thirty writes.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use rustix::process::Signal;
use tarnfui_tests::controllers::{Controller, Launch, RIGHTS, grant, with_account};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::place::Place;
use tarnfui_tests::roles;
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Cluster, Options, say};

const ROLES: &[Role] = &[roles::CONTROLLER];

/// How many workloads are in the namespace: enough to be in the middle of.
const WORKLOADS: i32 = 30;

/// How long it may take until another leads: after SIGTERM, and where nothing was given back.
const AFTER_TERM: Duration = Duration::from_secs(3);
const AFTER_KILL: Duration = Duration::from_secs(20);

/// How long a leader stands still: longer than its lease.
const STANDSTILL: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    Suite::new(with_account(Options::api_server_only()))
        .roles(ROLES)
        .at_once(3)
        .trial(
            "a leader told to stop hands over within 3 s, and nothing is lost",
            told_to_stop,
        )
        .trial(
            "a leader that is killed is followed within 20 s, and nothing is lost",
            killed,
        )
        .trial(
            "a leader that stood still for 20 s writes nothing when it goes on",
            stood_still,
        )
        .run()
}

/// Two replicas and a namespace of thirty workloads.
struct Duel<'a> {
    place: Place<'a>,
    leader: Controller,
    standby: Controller,
}

impl<'a> Duel<'a> {
    async fn begin(cluster: &'a Cluster) -> anyhow::Result<Self> {
        grant(cluster, RIGHTS)?;
        // One write at a time, so that there is a middle.
        let launch = |name| Launch::new(name).configuration("pace: {writesInFlight: 1}\n");
        let mut leader = launch("first").start_ready(cluster)?;
        leader.until_leading()?;
        let standby = launch("second").start_ready(cluster)?;
        let mut scene = ns("leaders");
        for number in 1..=WORKLOADS {
            scene = scene.deploy(&name(number), number);
        }
        let place = Place::make(cluster, &scene).await?;
        place.expect_writes(&[]).await?;
        ensure!(
            leader.metric("tarnfui_leader")? > 0.0,
            "the first one leads no more"
        );
        ensure!(standby.metric("tarnfui_leader")? < 1.0, "both lead");
        Ok(Self {
            place,
            leader,
            standby,
        })
    }

    /// Orders the namespace to sleep, and sends `signal` to the leader when it has begun. Returns
    /// when that was.
    async fn interrupt(&mut self, signal: Signal) -> anyhow::Result<(Instant, Timestamp)> {
        self.place
            .says(&[("asleep-until", Some("forever"))])
            .await?;
        self.place.until(&reference(1), "0 saved=1").await?;
        self.leader
            .process()
            .signal(signal)
            .context("send the signal")?;
        Ok((Instant::now(), Timestamp::now()))
    }

    /// Fails unless some, and not all, of the writes were made before `at`.
    fn expect_middle(&self, at: Timestamp) -> anyhow::Result<usize> {
        let requests = self.place.controller_requests()?;
        let before = requests
            .iter()
            .filter(|it| it.is_write() && it.code == 200 && it.received_at <= at);
        let before = before.count();
        let all = usize::try_from(WORKLOADS)?;
        ensure!(
            (1..all).contains(&before),
            "{before} of {all} were written before the signal"
        );
        Ok(before)
    }

    /// How many writes were asked for, granted or not.
    fn asked(&self) -> anyhow::Result<usize> {
        let requests = self.place.controller_requests()?;
        let writes = requests
            .iter()
            .filter(|it| it.is_write() && it.resource != "events");
        Ok(writes.count())
    }

    /// Waits until all sleep, with the replicas they had, and fails unless that took one write each.
    async fn expect_asleep(&self) -> anyhow::Result<()> {
        for number in 1..=WORKLOADS {
            self.place
                .until(&reference(number), &format!("0 saved={number}"))
                .await?;
        }
        self.expect_writes_each(1).await
    }

    /// Orders the namespace to wake, and fails unless all comes back, with one more write each.
    async fn expect_awake(&self) -> anyhow::Result<()> {
        self.place.says(&[("asleep-until", None)]).await?;
        for number in 1..=WORKLOADS {
            self.place
                .until(&reference(number), &number.to_string())
                .await?;
        }
        self.expect_writes_each(2).await
    }

    async fn expect_writes_each(&self, times: usize) -> anyhow::Result<()> {
        self.place.settle().await?;
        let found = self.place.writes()?;
        for number in 1..=WORKLOADS {
            let line = format!("patch deployments/{}", name(number));
            let granted = found.iter().filter(|it| **it == line).count();
            // Whoever is killed, or stands still, does not hear what became of its one write in
            // flight, and the server logs that as a timeout whether it was made or not.
            let unheard = found
                .iter()
                .filter(|it| **it == format!("{line}: 504"))
                .count();
            ensure!(
                granted == times || granted + unheard == times,
                "{granted} writes and {unheard} unheard of {line}, not {times}"
            );
        }
        let all = times * usize::try_from(WORKLOADS)?;
        ensure!(
            found.len() <= all + 1,
            "{} writes, not {all}: {found:?}",
            found.len()
        );
        // Nothing but the replicas writes here: a conflict would be the two of them meeting.
        assert_eq!(self.place.conflicts()?, [""; 0], "two replicas acted");
        Ok(())
    }
}

fn name(number: i32) -> String {
    format!("web-{number:02}")
}

fn reference(number: i32) -> String {
    format!("deployment/{}", name(number))
}

async fn told_to_stop(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = own_cluster(testbed)?;
    let mut duel = Duel::begin(&cluster).await?;
    let (since, at) = duel.interrupt(Signal::TERM).await?;
    duel.standby.until_leading()?;
    expect_within(AFTER_TERM, since)?;
    duel.expect_middle(at)?;
    duel.expect_asleep().await?;
    let ended = duel.leader.process().end().context("it did not end")?;
    ensure!(ended.success(), "it ended with {ended}");
    duel.expect_awake().await
}

async fn killed(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = own_cluster(testbed)?;
    let mut duel = Duel::begin(&cluster).await?;
    let (since, at) = duel.interrupt(Signal::KILL).await?;
    duel.standby.until_leading()?;
    expect_within(AFTER_KILL, since)?;
    duel.expect_middle(at)?;
    duel.expect_asleep().await?;
    duel.expect_awake().await
}

async fn stood_still(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = own_cluster(testbed)?;
    let mut duel = Duel::begin(&cluster).await?;
    let (since, at) = duel.interrupt(Signal::STOP).await?;
    duel.standby.until_leading()?;
    expect_within(AFTER_KILL, since)?;
    duel.expect_middle(at)?;
    tokio::time::sleep(STANDSTILL.saturating_sub(since.elapsed())).await;
    duel.expect_asleep().await?;
    let asked = duel.asked()?;
    duel.leader.process().signal(Signal::CONT)?;
    // It answers again, so it has looked at what it held; and it knows that it leads no more.
    duel.leader.until("standing by", |it| {
        it.metric("tarnfui_leader").is_ok_and(|leads| leads < 1.0)
    })?;
    duel.expect_asleep().await?;
    // Refused ones would count as well: it had some left to make.
    assert_eq!(duel.asked()?, asked, "it wrote when it went on");
    duel.expect_awake().await?;

    // It is of use again when the other one goes.
    duel.standby.process().end();
    duel.leader.until_leading()?;
    duel.place.settle().await
}

fn own_cluster(testbed: &Testbed) -> anyhow::Result<Cluster> {
    testbed.start(&with_account(Options::api_server_only()))
}

fn expect_within(bound: Duration, since: Instant) -> anyhow::Result<()> {
    let took = since.elapsed();
    say(&format!("another led after {:.1} s", took.as_secs_f64()));
    ensure!(
        took < bound,
        "another led after {took:?}; at most {bound:?} is allowed"
    );
    Ok(())
}
