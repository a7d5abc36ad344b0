//! The requests of a release but for those that wake: the ConfigMap, the Lease, and lists.
//!
//! Each ends in time, and is made again while a server is busy or away, until the time is up. What an
//! answer means for the release is not decided here.

use std::fmt;
use std::time::Duration;

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DeleteParams, ListParams, ObjectList, Patch, PatchParams, Preconditions};
use kube::core::Status;
use serde_json::json;
use tarnfui_shared::config::CONFIG_KEY;
use tarnfui_shared::workload::Kind;
use tokio::time::{Instant, sleep_until, timeout_at};
use tower::BoxError;
use tracing::debug;

use super::item::Item;
use crate::errors::chain;
use crate::leader::LeaseKey;
use crate::watch::PAGE_SIZE;
use crate::watch::object::{Object, api_resource};
use crate::world::Source;

/// How long one request may take: a page of a list is the longest.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// How long one kind may hold up the others.
const LIST_PATIENCE: Duration = Duration::from_secs(20);

/// The pause after a first request that came to nothing, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// The field manager of the one write to the ConfigMap.
const MANAGER: &str = "tarnfui-release";

/// What a request is for, in the words of a sentence: "may not get configmap/tarnfui-config".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    verb: &'static str,
    what: String,
}

impl fmt::Display for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.what)
    }
}

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// 401 or 403. Only a person can change that.
    #[error("the account may not {0}; hint: deploy/release-rbac.yaml grants what a release needs")]
    Forbidden(Errand, #[source] Box<Status>),
    /// Any other answer that will be the same next time.
    #[error("the API server refuses to {0}; hint: its message says what to change")]
    Refused(Errand, #[source] Box<Status>),
    /// No answer, or a server that is busy or broken, until the time was up.
    #[error(
        "could not {0} in time; hint: check that the API server can be reached, and run this again"
    )]
    NoAnswer(Errand, #[source] Option<BoxError>),
}

/// What a request that has an answer comes to, where the object may be another one by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It was done.
    Done,
    /// The object is not what was seen any more, or is gone. Nothing was written.
    Overtaken,
}

/// One page of a list, or that there are none.
pub(super) enum Page {
    /// Some objects, and whether more come.
    Objects(Box<ObjectList<Object<Item>>>),
    /// The list is too old to go on with.
    Expired,
    /// The server has no such kind.
    NoSuchKind,
}

/// Makes the requests.
#[derive(Clone)]
pub(super) struct Calls {
    pub(super) client: kube::Client,
    pub(super) lease: LeaseKey,
    /// When the time is up.
    pub(super) deadline: Instant,
}

impl Calls {
    /// The ConfigMap of this name beside the lease, if it is there.
    pub(super) async fn config(&self, name: &str) -> Result<Option<ConfigMap>, CallError> {
        let api: Api<ConfigMap> = self.namespaced();
        let errand = self.errand("get", "configmap", name);
        let made = self.make(errand, self.deadline, || api.get(name)).await;
        unless(&[404], made)
    }

    /// Puts `text` into the ConfigMap as it was read, or does nothing; gives the new version.
    pub(super) async fn write_config(
        &self,
        read: &ConfigMap,
        text: &str,
    ) -> Result<Option<String>, CallError> {
        let name = read.metadata.name.as_deref().unwrap_or_default();
        let version = read.metadata.resource_version.as_deref();
        // An empty one is dropped by the server in silence, and would be no precondition.
        let version = version.filter(|it| !matches!(*it, "" | "0"));
        let Some(version) = version else {
            return Ok(None);
        };
        let patch = Patch::Merge(json!({
            "metadata": { "resourceVersion": version },
            "data": { CONFIG_KEY: text },
        }));
        let api: Api<ConfigMap> = self.namespaced();
        let params = PatchParams {
            field_manager: Some(MANAGER.to_owned()),
            ..PatchParams::default()
        };
        let errand = self.errand("patch", "configmap", name);
        let made = self
            .make(errand, self.deadline, || api.patch(name, &params, &patch))
            .await;
        Ok(unless(OVERTAKEN, made)?.and_then(|it| it.metadata.resource_version))
    }

