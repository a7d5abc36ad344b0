//! What was seen of the lease, and what follows from it: pure, with `now` as an argument.
//!
//! A lease is held for as long as its `spec` keeps changing. How long it did not is measured here,
//! on our own clock; the times *in* the lease come from somebody else's and are never compared
//! with anything.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

/// However long a lease claims to live, one that nobody renews is taken after this. A hand-made
/// lease of a year must not keep every replica standing by for a year; a holder that is alive
/// changes its lease every few seconds.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// A time by which every lease has expired, and one by which none has. The crate adds the duration
/// to it and compares the sum with the wall clock.
const LONG_AGO: &str = "1970-01-01T00:00:00.000000Z";
const FAR_AHEAD: &str = "9000-01-01T00:00:00.000000Z";

/// A `resourceVersion` that works as a precondition.
///
/// The API server silently drops a precondition that is empty or `0`, so there is no such value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version(String);

impl Version {
    /// The version of `object`, if it has one that the API server would check.
    pub(super) fn of(object: &Map<String, Value>) -> Option<Self> {
        match object.get("metadata")?["resourceVersion"].as_str()? {
            "" | "0" => None,
            version => Some(Self(version.to_owned())),
        }
    }

    /// Makes `patch` apply to this version only.
    pub(super) fn require_in(self, patch: &mut Map<String, Value>) {
        metadata(patch).insert("resourceVersion".into(), Value::String(self.0));
    }
}

/// Whether the lease may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tenancy {
    /// It names no holder, or its holder has not renewed it for as long as it lives.
    Free,
    /// Its holder may still be alive.
    Held,
}

/// How long the present `spec` has been watched.
#[derive(Debug, Default)]
pub(super) struct Observation {
    unchanged: Option<Unchanged>,
}

#[derive(Debug)]
struct Unchanged {
    spec: Value,
    since: Instant,
}

impl Observation {
    /// Takes note of a `spec` read at `now`, and judges it. `lease` is how long our own lease
    /// lives: nobody is given less.
    pub(super) fn judge(&mut self, now: Instant, spec: &Value, lease: Duration) -> Tenancy {
        let since = match &self.unchanged {
            Some(seen) if seen.spec == *spec => seen.since,
            _ => {
                self.unchanged = Some(Unchanged {
                    spec: spec.clone(),
                    since: now,
                });
                now
            }
        };
        let named = spec["holderIdentity"]
            .as_str()
            .is_some_and(|holder| !holder.is_empty());
        let claimed = Duration::from_secs(spec["leaseDurationSeconds"].as_u64().unwrap_or(0));
        let patience = claimed.min(LONGEST_WAIT).max(lease);
        if named && now.saturating_duration_since(since) < patience {
            Tenancy::Held
        } else {
            Tenancy::Free
        }
    }

    /// The lease is gone: what was seen of it says nothing about the next one.
    pub(super) fn forget(&mut self) {
        self.unchanged = None;
    }
}

/// Makes the crate see `tenancy` in `lease`, whatever the lease says about time, and gives it the
/// fields without which it would fail.
///
/// Holder, `acquireTime` and transitions stay as they are where they exist.
pub(super) fn show(lease: &mut Map<String, Value>, tenancy: Tenancy) {
    let spec = object(lease, "spec");
    let renewed = match tenancy {
        Tenancy::Free => LONG_AGO,
        Tenancy::Held => FAR_AHEAD,
    };
    spec.insert("renewTime".into(), json!(renewed));
    spec.insert("leaseDurationSeconds".into(), json!(1));
    if !spec.get("holderIdentity").is_some_and(Value::is_string) {
        spec.insert("holderIdentity".into(), json!(""));
    }
    // The crate adds 1 without looking: at the greatest value it would overflow.
    let transitions = spec
        .get("leaseTransitions")
        .and_then(Value::as_i64)
        .unwrap_or(0);
    let transitions = transitions.clamp(0, i64::from(i32::MAX) - 1);
    spec.insert("leaseTransitions".into(), json!(transitions));
}

/// The `metadata` of `owner`, which is made if it is missing.
pub(super) fn metadata(owner: &mut Map<String, Value>) -> &mut Map<String, Value> {
    object(owner, "metadata")
}

/// The object at `key`; whatever else lies there is replaced by an empty one.
pub(super) fn object<'a>(
    owner: &'a mut Map<String, Value>,
    key: &str,
) -> &'a mut Map<String, Value> {
    let value = owner.entry(key).or_insert(Value::Null);
    if !value.is_object() {
        *value = json!({});
    }
    value
        .as_object_mut()
        .expect("it was made an object just now")
}
