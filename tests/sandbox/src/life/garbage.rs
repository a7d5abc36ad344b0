//! What is owned goes when its owners have gone, before them, or stays: as who deleted them said.
//!
//! An owner of a kind that is not served is taken to be there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::habits::Dice;
use super::queue::{Key, Queue};
use super::{News, Scene};
use crate::json::Value;
use crate::kinds::{RESOURCES, of_kind};
use crate::server::Server;
use crate::store::Object;

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";

/// Who is owned by whom, and which of them are to be looked at.
#[derive(Debug, Default)]
pub(super) struct Garbage {
    /// By the uid of an owner.
    dependents: BTreeMap<Box<str>, BTreeSet<Key>>,
    pub(super) queue: Queue,
}

/// What has become of an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    There,
    /// It waits for what it owns to go.
    Waiting,
    Gone,
}

impl Garbage {
    /// Takes in what happened to an object.
    pub(super) fn notice(&mut self, key: &Key, news: &News<'_>, now: Timestamp, dice: &mut Dice) {
        let object = news.after;
        let uids = |it: &Object| -> Vec<Box<str>> { uids(it).map(Into::into).collect() };
        let before = news.before.map(uids).unwrap_or_default();
        let after = if news.is_deletion {
            Vec::new()
        } else {
            uids(object)
        };
        for uid in before.iter().filter(|it| !after.contains(it)) {
            if let Some(keys) = self.dependents.get_mut(uid) {
                keys.remove(key);
            }
        }
        for uid in &after {
            let keys = self.dependents.entry(uid.clone()).or_default();
            keys.insert(key.clone());
        }
        let mut concerned: Vec<Key> = Vec::new();
        let is_ending = object.value["metadata"]["deletionTimestamp"].is_string();
        if news.is_deletion {
            let dependents = self.dependents.get(object.metadata("uid"));
            concerned.extend(dependents.into_iter().flatten().cloned());
        } else if is_ending || (before != after && !after.is_empty()) {
            concerned.push(key.clone());
        }
        // An owner that waits may have waited for this one.
        if news.is_deletion || before != after {
            let owners = references(object).filter_map(|it| place_of(it, &key.namespace));
            concerned.extend(owners);
        }
        for key in concerned {
            self.queue.wake(key, dice.after(now, |it| &it.seen_after));
        }
    }

    /// Owners may have gone unseen.
    pub(super) fn notice_all(&mut self, now: Timestamp) {
        for key in self.dependents.values().flatten() {
            self.queue.wake(key.clone(), now);
        }
    }

    /// Looks at one object.
    pub(super) fn act(&self, scene: &mut Scene<'_>, key: &Key) {
        let Some(object) = scene.get(key) else {
            return;
        };
        let metadata = &object.value["metadata"];
        let has = |finalizer: &str| {
            let all = metadata["finalizers"].as_array();
            all.is_some_and(|all| all.iter().any(|it| it == finalizer))
        };
        if metadata["deletionTimestamp"].is_null() {
            self.judge(scene, key, &object);
        } else if has(ORPHAN) {
            for (key, dependent) in self.dependents(scene, &object) {
                let is_other = |it: &Value| it["uid"] != object.metadata("uid");
                disown(scene, &key, &dependent, is_other);
            }
            release(scene, key, &object, ORPHAN);
        } else if has(FOREGROUND) {
            let dependents = self.dependents(scene, &object);
            let is_blocking = |it: &Object| {
                let mut own = references(it).filter(|it| it["uid"] == object.metadata("uid"));
                own.any(|it| it["blockOwnerDeletion"] == true)
            };
            let is_free = !dependents.iter().any(|(_, it)| is_blocking(it));
            for (key, dependent) in dependents {
                self.judge(scene, &key, &dependent);
            }
            if is_free {
                release(scene, key, &object, FOREGROUND);
            }
        }
    }

