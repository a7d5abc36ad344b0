//! CronJobs: their Jobs, what is missed, and what is kept.

use super::*;

const JOBS: &str = "/apis/batch/v1/namespaces/shop/jobs";
const REPORT: &str = "/apis/batch/v1/namespaces/shop/cronjobs/report";

/// It runs at the full hour and the half.
fn world(change: &Value) -> World {
    let mut world = World::new();
    let mut body = json!({ "metadata": { "name": "report" }, "spec": {
        "schedule": "*/30 * * * *", "jobTemplate": { "metadata": { "labels": { "a": "b" } },
            "spec": { "template": { "spec": { "restartPolicy": "Never",
                "containers": [{ "name": "report", "image": "report:1" }] } } } } } });
    for (key, value) in change.as_object().unwrap() {
        body["spec"][key] = value.clone();
    }
    world.create("/apis/batch/v1/namespaces/shop/cronjobs", &body);
    world.pass(0);
    world
}

fn job(at: &str) -> String {
    let at: Timestamp = format!("2026-11-{at}Z").parse().unwrap();
    format!("report-{}", at.as_second() / 60)
}

fn last(world: &mut World) -> Value {
    world.get(REPORT)["status"]["lastScheduleTime"].clone()
}

#[test]
fn a_job_is_made_on_time_and_done_after_a_while() {
    let mut world = world(&json!({}));
    world.go_to("22T08:29:59");
    assert_eq!(world.names(JOBS), [""; 0]);
    world.go_to("22T08:30:00");
    assert_eq!(world.names(JOBS), [job("22T08:30:00")]);
    let found = world.get(REPORT);
    assert_eq!(found["status"]["lastScheduleTime"], "2026-11-22T08:30:00Z");
    assert_eq!(
        found["status"]["active"][0]["name"],
        job("22T08:30:00").as_str()
    );
    world.pass(6_019);
    assert!(!world.get(REPORT)["status"]["active"].is_null());
    world.pass(1);
    let found = world.get(REPORT);
    assert!(found["status"]["active"].is_null());
    assert_eq!(
        found["status"]["lastSuccessfulTime"],
        "2026-11-22T08:30:06Z"
    );
    let made = world.get(&format!("{JOBS}/{}", job("22T08:30:00")));
    assert_eq!(
        made["metadata"]["ownerReferences"][0]["uid"],
        found["metadata"]["uid"]
    );
    assert_eq!(made["metadata"]["ownerReferences"][0]["controller"], true);
    assert_eq!(made["metadata"]["labels"]["a"], "b");
    assert_eq!(condition(&made, "Complete"), "True CompletionsReached");
}

#[test]
fn only_the_last_jobs_are_kept() {
    let mut world = world(&json!({ "successfulJobsHistoryLimit": 2 }));
    world.go_to("22T12:15:00");
    assert_eq!(world.names(JOBS), [job("22T11:30:00"), job("22T12:00:00")]);
    let mut world = self::world(&json!({ "successfulJobsHistoryLimit": 0 }));
    world.go_to("22T12:15:00");
    assert_eq!(world.names(JOBS), [""; 0]);
}

#[test]
fn what_is_missed_is_made_up_for_once_unless_there_is_a_deadline() {
    for (deadline, expect) in [
        (json!({}), Some("22T12:00:00")),
        (
            json!({ "startingDeadlineSeconds": 900 }),
            Some("22T12:00:00"),
        ),
        (json!({ "startingDeadlineSeconds": 899 }), None),
    ] {
        let mut world = world(&deadline);
        world.patch(REPORT, &json!({ "spec": { "suspend": true } }));
        world.go_to("22T12:15:00");
        assert_eq!((world.names(JOBS).len(), world.due), (0, None));
        world.patch(REPORT, &json!({ "spec": { "suspend": false } }));
        world.pass(0);
        let expect: Vec<String> = expect.into_iter().map(job).collect();
        assert_eq!(world.names(JOBS), expect, "{deadline}");
        world.go_to("22T12:30:00");
        assert_eq!(world.names(JOBS).len(), expect.len() + 1, "{deadline}");
    }
}

#[test]
fn one_that_runs_when_the_next_is_due_is_in_the_way_or_not() {
    for (policy, expect) in [
        ("Allow", vec!["22T08:30:00", "22T09:00:00"]),
        ("Forbid", vec!["22T08:30:00"]),
        ("Replace", vec!["22T09:00:00"]),
    ] {
        let mut world = world(&json!({ "concurrencyPolicy": policy }));
        world.go_to("22T08:15:00");
        let broken = json!({ "spec": { "jobTemplate": { "spec": { "template": { "spec": {
            "containers": [{ "name": "report", "image": "report:broken" }] } } } } } });
        world.patch(REPORT, &broken);
        world.go_to("22T09:10:00");
        let expect: Vec<String> = expect.into_iter().map(job).collect();
        assert_eq!(world.names(JOBS), expect, "{policy}");
        let active = world.get(REPORT)["status"]["active"]
            .as_array()
            .unwrap()
            .len();
        assert_eq!(active, expect.len(), "{policy}");
    }
}

#[test]
fn one_that_was_forbidden_starts_when_the_other_has_gone() {
    let mut world = world(&json!({ "concurrencyPolicy": "Forbid" }));
    let template = |image: &str| {
        json!({ "spec": { "jobTemplate": { "spec": { "template": { "spec": {
        "containers": [{ "name": "report", "image": image }] } } } } } })
    };
    world.patch(REPORT, &template("report:broken"));
    world.go_to("22T09:10:00");
    assert_eq!(last(&mut world), "2026-11-22T08:30:00Z");
    world.patch(REPORT, &template("report:1"));
    world.delete(&format!("{JOBS}/{}", job("22T08:30:00")), "Background");
    world.pass(0);
    assert_eq!(world.names(JOBS), [job("22T09:00:00")]);
    assert_eq!(last(&mut world), "2026-11-22T09:00:00Z");
}

#[test]
fn the_hours_are_those_of_its_zone() {
    let change = json!({ "schedule": "0 10 * * *", "timeZone": "Europe/Paris" });
    let mut world = world(&change);
    world.go_to("22T09:00:00");
    assert_eq!(world.names(JOBS), [job("22T09:00:00")]);
    let mut world = self::world(&json!({ "schedule": "0 0 31 2 *" }));
    world.go_to("23T09:00:00");
    assert_eq!((world.names(JOBS).len(), world.due), (0, None));
}

#[test]
fn a_namespace_on_its_way_out_takes_no_job() {
    let mut world = world(&json!({}));
    world.go_to("22T08:29:59.995");
    world.delete("/api/v1/namespaces/shop", "Background");
    world.pass(5);
    assert!(world.is_there(REPORT));
    assert_eq!(world.names(JOBS), [""; 0]);
    world.settle();
    assert!(!world.is_there("/api/v1/namespaces/shop"));
}
