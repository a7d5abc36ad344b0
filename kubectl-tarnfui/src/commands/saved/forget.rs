//! `saved --forget`: drops one mark for good, so that a sleeper stays as it is.
//!
//! It leaves the workload as it is, which no other write does. It is one patch with the version that was seen as
//! its precondition, it is asked for, and it never drops another value than the one that was told.

use tarnfui_shared::workload::{Kind, Mark};

use crate::args::{DryRun, Object, SavedArgs};
use crate::cluster::{Cluster, ClusterError, Forgettable, Marked};
use crate::error::{Exit, Failure};
use crate::io::Io;
use crate::words::{stays, tried};

/// How often the workload is looked at: once more where somebody else changed it in between.
const MAX_ATTEMPTS: usize = 2;

pub(super) async fn run(
    args: &SavedArgs,
    object: &Object,
    cluster: &Cluster,
    io: &mut Io<'_>,
) -> Result<Exit, Failure> {
    let Some((kind, name)) = &object.workload else {
        unreachable!("the arguments name a workload")
    };
    let mut seen = look(cluster, *kind, &object.namespace, name).await?;
    let lost = lost(&seen.marked);
    if args.must_ask() {
        let stays = stays(seen.marked.value);
        io.tell(&format!(
            "{lost} is lost for good: nothing gives it back, and it stays {stays}"
        ));
        if !io.ask("forget it?") {
            io.tell("nothing was written");
            return Ok(Exit::Failed);
        }
    }
    for attempt in 1.. {
        match write(args, cluster, &seen).await {
            Ok(()) => break,
            Err(ClusterError::Conflict { .. }) if attempt < MAX_ATTEMPTS => {
                let told = seen.marked.mark;
                seen = look(cluster, *kind, &object.namespace, name).await?;
                if seen.marked.mark != told {
                    return Err(other_mark(&seen.marked));
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    let tried = tried(args.dry_run);
    let stays = stays(seen.marked.value);
    io.data(&format!("{lost} is forgotten; it stays {stays}{tried}\n"))?;
    Ok(Exit::Done)
}

/// The workload, which has to have a mark.
async fn look(
    cluster: &Cluster,
    kind: Kind,
    namespace: &str,
    name: &str,
) -> Result<Forgettable, Failure> {
    let saved = format!("kubectl tarnfui saved {namespace}");
    let seen = match cluster.forgettable(kind, namespace, name).await {
        Err(error @ ClusterError::NotFound { .. }) => {
            let hint = Some(saved);
            return Err(Failure {
                hint,
                ..error.into()
            });
        }
        seen => seen?,
    };
    match seen.marked.mark {
        Mark::None => Err(Failure::failed(
            format!("{} has no mark", path(&seen.marked)),
            saved,
        )),
        Mark::Saved { .. } | Mark::Unreadable(_) => Ok(seen),
    }
}

async fn write(
    args: &SavedArgs,
    cluster: &Cluster,
    seen: &Forgettable,
) -> Result<(), ClusterError> {
    match args.dry_run {
        DryRun::Client => Ok(()),
        DryRun::Server => cluster.forget(seen, true).await,
        DryRun::None => cluster.forget(seen, false).await,
    }
}

/// Somebody saved another value while the person was being asked: a yes to one is none to the other.
fn other_mark(marked: &Marked) -> Failure {
    Failure::failed(
        format!("it is {} by now, and nothing was written", lost(marked)),
        format!("kubectl tarnfui saved {}", marked.namespace),
    )
}

/// `the saved value 3 of shop/deployment/web`
fn lost(marked: &Marked) -> String {
    let path = path(marked);
    match &marked.mark {
        Mark::Saved { saved, .. } => format!("the saved value {saved} of {path}"),
        Mark::Unreadable(text) => format!("the unreadable saved value {text:?} of {path}"),
        Mark::None => unreachable!("what has no mark is refused"),
    }
}

fn path(marked: &Marked) -> String {
    format!("{}/{}", marked.namespace, marked.reference())
}
