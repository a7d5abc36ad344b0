//! What is wrong with an object that is to be kept: the metadata, then what the kind has.
//!
//! It must not change anything.

use crate::json::Value;

use super::{events, meta, others, workloads};
use crate::answer::Cause;
use crate::kinds::Resource;

/// Everything that is wrong, in the order in which the real server finds it.
pub fn faults(row: &Resource, before: Option<&Value>, after: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    if row.kind == "Event" {
        // Of Events the rest is looked at first, and the metadata only by the newer API.
        events::faults(row, before, after, &mut causes);
        return causes;
    }
    meta::faults(row, before, after, &mut causes);
    match row.kind {
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" => {
            workloads::faults(row, before, after, &mut causes);
        }
        "Pod" => workloads::containers(&after["spec"], "spec", &mut causes),
        "Job" => workloads::job(&after["spec"], "spec", &mut causes),
        "CronJob" => workloads::cron_job(after, &mut causes),
        "HorizontalPodAutoscaler" => others::autoscaler(after, &mut causes),
        "Lease" => others::lease(after, &mut causes),
        "ConfigMap" | "Secret" => others::keys(after, &mut causes),
        "Role" | "ClusterRole" => others::role(after, &mut causes),
        "RoleBinding" | "ClusterRoleBinding" => others::binding(before, after, &mut causes),
        _ => {}
    }
    causes
}
