//! What a controller finds that has none: it takes over what its selector selects, so that what was
//! orphaned, or was there before this life began, is counted by whom it is for.

use std::sync::Arc;

use crate::json::Value;

use super::pods::Pod;
use super::{Scene, kubelet, place};
use crate::store::Object;

/// The objects of a kind that an owner selects and that nobody else controls; they are its own then.
pub(super) fn objects(scene: &mut Scene<'_>, kind: &str, owner: &Object) -> Vec<Arc<Object>> {
    let resource = place(kind);
    let namespace = owner.metadata("namespace");
    let selector = &owner.value["spec"]["selector"]["matchLabels"];
    let all = scene.server.store().all(resource, Some(namespace));
    let is_fit = |it: &&Arc<Object>| is_selected(selector, &it.value) && is_free(&it.value, owner);
    let found: Vec<_> = all.filter(is_fit).cloned().collect();
    let adopt = |object: Arc<Object>| {
        if controller(&object.value).is_some() {
            return object;
        }
        let hand = scene.hand(None);
        scene.server.change(resource, &object, hand, |after| {
            after["metadata"]["ownerReferences"] =
                [kubelet::reference(owner)].into_iter().collect();
        })
    };
    found.into_iter().map(adopt).collect()
}

/// Such a pod, as its new owner counts it.
pub(super) fn pod(
    scene: &mut Scene<'_>,
    object: &Arc<Object>,
    revision: &str,
    ordinal: i64,
) -> Pod {
    Pod {
        revision: revision.into(),
        ordinal,
        ..kubelet::stray(scene, object)
    }
}

/// A label, or nothing.
pub(super) fn label<'o>(object: &'o Object, key: &str) -> &'o str {
    object.value["metadata"]["labels"][key]
        .as_str()
        .unwrap_or_default()
}

fn is_selected(selector: &Value, object: &Value) -> bool {
    let wanted = selector.as_object().filter(|it| !it.is_empty());
    let labels = &object["metadata"]["labels"];
    wanted.is_some_and(|it| it.iter().all(|(key, value)| labels[key] == *value))
}

fn is_free(object: &Value, owner: &Object) -> bool {
    let is_ending = object["metadata"]["deletionTimestamp"].is_string();
    let uid = controller(object);
    !is_ending && uid.is_none_or(|uid| uid == owner.metadata("uid"))
}

fn controller(object: &Value) -> Option<&str> {
    let all = object["metadata"]["ownerReferences"].as_array();
    let found = all
        .into_iter()
        .flatten()
        .find(|it| it["controller"] == true);
    found.and_then(|it| it["uid"].as_str())
}
