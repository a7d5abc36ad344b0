//! Runs one after the other: what was interrupted, and what is done already.

use anyhow::ensure;
use rustix::process::Signal;
use tarnfui_tests::place::Place;
use tarnfui_tests::release::{self, Release, writes};
use tarnfui_tests::scene::ns;
use tarnfui_tests::suite::{Suite, Testbed};

use super::{
    IS_PAUSED, NAMED, PATCH_CONFIG, PAUSES, STAYS_PAUSED, WEB, config, configure, expect,
    expect_writes, ground,
};

/// Enough to be in the middle of, and for more than one page of a list.
const WORKLOADS: usize = 120;

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .trial(
            "interrupted and run again it has written each workload once",
            async |testbed| interrupted(testbed, Signal::INT, Some(130)).await,
        )
        .trial(
            "killed and run again it has written each workload once",
            async |testbed| interrupted(testbed, Signal::KILL, None).await,
        )
        .trial(
            "run again with nothing left it says so, and writes nothing",
            again,
        )
}

/// Sends `signal` in the middle of many writes, by which it ends with `code`, and runs it again.
async fn interrupted(testbed: &Testbed, signal: Signal, code: Option<i32>) -> anyhow::Result<()> {
    let cluster = ground(testbed)?;
    // One write at a time, so that there is a middle.
    configure(&cluster, "pace: {writesInFlight: 1}\n").await?;
    let name = |number: usize| format!("web-{number:03}");
    let mut scene = ns("shop");
    for number in 1..=WORKLOADS {
        scene = scene
            .deploy(&name(number), 0)
            .marked("saved", &number.to_string());
    }
    let place = Place::make(&cluster, &scene).await?;

    let mut first = Release::start(&cluster, "first", &[NAMED])?;
    place.until("deployment/web-005", "5").await?;
    first.process().signal(signal)?;
    let ended = first.end()?;
    assert_eq!(ended.code, code);
    assert_eq!(ended.out, [PAUSES], "it has nothing to sum up");
    // Below what it logs.
    let said = ended.err.lines().last();
    let hint = "error: interrupted; hint: run this again, it goes on from here";
    assert_eq!(said, code.map(|_| hint), "{}", ended.err);

    let ended = Release::start(&cluster, "second", &[NAMED])?.end()?;
    let sum = ended.out.get(2).cloned().unwrap_or_default();
    let left: usize = sum.split(' ').nth(1).unwrap_or_default().parse()?;
    ensure!((1..=WORKLOADS - 5).contains(&left), "{left} were left");
    let lines = [
        IS_PAUSED,
        &format!("shop: {left} given back"),
        &format!("released {left} workloads in 1 namespace; nothing is left"),
        STAYS_PAUSED,
    ];
    expect(&ended, 0, &lines);
    for number in 1..=WORKLOADS {
        let is = place.see(&format!("deployment/{}", name(number))).await?;
        assert_eq!(is, number.to_string());
    }

    let mut found = writes(&cluster).await?;
    for number in 1..=WORKLOADS {
        let line = format!("patch deployments shop/{}", name(number));
        let cut = format!("{line}: 504");
        let granted = found.iter().filter(|it| **it == line).count();
        // Nobody hears what became of the one that was in flight, and the server logs it as a
        // timeout whether it was made or not.
        ensure!(
            granted == 1 || granted == 0 && found.contains(&cut),
            "{granted} of {line}"
        );
        found.retain(|it| *it != line);
    }
    let cut = found.iter().filter(|it| it.ends_with(": 504")).count();
    ensure!(cut <= 1, "{cut} were in flight: {found:?}");
    found.retain(|it| !it.ends_with(": 504"));
    assert_eq!(found, [PATCH_CONFIG], "nothing more");
    Ok(())
}

async fn again(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = ground(testbed)?;
    configure(&cluster, "{}").await?;
    let scene = ns("shop").deploy("web", 0).marked("saved", "3");
    // At rest, and never ours.
    let place = Place::make(&cluster, &scene.deploy("off", 0)).await?;
    let ended = Release::start(&cluster, "first", &[NAMED])?.end()?;
    let lines = [
        PAUSES,
        "shop: 1 given back",
        "released 1 workload in 1 namespace; nothing is left",
        STAYS_PAUSED,
    ];
    expect(&ended, 0, &lines);
    assert_eq!(place.see(WEB).await?, "3");
    let once = [PATCH_CONFIG, "patch deployments shop/web"];
    expect_writes(&cluster, &once).await?;
    let paused = config(&cluster).await?;
    let asked = release::requests(&cluster).await?.len();

    let ended = Release::start(&cluster, "second", &[NAMED])?.end()?;
    let lines = [
        IS_PAUSED,
        "released 0 workloads in 0 namespaces; nothing is left",
        STAYS_PAUSED,
    ];
    expect(&ended, 0, &lines);
    expect_writes(&cluster, &once).await?;
    assert_eq!(config(&cluster).await?, paused);
    assert_eq!(place.see("deployment/off").await?, "0");
    // The configuration; it and the lease, before and after; each kind by its marks, and whole; and
    // the lease at the end.
    let more = release::requests(&cluster).await?.len() - asked;
    assert_eq!(more, 1 + 2 + 2 * 3 + 2 + 1);
    Ok(())
}
