//! What sleeping workloads ask for: the pod templates of those that have a mark, and of no others.

use std::collections::BTreeMap;

use kube::api::ListParams;
use kube::core::Request;
use serde::Deserialize;
use tarnfui_shared::workload::{Kind, SAVED_LABEL};

use super::{Access, Cluster, ClusterError, path};

/// A pod to be, down to what it asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodTemplate {
    /// `containers`
    pub containers: Vec<Container>,
    /// `initContainers`
    pub init_containers: Vec<Container>,
    /// `overhead`
    pub overhead: BTreeMap<String, String>,
}

/// A container, down to what it asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// `restartPolicy`; `Always` makes an init container one that runs beside the others.
    pub restart_policy: Option<String>,
    resources: Resources,
}

impl Container {
    /// `resources.requests`
    pub fn requests(&self) -> &BTreeMap<String, String> {
        &self.resources.requests
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Resources {
    requests: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Sleeper {
    metadata: Name,
    spec: Spec,
}

#[derive(Deserialize)]
struct Name {
    name: String,
    #[serde(default)]
    namespace: String,
}

#[derive(Deserialize)]
struct Spec {
    #[serde(default)]
    template: Template,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Template {
    spec: PodTemplate,
}

impl Cluster {
    /// The workloads of `kind` that have a mark, in one namespace or in all: the namespace, the name
    /// and the pod template of each as it arrives.
    pub async fn sleepers(
        &self,
        kind: Kind,
        namespace: Option<&str>,
        mut each: impl FnMut(String, String, &PodTemplate),
    ) -> Result<(), ClusterError> {
        let row = kind.row();
        let access = Access::list(row.plural, namespace);
        let api = format!("/apis/{}/{}", row.group, row.version);
        let path = path(&api, namespace, row.plural);
        let request = |params: &ListParams| Request::new(&path).list(params);
        let take = |sleeper: Sleeper| {
            let Name { name, namespace } = sleeper.metadata;
            each(namespace, name, &sleeper.spec.template.spec);
        };
        self.pages(&access, Some(SAVED_LABEL), request, take).await
    }
}
