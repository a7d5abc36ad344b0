//! SIGSTOP, and SIGCONT a while later.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tarnfui_controller::replica::Gate;

/// Whether the tasks of a replica stand still, and which of them have something to do meanwhile.
#[derive(Clone, Default)]
pub(super) struct Standstill(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    stands: bool,
    /// In how many steps it will. Time alone would only ever stop it where it waits for something.
    steps: Option<u32>,
    waiting: Vec<Waker>,
}

impl Standstill {
    /// What the tasks are started behind, and what is to happen when they are stopped.
    pub(super) fn gate(&self, stopped: impl Fn() + Send + Sync + 'static) -> Gate {
        let standstill = self.clone();
        Arc::new(move |cx: &mut Context<'_>| {
            let mut held = standstill.held();
            if let Some(left) = held.steps.take() {
                held.steps = left.checked_sub(1);
                held.stands |= held.steps.is_none();
                if held.stands {
                    stopped();
                }
            }
            if !held.stands {
                return Poll::Ready(());
            }
            if !held.waiting.iter().any(|it| it.will_wake(cx.waker())) {
                held.waiting.push(cx.waker().clone());
            }
            Poll::Pending
        })
    }

    pub(super) fn stands(&self) -> bool {
        self.held().stands
    }

    /// Stops them after so many steps.
    pub(super) fn begin(&self, steps: u32) {
        self.held().steps = Some(steps);
    }

    /// Lets them go on, in whatever order: what came meanwhile is there all at once.
    pub(super) fn end(&self) {
        let mut waiting = {
            let mut held = self.held();
            (held.stands, held.steps) = (false, None);
            std::mem::take(&mut held.waiting)
        };
        fastrand::shuffle(&mut waiting);
        waiting.into_iter().for_each(Waker::wake);
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
