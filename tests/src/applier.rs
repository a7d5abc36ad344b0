//! A tool that keeps objects as they are in its own files, by server-side apply: as Flux and Helm do.

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Api, Patch, PatchParams};
use serde_json::Value;

use crate::place::Place;
use crate::scene::Scene;

/// Applies the Deployment added last, as a tool that would fail on a conflict.
pub async fn apply(place: &Place<'_>, scene: &Scene) -> anyhow::Result<()> {
    let object: Value = serde_json::from_str(&scene.last())?;
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let api: Api<Deployment> = Api::namespaced(place.client().clone(), place.name());
    let params = PatchParams::apply("gitops");
    api.patch(name, &params, &Patch::Apply(&object)).await?;
    Ok(())
}

/// Who manages fields of an object, in the order of `managedFields`.
pub fn managers(object: &Value) -> Vec<String> {
    let entries = object["metadata"]["managedFields"].as_array();
    let managers = entries.into_iter().flatten();
    let managers = managers.filter_map(|entry| entry["manager"].as_str());
    managers.map(str::to_owned).collect()
}
