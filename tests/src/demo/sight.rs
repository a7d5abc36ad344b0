//! Eyes of the demo: watches of its own on the workloads and on the Lease.
//!
//! What the controllers say of themselves is not looked at. Nothing is judged here.

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind};
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Client, ResourceExt as _};
use serde_json::Value as Json;
use tarnfui_shared::workload::{Field, KINDS, Kind, SAVED_LABEL, Value};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::clock::real_now;

use super::book::Sighting;
use super::cast::Namespace;
use super::replicas::LEASE;
use super::tenancy::Tenancy;

/// Sightings that wait to be taken in: what two nights of a busy namespace bring.
const WAITING: usize = 1024;

/// Below the time after which a silent connection is given up.
const WATCH_SECONDS: u32 = 60;

/// Something that was seen.
#[derive(Debug)]
pub(super) enum Seen {
    /// A workload is there, has changed, or is gone.
    Workload(Sighting),
    /// The Lease names this holder, or none, since this real instant.
    Holder(Option<String>, Timestamp),
}

/// The watches; they end with the value.
#[derive(Debug)]
pub(super) struct Eyes {
    seen: mpsc::Receiver<Seen>,
    _watches: JoinSet<()>,
}

impl Eyes {
    /// Opens the watches: on these namespaces alone, since in somebody's cluster there may be
    /// thousands.
    pub(super) fn open(client: &Client, namespaces: &[Namespace], tenancy: Tenancy) -> Self {
        let (sender, seen) = mpsc::channel(WAITING);
        let mut watches = JoinSet::new();
        for namespace in namespaces {
            for row in KINDS {
                let resource = resource(row.kind);
                let api = Api::namespaced_with(client.clone(), &namespace.place, &resource);
                watches.spawn(watch_kind(api, row.kind, sender.clone()));
            }
        }
        let leases = Api::namespaced(client.clone(), tenancy.home());
        watches.spawn(watch_lease(leases, sender));
        Self {
            seen,
            _watches: watches,
        }
    }

    /// What is seen next.
    ///
    /// # Panics
    /// If the watches have ended, which they never do by themselves.
    pub(super) async fn next(&mut self) -> Seen {
        self.seen.recv().await.expect("a watch never ends")
    }
}

/// A kind as kube wants it named.
pub(super) fn resource(kind: Kind) -> ApiResource {
    let row = kind.row();
    let kind = GroupVersionKind::gvk(row.group, row.version, row.name);
    ApiResource::from_gvk_with_plural(&kind, row.plural)
}

/// The field that sleeping changes, read from the object itself.
pub(super) fn value_of(kind: Kind, object: &Json) -> Option<Value> {
    let field = kind.row().field;
    let json = &object["spec"][field.name()];
    match field {
        Field::Replicas => Some(Value::Replicas(i32::try_from(json.as_i64()?).ok()?)),
        Field::Suspend => json.as_bool().map(Value::Suspend),
    }
}

async fn watch_kind(api: Api<DynamicObject>, kind: Kind, sender: mpsc::Sender<Seen>) {
    let config = watcher::Config::default().timeout(WATCH_SECONDS);
    let mut events = watcher(api, config).into_stream().boxed();
    while let Some(event) = events.next().await {
        let real = real_now();
        let (object, is_there) = match event {
            Ok(Event::Apply(object) | Event::InitApply(object)) => (object, true),
            Ok(Event::Delete(object)) => (object, false),
            // It is tried again, and what it missed comes with the next list.
            Ok(Event::Init | Event::InitDone) | Err(_) => continue,
        };
        let sighting = Sighting {
            namespace: object.namespace().unwrap_or_default(),
            kind,
            name: object.name_any(),
            value: value_of(kind, &object.data).filter(|_| is_there),
            saved: object.labels().get(SAVED_LABEL).cloned(),
            generation: object.metadata.generation.unwrap_or_default(),
            real,
        };
        if sender.send(Seen::Workload(sighting)).await.is_err() {
            return;
        }
    }
}

async fn watch_lease(api: Api<Lease>, sender: mpsc::Sender<Seen>) {
    let config = watcher::Config::default().fields(&format!("metadata.name={LEASE}"));
    let mut events = watcher(api, config.timeout(WATCH_SECONDS))
        .into_stream()
        .boxed();
    while let Some(event) = events.next().await {
        let real = real_now();
        let lease = match event {
            Ok(Event::Apply(lease) | Event::InitApply(lease)) => Some(lease),
            Ok(Event::Delete(_)) => None,
            Ok(Event::Init | Event::InitDone) | Err(_) => continue,
        };
        let holder = lease.and_then(|lease| lease.spec?.holder_identity);
        let holder = holder.filter(|name| !name.is_empty());
        if sender.send(Seen::Holder(holder, real)).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_field_is_read_as_it_stands() {
        let replicas = json!({ "spec": { "replicas": 3 } });
        assert_eq!(
            value_of(Kind::Deployment, &replicas),
            Some(Value::Replicas(3))
        );
        let suspended = json!({ "spec": { "suspend": true } });
        assert_eq!(
            value_of(Kind::CronJob, &suspended),
            Some(Value::Suspend(true))
        );
        assert_eq!(value_of(Kind::CronJob, &replicas), None);
    }
}
