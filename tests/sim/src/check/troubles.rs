//! When something went wrong in a run, and how long its effects may last.

use std::time::Duration;

use crate::stage::{ENDS_WITHIN, Stage};
use crate::story::{Deed, Role};

/// How long after the last trouble everything has to be as the rules say: a watch that is dead is begun
/// anew after a minute without a sign, its pauses between attempts have grown to half a minute at most,
/// and the rest is for a list, a write and a conflict. Meanwhile a lease has run out (15 s) and been
/// taken (4 s), and the pauses of a write have grown to no more than the trouble lasted.
pub(super) const CALM_AFTER: Duration = Duration::from_secs(100);

/// How long after a person did something to a workload or its namespace: a grace of a minute, and a
/// rollout.
pub(super) const DONE_AFTER: Duration = Duration::from_secs(90);

/// How old what a replica acts by may be: the longest lag and the longest cut that a story has, and
/// the time until a watch that is dead is noticed.
pub(super) const STALE: Duration = Duration::from_secs(150);

/// How old where nothing goes wrong.
const FRESH: Duration = Duration::from_secs(1);

/// How long a call to which something happens is waited for, and how long one that is late takes.
const CALL: Duration = Duration::from_secs(15);

/// How long a lease may live that somebody made by hand.
const BY_HAND: Duration = Duration::from_secs(40);

/// When something was wrong, `[begin, end)` in the time that runs.
pub(super) struct Troubles {
    spans: Vec<(Duration, Duration)>,
    /// Autoscalers, which keep a workload awake that would sleep at more than 0.
    autoscaled: Vec<(Role, Duration, Duration)>,
}

impl Troubles {
    /// All of a run.
    pub(super) fn of(stage: &Stage) -> Self {
        let mut all = Self {
            spans: Vec::new(),
            autoscaled: Vec::new(),
        };
        for (at, deed) in &stage.story.deeds {
            let begin = stage.world.elapsed_at(*at);
            if let Some(lasts) = trouble(deed) {
                all.spans.push((begin, begin.saturating_add(lasts)));
            }
            if let Deed::Autoscale(role, _, _, lasts) = deed {
                all.autoscaled.push((*role, begin, begin + *lasts));
            }
        }
        let calls = stage.network.record(|record| record.faulted.clone());
        all.spans.extend(calls.iter().map(|at| (*at, *at + CALL)));
        all
    }

    /// Whether nothing is wrong then, nor was for long enough.
    pub(super) fn is_calm(&self, at: Duration) -> bool {
        let mut spans = self.spans.iter();
        !spans.any(|(begin, end)| *begin <= at && end.saturating_add(CALM_AFTER) > at)
    }

    /// How far what a replica sees may be behind what happens then.
    pub(super) fn behind(&self, at: Duration) -> Duration {
        let mut spans = self.spans.iter();
        let is_troubled =
            spans.any(|(begin, end)| *begin <= at + FRESH && end.saturating_add(CALM_AFTER) > at);
        if is_troubled { STALE } else { FRESH }
    }

    /// Whether a workload has an autoscaler then, or had one until a moment ago.
    pub(super) fn is_autoscaled(&self, role: Role, at: Duration) -> bool {
        let mut all = self.autoscaled.iter();
        all.any(|(of, begin, end)| *of == role && *begin <= at && *end + DONE_AFTER > at)
    }
}

/// How long what goes wrong lasts; none for what people do, who are not wrong.
fn trouble(deed: &Deed) -> Option<Duration> {
    match deed {
        Deed::Annotate(..)
        | Deed::Scale(..)
        | Deed::Deploy(_)
        | Deed::Recreate(_)
        | Deed::Refound(..)
        | Deed::Autoscale(..)
        | Deed::Apply(..)
        | Deed::EditMark(..)
        | Deed::Heal(..) => None,
        Deed::Compact | Deed::EndWatches(_) => Some(Duration::ZERO),
        Deed::Lease(_) => Some(BY_HAND),
        Deed::Configure(_, lasts)
        | Deed::Away(lasts)
        | Deed::Refuse(_, lasts)
        | Deed::Kill(_, lasts)
        | Deed::StandStill(_, _, lasts)
        | Deed::CutOff(_, _, lasts)
        | Deed::Slow(_, _, lasts)
        | Deed::Lag(_, _, lasts) => Some(*lasts),
        Deed::Stop(_, back) => Some(*back + ENDS_WITHIN),
        // A replica by whose clock it is another time has nights of its own, until the end.
        Deed::Step(..) => Some(Duration::MAX),
    }
}
