//! The subresource `scale`: how many replicas a workload should have and has, in the same document
//! for every kind.
//!
//! It must not write: what to do with a wish, and how to say no to one, is the API's to decide.

use crate::json::{Map, Value, json};

use crate::kinds::Resource;
use crate::table::selector;

/// The `autoscaling/v1` Scale of an object; `None` where its resource has none.
pub fn of(resource: &Resource, object: &Value) -> Option<Value> {
    if !resource.has_scale {
        return None;
    }
    let metadata: Map = ["name", "namespace", "uid", "resourceVersion"]
        .into_iter()
        .chain(["creationTimestamp"])
        .filter_map(|name| Some((name.to_owned(), object.get("metadata")?.get(name)?.clone())))
        .collect();
    let number = |path: &str| object.pointer(path).and_then(Value::as_i64);
    let mut scale = json!({
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata,
        "spec": {},
        "status": {"replicas": number("/status/replicas").unwrap_or(0)},
    });
    // None at all is left out, as the real server does.
    let wanted = number("/spec/replicas").unwrap_or(1);
    if wanted != 0 {
        scale["spec"]["replicas"] = json!(wanted);
    }
    let words = object.pointer("/spec/selector").and_then(selector);
    if let Some(words) = words.filter(|it| !it.is_empty()) {
        scale["status"]["selector"] = json!(words);
    }
    Some(scale)
}

/// A number of replicas that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScaleError {
    /// What is there is no number of 32 bits.
    #[error("spec.replicas is {found}, which is no number of replicas")]
    NotANumber {
        /// What is there.
        found: String,
    },
    /// Fewer than none.
    #[error("spec.replicas is {found}, and must be 0 or more")]
    Negative {
        /// What is there.
        found: i32,
    },
}

/// How many replicas a Scale wants. One that says nothing wants none: that is how none is written.
pub fn wanted(scale: &Value) -> Result<i32, ScaleError> {
    let Some(found) = scale.pointer("/spec/replicas").filter(|it| !it.is_null()) else {
        return Ok(0);
    };
    let number = found.as_i64().and_then(|it| i32::try_from(it).ok());
    match number {
        Some(found) if found < 0 => Err(ScaleError::Negative { found }),
        Some(found) => Ok(found),
        None => Err(ScaleError::NotANumber {
            found: found.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests;
