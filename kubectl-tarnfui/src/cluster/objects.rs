//! Objects of the API server, down to the fields that are read here.
//!
//! Nothing is concluded from them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::reading::Annotations;

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) metadata: PageMetadata,
    /// None where the list is empty, if it is one of metadata.
    pub(super) items: Option<Vec<T>>,
}

#[derive(Default, Deserialize)]
pub(super) struct PageMetadata {
    #[serde(rename = "continue")]
    pub(super) next: Option<String>,
}

/// A Namespace.
#[derive(Debug, Clone, Deserialize)]
pub struct Namespace {
    /// `metadata`
    pub metadata: Metadata,
}

/// The metadata that is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// `name`
    pub name: String,
    /// `resourceVersion`
    pub resource_version: String,
    /// `labels`
    pub labels: BTreeMap<String, String>,
    /// `annotations`
    pub annotations: Annotations,
    deletion_timestamp: Option<String>,
}

impl Metadata {
    /// Whether the object is being deleted.
    pub fn is_terminating(&self) -> bool {
        self.deletion_timestamp.is_some()
    }
}

#[derive(Deserialize)]
pub(super) struct ConfigMap {
    #[serde(default)]
    pub(super) data: BTreeMap<String, String>,
}

/// A Lease.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Lease {
    /// `metadata`
    pub metadata: Metadata,
    /// `spec`
    pub spec: LeaseSpec,
}

/// What a Lease says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LeaseSpec {
    holder_identity: Option<String>,
    /// `acquireTime`
    pub acquire_time: Option<Timestamp>,
    /// `renewTime`
    pub renew_time: Option<Timestamp>,
    /// `leaseDurationSeconds`
    pub lease_duration_seconds: Option<u32>,
    /// `leaseTransitions`
    pub lease_transitions: Option<u32>,
}

impl Lease {
    /// Who holds it; none where nobody does.
    pub fn holder(&self) -> Option<&str> {
        let holder = self.spec.holder_identity.as_deref();
        holder.filter(|holder| !holder.is_empty())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Version {
    pub(super) git_version: String,
}

#[derive(Deserialize)]
pub(super) struct Review {
    #[serde(default)]
    pub(super) status: ReviewStatus,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ReviewStatus {
    pub(super) user_info: UserInfo,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UserInfo {
    pub(super) username: Option<String>,
}
