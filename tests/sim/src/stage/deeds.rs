//! What people and bad luck do to a stage. What happens when is not decided here.

use std::time::Duration;

use http::{Method, Request};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tarnfui_sandbox::authz::Caller;
use tarnfui_shared::workload::{Field, Kind};
use tokio::time::Instant;

use super::{Act, HEAL_EVERY, Stage};
use crate::cast::{self, CAST, CONFIG, CONFIG_MAP, HOME, Namespace};
use crate::record::Actor;
use crate::story::{Deed, Role};

/// How long a replica that was told to stop may take to do so in order.
const ENDS_WITHIN: Duration = Duration::from_secs(6);

impl Stage {
    pub(super) fn deed(&mut self, deed: &Deed) {
        let now = Instant::now();
        match deed {
            Deed::Annotate(namespace, key, value) => {
                let annotations = json!({ format!("tarnfui.io/{key}"): value });
                let path = format!("/api/v1/namespaces/{}", CAST[*namespace].name);
                self.patch(
                    &path,
                    &json!({ "metadata": { "annotations": annotations } }),
                );
            }
            Deed::Scale(role, to) => self.scale(*role, *to),
            Deed::Deploy(role) => {
                let stamp = self.world.now().to_string();
                let template = json!({ "metadata": { "annotations": { "deployed": stamp } } });
                if CAST[role.0].workloads[role.1].kind != Kind::CronJob {
                    self.patch(&one(*role), &json!({ "spec": { "template": template } }));
                }
            }
            Deed::Recreate(role) => {
                self.ask(Method::DELETE, &one(*role), &Value::Null);
                let Namespace {
                    name, workloads, ..
                } = CAST[role.0];
                let workload = workloads[role.1];
                let path = cast::path(workload.kind, name);
                self.ask(Method::POST, &path, &workload.manifest(name));
            }
            Deed::EditMark(role, to) => {
                let labels = json!({ "tarnfui.io/saved": to });
                self.patch(&one(*role), &json!({ "metadata": { "labels": labels } }));
            }
            Deed::Heal(namespace, lasts) => self.heal(*namespace, now + *lasts),
            Deed::Configure(text, lasts) => {
                self.configure(text);
                self.after(*lasts, Act::Configure(CONFIG));
            }
            Deed::Away(lasts) => self.network.away(now + *lasts),
            Deed::Refuse(code, lasts) => self.network.refuse(now + *lasts, *code),
            Deed::Compact => {
                self.network.take_in();
                self.sandbox.compact();
            }
            Deed::Kill(replica, back) => self.kill(*replica, *back),
            Deed::Stop(replica, back) => {
                if let Some(running) = &self.slots[*replica].running {
                    running.told.send_replace(true);
                }
                self.after(*back + ENDS_WITHIN, Act::Start(*replica));
            }
            Deed::CutOff(replica, is_silent, lasts) => {
                let cut = Some((now + *lasts, *is_silent));
                self.network.change(*replica, |it| it.cut = cut);
            }
            Deed::Slow(replica, by, lasts) => {
                let slow = Some((now + *lasts, *by));
                self.network.change(*replica, |it| it.slow = slow);
            }
            Deed::Lag(replica, by, lasts) => {
                let lag = Some((now + *lasts, *by));
                self.network.change(*replica, |it| it.lag = lag);
            }
            Deed::EndWatches(replica) => self.network.change(*replica, |it| it.ends += 1),
            Deed::Step(replica, ahead) => {
                let ahead = SignedDuration::from_secs(*ahead);
                self.slots[*replica].clock.set_ahead(ahead);
            }
        }
    }

    fn scale(&mut self, role: Role, to: u32) {
        let workload = CAST[role.0].workloads[role.1];
        let field = workload.kind.row().field;
        let value = match field {
            Field::Replicas => to,
            Field::Suspend => to % 2,
        };
        let wanted = cast::Workload { value, ..workload };
        let spec = json!({ field.name(): wanted.value() });
        self.patch(&one(role), &json!({ "spec": spec }));
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
    fn ask(&mut self, method: Method, path: &str, body: &Value) {
        let media = if method == Method::PATCH {
            "application/merge-patch+json"
        } else {
            "application/json"
        };
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
        self.network.make(Actor::Person, None, || {
            self.sandbox.answer(&admin, &request)
        });
    }
}

/// The path of a workload.
fn one(role: Role) -> String {
    let Namespace {
        name, workloads, ..
    } = CAST[role.0];
    let workload = workloads[role.1];
    format!("{}/{}", cast::path(workload.kind, name), workload.name)
}
