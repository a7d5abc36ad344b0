//! A fake API server: a map of objects behind a `tower` service.
//!
//! It does what the plugin uses: lists with label selectors and pages, reads, merge and JSON patches
//! with a version as precondition, dry runs, and refusals. It checks nothing else, so a test against it
//! says what the plugin asks for, and never that a real server would take it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http::{Method, Request, Response};
use kube::Client;
use kube::client::Body;
use serde_json::{Value as Json, json};
use tower::service_fn;

/// The server's state.
#[derive(Debug, Default)]
pub(crate) struct Fake {
    /// Objects by path.
    pub(crate) objects: BTreeMap<String, Json>,
    /// What is refused, as `patch namespaces`.
    pub(crate) forbidden: BTreeSet<&'static str>,
    /// What reading the caller's name answers; none where the server has no such API.
    pub(crate) username: Option<String>,
    /// How many patches meet an object that was changed just before, once `spared` have not.
    pub(crate) raced: usize,
    /// How many patches come before those.
    pub(crate) spared: usize,
    /// A label that such a change sets, or takes away.
    pub(crate) labelled_when_raced: Option<(&'static str, Option<&'static str>)>,
    /// Items in a page at most, whatever was asked for.
    pub(crate) page: Option<usize>,
    /// An answer to everything, in place of all of this.
    pub(crate) instead: Option<(u16, &'static str)>,
    /// Rights that a review denies, as `patch cronjobs`; of a service account behind `account `.
    pub(crate) denied: BTreeSet<&'static str>,
    /// The header `Date` of every answer.
    pub(crate) date: Option<&'static str>,
    /// Every request that is not a read, with its body.
    pub(crate) writes: Vec<String>,
    /// How many reads there were.
    pub(crate) reads: usize,
}

impl Fake {
    /// Puts an object at its place.
    pub(crate) fn put(&mut self, path: impl Into<String>, mut object: Json) {
        object["metadata"]["resourceVersion"] = json!("7");
        self.objects.insert(path.into(), object);
    }

    pub(crate) fn answer(&mut self, method: &Method, uri: &http::Uri, body: &[u8]) -> (u16, Json) {
        let query: BTreeMap<String, String> = uri.query().map(pairs).unwrap_or_default();
        let path = uri.path();
        if *method == Method::GET {
            self.reads += 1;
        } else if !path.ends_with("reviews") {
            let body = String::from_utf8_lossy(body);
            self.writes.push(format!("{method} {uri} {body}"));
        }
        let (verb, resource) = access(method, path);
        if self
            .forbidden
            .iter()
            .any(|it| *it == format!("{verb} {resource}"))
        {
            return (403, status(403, "Forbidden", "not allowed by anybody"));
        }
        match *method {
            Method::GET if path == "/version" => (200, json!({ "gitVersion": "v1.36.0" })),
            Method::GET if verb == "list" => self.list(path, &query),
            Method::GET => self.get(path),
            Method::POST if path.ends_with("accessreviews") => (201, self.review(body)),
            Method::POST => match &self.username {
                Some(name) => (
                    201,
                    json!({ "status": { "userInfo": { "username": name } } }),
                ),
                None => (404, status(404, "NotFound", "no such API")),
            },
            Method::PATCH => self.patch(path, &query, body),
            _ => (405, status(405, "MethodNotAllowed", "not here")),
        }
    }

    fn review(&self, body: &[u8]) -> Json {
        let asked: Json = serde_json::from_slice(body).unwrap();
        let right = &asked["spec"]["resourceAttributes"];
        let text = |key: &str| right[key].as_str().unwrap();
        let right = format!("{} {}", text("verb"), text("resource"));
        let right = match asked["spec"]["user"].as_str() {
            Some(_) => format!("account {right}"),
            None => right,
        };
        json!({ "status": { "allowed": !self.denied.contains(right.as_str()) } })
    }

    fn get(&self, path: &str) -> (u16, Json) {
        match self.objects.get(path) {
            Some(object) => (200, object.clone()),
            None if path == "/apis" => (200, self.groups()),
            // What no API is served at is a page, as on a real server, and no document.
            None if path.matches('/').count() == 3 => (404, json!("404 page not found")),
            None => (404, status(404, "NotFound", "not found")),
        }
    }

    /// Those whose resources were put.
    fn groups(&self) -> Json {
        let served = self.objects.keys().filter_map(|path| {
            let api = path.strip_prefix("/apis/")?;
            (api.matches('/').count() == 1).then_some(api)
        });
        let groups = served.map(|api| json!({ "versions": [{ "groupVersion": api }] }));
        json!({ "groups": groups.collect::<Vec<_>>() })
    }

    fn list(&self, path: &str, query: &BTreeMap<String, String>) -> (u16, Json) {
        let labels = query
            .get("labelSelector")
            .map(String::as_str)
            .unwrap_or_default();
        let found = self.objects.iter().filter(|(at, object)| {
            is_in(path, at) && labels.split(',').all(|label| fits(object, label))
        });
        let items: Vec<Json> = found.map(|(_, object)| object.clone()).collect();
        let start: usize = query
            .get("continue")
            .map_or(0, |token| token.parse().unwrap());
        let asked: usize = query["limit"].parse().unwrap();
        let end = (start + self.page.unwrap_or(asked)).min(items.len());
        let next = if end < items.len() {
            end.to_string()
        } else {
            String::new()
        };
        // As the real server says it of metadata: an empty list is none.
        let items = if items.is_empty() {
            Json::Null
        } else {
            json!(items[start..end])
        };
        (
            200,
            json!({ "metadata": { "continue": next }, "items": items }),
        )
    }

