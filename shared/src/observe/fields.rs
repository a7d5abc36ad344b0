//! Who owns the field that sleeping changes, from `metadata.managedFields`.
//!
//! Server-side apply refuses an apply that would change a field another manager owns. Where an
//! applier owned the field before us, our own entry therefore has to go after the write; it is
//! written under a name of its own, so that one left behind by a crash is recognised.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::MAX_MANAGER_BYTES;
use crate::problem::cut;
use crate::workload::Field;

/// The field manager of our writes.
pub const MANAGER: &str = "tarnfui";

/// The field manager of a write whose entry in `managedFields` is to be taken out again.
pub const HANDOVER_MANAGER: &str = "tarnfui-handover";

/// Who owns the field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldOwner {
    /// We do: the last change of the field was ours.
    pub is_ours: bool,
    /// The place in `managedFields` of an entry of ours that is to be taken out.
    pub handover_entry: Option<u16>,
    /// An applier's: it owns the field, or nobody but us does and an applier owns other fields.
    pub is_applied: bool,
    /// The other manager that owns it, cut: who to talk to. Shared, because few manage many, and in the
    /// room of a pointer.
    pub other: Option<Arc<String>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RawManagedFields {
    manager: String,
    operation: String,
    fields_v1: RawFields,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RawFields {
    #[serde(rename = "f:spec")]
    spec: Option<RawSpecFields>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RawSpecFields {
    #[serde(rename = "f:replicas")]
    replicas: Option<IgnoredAny>,
    #[serde(rename = "f:suspend")]
    suspend: Option<IgnoredAny>,
}

impl RawManagedFields {
    fn owns(&self, field: Field) -> bool {
        let Some(spec) = &self.fields_v1.spec else {
            return false;
        };
        match field {
            Field::Replicas => spec.replicas.is_some(),
            Field::Suspend => spec.suspend.is_some(),
        }
    }

    fn is_applier(&self) -> bool {
        self.operation == "Apply"
    }
}

impl FieldOwner {
    pub(super) fn read(field: Field, entries: &[RawManagedFields]) -> Self {
        let is_ours = |entry: &RawManagedFields| {
            entry.manager == MANAGER || entry.manager == HANDOVER_MANAGER
        };
        let owners = || entries.iter().filter(|entry| entry.owns(field));
        // Where nobody else owns it, an applier may come to: one whose manifest is applied here does.
        let applied = owners().any(RawManagedFields::is_applier)
            || (owners().all(is_ours) && entries.iter().any(RawManagedFields::is_applier));
        let other = owners().find(|entry| !is_ours(entry));
        Self {
            is_ours: owners().any(is_ours),
            handover_entry: entries
                .iter()
                .position(|entry| entry.manager == HANDOVER_MANAGER)
                .and_then(|place| u16::try_from(place).ok()),
            is_applied: applied,
            other: other.map(|entry| cut(entry.manager.clone(), MAX_MANAGER_BYTES).into()),
        }
    }
}
