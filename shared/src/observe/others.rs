//! What was seen of the objects that are only read: Namespaces and HorizontalPodAutoscalers.

use std::sync::Arc;

use serde::Deserialize;

use super::{RawMetadata, Uid};
use crate::annotations::NamespaceAnnotations;
use crate::problem::Problem;
use crate::workload::Kind;

/// A Namespace as the API server sends it, down to what is read here.
#[derive(Debug, Clone, Deserialize)]
pub struct RawNamespace {
    /// `metadata`
    pub metadata: RawMetadata,
}

/// A Namespace as it was seen, under a name that whoever keeps it has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceObject {
    /// Its uid, as Events name it.
    pub uid: Uid,
    /// Whether it is being deleted.
    pub is_terminating: bool,
    /// What its annotations say. Shared, because many say the same.
    pub reading: Arc<Reading>,
}

/// What the annotations of a Namespace say.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reading {
    /// What could be read.
    pub annotations: NamespaceAnnotations,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

impl RawNamespace {
    /// Reads the annotations.
    pub fn observe(self) -> NamespaceObject {
        let metadata = self.metadata;
        let pairs = metadata
            .annotations
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()));
        let (annotations, problems) = NamespaceAnnotations::read(pairs);
        NamespaceObject {
            uid: Uid::read(&metadata.uid),
            is_terminating: metadata.deletion_timestamp.is_some(),
            reading: Arc::new(Reading {
                annotations,
                problems,
            }),
        }
    }
}

/// A HorizontalPodAutoscaler as the API server sends it, down to what is read here.
#[derive(Debug, Clone, Deserialize)]
pub struct RawAutoscaler {
    /// `metadata`
    pub metadata: RawMetadata,
    #[serde(default)]
    spec: RawAutoscalerSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawAutoscalerSpec {
    scale_target_ref: RawTarget,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RawTarget {
    kind: String,
    name: String,
}

/// A HorizontalPodAutoscaler as it was seen: which workload it scales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Autoscaler {
    /// Its name.
    pub name: Box<str>,
    /// The kind of its target.
    pub kind: Kind,
    /// The name of its target.
    pub target: Box<str>,
}

impl RawAutoscaler {
    /// Reads the target; none where it is of a kind that is not handled here.
    pub fn observe(self) -> Option<Autoscaler> {
        let kind = Kind::parse(&self.spec.scale_target_ref.kind)?;
        let target = self.spec.scale_target_ref.name.into();
        Some(Autoscaler {
            name: self.metadata.name.into(),
            kind,
            target,
        })
    }
}