    fn patch(&mut self, path: &str, query: &BTreeMap<String, String>, body: &[u8]) -> (u16, Json) {
        let change: Json = serde_json::from_slice(body).unwrap();
        let Some(object) = self.objects.get_mut(path) else {
            return self.get(path);
        };
        if self.spared > 0 {
            self.spared -= 1;
        } else if self.raced > 0 {
            self.raced -= 1;
            // A number, as the versions of workloads have to be.
            object["metadata"]["resourceVersion"] = json!(format!("10{}", self.raced));
            if let Some((key, value)) = self.labelled_when_raced {
                let labels = json!({ key: value });
                merge(object, &json!({ "metadata": { "labels": labels } }));
            }
        }
        let steps = change.as_array();
        let of_version = |step: &&Json| step["path"] == "/metadata/resourceVersion";
        let precondition = match steps {
            Some(steps) => &steps.iter().find(of_version).unwrap()["value"],
            None => &change["metadata"]["resourceVersion"],
        };
        if *precondition != object["metadata"]["resourceVersion"] {
            return (409, status(409, "Conflict", "the object has been modified"));
        }
        let mut after = object.clone();
        match steps {
            Some(steps) => steps.iter().for_each(|step| apply(&mut after, step)),
            None => merge(&mut after, &change),
        }
        if !query.contains_key("dryRun") {
            after["metadata"]["resourceVersion"] = json!("8");
            *object = after.clone();
        }
        (200, after)
    }
}

/// A client of the fake server.
pub(crate) fn client(fake: &Arc<Mutex<Fake>>) -> Client {
    let fake = Arc::clone(fake);
    let service = service_fn(move |request: Request<Body>| {
        let fake = Arc::clone(&fake);
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect_bytes().await.unwrap();
            let mut fake = fake.lock().unwrap();
            let (code, text) = if let Some((code, text)) = fake.instead {
                (code, text.to_owned())
            } else {
                let (code, json) = fake.answer(&parts.method, &parts.uri, &body);
                (code, json.to_string())
            };
            let body = Body::from(text.into_bytes());
            let mut answer = Response::builder().status(code);
            if let Some(date) = fake.date {
                answer = answer.header("date", date);
            }
            Ok::<_, Infallible>(answer.body(body).unwrap())
        }
    });
    Client::new(service, "default")
}

/// The verb and the plural, as permissions name them.
fn access<'a>(method: &Method, path: &'a str) -> (&'static str, &'a str) {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let rest = if parts[0] == "api" {
        &parts[2..]
    } else {
        parts.get(3..).unwrap_or_default()
    };
    let (plural, is_one) = match rest {
        ["namespaces"] => ("namespaces", false),
        ["namespaces", _] => ("namespaces", true),
        ["namespaces", _, plural] | [plural] => (*plural, false),
        ["namespaces", _, plural, _] => (*plural, true),
        _ => ("", true),
    };
    let verb = match *method {
        Method::GET if is_one => "get",
        Method::GET => "list",
        Method::PATCH => "patch",
        _ => "create",
    };
    (verb, plural)
}

/// Whether the object at `path` is in a collection, of one namespace or of all.
fn is_in(collection: &str, path: &str) -> bool {
    let Some((home, _)) = path.rsplit_once('/') else {
        return false;
    };
    let (api, plural) = collection.rsplit_once('/').unwrap();
    let of_all = home
        .strip_prefix(api)
        .and_then(|rest| rest.strip_prefix("/namespaces/"));
    let in_any = of_all
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(_, it)| it == plural);
    home == collection || in_any
}

fn fits(object: &Json, label: &str) -> bool {
    let value = |key: &str| object["metadata"]["labels"][key].as_str();
    match label.split_once('=') {
        Some((key, expected)) => value(key) == Some(expected),
        None => label.is_empty() || value(label).is_some(),
    }
}

fn merge(target: &mut Json, patch: &Json) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (key, value) in patch {
        if value.is_null() {
            target.as_object_mut().unwrap().remove(key);
        } else {
            merge(&mut target[key], value);
        }
    }
}

/// One step of a JSON patch, of those that are used.
fn apply(target: &mut Json, step: &Json) {
    let path = step["path"].as_str().unwrap();
    let (parent, last) = path.rsplit_once('/').unwrap();
    match (
        step["op"].as_str().unwrap(),
        target.pointer_mut(parent).unwrap(),
    ) {
        ("add", Json::Object(object)) => {
            object.insert(last.to_owned(), step["value"].clone());
        }
        ("remove", Json::Array(items)) => {
            items.remove(last.parse().unwrap());
        }
        (op, _) => panic!("{op} {path}"),
    }
}

fn status(code: u16, reason: &str, message: &str) -> Json {
    json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure",
        "code": code, "reason": reason, "message": message,
    })
}

fn pairs(query: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        text.replace("%2C", ",")
            .replace("%3D", "=")
            .replace("%2F", "/")
    };
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.to_owned(), decoded(value)))
        .collect()
}
