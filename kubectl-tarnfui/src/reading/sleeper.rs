//! A workload of a manifest, as the controller would plan for it.

use jiff::Timestamp;
use tarnfui_shared::annotations::Until;
use tarnfui_shared::change::Op;
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::Activity;
use tarnfui_shared::plan::{self, Memory, Observation};
use tarnfui_shared::problem::Problem;
use tarnfui_shared::rules::Rules;

use super::Reading;
use crate::manifests::{Manifests, WorkloadManifest};

/// What is in force for a workload, and what the plan would do if that put it to sleep.
#[derive(Debug)]
pub struct Sleeper {
    /// Rules that are not the namespace's.
    pub own: Option<Rules>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// How many replicas would not be run.
    pub released: i32,
}

impl Sleeper {
    /// The workload `manifest` in a namespace that is read as `home`.
    ///
    /// The controller's plan is asked what would come of it if it had to sleep, so that what speaks
    /// against that there does so here: volumes that would be lost, a floor, an owner.
    pub fn of(
        manifests: &Manifests,
        manifest: &WorkloadManifest,
        home: &Reading,
        config: &Config,
    ) -> Self {
        let workload = &manifest.workload;
        let is_handled = config.kinds.contains(workload.kind);
        let own = workload.own.as_ref().map(|own| {
            home.rules
                .for_workload(&own.annotations, &home.annotations, config)
        });
        let asleep = own
            .as_ref()
            .map(|(rules, problems)| (put_to_sleep(rules), problems));
        let seen = plan::Seen {
            workload,
            own: asleep
                .as_ref()
                .map(|(rules, problems)| (rules, problems.as_slice())),
            is_handled,
            autoscaler: manifests.autoscaler_of(manifest),
            memory: Memory::default(),
        };
        let observation = Observation {
            namespace: &manifest.namespace,
            unknown: None,
            rules: &put_to_sleep(&home.rules),
            problems: &[],
            activity: Activity::default(),
            workloads: vec![seen],
        };
        let plan = plan::plan(Timestamp::UNIX_EPOCH, &observation);
        let released = plan.changes.first().map_or(0, |change| match change.op {
            Op::Sleep { saved, to } => saved.replicas().unwrap_or(0) - to.replicas().unwrap_or(0),
            Op::Restore { .. } | Op::Release | Op::HandOver { .. } => 0,
        });
        let is_ours = is_handled && workload.controller.is_none();
        let own = own.map(|(rules, _)| rules);
        Self {
            own: if is_ours { own } else { Some(Rules::none()) },
            problems: plan.problems,
            released,
        }
    }
}

/// The rules as they are while they put something to sleep; as they are where they never do.
fn put_to_sleep(rules: &Rules) -> Rules {
    let may_sleep = rules.is_standing || rules.asleep_until.is_some();
    if !may_sleep {
        return rules.clone();
    }
    Rules {
        hours: None,
        idle_after: None,
        kept_by_request: None,
        awake_until: None,
        asleep_until: Some(Until::Forever),
        is_standing: true,
        is_unreadable: false,
        ..rules.clone()
    }
}
