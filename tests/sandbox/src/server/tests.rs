//! The server as a state machine: requests in, answers and events out. What the real server does
//! too is in the conformance suite; here is what only the sandbox promises.

use http::Method;

use super::*;
use crate::json::Value;

struct Asked {
    server: Server,
    caller: Caller,
}

impl Asked {
    fn new() -> Self {
        let server = Server::new(1, now());
        let caller = Caller::admin("admin");
        let mut asked = Self { server, caller };
        let (code, _) = asked.ask(
            Method::POST,
            "/api/v1/namespaces",
            r#"{"metadata":{"name":"shop"}}"#,
        );
        assert_eq!(code, 201);
        asked
    }

    fn request(&mut self, method: Method, uri: &str, body: &str) -> Answer {
        let media = match method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let request = Request::builder().method(method).uri(uri);
        let request = request.header("content-type", media);
        let request = request.body(Bytes::from(body.to_owned())).unwrap();
        self.server.answer(now(), &self.caller, &request)
    }

    fn ask(&mut self, method: Method, uri: &str, body: &str) -> (u16, Value) {
        match self.request(method, uri, body) {
            Answer::Whole(answer) => {
                let body = serde_json::from_slice(answer.body());
                (answer.status().as_u16(), body.unwrap_or(Value::Null))
            }
            Answer::Watch(_) => panic!("{uri} is a watch"),
        }
    }

    fn get(&mut self, uri: &str) -> (u16, Value) {
        self.ask(Method::GET, uri, "")
    }

    fn watch(&mut self, uri: &str) -> Watch {
        match self.request(Method::GET, uri, "") {
            Answer::Watch(watch) => watch,
            Answer::Whole(answer) => panic!("{uri}: {:?}", answer.body()),
        }
    }

    fn told(&self, watch: &mut Watch) -> Vec<String> {
        let lines = self
            .server
            .events(now(), watch)
            .unwrap_or_else(|last| vec![last]);
        let told = |line: Bytes| {
            let event: Value = serde_json::from_slice(&line).unwrap();
            let name = event["object"]["metadata"]["name"].as_str();
            let name = name
                .or(event["object"]["reason"].as_str())
                .unwrap_or_default();
            format!("{} {name}", event["type"].as_str().unwrap())
        };
        lines.into_iter().map(told).collect()
    }
}

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

const MAPS: &str = "/api/v1/namespaces/shop/configmaps";

fn map_of(name: &str) -> String {
    json!({ "metadata": { "name": name }, "data": { "a": "1" } }).to_string()
}

