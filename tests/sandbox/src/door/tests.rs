//! The door under virtual time: watches wait, are told, and end.

use http::Method;

use super::*;
use crate::json::{Value, json};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

fn sandbox() -> Sandbox {
    let start = Instant::now();
    let first: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
    Sandbox::new(1, Arc::new(move || first + start.elapsed()))
}

fn ask(sandbox: &Sandbox, method: Method, uri: &str, body: &Value) -> Response<Body> {
    let body = if body.is_null() {
        Bytes::new()
    } else {
        body.to_string().into()
    };
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .body(body)
        .unwrap();
    sandbox.answer(&Caller::admin("admin"), &request)
}

async fn event(body: &mut Body) -> Option<String> {
    let frame = body.frame().await?.unwrap();
    let event: Value = serde_json::from_slice(&frame.into_data().unwrap()).unwrap();
    Some(event["type"].as_str().unwrap().to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_watch_waits_is_told_and_ends_in_time() {
    let sandbox = sandbox();
    let uri = format!("{MAPS}?watch=true&allowWatchBookmarks=true&timeoutSeconds=100");
    let mut watch = ask(&sandbox, Method::GET, &uri, &Value::Null).into_body();
    let start = Instant::now();
    let writer = sandbox.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(30)).await;
        ask(
            &writer,
            Method::POST,
            MAPS,
            &json!({ "metadata": { "name": "one" } }),
        );
    });
    let mut told = Vec::new();
    while let Some(kind) = event(&mut watch).await {
        told.push((kind, start.elapsed().as_secs()));
    }
    let expect = [
        ("BOOKMARK", 0),
        ("ADDED", 30),
        ("BOOKMARK", 60),
        ("BOOKMARK", 98),
    ];
    let expect: Vec<_> = expect.map(|(kind, at)| (kind.to_owned(), at)).into();
    assert_eq!(told, expect);
    assert_eq!(start.elapsed().as_secs(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_when_what_it_needs_is_forgotten() {
    let sandbox = sandbox();
    let uri = format!("{MAPS}?watch=true&resourceVersion=1");
    let mut watch = ask(&sandbox, Method::GET, &uri, &Value::Null).into_body();
    sandbox.compact();
    assert_eq!(event(&mut watch).await.as_deref(), Some("ERROR"));
    assert_eq!(event(&mut watch).await, None);
}
