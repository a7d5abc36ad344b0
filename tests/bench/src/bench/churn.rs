//! What a cluster in which much happens costs that has nothing to do with sleeping: statuses change,
//! and every change is an event on a watch.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tarnfui_sandbox::kinds::RESOURCES;
use tarnfui_sandbox::server::Hand;
use tarnfui_tests::served::Served;

use crate::context::Context;
use crate::ground::Ground;
use crate::population::Population;
use crate::report::{Goal, Report, mebibytes, number};
use crate::usage::{self, Memory};

/// Changes come in batches, so often.
const TICK: Duration = Duration::from_millis(20);

/// The bench.
pub async fn run(context: &Context) -> anyhow::Result<Report> {
    let mut report = Report::begin("churn").limited(context.programs.limit());
    let population = Population::of(context.scale.pick(10_000, 100));
    let long = context
        .scale
        .pick(Duration::from_mins(1), Duration::from_secs(1));
    let ground = Ground::sandbox().await?;
    ground.fill(population, &context.programs).await?;
    let Ground::Sandbox(served) = &ground else {
        anyhow::bail!("a real API server would only measure itself");
    };
    let mut leader = ground.leader(&context.programs)?;
    let id = leader.process().id();
    let mut rows = Vec::new();
    for rate in [200, 1_000] {
        // What the first seconds bring is not growth.
        change(served, population, rate, long / 10).await;
        let before = (usage::processor_time(id)?, Memory::of(id)?);
        let since = Instant::now();
        let events = change(served, population, rate, long).await;
        let wall = since.elapsed();
        let after = (usage::processor_time(id)?, Memory::of(id)?);
        let used = usage::millicores(before.0, after.0, wall);
        let of_memory = |memory: Memory| mebibytes(memory.resident);
        if rate == 1_000 {
            let grown = of_memory(after.1) - of_memory(before.1);
            report.figure("1,000 events a second", used, "mCPU", Goal::AtMost(100.0));
            report.figure(
                "growth in a minute",
                grown.max(0.0),
                "MiB",
                Goal::AtMost(0.25),
            );
        }
        rows.push(vec![
            number(f64::from(events) / wall.as_secs_f64()),
            number(wall.as_secs_f64()),
            number(used),
            number(used * wall.as_secs_f64() * 1000.0 / f64::from(events)),
            number(of_memory(before.1)),
            number(of_memory(after.1)),
        ]);
    }
    report.table(
        "Changes of the status of 10,000 workloads, over plain HTTP; memory in MiB",
        &[
            "events/s",
            "s",
            "mCPU",
            "us of CPU an event",
            "before",
            "after",
        ],
        rows,
    );
    Ok(report)
}

/// Changes the status of one workload after the other, at a rate; returns how many it were.
async fn change(served: &Served, population: Population, rate: u32, long: Duration) -> u32 {
    let workloads: Vec<_> = population.workloads().collect();
    let deployments = RESOURCES.iter().position(|it| it.kind == "Deployment");
    let deployments = deployments.expect("Deployments are in the table");
    let mut places = workloads
        .iter()
        .filter(|it| it.resource == "deployments")
        .cycle();
    let since = Instant::now();
    let mut done = 0;
    let mut ticks = tokio::time::interval(TICK);
    while since.elapsed() < long {
        ticks.tick().await;
        let milliseconds = u32::try_from(since.elapsed().as_millis()).unwrap_or(u32::MAX);
        let due = milliseconds / 1_000 * rate + milliseconds % 1_000 * rate / 1_000;
        served.server().with(|server| {
            let at = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            while done < due {
                done += 1;
                let Some(place) = places.next() else { return };
                let store = server.store();
                let before = store.get(deployments, &place.namespace, &place.name);
                let Some(before) = before.cloned() else {
                    return;
                };
                let hand = Hand {
                    sub: Some("status"),
                    ..Hand::of_controllers(&at)
                };
                server.change(deployments, &before, hand, |object| {
                    object["status"]["readyReplicas"] = u64::from(done % 3).into();
                });
            }
        });
    }
    done
}
