//! What the guard adds to answers that are late, silent, empty or gone.

use futures::StreamExt as _;
use futures::future::BoxFuture;
use http_body_util::StreamBody;
use http_body_util::combinators::UnsyncBoxBody;
use kube::api::{Api, ListParams, WatchEvent, WatchParams};
use tarnfui_shared::observe::RawNamespace;

use super::*;
use crate::watch::object::{Object, api_resource};

type Answered = Response<UnsyncBoxBody<Bytes, std::io::Error>>;

/// A namespace API through the guard, on a server that answers in this way.
struct Scene {
    api: Api<Object<RawNamespace>>,
    guard: Guard,
    news: mpsc::Receiver<News>,
}

fn scene(answer: fn() -> BoxFuture<'static, Answered>) -> Scene {
    let (sender, news) = mpsc::channel(8);
    let source = Source::Namespaces;
    let guard = Guard::new(source, Staleness::default().contact(source), sender);
    let service = tower::service_fn(move |_: Request<Body>| async move {
        Ok::<_, std::io::Error>(answer().await)
    });
    let client = guard.client(kube::Client::new(service, "default"));
    Scene {
        api: Api::all_with(client, &api_resource(source)),
        guard,
        news,
    }
}

fn whole(status: u16, text: &'static str) -> BoxFuture<'static, Answered> {
    let body = Full::from(text)
        .map_err(|never| match never {})
        .boxed_unsync();
    Box::pin(std::future::ready(
        Response::builder().status(status).body(body).unwrap(),
    ))
}

fn list() -> BoxFuture<'static, Answered> {
    whole(
        200,
        r#"{"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":[]}"#,
    )
}

/// The events of one watch, until it ends.
async fn watch_once(scene: &Scene) -> Vec<kube::Result<WatchEvent<Object<RawNamespace>>>> {
    let watch = scene.api.watch(&WatchParams::default(), "5").await.unwrap();
    watch.collect().await
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_begin_is_an_error_in_time() {
    let scene = scene(|| Box::pin(std::future::pending()));
    let start = Instant::now();
    let failed = scene.api.list(&ListParams::default()).await.unwrap_err();
    assert!(
        crate::errors::chain(&failed).contains("no answer within 15 s"),
        "{failed:?}"
    );
    assert_eq!(start.elapsed(), HEAD_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_stops_in_the_middle_is_an_error_in_time() {
    let scene = scene(|| {
        let half = futures::stream::iter([Ok(Frame::data(Bytes::from("{")))]);
        let body = StreamBody::new(half.chain(futures::stream::pending())).boxed_unsync();
        Box::pin(std::future::ready(Response::new(body)))
    });
    let start = Instant::now();
    let failed = scene.api.list(&ListParams::default()).await.unwrap_err();
    assert!(
        crate::errors::chain(&failed).contains("stopped for 60 s"),
        "{failed:?}"
    );
    assert_eq!(start.elapsed(), IDLE_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn watches_that_end_at_once_start_a_second_apart() {
    let scene = scene(|| whole(200, ""));
    let start = Instant::now();
    for second in 0..3 {
        assert!(watch_once(&scene).await.is_empty());
        assert_eq!(start.elapsed(), FLOOR * second);
    }
}

#[tokio::test(start_paused = true)]
async fn gone_as_a_status_becomes_an_event() {
    let gone =
        r#"{"kind":"Status","status":"Failure","message":"too old","reason":"Expired","code":410}"#;
    for body in [gone, "<html>"] {
        let scene = if body == gone {
            scene(|| {
                whole(
                    410,
                    r#"{"kind":"Status","status":"Failure","message":"too old","reason":"Expired","code":410}"#,
                )
            })
        } else {
            scene(|| whole(410, "<html>"))
        };
        let events = watch_once(&scene).await;
        let [Ok(WatchEvent::Error(status))] = &events[..] else {
            panic!("{body}: {events:?}")
        };
        assert_eq!(status.code, 410);
    }
}

#[tokio::test(start_paused = true)]
async fn every_list_has_a_number_and_a_watch_has_none() {
    let scene = scene(list);
    let first = scene.guard.list();
    scene.api.list(&ListParams::default()).await.unwrap();
    assert_eq!(scene.guard.list(), first.wrapping_add(1));
    // The next page is of the same list.
    scene
        .api
        .list(&ListParams::default().continue_token("x"))
        .await
        .unwrap();
    assert_eq!(scene.guard.list(), first.wrapping_add(1));
    drop(watch_once(&scene).await);
    assert_eq!(scene.guard.list(), first.wrapping_add(1));
    let initial = WatchParams::default().initial_events();
    drop(scene.api.watch(&initial, "0").await.unwrap());
    assert_eq!(scene.guard.list(), first.wrapping_add(2));
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_after_a_failure_is_news_and_the_next_is_not() {
    let mut scene = scene(list);
    scene.api.list(&ListParams::default()).await.unwrap();
    assert!(scene.news.try_recv().is_err());
    scene.guard.failed();
    for _ in 0..2 {
        scene.api.list(&ListParams::default()).await.unwrap();
    }
    assert!(matches!(
        scene.news.try_recv(),
        Ok(News::Recovered(Source::Namespaces))
    ));
    assert!(scene.news.try_recv().is_err());
}
