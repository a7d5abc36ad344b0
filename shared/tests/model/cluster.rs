//! Objects of one namespace as an API server would keep them: JSON, versions, managed fields.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tarnfui_shared::change::{Change, Op};
use tarnfui_shared::observe::{RawWorkload, Workload};
use tarnfui_shared::workload::{Kind, Value};

/// Kind and name.
pub(crate) type Id = (Kind, String);

/// The server's refusal of a stale write.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Conflict;

/// One namespace's workloads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cluster {
    pub(crate) objects: BTreeMap<Id, Json>,
    version: u64,
}

impl Cluster {
    /// Creates a workload, as `manager` would with `operation`.
    pub(crate) fn create(&mut self, id: &Id, value: Value, created_at: Timestamp) {
        let object = json!({
            "metadata": {
                "name": id.1,
                "uid": format!("{:032x}", self.version),
                "generation": 1,
                "creationTimestamp": created_at,
                "labels": { "app": id.1 },
                "annotations": { "example.com/team": "shop" },
            },
            "spec": { "template": { "spec": { "containers": [{ "name": "main" }] } } },
            "status": {},
        });
        self.objects.insert(id.clone(), object);
        self.set(id, value, "kubectl-client-side-apply");
        self.settle(id);
    }

    /// Sets the field that sleeping changes, as somebody else.
    pub(crate) fn set(&mut self, id: &Id, value: Value, manager: &str) {
        let field = id.0.row().field.name();
        let patch = json!({ "spec": { field: value.to_json() } });
        self.merge(id, &patch, manager);
    }

    /// Merges `patch` into the object, as an update of `manager`.
    pub(crate) fn merge(&mut self, id: &Id, patch: &Json, manager: &str) {
        let field = id.0.row().field.name();
        let Some(object) = self.objects.get_mut(id) else {
            return;
        };
        let before = object["spec"].clone();
        merge(object, patch);
        let is_changed = object["spec"] != before;
        if !patch["spec"][field].is_null() {
            own_field(object, field, manager, is_changed);
        }
        if is_changed {
            let generation = object["metadata"]["generation"].as_i64().unwrap_or(0);
            object["metadata"]["generation"] = json!(generation + 1);
        }
        self.bump(id);
    }

    /// Carries a change out, as the API server would.
    pub(crate) fn execute(&mut self, change: &Change) -> Result<(), Conflict> {
        let id = (change.target.kind, change.target.name.to_string());
        let patch = change.patch();
        let Some(object) = self.objects.get_mut(&id) else {
            return Err(Conflict);
        };
        let version = object["metadata"]["resourceVersion"].clone();
        if let Op::HandOver { entry } = change.op {
            if patch.body[0]["value"] != version {
                return Err(Conflict);
            }
            let entries = object["metadata"]["managedFields"].as_array_mut();
            entries.expect("entries to take one out of").remove(entry);
            self.bump(&id);
            return Ok(());
        }
        let mut body = patch.body;
        let metadata = body["metadata"].as_object_mut().expect("metadata");
        if metadata.remove("resourceVersion") != Some(version) {
            return Err(Conflict);
        }
        self.merge(&id, &body, patch.manager);
        Ok(())
    }

    /// The workload's own controller catches up: everything runs, and is ready.
    pub(crate) fn settle(&mut self, id: &Id) {
        let Some(object) = self.objects.get_mut(id) else {
            return;
        };
        let replicas = object["spec"]["replicas"].clone();
        let generation = object["metadata"]["generation"].clone();
        object["status"] = json!({
            "observedGeneration": generation, "replicas": replicas,
            "updatedReplicas": replicas, "readyReplicas": replicas,
        });
        if replicas.is_null() {
            object["status"] = json!({});
        }
        self.bump(id);
    }

    /// What the controller would see of every workload, in its order.
    pub(crate) fn observe(&self) -> Vec<Workload> {
        let read = |(id, object): (&Id, &Json)| {
            let raw: RawWorkload =
                serde_json::from_value(object.clone()).expect("an object that reads");
            raw.observe(id.0).expect("an object with a version")
        };
        self.objects.iter().map(read).collect()
    }

    fn bump(&mut self, id: &Id) {
        self.version += 1;
        let version = json!(self.version.to_string());
        self.objects.get_mut(id).expect("it was there")["metadata"]["resourceVersion"] = version;
    }
}

/// RFC 7396, at the depth that is needed.
fn merge(target: &mut Json, patch: &Json) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let map = target.as_object_mut().expect("an object, as of just now");
    for (key, value) in patch {
        if value.is_null() {
            map.remove(key);
        } else {
            merge(map.entry(key.clone()).or_insert(Json::Null), value);
        }
    }
}

/// A changed field has one owner; one that is set to what it was gets another.
fn own_field(object: &mut Json, field: &str, manager: &str, is_changed: bool) {
    let owned = format!("f:{field}");
    let metadata = object["metadata"].as_object_mut().expect("metadata");
    let entries = metadata.entry("managedFields").or_insert(json!([]));
    let entries = entries.as_array_mut().expect("a list of entries");
    for entry in entries.iter_mut().filter(|_| is_changed) {
        if let Some(spec) = entry["fieldsV1"]["f:spec"].as_object_mut() {
            spec.remove(&owned);
        }
    }
    let is_applier = manager.starts_with("apply:");
    let operation = if is_applier { "Apply" } else { "Update" };
    let name = manager.trim_start_matches("apply:");
    let is_it = |entry: &&mut Json| entry["manager"] == name && entry["operation"] == operation;
    if let Some(entry) = entries.iter_mut().find(is_it) {
        entry["fieldsV1"]["f:spec"][owned] = json!({});
    } else {
        entries.push(json!({
            "manager": name, "operation": operation,
            "fieldsV1": { "f:spec": { owned: {} } },
        }));
    }
}
