//! The same patches by a client that does nothing else: what an API server can take.

use anyhow::Context as _;
use jiff::Timestamp;
use kube::Client;
use serde_json::{Value as Json, json};

use crate::asked::Asked;
use crate::bench::storm::Row;
use crate::ground::{self, BARE, Ground};
use crate::population::{Population, REPLICAS, Workload};

/// As whom it writes: not as Tarnfui, which would wonder who has taken its marks away.
const MANAGER: &str = "bench";

/// Patches every workload down and up again, so many at a time, with a controller's rights, a
/// precondition and a field manager as it has them, and labels as long as its. Says of either
/// direction how long it took from the first patch to the last, by the server's log.
pub(super) async fn run(ground: &Ground, population: Population) -> anyhow::Result<[Row; 2]> {
    let client = ground.client_as(BARE).await?;
    let down = one(
        ground,
        &client,
        population,
        (0, json!(REPLICAS.to_string())),
    )
    .await?;
    let up = one(ground, &client, population, (REPLICAS, Json::Null)).await?;
    Ok([down, up])
}

async fn one(
    ground: &Ground,
    client: &Client,
    population: Population,
    (replicas, mark): (u32, Json),
) -> anyhow::Result<Row> {
    let versions = versions(ground, population).await?;
    let patch = |(workload, version): (Workload, String)| {
        let path = format!("{}?fieldManager={MANAGER}", workload.path());
        let labels = json!({ "sleeper.io/saved": mark, "sleeper.io/asleep-at": null });
        let body = json!({
            "metadata": { "resourceVersion": version, "labels": labels },
            "spec": { "replicas": replicas },
        });
        (path, body)
    };
    let since = Timestamp::now();
    let before = ground.processor_time()?;
    ground::patch(client, population.workloads().zip(versions).map(patch)).await?;
    let server_time = ground.processor_time()?.saturating_sub(before);
    let log = ground.requests()?;
    let asked = Asked::within(&log, since, Timestamp::now()).by(BARE);
    let count = asked.writes().count();
    anyhow::ensure!(
        count == population.workloads,
        "{count} writes of the bare loop are in the log, and not {}",
        population.workloads
    );
    let (first, last) = asked.writes().span().context("nothing was written")?;
    Ok(Row {
        between: last.duration_since(first),
        server_time,
    })
}

/// The versions of all workloads, in the population's order.
async fn versions(ground: &Ground, population: Population) -> anyhow::Result<Vec<String>> {
    let mut found = ground.workloads().await?;
    let version = |it: Workload| {
        let object = found.remove(&it)?;
        Some(object["metadata"]["resourceVersion"].as_str()?.to_owned())
    };
    let versions: Option<Vec<_>> = population.workloads().map(version).collect();
    versions.context("a workload is missing")
}
