//! The windows against a brute-force reading of the same schedules, in every IANA zone over 2026
//! and 2027: each minute within 36 hours of a change of the clock, each quarter of an hour
//! elsewhere. It takes some minutes; a sample of it is among the tests.

#[path = "../tests/time/brute.rs"]
mod brute;
#[path = "../tests/time/cases.rs"]
mod cases;
#[path = "../tests/time/compare.rs"]
mod compare;

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use compare::{Disagreement, NEAR_CHANGE, changes, compare, samples};
use tarnfui_shared::zone;

/// The minutes since 1970 of 2026-01-01 and 2028-01-01, in UTC.
const FIRST: i64 = 20_454 * 24 * 60;
const LAST: i64 = 21_184 * 24 * 60;

const THREADS: usize = 2;

#[expect(clippy::print_stdout, reason = "a report is what it is for")]
fn main() -> ExitCode {
    let zones: Vec<&str> = zone::names().collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = (0, Vec::new());
        while let Some(zone) = zones.get(next.fetch_add(1, Ordering::Relaxed)) {
            match compare_zone(zone) {
                Ok(count) => found.0 += count,
                Err(error) => found.1.push(error),
            }
        }
        found
    };
    let found = thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        let results = workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker that ends"));
        results.reduce(|a, b| (a.0 + b.0, [a.1, b.1].into_iter().flatten().collect()))
    });
    let (count, errors) = found.unwrap_or_default();
    for error in &errors {
        println!("{error}");
    }
    println!(
        "{} zones, {count} instants, {} zones disagree",
        zones.len(),
        errors.len()
    );
    if errors.is_empty() && count > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Compares all schedules in one zone, up to the first disagreement.
fn compare_zone(zone: &str) -> Result<usize, Box<Disagreement>> {
    let changes = changes(zone, FIRST, LAST);
    let all = samples(&changes, FIRST, LAST);
    let mut count = 0;
    for case in cases::everyday(zone) {
        let hours = case.hours();
        count += compare(&case, |at| hours.at(at), &all)?;
    }
    for change in &changes {
        let near = change.minute - NEAR_CHANGE..=change.minute + NEAR_CHANGE;
        let near: Vec<i64> = near.collect();
        for case in cases::round(change, zone) {
            let hours = case.hours();
            count += compare(&case, |at| hours.at(at), &near)?;
        }
    }
    Ok(count)
}
