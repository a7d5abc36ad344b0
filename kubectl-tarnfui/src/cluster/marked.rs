//! Workloads that have a mark, with everything that is said about them: what was saved, since when,
//! what they ask for. And the writes to them: a change of the controller's own, made by hand, and taking
//! the mark away for good.
//!
//! Whole objects are read, because managers of fields and pod templates stand nowhere else; the
//! server selects by the label, so never more of them than sleep.

use std::collections::BTreeMap;

use http::Request as HttpRequest;
use http::header::{ACCEPT, CONTENT_TYPE};
use jiff::Timestamp;
use kube::api::{GetParams, ListParams, Patch, PatchParams};
use kube::core::Request;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tarnfui_shared::change::Change;
use tarnfui_shared::observe::{HANDOVER_MANAGER, MANAGER, RawWorkload, Workload};
use tarnfui_shared::workload::{ASLEEP_AT_LABEL, Field, Kind, Mark, SAVED_LABEL, Value};

use super::{Access, Cluster, ClusterError, FIELD_MANAGER, Namespace, PodTemplate, path};

/// A workload, as far as its mark is concerned.
#[derive(Debug, Clone)]
pub struct Marked {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The version that was seen.
    pub version: String,
    /// What its labels say.
    pub mark: Mark,
    /// The value of the field that sleeping changes.
    pub value: Value,
    /// When the controller set the field; none where another manager has it by now.
    pub set_at: Option<Timestamp>,
    /// Another manager that owns the field.
    pub other_owner: Option<String>,
    /// The pods to be.
    pub template: PodTemplate,
}

/// A workload before its mark is taken away.
#[derive(Debug, Clone)]
pub struct Forgettable {
    /// What is seen of it.
    pub marked: Marked,
    /// Its `managedFields` as they are to be: without the entries of the controller.
    managed_fields: Vec<Json>,
}

