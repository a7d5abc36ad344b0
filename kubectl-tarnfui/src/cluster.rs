//! The API server, as far as this program has a use for it: some reads, questions, and three writes.
//!
//! Every request is bounded in time and told in the words of [`Access`] when it fails. Objects are
//! decoded into slim types, a page at a time, so that a cluster of any size fits. Nothing is
//! retried here: whether to try again is for the caller, who knows what was asked.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Request as HttpRequest;
use kube::Client;
use kube::api::{GetParams, ListParams, Patch, PatchParams, PostParams};
use kube::core::Request;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use tarnfui_shared::observe::{Autoscaler, RawAutoscaler, RawWorkload, Workload};
use tarnfui_shared::text::did_you_mean;
use tarnfui_shared::workload::{Kind, SAVED_LABEL};

mod error;
mod marked;
mod objects;
mod reviews;
mod sleepers;

pub use error::{Access, ClusterError};
pub use marked::{Forgettable, Marked};
use objects::{ConfigMap, Page, Review};
pub use objects::{Lease, LeaseSpec, Metadata, Namespace};
pub use reviews::Subject;
pub use sleepers::{Container, PodTemplate};

/// The name under which our writes stand in `metadata.managedFields`.
pub const FIELD_MANAGER: &str = "kubectl-tarnfui";

/// Objects in a page: what kubectl asks for. At 6 KB an object a page is some 3 MB.
const PAGE: u32 = 500;

const NAMESPACES: &str = "/api/v1/namespaces";

/// A connection, and what to say about it.
#[derive(Clone)]
pub struct Cluster {
    client: Client,
    /// Its address, for people.
    pub server: String,
    /// The namespace where none is named.
    pub namespace: String,
    user: Option<String>,
    limit: Option<Duration>,
}

/// Which workloads of a kind to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Those with a mark.
    Marked,
}

impl Cluster {
    /// A connection through `client`.
    pub fn new(client: Client, server: impl Into<String>, namespace: impl Into<String>) -> Self {
        Self {
            client,
            server: server.into(),
            namespace: namespace.into(),
            user: None,
            limit: None,
        }
    }

    /// The same, with the name that the caller has in the kubeconfig.
    #[must_use]
    pub fn asked_by(self, user: Option<String>) -> Self {
        Self { user, ..self }
    }

    /// The same, with a limit for each request.
    #[must_use]
    pub fn within(self, limit: Option<Duration>) -> Self {
        Self { limit, ..self }
    }

    /// The namespaces with these labels; all where none are given.
    pub async fn namespaces(&self, labels: Option<&str>) -> Result<Vec<Namespace>, ClusterError> {
        let access = Access::list("namespaces", None);
        let request = |params: &ListParams| Request::new(NAMESPACES).list_metadata(params);
        let mut all = Vec::new();
        self.pages(&access, labels, request, |namespace| all.push(namespace))
            .await?;
        Ok(all)
    }

    /// One namespace; where there is none, the error has one that may have been meant.
    pub async fn namespace_named(&self, name: &str) -> Result<Namespace, ClusterError> {
        let access = Access::get("namespaces", name, None);
        let request = Request::new(NAMESPACES).get_metadata(name, &GetParams::default());
        match self.call(&access, request).await {
            Err(ClusterError::NotFound { access, .. }) => {
                let near = self.namespace_near(name).await;
                Err(ClusterError::NotFound { access, near })
            }
            answer => answer,
        }
    }

    /// A namespace with nearly this name, among those of the first page: a guess is worth one request.
    async fn namespace_near(&self, name: &str) -> Option<String> {
        let access = Access::list("namespaces", None);
        let params = ListParams::default().limit(PAGE);
        let request = Request::new(NAMESPACES).list_metadata(&params);
        let page: Page<Namespace> = self.call(&access, request).await.ok()?;
        let names = page.items.iter().flatten().map(|it| &it.metadata.name);
        did_you_mean(name, names.map(String::as_str)).map(str::to_owned)
    }

    /// The workloads of `kind` in one namespace or in all, one at a time as they arrive.
    ///
    /// What can't be taken in, for want of a version, is left out: it could not be written either.
    pub async fn workloads(
        &self,
        kind: Kind,
        namespace: Option<&str>,
        which: Which,
        mut each: impl FnMut(String, Workload),
    ) -> Result<(), ClusterError> {
        let row = kind.row();
        let access = Access::list(row.plural, namespace);
        let path = path(
            &format!("/apis/{}/{}", row.group, row.version),
            namespace,
            row.plural,
        );
        let labels = match which {
            Which::All => None,
            Which::Marked => Some(SAVED_LABEL),
        };
        let take = |raw: RawWorkload| {
            let home = raw.metadata.namespace.clone().unwrap_or_default();
            if let Ok(workload) = raw.observe(kind) {
                each(home, workload);
            }
        };
        self.pages(
            &access,
            labels,
            |params| Request::new(&path).list(params),
            take,
        )
        .await
    }

    /// One workload.
    pub async fn workload_named(
        &self,
        kind: Kind,
        namespace: &str,
        name: &str,
    ) -> Result<Workload, ClusterError> {
        let row = kind.row();
        let access = Access::get(row.plural, name, Some(namespace));
        let path = path(
            &format!("/apis/{}/{}", row.group, row.version),
            Some(namespace),
            row.plural,
        );
        let request = Request::new(path).get(name, &GetParams::default());
        let raw: RawWorkload = self.call(&access, request).await?;
        raw.observe(kind)
            .map_err(|_| ClusterError::BadRequest { access })
    }

