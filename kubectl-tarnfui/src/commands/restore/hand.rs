//! Carries restores out, one workload at a time: what was planned is written, and planned anew where
//! somebody else wrote in between.

use tarnfui_shared::change::{Change, Op};
use tarnfui_shared::observe::Workload;

use super::Restorable;
use crate::args::{DryRun, RestoreArgs};
use crate::cluster::{Cluster, ClusterError};
use crate::error::Failure;
use crate::io::Outside;
use crate::restore::{Place, Refusal, next_change};
use crate::view::RestoredWorkload;

/// What carries restores out.
pub(super) struct Hand<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) args: &'a RestoreArgs,
    pub(super) outside: &'a Outside<'a>,
}

/// What one restore came to.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) done: Option<RestoredWorkload>,
    pub(super) failure: Option<Failure>,
    /// What is worth saying where nothing was done and nothing failed.
    pub(super) note: Option<String>,
}

impl Hand<'_> {
    /// Restores one workload, as far as it goes.
    pub(super) async fn restore(&self, it: Restorable) -> Answer {
        let place = Place::of(&it.namespace, &it.workload);
        let mut answer = Answer::default();
        match self.write_all(it, &mut answer).await {
            Ok(()) if answer.done.is_some() => {}
            Ok(()) => answer.note = Some(format!("note: {place}: somebody else was faster")),
            Err(Fault::Refused(refusal)) => answer.failure = Some(refusal.into()),
            Err(Fault::Cluster(error)) => {
                let failure = Failure::from(error);
                let how_far = match answer.done {
                    Some(_) => "restored, but its entry in managedFields stays: ",
                    None => "",
                };
                let message = format!("{place}: {how_far}{}", failure.message);
                let again = answer.done.is_some();
                let again = again.then(|| format!("kubectl tarnfui restore {place}"));
                let hint = again.or(failure.hint);
                answer.failure = Some(Failure {
                    exit: failure.exit,
                    message,
                    hint,
                });
            }
        }
        answer
    }

    /// Writes the value and the mark, and then, where server-side apply owns the field, takes our
    /// entry out of `managedFields`; and nothing else, whoever puts it to sleep again meanwhile. Each
    /// is looked at once more where somebody else wrote in between.
    async fn write_all(&self, it: Restorable, answer: &mut Answer) -> Result<(), Fault> {
        let Restorable {
            namespace,
            mut workload,
            first,
            ..
        } = it;
        let mut next = Some(first);
        let mut may_look_again = true;
        while let Some(change) = next {
            match self.write(&workload, &change).await {
                Ok(after) => {
                    let is_written = self.args.dry_run == DryRun::None;
                    if answer.done.is_none() {
                        answer.done = Some(RestoredWorkload::of(&workload, &change, is_written));
                    }
                    if !is_written || is_hand_over(&change) {
                        return Ok(());
                    }
                    (workload, may_look_again) = (after, true);
                }
                Err(ClusterError::Conflict { .. }) if may_look_again => {
                    may_look_again = false;
                    let (kind, name) = (workload.kind, &*workload.name);
                    workload = self.cluster.workload_named(kind, &namespace, name).await?;
                }
                Err(error) => return Err(error.into()),
            }
            let now = (self.outside.now)();
            let planned = next_change(now, &namespace, &workload, self.args.replicas)?;
            next = planned.filter(|it| answer.done.is_none() || is_hand_over(it));
        }
        Ok(())
    }

    async fn write(&self, workload: &Workload, change: &Change) -> Result<Workload, ClusterError> {
        match self.args.dry_run {
            DryRun::Client => Ok(workload.clone()),
            DryRun::Server => self.cluster.make(change, true).await,
            DryRun::None => self.cluster.make(change, false).await,
        }
    }
}

fn is_hand_over(change: &Change) -> bool {
    matches!(change.op, Op::HandOver { .. })
}

/// Why a workload was not restored, or not wholly.
enum Fault {
    Refused(Refusal),
    Cluster(ClusterError),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ClusterError> for Fault {
    fn from(error: ClusterError) -> Self {
        Self::Cluster(error)
    }
}
