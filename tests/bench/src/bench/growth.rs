//! How memory, sync, storms and requests grow with the number of workloads; on the sandbox, so that
//! an API server's own growth is not part of it.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use plotters::prelude::*;
use tarnfui_tests::controllers::ACCOUNT;

use crate::bench::footprint;
use crate::bench::storm::Boundaries;
use crate::context::Context;
use crate::ground::{Ground, SECOND};
use crate::population::Population;
use crate::report::{Report, mebibytes, number};
use crate::usage::Memory;

/// The numbers of workloads.
const SIZES: [usize; 4] = [1_000, 5_000, 10_000, 50_000];

/// What is plotted: the file, what it shows, and its unit.
const PLOTS: [(&str, &str, &str); 4] = [
    ("memory", "Peak memory after the first lists", "MiB"),
    ("sync", "CPU until all is known", "s"),
    ("storm", "First to last write of a storm", "s"),
    ("requests", "Requests of a storm", ""),
];

/// The figures of one size, in the order of [`PLOTS`].
type Point = (usize, [f64; 4]);

/// The bench. Plots go to `directory`.
pub async fn run(context: &Context, directory: &Path) -> anyhow::Result<Report> {
    let mut report = Report::begin("growth").limited(context.programs.limit());
    let mut points: Vec<Point> = Vec::new();
    for size in context.scale.pick(&SIZES[..], &[50, 100]) {
        points.push((*size, measure(context, Population::of(*size)).await?));
    }
    std::fs::create_dir_all(directory)?;
    for (place, (name, title, unit)) in PLOTS.into_iter().enumerate() {
        let values: Vec<_> = points
            .iter()
            .map(|(size, all)| (*size, all[place]))
            .collect();
        let path = directory.join(format!("growth-{name}.svg"));
        let title = format!("{title}: {}", slope(&values, unit));
        draw(&path, &title, unit, &values).with_context(|| format!("draw {}", path.display()))?;
    }
    let row = |(size, values): &Point| {
        let values = values.iter().copied().map(number);
        std::iter::once(size.to_string()).chain(values).collect()
    };
    report.table(
        "On the sandbox; ten workloads to a namespace",
        &[
            "workloads",
            "peak memory, MiB",
            "CPU until ready, s",
            "first to last write, s",
            "requests of a storm",
        ],
        points.iter().map(row).collect(),
    );
    Ok(report)
}

async fn measure(context: &Context, population: Population) -> anyhow::Result<[f64; 4]> {
    let ground = Ground::sandbox().await?;
    ground.fill(population, &context.programs).await?;
    let (mut leader, _, sync) = footprint::start(&ground, &context.programs, "leader", ACCOUNT)?;
    leader.until_leading()?;
    let memory = Memory::of(leader.process().id())?;
    let mut standby = ground.controller(&context.programs, "standby", SECOND)?;
    standby.until_ready()?;
    let each = Duration::from_secs(10) + Duration::from_millis(population.workloads as u64 * 2);
    // One way: the sandbox remembers no more requests than that.
    let boundaries = Boundaries::announce(&ground, context, population, each).await?;
    let down = boundaries.sleep(&ground, population, &mut leader).await?;
    let requests = u32::try_from(down.requests).unwrap_or(u32::MAX);
    Ok([
        mebibytes(memory.peak),
        sync.as_secs_f64(),
        down.row.between.as_secs_f64(),
        f64::from(requests),
    ])
}

/// What a thousand workloads more cost, by the least squares.
fn slope(values: &[(usize, f64)], unit: &str) -> String {
    let points: Vec<(f64, f64)> = values
        .iter()
        .map(|(size, value)| (thousands(*size), *value))
        .collect();
    let count = thousands(points.len() * 1_000);
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|it| it.0), mean(|it| it.1));
    let covariance: f64 = points.iter().map(|it| (it.0 - x) * (it.1 - y)).sum();
    let variance: f64 = points.iter().map(|it| (it.0 - x).powi(2)).sum();
    let text = format!("{} {unit}", number(covariance / variance));
    format!("{} for a thousand more", text.trim())
}

fn thousands(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX)) / 1e3
}

fn draw(path: &Path, title: &str, unit: &str, values: &[(usize, f64)]) -> anyhow::Result<()> {
    let points: Vec<_> = values
        .iter()
        .map(|(size, value)| (thousands(*size), *value))
        .collect();
    let most = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).fold(0.0, f64::max) * 1.05;
    let area = SVGBackend::new(path, (640, 320)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..most(|it| it.0), 0.0..most(|it| it.1))?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_desc("thousands of workloads")
        .y_desc(unit)
        .draw()?;
    chart.draw_series(LineSeries::new(points.clone(), &BLUE))?;
    let dot = |point| Circle::new(point, 4, BLUE.filled());
    chart.draw_series(points.into_iter().map(dot))?;
    area.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_that_of_the_line() {
        let values = [(1_000, 5.0), (2_000, 5.5), (5_000, 7.0)];
        assert_eq!(slope(&values, "MiB"), "0.500 MiB for a thousand more");
    }
}
