//! The rows of pods. Their status is no field, but is read from those of their containers.

use jiff::Timestamp;

use super::access::{condition, is_true, list, number, set, text, text_or};
use super::{age, text as words};
use crate::json::{Value, json};

pub(super) fn cells(object: &Value, now: Timestamp) -> Vec<Value> {
    let glance = glance(object);
    let containers = list(object, "/spec/containers").len();
    let sidecars = list(object, "/spec/initContainers").iter();
    let total = containers + sidecars.filter(|it| is_sidecar(it)).count();
    let restarts = match glance.restarts {
        Restarts { count: 0, .. } => "0".to_owned(),
        Restarts { count, last: None } => count.to_string(),
        Restarts {
            count,
            last: Some(last),
        } => format!("{count} ({} ago)", age::human(now.duration_since(last))),
    };
    vec![
        json!(text(object, "/metadata/name")),
        json!(format!("{}/{total}", glance.ready)),
        json!(status(object, glance.status)),
        json!(restarts),
        json!(age::of(object, now)),
        json!(text_or(object, "/status/podIPs/0/ip", words::NONE)),
        json!(text_or(object, "/spec/nodeName", words::NONE)),
        json!(text_or(object, "/status/nominatedNodeName", words::NONE)),
        json!(gates(object)),
    ]
}

/// That a pod has ended, if it has: by this `kubectl` once hid such rows.
pub(super) fn conditions(object: &Value) -> Option<Value> {
    let phase = text(object, "/status/phase");
    let message = match phase {
        "Succeeded" => "The pod has completed successfully.",
        "Failed" => "The pod failed.",
        _ => return None,
    };
    Some(json!([
        {"type": "Completed", "status": "True", "reason": phase, "message": message},
    ]))
}

/// What the containers come to.
#[derive(Default)]
struct Glance {
    status: String,
    ready: usize,
    restarts: Restarts,
}

/// How often something was started again, and when it last ended before that.
#[derive(Default, Clone, Copy)]
struct Restarts {
    count: i64,
    last: Option<Timestamp>,
}

impl Restarts {
    fn add(&mut self, container: &Value) {
        self.count += number(container, "/restartCount");
        let ended = age::instant(container, "/lastState/terminated/finishedAt");
        self.last = self.last.max(ended);
    }
}

/// How far the init containers have come.
#[derive(Default)]
struct Start {
    /// What keeps it, or nothing once it is done.
    kept_by: Option<String>,
    ready: usize,
    restarts: Restarts,
    /// Those of the containers that go on beside the main ones.
    sidecar_restarts: Restarts,
}

fn glance(object: &Value) -> Glance {
    let mut glance = Glance {
        status: text_or(object, "/status/reason", text(object, "/status/phase")).to_owned(),
        ..Glance::default()
    };
    let mut all = list(object, "/status/conditions").iter();
    if all.any(|it| text(it, "/type") == "PodScheduled" && text(it, "/reason") == GATED) {
        GATED.clone_into(&mut glance.status);
    }
    let start = start(object);
    glance.ready = start.ready;
    glance.restarts = start.restarts;
    let has_started = start.kept_by.is_none();
    if let Some(status) = start.kept_by {
        glance.status = status;
    }
    if has_started || condition(object, "Initialized") == "True" {
        glance.restarts = start.sidecar_restarts;
        look_at_containers(object, &mut glance);
    }
    glance
}

const GATED: &str = "SchedulingGated";

fn start(object: &Value) -> Start {
    let specs = list(object, "/spec/initContainers");
    let mut start = Start::default();
    let states = list(object, "/status/initContainerStatuses").iter();
    for (at, container) in states.enumerate() {
        let name = text(container, "/name");
        let is_sidecar = specs
            .iter()
            .any(|it| text(it, "/name") == name && is_sidecar(it));
        start.restarts.add(container);
        if is_sidecar {
            start.sidecar_restarts.add(container);
        }
        let ended = set(container, "/state/terminated");
        let is_done = ended.is_some_and(|it| number(it, "/exitCode") == 0);
        if !is_done && is_sidecar && is_true(container, "/started") {
            start.ready += usize::from(is_true(container, "/ready"));
        } else if !is_done {
            start.kept_by = Some(match (ended, text(container, "/state/waiting/reason")) {
                (Some(ended), _) => format!("Init:{}", end(ended)),
                (None, "" | "PodInitializing") => format!("Init:{at}/{}", specs.len()),
                (None, reason) => format!("Init:{reason}"),
            });
            break;
        }
    }
    start
}

/// The main containers, from the last to the first: the first has the last word.
fn look_at_containers(object: &Value, glance: &mut Glance) {
    let mut is_any_running = false;
    let mut failure = None;
    for container in list(object, "/status/containerStatuses").iter().rev() {
        glance.restarts.add(container);
        let waits = text(container, "/state/waiting/reason");
        if !waits.is_empty() {
            waits.clone_into(&mut glance.status);
        } else if let Some(ended) = set(container, "/state/terminated") {
            glance.status = end(ended);
            if number(ended, "/exitCode") != 0 {
                failure = Some(glance.status.clone());
            }
        } else if is_true(container, "/ready") && set(container, "/state/running").is_some() {
            is_any_running = true;
            glance.ready += 1;
        }
    }
    if glance.status == "Completed" {
        // One that has ended well is not what the others do.
        if is_any_running && condition(object, "Ready") == "True" {
            "Running".clone_into(&mut glance.status);
        } else if let Some(failure) = failure {
            glance.status = failure;
        } else if is_any_running {
            "NotReady".clone_into(&mut glance.status);
        }
    }
}

/// How a container ended.
fn end(ended: &Value) -> String {
    match (text(ended, "/reason"), number(ended, "/signal")) {
        ("", 0) => format!("ExitCode:{}", number(ended, "/exitCode")),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

/// A pod that is being deleted says so, but for one that has ended already.
fn status(object: &Value, of_containers: String) -> String {
    let phase = text(object, "/status/phase");
    if set(object, "/metadata/deletionTimestamp").is_none() {
        of_containers
    } else if text(object, "/status/reason") == "NodeLost" {
        "Unknown".to_owned()
    } else if matches!(phase, "Succeeded" | "Failed") {
        of_containers
    } else {
        "Terminating".to_owned()
    }
}

/// An init container that goes on running beside the main ones.
fn is_sidecar(container: &Value) -> bool {
    text(container, "/restartPolicy") == "Always"
}

/// How many of the conditions that others set for it are true.
fn gates(object: &Value) -> String {
    let gates = list(object, "/spec/readinessGates");
    if gates.is_empty() {
        return words::NONE.to_owned();
    }
    let is_open = |gate: &&Value| condition(object, text(gate, "/conditionType")) == "True";
    let open = gates.iter().filter(is_open).count();
    format!("{open}/{}", gates.len())
}
