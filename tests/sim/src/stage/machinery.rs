//! The cluster's own controllers, in the world's time.

use std::future::pending;
use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;
use tarnfui_sandbox::life::{Habits, Life};
use tokio::time::sleep_until;

use crate::clock::World;
use crate::network::Network;
use crate::record::Actor;
use crate::story::Story;

/// What they do in a story; it never ends.
pub(super) async fn machinery(story: Story, network: Network, world: World) {
    let mut life = Life::new(story.seed, habits(&story));
    let sandbox = network.sandbox().clone();
    loop {
        let now = world.now();
        let bell = sandbox.changed();
        let turn = || sandbox.with(|server| life.turn(server, now));
        let next = network.make(Actor::Machinery, None, turn);
        let next = next.map(|at| world.instant(at));
        let due = async {
            match next {
                Some(instant) => sleep_until(instant).await,
                None => pending().await,
            }
        };
        tokio::select! { biased; () = bell => {}, () = due => {} }
    }
}

/// How long pods take. In every fourth story each takes its own time, as in a cluster; in the others
/// those of a story take the same, so that a workload reports once where it would for each of its pods:
/// most of what is written and watched in a run is such reports.
fn habits(story: &Story) -> Habits {
    let usual = Habits::default();
    if story.is_as_in_a_cluster() {
        return usual;
    }
    let mut luck = Rng::with_seed(story.seed);
    let mut alike = |range: &Range<Duration>| {
        let spread = range.end.saturating_sub(range.start);
        let chosen = range.start + spread.mul_f64(luck.f64());
        chosen..chosen
    };
    Habits {
        ready_after: alike(&usual.ready_after),
        gone_after: alike(&usual.gone_after),
        ..usual
    }
}
