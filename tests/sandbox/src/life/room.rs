//! How many pods there may be, and how many of them are started at a time.
//!
//! What there is no room for is not made, as where a quota counts the pods: the workload says so and
//! waits until there is. It must not know for whom the room is.

use std::time::Duration;

/// How many pods there may be in the whole cluster, those that have ended included: 110 on a node,
/// which is what a kubelet takes unless it is told otherwise, and ten nodes of them.
/// It is two orders more than a demo has, and at some 40 kB for a pod, its history and who watches it
/// less than 50 MB.
const PODS: i64 = 10 * 110;

/// How many pods are started in one turn: as many as a controller makes at a time, by its
/// `burstReplicas`.
pub(super) const BURST: i64 = 500;

/// How much later there may be more of them, at least.
pub(super) const PAUSE: Duration = Duration::from_millis(1);

/// Why a workload did not get all the pods that it is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shortage {
    /// It gets more in a later turn.
    Burst,
    /// It gets more when others go.
    Full,
}

/// The room there is for one workload that is looked at.
#[derive(Debug)]
pub(super) struct Room {
    free: i64,
    pub(super) burst: i64,
    pub(super) shortage: Option<Shortage>,
}

impl Room {
    /// What is left beside so many pods, of which `burst` may come in this turn.
    pub(super) fn beside(pods: i64, burst: i64) -> Self {
        Self {
            free: (PODS - pods).max(0),
            burst,
            shortage: None,
        }
    }

    /// How many of the pods that are missing may be started now.
    pub(super) fn take(&mut self, missing: i64) -> i64 {
        let taken = missing.min(self.burst).min(self.free).max(0);
        self.burst -= taken;
        self.free -= taken;
        if taken < missing {
            let is_full = self.free == 0;
            self.shortage = Some(if is_full {
                Shortage::Full
            } else {
                Shortage::Burst
            });
        }
        taken
    }
}

/// What is said to a ReplicaSet that makes one pod more.
pub(super) fn refusal(set: &str) -> String {
    format!("pods \"{set}-\" is forbidden: there is room for {PODS} pods, and they are there")
}
