//! What an apply ran into, in the words of the real server.
//!
//! It must not decide what a conflict is.

use crate::json::Value;

use super::entries::text;
use super::set::{self, Set};

/// A field that another manager owns, and the apply would change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The owner: `"hpa" with subresource "scale" using apps/v1`; of one that applied too, only
    /// `"flux"`. The message is `conflict with`, a space, and this.
    pub manager: String,
    /// The field: `.spec.replicas`, `.spec.template.spec.containers[name="web"].image`.
    pub field: String,
}

/// All of them, by manager, in the order of the message: nearer fields first.
pub(super) fn list(conflicts: &[(Value, Set)]) -> Vec<Conflict> {
    let mut list = Vec::new();
    for (entry, set) in conflicts {
        let manager = describe(entry);
        let mut fields = Vec::new();
        paths(set, "", &mut fields);
        list.extend(fields.into_iter().map(|field| Conflict {
            manager: manager.clone(),
            field,
        }));
    }
    // Stable, so that the fields of one manager stay in their order.
    list.sort_by(|left, right| left.manager.cmp(&right.manager));
    list
}

fn describe(entry: &Value) -> String {
    let mut text_of = quoted(text(entry, "manager"));
    let subresource = text(entry, "subresource");
    if !subresource.is_empty() {
        text_of.push_str(" with subresource ");
        text_of.push_str(&quoted(subresource));
    }
    if text(entry, "operation") == "Update" {
        text_of.push_str(" using ");
        text_of.push_str(text(entry, "apiVersion"));
    }
    text_of
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn paths(set: &Set, within: &str, found: &mut Vec<String>) {
    for (key, node) in set::children(set) {
        if set::is_member(node) {
            found.push(format!("{within}{}", step(key)));
        }
    }
    for (key, node) in set::children(set) {
        paths(node, &format!("{within}{}", step(key)), found);
    }
}

/// A step as it is shown: `.spec`, `[name="web"]`, `[="example.com/hold"]`.
fn step(key: &str) -> String {
    if let Some(name) = key.strip_prefix("f:") {
        return format!(".{name}");
    }
    if let Some(value) = key.strip_prefix("v:") {
        return format!("[={value}]");
    }
    let keys = key.strip_prefix("k:").unwrap_or_default();
    let keys: Value = serde_json::from_str(keys).unwrap_or_default();
    let keys = keys.as_object().into_iter().flatten();
    let keys: Vec<String> = keys
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("[{}]", keys.join(","))
}
