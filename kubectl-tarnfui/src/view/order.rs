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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrderOutcome {
    /// The name of the namespace.
    pub namespace: String,
    /// The verb: `wake`, `sleep`, `snooze` or `resume`.
    pub order: &'static str,
    /// Whether the namespace was written; false where it was so already, or the order was only
    /// tried.
    pub written: bool,
    /// What will be true, in a sentence.
    pub message: String,
    /// The state from now on; null where that can't be known.
    pub state: Option<State>,
    /// The instant until which that holds, in UTC; null where no change is due, or it can't be
    /// known.
    pub until: Option<Timestamp>,
    /// The namespace's metadata as it is then, down to what people write.
    pub metadata: NamespaceMetadata,
}

/// The metadata of a namespace, down to what people write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NamespaceMetadata {
    /// Its name.
    name: String,
    /// Its labels, without the one that the server puts on every namespace; left out where there
    /// are none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    /// Its annotations, without the one in which kubectl keeps what was last applied; left out
    /// where there are none.
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NamespaceManifest<'a> {
    /// The version of Namespaces: `v1`.
    api_version: &'static str,
    /// What it is: a `Namespace`.
    kind: &'static str,
    /// Its metadata, down to what people write.
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
