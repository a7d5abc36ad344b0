//! HorizontalPodAutoscalers: at rest while their target is, and else they hold it within its bounds.
//!
//! There are no metrics: what is measured is always what is wanted, so that the number of replicas
//! only changes where it is out of bounds.

use std::sync::Arc;

use jiff::Timestamp;

use super::queue::Key;
use super::{Life, Scene, instant, place};
use crate::json::{Value, json};
use crate::kinds::{RESOURCES, of_kind};
use crate::server::Server;
use crate::store::Object;

/// What an autoscaler makes of its target.
struct Judgement {
    current: i64,
    desired: i64,
    /// Of the conditions: whether it can scale, whether it does, whether it would rather.
    conditions: Vec<(&'static str, bool, &'static str, String)>,
}

impl Life {
    /// A workload has changed: whoever scales it looks at it when it next looks at all.
    pub(super) fn notice_target(&mut self, server: &Server, target: &Key, now: Timestamp) {
        let autoscalers = place("HorizontalPodAutoscaler");
        for object in server.store().all(autoscalers, Some(&target.namespace)) {
            if target_of(&object.value, &target.namespace).as_ref() == Some(target) {
                let at = self.dice.after(now, |it| &it.scaled_after);
                self.queue.wake(Key::of(autoscalers, object), at);
            }
        }
    }
}

fn target_of(autoscaler: &Value, namespace: &str) -> Option<Key> {
    let wanted = &autoscaler["spec"]["scaleTargetRef"];
    let text = |key: &str| wanted[key].as_str().unwrap_or_default();
    let row = of_kind(text("apiVersion"), text("kind"))?;
    let resource = RESOURCES.iter().position(|it| std::ptr::eq(it, row))?;
    let is_scaled = row.has_scale;
    is_scaled.then(|| Key::new(resource, namespace, text("name")))
}

/// Looks at the target. When to look again depends on it alone, so nothing is due by time.
pub(super) fn act(scene: &mut Scene<'_>, key: &Key, object: &Arc<Object>) -> Option<Timestamp> {
    let target = target_of(&object.value, &key.namespace);
    let found = target.as_ref().and_then(|it| scene.get(it));
    let judgement = judge(&object.value, found.as_deref());
    let is_scaled = judgement.current != judgement.desired;
    if let (true, Some(target), Some(found)) = (is_scaled, target, found) {
        let hand = scene.hand(Some("scale"));
        scene.server.change(target.resource, &found, hand, |after| {
            after["spec"]["replicas"] = judgement.desired.into();
        });
    }
    let status = status(&object.value, &judgement, is_scaled, scene.now);
    scene.report(key, object, status);
    None
}

fn judge(autoscaler: &Value, target: Option<&Object>) -> Judgement {
    let current = target.map(|it| it.value["spec"]["replicas"].as_i64().unwrap_or(1));
    match current {
        None => without_target(&autoscaler["spec"]["scaleTargetRef"]),
        Some(0) => at_rest(),
        Some(current) => at_work(&autoscaler["spec"], current),
    }
}

fn without_target(target: &Value) -> Judgement {
    let text = |key: &str| target[key].as_str().unwrap_or_default();
    let why = format!(
        "the HPA controller was unable to get the target's current scale: {}s.apps {:?} not found",
        text("kind").to_lowercase(),
        text("name")
    );
    Judgement {
        current: 0,
        desired: 0,
        conditions: vec![("AbleToScale", false, "FailedGetScale", why)],
    }
}

fn at_rest() -> Judgement {
    let able = "the HPA controller was able to get the target's current scale";
    let active = "scaling is disabled since the replica count of the target is zero";
    Judgement {
        current: 0,
        desired: 0,
        conditions: vec![
            ("AbleToScale", true, "SucceededGetScale", able.to_owned()),
            ("ScalingActive", false, "ScalingDisabled", active.to_owned()),
        ],
    }
}

fn at_work(spec: &Value, current: i64) -> Judgement {
    let least = spec["minReplicas"].as_i64().unwrap_or(1);
    let most = spec["maxReplicas"].as_i64().unwrap_or(i64::MAX).max(least);
    let desired = current.clamp(least, most);
    let (reason, able) = if desired == current {
        let why = "recommended size matches current size";
        ("ReadyForNewScale", why.to_owned())
    } else {
        let why = format!("the HPA controller was able to update the target scale to {desired}");
        ("SucceededRescale", why)
    };
    let active = "the HPA was able to successfully calculate a replica count from cpu resource \
                  utilization (percentage of request)";
    let (is_limited, limit, limited) = if current < least {
        let why = "the desired replica count is less than the minimum replica count";
        (true, "TooFewReplicas", why)
    } else if current > most {
        let why = "the desired replica count is more than the maximum replica count";
        (true, "TooManyReplicas", why)
    } else {
        let why = "the desired count is within the acceptable range";
        (false, "DesiredWithinRange", why)
    };
    Judgement {
        current,
        desired,
        conditions: vec![
            ("AbleToScale", true, reason, able),
            ("ScalingActive", true, "ValidMetricFound", active.to_owned()),
            ("ScalingLimited", is_limited, limit, limited.to_owned()),
        ],
    }
}

fn status(autoscaler: &Value, judgement: &Judgement, is_scaled: bool, now: Timestamp) -> Value {
    let before = &autoscaler["status"];
    let old = before["conditions"].as_array();
    let since = |kind: &str, status: &str| {
        let found = old
            .into_iter()
            .flatten()
            .find(|it| it["type"] == kind && it["status"] == status);
        found.map_or_else(|| instant(now), |it| it["lastTransitionTime"].clone())
    };
    let condition = |(kind, is_true, reason, message): &(&str, bool, &str, String)| {
        let status = if *is_true { "True" } else { "False" };
        json!({ "type": kind, "status": status, "reason": reason, "message": message,
            "lastTransitionTime": since(kind, status) })
    };
    let conditions: Value = judgement.conditions.iter().map(condition).collect();
    let mut status = json!({ "currentReplicas": judgement.current,
        "desiredReplicas": judgement.desired, "conditions": conditions });
    let scaled_at = if is_scaled {
        instant(now)
    } else {
        before["lastScaleTime"].clone()
    };
    if !scaled_at.is_null() {
        status["lastScaleTime"] = scaled_at;
    }
    // At rest nothing is measured.
    if judgement.current > 0 {
        let metrics = autoscaler["spec"]["metrics"].as_array();
        status["currentMetrics"] = metrics.into_iter().flatten().filter_map(measured).collect();
    }
    status
}

/// What is wanted, as what is measured.
fn measured(metric: &Value) -> Option<Value> {
    let resource = metric.get("resource")?;
    let mut current = resource["target"].clone();
    current.as_object_mut()?.remove("type");
    Some(json!({ "type": "Resource",
        "resource": { "name": resource["name"], "current": current } }))
}
