//! What the server itself gives an object: its name, where it may be, and its end.

use std::sync::Arc;

use jiff::Timestamp;

use super::Server;
use crate::admit;
use crate::answer::Failure;
use crate::json::{Value, json};
use crate::kinds::{self, RESOURCES};
use crate::request::Call;
use crate::store::Object;

/// A generated name ends in so many of these: vowels and what looks like them are left out.
const SUFFIX: usize = 5;
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

impl Server {
    /// Generates a name where none is given but a prefix.
    pub(super) fn name(&mut self, object: &mut Value) {
        let prefix = text(object, "generateName").to_owned();
        if !text(object, "name").is_empty() || prefix.is_empty() {
            return;
        }
        let letter = |_| char::from(LETTERS[self.rng.usize(..LETTERS.len())]);
        let suffix: String = (0..SUFFIX).map(letter).collect();
        admit::metadata(object).insert("name".to_owned(), format!("{prefix}{suffix}").into());
    }

    /// Whether the namespace is there and takes something new.
    pub(super) fn check_namespace(&self, call: &Call<'_>, name: &str) -> Result<(), Failure> {
        let Some(namespace) = call.target.namespace else {
            return Ok(());
        };
        let namespaces = kinds::find("", "v1", "namespaces").expect("it is in the table");
        let Some(found) = self.namespace(namespace) else {
            return Err(Failure::not_found(namespaces, namespace));
        };
        if found["metadata"]["deletionTimestamp"].is_null() {
            return Ok(());
        }
        let why = format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        );
        let mut failure = Failure::forbidden(call.target.row(), name, &why);
        let message = format!("namespace {namespace} is being terminated");
        failure.details["causes"] = json!([{ "reason": "NamespaceTerminating",
            "message": message, "field": "metadata.namespace" }]);
        Err(failure)
    }

    /// Keeps what an object has become; one that was only waiting for that to be deleted is gone, and
    /// was last what it was before.
    pub(super) fn keep(&mut self, resource: usize, after: Value) -> Arc<Object> {
        if !is_over(&after) {
            return self.store.put(resource, after);
        }
        let (namespace, name) = (text(&after, "namespace"), text(&after, "name"));
        let gone = self.store.remove(resource, namespace, name);
        let version = gone.map_or(self.store.version(), |it| it.version);
        Object::new(after, version)
    }
}

/// Whether an object that was being deleted has nothing left to wait for. A Pod waits for whoever
/// erases it, if it has time.
fn is_over(object: &Value) -> bool {
    let metadata = &object["metadata"];
    let is_empty = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
    metadata["deletionTimestamp"].is_string()
        && is_empty(&metadata["finalizers"])
        && metadata["deletionGracePeriodSeconds"].as_i64().unwrap_or(0) == 0
        && (object["kind"] != "Namespace" || is_empty(&object["spec"]["finalizers"]))
}

/// A text of the metadata, or nothing.
pub(super) fn text<'v>(object: &'v Value, key: &str) -> &'v str {
    object["metadata"][key].as_str().unwrap_or_default()
}

/// As the API writes times: whole seconds.
pub(super) fn seconds(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Events of the core are kept as those of their own group.
pub(super) fn stored(resource: usize) -> usize {
    let row = &RESOURCES[resource];
    if row.kind != "Event" {
        return resource;
    }
    let is_kept = |it: &kinds::Resource| it.kind == "Event" && !it.group.is_empty();
    let place = RESOURCES.iter().position(is_kept);
    place.expect("it is in the table")
}