    /// Deletes an object whose owners are all gone or wait for it to go, and else takes those away.
    fn judge(&self, scene: &mut Scene<'_>, key: &Key, object: &Arc<Object>) {
        let look = |it: &Value| owner(scene.server, it, &key.namespace);
        let owners: Vec<Owner> = references(object).map(look).collect();
        let is_lost = |it: &Owner| matches!(it, Owner::Gone | Owner::Waiting);
        if !owners.iter().any(is_lost) {
            return;
        }
        if owners.contains(&Owner::There) {
            let there: Vec<Value> = references(object)
                .zip(&owners)
                .filter(|(_, it)| !is_lost(it))
                .map(|(it, _)| it["uid"].clone())
                .collect();
            disown(scene, key, object, |it| there.contains(&it["uid"]));
            return;
        }
        let is_awaited = owners.contains(&Owner::Waiting);
        let has_own = !self.dependents(scene, object).is_empty();
        let finalizer = (is_awaited && has_own).then_some(FOREGROUND);
        scene.retire(key, object, finalizer);
    }

    fn dependents(&self, scene: &Scene<'_>, owner: &Object) -> Vec<(Key, Arc<Object>)> {
        let uid = owner.metadata("uid");
        let keys = self.dependents.get(uid).into_iter().flatten();
        let found = keys.filter_map(|key| Some((key.clone(), scene.get(key)?)));
        // What was missed of the history may have left an entry behind.
        found
            .filter(|(_, it)| uids(it).any(|it| it == uid))
            .collect()
    }
}

fn references(object: &Object) -> impl Iterator<Item = &Value> {
    let all = object.value["metadata"]["ownerReferences"].as_array();
    all.into_iter().flatten()
}

fn uids(object: &Object) -> impl Iterator<Item = &str> {
    references(object).filter_map(|it| it["uid"].as_str())
}

/// Where the object of a reference is, if its kind is served.
fn place_of(reference: &Value, namespace: &str) -> Option<Key> {
    let text = |key: &str| reference[key].as_str().unwrap_or_default();
    let row = of_kind(text("apiVersion"), text("kind"))?;
    let resource = RESOURCES.iter().position(|it| std::ptr::eq(it, row))?;
    let namespace = if row.is_namespaced { namespace } else { "" };
    Some(Key::new(resource, namespace, text("name")))
}

fn owner(server: &Server, reference: &Value, namespace: &str) -> Owner {
    let Some(key) = place_of(reference, namespace) else {
        return Owner::There;
    };
    let found = server.store().get(key.resource, &key.namespace, &key.name);
    let found = found.map(|it| &it.value["metadata"]);
    match found.filter(|it| it["uid"] == reference["uid"]) {
        None => Owner::Gone,
        Some(metadata) => {
            let finalizers = metadata["finalizers"].as_array();
            let waits = finalizers.is_some_and(|all| all.iter().any(|it| it == FOREGROUND));
            if waits && metadata["deletionTimestamp"].is_string() {
                Owner::Waiting
            } else {
                Owner::There
            }
        }
    }
}

fn disown(scene: &mut Scene<'_>, key: &Key, object: &Object, is_kept: impl Fn(&Value) -> bool) {
    let hand = scene.hand(None);
    scene.server.change(key.resource, object, hand, |after| {
        remove(after, "ownerReferences", |it| !is_kept(it));
    });
}

fn release(scene: &mut Scene<'_>, key: &Key, object: &Object, finalizer: &str) {
    let hand = scene.hand(None);
    scene.server.change(key.resource, object, hand, |after| {
        remove(after, "finalizers", |it| it == finalizer);
    });
}

/// Takes items out of a list of the metadata, and the list if it is empty then.
fn remove(object: &mut Value, list: &str, is_removed: impl Fn(&Value) -> bool) {
    let Some(metadata) = object["metadata"].as_object_mut() else {
        return;
    };
    if let Some(items) = metadata.get_mut(list).and_then(Value::as_array_mut) {
        items.retain(|it| !is_removed(it));
        if items.is_empty() {
            metadata.remove(list);
        }
    }
}
