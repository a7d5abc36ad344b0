//! What was seen of the lease, and what follows from it: pure, with `now` as an argument.
//!
//! A lease is held for as long as its `spec` keeps changing. How long it did not is measured here,
//! on our own clock; the times *in* the lease come from somebody else's and are never compared
//! with anything.

#[cfg(test)]
mod tests;

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
pub(crate) enum Tenancy {
    /// Nobody holds it, or whoever did has not renewed it for as long as it lives.
    Free,
    /// Somebody else holds it and may still be alive.
    Held,
}

/// How long the present `spec` has been watched, and whose it was.
#[derive(Debug)]
pub(crate) struct Observation {
    me: String,
    lease: Duration,
    /// What was read last, unless it is known to be outdated.
    spec: Option<Value>,
    since: Instant,
    /// The last holder that is known, and how long its lease lives. It is remembered when the
    /// lease is deleted or robbed of its holder: who held it may not know of that yet.
    tenant: Option<(String, Duration)>,
    /// Until when nobody who knows our lease can have taken it from us.
    ours_until: Instant,
}

impl Observation {
    /// Nothing seen, at `now`. `me` is our name, and `lease` how long our own lease lives: nobody
    /// is given less.
    pub(crate) fn new(now: Instant, me: &str, lease: Duration) -> Self {
        Self {
            me: me.to_owned(),
            lease,
            spec: None,
            since: now,
            tenant: None,
            ours_until: now,
        }
    }

    /// Takes note that the API server accepted a write sent at `sent`, which made or kept us the
    /// holder. Others take the lease no sooner than they have watched that write for its lifetime.
    pub(super) fn accepted(&mut self, sent: Instant) {
        self.spec = None;
        self.tenant = Some((self.me.clone(), self.lease));
        self.ours_until = sent + self.lease;
    }

    /// Takes note of a write that may have been carried out or not, or that another one preceded.
    /// Where no holder was seen there may be one now: if it goes before it is read, it was there.
    pub(super) fn doubtful(&mut self) {
        let named = self
            .spec
            .as_ref()
            .is_some_and(|spec| spec["holderIdentity"].is_string());
        if !named {
            self.spec = None;
            self.tenant = Some((self.me.clone(), self.lease));
        }
    }

    /// Takes note of a `spec` read at `now`, and judges it. Null stands for a lease without a
    /// `spec`, and for none at all.
    ///
    /// A lease that names us may be judged either way: the crate asks for the name first.
    pub(crate) fn judge(&mut self, now: Instant, spec: &Value) -> Tenancy {
        if self.spec.as_ref() != Some(spec) {
            self.spec = Some(spec.clone());
            self.since = now;
        }
        match spec["holderIdentity"].as_str() {
            // An empty name is how a holder gives its lease back.
            Some("") => self.tenant = None,
            Some(name) => {
                let claimed = spec["leaseDurationSeconds"].as_u64().unwrap_or(0);
                let claimed = Duration::from_secs(claimed).min(LONGEST_WAIT);
                self.tenant = Some((name.to_owned(), claimed.max(self.lease)));
            }
            None => {}
        }
        let Some((name, patience)) = &self.tenant else {
            return Tenancy::Free;
        };
        let ours = *name == self.me && now < self.ours_until;
        if ours || now.saturating_duration_since(self.since) >= *patience {
            Tenancy::Free
        } else {
            Tenancy::Held
        }
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
