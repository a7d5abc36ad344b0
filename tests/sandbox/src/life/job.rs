//! Jobs: pods that run until enough of them have done their work.
//!
//! Not modelled: deadlines, indexes, and the pause before a pod is tried again.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::attention::Attention;
use super::habits::later;
use super::pods::{Phase, Pod, earlier, is_tagged};
use super::queue::Key;
use super::{Scene, counted, instant, kubelet, read_instant};
use crate::json::{Value, json};
use crate::store::Object;

/// An image with this tag runs, and fails.
const FAILING: &str = "failing";

/// A Job.
#[derive(Debug)]
pub(super) struct Job {
    attention: Attention,
    runs: Vec<Run>,
    /// How many pods were made so far, and how they ended.
    made: i64,
    succeeded: i64,
    failed: i64,
}

/// A pod, and when it will have done its work.
#[derive(Debug)]
struct Run {
    pod: Pod,
    done_at: Option<Timestamp>,
}

/// Whether a Job succeeded or failed, once it has ended.
pub(super) fn end(job: &Value) -> Option<bool> {
    let conditions = job["status"]["conditions"].as_array();
    conditions
        .into_iter()
        .flatten()
        .find_map(|it| match it["type"].as_str() {
            Some("Complete") if it["status"] == "True" => Some(true),
            Some("Failed") if it["status"] == "True" => Some(false),
            _ => None,
        })
}

impl Job {
    /// One without pods, that was never seen.
    pub(super) fn new(_: &Arc<Object>) -> Self {
        Self {
            attention: Attention::new(),
            runs: Vec::new(),
            made: 0,
            succeeded: 0,
            failed: 0,
        }
    }

    /// How many pods it has.
    pub(super) fn count(&self) -> usize {
        self.runs.len()
    }

    /// The names of its pods.
    pub(super) fn pods(&self) -> Vec<&str> {
        self.runs.iter().map(|it| &*it.pod.name).collect()
    }

    /// Does what is due, and says when there is more.
    pub(super) fn act(
        &mut self,
        scene: &mut Scene<'_>,
        key: &Key,
        object: &Arc<Object>,
    ) -> Option<Timestamp> {
        let now = scene.now;
        let job = &object.value;
        let generation = job["metadata"]["generation"].as_i64().unwrap_or(0);
        self.attention.turn(generation, now, scene.dice);
        let is_ending = job["metadata"]["deletionTimestamp"].is_string();
        let has_ended = end(job).is_some();
        kubelet::look(
            scene,
            &key.namespace,
            self.runs.iter_mut().map(|it| &mut it.pod),
        );
        self.advance(scene, !is_tagged(&job["spec"]["template"], FAILING));
        if self.attention.acts(now) && !is_ending && !has_ended {
            self.start_and_stop(scene, job);
        }
        self.show(scene, key, object);
        self.runs.retain(|it| it.pod.phase != Phase::Gone);
        if self.attention.acts(now) && !has_ended {
            let status = self.status(job, now);
            scene.report(key, object, status);
        }
        let pods = self.runs.iter();
        let pods = pods.filter_map(|it| earlier(it.pod.due(Duration::ZERO, now), it.done_at));
        let due = earlier(pods.min(), self.attention.due(now));
        earlier(due, forget(scene, key, object))
    }

    fn advance(&mut self, scene: &mut Scene<'_>, is_success: bool) {
        let now = scene.now;
        for Run { pod, done_at } in &mut self.runs {
            pod.advance(now);
            match (pod.is_ready(), *done_at) {
                (true, None) => *done_at = Some(scene.dice.after(now, |it| &it.done_after)),
                (true, Some(at)) if at <= now => {
                    pod.phase = Phase::Ended { is_success };
                    *done_at = None;
                    self.succeeded += i64::from(is_success);
                    self.failed += i64::from(!is_success);
                }
                (true, Some(_)) => {}
                (false, _) => *done_at = None,
            }
        }
    }

    fn start_and_stop(&mut self, scene: &mut Scene<'_>, job: &Value) {
        let now = scene.now;
        let spec = &job["spec"];
        let number = |key: &str, default: i64| spec[key].as_i64().unwrap_or(default);
        let is_over = self.failed > number("backoffLimit", 6);
        let left = number("completions", 1) - self.succeeded;
        let wanted = if is_over || spec["suspend"] == true {
            0
        } else {
            left.min(number("parallelism", 1))
        };
        let active = self.runs.iter_mut().filter(|it| it.pod.is_active());
        let surplus = counted(active.count()) - wanted;
        let active = self.runs.iter_mut().filter(|it| it.pod.is_active());
        for run in active.take(usize::try_from(surplus).unwrap_or(0)) {
            run.pod.stop(now, scene.dice);
            run.done_at = None;
        }
        for _ in 0..scene.room.take(-surplus) {
            self.made += 1;
            let chance = (now, &mut *scene.dice);
            let pod = Pod::start(&spec["template"], &Arc::default(), self.made, chance);
            self.runs.push(Run { pod, done_at: None });
        }
    }

