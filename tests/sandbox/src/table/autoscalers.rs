//! The rows of HorizontalPodAutoscalers.
//!
//! Quantities are printed as they are written, `1000m` not as `1`: nobody does arithmetic with them
//! here.

use jiff::Timestamp;

use super::access::{list, number, number_if, set, text};
use super::age;
use crate::json::{Value, json};

/// How many metrics are shown; of the others only how many there are.
const METRICS: usize = 2;

pub(super) fn cells(object: &Value, now: Timestamp) -> Vec<Value> {
    let kind = text(object, "/spec/scaleTargetRef/kind");
    let name = text(object, "/spec/scaleTargetRef/name");
    let least = number_if(object, "/spec/minReplicas");
    vec![
        json!(text(object, "/metadata/name")),
        json!(format!("{kind}/{name}")),
        json!(metrics(object)),
        json!(least.map_or_else(|| "<unset>".to_owned(), |it| it.to_string())),
        json!(number(object, "/spec/maxReplicas")),
        json!(number(object, "/status/currentReplicas")),
        json!(age::of(object, now)),
    ]
}

fn metrics(object: &Value) -> String {
    let wanted = list(object, "/spec/metrics");
    let current = list(object, "/status/currentMetrics");
    if wanted.is_empty() {
        return super::text::NONE.to_owned();
    }
    let shown: Vec<String> = wanted
        .iter()
        .enumerate()
        .take(METRICS)
        .map(|(at, metric)| one(metric, current.get(at).unwrap_or(&Value::Null)))
        .collect();
    let shown = shown.join(", ");
    if wanted.len() > METRICS {
        format!("{shown} + {} more...", wanted.len() - METRICS)
    } else {
        shown
    }
}

/// One metric: what is measured, and what is wanted.
fn one(metric: &Value, current: &Value) -> String {
    let field = match text(metric, "/type") {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        _ => return "<unknown type>".to_owned(),
    };
    let wanted = |figure: &str| figure_at(metric, &format!("/{field}/target/{figure}"));
    let measured = |figure: &str| {
        let found = figure_at(current, &format!("/{field}/current/{figure}"));
        found.unwrap_or_else(|| age::UNKNOWN.to_owned())
    };
    // Only the metrics of resources have a name that is shown.
    let name = text(metric, &format!("/{field}/name"));
    match (name, wanted("averageValue")) {
        ("", Some(average)) => {
            let suffix = if field == "pods" { "" } else { " (avg)" };
            format!("{}/{average}{suffix}", measured("averageValue"))
        }
        ("", None) => {
            let value = wanted("value").unwrap_or_default();
            format!("{}/{value}", measured("value"))
        }
        (_, Some(average)) => format!("{name}: {}/{average}", measured("averageValue")),
        (_, None) => {
            let share = wanted("averageUtilization").unwrap_or_else(|| "<auto>".to_owned());
            format!("{name}: {}/{share}", measured("averageUtilization"))
        }
    }
}

/// A quantity as it is written, or a number, which is a share of what was asked for.
fn figure_at(from: &Value, path: &str) -> Option<String> {
    let found = set(from, path)?;
    match found.as_str() {
        Some(quantity) => Some(quantity.to_owned()),
        None if path.ends_with("Utilization") => Some(format!("{found}%")),
        None => Some(found.to_string()),
    }
}
