//! Life beside a server that clients talk to: it takes a turn whenever something has changed, and
//! whenever something is due.

use std::future::Future;

use jiff::Timestamp;
use tokio::time::sleep;

use super::Life;
use crate::door::Sandbox;

impl Life {
    /// Goes on until it is dropped, for a server whose time goes as fast as tokio's, paused or not.
    pub async fn run(self, sandbox: Sandbox) {
        let clock = sandbox.clone();
        let reached = |at: Timestamp| {
            let left = at.duration_since(clock.now());
            // What is past is due at once.
            sleep(left.try_into().unwrap_or_default())
        };
        self.run_with(sandbox, reached).await;
    }

    /// The same for a server with a clock of its own: `reached` waits until that shows an instant.
    pub async fn run_with<F>(mut self, sandbox: Sandbox, reached: impl Fn(Timestamp) -> F)
    where
        F: Future<Output = ()>,
    {
        loop {
            let now = sandbox.now();
            let due = sandbox.with(|server| self.turn(server, now));
            // Asked for before looking, so that nothing is missed in between.
            let changed = sandbox.changed();
            if sandbox.with(|server| server.store().version()) != self.version {
                continue;
            }
            let reached = async {
                match due {
                    Some(due) => reached(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = changed => {}
                () = reached => {}
            }
        }
    }
}
