//! What was seen of a workload: an object of the API server, read down to what deciding needs.
//!
//! A Deployment of 6 KB becomes a [`Workload`] of some 150 bytes. Reading is lenient where Kubernetes
//! is (absent means the default) and never guesses: what it can't tell apart is left for
//! [`crate::plan`] to be careful with. No `now` in here, and nothing is decided.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use jiff::Timestamp;
use serde::Deserialize;
use smol_str::SmolStr;

use crate::annotations::{PREFIX, WorkloadAnnotations};
use crate::problem::{Problem, cut};
use crate::workload::{ASLEEP_AT_LABEL, Field, Kind, Mark, RareText, SAVED_LABEL, Value};

mod fields;
mod others;
mod rollout;

pub use fields::{FieldOwner, HANDOVER_MANAGER, MANAGER};
pub use others::{Autoscaler, NamespaceObject, RawAutoscaler, RawNamespace, Reading};
pub use rollout::Rollout;

/// The longest name of a field manager that is kept, in bytes.
const MAX_MANAGER_BYTES: usize = 64;

/// The version of an object, as a precondition of a write.
///
/// Never empty and never `0`: the server silently drops such a precondition, and the write would
/// overwrite whatever is there. Kubernetes' versions are numbers that grow, and are kept as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(NonZeroU64);

impl Version {
    /// The version in `text`, unless it could not serve as a precondition.
    pub fn new(text: &str) -> Option<Self> {
        let version = Self(text.parse().ok()?);
        // `007` and `+7` would be sent back as something that the server never said.
        (version.to_string() == text).then_some(version)
    }

    /// Whether this one was written before `other`, of the same object.
    pub fn is_before(self, other: Self) -> bool {
        self.0 < other.0
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What tells an object from another one that has taken its name, in 16 bytes instead of 36: the
/// digits before the last sixteen, and those. Not one number, whose room would have to be filled up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uid([u64; 2]);

impl Uid {
    /// Reads a UUID; of any other text the last 32 hexadecimal digits.
    pub fn read(text: &str) -> Self {
        let digits = text.chars().filter_map(|digit| digit.to_digit(16));
        Self(digits.fold([0, 0], |[high, low], digit| {
            [high << 4 | low >> 60, low << 4 | u64::from(digit)]
        }))
    }
}

impl std::fmt::Display for Uid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = format!("{:016x}{:016x}", self.0[0], self.0[1]);
        let parts = [
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
            &digits[20..],
        ];
        f.write_str(&parts.join("-"))
    }
}

/// An instant as the API server keeps it, in whole seconds, from 1970 to 2106: a quarter of the room of
/// one with all its digits. What is earlier or later is the first or the last of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Second(u32);

impl Second {
    /// The seconds of an instant, without what is less than one.
    pub fn of(instant: Timestamp) -> Self {
        let second = instant.as_second().clamp(0, u32::MAX.into());
        Self(u32::try_from(second).unwrap_or_default())
    }

    /// Its beginning.
    pub fn instant(self) -> Timestamp {
        Timestamp::from_second(self.0.into()).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// A workload as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Its kind.
    pub kind: Kind,
    /// Its name within the namespace: in place up to 23 bytes, as most are.
    pub name: SmolStr,
    /// Its uid: another one under the same name is another workload.
    pub uid: Uid,
    /// The version that was seen.
    pub version: Version,
    /// When it was created.
    pub created_at: Second,
    /// Whether it is being deleted.
    pub is_terminating: bool,
    /// The value of the field that sleeping changes.
    pub value: Value,
    /// What its labels say of its sleep.
    pub mark: Mark,
    /// What it says for itself; none where it says nothing, as most do.
    pub own: Option<Box<Own>>,
    /// The object that controls it, as `Rollout/web`.
    pub controller: Option<RareText>,
    /// How far a rollout is.
    pub rollout: Rollout,
    /// Whether its volumes are deleted when it is scaled down.
    pub deletes_volumes: bool,
    /// Whether a run that was missed while it slept starts the moment it wakes.
    pub catches_up: bool,
    /// Who owns the field that sleeping changes.
    pub owner: FieldOwner,
    /// How many replicas are ready.
    pub ready: i32,
}

/// The annotations of a workload that has some of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// What they say.
    pub annotations: WorkloadAnnotations,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
}

impl Workload {
    /// As people write it: `deployment/web`.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.kind.row().singular, self.name)
    }

    /// The value that comes back when it wakes, if it sleeps: it has a mark and is at rest.
    pub fn sleeping(&self) -> Option<Value> {
        match self.mark {
            Mark::Saved { saved, asleep_at } if !self.value.runs_above(asleep_at) => Some(saved),
            Mark::Saved { .. } | Mark::None | Mark::Unreadable(_) => None,
        }
    }

    /// Whether it is as ready as it is asked to be; what has no replicas always is.
    pub fn is_ready(&self) -> bool {
        match self.value {
            Value::Replicas(wanted) => self.ready >= wanted && self.rollout.is_observed(),
            Value::Suspend(_) => true,
        }
    }
}

