//! The workloads of one namespace, in the order of kind and name.
//!
//! A sorted vector and not a map: a map would hold every name twice, and there are very many. Lists
//! come in order, so an insertion is at the end as a rule. Each entry is in a box, because a vector of
//! entries leaves holes that nothing fits into as it grows: a sixth of all the memory in use.

use tarnfui_shared::workload::Kind;

use super::namespace::Entry;

/// The workloads of one namespace.
#[derive(Debug, Default)]
#[expect(clippy::vec_box, reason = "boxes of one size leave no holes")]
pub(super) struct Workloads(Vec<Box<Entry>>);

impl Workloads {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().map(AsRef::as_ref)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.0.iter_mut().map(AsMut::as_mut)
    }

    pub(super) fn get(&self, kind: Kind, name: &str) -> Option<&Entry> {
        self.place(kind, name).ok().map(|place| &*self.0[place])
    }

    pub(super) fn get_mut(&mut self, kind: Kind, name: &str) -> Option<&mut Entry> {
        self.place(kind, name).ok().map(|place| &mut *self.0[place])
    }

    /// Puts an entry in its place, instead of the one that is there.
    pub(super) fn insert(&mut self, entry: Entry) {
        match self.place(entry.workload.kind, &entry.workload.name) {
            Ok(place) => *self.0[place] = entry,
            Err(place) => {
                if self.0.len() == self.0.capacity() {
                    // An eighth, not as much again: most namespaces stay as they are.
                    self.0.reserve_exact(self.0.len() / 8 + 1);
                }
                self.0.insert(place, Box::new(entry));
            }
        }
    }

    pub(super) fn remove(&mut self, kind: Kind, name: &str) {
        if let Ok(place) = self.place(kind, name) {
            self.0.remove(place);
        }
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Entry) -> bool) {
        self.0.retain(|entry| keep(entry));
    }

    fn place(&self, kind: Kind, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|entry| {
            let workload = &entry.workload;
            (workload.kind, &*workload.name).cmp(&(kind, name))
        })
    }
}
