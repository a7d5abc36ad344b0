//! `metadata.managedFields`: who wrote which field, and who may.
//!
//! Tarnfui decides by it whether a field was last changed by itself, and `kubectl apply` whether it
//! may change one. So it is kept as the API server keeps it: the rules are those of
//! structured-merge-diff, over tables instead of schemas.
//!
//! It must not know the time, and not fill anything in: objects come here as they are after decoding
//! and defaulting, and before the server adds what only it knows. Not held: the merging of the oldest
//! entries beyond ten into one of `ancient-changes`; versions of a group other than the one that is
//! served, which are taken for the same fields; quantities, which are compared as they are written.

use crate::json::Value;

mod apply;
mod compare;
mod conflict;
mod entries;
mod parts;
pub(crate) mod schema;
mod set;

#[cfg(test)]
mod tests;

pub use apply::apply;
pub use conflict::Conflict;

/// Who writes, by which door, and when.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// The field manager; empty is `unknown`.
    pub manager: &'a str,
    /// The version in which it writes: `apps/v1`.
    pub api_version: &'a str,
    /// RFC 3339, in whole seconds and UTC.
    pub at: &'a str,
    /// `status`, `scale`, or none for the object itself.
    pub subresource: Option<&'static str>,
}

/// Keeps the record after a create, a replacement or any patch but an apply.
///
/// `before` is what the store holds, none on a create; `after` is what it is to hold, with
/// `managedFields` as the request left them, which may change them: an empty list ends the record,
/// a missing one is as the old one.
pub fn update(before: Option<&Value>, after: &mut Value, writer: &Writer<'_>) {
    let mut entries = entries::base(before, after, writer.subresource.is_some());
    if before.is_some() && entries.is_empty() {
        return;
    }
    let changes = compare::between(before, after, writer.subresource);
    if writer.subresource == Some("scale") {
        entries::record_scale(&mut entries, &changes, writer);
    } else {
        entries::record(&mut entries, changes, writer);
    }
    entries::put(after, entries);
}