#[derive(Deserialize)]
struct Raw {
    metadata: RawMetadata,
    #[serde(default)]
    spec: RawSpec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMetadata {
    name: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    resource_version: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    managed_fields: Vec<Json>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawSpec {
    replicas: Option<i32>,
    suspend: Option<bool>,
    template: RawTemplate,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawTemplate {
    spec: PodTemplate,
}

impl Marked {
    /// As people write it: `deployment/web`.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.kind.row().singular, self.name)
    }

    fn read(kind: Kind, raw: Raw) -> Self {
        let Raw { metadata, spec } = raw;
        let field = kind.row().field;
        let label = |key: &str| metadata.labels.get(key).map(String::as_str);
        let owners = metadata
            .managed_fields
            .iter()
            .filter(|entry| !entry["fieldsV1"]["f:spec"][format!("f:{}", field.name())].is_null());
        let (ours, others): (Vec<&Json>, Vec<&Json>) = owners.partition(|entry| is_ours(entry));
        let set_at = ours
            .iter()
            .filter(|entry| entry["manager"] == MANAGER)
            .find_map(|entry| entry["time"].as_str()?.parse().ok());
        let other_owner = others
            .first()
            .and_then(|entry| Some(entry["manager"].as_str()?.to_owned()));
        Self {
            kind,
            mark: Mark::read(field, label(SAVED_LABEL), label(ASLEEP_AT_LABEL)),
            value: match field {
                Field::Replicas => Value::Replicas(spec.replicas.unwrap_or(1)),
                Field::Suspend => Value::Suspend(spec.suspend.unwrap_or(false)),
            },
            set_at,
            other_owner,
            namespace: metadata.namespace,
            name: metadata.name,
            version: metadata.resource_version,
            template: spec.template.spec,
        }
    }
}

/// Whether an entry of `managedFields` is the controller's, under either of its names.
fn is_ours(entry: &Json) -> bool {
    entry["manager"] == MANAGER || entry["manager"] == HANDOVER_MANAGER
}

impl Cluster {
    /// The workloads of `kind` that have a mark, in one namespace or in all.
    pub async fn marked(
        &self,
        kind: Kind,
        namespace: Option<&str>,
    ) -> Result<Vec<Marked>, ClusterError> {
        let row = kind.row();
        let access = Access::list(row.plural, namespace);
        let api = format!("/apis/{}/{}", row.group, row.version);
        let path = path(&api, namespace, row.plural);
        let request = |params: &ListParams| Request::new(&path).list(params);
        let mut all = Vec::new();
        let take = |raw: Raw| all.push(Marked::read(kind, raw));
        self.pages(&access, Some(SAVED_LABEL), request, take)
            .await?;
        Ok(all)
    }

    /// One workload, with or without a mark.
    pub async fn forgettable(
        &self,
        kind: Kind,
        namespace: &str,
        name: &str,
    ) -> Result<Forgettable, ClusterError> {
        let row = kind.row();
        let access = Access::get(row.plural, name, Some(namespace));
        let api = format!("/apis/{}/{}", row.group, row.version);
        let path = path(&api, Some(namespace), row.plural);
        let request = Request::new(path).get(name, &GetParams::default());
        let raw: Raw = self.call(&access, request).await?;
        let managed_fields = &raw.metadata.managed_fields;
        let kept: Vec<Json> = managed_fields
            .iter()
            .filter(|entry| !is_ours(entry))
            .cloned()
            .collect();
        Ok(Forgettable {
            marked: Marked::read(kind, raw),
            managed_fields: kept,
        })
    }

    /// Makes `change` as the controller would, if the workload is still at the version that was seen:
    /// under the controller's names, so that whoever leads next finds what it would have left itself.
    /// Where it is only `tried`, the server checks it and stores nothing. Returns the workload as it is
    /// then.
    pub async fn make(&self, change: &Change, tried: bool) -> Result<Workload, ClusterError> {
        let (target, patch) = (&change.target, change.patch());
        let access = Access::patch_in(target.kind.row().plural, &target.name, &target.namespace);
        let dry_run = if tried { "&dryRun=All" } else { "" };
        let uri = format!("{}?fieldManager={}{dry_run}", change.path(), patch.manager);
        let request = HttpRequest::patch(uri)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, patch.content_type)
            .body(patch.body.to_string().into_bytes());
        let raw: RawWorkload = self.send(&access, request.ok()).await?;
        raw.observe(target.kind)
            .map_err(|_| ClusterError::BadRequest { access })
    }

    /// Takes the mark away, if the workload is still at the version that was seen, and with it the
    /// controller's entries in `managedFields`: one that is left would say that it was the controller
    /// who put the workload to rest, so that the mark would be missed. The field stays as it is.
    /// Where it is only `tried`, the server checks it and stores nothing.
    pub async fn forget(&self, seen: &Forgettable, tried: bool) -> Result<(), ClusterError> {
        let Marked {
            kind,
            namespace,
            name,
            version,
            ..
        } = &seen.marked;
        let row = kind.row();
        let access = Access::patch_in(row.plural, name, namespace);
        let api = format!("/apis/{}/{}", row.group, row.version);
        let path = path(&api, Some(namespace), row.plural);
        // An empty list would be taken for one that was left out; an empty entry empties it.
        let managed_fields = if seen.managed_fields.is_empty() {
            json!([{}])
        } else {
            json!(seen.managed_fields)
        };
        let body = json!({ "metadata": {
            "resourceVersion": version,
            "labels": { SAVED_LABEL: null, ASLEEP_AT_LABEL: null },
            "managedFields": managed_fields,
        }});
        let params = PatchParams {
            dry_run: tried,
            field_manager: Some(FIELD_MANAGER.to_owned()),
            ..PatchParams::default()
        };
        let request = Request::new(path).patch_metadata(name, &params, &Patch::Merge(body));
        self.call::<Namespace>(&access, request).await.map(drop)
    }
}
