//! Label and field selectors.
//!
//! Which fields may be selected by is a table here; a field that is not in it is refused, as the
//! real server does.

use crate::json::Value;

use crate::answer::Failure;
use crate::kinds::Resource;

mod labels;

use labels::Requirement;

/// What a list or watch is narrowed to. Empty: everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<Term>,
}

/// A field, and what it is to be, or not to be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    path: String,
    is_equal: bool,
    value: String,
}

impl Selector {
    /// Reads both texts.
    pub fn read(labels: &str, fields: &str, resource: &Resource) -> Result<Self, Failure> {
        let terms = fields.split(',').filter(|text| !text.is_empty());
        Ok(Self {
            labels: labels::read(labels).map_err(Failure::bad_request)?,
            fields: terms
                .map(|text| field(text, fields, resource))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Whether everything is selected.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Whether an object is selected.
    pub fn selects(&self, object: &Value) -> bool {
        self.labels.iter().all(|it| it.is_met(object))
            && self.fields.iter().all(|term| {
                let steps = term.path.split('.');
                let found = steps.fold(object, |value, key| &value[key]).as_str();
                (found.unwrap_or_default() == term.value) == term.is_equal
            })
    }

    /// The one name that is selected, if it is one: what RBAC's resource names look at.
    pub fn name(&self) -> Option<&str> {
        let is_name = |it: &&Term| it.path == "metadata.name" && it.is_equal;
        let found = self.fields.iter().find(is_name);
        found.map(|it| it.value.as_str())
    }
}

/// Fields that a resource can be selected by, beside `metadata.name` and `metadata.namespace`.
fn selectable(resource: &Resource) -> &'static [&'static str] {
    match (resource.group, resource.plural) {
        ("", "namespaces") => &["status.phase"],
        ("", "pods") => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        ("", "secrets") => &["type"],
        ("", "events") => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "type",
        ],
        ("events.k8s.io", "events") => &[
            "regarding.kind",
            "regarding.namespace",
            "regarding.name",
            "regarding.uid",
            "regarding.apiVersion",
            "regarding.resourceVersion",
            "regarding.fieldPath",
            "reason",
            "reportingController",
            "type",
        ],
        _ => &[],
    }
}

fn field(text: &str, whole: &str, resource: &Resource) -> Result<Term, Failure> {
    let is_equal = !text.contains("!=");
    let signs = if is_equal { ["==", "="] } else { ["!="; 2] };
    let parts = signs.into_iter().find_map(|sign| text.split_once(sign));
    let Some((path, value)) = parts else {
        let message = format!("invalid selector: '{whole}'; can't understand '{text}'");
        return Err(Failure::bad_request(message));
    };
    let own = selectable(resource);
    let is_known = matches!(path, "metadata.name" | "metadata.namespace") || own.contains(&path);
    if !is_known {
        let message = if own.is_empty() {
            format!(
                "\"{path}\" is not a known field selector: only \"metadata.name\", \
                 \"metadata.namespace\""
            )
        } else {
            format!("field label not supported: {path}")
        };
        return Err(Failure::bad_request(message));
    }
    Ok(Term {
        path: path.to_owned(),
        is_equal,
        value: value.to_owned(),
    })
}

#[cfg(test)]
mod tests;
