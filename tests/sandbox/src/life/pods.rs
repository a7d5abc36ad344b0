//! Pods as far as whoever made them counts them: started, ready after a while, stopped, gone after a
//! while. Whether there is an object for each is not decided here.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::habits::{Dice, later};
use crate::json::Value;

/// An image with this tag never runs.
pub(super) const BROKEN: &str = "broken";

/// One pod.
#[derive(Debug, Clone)]
pub(super) struct Pod {
    /// Its name, once there is an object.
    pub(super) name: Box<str>,
    /// The number that is its own as long as it lives; of a StatefulSet the one in its name.
    pub(super) ordinal: i64,
    /// The revision of its template.
    pub(super) revision: Arc<str>,
    pub(super) phase: Phase,
    /// What the object shows, once there is one.
    pub(super) shown: Option<Phase>,
}

/// How far a pod is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It will be ready then; never, if its image is broken.
    Starting(Option<Timestamp>),
    /// It has been since then.
    Ready(Timestamp),
    /// It has done its work, or failed to.
    Ended { is_success: bool },
    /// It will be gone then.
    Stopping { was_ready: bool, gone_at: Timestamp },
    /// It is.
    Gone,
}

impl Pod {
    /// A pod that begins now.
    pub(super) fn start(
        template: &Value,
        revision: &Arc<str>,
        ordinal: i64,
        (now, dice): (Timestamp, &mut Dice),
    ) -> Self {
        let is_broken = is_tagged(template, BROKEN);
        let ready_at = (!is_broken).then(|| dice.after(now, |it| &it.ready_after));
        Self {
            name: Box::default(),
            ordinal,
            revision: revision.clone(),
            phase: Phase::Starting(ready_at),
            shown: None,
        }
    }

    /// Whether it counts as one of those that are wanted.
    pub(super) fn is_active(&self) -> bool {
        match self.phase {
            Phase::Starting(_) | Phase::Ready(_) => true,
            Phase::Ended { .. } | Phase::Stopping { .. } | Phase::Gone => false,
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(self.phase, Phase::Ready(_))
    }

    /// Ready for so long.
    pub(super) fn is_available(&self, for_long: Duration, now: Timestamp) -> bool {
        match self.phase {
            Phase::Ready(since) => later(since, for_long) <= now,
            Phase::Starting(_) | Phase::Ended { .. } | Phase::Stopping { .. } | Phase::Gone => {
                false
            }
        }
    }

    /// Begins to end, unless it does already.
    pub(super) fn stop(&mut self, now: Timestamp, dice: &mut Dice) {
        match self.phase {
            Phase::Starting(_) | Phase::Ready(_) | Phase::Ended { .. } => {
                self.phase = Phase::Stopping {
                    was_ready: self.is_ready(),
                    gone_at: dice.after(now, |it| &it.gone_after),
                };
            }
            Phase::Stopping { .. } | Phase::Gone => {}
        }
    }

    /// What was due by now is done.
    pub(super) fn advance(&mut self, now: Timestamp) {
        match self.phase {
            Phase::Starting(Some(at)) if at <= now => self.phase = Phase::Ready(now),
            Phase::Stopping { gone_at, .. } if gone_at <= now => self.phase = Phase::Gone,
            Phase::Starting(_)
            | Phase::Ready(_)
            | Phase::Ended { .. }
            | Phase::Stopping { .. }
            | Phase::Gone => {}
        }
    }

    /// When it will be further, where `for_long` is what makes a ready one available.
    pub(super) fn due(&self, for_long: Duration, now: Timestamp) -> Option<Timestamp> {
        match self.phase {
            Phase::Starting(at) => at,
            Phase::Ready(since) => Some(later(since, for_long)).filter(|at| *at > now),
            Phase::Stopping { gone_at, .. } => Some(gone_at),
            Phase::Ended { .. } | Phase::Gone => None,
        }
    }
}

/// Whether an image of the template has this tag.
pub(super) fn is_tagged(template: &Value, tag: &str) -> bool {
    let containers = template["spec"]["containers"].as_array();
    containers.into_iter().flatten().any(|container| {
        let image = container["image"].as_str().unwrap_or_default();
        image.rsplit_once(':').is_some_and(|(_, it)| it == tag)
    })
}

/// The earlier of two instants that may not come.
pub(super) fn earlier(left: Option<Timestamp>, right: Option<Timestamp>) -> Option<Timestamp> {
    left.into_iter().chain(right).min()
}
