//! What is remembered of the objects, and which part of the model each is for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::deployment::Deployment;
use super::habits::later;
use super::job::Job;
use super::pods::{Pod, earlier};
use super::queue::Key;
use super::room::{BURST, PAUSE, Room, Shortage};
use super::stateful::StatefulSet;
use super::{ROLES, Role, Scene, autoscaler, counted, cron_job, kubelet, namespace, place};
use crate::store::Object;

/// What is remembered of one object, which is no longer true of another one under the same name.
#[derive(Debug)]
struct Memory<T> {
    uid: Box<str>,
    of: T,
}

type Memories<T> = BTreeMap<Key, Memory<T>>;

/// What is remembered of all.
#[derive(Debug, Default)]
pub(super) struct Known {
    deployments: Memories<Deployment>,
    stateful_sets: Memories<StatefulSet>,
    jobs: Memories<Job>,
    /// Pods that none of these counts.
    strays: Memories<Pod>,
    /// How many pods all of these are.
    count: i64,
    /// How many more may be started in this turn.
    burst: i64,
    /// Who is to have more pods than there was room for.
    short: BTreeSet<Key>,
}

impl Known {
    /// Where something is remembered.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        let workloads = self.deployments.keys().chain(self.stateful_sets.keys());
        workloads.chain(self.jobs.keys()).chain(self.strays.keys())
    }

    /// A turn begins.
    pub(super) fn begin(&mut self) {
        self.burst = BURST;
    }

    /// What there is room for.
    pub(super) fn room(&self) -> Room {
        Room::beside(self.count, self.burst)
    }

    /// Does what is due with one object, and says when there is more.
    pub(super) fn act(&mut self, scene: &mut Scene<'_>, key: &Key) -> Option<Timestamp> {
        let role = ROLES[key.resource]?;
        let before = self.pods_of(role, key);
        let due = self.act_as(role, scene, key);
        let change = self.pods_of(role, key) - before;
        self.count += change;
        self.burst = scene.room.burst;
        let soon = match scene.room.shortage {
            Some(Shortage::Burst) => {
                let seen_at = scene.dice.after(scene.now, |it| &it.seen_after);
                Some(seen_at.max(later(scene.now, PAUSE)))
            }
            Some(Shortage::Full) => {
                self.short.insert(key.clone());
                None
            }
            None => None,
        };
        if change < 0 {
            for key in std::mem::take(&mut self.short) {
                scene.queue.wake(key, scene.now);
            }
        }
        earlier(due, soon)
    }

    fn act_as(&mut self, role: Role, scene: &mut Scene<'_>, key: &Key) -> Option<Timestamp> {
        let object = scene.get(key);
        let uid = object.as_ref().map(|it| it.metadata("uid"));
        if self.uid(role, key).is_some_and(|it| Some(it) != uid) {
            self.forget(scene, role, key);
        }
        let Some(object) = object else {
            if role == Role::Pod {
                self.notice_pod(scene, key);
            }
            return None;
        };
        match role {
            Role::Deployment => {
                let it = recall(&mut self.deployments, key, &object, Deployment::new);
                it.act(scene, key, &object)
            }
            Role::StatefulSet => {
                let it = recall(&mut self.stateful_sets, key, &object, StatefulSet::new);
                it.act(scene, key, &object)
            }
            Role::Job => {
                let it = recall(&mut self.jobs, key, &object, Job::new);
                it.act(scene, key, &object)
            }
            Role::Pod => self.pod(scene, key, &object),
            Role::CronJob => cron_job::act(scene, key, &object),
            Role::Autoscaler => autoscaler::act(scene, key, &object),
            Role::Namespace => {
                namespace::act(scene, key, &object);
                None
            }
            // Its Deployment acts for it.
            Role::ReplicaSet => None,
        }
    }

    /// How many pods are counted under a name.
    fn pods_of(&self, role: Role, key: &Key) -> i64 {
        let count = match role {
            Role::Deployment => self.deployments.get(key).map(|it| it.of.count()),
            Role::StatefulSet => self.stateful_sets.get(key).map(|it| it.of.count()),
            Role::Job => self.jobs.get(key).map(|it| it.of.count()),
            Role::Pod => self.strays.get(key).map(|_| 1),
            Role::CronJob | Role::Autoscaler | Role::Namespace | Role::ReplicaSet => None,
        };
        counted(count.unwrap_or(0))
    }

    /// Whose memory there is under a name.
    fn uid(&self, role: Role, key: &Key) -> Option<&str> {
        let uid = match role {
            Role::Deployment => &self.deployments.get(key)?.uid,
            Role::StatefulSet => &self.stateful_sets.get(key)?.uid,
            Role::Job => &self.jobs.get(key)?.uid,
            Role::Pod => &self.strays.get(key)?.uid,
            Role::CronJob | Role::Autoscaler | Role::Namespace | Role::ReplicaSet => return None,
        };
        Some(uid)
    }

    /// An object is gone. Its pods, if there are any, are nobody's then.
    fn forget(&mut self, scene: &mut Scene<'_>, role: Role, key: &Key) {
        let names: Vec<Box<str>> = match role {
            Role::Deployment => names(self.deployments.remove(key), Deployment::pods),
            Role::StatefulSet => names(self.stateful_sets.remove(key), StatefulSet::pods),
            Role::Job => names(self.jobs.remove(key), Job::pods),
            Role::Pod => {
                self.strays.remove(key);
                Vec::new()
            }
            Role::CronJob | Role::Autoscaler | Role::Namespace | Role::ReplicaSet => Vec::new(),
        };
        for name in names.into_iter().filter(|it| !it.is_empty()) {
            let pod = Key::new(place("Pod"), &key.namespace, &name);
            scene.queue.wake(pod, scene.now);
        }
    }

    /// Whoever counts a pod is to look at it; says whether there is anybody.
    fn notice_pod(&self, scene: &mut Scene<'_>, key: &Key) -> bool {
        let counting = counting(&self.deployments, key, Deployment::pods)
            .or_else(|| counting(&self.stateful_sets, key, StatefulSet::pods))
            .or_else(|| counting(&self.jobs, key, Job::pods));
        let is_counted = counting.is_some();
        if let Some(counting) = counting {
            scene.queue.wake(counting, scene.now);
        }
        is_counted
    }

    /// A pod is for whoever counts it, and else for nobody but the kubelet.
    fn pod(&mut self, scene: &mut Scene<'_>, key: &Key, object: &Arc<Object>) -> Option<Timestamp> {
        if self.notice_pod(scene, key) {
            return None;
        }
        if !self.strays.contains_key(key) {
            let uid = object.metadata("uid").into();
            let of = kubelet::stray(scene, object);
            self.strays.insert(key.clone(), Memory { uid, of });
        }
        let pod = &mut self.strays.get_mut(key)?.of;
        kubelet::keep(scene, pod, object)
    }
}

fn recall<'m, T>(
    memories: &'m mut Memories<T>,
    key: &Key,
    object: &Arc<Object>,
    new: fn(&Arc<Object>) -> T,
) -> &'m mut T {
    let fresh = || Memory {
        uid: object.metadata("uid").into(),
        of: new(object),
    };
    &mut memories.entry(key.clone()).or_insert_with(fresh).of
}

fn names<T>(gone: Option<Memory<T>>, pods: fn(&T) -> Vec<&str>) -> Vec<Box<str>> {
    let gone = gone.map(|it| it.of);
    let names = gone.iter().flat_map(pods);
    names.map(Into::into).collect()
}

/// Who of these counts a pod.
fn counting<T>(memories: &Memories<T>, pod: &Key, pods: fn(&T) -> Vec<&str>) -> Option<Key> {
    let is_here = |key: &Key| key.namespace == pod.namespace;
    let mut all = memories.iter().filter(|(key, _)| is_here(key));
    let found = all.find(|(_, it)| pods(&it.of).contains(&&*pod.name));
    found.map(|(key, _)| key.clone())
}
