//! The standard scenario: what there is before anything happens.
//!
//! Three namespaces with different hours, nine workloads of the kinds that are handled, and the
//! rights that the controller is installed with.

use http::{Method, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tarnfui_sandbox::answer::Answer;
use tarnfui_sandbox::authz::Caller;
use tarnfui_sandbox::server::Server;
use tarnfui_shared::workload::{Field, Kind};

/// The namespace of the controllers.
pub const HOME: &str = "tarnfui-system";

/// The ConfigMap that they read.
pub const CONFIG_MAP: &str = "tarnfui-config";

/// The Lease that they compete for.
pub const LEASE: &str = "tarnfui-controller";

/// The rights of the controller, as people install them.
const RIGHTS: &str = include_str!("../../../deploy/rbac.yaml");

/// The configuration. What is made at the start of a run is to be older than its grace at once.
pub const CONFIG: &str = "kinds: [Deployment, StatefulSet, CronJob]\ndefaults: { grace: 1m }\n";

/// A workload, and what it is made with.
#[derive(Debug, Clone, Copy)]
pub struct Workload {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: &'static str,
    /// Its replicas; whether it is suspended, for a CronJob: 1 is suspended.
    pub value: u32,
    /// Its annotations.
    pub annotations: &'static [(&'static str, &'static str)],
}

/// A namespace, and what runs in it.
#[derive(Debug, Clone, Copy)]
pub struct Namespace {
    /// Its name.
    pub name: &'static str,
    /// Its annotations.
    pub annotations: &'static [(&'static str, &'static str)],
    /// What runs in it.
    pub workloads: &'static [Workload],
}

const fn workload(kind: Kind, name: &'static str, value: u32) -> Workload {
    Workload {
        kind,
        name,
        value,
        annotations: &[],
    }
}

/// Who appears.
pub const CAST: &[Namespace] = &[
    Namespace {
        name: "shop",
        annotations: &[
            ("schedule", "Mon-Fri 08:00-20:00"),
            ("timezone", "Europe/Paris"),
        ],
        workloads: &[
            workload(Kind::Deployment, "web", 3),
            workload(Kind::StatefulSet, "db", 2),
            workload(Kind::CronJob, "mail", 0),
        ],
    },
    Namespace {
        name: "lab",
        annotations: &[("schedule", "daily 09:00-18:30")],
        workloads: &[
            workload(Kind::Deployment, "api", 5),
            Workload {
                annotations: &[("sleep-replicas", "1")],
                ..workload(Kind::Deployment, "bot", 4)
            },
            workload(Kind::Deployment, "off", 0),
        ],
    },
    Namespace {
        name: "night",
        annotations: &[("schedule", "daily 22:00-06:00 America/New_York")],
        workloads: &[
            Workload {
                annotations: &[("wave", "1")],
                ..workload(Kind::StatefulSet, "store", 1)
            },
            Workload {
                annotations: &[("wave", "2")],
                ..workload(Kind::Deployment, "job", 7)
            },
            workload(Kind::CronJob, "idle", 1),
        ],
    },
];

/// When the world begins: a Monday, an hour before anybody's boundary.
pub fn beginning() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().expect("it is a time")
}

impl Namespace {
    /// The manifest, as a person would write it.
    pub fn manifest(&self) -> Value {
        let annotations = prefixed(self.annotations);
        json!({ "metadata": { "name": self.name, "annotations": annotations } })
    }
}

impl Workload {
    /// The same with another number of replicas, or suspended where that is odd.
    #[must_use]
    pub fn with(self, number: u32) -> Self {
        let value = match self.kind.row().field {
            Field::Replicas => number,
            Field::Suspend => number % 2,
        };
        Self { value, ..self }
    }

    /// The value of the field that sleeping changes.
    pub fn value(&self) -> Value {
        match self.kind {
            Kind::CronJob => (self.value == 1).into(),
            Kind::Deployment | Kind::StatefulSet => self.value.into(),
        }
    }

    /// The manifest, as a person would write it.
    pub fn manifest(&self, namespace: &str) -> Value {
        let row = self.kind.row();
        let labels = json!({ "app": self.name });
        let mut pod = json!({ "containers": [{ "name": "c", "image": "app:1" }] });
        let mut spec = match self.kind {
            Kind::CronJob => {
                pod["restartPolicy"] = "Never".into();
                json!({ "schedule": "30 4 * * *", "startingDeadlineSeconds": 60,
                    "jobTemplate": { "spec": { "template": { "spec": pod } } } })
            }
            Kind::Deployment | Kind::StatefulSet => json!({
                "selector": { "matchLabels": labels },
                "template": { "metadata": { "labels": labels }, "spec": pod } }),
        };
        spec[row.field.name()] = self.value();
        let annotations = prefixed(self.annotations);
        json!({ "apiVersion": format!("{}/{}", row.group, row.version), "kind": row.name,
            "metadata": { "namespace": namespace, "name": self.name, "annotations": annotations },
            "spec": spec })
    }
}

/// Annotations as they are written.
pub fn prefixed(pairs: &[(&str, &str)]) -> Value {
    let pairs = pairs
        .iter()
        .map(|(key, value)| (format!("tarnfui.io/{key}"), (*value).into()));
    Value::Object(pairs.collect())
}

/// The path of all workloads of a kind in a namespace.
pub fn path(kind: Kind, namespace: &str) -> String {
    let row = kind.row();
    format!(
        "/apis/{}/{}/namespaces/{namespace}/{}",
        row.group, row.version, row.plural
    )
}

thread_local! {
    /// The server on which everybody has appeared: every story begins with a copy, which is quicker
    /// than to let them appear again. One for each thread, so that none waits for another's counts.
    static APPEARED: Server = appeared();
}

/// The server on which everybody has appeared, from where on `seed` chooses.
pub fn server(seed: u64) -> Server {
    let mut server = APPEARED.with(Server::clone);
    server.reseed(seed);
    server
}

/// Makes everything, as long ago as a day before the world begins.
///
/// # Panics
///
/// If the server refuses any of it: that would be a fault of the scenario.
fn appeared() -> Server {
    let then = beginning() - SignedDuration::from_hours(24);
    let mut server = Server::new(0, then);
    let mut create = |path: &str, body: &Value| {
        let request = Request::builder().method(Method::POST).uri(path);
        let request = request.body(body.to_string().into()).expect("a request");
        let Answer::Whole(answer) = server.answer(then, &Caller::admin("admin"), &request) else {
            panic!("{path} is a watch");
        };
        assert!(answer.status().is_success(), "{path}: {:?}", answer.body());
    };
    for document in RIGHTS.split("\n---\n") {
        let body: Value = serde_saphyr::from_str(document).expect("the rights are YAML");
        let (version, kind) = (text(&body["apiVersion"]), text(&body["kind"]));
        let row = tarnfui_sandbox::kinds::of_kind(version, kind).expect("it is served");
        let namespace = body["metadata"]["namespace"].as_str();
        let within = namespace.map_or(String::new(), |it| format!("/namespaces/{it}"));
        create(&format!("{}{within}/{}", row.root(), row.plural), &body);
    }
    create(
        &format!("/api/v1/namespaces/{HOME}/configmaps"),
        &json!({ "metadata": { "name": CONFIG_MAP }, "data": { "config.yaml": CONFIG } }),
    );
    for namespace in CAST {
        create("/api/v1/namespaces", &namespace.manifest());
        for workload in namespace.workloads {
            let path = path(workload.kind, namespace.name);
            create(&path, &workload.manifest(namespace.name));
        }
    }
    server
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
