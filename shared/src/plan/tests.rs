//! What is done about each thing that may be seen, and what is said about it.
//!
//! A namespace is built from the rules of its workloads and looked at once; what the looks do one
//! after the other is for the scenarios and properties in `tests/`.

use serde_json::{Value as Json, json};

use super::*;
use crate::annotations::NamespaceAnnotations;
use crate::config::Config;
use crate::decide::Reason;
use crate::observe::RawWorkload;
use crate::problem::Code;
use crate::workload::Kind;

mod contested;
mod guards;
mod order;
mod table;
mod waves;

/// Monday noon; everything here was created long before.
const NOW: &str = "2026-11-23T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// One workload, and what the caller of `plan` knows of it.
#[derive(Clone)]
struct Item {
    kind: Kind,
    object: Json,
    is_handled: bool,
    autoscaler: Option<&'static str>,
    memory: Memory,
}

fn item(kind: Kind, name: &str, spec: &Json) -> Item {
    let object = json!({
        "metadata": {
            "name": name, "uid": "1", "resourceVersion": "7", "labels": {}, "annotations": {},
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": spec,
        "status": {},
    });
    let item = Item {
        kind,
        object,
        is_handled: true,
        autoscaler: None,
        memory: Memory::default(),
    };
    item.ready()
}

fn deploy(name: &str, replicas: i32) -> Item {
    item(Kind::Deployment, name, &json!({ "replicas": replicas }))
}

fn sts(name: &str, replicas: i32) -> Item {
    item(Kind::StatefulSet, name, &json!({ "replicas": replicas }))
}

fn cron(name: &str, suspend: bool) -> Item {
    let spec = json!({ "suspend": suspend, "startingDeadlineSeconds": 60 });
    item(Kind::CronJob, name, &spec)
}

impl Item {
    fn set(mut self, pointer: &str, value: Json) -> Self {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        self.object.pointer_mut(parent).unwrap()[key] = value;
        self
    }

    /// All of its replicas are of the newest revision, and ready.
    fn ready(self) -> Self {
        let replicas = self.object["spec"]["replicas"].clone();
        if replicas.is_null() {
            return self;
        }
        self.set("/status/replicas", replicas.clone())
            .set("/status/updatedReplicas", replicas.clone())
            .set("/status/readyReplicas", replicas)
    }

    fn unready(self) -> Self {
        self.set("/status/readyReplicas", json!(0))
    }

    fn label(mut self, key: &str, value: &str) -> Self {
        self.object["metadata"]["labels"][format!("tarnfui.io/{key}")] = json!(value);
        self
    }

    fn saved(self, value: &str) -> Self {
        self.label("saved", value)
    }

    fn with(mut self, key: &str, value: &str) -> Self {
        self.object["metadata"]["annotations"][format!("tarnfui.io/{key}")] = json!(value);
        self
    }

    /// The field was last set by this manager.
    fn owned_by(self, manager: &str, operation: &str) -> Self {
        let spec = json!({ "f:replicas": {}, "f:suspend": {} });
        let entry = json!({
            "manager": manager, "operation": operation, "fieldsV1": { "f:spec": spec },
        });
        self.set("/metadata/managedFields", json!([entry]))
    }

    fn memory(self, memory: Memory) -> Self {
        Self { memory, ..self }
    }
}

/// A memory of looks at a sleeping, or not sleeping, workload.
fn memory(is_asleep: bool, has_rested: bool, writes: u8) -> Memory {
    Memory {
        is_asleep,
        until: None,
        has_rested,
        writes,
        unready_since: None,
        doubted: None,
    }
}

/// Plans for a namespace with these annotations.
#[track_caller]
fn plan_at(now: Timestamp, annotations: &[(&str, &str)], items: &[Item]) -> Plan {
    let config = Config::default();
    let keys: Vec<_> = annotations
        .iter()
        .map(|(key, value)| (format!("tarnfui.io/{key}"), *value))
        .collect();
    let pairs = keys.iter().map(|(key, value)| (key.as_str(), *value));
    let (annotations, problems) = NamespaceAnnotations::read(pairs);
    let (rules, _) = Rules::of_namespace("shop", &annotations, &config);
    let workloads: Vec<Workload> = items
        .iter()
        .map(|item| {
            let raw: RawWorkload = serde_json::from_value(item.object.clone()).unwrap();
            raw.observe(item.kind).unwrap()
        })
        .collect();
    let own: Vec<_> = workloads
        .iter()
        .map(|workload| {
            let own = workload.own.as_ref()?;
            Some(rules.for_workload(&own.annotations, &annotations, &config))
        })
        .collect();
    let seen = workloads
        .iter()
        .zip(&own)
        .zip(items)
        .map(|((workload, own), item)| Seen {
            workload,
            own: own
                .as_ref()
                .map(|(rules, problems)| (rules, problems.as_slice())),
            is_handled: item.is_handled,
            autoscaler: item.autoscaler,
            memory: item.memory,
        });
    let observation = Observation {
        namespace: "shop",
        unknown: None,
        rules: &rules,
        problems: &problems,
        activity: Activity::default(),
        workloads: seen.collect(),
    };
    let first = plan(now, &observation);
    let again = plan(now, &observation);
    assert_eq!(
        format!("{first:?}"),
        format!("{again:?}"),
        "the same input, the same plan"
    );
    first
}

const AWAKE: &[(&str, &str)] = &[("schedule", "always")];
const ASLEEP: &[(&str, &str)] = &[("schedule", "never")];
const ORDERED: &[(&str, &str)] = &[("schedule", "always"), ("asleep-until", "forever")];
const NO_RULE: &[(&str, &str)] = &[];

/// What is done, one change a line: `sleep deployment/web 3 -> 0`.
fn done(plan: &Plan) -> Vec<String> {
    let words = |change: &Change| {
        let what = match change.op {
            Op::Sleep { saved, to } => format!(" {saved} -> {to}"),
            Op::Restore { to } => format!(" {to}"),
            Op::Release => String::new(),
            Op::HandOver { entry } => format!(" {entry}"),
        };
        let target = &change.target;
        format!(
            "{} {}/{}{what}",
            change.op.as_str(),
            target.kind.row().singular,
            target.name
        )
    };
    plan.changes.iter().map(words).collect()
}

fn codes(plan: &Plan) -> Vec<Code> {
    plan.problems.iter().map(|problem| problem.code).collect()
}

/// One look at one workload: what is done, how it stands, what is said.
#[track_caller]
fn check(rules: &[(&str, &str)], item: Item, change: &str, stage: Stage, problems: &[Code]) {
    let plan = plan_at(now(), rules, &[item]);
    assert_eq!(done(&plan).join(", "), change);
    assert_eq!(plan.outlooks[0].stage, stage);
    assert_eq!(codes(&plan), problems);
}

#[test]
fn row_0_decides_and_writes_nothing() {
    let rules = Rules::none();
    for unknown in [
        Unknown::ConfigurationUnread,
        Unknown::NotListed,
        Unknown::Terminating,
        Unknown::Paused,
    ] {
        let item = deploy("web", 0).saved("3");
        let raw: RawWorkload = serde_json::from_value(item.object).unwrap();
        let workload = raw.observe(Kind::Deployment).unwrap();
        let observation = Observation {
            namespace: "shop",
            unknown: Some(unknown),
            rules: &rules,
            problems: &[Problem::new("x", Code::InvalidValue, "x")],
            activity: Activity::default(),
            workloads: vec![Seen {
                workload: &workload,
                own: None,
                is_handled: true,
                autoscaler: None,
                memory: Memory::default(),
            }],
        };
        let plan = plan(now(), &observation);
        assert_eq!(plan.decision, Err(unknown));
        assert_eq!((plan.changes, plan.next_transition), (vec![], None));
    }
}

#[test]
fn a_workload_that_is_being_deleted_is_left_alone() {
    let gone = |item: Item| item.set("/metadata/deletionTimestamp", json!(NOW));
    check(ASLEEP, gone(deploy("web", 3)), "", Stage::Awake, &[]);
    check(
        AWAKE,
        gone(deploy("web", 0).saved("3")),
        "",
        Stage::Asleep,
        &[],
    );
    check(AWAKE, gone(deploy("web", 0)), "", Stage::AtRest, &[]);
}

#[test]
fn the_next_look_is_at_the_earliest_instant_at_which_anything_changes() {
    let rules = [("schedule", "08:00-20:00")];
    let plan = plan_at(now(), &rules, &[deploy("web", 3)]);
    assert_eq!(plan.next_transition, "2026-11-23T20:00:00Z".parse().ok());
    let own = deploy("web", 3).with("schedule", "08:00-18:00");
    let plan = plan_at(now(), &rules, &[own]);
    assert_eq!(plan.next_transition, "2026-11-23T18:00:00Z".parse().ok());
    let plan = plan_at(now(), AWAKE, &[]);
    assert_eq!(plan.next_transition, None);
}

#[test]
fn faults_of_the_namespace_come_first_and_keep_all_awake() {
    let rules = [("schedule", "never"), ("grace", "?")];
    let web = deploy("web", 0).saved("3").with("wave", "?");
    let plan = plan_at(now(), &rules, &[web, deploy("api", 2)]);
    assert_eq!(done(&plan), ["restore deployment/web 3"]);
    let keys: Vec<_> = plan
        .problems
        .iter()
        .map(|it| (it.workload.as_deref(), it.key.as_str()))
        .collect();
    assert_eq!(
        keys,
        [
            (None, "tarnfui.io/grace"),
            (Some("deployment/web"), "tarnfui.io/wave")
        ]
    );
}
