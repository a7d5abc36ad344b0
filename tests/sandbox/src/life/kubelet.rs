//! Pods as objects: what the scheduler and a kubelet make of them.
//!
//! It must not know why a pod is there, nor how many there are to be.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::pods::{BROKEN, Phase, Pod, is_tagged};
use super::queue::Key;
use super::{Scene, hash, instant, place};
use crate::json::{Text, Value, json};
use crate::server::Hand;
use crate::store::Object;

/// The one node, where a pod names none.
const NODE: &str = "node-1";
const NODE_ADDRESS: &str = "10.0.0.11";

/// The document of a pod that is to be made, with a `name` or a `generateName` and `labels` beyond
/// those of the template.
pub(super) fn document(template: &Value, owner: &Object, named: Value, labels: Value) -> Value {
    let mut metadata = template["metadata"].clone();
    if !metadata.is_object() {
        metadata = json!({});
    }
    for (key, value) in entries(named) {
        metadata[key] = value;
    }
    for (key, value) in entries(labels) {
        metadata["labels"][key] = value;
    }
    metadata["namespace"] = owner.metadata("namespace").into();
    metadata["ownerReferences"] = json!([reference(owner)]);
    let mut spec = template["spec"].clone();
    for (key, value) in [
        ("nodeName", NODE),
        ("serviceAccountName", "default"),
        ("serviceAccount", "default"),
    ] {
        if spec[key].is_null() {
            spec[key] = value.into();
        }
    }
    json!({ "metadata": metadata, "spec": spec })
}

fn entries(map: Value) -> impl Iterator<Item = (Text, Value)> {
    let map = match map {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            crate::json::Map::new()
        }
    };
    map.into_iter()
}

/// A reference to the controller of an object.
pub(super) fn reference(owner: &Object) -> Value {
    json!({ "apiVersion": owner.value["apiVersion"], "kind": owner.value["kind"],
        "name": owner.metadata("name"), "uid": owner.metadata("uid"),
        "controller": true, "blockOwnerDeletion": true })
}

/// Takes in what others did to the objects of pods.
pub(super) fn look<'p>(
    scene: &mut Scene<'_>,
    namespace: &str,
    pods: impl Iterator<Item = &'p mut Pod>,
) {
    let resource = place("Pod");
    for pod in pods.filter(|it| it.shown.is_some()) {
        match scene.server.store().get(resource, namespace, &pod.name) {
            None => pod.phase = Phase::Gone,
            Some(object) if object.value["metadata"]["deletionTimestamp"].is_string() => {
                pod.stop(scene.now, scene.dice);
            }
            Some(_) => {}
        }
    }
}

/// Makes the object of a pod show how far it is; `document` is what it is made of, once it can
/// be. A pod that the server does not take is gone at once.
pub(super) fn show(
    scene: &mut Scene<'_>,
    namespace: &str,
    pod: &mut Pod,
    document: impl FnOnce(&Pod) -> Option<Value>,
) {
    if pod.shown == Some(pod.phase) {
        return;
    }
    let resource = place("Pod");
    let store = scene.server.store();
    let mut found = store.get(resource, namespace, &pod.name).cloned();
    match pod.phase {
        Phase::Starting(_) | Phase::Ready(_) | Phase::Ended { .. } => {
            if found.is_none() && pod.shown.is_none() {
                let Some(document) = document(pod) else {
                    return;
                };
                found = scene.server.make(resource, document, scene.hand(None));
            }
            let Some(object) = found else {
                pod.phase = Phase::Gone;
                return;
            };
            pod.name = object.metadata("name").into();
            let status = status(&object.value, pod.phase, scene.now);
            let hand = Hand {
                manager: "kubelet",
                ..scene.hand(Some("status"))
            };
            let write = |after: &mut Value| after["status"] = status;
            scene.server.change(resource, &object, hand, write);
        }
        Phase::Stopping { .. } => {
            if let Some(object) = found {
                scene.retire(&Key::of(resource, &object), &object, None);
            }
        }
        Phase::Gone => {
            let held = found.map(|it| it.value["metadata"]["finalizers"].clone());
            let is_held = held.is_some_and(|it| it.as_array().is_some_and(|it| !it.is_empty()));
            if !is_held {
                scene.server.erase(resource, namespace, &pod.name);
            }
        }
    }
    pod.shown = Some(pod.phase);
}

/// A pod that was found without anybody who counts it.
pub(super) fn stray(scene: &mut Scene<'_>, object: &Arc<Object>) -> Pod {
    let start = (scene.now, &mut *scene.dice);
    let mut pod = Pod::start(&object.value, &Arc::default(), 0, start);
    pod.name = object.metadata("name").into();
    let found = match object.value["status"]["phase"].as_str() {
        Some("Running") => Some(Phase::Ready(scene.now)),
        Some("Succeeded") => Some(Phase::Ended { is_success: true }),
        Some("Failed") => Some(Phase::Ended { is_success: false }),
        _ => None,
    };
    pod.phase = found.unwrap_or(pod.phase);
    pod.shown = found;
    pod
}

