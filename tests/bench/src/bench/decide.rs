//! The pure core alone: texts read, decisions made, plans made, and what they allocate.

use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::annotations::NamespaceAnnotations;
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Activity, decide};
use tarnfui_shared::holidays::Holidays;
use tarnfui_shared::observe::{RawWorkload, Workload};
use tarnfui_shared::plan::{Memory, Observation, Seen, plan};
use tarnfui_shared::rules::Rules;
use tarnfui_shared::schedule::Schedule;
use tarnfui_shared::window::Hours;
use tarnfui_shared::workload::Kind;
use tarnfui_shared::zone::Zone;

use crate::context::Context;
use crate::population::Population;
use crate::report::{Goal, Report, number};

use super::plugin::median;

/// A schedule as people write it, and its zone.
const SCHEDULE: &str = "Mon-Fri 08:00-20:00, Sat 10:00-14:00";
const ZONE: &str = "Europe/Paris";

/// Each figure is the median of so many stretches of work.
const STRETCHES: usize = 15;

/// Workloads to a namespace.
const WORKLOADS: usize = 5;

/// Namespaces that are all looked at anew.
const NAMESPACES: u32 = 10_000;

/// The bench.
pub fn run(context: &Context) -> anyhow::Result<Report> {
    let mut report = Report::begin("decide");
    let long = context
        .scale
        .pick(Duration::from_millis(100), Duration::from_millis(1));
    let zone = Zone::parse(ZONE)?;
    let hours = hours(&zone)?;
    let rules = rules()?;
    let workloads = workloads()?;
    let start: Timestamp = "2026-11-23T00:00:00Z".parse()?;
    let mut rows = Vec::new();
    // Each from another minute of a year on, as looks are: nothing is asked twice in a row.
    let mut minute = 0_i64;
    let mut now = || {
        minute = (minute + 7_919) % (365 * 24 * 60);
        start + SignedDuration::from_mins(minute)
    };
    let parse = time(long, || Schedule::parse(black_box(SCHEDULE)).is_ok());
    rows.push(row("a schedule is read", &parse));
    let decided = time(long, || {
        decide(now(), black_box(&rules), &Activity::default())
    });
    report.figure(
        "a decision",
        decided.nanoseconds / 1e3,
        "us",
        Goal::AtMost(1.0),
    );
    rows.push(row("a decision", &decided));
    let planned = time(long, || plan(now(), &observed(&rules, &workloads)));
    let all = planned.nanoseconds * f64::from(NAMESPACES) / 1e6;
    report.figure(
        "10,000 namespaces planned anew",
        all,
        "ms",
        Goal::AtMost(20.0),
    );
    rows.push(row("a plan, 5 workloads", &planned));
    let year = time(long, || {
        black_box(&hours).windows(start, start + SignedDuration::from_hours(365 * 24))
    });
    rows.push(row("a year's windows", &year));
    report.table(
        "Medians; allocations of one",
        &["what", "ns", "a second", "allocations", "bytes allocated"],
        rows,
    );
    Ok(report)
}

/// What one piece of work costs.
struct Cost {
    nanoseconds: f64,
    allocations: u64,
    bytes: u64,
}

/// Times a piece of work, over and over.
fn time<T>(long: Duration, mut work: impl FnMut() -> T) -> Cost {
    let mut times = Vec::with_capacity(STRETCHES);
    for _ in 0..STRETCHES {
        let since = Instant::now();
        let mut count = 0_u32;
        while since.elapsed() < long {
            for _ in 0..64 {
                black_box(work());
            }
            count += 64;
        }
        times.push(since.elapsed().as_secs_f64() * 1e9 / f64::from(count));
    }
    let counted = allocation_counter::measure(|| drop(black_box(work())));
    Cost {
        nanoseconds: median(times),
        allocations: counted.count_total,
        bytes: counted.bytes_total,
    }
}

fn row(what: &str, cost: &Cost) -> Vec<String> {
    vec![
        what.to_owned(),
        number(cost.nanoseconds),
        number((1e9 / cost.nanoseconds).round()),
        cost.allocations.to_string(),
        cost.bytes.to_string(),
    ]
}

fn hours(zone: &Zone) -> anyhow::Result<Hours> {
    let schedule = Schedule::parse(SCHEDULE)?;
    Ok(Hours::new(
        &schedule,
        zone,
        &Holidays::none(),
        SignedDuration::ZERO,
    ))
}

fn rules() -> anyhow::Result<Rules> {
    let pairs = [
        ("tarnfui.io/schedule", SCHEDULE),
        ("tarnfui.io/timezone", ZONE),
    ];
    let (annotations, faults) = NamespaceAnnotations::read(pairs);
    let (rules, problems) = Rules::of_namespace("shop", &annotations, &Config::default());
    anyhow::ensure!(faults.is_empty() && problems.is_empty());
    Ok(rules)
}

/// Workloads that are as the hours of the first look want them.
fn workloads() -> anyhow::Result<Vec<Workload>> {
    let population = Population {
        workloads: WORKLOADS,
        namespaces: 1,
    };
    let observe = |(number, it): (usize, crate::population::Workload)| {
        let mut object = it.manifest();
        object["metadata"]["uid"] = format!("00000000-0000-0000-0000-{number:012}").into();
        object["metadata"]["resourceVersion"] = "17".into();
        object["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z".into();
        let raw: RawWorkload = serde_json::from_value(object)?;
        Ok(raw.observe(Kind::Deployment)?)
    };
    population.workloads().enumerate().map(observe).collect()
}

fn observed<'a>(rules: &'a Rules, workloads: &'a [Workload]) -> Observation<'a> {
    let seen = |workload| Seen {
        workload,
        own: None,
        is_handled: true,
        autoscaler: None,
        memory: Memory::default(),
    };
    Observation {
        namespace: "shop",
        unknown: None,
        rules,
        problems: &[],
        activity: Activity::default(),
        workloads: workloads.iter().map(seen).collect(),
    }
}
