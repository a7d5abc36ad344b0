//! What may happen to a namespace.

use proptest::prelude::*;
use proptest::sample::select;

/// One thing that happens. Workloads go by their number.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Minutes pass.
    Wait(i64),
    /// A look, of whose plan this many changes are carried out before the controller stops.
    Look(usize),
    /// A look; then somebody writes an object, and then the plan is carried out.
    Late(usize),
    /// What was remembered is gone.
    Restart,
    /// All workload controllers catch up.
    Settle,
    /// None of a workload's replicas are ready, or they are in the middle of a rollout.
    Status(usize, &'static str),
    /// Somebody scales or suspends.
    Set(usize, i32, &'static str),
    /// An annotation of a workload.
    Annotate(usize, &'static str, Option<&'static str>),
    /// A label of a workload, edited by hand.
    Label(usize, &'static str, Option<&'static str>),
    /// An annotation of the namespace.
    Namespace(&'static str, Option<&'static str>),
    /// The kinds in the configuration.
    Kinds(&'static str),
    /// Somebody opens a page.
    Request,
    /// An owner appears over a workload, or goes.
    Owned(usize, bool),
}

/// How many workloads there are.
pub(crate) const WORKLOADS: usize = 5;

const NAMESPACE: &[(&str, Option<&str>)] = &[
    ("schedule", Some("always")),
    ("schedule", Some("never")),
    ("schedule", Some("never")),
    ("schedule", Some("08:00-20:00")),
    ("schedule", Some("?")),
    ("schedule", None),
    ("exclude", Some("true")),
    ("exclude", None),
    ("asleep-until", Some("forever")),
    ("asleep-until", Some("2026-11-23T12:00:00Z")),
    ("asleep-until", None),
    ("awake-until", Some("2026-11-23T10:00:00Z")),
    ("awake-until", None),
    ("wake-on-request", Some("true")),
    ("grace", Some("1m")),
];

const OWN: &[(&str, Option<&str>)] = &[
    ("schedule", Some("always")),
    ("schedule", Some("never")),
    ("schedule", None),
    ("exclude", Some("true")),
    ("exclude", None),
    ("sleep-replicas", Some("1")),
    ("sleep-replicas", Some("2")),
    ("sleep-replicas", Some("-1")),
    ("sleep-replicas", None),
    ("wave", Some("-1")),
    ("wave", Some("3")),
];

const LABELS: &[(&str, Option<&str>)] = &[
    ("saved", None),
    ("saved", Some("4")),
    ("saved", Some("0")),
    ("saved", Some("false")),
    ("asleep-at", Some("1")),
    ("asleep-at", None),
];

const KINDS: &[&str] = &[
    "Deployment, StatefulSet, CronJob",
    "Deployment, StatefulSet",
    "CronJob",
    "",
];

fn workload() -> impl Strategy<Value = usize> {
    0..WORKLOADS
}

fn namespace() -> impl Strategy<Value = Step> {
    select(NAMESPACE).prop_map(|(key, value)| Step::Namespace(key, value))
}

fn own() -> impl Strategy<Value = Step> {
    (workload(), select(OWN)).prop_map(|(it, (key, value))| Step::Annotate(it, key, value))
}

fn set() -> impl Strategy<Value = Step> {
    let managers = select(&["kubectl", "argocd-controller", "apply:flux", "tarnfui"][..3]);
    (workload(), 0..6, managers).prop_map(|(it, value, by)| Step::Set(it, value, by))
}

fn time() -> impl Strategy<Value = Step> {
    prop_oneof![
        select(&[1_i64, 5, 15, 60, 600, 1440]).prop_map(Step::Wait),
        Just(Step::Request),
        Just(Step::Settle),
        select(KINDS).prop_map(Step::Kinds),
    ]
}

/// Anything, in any order.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let status = (workload(), select(&["unready", "rolling"]));
    let label = (workload(), select(LABELS));
    let step = prop_oneof![
        6 => (0..8_usize).prop_map(Step::Look),
        1 => workload().prop_map(Step::Late),
        1 => Just(Step::Restart),
        4 => time(),
        3 => namespace(),
        2 => own(),
        2 => set(),
        1 => status.prop_map(|(it, how)| Step::Status(it, how)),
        1 => label.prop_map(|(it, (key, value))| Step::Label(it, key, value)),
        1 => (workload(), any::<bool>()).prop_map(|(it, is)| Step::Owned(it, is)),
    ];
    proptest::collection::vec(step, 1..30)
}

/// Only what makes transitions: time, rules and the configuration.
pub(crate) fn calm_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![3 => time(), 3 => namespace(), 1 => own()];
    proptest::collection::vec(step, 1..20)
}
