//! The guard as a service: what it lets through, and how it ends a call.

use http::Method;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use super::*;
use crate::leader::tests::server::{Fault, HTML, PATH, Server, lease_key};

fn guard(server: &Server) -> Guard {
    let (_, note) = watch::channel(None);
    let me = Candidate::named("a");
    Guard::new(server.client(), lease_key(), &me, Timings::STANDARD, note)
}

fn leases(server: &Server) -> Api<Lease> {
    Api::namespaced(guard(server).into_client(), "tarnfui")
}

/// What the guard said to a call that it did not carry out.
fn reason<T: std::fmt::Debug>(result: Result<T, kube::Error>) -> GuardError {
    let kube::Error::Service(error) = result.unwrap_err() else {
        panic!("another error")
    };
    *error.downcast().unwrap()
}

fn request(method: Method, path: &str, body: &Value) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(CONTENT_TYPE, "application/merge-patch+json")
        .body(Body::from(body.to_string().into_bytes()))
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_it_does_not_know_is_refused_and_not_sent() {
    let server = Server::with_spec(&json!({}));
    let one = format!("{PATH}/controller");
    let named = json!({ "metadata": { "name": "another" } });
    for (method, path) in [
        (Method::GET, PATH),
        (Method::GET, "/version"),
        (Method::GET, &format!("{PATH}/another")),
        (Method::GET, &format!("{one}/status")),
        (
            Method::GET,
            "/apis/coordination.k8s.io/v1/namespaces/other/leases/controller",
        ),
        (Method::POST, PATH),
        (Method::POST, &one),
        (Method::PATCH, &format!("{PATH}/another")),
        (Method::PUT, &one),
        (Method::DELETE, &one),
        (Method::DELETE, PATH),
    ] {
        let answer = guard(&server)
            .call(request(method.clone(), path, &named))
            .await;
        assert!(
            matches!(answer, Err(GuardError::Refused { .. })),
            "{method} {path}"
        );
    }
    let api = leases(&server);
    let refused = reason(api.delete("controller", &DeleteParams::default()).await);
    assert_eq!(
        refused.to_string(),
        format!("DELETE {one} is not a request about this lease")
    );
    let strategic = Patch::Strategic(json!({}));
    for refused in [
        reason(api.list(&ListParams::default()).await),
        reason(
            api.patch("controller", &PatchParams::default(), &strategic)
                .await,
        ),
        reason(api.create(&PostParams::default(), &Lease::default()).await),
    ] {
        assert!(matches!(refused, GuardError::Refused { .. }), "{refused:?}");
    }
    assert_eq!(server.take_log(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn each_patch_needs_a_read_of_its_own_and_carries_its_version() {
    let server = Server::with_spec(&json!({ "holderIdentity": "theirs" }));
    let api = leases(&server);
    let ours = Patch::Merge(json!({ "spec": { "holderIdentity": "a" } }));
    let params = PatchParams::default();
    let patch = || api.patch("controller", &params, &ours);

    assert!(matches!(reason(patch().await), GuardError::Unread));
    assert_eq!(server.take_log(), Vec::<String>::new());

    api.get("controller").await.unwrap();
    patch().await.unwrap();
    assert_eq!(server.take_bodies()[0]["metadata"]["resourceVersion"], "1");
    assert!(matches!(reason(patch().await), GuardError::Unread));

    api.get("controller").await.unwrap();
    server.put(json!({ "spec": { "holderIdentity": "theirs" } }));
    let kube::Error::Api(status) = patch().await.unwrap_err() else {
        panic!()
    };
    assert_eq!(status.code, 409);
    assert_eq!(server.holder(), "theirs");
    assert_eq!(
        server.take_log(),
        ["GET 200", "PATCH 200", "GET 200", "PATCH 409"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_read_that_failed_allows_no_patch() {
    let server = Server::with_spec(&json!({}));
    let api = leases(&server);
    let patch = Patch::Merge(json!({ "spec": {} }));
    api.get("controller").await.unwrap();
    server.fail_next(Method::GET, Fault::Status(500));
    api.get("controller").await.unwrap_err();

    let answer = api
        .patch("controller", &PatchParams::default(), &patch)
        .await;

    assert!(matches!(reason(answer), GuardError::Unread));
}

#[tokio::test(start_paused = true)]
async fn a_version_that_the_api_server_would_not_check_allows_no_patch() {
    for version in [json!(null), json!(""), json!("0"), json!(7)] {
        let lease = json!({ "metadata": { "resourceVersion": version } });
        assert_eq!(Version::of(lease.as_object().unwrap()), None, "{lease}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_in_time_and_the_next_one_works() {
    let server = Server::with_spec(&json!({}));
    let api = leases(&server);
    for fault in [Fault::Hang, Fault::HangBody, Fault::LoseAnswer] {
        server.fail_next(Method::GET, fault);
        let begun = Instant::now();
        let error = reason(api.get("controller").await);
        assert!(matches!(error, GuardError::TimedOut { .. }), "{error:?}");
        assert_eq!(begun.elapsed(), Timings::STANDARD.call);
        api.get("controller").await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_leaves_the_client_alive() {
    let server = Server::with_spec(&json!({}));
    let api = leases(&server);
    server.fail_next(Method::GET, Fault::Refused);
    let error = reason(api.get("controller").await);
    assert!(matches!(error, GuardError::Call(_)), "{error:?}");
    server.fail_next(Method::GET, Fault::Says(HTML.into()));
    let error = reason(api.get("controller").await);
    assert!(matches!(error, GuardError::Answer(_)), "{error:?}");

    api.get("controller").await.unwrap();

    assert_eq!(server.take_log(), ["GET refused", "GET 200", "GET 200"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_end_is_not_collected() {
    let filler = "x".repeat(ANSWER_LIMIT);
    let server = Server::with_spec(&json!({ "holderIdentity": filler }));

    let error = reason(leases(&server).get("controller").await);

    assert!(matches!(error, GuardError::Answer(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_was_called_is_ready_again() {
    let mut guard = guard(&Server::default());
    let mut context = Context::from_waker(std::task::Waker::noop());
    drop(guard.call(request(Method::PUT, "/", &json!({}))));
    assert!(matches!(
        guard.poll_ready(&mut context),
        Poll::Ready(Ok(()))
    ));
}
