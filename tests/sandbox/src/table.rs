//! Tables: what `kubectl get` prints is made by the server, cell by cell, and asked for by the
//! formats `Table` and `PartialObjectMetadata` of `meta.k8s.io/v1`.
//!
//! It must not fail on an object: what is missing in one shows as it does in the real server's
//! tables, where objects have the defaults of their fields.

use jiff::Timestamp;

use crate::json::{Map, Value, json};
use crate::kinds::Resource;

mod access;
mod age;
mod autoscalers;
mod batch;
mod columns;
mod events;
mod plain;
mod pods;
mod services;
mod text;
mod workloads;

pub(crate) use text::selector;

use columns::Column;

/// How much of each object goes with its row: `?includeObject=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Include {
    /// Nothing.
    None,
    /// The metadata, if nothing else is said.
    Metadata,
    /// All of it.
    Object,
}

impl Include {
    /// What the query asks for; `None` if it is no such word, which is a 400.
    pub fn of_query(word: Option<&str>) -> Option<Self> {
        match word {
            None | Some("" | "Metadata") => Some(Self::Metadata),
            Some("None") => Some(Self::None),
            Some("Object") => Some(Self::Object),
            Some(_) => None,
        }
    }
}

/// The objects as a table, with a row for each and all columns, also those that only `-o wide`
/// shows.
///
/// `list_metadata` is the metadata of the list, or, for one object, its `resourceVersion`.
/// In a watch each event has a table of its own, and all but the first have no columns: see
/// [`without_columns`].
pub fn table(
    resource: &Resource,
    objects: &[&Value],
    list_metadata: Value,
    now: Timestamp,
    include: Include,
) -> Value {
    fill(&view(resource), objects, list_metadata, now, include)
}

/// The `autoscaling/v1` Scale of a workload as a table of one row.
pub fn of_scale(scale: &Value, list_metadata: Value, now: Timestamp, include: Include) -> Value {
    let view = View {
        columns: columns::SCALE,
        cells: plain::scale,
        conditions: |_| None,
    };
    fill(&view, &[scale], list_metadata, now, include)
}

/// A table as in the events of a watch after its first.
pub fn without_columns(mut table: Value) -> Value {
    table["columnDefinitions"] = Value::Null;
    table
}

/// An object's metadata alone: `PartialObjectMetadata`.
pub fn partial(object: &Value) -> Value {
    let empty = || Value::Object(Map::new());
    let metadata = object.get("metadata").cloned().unwrap_or_else(empty);
    json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
    })
}

/// The metadata of many: `PartialObjectMetadataList`.
pub fn partial_list(objects: &[&Value], list_metadata: Value) -> Value {
    let items: Vec<Value> = objects.iter().map(|object| partial(object)).collect();
    let mut list = json!({
        "kind": "PartialObjectMetadataList",
        "apiVersion": "meta.k8s.io/v1",
        "items": items,
    });
    list["metadata"] = list_metadata;
    list
}

/// How the objects of a resource are shown.
struct View {
    columns: &'static [Column],
    /// As many as there are columns.
    cells: fn(&Value, Timestamp) -> Vec<Value>,
    /// What is said of the row itself.
    conditions: fn(&Value) -> Option<Value>,
}

fn view(resource: &Resource) -> View {
    let (columns, cells): (_, fn(&Value, Timestamp) -> Vec<Value>) = match resource.kind {
        "Namespace" => (columns::NAMESPACE, plain::namespace),
        "ConfigMap" => (columns::CONFIG_MAP, plain::config_map),
        "Secret" => (columns::SECRET, plain::secret),
        "ServiceAccount" => (columns::SERVICE_ACCOUNT, plain::service_account),
        "Lease" => (columns::LEASE, plain::lease),
        "RoleBinding" | "ClusterRoleBinding" => (columns::BINDING, plain::binding),
        "Service" => (columns::SERVICE, services::cells),
        "Pod" => (columns::POD, pods::cells),
        "Event" => (columns::EVENT, events::cells),
        "Deployment" => (columns::DEPLOYMENT, workloads::deployment),
        "ReplicaSet" => (columns::REPLICA_SET, workloads::replica_set),
        "StatefulSet" => (columns::STATEFUL_SET, workloads::stateful_set),
        "DaemonSet" => (columns::DAEMON_SET, workloads::daemon_set),
        "CronJob" => (columns::CRON_JOB, batch::cron_job),
        "Job" => (columns::JOB, batch::job),
        "HorizontalPodAutoscaler" => (columns::AUTOSCALER, autoscalers::cells),
        // Roles for one: the real server knows no more to say of them either.
        _ => (columns::ANY, plain::any),
    };
    let conditions = match resource.kind {
        "Pod" => pods::conditions,
        _ => |_: &Value| None,
    };
    View {
        columns,
        cells,
        conditions,
    }
}

fn fill(
    view: &View,
    objects: &[&Value],
    list_metadata: Value,
    now: Timestamp,
    include: Include,
) -> Value {
    let columns: Vec<Value> = view.columns.iter().map(Column::definition).collect();
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| {
            let mut row = json!({"cells": (view.cells)(object, now)});
            row["object"] = match include {
                Include::None => Value::Null,
                Include::Metadata => partial(object),
                Include::Object => (*object).clone(),
            };
            if let Some(conditions) = (view.conditions)(object) {
                row["conditions"] = conditions;
            }
            row
        })
        .collect();
    let mut table = json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "columnDefinitions": columns,
        "rows": rows,
    });
    table["metadata"] = list_metadata;
    table
}

#[cfg(test)]
mod tests;