    /// The HorizontalPodAutoscalers in one namespace or in all, with their namespaces.
    pub async fn autoscalers(
        &self,
        namespace: Option<&str>,
    ) -> Result<Vec<(String, Autoscaler)>, ClusterError> {
        let plural = "horizontalpodautoscalers";
        let access = Access::list(plural, namespace);
        let path = path("/apis/autoscaling/v2", namespace, plural);
        let mut all = Vec::new();
        let take = |raw: RawAutoscaler| {
            let home = raw.metadata.namespace.clone().unwrap_or_default();
            all.extend(raw.observe().map(|autoscaler| (home, autoscaler)));
        };
        self.pages(
            &access,
            None,
            |params| Request::new(&path).list(params),
            take,
        )
        .await?;
        Ok(all)
    }

    /// What a ConfigMap holds; none where there is no such ConfigMap.
    pub async fn config_map(
        &self,
        namespace: &str,
        name: &str,
    ) -> Result<Option<BTreeMap<String, String>>, ClusterError> {
        let access = Access::get("configmaps", name, Some(namespace));
        let path = path("/api/v1", Some(namespace), "configmaps");
        let request = Request::new(path).get(name, &GetParams::default());
        let found = absent(self.call::<ConfigMap>(&access, request).await)?;
        Ok(found.map(|map| map.data))
    }

    /// A Lease; none where there is no such one.
    pub async fn lease(&self, namespace: &str, name: &str) -> Result<Option<Lease>, ClusterError> {
        let access = Access::get("leases", name, Some(namespace));
        let path = path("/apis/coordination.k8s.io/v1", Some(namespace), "leases");
        let request = Request::new(path).get(name, &GetParams::default());
        absent(self.call::<Lease>(&access, request).await)
    }

    /// The server's version, as in `v1.36.0`.
    pub async fn version(&self) -> Result<String, ClusterError> {
        let access = Access::get("version", "", None);
        let request = HttpRequest::get("/version").body(Vec::new());
        let info: objects::Version = self.send(&access, request.ok()).await?;
        Ok(info.git_version)
    }

    /// The caller's name: as the server knows it, else as in the kubeconfig; none where neither
    /// says.
    pub async fn caller(&self) -> Option<String> {
        let access = Access::create("selfsubjectreviews");
        let body = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
        let request = Request::new("/apis/authentication.k8s.io/v1/selfsubjectreviews")
            .create(&PostParams::default(), body.to_string().into_bytes());
        // A server without this API, or one that refuses, must not keep an order from being given.
        let review = self.call::<Review>(&access, request).await.ok();
        let name = review.and_then(|review| review.status.user_info.username);
        name.filter(|name| !name.is_empty())
            .or_else(|| self.user.clone())
    }

    /// Changes annotations of a namespace, if it is still at `version`; null takes one away.
    /// Where it is only `tried`, the server checks it and stores nothing.
    pub async fn annotate(
        &self,
        name: &str,
        version: &str,
        annotations: Json,
        tried: bool,
    ) -> Result<Namespace, ClusterError> {
        let access = Access::patch("namespaces", name);
        let body = json!({ "metadata": {
            "resourceVersion": version,
            "annotations": annotations,
        }});
        let params = PatchParams {
            dry_run: tried,
            field_manager: Some(FIELD_MANAGER.to_owned()),
            ..PatchParams::default()
        };
        let request = Request::new(NAMESPACES).patch_metadata(name, &params, &Patch::Merge(body));
        self.call(&access, request).await
    }

    /// Lists everything behind `request`, page by page, and hands each object to `take`.
    async fn pages<T: DeserializeOwned>(
        &self,
        access: &Access,
        labels: Option<&str>,
        request: impl Fn(&ListParams) -> Result<HttpRequest<Vec<u8>>, kube::core::request::Error>,
        mut take: impl FnMut(T),
    ) -> Result<(), ClusterError> {
        let mut params = ListParams::default().limit(PAGE);
        params.label_selector = labels.map(str::to_owned);
        loop {
            let page: Page<T> = self.call(access, request(&params)).await?;
            page.items.into_iter().flatten().for_each(&mut take);
            params.continue_token = page.metadata.next.filter(|token| !token.is_empty());
            if params.continue_token.is_none() {
                return Ok(());
            }
        }
    }

    async fn call<T: DeserializeOwned>(
        &self,
        access: &Access,
        request: Result<HttpRequest<Vec<u8>>, kube::core::request::Error>,
    ) -> Result<T, ClusterError> {
        self.send(access, request.ok()).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        access: &Access,
        request: Option<HttpRequest<Vec<u8>>>,
    ) -> Result<T, ClusterError> {
        let request = request.ok_or_else(|| ClusterError::BadRequest {
            access: access.clone(),
        })?;
        let answer = self.client.request::<T>(request);
        let answer = match self.limit {
            None => answer.await,
            Some(limit) => {
                tokio::time::timeout(limit, answer)
                    .await
                    .map_err(|_| ClusterError::Silent {
                        server: self.server.clone(),
                        seconds: limit.as_secs(),
                    })?
            }
        };
        answer.map_err(|error| ClusterError::read(&error, &self.server, access))
    }
}

/// What is not there as nothing, every other failure as it is.
fn absent<T>(answer: Result<T, ClusterError>) -> Result<Option<T>, ClusterError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(ClusterError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The path of a collection, in one namespace or in all.
fn path(api: &str, namespace: Option<&str>, plural: &str) -> String {
    match namespace {
        Some(namespace) => format!("{api}/namespaces/{namespace}/{plural}"),
        None => format!("{api}/{plural}"),
    }
}
