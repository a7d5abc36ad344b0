//! The least that a controller does: looks, remembers, and hands changes on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tarnfui_shared::annotations::NamespaceAnnotations;
use tarnfui_shared::change::Op;
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Activity, Unknown};
use tarnfui_shared::plan::{Memory, Observation, Plan, Seen, plan};
use tarnfui_shared::rules::Rules;

use crate::cluster::{Cluster, Id};

/// Everything round the objects.
#[derive(Debug, Clone, Default)]
pub(crate) struct Looker {
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) config: Config,
    pub(crate) activity: Activity,
    pub(crate) autoscaled: BTreeSet<Id>,
    memories: BTreeMap<Id, Memory>,
}

impl Looker {
    /// Looks once, and remembers.
    pub(crate) fn look(&mut self, now: Timestamp, cluster: &Cluster) -> Plan {
        let pairs = self.annotations.iter();
        let pairs = pairs.map(|(key, value)| (key.as_str(), value.as_str()));
        let (annotations, mut problems) = NamespaceAnnotations::read(pairs);
        let (rules, found) = Rules::of_namespace("shop", &annotations, &self.config);
        problems.extend(found);
        let workloads = cluster.observe();
        let own: Vec<_> = workloads
            .iter()
            .map(|workload| {
                let own = workload.own.as_ref()?;
                Some(rules.for_workload(&own.annotations, &annotations, &self.config))
            })
            .collect();
        let ids = cluster.objects.keys();
        let seen = workloads.iter().zip(&own).zip(ids.clone());
        let seen = seen.map(|((workload, own), id)| Seen {
            workload,
            own: own
                .as_ref()
                .map(|(rules, problems)| (rules, problems.as_slice())),
            is_handled: self.config.kinds.contains(workload.kind),
            autoscaler: self.autoscaled.contains(id).then_some("hpa"),
            memory: self.memories.get(id).copied().unwrap_or_default(),
        });
        let observation = Observation {
            namespace: "shop",
            unknown: self.config.is_paused.then_some(Unknown::Paused),
            rules: &rules,
            problems: &problems,
            activity: self.activity,
            workloads: seen.collect(),
        };
        let made = plan(now, &observation);
        let again = plan(now, &observation);
        assert_eq!(
            format!("{made:?}"),
            format!("{again:?}"),
            "the same input, the same plan"
        );
        let memories = ids.cloned().zip(made.outlooks.iter().map(|it| it.memory));
        self.memories.extend(memories);
        made
    }

    /// The server took a write.
    pub(crate) fn written(&mut self, id: &Id, op: Op) {
        let memory = self.memories.entry(id.clone()).or_default();
        *memory = memory.after_write(op);
    }

    /// The process ends, and another begins.
    pub(crate) fn restart(&mut self) {
        self.memories.clear();
    }
}