/// Does what is due with such a pod, and says when there is more.
pub(super) fn keep(
    scene: &mut Scene<'_>,
    pod: &mut Pod,
    object: &Arc<Object>,
) -> Option<Timestamp> {
    let namespace = object.metadata("namespace");
    if object.value["metadata"]["deletionTimestamp"].is_string() {
        pod.stop(scene.now, scene.dice);
    } else if object.value["spec"]["nodeName"].is_null() {
        let hand = Hand {
            manager: "kube-scheduler",
            ..scene.hand(None)
        };
        let write = |after: &mut Value| after["spec"]["nodeName"] = NODE.into();
        scene.server.change(place("Pod"), object, hand, write);
    }
    pod.advance(scene.now);
    show(scene, namespace, pod, |_| None);
    pod.due(Duration::ZERO, scene.now)
}

/// The status of a pod that is so far.
fn status(pod: &Value, phase: Phase, now: Timestamp) -> Value {
    let before = &pod["status"];
    let (word, reason) = match phase {
        Phase::Starting(_) => ("Pending", "ContainersNotReady"),
        Phase::Ended { is_success: true } => ("Succeeded", "PodCompleted"),
        Phase::Ended { is_success: false } => ("Failed", "PodFailed"),
        Phase::Ready(_) | Phase::Stopping { .. } | Phase::Gone => ("Running", ""),
    };
    let started = before["startTime"].clone();
    let started = if started.is_null() {
        instant(now)
    } else {
        started
    };
    let mut status = json!({ "phase": word, "qosClass": before["qosClass"],
        "hostIP": NODE_ADDRESS, "hostIPs": [{ "ip": NODE_ADDRESS }], "startTime": started,
        "conditions": conditions(pod, reason, now) });
    if !matches!(phase, Phase::Starting(_)) {
        let address = address(pod["metadata"]["uid"].as_str().unwrap_or_default());
        status["podIP"] = address.as_str().into();
        status["podIPs"] = json!([{ "ip": address }]);
    }
    let containers = pod["spec"]["containers"].as_array();
    let containers = containers.into_iter().flatten();
    status["containerStatuses"] = containers
        .map(|it| container(it, pod, phase, now))
        .collect();
    status
}

/// Everything is true but for what has a reason not to be.
fn conditions(pod: &Value, reason: &str, now: Timestamp) -> Value {
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    let names: Vec<_> = containers.filter_map(|it| it["name"].as_str()).collect();
    let old = || pod["status"]["conditions"].as_array().into_iter().flatten();
    let condition = |kind: &str| {
        let is_false = !reason.is_empty() && matches!(kind, "Ready" | "ContainersReady");
        let status = if is_false { "False" } else { "True" };
        let same = old().find(|it| it["type"] == kind && it["status"] == status);
        let since = same.map_or_else(|| instant(now), |it| it["lastTransitionTime"].clone());
        let mut condition = json!({ "type": kind, "status": status, "lastProbeTime": null,
            "lastTransitionTime": since });
        if is_false {
            condition["reason"] = reason.into();
        }
        if is_false && reason == "ContainersNotReady" {
            let message = format!("containers with unready status: [{}]", names.join(" "));
            condition["message"] = message.into();
        }
        condition
    };
    ["Initialized", "Ready", "ContainersReady", "PodScheduled"]
        .into_iter()
        .map(condition)
        .collect()
}

fn container(container: &Value, pod: &Value, phase: Phase, now: Timestamp) -> Value {
    let image = container["image"].as_str().unwrap_or_default();
    let name = container["name"].as_str().unwrap_or_default();
    let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
    let id = format!(
        "containerd://{:08x}{}",
        hash::number(name),
        uid.replace('-', "")
    );
    let all = pod["status"]["containerStatuses"].as_array();
    let before = all.into_iter().flatten().find(|it| it["name"] == name);
    let started = before.map_or(Value::Null, |it| {
        it["state"]["running"]["startedAt"].clone()
    });
    let state = match phase {
        Phase::Starting(None) if is_tagged(pod, BROKEN) && image.ends_with(BROKEN) => {
            let message = format!("Back-off pulling image {image:?}");
            json!({ "waiting": { "reason": "ImagePullBackOff", "message": message } })
        }
        Phase::Starting(_) => json!({ "waiting": { "reason": "ContainerCreating" } }),
        Phase::Ready(since) => json!({ "running": { "startedAt": instant(since) } }),
        Phase::Ended { is_success } => {
            let (code, reason) = if is_success {
                (0, "Completed")
            } else {
                (1, "Error")
            };
            json!({ "terminated": { "exitCode": code, "reason": reason, "containerID": id,
                "startedAt": started, "finishedAt": instant(now) } })
        }
        Phase::Stopping { .. } | Phase::Gone => json!({}),
    };
    let runs = matches!(phase, Phase::Ready(_));
    let mut status = json!({ "name": name, "image": image, "imageID": "", "ready": runs,
        "started": runs, "restartCount": 0, "lastState": {}, "state": state });
    if !matches!(phase, Phase::Starting(_)) {
        status["containerID"] = id.into();
        status["imageID"] = format!("{image}@sha256:{:064x}", hash::number(image)).into();
    }
    status
}

/// An address of its own, as far as chance allows.
fn address(uid: &str) -> String {
    let [_, _, third, fourth] = hash::number(uid).to_be_bytes();
    format!("10.244.{}.{}", third % 4, 2 + fourth % 250)
}
