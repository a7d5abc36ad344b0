//! The ReplicaSets and Pods of a Deployment, where there are objects for them.
//!
//! It must not decide how many there are.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Deployment, REVISION, Revision, template};
use crate::json::{Value, json};
use crate::life::pods::Pod;
use crate::life::queue::Key;
use crate::life::{Scene, adopt, counted, instant, kubelet, place, room};
use crate::store::Object;

/// The label that tells the pods of one revision from those of another.
const HASH: &str = "pod-template-hash";

impl Deployment {
    /// Makes the objects what the revisions and pods are.
    pub(super) fn show(&mut self, scene: &mut Scene<'_>, key: &Key, deployment: &Arc<Object>) {
        if !scene.dice.habits.with_pods {
            return;
        }
        for at in 0..self.revisions.len() {
            let revision = &self.revisions[at];
            let set = self.replica_set(scene, revision, deployment);
            for pod in self
                .pods
                .iter_mut()
                .filter(|it| it.revision == revision.hash)
            {
                let document = |_: &Pod| {
                    let set = set.as_ref().filter(|it| !is_ending(it))?;
                    let named = json!({ "generateName": format!("{}-", set.metadata("name")) });
                    let labels = json!({ HASH: &*revision.hash });
                    let template = template(&revision.source);
                    Some(kubelet::document(template, set, named, labels))
                };
                kubelet::show(scene, &key.namespace, pod, document);
            }
            if let Some(set) = set {
                self.report_set(scene, revision, &set);
            }
        }
    }

    /// Takes over what is there.
    pub(super) fn adopt(&mut self, scene: &mut Scene<'_>, deployment: &Arc<Object>) {
        if !scene.dice.habits.with_pods {
            return;
        }
        for set in adopt::objects(scene, "ReplicaSet", deployment) {
            let number = set.value["metadata"]["annotations"][REVISION].as_str();
            let hash = adopt::label(&set, HASH);
            for pod in adopt::objects(scene, "Pod", &set) {
                self.made += 1;
                self.pods.push(adopt::pod(scene, &pod, hash, self.made));
            }
            self.revisions.push(Revision {
                hash: hash.into(),
                number: number.and_then(|it| it.parse().ok()).unwrap_or(0),
                wanted: set.value["spec"]["replicas"].as_i64().unwrap_or(0),
                is_short: false,
                source: set,
            });
        }
        self.revisions.sort_by_key(|it| it.number);
    }

    /// The ReplicaSet of a revision, made if need be, with as many replicas as are wanted.
    fn replica_set(
        &self,
        scene: &mut Scene<'_>,
        revision: &Revision,
        deployment: &Object,
    ) -> Option<Arc<Object>> {
        let resource = place("ReplicaSet");
        let namespace = deployment.metadata("namespace");
        let name = format!("{}-{}", deployment.metadata("name"), revision.hash);
        let annotations = json!({
            REVISION: revision.number.to_string(),
            "deployment.kubernetes.io/desired-replicas": self.spec.replicas.to_string(),
            "deployment.kubernetes.io/max-replicas": self.scaled.1.to_string(),
        });
        let hand = scene.hand(None);
        let found = scene
            .server
            .store()
            .get(resource, namespace, &name)
            .cloned();
        let Some(found) = found else {
            if is_ending(deployment) {
                return None;
            }
            let document = document(&name, revision, deployment, &annotations);
            return scene.server.make(resource, document, hand);
        };
        let owner = &found.value["metadata"]["ownerReferences"][0]["uid"];
        if *owner != deployment.metadata("uid") {
            // Of another Deployment that had this name, and on its way out.
            return None;
        }
        let is_same = found.value["spec"]["replicas"] == revision.wanted
            && found.value["metadata"]["annotations"] == annotations;
        if is_same {
            return Some(found);
        }
        Some(scene.server.change(resource, &found, hand, |after| {
            after["spec"]["replicas"] = revision.wanted.into();
            after["metadata"]["annotations"] = annotations;
        }))
    }

    fn report_set(&self, scene: &mut Scene<'_>, revision: &Revision, set: &Object) {
        let pods = || {
            let own = self.pods.iter().filter(|it| it.revision == revision.hash);
            own.filter(|it| it.is_active())
        };
        let available = |it: &&Pod| it.is_available(self.spec.min_ready, scene.now);
        let replicas = counted(pods().count());
        let mut status = json!({ "replicas": replicas,
            "observedGeneration": set.value["metadata"]["generation"] });
        for (field, number) in [
            ("fullyLabeledReplicas", replicas),
            (
                "readyReplicas",
                counted(pods().filter(|it| it.is_ready()).count()),
            ),
            (
                "availableReplicas",
                counted(pods().filter(available).count()),
            ),
        ] {
            if number != 0 {
                status[field] = number.into();
            }
        }
        if revision.is_short {
            status["conditions"] = json!([failure(set, scene.now)]);
        }
        scene.report(&Key::of(place("ReplicaSet"), set), set, status);
    }

    /// Deletes the ReplicaSets of revisions that are no longer kept.
    pub(super) fn clear(&self, scene: &mut Scene<'_>, deployment: &Object) {
        if !scene.dice.habits.with_pods {
            return;
        }
        let resource = place("ReplicaSet");
        let namespace = deployment.metadata("namespace");
        let is_forgotten = |it: &&Arc<Object>| {
            let metadata = &it.value["metadata"];
            metadata["ownerReferences"][0]["uid"] == deployment.metadata("uid")
                && self
                    .revisions
                    .iter()
                    .all(|own| metadata["labels"][HASH] != *own.hash)
        };
        let all = scene.server.store().all(resource, Some(namespace));
        let forgotten: Vec<_> = all.filter(is_forgotten).cloned().collect();
        for set in forgotten {
            scene.retire(&Key::of(resource, &set), &set, None);
        }
    }
}

fn document(name: &str, revision: &Revision, deployment: &Object, annotations: &Value) -> Value {
    let mut template = template(&revision.source).clone();
    let mut selector = deployment.value["spec"]["selector"].clone();
    template["metadata"]["labels"][HASH] = json!(*revision.hash);
    selector["matchLabels"][HASH] = json!(*revision.hash);
    let labels = template["metadata"]["labels"].clone();
    json!({
        "metadata": { "name": name, "namespace": deployment.metadata("namespace"),
            "labels": labels, "annotations": annotations,
            "ownerReferences": [kubelet::reference(deployment)] },
        "spec": { "replicas": revision.wanted, "selector": selector, "template": template },
    })
}

/// What a ReplicaSet says of the pods that it has no room for.
fn failure(set: &Object, now: Timestamp) -> Value {
    let before = &set.value["status"]["conditions"][0]["lastTransitionTime"];
    let since = if before.is_null() {
        instant(now)
    } else {
        before.clone()
    };
    json!({ "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate",
        "message": room::refusal(set.metadata("name")), "lastTransitionTime": since })
}

fn is_ending(object: &Object) -> bool {
    object.value["metadata"]["deletionTimestamp"].is_string()
}
