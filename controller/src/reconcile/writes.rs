//! Starting what may start, and taking in what came of it. What is written was planned elsewhere.

use futures::StreamExt as _;
use tarnfui_shared::change::{Change, Target};
use tokio::time::{Instant, timeout};
use tracing::{debug, warn};

use super::{DRAIN, Done, Reconciler};
use crate::execute::{self, Outcome};
use crate::leader::Leadership;
use crate::pace::{Step, Verdict};

impl Reconciler {
    /// Starts what may start: nothing at or after the end of the leadership, and each write ends
    /// before it.
    pub(super) fn start_writes(&mut self) {
        let Some(config) = self.parts.world.config() else {
            return;
        };
        let limit = config.writes_in_flight;
        self.start_up_to(limit);
        self.parts.teller.writes(self.pace.in_flight() >= limit);
    }

    fn start_up_to(&mut self, limit: usize) {
        loop {
            let now = Instant::now();
            let valid_until = match &*self.leadership.borrow() {
                Leadership::Leader { valid_until, .. } if now < *valid_until => *valid_until,
                Leadership::Leader { .. } | Leadership::Standby { .. } => return,
            };
            let Some(step) = self.pace.next(now, limit) else {
                return;
            };
            let client = self.parts.client.clone();
            if let Step::Write(change) = &step {
                self.note_lateness(change);
            }
            self.writes.push(Box::pin(async move {
                let outcome = match &step {
                    Step::Write(change) => execute::write(client, change, valid_until).await,
                    Step::Read(change) => execute::read(client, change, valid_until).await,
                };
                Done { step, outcome }
            }));
        }
    }

    /// The first write after a boundary says how late it was.
    fn note_lateness(&mut self, change: &Change) {
        let Some(last) = self.parts.world.last(&change.target.namespace) else {
            return;
        };
        if let Some(due) = last.due_since.take() {
            self.parts
                .metrics
                .late_by(self.parts.clock.elapsed_since(due));
        }
    }

    /// Takes in what came of a write, or of a read that stood in for one.
    pub(super) fn written(&mut self, done: Done) {
        let Done { step, outcome } = done;
        let change = step.change();
        let is_write = matches!(step, Step::Write(_));
        let Target {
            namespace,
            kind,
            name,
        } = &change.target;
        let op = if is_write { change.op.as_str() } else { "read" };
        self.parts.metrics.write(op, outcome.code());
        let verdict = self.pace.finished(&step, &outcome, Instant::now());
        if let Verdict::Refused(message) = verdict {
            warn!(target = %change.target, op, message, "a write was refused");
            if let Some(subject) = self.parts.world.subject(namespace, Some((*kind, name))) {
                self.parts.teller.refused(subject, op, &message);
            }
        }
        match outcome {
            Outcome::Done(workload) => {
                debug!(target = %change.target, op, reason = %change.reason, "done");
                self.parts
                    .world
                    .seen(namespace, *workload, is_write.then_some(change.op));
            }
            Outcome::Unknown(message) => {
                if is_write {
                    self.parts.world.attempted(change);
                }
                warn!(target = %change.target, op, message, "what came of a write is not known");
            }
            Outcome::Conflict | Outcome::Gone | Outcome::Busy(_) | Outcome::Refused(_) => {}
        }
        self.dirty.add(namespace.clone());
    }

    /// No new writes; those in flight may end.
    pub(super) async fn drain(&mut self) {
        self.pace.clear();
        let ended = async { while self.writes.next().await.is_some() {} };
        if timeout(DRAIN, ended).await.is_err() {
            warn!(
                left = self.writes.len(),
                "writes in flight did not end in time"
            );
        }
    }
}
