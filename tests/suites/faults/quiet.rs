//! Where nothing changes nothing is asked; and the boundary that ends the quiet is met on time, on the
//! machine's own clock.

use std::time::Duration;

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use tarnfui_tests::controllers::{ACCOUNT, Launch, RIGHTS, grant, with_account};
use tarnfui_tests::place::Place;
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Metrics, Options};

use super::{PATCH_WEB, WEB};

/// How long it is quiet.
const QUIET: Duration = Duration::from_secs(15);

/// A first write leaves within this of its boundary.
const ON_TIME: SignedDuration = SignedDuration::from_secs(1);

/// What the controller watches.
const WATCHED: [&str; 5] = [
    "namespaces",
    "deployments",
    "statefulsets",
    "cronjobs",
    "horizontalpodautoscalers",
];

pub(super) fn trials(suite: Suite) -> Suite {
    suite.trial(
        "a quiet cluster sees the lease and the watches, until the boundary",
        quiet,
    )
}

async fn quiet(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.start(&with_account(Options::api_server_only()))?;
    grant(&cluster, RIGHTS)?;
    let mut leader = Launch::new("first").start_ready(&cluster)?;
    leader.until_leading()?;
    let standby = Launch::new("second").start_ready(&cluster)?;
    let scene = ns("quiet").says("asleep-until", "forever").deploy("web", 2);
    let place = Place::make(&cluster, &scene).await?;
    place.until(WEB, "0 saved=2").await?;

    let boundary =
        Timestamp::now() + SignedDuration::try_from(QUIET)? + SignedDuration::from_secs(4);
    let window = format!("{boundary} - {}", boundary + SignedDuration::from_hours(1));
    place
        .says(&[("asleep-until", None), ("schedule", Some(&window))])
        .await?;
    place.expect_writes(&[PATCH_WEB]).await?;

    let (since, counted) = (Timestamp::now(), cluster.api_server_metrics().await?);
    tokio::time::sleep(QUIET).await;
    let counted = growth(&counted, &cluster.api_server_metrics().await?);
    let asked = cluster
        .requests()?
        .into_iter()
        .filter(|it| it.user == ACCOUNT && it.received_at > since);
    let asked: Vec<_> = asked.filter(|it| it.received_at < boundary).collect();
    let stray = asked
        .iter()
        .find(|it| it.resource != "leases" && it.verb != "watch");
    ensure!(stray.is_none(), "{stray:?}");
    // The server's own counters know no users; but of these kinds nobody else asks anything.
    let grown: Vec<_> = WATCHED
        .iter()
        .zip(counted)
        .filter(|(_, by)| *by > 0.5)
        .collect();
    ensure!(grown.is_empty(), "{grown:?}");
    // Two candidates, an attempt of at most two calls each every two seconds.
    let of_lease = asked.iter().filter(|it| it.resource == "leases").count();
    ensure!(
        (7..=34).contains(&of_lease),
        "{of_lease} requests for the lease in {QUIET:?}"
    );

    place.until(WEB, "2").await?;
    let written = place.written_at("web", since).await?;
    let late = written.duration_since(boundary);
    ensure!(
        late >= SignedDuration::ZERO && late < ON_TIME,
        "{late:?} after the boundary"
    );
    ensure!(leader.metric("tarnfui_transition_last_lateness_seconds")? < 1.0);
    ensure!(standby.metric("tarnfui_transition_lateness_seconds_count")? < 1.0);
    place.expect_writes(&[PATCH_WEB; 2]).await?;
    assert_eq!(place.conflicts()?, [""; 0], "two replicas acted");
    Ok(())
}

/// By how much the counters of all requests but watches have grown, by what is watched.
fn growth(before: &Metrics, after: &Metrics) -> [f64; WATCHED.len()] {
    let verbs = ["GET", "LIST", "POST", "PUT", "PATCH", "APPLY", "DELETE"];
    WATCHED.map(|resource| {
        let sum = |metrics: &Metrics| -> f64 {
            let of = |verb| {
                metrics.sum(
                    "apiserver_request_total",
                    &[("verb", verb), ("resource", resource)],
                )
            };
            verbs.iter().map(|verb| of(verb)).sum()
        };
        sum(after) - sum(before)
    })
}
