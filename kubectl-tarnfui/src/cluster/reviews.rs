//! Questions about the server itself: who may do what, what it knows, and what time it has.
//!
//! Reviews are asked by creating them; nothing is stored by that.

use http::Request as HttpRequest;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use kube::api::{GetParams, PostParams};
use kube::client::Body;
use kube::core::Request;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{Access, Cluster, ClusterError, Namespace, absent, path};
use crate::rights::Right;

/// Whose rights are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The caller's own.
    Caller,
    /// A service account's.
    Account {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
}

impl Subject {
    fn kind(&self) -> (&'static str, &'static str) {
        match self {
            Self::Caller => ("SelfSubjectAccessReview", "selfsubjectaccessreviews"),
            Self::Account { .. } => ("SubjectAccessReview", "subjectaccessreviews"),
        }
    }

    /// Who it is, as the server takes it: rights come by the groups as well.
    fn fields(&self) -> Map<String, Json> {
        let fields = match self {
            Self::Caller => json!({}),
            Self::Account { namespace, name } => json!({
                "user": format!("system:serviceaccount:{namespace}:{name}"),
                "groups": [
                    "system:serviceaccounts",
                    format!("system:serviceaccounts:{namespace}"),
                    "system:authenticated",
                ],
            }),
        };
        fields.as_object().cloned().unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Review {
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    allowed: bool,
}

#[derive(Deserialize)]
struct Groups {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    versions: Vec<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    group_version: String,
}

#[derive(Deserialize)]
struct Resources {
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    name: String,
}

impl Cluster {
    /// Whether `subject` has the right.
    pub async fn may(&self, subject: &Subject, right: &Right) -> Result<bool, ClusterError> {
        let (kind, plural) = subject.kind();
        let access = Access::create(plural);
        let mut spec = subject.fields();
        let attributes = json!({
            "verb": right.verb, "group": right.group, "resource": right.resource,
            "name": right.name.as_deref().unwrap_or_default(),
            "namespace": right.namespace.as_deref().unwrap_or_default(),
        });
        spec.insert("resourceAttributes".to_owned(), attributes);
        let api = "authorization.k8s.io/v1";
        let body = json!({ "apiVersion": api, "kind": kind, "spec": spec });
        let request = Request::new(format!("/apis/{api}/{plural}"))
            .create(&PostParams::default(), body.to_string().into_bytes());
        let review: Review = self.call(&access, request).await?;
        Ok(review.status.allowed)
    }

    /// Whether the server knows a kind by its plural, at `api` as in `keda.sh/v1alpha1`.
    pub async fn knows(&self, api: &'static str, plural: &str) -> Result<bool, ClusterError> {
        let access = Access::get("apis", api, None);
        // Of an API that is not served a server has a page, and no document: what is served is asked first.
        let request = HttpRequest::get("/apis").body(Vec::new());
        let served: Groups = self.send(&access, request.ok()).await?;
        let mut versions = served.groups.iter().flat_map(|group| &group.versions);
        if !versions.any(|version| version.group_version == api) {
            return Ok(false);
        }
        let request = HttpRequest::get(format!("/apis/{api}")).body(Vec::new());
        let found: Resources = self.send(&access, request.ok()).await?;
        Ok(found.resources.iter().any(|it| it.name == plural))
    }

    /// The version of a ConfigMap; none where there is no such ConfigMap.
    pub async fn config_map_version(
        &self,
        namespace: &str,
        name: &str,
    ) -> Result<Option<String>, ClusterError> {
        let access = Access::get("configmaps", name, Some(namespace));
        let path = path("/api/v1", Some(namespace), "configmaps");
        let request = Request::new(path).get_metadata(name, &GetParams::default());
        // Of anything with metadata alone, which is what is asked for.
        let found = absent(self.call::<Namespace>(&access, request).await)?;
        Ok(found.map(|it| it.metadata.resource_version))
    }

    /// What time the server has, to the second; none where it does not say.
    ///
    /// The header is the web server's, not Kubernetes': what stands between may leave it out.
    pub async fn date(&self) -> Option<Timestamp> {
        let request = HttpRequest::get("/version")
            .body(Body::from(Vec::new()))
            .ok()?;
        let answer = self.client.send(request);
        let answer = match self.limit {
            Some(limit) => tokio::time::timeout(limit, answer).await.ok()?,
            None => answer.await,
        };
        let answer = answer.ok()?;
        let date = answer.headers().get(http::header::DATE)?.to_str().ok()?;
        Some(rfc2822::parse(date).ok()?.timestamp())
    }
}
