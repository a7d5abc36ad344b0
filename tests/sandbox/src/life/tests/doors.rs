//! Life beside the door, under virtual time.

use std::sync::Mutex;

use tokio::time::{Instant, sleep};

use super::*;
use crate::door::Sandbox;

fn sandbox() -> Sandbox {
    let start = Instant::now();
    let first: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
    Sandbox::new(1, Arc::new(move || first + start.elapsed()))
}

fn ask(sandbox: &Sandbox, method: Method, uri: &str, body: &Value) {
    let media = match method {
        Method::PATCH => "application/merge-patch+json",
        _ => "application/json",
    };
    let request = Request::builder().method(method).uri(uri);
    let request = request.header("content-type", media);
    let request = request.body(body.to_string().into()).unwrap();
    assert!(
        sandbox
            .answer(&Caller::admin("admin"), &request)
            .status()
            .is_success()
    );
}

#[tokio::test(start_paused = true)]
async fn it_acts_when_something_changes_and_when_something_is_due() {
    let sandbox = sandbox();
    let life = tokio::spawn(Life::new(1, strict()).run(sandbox.clone()));
    let start = Instant::now();
    let told = Arc::new(Mutex::new(Vec::new()));
    let (teller, watched) = (told.clone(), sandbox.clone());
    let reader = tokio::spawn(async move {
        loop {
            watched.changed().await;
            let place = place("Deployment");
            let found = watched.with(|it| it.store().get(place, "default", "web").cloned());
            let counts = numbers(
                &found.unwrap().value,
                &["observedGeneration", "readyReplicas"],
            );
            teller
                .lock()
                .unwrap()
                .push((start.elapsed().as_millis(), counts));
        }
    });
    sleep(Duration::from_secs(5)).await;
    let body = json!({ "metadata": { "name": "web" }, "spec": { "replicas": 2,
        "selector": { "matchLabels": { "app": "web" } },
        "template": { "metadata": { "labels": { "app": "web" } },
            "spec": { "containers": [{ "name": "c", "image": "x:1" }] } } } });
    let all = "/apis/apps/v1/namespaces/default/deployments";
    ask(&sandbox, Method::POST, all, &body);
    sleep(Duration::from_secs(5)).await;
    let down = json!({ "spec": { "replicas": 0 } });
    ask(&sandbox, Method::PATCH, &format!("{all}/web"), &down);
    sleep(Duration::from_hours(1)).await;
    let told = std::mem::take(&mut *told.lock().unwrap());
    // Seen, started, ready; then seen again, and stopped.
    let expect = [
        (5_000, vec![0, 0]),
        (5_010, vec![1, 0]),
        (5_020, vec![1, 0]),
        (6_020, vec![1, 2]),
        (10_000, vec![1, 2]),
        (10_010, vec![2, 2]),
        (10_020, vec![2, 0]),
    ];
    assert_eq!(told, expect);
    for task in [life, reader] {
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
}
