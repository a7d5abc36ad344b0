//! What is wrong with numbers, and with words of which there are few: in the order in which the real
//! server looks at them.

use crate::json::Value;
use jiff::tz::TimeZone;

use crate::answer::Cause;

pub(super) const NOT_NEGATIVE: &str = "must be greater than or equal to 0";

/// The most characters of a part of a time zone's name.
const LONGEST_PART: usize = 14;

/// Numbers that may be none, but not less; `at` is where the object with these keys is.
pub(super) fn not_negative(object: &Value, at: &str, keys: &[&str], causes: &mut Vec<Cause>) {
    for key in keys {
        let value = key.split('.').fold(object, |value, key| &value[key]);
        if value.as_i64().is_some_and(|it| it < 0) {
            let field = format!("{at}.{key}");
            causes.push(Cause::invalid(&field, &value.to_string(), NOT_NEGATIVE));
        }
    }
}

/// One of a few words, where there is any.
fn one_of(object: &Value, (at, key): (&str, &str), known: &[&str], causes: &mut Vec<Cause>) {
    let value = &object[key];
    if value.as_str().is_some_and(|it| !known.contains(&it)) {
        let field = format!("{at}.{key}");
        causes.push(Cause::unsupported(&field, &value.to_string(), known));
    }
}

/// Those of a Job, before its pods are looked at.
pub(super) fn job(spec: &Value, at: &str, causes: &mut Vec<Cause>) {
    let keys = [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
    ];
    not_negative(spec, at, &keys, causes);
    let modes = ["NonIndexed", "Indexed"];
    one_of(spec, (at, "completionMode"), &modes, causes);
}

/// Those of a `CronJob`, before its Jobs are looked at.
pub(super) fn cron_job(spec: &Value, causes: &mut Vec<Cause>) {
    not_negative(spec, "spec", &["startingDeadlineSeconds"], causes);
    let zone = &spec["timeZone"];
    if let Some(why) = zone.as_str().and_then(zone_fault) {
        causes.push(Cause::invalid("spec.timeZone", &zone.to_string(), &why));
    }
    let policies = ["Allow", "Forbid", "Replace"];
    one_of(spec, ("spec", "concurrencyPolicy"), &policies, causes);
}

fn zone_fault(zone: &str) -> Option<String> {
    if zone.is_empty() {
        return Some("timeZone must be nil or non-empty string".to_owned());
    }
    if zone.eq_ignore_ascii_case("Local") {
        let why = "timeZone must be an explicit time zone as defined in \
                   https://www.iana.org/time-zones";
        return Some(why.to_owned());
    }
    let is_fit = |part: &str| {
        let mut signs = part.chars();
        (1..=LONGEST_PART).contains(&part.len())
            && !matches!(part, "." | "..")
            && !part.starts_with('-')
            && signs.all(|it| it.is_ascii_alphanumeric() || ".-_+".contains(it))
    };
    let is_known = zone.split('/').all(is_fit) && TimeZone::get(zone).is_ok();
    (!is_known).then(|| format!("unknown time zone {zone}"))
}

/// Those of a `StatefulSet`, before its replicas are counted.
pub(super) fn stateful_set(spec: &Value, causes: &mut Vec<Cause>) {
    let policy = &spec["podManagementPolicy"];
    let is_known = matches!(policy.as_str(), Some("OrderedReady" | "Parallel"));
    if !is_known {
        let (field, value) = ("spec.podManagementPolicy", policy.to_string());
        let why = "must be 'OrderedReady' or 'Parallel'";
        causes.push(Cause::invalid(field, &value, why));
    }
    let strategy = &spec["updateStrategy"];
    let keys = ["rollingUpdate.partition"];
    not_negative(strategy, "spec.updateStrategy", &keys, causes);
}
