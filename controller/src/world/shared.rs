//! What many objects have in common, kept once: the annotations of namespaces with what they mean, and
//! the names of field managers.
//!
//! A cluster has thousands of namespaces and a handful of schedules. It decides nothing, and forgets
//! what nobody has any more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tarnfui_shared::config::Config;
use tarnfui_shared::observe::{NamespaceObject, Reading, Workload};
use tarnfui_shared::rules::Rules;

use super::namespace::Resolved;

/// After so many that were not there before, what nobody has any more is looked for.
const SWEEP: usize = 1024;

/// What is kept once.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// What annotations mean where the configuration manages the namespace, and where it does not.
    readings: BTreeMap<Arc<Reading>, [Option<Arc<Resolved>>; 2]>,
    managers: BTreeSet<Arc<String>>,
    /// How many were new since the last sweep.
    new: usize,
}

impl Shared {
    /// Puts what is there already in the place of the annotations that are the same.
    pub(super) fn namespace(&mut self, object: &mut NamespaceObject) {
        if let Some((known, _)) = self.readings.get_key_value(&object.reading) {
            object.reading = Arc::clone(known);
            return;
        }
        self.make_room();
        self.readings
            .insert(Arc::clone(&object.reading), [None, None]);
    }

    /// The same for the name of a field manager.
    pub(super) fn workload(&mut self, workload: &mut Workload) {
        let Some(manager) = &mut workload.owner.other else {
            return;
        };
        if let Some(known) = self.managers.get(manager) {
            *manager = Arc::clone(known);
            return;
        }
        let manager = Arc::clone(manager);
        self.make_room();
        self.managers.insert(manager);
    }

    /// What the annotations of a namespace mean, worked out once for all that have the same.
    pub(super) fn resolved(
        &mut self,
        name: &str,
        object: &NamespaceObject,
        config: &Config,
    ) -> Arc<Resolved> {
        let is_managed = config.namespaces.includes(name);
        let known = self.readings.get_mut(&object.reading);
        let known = known.map(|both| &mut both[usize::from(is_managed)]);
        if let Some(Some(resolved)) = &known {
            return Arc::clone(resolved);
        }
        let (rules, found) = Rules::of_namespace(name, &object.reading.annotations, config);
        let problems = object
            .reading
            .problems
            .iter()
            .cloned()
            .chain(found)
            .collect();
        let resolved = Arc::new(Resolved { rules, problems });
        if let Some(place) = known {
            *place = Some(Arc::clone(&resolved));
        }
        resolved
    }

    /// To be called when the configuration is another one.
    pub(super) fn forget_meanings(&mut self) {
        self.readings
            .values_mut()
            .for_each(|both| *both = [None, None]);
    }

    fn make_room(&mut self) {
        self.new += 1;
        if self.new < SWEEP {
            return;
        }
        self.new = 0;
        self.readings.retain(|it, _| Arc::strong_count(it) > 1);
        self.managers.retain(|it| Arc::strong_count(it) > 1);
    }
}

#[cfg(test)]
mod tests;
