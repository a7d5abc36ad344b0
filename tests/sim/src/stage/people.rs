//! What people ask of the server, and tools in their name.

use std::time::Duration;

use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tarnfui_sandbox::authz::Caller;
use tarnfui_shared::workload::{Field, Kind};
use tokio::time::Instant;

use super::{Act, HEAL_EVERY, Stage};
use crate::cast::{self, CAST, CONFIG_MAP, HOME, LEASE, Namespace};
use crate::record::Actor;
use crate::story::Role;

/// How often it is tried to make a namespace whose predecessor is not gone yet.
const FOUND_AGAIN: Duration = Duration::from_secs(1);

impl Stage {
    pub(super) fn annotate(&mut self, namespace: usize, key: &str, value: Option<&str>) {
        let annotations = json!({ format!("tarnfui.io/{key}"): value });
        let body = json!({ "metadata": { "annotations": annotations } });
        let path = format!("/api/v1/namespaces/{}", CAST[namespace].name);
        self.patch(&path, &body);
    }

    pub(super) fn deploy(&mut self, role: Role) {
        let stamp = self.world.now().to_string();
        let template = json!({ "metadata": { "annotations": { "deployed": stamp } } });
        if CAST[role.0].workloads[role.1].kind != Kind::CronJob {
            self.patch(&one(role), &json!({ "spec": { "template": template } }));
        }
    }

    pub(super) fn recreate(&mut self, role: Role) {
        self.ask(Method::DELETE, &one(role), &Value::Null);
        let Namespace {
            name, workloads, ..
        } = CAST[role.0];
        let workload = workloads[role.1];
        let path = cast::path(workload.kind, name);
        self.ask(Method::POST, &path, &workload.manifest(name));
    }

    pub(super) fn edit_mark(&mut self, role: Role, to: Option<&str>) {
        let labels = json!({ "tarnfui.io/saved": to });
        self.patch(&one(role), &json!({ "metadata": { "labels": labels } }));
    }

    pub(super) fn delete_namespace(&mut self, namespace: usize) {
        let path = format!("/api/v1/namespaces/{}", CAST[namespace].name);
        self.ask(Method::DELETE, &path, &Value::Null);
    }

    pub(super) fn scale(&mut self, role: Role, to: u32) {
        let workload = CAST[role.0].workloads[role.1];
        let field = workload.kind.row().field;
        let spec = json!({ field.name(): workload.with(to).value() });
        self.patch(&one(role), &json!({ "spec": spec }));
    }

    pub(super) fn lease_by_hand(&mut self, spec: Option<&str>) {
        self.network.note_lease_by_hand();
        let path = format!("/apis/coordination.k8s.io/v1/namespaces/{HOME}/leases");
        self.ask(Method::DELETE, &format!("{path}/{LEASE}"), &Value::Null);
        if let Some(spec) = spec {
            let spec: Value = serde_json::from_str(spec).expect("it is JSON");
            let body = json!({ "metadata": { "name": LEASE }, "spec": spec });
            self.ask(Method::POST, &path, &body);
        }
    }

    /// Git says how many there are.
    pub(super) fn heal(&mut self, namespace: usize, until: Instant) {
        for place in 0..CAST[namespace].workloads.len() {
            let value = CAST[namespace].workloads[place].value;
            self.scale(Role(namespace, place), value);
        }
        let again = Instant::now() + HEAL_EVERY;
        if again < until {
            self.at(again, Act::Heal(namespace, until));
        }
    }

    /// Once the one before is gone, it is made anew with all that belongs into it.
    pub(super) fn found(&mut self, place: usize) {
        let namespace = CAST[place];
        let name = namespace.name;
        let is_made = self.ask(Method::POST, "/api/v1/namespaces", &namespace.manifest());
        if !is_made.is_success() {
            return self.after(FOUND_AGAIN, Act::Found(place));
        }
        for workload in namespace.workloads {
            let path = cast::path(workload.kind, name);
            self.ask(Method::POST, &path, &workload.manifest(name));
        }
    }

    pub(super) fn autoscale(&mut self, role: Role, least: u32, most: u32) {
        let workload = CAST[role.0].workloads[role.1];
        let row = workload.kind.row();
        if row.field == Field::Replicas {
            let target = json!({ "apiVersion": format!("{}/{}", row.group, row.version),
                "kind": row.name, "name": workload.name });
            let spec =
                json!({ "scaleTargetRef": target, "minReplicas": least, "maxReplicas": most });
            let body = json!({ "metadata": { "name": workload.name }, "spec": spec });
            self.ask(Method::POST, &autoscalers(role), &body);
        }
    }

    pub(super) fn unscale(&mut self, role: Role) {
        let path = format!(
            "{}/{}",
            autoscalers(role),
            CAST[role.0].workloads[role.1].name
        );
        self.ask(Method::DELETE, &path, &Value::Null);
    }

    /// As a GitOps tool does it: whatever others own of it becomes its own.
    pub(super) fn apply(&mut self, role: Role, value: u32, until: Instant) {
        let workload = CAST[role.0].workloads[role.1];
        let wanted = workload.with(value);
        let path = format!("{}?fieldManager=git&force=true", one(role));
        self.send(
            Method::PATCH,
            &path,
            "application/apply-patch+yaml",
            &wanted.manifest(CAST[role.0].name),
        );
        let again = Instant::now() + HEAL_EVERY;
        if again < until {
            self.at(again, Act::Apply(role, value, until));
        }
    }

    pub(super) fn configure(&mut self, text: &str) {
        let path = format!("/api/v1/namespaces/{HOME}/configmaps/{CONFIG_MAP}");
        self.patch(&path, &json!({ "data": { "config.yaml": text } }));
    }

    /// Nobody has any rules any more.
    pub(super) fn take_rules_away(&mut self) {
        for namespace in CAST {
            let path = format!("/api/v1/namespaces/{}", namespace.name);
            self.patch(&path, &json!({ "metadata": { "annotations": null } }));
        }
    }

    fn patch(&mut self, path: &str, body: &Value) {
        self.ask(Method::PATCH, path, body);
    }

    /// A person asks; what is refused is refused.
    pub(super) fn ask(&mut self, method: Method, path: &str, body: &Value) -> StatusCode {
        let media = if method == Method::PATCH {
            "application/merge-patch+json"
        } else {
            "application/json"
        };
        self.send(method, path, media, body)
    }

    fn send(&mut self, method: Method, path: &str, media: &str, body: &Value) -> StatusCode {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header("content-type", media)
            .header("user-agent", "person");
        let request = request.body(body.into()).expect("a request");
        let admin = Caller::admin("admin");
        let answer = self.network.make(Actor::Person, None, || {
            self.sandbox.answer(&admin, &request)
        });
        let code = answer.status();
        assert_ne!(code, StatusCode::NOT_IMPLEMENTED, "{request:?}");
        code
    }
}

/// The path of all autoscalers beside a workload.
fn autoscalers(role: Role) -> String {
    let namespace = CAST[role.0].name;
    format!("/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers")
}

/// The path of a workload.
fn one(role: Role) -> String {
    let Namespace {
        name, workloads, ..
    } = CAST[role.0];
    let workload = workloads[role.1];
    format!("{}/{}", cast::path(workload.kind, name), workload.name)
}
