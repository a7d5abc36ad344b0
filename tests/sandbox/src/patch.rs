//! The patches that a request can hold, as functions from an object and a patch to an object.
//!
//! They must not look at what an object means: whether the result may be stored is the caller's to
//! say. Server-side apply needs to know who owns what, and is in [`crate::fields`].

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, PatchOperation, ReplaceOperation};
use serde::Deserialize as _;
use thiserror::Error;

use crate::json::Value;

mod order;
mod strategic;

/// What kind of patch a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchType {
    /// RFC 6902: a list of operations.
    Json,
    /// RFC 7386: an object with what changes.
    Merge,
    /// The same, but lists are merged by what identifies their items.
    Strategic,
    /// Server-side apply.
    Apply,
}

impl PatchType {
    /// The kind that a `Content-Type` names, parameters aside; none for one that no patch has.
    pub fn of_content_type(value: &str) -> Option<Self> {
        let media_type = value.split(';').next().unwrap_or_default().trim();
        match media_type {
            "application/json-patch+json" => Some(Self::Json),
            "application/merge-patch+json" => Some(Self::Merge),
            "application/strategic-merge-patch+json" => Some(Self::Strategic),
            "application/apply-patch+yaml" => Some(Self::Apply),
            _ => None,
        }
    }
}

/// Why a patch cannot be done.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PatchError {
    /// The body is no patch of its type: 400, and what is wrong.
    #[error("{0}")]
    Malformed(String),
    /// It is one, but cannot be carried out on this object: 422. Of a JSON patch, a failed `test` is
    /// one of these, and so is an operation that nobody knows: the API server does not tell them
    /// apart, nor does it say what is wrong.
    #[error("{0}")]
    Rejected(String),
    /// A strategic merge patch with a directive that does not fit: 500, as the API server has it, with
    /// the text and without a reason.
    #[error("{0}")]
    Failed(String),
}

/// Carries out the operations of a JSON patch, all or none.
pub fn json(current: &Value, patch: &Value) -> Result<Value, PatchError> {
    let Value::Array(patch) = patch else {
        return Err(PatchError::Malformed(
            "a JSON patch is a list of operations".to_owned(),
        ));
    };
    let operations = patch
        .iter()
        .map(operation)
        .collect::<Result<Vec<PatchOperation>, PatchError>>()?;
    // On a copy, which goes if an operation fails: nothing has to be undone.
    let mut patched = serde_json::Value::from(current);
    for operation in operations {
        let operation = [forgiving(&patched, operation)];
        json_patch::patch_unsafe(&mut patched, &operation)
            .map_err(|error| PatchError::Rejected(error.to_string()))?;
    }
    Ok(patched.into())
}

/// The API server replaces what is not there, too, if only what it would be in is.
fn forgiving(current: &serde_json::Value, operation: PatchOperation) -> PatchOperation {
    let is_around = |path: &PointerBuf| {
        let around = path.parent().and_then(|it| it.resolve(current).ok());
        path.resolve(current).is_err() && around.is_some_and(serde_json::Value::is_object)
    };
    if let PatchOperation::Replace(ReplaceOperation { path, value }) = &operation
        && is_around(path)
    {
        return PatchOperation::Add(AddOperation {
            path: path.clone(),
            value: value.clone(),
        });
    }
    operation
}

/// One operation. A value that is left out is null.
fn operation(written: &Value) -> Result<PatchOperation, PatchError> {
    let Value::Object(fields) = written else {
        return Err(PatchError::Malformed(
            "an operation of a JSON patch is an object".to_owned(),
        ));
    };
    let read = |operation: &Value| PatchOperation::deserialize(serde_json::Value::from(operation));
    let takes_value = matches!(
        fields.get("op").and_then(Value::as_str),
        Some("add" | "replace" | "test")
    );
    let operation = if takes_value && !fields.contains_key("value") {
        let mut fields = fields.clone();
        fields.insert("value".to_owned(), Value::Null);
        read(&Value::Object(fields))
    } else {
        read(written)
    };
    operation.map_err(|error| PatchError::Rejected(error.to_string()))
}

/// Puts into the object what the patch has, and takes out what is null there.
pub fn merge(mut current: Value, patch: &Value) -> Value {
    merge_into(&mut current, patch);
    current
}

/// Merges lists by what identifies their items, and follows directives. Null is nothing.
pub fn strategic(current: Value, patch: &Value) -> Result<Value, PatchError> {
    strategic::strategic(current, patch)
}

fn merge_into(current: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *current = patch.clone();
        return;
    };
    if !current.is_object() {
        *current = Value::Object(crate::json::Map::new());
    }
    let fields = current
        .as_object_mut()
        .expect("it was made an object just now");
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(name);
        } else if let Some(field) = fields.get_mut(name) {
            merge_into(field, value);
        } else {
            let mut field = Value::Null;
            merge_into(&mut field, value);
            fields.insert(name.clone(), field);
        }
    }
}

#[cfg(test)]
mod tests;
