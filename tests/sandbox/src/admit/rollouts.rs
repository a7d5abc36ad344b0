//! What is wrong with how a Deployment goes from one template to the next.

use crate::json::{Value, json};

use super::numbers::{NOT_NEGATIVE, not_negative};
use crate::answer::Cause;

const STRATEGY: &str = "spec.strategy";
const NO_SHARE: &str = "a valid percent string must be a numeric string followed by an ending \
                        '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

pub(super) fn faults(spec: &Value, causes: &mut Vec<Cause>) {
    strategy(&spec["strategy"], causes);
    let keys = [
        "minReadySeconds",
        "revisionHistoryLimit",
        "progressDeadlineSeconds",
    ];
    not_negative(spec, "spec", &keys, causes);
    let ready = spec["minReadySeconds"].as_i64().unwrap_or(0);
    let deadline = spec["progressDeadlineSeconds"].as_i64();
    if let Some(deadline) = deadline.filter(|it| *it <= ready) {
        let field = "spec.progressDeadlineSeconds";
        let why = "must be greater than minReadySeconds";
        causes.push(Cause::invalid(field, &deadline.to_string(), why));
    }
}

fn strategy(strategy: &Value, causes: &mut Vec<Cause>) {
    let rolling = &strategy["rollingUpdate"];
    match strategy["type"].as_str() {
        Some("RollingUpdate") => rolling_update(rolling, causes),
        Some("Recreate") if rolling.is_null() => {}
        Some("Recreate") => {
            let field = format!("{STRATEGY}.rollingUpdate");
            let why = "may not be specified when strategy `type` is 'Recreate'";
            causes.push(Cause::forbidden(&field, why));
        }
        other => {
            // The fields as the server itself calls them, and in its order.
            let kind = json!(other);
            let rolling = rolling.as_object().map_or_else(
                || "null".to_owned(),
                |it| {
                    let share =
                        |key: &str| it.get(key).map_or_else(|| "0".to_owned(), Value::to_string);
                    let (missing, more) = (share("maxUnavailable"), share("maxSurge"));
                    format!("{{\"MaxUnavailable\":{missing},\"MaxSurge\":{more}}}")
                },
            );
            let value = format!("{{\"Type\":{kind},\"RollingUpdate\":{rolling}}}");
            let known = ["Recreate", "RollingUpdate"];
            causes.push(Cause::unsupported(STRATEGY, &value, &known));
        }
    }
}

fn rolling_update(rolling: &Value, causes: &mut Vec<Cause>) {
    let mut invalid = |key: &str, why: &str| {
        let field = format!("{STRATEGY}.rollingUpdate.{key}");
        causes.push(Cause::invalid(&field, &rolling[key].to_string(), why));
    };
    let values = ["maxUnavailable", "maxSurge"].map(|key| {
        let value = read(&rolling[key]);
        if let Err(why) = value {
            invalid(key, why);
        }
        value
    });
    // What can't be read counts as none.
    if values
        .iter()
        .all(|it| it.as_ref().copied().unwrap_or(0) == 0)
    {
        invalid("maxUnavailable", "may not be 0 when `maxSurge` is 0");
    }
    if rolling["maxUnavailable"].is_string() && values[0].is_ok_and(|it| it > 100) {
        invalid("maxUnavailable", "must not be greater than 100%");
    }
}

/// A number of pods, or of hundredths of them; the largest there is, if it is larger.
fn read(value: &Value) -> Result<i64, &'static str> {
    let Some(text) = value.as_str() else {
        let number = value.as_i64().unwrap_or(0);
        return Some(number).filter(|it| *it >= 0).ok_or(NOT_NEGATIVE);
    };
    let digits = text.strip_suffix('%').filter(|it| !it.is_empty());
    let digits = digits.filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.map(|it| it.parse().unwrap_or(i64::MAX));
    number.ok_or(NO_SHARE)
}
