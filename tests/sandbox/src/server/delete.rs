//! Deleting: at once, or once all that has a say in it has agreed.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::vital::{seconds, stored};
use super::{Ask, Server};
use crate::admit;
use crate::answer::{Cause, Failure, raw, whole};
use crate::json::{Value, json};
use crate::kinds::Resource;
use crate::request::propagation_fault;
use crate::store::Object;

/// What stays as long as the cluster.
const IMMORTAL: [&str; 3] = ["default", "kube-public", "kube-system"];

/// How long a Pod has that does not say.
const POD_GRACE_SECONDS: i64 = 30;

/// The longest grace that is understood here.
const MAX_GRACE_SECONDS: i64 = 24 * 60 * 60;

/// How an object is to be deleted.
#[derive(Debug, Default)]
struct Wish {
    /// The finalizer that holds it while what it owns is dealt with.
    finalizer: Option<&'static str>,
    grace_seconds: Option<i64>,
    uid: Option<String>,
    version: Option<String>,
    is_dry_run: bool,
}

/// What came of it.
enum Outcome {
    /// It is gone, and was last this.
    Gone(Value),
    /// It is marked.
    Marked(Arc<Object>),
    /// It would be.
    Tried(Value),
}

impl Server {
    pub(super) fn delete(&mut self, ask: &Ask<'_>) -> Result<Response<Bytes>, Failure> {
        let wish = Wish::read(ask)?;
        let (row, name) = (ask.call.target.row(), ask.call.target.named());
        if row.kind == "Namespace" && IMMORTAL.contains(&name) {
            let why = "this namespace may not be deleted";
            return Err(Failure::forbidden(row, name, why));
        }
        let before = self.existing(&ask.call)?.clone();
        wish.check(row, &before)?;
        Ok(match self.delete_one(ask, &wish, &before) {
            Outcome::Marked(kept) => raw(StatusCode::OK, ask.view.one(&kept)),
            // A Pod is told as it was, because a node would still have to stop it.
            Outcome::Gone(last) if row.kind == "Pod" => {
                whole(StatusCode::OK, &ask.view.document(&last))
            }
            Outcome::Gone(_) => whole(StatusCode::OK, &gone(row, &before)),
            Outcome::Tried(last) => whole(StatusCode::OK, &ask.view.document(&last)),
        })
    }

    /// Deletes all that is selected, and answers with what there was.
    pub(super) fn delete_many(&mut self, ask: &Ask<'_>) -> Result<Response<Bytes>, Failure> {
        let wish = Wish::read(ask)?;
        let (call, current) = (&ask.call, self.store.version());
        let mut objects = self.objects(call, current).unwrap_or_default();
        objects.retain(|it| ask.view.is_selected(&call.options.selector, &it.value));
        for object in &objects {
            self.delete_one(ask, &wish, object);
        }
        let metadata = json!({ "resourceVersion": current.to_string() });
        Ok(raw(StatusCode::OK, ask.view.list(&objects, metadata)))
    }

    fn delete_one(&mut self, ask: &Ask<'_>, wish: &Wish, before: &Arc<Object>) -> Outcome {
        let resource = stored(ask.call.target.resource);
        let (row, old) = (ask.call.target.row(), &before.value);
        let grace = wish.grace(row, old);
        let after = marked(row, old, (wish, grace), ask.now);
        if is_held(row, &after) || grace.is_some_and(|it| it > 0) {
            if *old == after {
                return Outcome::Marked(before.clone());
            }
            if wish.is_dry_run {
                return Outcome::Tried(after);
            }
            return Outcome::Marked(self.store.put(resource, after));
        }
        if !wish.is_dry_run {
            let (namespace, name) = (before.metadata("namespace"), before.metadata("name"));
            self.store.remove(resource, namespace, name);
        }
        Outcome::Gone(after)
    }
}

/// The body of a deletion: all its fields, each of its type, and no other.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Body {
    #[serde(rename = "kind")]
    _kind: Option<String>,
    #[serde(rename = "apiVersion")]
    _api_version: Option<String>,
    preconditions: Preconditions,
    grace_period_seconds: Option<i64>,
    dry_run: Vec<String>,
    propagation_policy: Option<String>,
    orphan_dependents: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Preconditions {
    uid: Option<String>,
    resource_version: Option<String>,
}

