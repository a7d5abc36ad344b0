//! What is wrong with the metadata of an object.

use crate::json::Value;

use super::names;
use crate::answer::Cause;
use crate::kinds::Resource;

/// The longest annotations, keys and values together.
const ANNOTATIONS_BYTES: usize = 256 << 10;

/// The finalizers without a domain that there are.
const FINALIZERS: [&str; 3] = ["foregroundDeletion", "kubernetes", "orphan"];

pub(super) fn faults(
    row: &Resource,
    before: Option<&Value>,
    after: &Value,
    causes: &mut Vec<Cause>,
) {
    let metadata = &after["metadata"];
    if before.is_none() {
        name(row, metadata, causes);
    }
    labels(&metadata["labels"], causes);
    annotations(&metadata["annotations"], causes);
    owners(&metadata["ownerReferences"], causes);
    finalizers(&metadata["finalizers"], causes);
    if let Some(before) = before {
        // Two rules find these, and both tell.
        for _ in 0..2 {
            identity(&before["metadata"], metadata, causes);
        }
    }
}

fn name(row: &Resource, metadata: &Value, causes: &mut Vec<Cause>) {
    let name = metadata["name"].as_str().unwrap_or_default();
    if name.is_empty() {
        let why = "name or generateName is required";
        causes.push(Cause::required("metadata.name", why));
        return;
    }
    let why = match (row.group, row.kind) {
        ("rbac.authorization.k8s.io", _) => names::path_segment(name),
        (_, "Namespace" | "Service") => names::label_name(name),
        _ => names::subdomain(name),
    };
    if let Some(why) = why {
        causes.push(Cause::invalid("metadata.name", &format!("{name:?}"), &why));
    }
}

pub(super) fn labels(labels: &Value, causes: &mut Vec<Cause>) {
    let mut tell = |value: &str, why: Option<String>| {
        if let Some(why) = why {
            let value = format!("{value:?}");
            causes.push(Cause::invalid("metadata.labels", &value, &why));
        }
    };
    for (key, value) in labels.as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        tell(key, names::qualified(key));
        tell(value, names::label_value(value));
    }
}

fn annotations(annotations: &Value, causes: &mut Vec<Cause>) {
    let mut size = 0;
    for (key, value) in annotations.as_object().into_iter().flatten() {
        size += key.len() + value.as_str().map_or(0, str::len);
        if let Some(why) = names::qualified(&key.to_lowercase()) {
            let value = format!("{key:?}");
            causes.push(Cause::invalid("metadata.annotations", &value, &why));
        }
    }
    if size > ANNOTATIONS_BYTES {
        causes.push(Cause::too_long("metadata.annotations", ANNOTATIONS_BYTES));
    }
}

fn owners(owners: &Value, causes: &mut Vec<Cause>) {
    const FIELD: &str = "metadata.ownerReferences";
    let owners = owners.as_array().map_or(&[][..], Vec::as_slice);
    for owner in owners {
        for (key, why) in [
            ("apiVersion", "version must not be empty"),
            ("kind", "must not be empty"),
            ("name", "must not be empty"),
            ("uid", "must not be empty"),
        ] {
            if owner[key].as_str().is_none_or(str::is_empty) {
                causes.push(Cause::invalid(&format!("{FIELD}.{key}"), "\"\"", why));
            }
        }
    }
    let controllers = owners.iter().filter(|it| it["controller"] == true);
    if controllers.count() > 1 {
        let value = Value::from(owners.to_vec()).to_string();
        let why = "Only one reference can have Controller set to true";
        causes.push(Cause::invalid(FIELD, &value, why));
    }
}

fn finalizers(finalizers: &Value, causes: &mut Vec<Cause>) {
    for (place, name) in finalizers.as_array().into_iter().flatten().enumerate() {
        let name = name.as_str().unwrap_or_default();
        let field = format!("metadata.finalizers[{place}]");
        let why = match names::qualified(name) {
            Some(why) => why,
            None if name.contains('/') || FINALIZERS.contains(&name) => continue,
            None => {
                "name is neither a standard finalizer name nor is it fully qualified".to_owned()
            }
        };
        causes.push(Cause::invalid(&field, &format!("{name:?}"), &why));
    }
}

fn identity(before: &Value, after: &Value, causes: &mut Vec<Cause>) {
    let list = |metadata: &Value| -> Vec<String> {
        let list = metadata["finalizers"].as_array().into_iter().flatten();
        list.filter_map(|it| it.as_str().map(str::to_owned))
            .collect()
    };
    if before["deletionTimestamp"].is_string() {
        let old = list(before);
        let new: Vec<_> = list(after)
            .into_iter()
            .filter(|it| !old.contains(it))
            .collect();
        if !new.is_empty() {
            let new: Vec<_> = new.iter().map(|it| format!("{it:?}")).collect();
            let why = format!(
                "no new finalizers can be added if the object is being deleted, found new \
                 finalizers []string{{{}}}",
                new.join(", ")
            );
            causes.push(Cause::forbidden("metadata.finalizers", &why));
        }
    }
    if before["uid"] != after["uid"] {
        let value = after["uid"].to_string();
        causes.push(Cause::invalid("metadata.uid", &value, "field is immutable"));
    }
}
