//! What is wrong with what runs pods: as far as it is looked at, which is not into the pods.

use crate::json::{Map, Value, json};

use super::numbers::{self, not_negative};
use super::rollouts;
use crate::answer::Cause;
use crate::kinds::Resource;

/// What of a StatefulSet may be changed.
const CHANGEABLE: [&str; 7] = [
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
];

pub(super) fn faults(
    row: &Resource,
    before: Option<&Value>,
    after: &Value,
    causes: &mut Vec<Cause>,
) {
    let spec = &after["spec"];
    if row.kind == "StatefulSet" {
        numbers::stateful_set(spec, causes);
    }
    not_negative(spec, "spec", &["replicas"], causes);
    if row.kind == "StatefulSet" {
        let keys = ["minReadySeconds", "ordinals.start"];
        not_negative(spec, "spec", &keys, causes);
    }
    selector(spec, row.kind == "Deployment", causes);
    containers(&spec["template"]["spec"], "spec.template.spec", causes);
    if row.kind == "Deployment" {
        rollouts::faults(spec, causes);
    }
    let Some(before) = before else {
        return;
    };
    if row.kind == "StatefulSet" {
        only_changeable(&before["spec"], spec, causes);
    } else if before["spec"]["selector"] != spec["selector"] {
        let value = spec["selector"].to_string();
        causes.push(Cause::invalid(
            "spec.selector",
            &value,
            "field is immutable",
        ));
    }
}

/// A workload selects its own pods.
fn selector(spec: &Value, is_deployment: bool, causes: &mut Vec<Cause>) {
    let selector = &spec["selector"];
    if selector.is_null() {
        causes.push(Cause::required("spec.selector", ""));
    } else if is_deployment && *selector == json!({}) {
        let why = "empty selector is invalid for deployment";
        causes.push(Cause::invalid("spec.selector", "{}", why));
    }
    let labels = &spec["template"]["metadata"]["labels"];
    let mut wanted = selector["matchLabels"].as_object().into_iter().flatten();
    let is_met = !selector.is_null() && wanted.all(|(key, value)| labels[key] == *value);
    if !is_met {
        let why = "`selector` does not match template `labels`";
        let field = "spec.template.metadata.labels";
        causes.push(Cause::invalid(field, &labels.to_string(), why));
    }
}

fn only_changeable(before: &Value, after: &Value, causes: &mut Vec<Cause>) {
    let rest = |spec: &Value| -> Map {
        let mut fields = spec.as_object().cloned().unwrap_or_default();
        fields.retain(|key, _| !CHANGEABLE.contains(&key));
        fields
    };
    if rest(before) == rest(after) {
        return;
    }
    let (last, most) = CHANGEABLE.split_last().expect("there are some");
    let why = format!(
        "updates to statefulset spec for fields other than '{}' and '{last}' are forbidden",
        most.join("', '")
    );
    causes.push(Cause::forbidden("spec", &why));
}

/// A pod has containers, and each has a name and an image.
pub(super) fn containers(pod: &Value, path: &str, causes: &mut Vec<Cause>) {
    let containers = pod["containers"].as_array().map_or(&[][..], Vec::as_slice);
    if containers.is_empty() {
        causes.push(Cause::required(&format!("{path}.containers"), ""));
    }
    for (place, container) in containers.iter().enumerate() {
        for key in ["name", "image"] {
            if container[key].as_str().is_none_or(str::is_empty) {
                let field = format!("{path}.containers[{place}].{key}");
                causes.push(Cause::required(&field, ""));
            }
        }
    }
}

/// The pods of a Job end.
pub(super) fn job(spec: &Value, at: &str, causes: &mut Vec<Cause>) {
    numbers::job(spec, at, causes);
    let pod = &spec["template"]["spec"];
    let path = format!("{at}.template.spec");
    containers(pod, &path, causes);
    let policy = &pod["restartPolicy"];
    if !matches!(policy.as_str(), Some("OnFailure" | "Never")) {
        let field = format!("{path}.restartPolicy");
        let known = ["OnFailure", "Never"];
        causes.push(Cause::unsupported(&field, &policy.to_string(), &known));
    }
}

pub(super) fn cron_job(after: &Value, causes: &mut Vec<Cause>) {
    let spec = &after["spec"];
    let schedule = spec["schedule"].as_str().unwrap_or_default();
    if schedule.is_empty() {
        causes.push(Cause::required("spec.schedule", ""));
    } else if let Some(why) = cron_fault(schedule) {
        let value = format!("{schedule:?}");
        causes.push(Cause::invalid("spec.schedule", &value, &why));
    }
    numbers::cron_job(spec, causes);
    job(
        &spec["jobTemplate"]["spec"],
        "spec.jobTemplate.spec",
        causes,
    );
    let keys = ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"];
    not_negative(spec, "spec", &keys, causes);
}

/// What is wrong with a schedule, by its form alone.
fn cron_fault(schedule: &str) -> Option<String> {
    const FIELDS: usize = 5;
    if schedule.starts_with('@') {
        return None;
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != FIELDS {
        let found = fields.len();
        return Some(format!(
            "expected exactly {FIELDS} fields, found {found}: {fields:?}"
        ));
    }
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "*/,-?".contains(c);
    let wrong = fields.iter().find(|field| !field.chars().all(is_sign));
    wrong.map(|field| format!("failed to parse int from {field}"))
}