#[test]
fn a_deletion_is_never_guessed_at() {
    let mut asked = Asked::new();
    asked.ask(Method::POST, MAPS, &map_of("one"));
    let one = format!("{MAPS}/one");
    for (body, code) in [
        (r#"{"dryRun":["None"]}"#, 501),
        (r#"{"preconditions":{"uid":5}}"#, 400),
        (r#"{"gracePeriodSeconds":"0"}"#, 400),
        (r#"{"gracePeriodSeconds":9223372036854775807}"#, 501),
        (r#"{"propagation":"Orphan"}"#, 400),
    ] {
        assert_eq!(asked.ask(Method::DELETE, &one, body).0, code, "{body}");
    }
    assert_eq!(asked.get(&one).0, 200);
}

const RULES: &str = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
const TOKENS: &str = "/apis/authentication.k8s.io/v1/tokenreviews";

#[test]
fn what_is_not_known_is_said_to_be_and_is_logged() {
    let mut asked = Asked::new();
    let map = format!("{MAPS}/one");
    asked.ask(Method::POST, MAPS, &map_of("one"));
    for (method, uri, body) in [
        (Method::GET, "/api/v1/namespaces/shop/pods/web/log", ""),
        (Method::GET, "/api/v1/configmaps?shardSelector=x", ""),
        (Method::GET, "/api/v1/watch/configmaps", ""),
        (Method::GET, "/metrics", ""),
        (Method::GET, "/", ""),
        (Method::GET, "/livez/ping", ""),
        (Method::GET, "/readyz?verbose", ""),
        (Method::GET, "/healthz?exclude=etcd", ""),
        (Method::POST, "/version", ""),
        (Method::POST, RULES, r#"{"spec":{"namespace":"shop"}}"#),
        (Method::POST, TOKENS, "{}"),
        (Method::HEAD, &map, ""),
        (Method::DELETE, &map, r#"{"orphanDependents":true}"#),
    ] {
        let (code, status) = asked.ask(method, uri, body);
        assert_eq!(code, 501, "{uri}");
        let message = status["message"].as_str().unwrap();
        assert!(
            message.starts_with("the sandbox does not know this request: "),
            "{message}"
        );
        let last = asked.server.log().unwrap().last().unwrap();
        assert_eq!((last.uri.as_str(), last.code), (uri, 501));
    }
    assert_eq!(asked.get("/apis/keda.sh/v1alpha1/scaledobjects").0, 404);
    assert_eq!(asked.get("/openapi/v2").0, 404);
}

#[test]
fn a_request_is_logged_as_it_was_meant() {
    let mut asked = Asked::new();
    let uri = "/apis/apps/v1/namespaces/shop/deployments/web/scale?dryRun=All";
    asked.ask(Method::PATCH, uri, "{}");
    asked.get("/api/v1/namespaces/shop");
    asked.get("/version");
    let told = asked.server.log().unwrap().skip(1).map(|it| {
        let place = [it.namespace.as_deref(), it.name.as_deref()];
        let place = place.map(Option::unwrap_or_default).join("/");
        format!(
            "{} {} {place} {} {}",
            it.verb, it.resource, it.code, it.user
        )
    });
    let told: Vec<_> = told.collect();
    assert_eq!(
        told,
        [
            "patch deployments/scale shop/web 404 admin",
            "get namespaces /shop 200 admin",
            "GET  / 200 admin",
        ]
    );
}

#[test]
fn the_same_seed_gives_the_same_answers_and_no_clock_is_read() {
    let run = || {
        let mut asked = Asked::new();
        let body = r#"{"metadata":{"generateName":"x-"}}"#;
        let made = asked.ask(Method::POST, MAPS, body).1;
        let name = made["metadata"]["name"].as_str().unwrap();
        let map = format!("{MAPS}/{name}");
        let changed = asked.ask(Method::PATCH, &map, r#"{"data":{"a":"2"}}"#).1;
        let told = asked.watch(&format!("{MAPS}?watch=true"));
        (made, changed, asked.told(&mut { told }))
    };
    let (made, changed, told) = run();
    assert_eq!(run(), (made.clone(), changed.clone(), told));
    let uid = made["metadata"]["uid"].as_str().unwrap();
    assert_eq!((uid.len(), &uid[14..15]), (36, "4"), "{uid}");
    let then = "2026-11-22T08:00:00Z";
    assert_eq!(made["metadata"]["creationTimestamp"], then);
    let written = &changed["metadata"]["managedFields"][0]["time"];
    assert_eq!(written, then);
}

#[test]
fn a_watch_is_told_what_happens_and_nothing_else() {
    let mut asked = Asked::new();
    asked.ask(Method::POST, MAPS, &map_of("one"));
    let mut watch = asked.watch(&format!("{MAPS}?watch=true"));
    assert_eq!(asked.told(&mut watch), ["ADDED one"]);
    asked.ask(Method::POST, MAPS, &map_of("two"));
    asked.ask(
        Method::PATCH,
        &format!("{MAPS}/one"),
        r#"{"data":{"a":"2"}}"#,
    );
    asked.ask(
        Method::PATCH,
        &format!("{MAPS}/one"),
        r#"{"data":{"a":"2"}}"#,
    );
    let elsewhere = "/api/v1/namespaces/default/configmaps";
    asked.ask(Method::POST, elsewhere, &map_of("three"));
    asked.ask(Method::DELETE, &format!("{MAPS}/two"), "");
    assert_eq!(
        asked.told(&mut watch),
        ["ADDED two", "MODIFIED one", "DELETED two"]
    );
    assert_eq!(asked.told(&mut watch), [""; 0]);
}

#[test]
fn a_watch_that_lies_too_far_behind_ends_with_a_word() {
    let mut asked = Asked::new();
    let mut watch = asked.watch(&format!("{MAPS}?watch=true"));
    asked.ask(Method::POST, MAPS, &map_of("one"));
    asked.server.compact();
    assert_eq!(asked.told(&mut watch), ["ERROR Expired"]);
}

#[test]
fn pages_are_of_one_version() {
    let mut asked = Asked::new();
    for name in ["a", "b", "c", "d"] {
        asked.ask(Method::POST, MAPS, &map_of(name));
    }
    let names = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items
            .map(|it| it["metadata"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let (_, first) = asked.get(&format!("{MAPS}?limit=2"));
    assert_eq!(names(&first), ["a", "b"]);
    assert_eq!(first["metadata"]["remainingItemCount"], 2);
    asked.ask(Method::DELETE, &format!("{MAPS}/c"), "");
    asked.ask(Method::POST, MAPS, &map_of("e"));
    let token = first["metadata"]["continue"].as_str().unwrap().to_owned();
    let (_, second) = asked.get(&format!("{MAPS}?limit=2&continue={token}"));
    assert_eq!(names(&second), ["c", "d"]);
    assert_eq!(
        second["metadata"]["resourceVersion"],
        first["metadata"]["resourceVersion"]
    );
    assert_eq!(second["metadata"].get("continue"), None);
    asked.server.compact();
    let (code, status) = asked.get(&format!("{MAPS}?limit=2&continue={token}"));
    assert_eq!((code, status["reason"].as_str()), (410, Some("Expired")));
}

#[test]
fn somebody_without_rights_is_refused_and_changes_nothing() {
    let mut asked = Asked::new();
    asked.caller = Caller::user("dev");
    let version = asked.server.store().version();
    let (code, status) = asked.ask(Method::POST, MAPS, &map_of("one"));
    assert_eq!(code, 403);
    assert_eq!(
        status["message"],
        "configmaps is forbidden: User \"dev\" cannot create resource \"configmaps\" in API group \
         \"\" in the namespace \"shop\"",
    );
    assert_eq!(asked.server.store().version(), version);
}

#[test]
fn a_dry_run_keeps_nothing() {
    let mut asked = Asked::new();
    asked.ask(Method::POST, MAPS, &map_of("one"));
    let version = asked.server.store().version();
    let dry = |uri: &str| format!("{uri}?dryRun=All");
    assert_eq!(asked.ask(Method::POST, &dry(MAPS), &map_of("two")).0, 201);
    let one = format!("{MAPS}/one");
    let (code, patched) = asked.ask(Method::PATCH, &dry(&one), r#"{"data":{"a":"2"}}"#);
    assert_eq!((code, patched["data"]["a"].as_str()), (200, Some("2")));
    assert_eq!(asked.ask(Method::DELETE, &dry(&one), "").0, 200);
    assert_eq!(asked.server.store().version(), version);
}

#[test]
fn a_log_that_has_forgotten_something_says_so() {
    let mut asked = Asked::new();
    let asked_already = asked.server.log().unwrap().count();
    for _ in asked_already..LOG {
        asked.get("/livez");
    }
    assert_eq!(asked.server.log().unwrap().count(), LOG);
    asked.get("/livez");
    asked.get("/livez");
    let error = asked.server.log().err().unwrap();
    assert_eq!(
        error.to_string(),
        "the log of requests holds 100000, and 2 before them are forgotten"
    );
}
