//! The life of a cluster on plain timestamps: what happens, and when.

use std::time::Duration;

use http::{Method, Request};

use super::habits::later;
use super::*;
use crate::answer::Answer;
use crate::authz::Caller;
use crate::json::{Value, json};

mod autoscalers;
mod courses;
mod cron;
mod cron_jobs;
mod deployments;
mod doors;
mod garbage;
mod jobs;
mod namespaces;
mod objects;
mod rolling;
mod room;
mod stateful_sets;

/// A server, its life, and a clock that is moved by hand.
struct World {
    server: Server,
    life: Life,
    now: Timestamp,
    due: Option<Timestamp>,
}

/// Habits without chance: seen after 10 ms and acted on after another 10, ready after 1 s, gone after
/// 500 ms, done after 5 s, scaled after 2 s.
fn strict() -> Habits {
    let exactly = |millis| Duration::from_millis(millis)..Duration::from_millis(millis);
    Habits {
        with_pods: false,
        seen_after: exactly(10),
        ready_after: exactly(1_000),
        gone_after: exactly(500),
        done_after: exactly(5_000),
        scaled_after: exactly(2_000),
    }
}

impl World {
    fn new() -> Self {
        Self::with(1, strict())
    }

    fn with(seed: u64, habits: Habits) -> Self {
        let now = "2026-11-22T08:00:00Z".parse().unwrap();
        let mut world = Self {
            server: Server::new(seed, now),
            life: Life::new(seed, habits),
            now,
            due: None,
        };
        world.create(
            "/api/v1/namespaces",
            &json!({ "metadata": { "name": "shop" } }),
        );
        world
    }

    fn ask(&mut self, method: Method, uri: &str, body: &Value) -> (u16, Value) {
        let media = match method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::builder().method(method).uri(uri);
        let request = request
            .header("content-type", media)
            .body(body.into())
            .unwrap();
        match self
            .server
            .answer(self.now, &Caller::admin("admin"), &request)
        {
            Answer::Whole(answer) => {
                let body = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
                (answer.status().as_u16(), body)
            }
            Answer::Watch(_) => panic!("{uri} is a watch"),
        }
    }

    fn create(&mut self, uri: &str, body: &Value) -> Value {
        let (code, made) = self.ask(Method::POST, uri, body);
        assert_eq!(code, 201, "{made}");
        made
    }

    fn patch(&mut self, uri: &str, body: &Value) -> Value {
        let (code, after) = self.ask(Method::PATCH, uri, body);
        assert_eq!(code, 200, "{after}");
        after
    }

    fn get(&mut self, uri: &str) -> Value {
        let (code, found) = self.ask(Method::GET, uri, &Value::Null);
        assert_eq!(code, 200, "{uri}: {found}");
        found
    }

    fn is_there(&mut self, uri: &str) -> bool {
        self.ask(Method::GET, uri, &Value::Null).0 == 200
    }

    /// Deletes with a propagation policy.
    fn delete(&mut self, uri: &str, policy: &str) {
        let body = json!({ "propagationPolicy": policy });
        let (code, answer) = self.ask(Method::DELETE, uri, &body);
        assert_eq!(code, 200, "{answer}");
    }

    /// The names of a list.
    fn names(&mut self, uri: &str) -> Vec<String> {
        let list = self.get(uri);
        let names = list["items"].as_array().unwrap().iter();
        names
            .map(|it| it["metadata"]["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The first columns of a table, as kubectl prints them.
    fn table(&mut self, uri: &str, columns: usize) -> Vec<String> {
        let request = Request::get(uri);
        let request = request.header("accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        let request = request.body(bytes::Bytes::new()).unwrap();
        let answer = self
            .server
            .answer(self.now, &Caller::admin("admin"), &request);
        let Answer::Whole(answer) = answer else {
            panic!("{uri} is a watch")
        };
        let table: Value = serde_json::from_slice(answer.body()).unwrap();
        let cell = |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
        let row = |row: &Value| {
            let cells = row["cells"]
                .as_array()
                .unwrap()
                .iter()
                .take(columns)
                .map(cell);
            cells.collect::<Vec<_>>().join(" ")
        };
        table["rows"].as_array().unwrap().iter().map(row).collect()
    }

    /// Goes to an instant of the same day, with all the turns on the way.
    fn go_to(&mut self, clock: &str) {
        let at: Timestamp = format!("2026-11-{clock}Z").parse().unwrap();
        let left = at.duration_since(self.now);
        self.pass(u64::try_from(left.as_millis()).unwrap());
    }

    /// Lets time pass, with a turn whenever one is due.
    fn pass(&mut self, millis: u64) {
        let end = later(self.now, Duration::from_millis(millis));
        self.due = self.life.turn(&mut self.server, self.now);
        while let Some(due) = self.due.filter(|it| *it <= end) {
            assert!(due > self.now, "due at {due}, and now is {}", self.now);
            self.now = due;
            self.due = self.life.turn(&mut self.server, due);
        }
        self.now = end;
    }

    /// Lets time pass until nothing is due any more.
    fn settle(&mut self) {
        for _ in 0..1_000 {
            self.pass(0);
            let Some(due) = self.due else { return };
            self.now = due;
        }
        panic!("it never settles");
    }

    /// How many versions there were so far: what was written.
    fn version(&self) -> u64 {
        self.server.store().version()
    }
}

/// The fields of a status that are numbers, as `replicas=3 ready=2`.
fn numbers(object: &Value, fields: &[&str]) -> Vec<i64> {
    let number = |field: &&str| object["status"][field].as_i64().unwrap_or(0);
    fields.iter().map(number).collect()
}

/// A condition as `True NewReplicaSetAvailable`.
fn condition(object: &Value, kind: &str) -> String {
    let all = object["status"]["conditions"].as_array().unwrap();
    let found = all.iter().find(|it| it["type"] == kind);
    found.map_or_else(String::new, |it| {
        format!(
            "{} {}",
            it["status"].as_str().unwrap(),
            it["reason"].as_str().unwrap()
        )
    })
}
