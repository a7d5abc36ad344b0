//! Objects of the API server, down to the fields that are read here.
//!
//! Nothing is concluded from them.

use std::collections::BTreeMap;

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

#[derive(Deserialize)]
pub(super) struct Lease {
    #[serde(default)]
    pub(super) spec: LeaseSpec,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct LeaseSpec {
    pub(super) holder_identity: Option<String>,
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
