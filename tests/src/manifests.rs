//! Manifests as requests: what a client has to ask for so that they are there.
//!
//! Only for what is made once and not yet there; changing what is there is what `kubectl apply` is
//! for, and needs a kubectl.

use anyhow::Context as _;
use kube::Client;
use kube::api::{Api, ApiResource, DynamicObject, PostParams, TypeMeta};
use kube::core::GroupVersionKind;
use serde_json::Value as Json;

/// Where an object is to be made, and the object.
#[derive(Debug)]
struct Wanted {
    resource: ApiResource,
    object: DynamicObject,
}

/// The documents of a YAML file.
pub fn documents(yaml: &str) -> anyhow::Result<Vec<Json>> {
    serde_saphyr::from_multiple(yaml).context("read the manifests")
}

/// Makes all, in their order; the first that can't be made ends it.
pub async fn create(client: &Client, manifests: &[Json]) -> anyhow::Result<()> {
    for manifest in manifests {
        let Wanted { resource, object } = wanted(manifest)?;
        let api: Api<DynamicObject> = match &object.metadata.namespace {
            Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
            None => Api::all_with(client.clone(), &resource),
        };
        let made = api.create(&PostParams::default(), &object).await;
        made.with_context(|| format!("make {}", name_of(&object)))?;
    }
    Ok(())
}

fn wanted(manifest: &Json) -> anyhow::Result<Wanted> {
    let object: DynamicObject =
        serde_json::from_value(manifest.clone()).context("read a manifest")?;
    let TypeMeta { api_version, kind } = object.types.clone().context("it names no kind")?;
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    // Plurals are made by the rules of English, which hold for every kind there is here.
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, &kind));
    Ok(Wanted { resource, object })
}

fn name_of(object: &DynamicObject) -> String {
    let kind = object.types.as_ref().map_or("", |types| &types.kind);
    let name = object.metadata.name.as_deref().unwrap_or_default();
    match &object.metadata.namespace {
        Some(namespace) => format!("{kind} {name} in {namespace}"),
        None => format!("{kind} {name}"),
    }
}

/// Where each is asked for.
#[cfg(test)]
pub(crate) fn paths(manifests: &[Json]) -> Vec<String> {
    use kube::Resource as _;

    let path = |manifest: &Json| {
        let Wanted { resource, object } = wanted(manifest).unwrap();
        let namespace = object.metadata.namespace.as_deref();
        let name = object.metadata.name.as_deref().unwrap();
        format!("{}/{name}", DynamicObject::url_path(&resource, namespace))
    };
    manifests.iter().map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controllers::RIGHTS;

    #[test]
    fn the_rights_as_people_install_them() {
        const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
        let within = format!("{RBAC}/namespaces/tarnfui-system");
        assert_eq!(
            paths(&documents(RIGHTS).unwrap()),
            [
                "/api/v1/namespaces/tarnfui-system".to_owned(),
                "/api/v1/namespaces/tarnfui-system/serviceaccounts/tarnfui-controller".to_owned(),
                format!("{RBAC}/clusterroles/tarnfui-controller"),
                format!("{RBAC}/clusterrolebindings/tarnfui-controller"),
                format!("{within}/roles/tarnfui-controller"),
                format!("{within}/rolebindings/tarnfui-controller"),
            ]
        );
    }
}
