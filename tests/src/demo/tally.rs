//! Counts writes by watching, for clusters that show nobody their log of requests.
//!
//! What is counted is what has changed: a write that was refused, or that changed nothing, does not
//! show. A watch may skip versions when it is opened anew; the server's own count of writes to the
//! spec tells how many. Who wrote is not known: in these namespaces it is nobody else's business.

use std::collections::BTreeMap;

use tarnfui_shared::workload::Value;

use super::book::Sighting;
use super::proof::{Name, Writes};

/// What was seen of each workload, and how often it was written since the first time.
#[derive(Debug, Default)]
pub(super) struct Tally {
    seen: BTreeMap<Name, Wish>,
    writes: BTreeMap<Name, Writes>,
}

/// Of a workload what somebody wrote, as opposed to what its controller reports.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wish {
    generation: i64,
    value: Option<Value>,
    saved: Option<String>,
}

impl Tally {
    /// Takes in what was seen.
    pub(super) fn see(&mut self, sighting: &Sighting) {
        let reference = format!("{}/{}", sighting.kind.row().singular, sighting.name);
        let name = (sighting.namespace.clone(), reference);
        let wish = Wish {
            generation: sighting.generation,
            value: sighting.value,
            saved: sighting.saved.clone(),
        };
        let Some(before) = self.seen.insert(name.clone(), wish.clone()) else {
            return;
        };
        if before == wish {
            return;
        }
        // The label alone is no matter of the spec, and is not counted by the server.
        let written = wish.generation.saturating_sub(before.generation).max(1);
        let writes = self.writes.entry(name).or_default();
        writes.taken += usize::try_from(written).unwrap_or_default();
    }

    /// The writes to each workload.
    pub(super) fn writes(&self) -> &BTreeMap<Name, Writes> {
        &self.writes
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use tarnfui_shared::workload::Kind;

    use super::*;

    fn taken(versions: &[(i64, i32, Option<&str>)]) -> usize {
        let mut tally = Tally::default();
        for (generation, replicas, saved) in versions {
            tally.see(&Sighting {
                namespace: "shop".to_owned(),
                kind: Kind::Deployment,
                name: "web".to_owned(),
                value: Some(Value::Replicas(*replicas)),
                saved: saved.map(str::to_owned),
                generation: *generation,
                real: Timestamp::UNIX_EPOCH,
            });
        }
        let writes = tally.writes().values().map(|writes| writes.taken);
        writes.sum()
    }

    #[test]
    fn a_write_is_counted_once_and_a_status_never() {
        assert_eq!(taken(&[(1, 3, None)]), 0, "that is how it was made");
        assert_eq!(
            taken(&[(1, 3, None), (2, 0, Some("3")), (2, 0, Some("3"))]),
            1
        );
        let night = [(1, 3, None), (2, 0, Some("3")), (3, 3, None)];
        assert_eq!(taken(&night), 2);
    }

    #[test]
    fn a_mark_alone_is_a_write() {
        assert_eq!(taken(&[(2, 0, Some("3")), (2, 0, None)]), 1);
    }

    #[test]
    fn versions_that_were_skipped_count() {
        assert_eq!(taken(&[(1, 3, None), (3, 3, None)]), 2, "there and back");
        assert_eq!(taken(&[(1, 3, None), (4, 0, Some("3"))]), 3);
    }
}
