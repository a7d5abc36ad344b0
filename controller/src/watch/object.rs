//! Slim objects in the shape that `kube`'s watcher asks for. What they mean is not known
//! here.

use std::borrow::Cow;

use kube::Resource;
use kube::api::{ApiResource, ObjectMeta};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use tarnfui_shared::observe::{RawAutoscaler, RawMetadata, RawNamespace, RawWorkload};

use crate::world::Source;

/// An object read down to what is needed of it.
pub(crate) trait Raw: DeserializeOwned + Clone + std::fmt::Debug + Send + 'static {
    fn metadata(&self) -> &RawMetadata;
}

impl Raw for RawNamespace {
    fn metadata(&self) -> &RawMetadata {
        &self.metadata
    }
}

impl Raw for RawWorkload {
    fn metadata(&self) -> &RawMetadata {
        &self.metadata
    }
}

impl Raw for RawAutoscaler {
    fn metadata(&self) -> &RawMetadata {
        &self.metadata
    }
}

/// A slim object with the little metadata that the watcher looks at: name and version.
#[derive(Debug, Clone)]
pub(crate) struct Object<R> {
    meta: ObjectMeta,
    pub(crate) raw: R,
}

impl<'de, R: Raw> Deserialize<'de> for Object<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = R::deserialize(deserializer)?;
        let metadata = raw.metadata();
        let meta = ObjectMeta {
            name: Some(metadata.name.clone()),
            resource_version: metadata.resource_version.clone(),
            ..ObjectMeta::default()
        };
        Ok(Self { meta, raw })
    }
}

impl<R> Resource for Object<R> {
    type DynamicType = ApiResource;
    type Scope = kube::core::DynamicResourceScope;

    fn kind(kind: &ApiResource) -> Cow<'_, str> {
        kind.kind.as_str().into()
    }

    fn group(kind: &ApiResource) -> Cow<'_, str> {
        kind.group.as_str().into()
    }

    fn version(kind: &ApiResource) -> Cow<'_, str> {
        kind.version.as_str().into()
    }

    fn api_version(kind: &ApiResource) -> Cow<'_, str> {
        kind.api_version.as_str().into()
    }

    fn plural(kind: &ApiResource) -> Cow<'_, str> {
        kind.plural.as_str().into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.meta
    }
}

/// Where the API has the objects of a source.
pub(crate) fn api_resource(source: Source) -> ApiResource {
    let (group, version, kind) = match source {
        Source::Configuration => ("", "v1", "ConfigMap"),
        Source::Namespaces => ("", "v1", "Namespace"),
        Source::Autoscalers => ("autoscaling", "v2", "HorizontalPodAutoscaler"),
        Source::Workloads(kind) => {
            let row = kind.row();
            (row.group, row.version, row.name)
        }
    };
    let api_version = if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    };
    ApiResource {
        group: group.to_owned(),
        version: version.to_owned(),
        api_version,
        kind: kind.to_owned(),
        plural: source.as_str().to_owned(),
    }
}
