//! CronJobs: a Job for each time of their schedule, while they are not suspended.
//!
//! Nothing is remembered: what is to be done follows from the object and its Jobs. A time that was
//! missed is made up for, once, unless a deadline says that it is too late.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _};

use super::cron::Cron;
use super::queue::Key;
use super::{Scene, instant, job, kubelet, place, read_instant};
use crate::json::{Value, json};
use crate::store::Object;

/// Which run a Job is.
const SCHEDULED: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/// Does what is due, and says when there is more.
pub(super) fn act(scene: &mut Scene<'_>, key: &Key, object: &Arc<Object>) -> Option<Timestamp> {
    let metadata = &object.value["metadata"];
    if metadata["deletionTimestamp"].is_string() {
        return None;
    }
    let mut jobs = own_jobs(scene, object);
    forget(scene, object, &mut jobs);
    let spec = &object.value["spec"];
    let cron = Cron::read(
        spec["schedule"].as_str().unwrap_or_default(),
        spec["timeZone"].as_str(),
    );
    let cron = cron.filter(|_| spec["suspend"] != true);
    let last = object.value["status"]["lastScheduleTime"].clone();
    let time = cron.as_ref().and_then(|it| missed(it, object, scene.now));
    let started = time.and_then(|time| run(scene, object, &mut jobs, time));
    let last = started.map_or(last, instant);
    scene.report(key, object, status(object, &jobs, last));
    cron?.next(scene.now)
}

/// The latest time that was not run, unless it is too late for it.
fn missed(cron: &Cron, object: &Object, now: Timestamp) -> Option<Timestamp> {
    let last = read_instant(&object.value["status"]["lastScheduleTime"]);
    let created = read_instant(&object.value["metadata"]["creationTimestamp"]);
    let mut after = last.or(created)?;
    if let Some(seconds) = object.value["spec"]["startingDeadlineSeconds"].as_i64() {
        let earliest = now.checked_sub(seconds.seconds()).unwrap_or(after);
        // One that lies just at the deadline is in time.
        after = after.max(earliest.checked_sub(1.nanosecond()).unwrap_or(earliest));
    }
    cron.latest(after, now)
}

/// Makes the Job of a time, unless another one is in its way; returns the time if it is dealt with.
fn run(
    scene: &mut Scene<'_>,
    object: &Object,
    jobs: &mut Vec<Arc<Object>>,
    time: Timestamp,
) -> Option<Timestamp> {
    let is_active = |it: &Arc<Object>| job::end(&it.value).is_none();
    match object.value["spec"]["concurrencyPolicy"].as_str() {
        Some("Forbid") if jobs.iter().any(is_active) => return None,
        Some("Replace") => {
            for active in jobs.extract_if(.., |it| is_active(it)) {
                scene.retire(&Key::of(place("Job"), &active), &active, None);
            }
        }
        _ => {}
    }
    let template = &object.value["spec"]["jobTemplate"];
    let mut metadata = json!({
        "name": format!("{}-{}", object.metadata("name"), time.as_second() / 60),
        "namespace": object.metadata("namespace"),
        "annotations": template["metadata"]["annotations"],
        "labels": template["metadata"]["labels"],
        "ownerReferences": [kubelet::reference(object)],
    });
    metadata["annotations"][SCHEDULED] = instant(time);
    let job = json!({ "metadata": metadata, "spec": template["spec"] });
    let hand = scene.hand(None);
    // Where there is one of that name, the run has been made.
    jobs.extend(scene.server.make(place("Job"), job, hand));
    Some(time)
}

/// Its Jobs, in the order of their start.
fn own_jobs(scene: &Scene<'_>, object: &Object) -> Vec<Arc<Object>> {
    let uid = object.metadata("uid");
    let all = scene.server.store();
    let all = all.all(place("Job"), Some(object.metadata("namespace")));
    let is_own = |it: &&Arc<Object>| {
        let metadata = &it.value["metadata"];
        metadata["ownerReferences"][0]["uid"] == uid && metadata["deletionTimestamp"].is_null()
    };
    let mut own: Vec<_> = all.filter(is_own).cloned().collect();
    own.sort_by(|left, right| started(left).cmp(started(right)));
    own
}

fn started(job: &Object) -> &str {
    job.value["status"]["startTime"]
        .as_str()
        .unwrap_or_default()
}

/// Deletes the oldest of the Jobs that have ended.
fn forget(scene: &mut Scene<'_>, object: &Object, jobs: &mut Vec<Arc<Object>>) {
    for (field, is_success) in [
        ("successfulJobsHistoryLimit", true),
        ("failedJobsHistoryLimit", false),
    ] {
        let limit = object.value["spec"][field].as_u64().unwrap_or(u64::MAX);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_such = |it: &Arc<Object>| job::end(&it.value) == Some(is_success);
        let count = jobs.iter().filter(|it| is_such(it)).count();
        let mut surplus = count.saturating_sub(limit);
        jobs.retain(|it| {
            let is_kept = surplus == 0 || !is_such(it);
            if !is_kept {
                surplus -= 1;
                scene.retire(&Key::of(place("Job"), it), it, None);
            }
            is_kept
        });
    }
}

fn status(object: &Object, jobs: &[Arc<Object>], last: Value) -> Value {
    let mut status = json!({});
    let active = jobs.iter().filter(|it| job::end(&it.value).is_none());
    let reference = |it: &Arc<Object>| {
        json!({ "apiVersion": "batch/v1", "kind": "Job", "namespace": it.metadata("namespace"),
            "name": it.metadata("name"), "uid": it.metadata("uid"),
            "resourceVersion": it.metadata("resourceVersion") })
    };
    let before = object.value["status"]["active"].as_array();
    // Once listed, a Job stays as it was then.
    let listed = |it: &Arc<Object>| {
        let mut all = before.into_iter().flatten();
        let found = all.find(|old| old["uid"] == it.metadata("uid"));
        found.cloned().unwrap_or_else(|| reference(it))
    };
    let active: Vec<Value> = active.map(listed).collect();
    if !active.is_empty() {
        status["active"] = active.into();
    }
    if !last.is_null() {
        status["lastScheduleTime"] = last;
    }
    let ended = jobs.iter().filter(|it| job::end(&it.value) == Some(true));
    let ended = ended.filter_map(|it| it.value["status"]["completionTime"].as_str());
    let before = object.value["status"]["lastSuccessfulTime"].as_str();
    if let Some(last) = ended.chain(before).max() {
        status["lastSuccessfulTime"] = last.into();
    }
    status
}