impl Wish {
    /// From the body, or from the query where there is none.
    fn read(ask: &Ask<'_>) -> Result<Self, Failure> {
        let options = &ask.call.options;
        let mut wish = Self {
            grace_seconds: options.grace_seconds,
            is_dry_run: options.is_dry_run(),
            ..Self::default()
        };
        let mut propagation = options.propagation.clone();
        if !ask.call.body.is_empty() {
            let body: Body = serde_json::from_slice(ask.call.body).map_err(|error| {
                Failure::bad_request(format!("the options cannot be read: {error}"))
            })?;
            if body.orphan_dependents.is_some() {
                return Err(Failure::unknown_request("orphanDependents"));
            }
            if let Some(other) = body.dry_run.iter().find(|it| *it != "All") {
                return Err(Failure::unknown_request(format!("dryRun: {other:?}")));
            }
            (wish.uid, wish.version) =
                (body.preconditions.uid, body.preconditions.resource_version);
            wish.grace_seconds = body.grace_period_seconds.or(wish.grace_seconds);
            wish.is_dry_run |= !body.dry_run.is_empty();
            propagation = body.propagation_policy.or(propagation);
        }
        if let Some(grace) = wish.grace_seconds.filter(|it| *it > MAX_GRACE_SECONDS) {
            let what = format!("gracePeriodSeconds: {grace}, which is more than a day");
            return Err(Failure::unknown_request(what));
        }
        wish.finalizer = match propagation.as_deref() {
            Some("Foreground") => Some("foregroundDeletion"),
            Some("Orphan") => Some("orphan"),
            Some(other) => match propagation_fault(other) {
                Some(cause) => return Err(refused(cause)),
                None => None,
            },
            None => None,
        };
        Ok(wish)
    }

    fn check(&self, row: &Resource, before: &Object) -> Result<(), Failure> {
        for (wanted, key, told, end) in [
            (
                &self.uid,
                "uid",
                "UID",
                "The object might have been deleted and then recreated",
            ),
            (
                &self.version,
                "resourceVersion",
                "ResourceVersion",
                "The object might have been modified",
            ),
        ] {
            let Some(wanted) = wanted.as_deref() else {
                continue;
            };
            let found = before.metadata(key);
            if wanted != found {
                let why = format!(
                    "the {told} in the precondition ({wanted}) does not match the {told} in record \
                     ({found}). {end}"
                );
                return Err(Failure::conflict_of_kind(
                    row,
                    before.metadata("name"),
                    &why,
                ));
            }
        }
        Ok(())
    }

    /// How long a Pod has to end; nothing else has any time.
    fn grace(&self, row: &Resource, pod: &Value) -> Option<i64> {
        if row.kind != "Pod" {
            return None;
        }
        let is_over = matches!(
            pod["status"]["phase"].as_str(),
            Some("Succeeded" | "Failed")
        );
        let is_nowhere = pod["spec"]["nodeName"].as_str().is_none_or(str::is_empty);
        if is_over || is_nowhere {
            return Some(0);
        }
        let own = pod["spec"]["terminationGracePeriodSeconds"].as_i64();
        self.grace_seconds.or(own).or(Some(POD_GRACE_SECONDS))
    }
}

fn refused(cause: Cause) -> Failure {
    Failure::invalid_as(("meta.k8s.io", "DeleteOptions"), "", &[cause])
}

/// The object with the mark of its deletion.
fn marked(
    row: &Resource,
    before: &Value,
    (wish, grace): (&Wish, Option<i64>),
    now: Timestamp,
) -> Value {
    let mut after = before.clone();
    let metadata = admit::metadata(&mut after);
    if let Some(finalizer) = wish.finalizer {
        let list = metadata.get_or_insert_with("finalizers", || json!([]));
        let list = list.as_array_mut();
        if let Some(list) = list.filter(|list| !list.iter().any(|it| it == finalizer)) {
            list.push(finalizer.into());
        }
    }
    let is_namespace = row.kind == "Namespace";
    let grace = grace.unwrap_or(0);
    let known = metadata.get("deletionGracePeriodSeconds");
    let is_shorter = known.and_then(Value::as_i64).is_some_and(|it| grace < it);
    if !metadata.contains_key("deletionTimestamp") || is_shorter {
        let at = now + SignedDuration::from_secs(grace.min(MAX_GRACE_SECONDS));
        metadata.insert("deletionTimestamp".to_owned(), seconds(at).into());
        if !is_namespace {
            metadata.insert("deletionGracePeriodSeconds".to_owned(), grace.into());
        }
        if let Some(generation) = metadata.get("generation").and_then(Value::as_i64) {
            metadata.insert("generation".to_owned(), (generation + 1).into());
        }
    }
    if is_namespace {
        after["status"]["phase"] = "Terminating".into();
    }
    after
}

/// Whether something has a say in its end.
fn is_held(row: &Resource, object: &Value) -> bool {
    let is_there = |list: &Value| list.as_array().is_some_and(|list| !list.is_empty());
    is_there(&object["metadata"]["finalizers"])
        || (row.kind == "Namespace" && is_there(&object["spec"]["finalizers"]))
}

/// What is said of an object that is gone.
fn gone(row: &Resource, object: &Object) -> Value {
    let mut details = json!({ "name": object.metadata("name"), "kind": row.plural,
        "uid": object.metadata("uid") });
    if !row.group.is_empty() {
        details["group"] = row.group.into();
    }
    json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": details })
}