    fn show(&mut self, scene: &mut Scene<'_>, key: &Key, object: &Object) {
        if !scene.dice.habits.with_pods {
            return;
        }
        for run in &mut self.runs {
            let document = |_: &Pod| {
                let named = json!({ "generateName": format!("{}-", key.name) });
                let (name, uid) = (&*key.name, object.metadata("uid"));
                let labels = json!({ "job-name": name, "controller-uid": uid,
                    "batch.kubernetes.io/job-name": name,
                    "batch.kubernetes.io/controller-uid": uid });
                let template = &object.value["spec"]["template"];
                Some(kubelet::document(template, object, named, labels))
            };
            kubelet::show(scene, &key.namespace, &mut run.pod, document);
        }
    }

    fn status(&self, job: &Value, now: Timestamp) -> Value {
        let spec = &job["spec"];
        let before = &job["status"];
        let pods = || self.runs.iter().map(|it| &it.pod);
        let stopping = pods().filter(|it| matches!(it.phase, Phase::Stopping { .. }));
        let mut status = json!({
            "ready": counted(pods().filter(|it| it.is_ready()).count()),
            "terminating": counted(stopping.count()),
            "uncountedTerminatedPods": {},
        });
        for (field, number) in [
            (
                "active",
                counted(pods().filter(|it| it.is_active()).count()),
            ),
            ("succeeded", self.succeeded),
            ("failed", self.failed),
        ] {
            if number != 0 {
                status[field] = number.into();
            }
        }
        let is_suspended = spec["suspend"] == true;
        if !is_suspended {
            let started = before["startTime"].clone();
            status["startTime"] = if started.is_null() {
                instant(now)
            } else {
                started
            };
        }
        let old = before["conditions"].as_array();
        let mut conditions: Vec<Value> = old.cloned().unwrap_or_default();
        if is_suspended || !conditions.is_empty() {
            let (status, reason, message) = if is_suspended {
                ("True", "JobSuspended", "Job suspended")
            } else {
                ("False", "JobResumed", "Job resumed")
            };
            let same = conditions.iter().any(|it| it["reason"] == reason);
            if !same {
                conditions = vec![condition(("Suspended", status), reason, message, now)];
            }
        }
        if self.succeeded >= spec["completions"].as_i64().unwrap_or(1) {
            let (reason, message) = (
                "CompletionsReached",
                "Reached expected number of succeeded pods",
            );
            let kinds = [("SuccessCriteriaMet", "True"), ("Complete", "True")];
            conditions.extend(kinds.map(|it| condition(it, reason, message, now)));
            status["completionTime"] = instant(now);
        } else if self.failed > spec["backoffLimit"].as_i64().unwrap_or(6) {
            let (reason, message) = (
                "BackoffLimitExceeded",
                "Job has reached the specified backoff limit",
            );
            let kinds = [("FailureTarget", "True"), ("Failed", "True")];
            conditions.extend(kinds.map(|it| condition(it, reason, message, now)));
        }
        if !conditions.is_empty() {
            status["conditions"] = conditions.into();
        }
        status
    }
}

fn condition((kind, status): (&str, &str), reason: &str, message: &str, now: Timestamp) -> Value {
    json!({ "type": kind, "status": status, "reason": reason, "message": message,
        "lastProbeTime": instant(now), "lastTransitionTime": instant(now) })
}

/// Deletes a Job that has ended long enough ago, or says when that will be.
fn forget(scene: &mut Scene<'_>, key: &Key, object: &Object) -> Option<Timestamp> {
    let job = &object.value;
    let seconds = job["spec"]["ttlSecondsAfterFinished"].as_u64()?;
    let conditions = job["status"]["conditions"].as_array()?;
    end(job)?;
    let ended_at = read_instant(&conditions.last()?["lastTransitionTime"])?;
    let at = later(ended_at, Duration::from_secs(seconds));
    if at > scene.now {
        return Some(at);
    }
    scene.retire(key, object, None);
    None
}
