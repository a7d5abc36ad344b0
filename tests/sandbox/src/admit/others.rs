//! What is wrong with what is neither a workload nor an Event.

use crate::json::Value;

use super::names;
use crate::answer::Cause;

pub(super) fn autoscaler(after: &Value, causes: &mut Vec<Cause>) {
    let spec = &after["spec"];
    for key in ["kind", "name"] {
        if spec["scaleTargetRef"][key]
            .as_str()
            .is_none_or(str::is_empty)
        {
            causes.push(Cause::required(&format!("spec.scaleTargetRef.{key}"), ""));
        }
    }
    let number = |key: &str| spec[key].as_i64();
    let (least, most) = (number("minReplicas"), number("maxReplicas").unwrap_or(0));
    if least.is_some_and(|least| least < 1) {
        let value = spec["minReplicas"].to_string();
        let why = "must be greater than or equal to 1";
        causes.push(Cause::invalid("spec.minReplicas", &value, why));
    }
    let why = if most < 1 {
        "must be greater than 0"
    } else if least.is_some_and(|least| least > most) {
        "must be greater than or equal to `minReplicas`"
    } else {
        return;
    };
    causes.push(Cause::invalid("spec.maxReplicas", &most.to_string(), why));
}

pub(super) fn lease(after: &Value, causes: &mut Vec<Cause>) {
    let spec = &after["spec"];
    for (key, least, why) in [
        ("leaseDurationSeconds", 1, "must be greater than 0"),
        ("leaseTransitions", 0, "must be greater than or equal to 0"),
    ] {
        let value = &spec[key];
        if value.as_i64().is_some_and(|it| it < least) {
            let field = format!("spec.{key}");
            causes.push(Cause::invalid(&field, &value.to_string(), why));
        }
    }
}

pub(super) fn keys(after: &Value, causes: &mut Vec<Cause>) {
    for part in ["data", "binaryData"] {
        for (key, _) in after[part].as_object().into_iter().flatten() {
            if let Some(why) = names::config_key(key) {
                let field = format!("{part}[{key}]");
                causes.push(Cause::invalid(&field, &format!("{key:?}"), &why));
            }
        }
    }
}

pub(super) fn role(after: &Value, causes: &mut Vec<Cause>) {
    let rules = after["rules"].as_array().into_iter().flatten();
    for (place, rule) in rules.enumerate() {
        if rule["verbs"].as_array().is_none_or(Vec::is_empty) {
            let why = "verbs must contain at least one value";
            causes.push(Cause::required(&format!("rules[{place}].verbs"), why));
        }
    }
}

pub(super) fn binding(before: Option<&Value>, after: &Value, causes: &mut Vec<Cause>) {
    let role = &after["roleRef"];
    for key in ["kind", "name"] {
        if role[key].as_str().is_none_or(str::is_empty) {
            causes.push(Cause::required(&format!("roleRef.{key}"), ""));
        }
    }
    if before.is_some_and(|before| before["roleRef"] != *role) {
        let value = format!(
            "{{\"APIGroup\":{},\"Kind\":{},\"Name\":{}}}",
            role["apiGroup"], role["kind"], role["name"]
        );
        let why = "cannot change roleRef";
        causes.push(Cause::invalid("roleRef", &value, why));
    }
}
