//! What is filled in where a person left it out.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::json::{Value, json};
use crate::kinds::Resource;

/// What a kind has without being told.
struct Defaults {
    kind: &'static str,
    object: LazyLock<Value>,
    /// Where its pod template is, if it has one.
    template: Option<&'static str>,
}

static TABLE: [Defaults; 10] = [
    Defaults {
        kind: "Deployment",
        object: LazyLock::new(|| {
            json!({ "spec": { "replicas": 1, "revisionHistoryLimit": 10,
                "progressDeadlineSeconds": 600, "strategy": { "type": "RollingUpdate",
                "rollingUpdate": { "maxUnavailable": "25%", "maxSurge": "25%" } } },
                "status": {} })
        }),
        template: Some("/spec/template"),
    },
    Defaults {
        kind: "ReplicaSet",
        object: LazyLock::new(|| json!({ "spec": { "replicas": 1 }, "status": { "replicas": 0 } })),
        template: Some("/spec/template"),
    },
    Defaults {
        kind: "StatefulSet",
        object: LazyLock::new(|| {
            json!({ "spec": { "replicas": 1, "revisionHistoryLimit": 10, "serviceName": "",
                "podManagementPolicy": "OrderedReady",
                "updateStrategy": { "type": "RollingUpdate", "rollingUpdate": { "partition": 0 } },
                "persistentVolumeClaimRetentionPolicy": { "whenDeleted": "Retain",
                    "whenScaled": "Retain" } },
                "status": { "replicas": 0, "availableReplicas": 0 } })
        }),
        template: Some("/spec/template"),
    },
    Defaults {
        kind: "DaemonSet",
        object: LazyLock::new(|| {
            json!({ "spec": { "revisionHistoryLimit": 10, "updateStrategy": { "type": "RollingUpdate",
                "rollingUpdate": { "maxUnavailable": 1, "maxSurge": 0 } } },
                "status": { "currentNumberScheduled": 0, "numberMisscheduled": 0,
                    "desiredNumberScheduled": 0, "numberReady": 0 } })
        }),
        template: Some("/spec/template"),
    },
    Defaults {
        kind: "CronJob",
        object: LazyLock::new(|| {
            json!({ "spec": { "suspend": false, "concurrencyPolicy": "Allow",
                "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1 }, "status": {} })
        }),
        template: Some("/spec/jobTemplate/spec/template"),
    },
    Defaults {
        kind: "Job",
        object: LazyLock::new(|| {
            json!({ "spec": { "parallelism": 1, "completions": 1, "backoffLimit": 6,
                "completionMode": "NonIndexed", "suspend": false,
                "podReplacementPolicy": "TerminatingOrFailed", "manualSelector": false },
                "status": {} })
        }),
        template: Some("/spec/template"),
    },
    Defaults {
        kind: "HorizontalPodAutoscaler",
        object: LazyLock::new(|| {
            json!({ "spec": { "minReplicas": 1, "metrics": [ { "type": "Resource", "resource":
                { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 80 } } } ] },
                "status": { "desiredReplicas": 0, "currentMetrics": null } })
        }),
        template: None,
    },
    Defaults {
        kind: "Namespace",
        object: LazyLock::new(
            || json!({ "spec": { "finalizers": ["kubernetes"] }, "status": { "phase": "Active" } }),
        ),
        template: None,
    },
    Defaults {
        kind: "Service",
        object: LazyLock::new(|| {
            json!({ "spec": { "type": "ClusterIP", "sessionAffinity": "None",
                "internalTrafficPolicy": "Cluster", "ipFamilyPolicy": "SingleStack" },
                "status": { "loadBalancer": {} } })
        }),
        template: None,
    },
    Defaults {
        kind: "Pod",
        object: LazyLock::new(|| {
            json!({ "spec": { "enableServiceLinks": true, "preemptionPolicy":
                "PreemptLowerPriority", "priority": 0 },
                "status": { "phase": "Pending", "qosClass": "BestEffort" } })
        }),
        template: Some(""),
    },
];

static POD: LazyLock<Value> = LazyLock::new(|| {
    json!({ "spec": { "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst", "securityContext": {}, "schedulerName": "default-scheduler" } })
});

static CONTAINER: LazyLock<Value> = LazyLock::new(|| {
    json!({ "resources": {}, "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File" })
});

/// Fills in what was left out.
pub fn fill_in(row: &Resource, object: &mut Value) {
    match row.kind {
        "Namespace" => {
            let name = object["metadata"]["name"].clone();
            object["metadata"]["labels"]["kubernetes.io/metadata.name"] = name;
        }
        "Secret" => secret(object),
        // Written even if there are none.
        "Role" | "ClusterRole" if object["rules"].is_null() => object["rules"] = Value::Null,
        _ => {}
    }
    conditions(row, object);
    let Some(defaults) = TABLE.iter().find(|it| it.kind == row.kind) else {
        return;
    };
    let left_alone = not_rolling(object);
    fill(object, &defaults.object);
    if let Some((strategy, rolling)) = left_alone
        && let Some(fields) = object["spec"][strategy].as_object_mut()
    {
        fields.remove("rollingUpdate");
        fields.extend(rolling.map(|it| ("rollingUpdate".to_owned(), it)));
    }
    let template = defaults
        .template
        .and_then(|pointer| object.pointer_mut(pointer));
    if let Some(template) = template {
        fill(template, &POD);
        pod(template);
    }
}

/// Where a strategy is that does not roll, and what it says of rolling even so: it is left alone.
fn not_rolling(object: &Value) -> Option<(&'static str, Option<Value>)> {
    let at = ["strategy", "updateStrategy"];
    let found = at.into_iter().find(|at| {
        let kind = object["spec"][at]["type"].as_str();
        kind.is_some_and(|it| it != "RollingUpdate")
    })?;
    Some((found, object["spec"][found].get("rollingUpdate").cloned()))
}

/// What is written as text is kept encoded.
fn secret(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else {
        return;
    };
    fields.get_or_insert_with("type", || "Opaque".into());
    let Some(Value::Object(texts)) = fields.remove("stringData") else {
        return;
    };
    let data = fields.get_or_insert_with("data", || json!({}));
    for (key, text) in texts {
        let text = text.as_str().unwrap_or_default();
        data[key] = BASE64_STANDARD.encode(text).into();
    }
}

/// The times of a condition are written even if there are none.
fn conditions(row: &Resource, object: &mut Value) {
    let times: &[&str] = match row.kind {
        "Namespace" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "HorizontalPodAutoscaler" => {
            &["lastTransitionTime"]
        }
        "Deployment" => &["lastTransitionTime", "lastUpdateTime"],
        "Pod" | "Job" => &["lastProbeTime", "lastTransitionTime"],
        _ => return,
    };
    let list = object
        .get_mut("status")
        .and_then(|it| it.get_mut("conditions"));
    for condition in list.and_then(Value::as_array_mut).into_iter().flatten() {
        for time in times {
            if let Some(fields) = condition.as_object_mut() {
                fields.get_or_insert_with(time, || Value::Null);
            }
        }
    }
}

fn pod(template: &mut Value) {
    let spec = &mut template["spec"];
    for list in ["containers", "initContainers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            fill(container, &CONTAINER);
            if container["imagePullPolicy"].is_null() {
                let image = container["image"].as_str().unwrap_or_default();
                let tag = image.rsplit('/').next().and_then(|it| it.split_once(':'));
                let is_latest = tag.is_none_or(|(_, tag)| tag == "latest");
                let policy = if is_latest { "Always" } else { "IfNotPresent" };
                container["imagePullPolicy"] = policy.into();
            }
            let ports = container.get_mut("ports").and_then(Value::as_array_mut);
            for port in ports.into_iter().flatten() {
                fill(port, &json!({ "protocol": "TCP" }));
            }
        }
    }
}

/// Sets what is missing, at every depth; what is there stays.
fn fill(object: &mut Value, defaults: &Value) {
    let (Some(object), Some(defaults)) = (object.as_object_mut(), defaults.as_object()) else {
        return;
    };
    for (key, value) in defaults {
        match object.get_mut(key) {
            Some(inner) => fill(inner, value),
            None => drop(object.insert(key.clone(), value.clone())),
        }
    }
}
