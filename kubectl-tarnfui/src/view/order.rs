//! What became of an order that was given.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use tarnfui_shared::decide::State;

use crate::cluster::Metadata;
use crate::reading::Annotations;

/// The label that the server itself puts on every namespace.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// The annotation in which kubectl keeps what was last applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What became of an order for one namespace that got it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderOutcome {
    /// The namespace.
    pub namespace: String,
    /// The verb.
    pub order: &'static str,
    /// Whether the namespace was written; not where it was so already, or only tried.
    pub written: bool,
    /// What will be true.
    pub message: String,
    /// The state from now on; null where that can't be known.
    pub state: Option<State>,
    /// Until when; null where no change is due.
    pub until: Option<Timestamp>,
    /// The namespace's metadata as it is then.
    pub metadata: NamespaceMetadata,
}

/// The metadata of a namespace, down to what people write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamespaceMetadata {
    name: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: Annotations,
}

impl From<&Metadata> for NamespaceMetadata {
    fn from(metadata: &Metadata) -> Self {
        let mut labels = metadata.labels.clone();
        labels.remove(NAME_LABEL);
        let mut annotations = metadata.annotations.clone();
        annotations.remove(LAST_APPLIED);
        Self {
            name: metadata.name.clone(),
            labels,
            annotations,
        }
    }
}

/// A namespace as it can be committed and applied.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceManifest<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: &'a NamespaceMetadata,
}

impl<'a> NamespaceManifest<'a> {
    /// The namespace that has this metadata.
    pub fn new(metadata: &'a NamespaceMetadata) -> Self {
        Self {
            api_version: "v1",
            kind: "Namespace",
            metadata,
        }
    }
}
