//! The rows of Jobs and CronJobs.

use jiff::Timestamp;

use super::access::{condition, is_true, list, number, number_if, set, text};
use super::{age, text as words};
use crate::json::{Value, json};

pub(super) fn cron_job(object: &Value, now: Timestamp) -> Vec<Value> {
    let last = match set(object, "/status/lastScheduleTime") {
        Some(_) => age::since(now, object, "/status/lastScheduleTime"),
        None => words::NONE.to_owned(),
    };
    let zone = set(object, "/spec/timeZone").and_then(Value::as_str);
    // A word, though the column is of booleans: so it is in the real table.
    let suspend = if is_true(object, "/spec/suspend") {
        "True"
    } else {
        "False"
    };
    let mut cells = vec![
        json!(text(object, "/metadata/name")),
        json!(text(object, "/spec/schedule")),
        json!(zone.unwrap_or(words::NONE)),
        json!(suspend),
        json!(list(object, "/status/active").len()),
        json!(last),
        json!(age::of(object, now)),
    ];
    cells.extend(words::containers(object, "/spec/jobTemplate/spec/template"));
    let selector = "/spec/jobTemplate/spec/selector";
    cells.push(json!(words::selector_or_none(object, selector)));
    cells
}

pub(super) fn job(object: &Value, now: Timestamp) -> Vec<Value> {
    let mut cells = vec![
        json!(text(object, "/metadata/name")),
        json!(job_status(object)),
        json!(completions(object)),
        json!(duration(object, now)),
        json!(age::of(object, now)),
    ];
    cells.extend(words::containers(object, "/spec/template"));
    cells.push(json!(words::selector_or_none(object, "/spec/selector")));
    cells
}

fn job_status(object: &Value) -> &'static str {
    let has = |kind| condition(object, kind) == "True";
    if has("Complete") {
        "Complete"
    } else if has("Failed") {
        "Failed"
    } else if set(object, "/metadata/deletionTimestamp").is_some() {
        "Terminating"
    } else if has("Suspended") {
        "Suspended"
    } else if has("FailureTarget") {
        "FailureTarget"
    } else if has("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    }
}

fn completions(object: &Value) -> String {
    let done = number(object, "/status/succeeded");
    if let Some(wanted) = number_if(object, "/spec/completions") {
        return format!("{done}/{wanted}");
    }
    match number(object, "/spec/parallelism") {
        ..=1 => format!("{done}/1"),
        parallelism => format!("{done}/1 of {parallelism}"),
    }
}

/// From its start to its end, or to now; empty before it has started.
fn duration(object: &Value, now: Timestamp) -> String {
    let Some(start) = age::instant(object, "/status/startTime") else {
        return String::new();
    };
    let end = age::instant(object, "/status/completionTime").unwrap_or(now);
    age::human(end.duration_since(start))
}
