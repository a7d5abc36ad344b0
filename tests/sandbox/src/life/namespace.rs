//! Namespaces that are being deleted: first what is in them, then they themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::queue::Key;
use super::{Life, News, Scene, instant, place};
use crate::json::{Value, json};
use crate::kinds::RESOURCES;
use crate::server::{Hand, Server};
use crate::store::Object;

/// What is said of a namespace that waits: the condition, the reasons for and against it, and what is
/// said where nothing is.
const CONDITIONS: [(&str, &str, &str, &str); 5] = [
    (
        "NamespaceDeletionDiscoveryFailure",
        "DiscoveryFailed",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    (
        "NamespaceDeletionGroupVersionParsingFailure",
        "GroupVersionParsingFailed",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeletionFailed",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    (
        "NamespaceContentRemaining",
        "SomeResourcesRemain",
        "ContentRemoved",
        "All content successfully removed",
    ),
    (
        "NamespaceFinalizersRemaining",
        "SomeFinalizersRemain",
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
];

impl Life {
    /// A namespace has changed, or something in one has gone.
    pub(super) fn notice_end(
        &mut self,
        server: &Server,
        key: &Key,
        news: &News<'_>,
        now: Timestamp,
    ) {
        let namespaces = place("Namespace");
        let name = if key.resource == namespaces {
            &key.name
        } else if news.is_deletion {
            &key.namespace
        } else {
            return;
        };
        let found = server.store().get(namespaces, "", name);
        if found.is_some_and(|it| it.value["metadata"]["deletionTimestamp"].is_string()) {
            let at = self.dice.after(now, |it| &it.seen_after);
            self.queue.wake(Key::new(namespaces, "", name), at);
        }
    }
}

/// Deletes what is there, and lets the namespace go once nothing is.
pub(super) fn act(scene: &mut Scene<'_>, key: &Key, object: &Arc<Object>) {
    if object.value["metadata"]["deletionTimestamp"].is_null() {
        return;
    }
    for (key, object) in content(scene, &key.name) {
        scene.retire(&key, &object, None);
    }
    let left = content(scene, &key.name);
    if !left.is_empty() {
        let status = status(&object.value, &left, scene.now);
        scene.report(key, object, status);
        return;
    }
    let hand = Hand {
        sub: Some("finalize"),
        ..scene.hand(None)
    };
    let change = |after: &mut Value| after["spec"] = json!({});
    scene.server.change(key.resource, object, hand, change);
}

fn content(scene: &Scene<'_>, namespace: &str) -> Vec<(Key, Arc<Object>)> {
    let store = scene.server.store();
    let resources = (0..RESOURCES.len()).filter(|at| RESOURCES[*at].is_namespaced);
    let objects = resources.flat_map(|at| {
        let all = store.all(at, Some(namespace));
        all.map(move |it| (Key::of(at, it), it.clone()))
    });
    objects.collect()
}

fn status(namespace: &Value, left: &[(Key, Arc<Object>)], now: Timestamp) -> Value {
    let kinds = left
        .iter()
        .map(|(key, _)| RESOURCES[key.resource].qualified());
    let kinds = listed(kinds, |kind, count| {
        format!("{kind} has {count} resource instances")
    });
    let finalizers = left.iter().flat_map(|(_, it)| {
        let all = it.value["metadata"]["finalizers"].as_array();
        all.into_iter().flatten().filter_map(Value::as_str)
    });
    let finalizers = listed(finalizers.map(str::to_owned), |finalizer, count| {
        format!("{finalizer} in {count} resource instances")
    });
    let message = |kind: &str| match kind {
        "NamespaceContentRemaining" => Some(format!("Some resources are remaining: {kinds}")),
        "NamespaceFinalizersRemaining" if !finalizers.is_empty() => Some(format!(
            "Some content in the namespace has finalizers remaining: {finalizers}"
        )),
        _ => None,
    };
    let old = || {
        namespace["status"]["conditions"]
            .as_array()
            .into_iter()
            .flatten()
    };
    let condition = |(kind, yes, no, nothing): (&str, &str, &str, &str)| {
        let message = message(kind);
        let (status, reason) = if message.is_some() {
            ("True", yes)
        } else {
            ("False", no)
        };
        let same = old().find(|it| it["type"] == kind && it["status"] == status);
        let since = same.map_or_else(|| instant(now), |it| it["lastTransitionTime"].clone());
        json!({ "type": kind, "status": status, "reason": reason, "lastTransitionTime": since,
            "message": message.as_deref().unwrap_or(nothing) })
    };
    let conditions: Vec<Value> = CONDITIONS.into_iter().map(condition).collect();
    json!({ "phase": "Terminating", "conditions": conditions })
}

/// Each name once, with how often it came.
fn listed(names: impl Iterator<Item = String>, told: impl Fn(&str, usize) -> String) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let told: Vec<String> = counts
        .iter()
        .map(|(name, count)| told(name, *count))
        .collect();
    told.join(", ")
}