    /// The lease, if it is there.
    pub(super) async fn lease(&self) -> Result<Option<Lease>, CallError> {
        let api: Api<Lease> = self.namespaced();
        let name = &self.lease.name;
        let errand = self.errand("get", "lease", name);
        let made = self.make(errand, self.deadline, || api.get(name)).await;
        unless(&[404], made)
    }

    /// Deletes the lease as it was read, or does nothing.
    pub(super) async fn delete_lease(&self, read: &Lease) -> Result<Written, CallError> {
        let params = DeleteParams {
            preconditions: Some(Preconditions {
                uid: read.metadata.uid.clone(),
                resource_version: read.metadata.resource_version.clone(),
            }),
            ..DeleteParams::default()
        };
        let api: Api<Lease> = self.namespaced();
        let name = &self.lease.name;
        let errand = self.errand("delete", "lease", name);
        let made = self
            .make(errand, self.deadline, || api.delete(name, &params))
            .await;
        let done = unless(OVERTAKEN, made)?.map(|_| Written::Done);
        Ok(done.unwrap_or(Written::Overtaken))
    }

    /// One page of the workloads of a kind, of those with this label where one is named. `token` is
    /// what the page before has said, if there was one.
    pub(super) async fn page(
        &self,
        kind: Kind,
        label: Option<&str>,
        token: Option<&str>,
    ) -> Result<Page, CallError> {
        let source = Source::Workloads(kind);
        let api: Api<Object<Item>> = Api::all_with(self.client.clone(), &api_resource(source));
        let params = ListParams {
            label_selector: label.map(str::to_owned),
            limit: Some(PAGE_SIZE),
            continue_token: token.map(str::to_owned),
            ..ListParams::default()
        };
        let errand = Errand {
            verb: "list",
            what: source.to_string(),
        };
        let end = self.deadline.min(Instant::now() + LIST_PATIENCE);
        match self.make(errand, end, || api.list(&params)).await {
            Ok(objects) => Ok(Page::Objects(Box::new(objects))),
            Err(CallError::Refused(_, status)) if status.code == 404 => Ok(Page::NoSuchKind),
            Err(CallError::Refused(_, status)) if status.code == 410 => Ok(Page::Expired),
            Err(error) => Err(error),
        }
    }

    fn namespaced<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.client.clone(), &self.lease.namespace)
    }

    fn errand(&self, verb: &'static str, kind: &str, name: &str) -> Errand {
        let what = format!("{kind}/{name} in namespace {}", self.lease.namespace);
        Errand { verb, what }
    }

    /// Makes a request, again and again while it may yet come to something, and until the time is up.
    async fn make<T, F>(
        &self,
        errand: Errand,
        until: Instant,
        request: impl Fn() -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = kube::Result<T>>,
    {
        let mut pause = FIRST_PAUSE;
        loop {
            let end = until.min(Instant::now() + REQUEST_TIMEOUT);
            let error: Option<BoxError> = match timeout_at(end, request()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(kube::Error::Api(status))) => match status.code {
                    401 | 403 => return Err(CallError::Forbidden(errand, status)),
                    429 | 500.. => Some(status),
                    _ => return Err(CallError::Refused(errand, status)),
                },
                Ok(Err(error)) => Some(error.into()),
                Err(_) => None,
            };
            let again_at = Instant::now() + pause;
            if again_at >= until {
                return Err(CallError::NoAnswer(errand, error));
            }
            let error = error.as_ref().map(|error| chain(&**error));
            debug!(%errand, error, "a request came to nothing, and is made again");
            sleep_until(again_at).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// What the server says where the object is another one by now, or gone.
const OVERTAKEN: &[u16] = &[404, 409];

/// The answer, or none where it is one of these codes.
fn unless<T>(codes: &[u16], made: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match made {
        Ok(answer) => Ok(Some(answer)),
        Err(CallError::Refused(_, status)) if codes.contains(&status.code) => Ok(None),
        Err(error) => Err(error),
    }
}