/// An object as the API server sends it, down to the fields that are read here.
///
/// Everything else in the JSON is skipped without being stored.
#[derive(Debug, Clone, Deserialize)]
pub struct RawWorkload {
    /// `metadata`
    pub metadata: RawMetadata,
    #[serde(default)]
    spec: RawSpec,
    #[serde(default)]
    status: RawStatus,
}

/// The metadata that is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RawMetadata {
    /// `name`
    pub name: String,
    /// `namespace`
    pub namespace: Option<String>,
    /// `resourceVersion`
    pub resource_version: Option<String>,
    /// `uid`
    pub uid: String,
    generation: i64,
    creation_timestamp: Option<Timestamp>,
    deletion_timestamp: Option<Timestamp>,
    #[serde(deserialize_with = "ours_only")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "ours_only")]
    annotations: BTreeMap<String, String>,
    owner_references: Vec<RawOwner>,
    managed_fields: Vec<fields::RawManagedFields>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RawOwner {
    kind: String,
    name: String,
    controller: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawSpec {
    replicas: Option<i32>,
    suspend: Option<bool>,
    paused: Option<bool>,
    starting_deadline_seconds: Option<i64>,
    persistent_volume_claim_retention_policy: RawRetention,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawRetention {
    when_scaled: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawStatus {
    observed_generation: i64,
    replicas: i32,
    updated_replicas: i32,
    ready_replicas: i32,
    current_revision: String,
    update_revision: String,
    conditions: Vec<RawCondition>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RawCondition {
    r#type: String,
    reason: String,
}

/// Why an object could not be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObserveError {
    /// It has no version that could serve as a precondition, so it could never be written safely.
    #[error("{0} carries no resourceVersion that is a number")]
    NoVersion(String),
}

impl RawWorkload {
    /// Reads the object as one of `kind`.
    pub fn observe(self, kind: Kind) -> Result<Workload, ObserveError> {
        let Self {
            metadata,
            spec,
            status,
        } = self;
        let field = kind.row().field;
        let version = metadata.resource_version.as_deref().and_then(Version::new);
        let version = version.ok_or_else(|| ObserveError::NoVersion(metadata.name.clone()))?;
        let label = |key: &str| metadata.labels.get(key).map(String::as_str);
        let value = match field {
            Field::Replicas => Value::Replicas(spec.replicas.unwrap_or(1)),
            Field::Suspend => Value::Suspend(spec.suspend.unwrap_or(false)),
        };
        let when_scaled = spec
            .persistent_volume_claim_retention_policy
            .when_scaled
            .as_deref();
        Ok(Workload {
            kind,
            mark: Mark::read(field, label(SAVED_LABEL), label(ASLEEP_AT_LABEL)),
            rollout: rollout::read(kind, metadata.generation, &spec, &status),
            own: own(&metadata.annotations),
            controller: controller(&metadata.owner_references),
            owner: FieldOwner::read(field, &metadata.managed_fields),
            name: metadata.name.into(),
            uid: Uid::read(&metadata.uid),
            version,
            created_at: metadata
                .creation_timestamp
                .map_or_else(Second::default, Second::of),
            is_terminating: metadata.deletion_timestamp.is_some(),
            value,
            deletes_volumes: when_scaled == Some("Delete"),
            catches_up: kind == Kind::CronJob && spec.starting_deadline_seconds.is_none(),
            ready: status.ready_replicas,
        })
    }
}

fn own(annotations: &BTreeMap<String, String>) -> Option<Box<Own>> {
    if annotations.is_empty() {
        return None;
    }
    let pairs = annotations
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    let (annotations, problems) = WorkloadAnnotations::read(pairs);
    Some(Box::new(Own {
        annotations,
        problems,
    }))
}

fn controller(owners: &[RawOwner]) -> Option<RareText> {
    let owner = owners.iter().find(|owner| owner.controller == Some(true))?;
    Some(cut(format!("{}/{}", owner.kind, owner.name), MAX_MANAGER_BYTES).into())
}

/// Takes the keys of ours out of a map of labels or annotations, and drops the rest at once: a
/// `last-applied-configuration` alone is as large as the object.
fn ours_only<'de, D>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    struct Ours;

    impl<'de> serde::de::Visitor<'de> for Ours {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a map of texts")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(BTreeMap::new())
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(
            self,
            mut map: A,
        ) -> Result<Self::Value, A::Error> {
            let mut ours = BTreeMap::new();
            while let Some(key) = map.next_key::<String>()? {
                if key.starts_with(PREFIX) {
                    ours.insert(key, map.next_value()?);
                } else {
                    map.next_value::<serde::de::IgnoredAny>()?;
                }
            }
            Ok(ours)
        }
    }

    deserializer.deserialize_any(Ours)
}

#[cfg(test)]
mod tests;
