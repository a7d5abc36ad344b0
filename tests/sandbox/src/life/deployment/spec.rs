//! What a Deployment asks for, read once for every generation that is seen.

use std::sync::Arc;
use std::time::Duration;

use crate::json::Value;

use super::template;
use crate::life::hash;
use crate::store::Object;

/// The deadline that is none.
const NEVER: u64 = i32::MAX as u64;

/// The most replicas that can be asked for.
const MOST: i64 = i32::MAX as i64;

/// What is asked for.
#[derive(Debug)]
pub(super) struct Spec {
    pub(super) replicas: i64,
    pub(super) is_paused: bool,
    pub(super) is_recreated: bool,
    /// How many pods there may be beyond the replicas, and how many of them may be missing.
    pub(super) surge: i64,
    pub(super) unavailable: i64,
    pub(super) min_ready: Duration,
    pub(super) deadline: Option<Duration>,
    /// How many revisions without pods are kept.
    pub(super) kept: usize,
    /// The name of the template.
    pub(super) hash: Arc<str>,
    /// Where it was read.
    pub(super) source: Arc<Object>,
}

impl Spec {
    /// Reads it; `before` is what was asked for before, if anything was.
    pub(super) fn read(source: &Arc<Object>, before: Option<&Self>) -> Self {
        let spec = &source.value["spec"];
        let number = |key: &str, default: i64| spec[key].as_i64().unwrap_or(default);
        let seconds = |key: &str| spec[key].as_u64().unwrap_or_default();
        let replicas = number("replicas", 1);
        let rolling = &spec["strategy"]["rollingUpdate"];
        let surge = share(&rolling["maxSurge"], replicas, 99);
        let mut unavailable = share(&rolling["maxUnavailable"], replicas, 0).min(replicas);
        if surge == 0 && unavailable == 0 {
            // Else it could not begin.
            unavailable = 1;
        }
        let same = before.filter(|it| *template(&it.source) == spec["template"]);
        let hash = same.map_or_else(|| hash::of(&spec["template"]).into(), |it| it.hash.clone());
        let deadline = seconds("progressDeadlineSeconds");
        Self {
            replicas,
            is_paused: spec["paused"] == true,
            is_recreated: spec["strategy"]["type"] == "Recreate",
            surge,
            unavailable,
            min_ready: Duration::from_secs(seconds("minReadySeconds")),
            deadline: (1..NEVER)
                .contains(&deadline)
                .then(|| Duration::from_secs(deadline)),
            kept: usize::try_from(number("revisionHistoryLimit", 10)).unwrap_or(0),
            hash,
            source: source.clone(),
        }
    }

    /// The least pods that are to be available.
    pub(super) fn least(&self) -> i64 {
        self.replicas - self.unavailable
    }
}

/// A number, or a share of the replicas; `up` is added before it is cut to whole hundreds. Not less
/// than none, and not more than the API has numbers for.
fn share(value: &Value, replicas: i64, up: i64) -> i64 {
    let percent = value.as_str().and_then(|it| it.strip_suffix('%'));
    let percent = percent.and_then(|it| it.parse::<i64>().ok());
    let number = percent.map_or_else(
        || value.as_i64().unwrap_or(0),
        |percent| replicas.saturating_mul(percent).saturating_add(up) / 100,
    );
    number.clamp(0, MOST)
}
