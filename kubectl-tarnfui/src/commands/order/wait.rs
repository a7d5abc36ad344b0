//! `--wait`: looks until what was ordered is so, as the plan says it.
//!
//! What is waited for is what was decided for each workload, and not that something happens: where
//! it is so already, or something keeps a workload as it is, there is nothing to wait for.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use jiff::{SignedDuration, Timestamp};

use crate::args::{Target, WaitArgs};
use crate::commands::status::{Look, Looker};
use crate::commands::tell_gap;
use crate::error::{Exit, Failure, chain};
use crate::io::{Io, Outside};
use crate::render::bars::Bars;
use crate::render::table;
use crate::view::{Gap, Progress, progress};

/// From the end of one look to the start of the next.
const INTERVAL: Duration = Duration::from_secs(2);

/// Rows where a terminal does not say how many it has.
const USUAL_ROWS: usize = 24;

/// What is waited with.
pub(super) struct Waiter<'a> {
    pub(super) looker: Looker<'a>,
    pub(super) args: WaitArgs,
    pub(super) outside: &'a Outside<'a>,
    /// Drawn on a terminal, and only there.
    bars: Option<Bars>,
    told: BTreeSet<String>,
}

/// What a look came to.
enum Sight {
    /// So far.
    All(Vec<Progress>),
    /// Nothing happens any more.
    Stuck(Failure),
}

impl<'a> Waiter<'a> {
    pub(super) fn new(looker: Looker<'a>, args: WaitArgs, outside: &'a Outside<'a>) -> Self {
        Self {
            looker,
            args,
            outside,
            bars: None,
            told: BTreeSet::new(),
        }
    }

    /// Waits until all is done, the time is over or the person has enough of it.
    pub(super) async fn wait(&mut self, io: &mut Io<'_>) -> Result<Exit, Failure> {
        self.bars = io.terminal.err_columns.map(|_| Bars::default());
        let ended = self.go_on(io).await;
        // However it ended: the next line stands below the bars, and the cursor is back.
        if let Some(bars) = self.bars.take() {
            io.draw(&bars.end());
        }
        if let Ok(Exit::Interrupted) = ended {
            io.tell("note: the order stays given");
        }
        ended
    }

    async fn go_on(&mut self, io: &mut Io<'_>) -> Result<Exit, Failure> {
        let mut stop = (self.outside.interrupted)();
        let start = (self.outside.now)();
        loop {
            let look = match select(pin!(self.looker.look(self.outside.now)), &mut stop).await {
                Either::Left((look, _)) => look,
                Either::Right(_) => return Ok(Exit::Interrupted),
            };
            let left = match look {
                Ok(look) => match self.sight(&look, io) {
                    Sight::Stuck(failure) => return Err(failure),
                    Sight::All(all) => {
                        self.show(&all, io);
                        let first = all.iter().find(|it| !it.is_settled);
                        let Some(first) = first else {
                            return Ok(Exit::Done);
                        };
                        table::progress_line(first)
                    }
                },
                // It may be back before the time is over.
                Err(error) => chain(&error),
            };
            if self.is_over(start) {
                return Err(self.too_late(&left));
            }
            let pause = (self.outside.pause)(INTERVAL);
            if let Either::Right(_) = select(pause, &mut stop).await {
                return Ok(Exit::Interrupted);
            }
        }
    }

    fn sight(&mut self, look: &Look, io: &mut Io<'_>) -> Sight {
        for gap in &look.gaps {
            if self.told.insert(gap.message.clone()) {
                self.tell_gap(gap, io);
            }
        }
        let mut all = Vec::new();
        for status in &look.shown {
            match progress(status) {
                Ok(progress) => all.extend(progress),
                Err(unknown) => {
                    let name = &status.namespace;
                    return Sight::Stuck(Failure {
                        exit: Exit::NotMet,
                        message: format!(
                            "namespace/{name}: nothing to wait for: {}",
                            unknown.as_str()
                        ),
                        hint: Some("kubectl tarnfui doctor".to_owned()),
                    });
                }
            }
        }
        Sight::All(all)
    }

    /// Tells of a gap, above the bars where there are some.
    fn tell_gap(&mut self, gap: &Gap, io: &mut Io<'_>) {
        match &mut self.bars {
            None => tell_gap(io, gap),
            Some(bars) => {
                io.draw(&bars.above(&format!("problem: {}", gap.message)));
                if let Some(hint) = &gap.hint {
                    io.draw(&bars.above(&format!("hint: {hint}")));
                }
            }
        }
    }

    /// Draws the bars over the ones before; without a terminal, tells of each workload that is done.
    fn show(&mut self, all: &[Progress], io: &mut Io<'_>) {
        if let (Some(bars), Some(columns)) = (&mut self.bars, io.terminal.err_columns) {
            let size = (self.outside.size)();
            let (columns, rows) = size.unwrap_or((columns, USUAL_ROWS));
            io.draw(&bars.show(all, columns, rows));
            return;
        }
        for it in all.iter().filter(|it| it.is_settled) {
            if self.told.insert(it.workload.clone()) {
                io.tell(&table::progress_line(it));
            }
        }
    }

    fn is_over(&self, start: Timestamp) -> bool {
        let waited = (self.outside.now)().duration_since(start);
        SignedDuration::try_from(self.args.timeout).is_ok_and(|timeout| waited >= timeout)
    }

    fn too_late(&self, left: &str) -> Failure {
        let names = match self.looker.target() {
            Target::Named(names) => names.join(" "),
            Target::Selected(_) | Target::All => String::new(),
        };
        Failure {
            exit: Exit::NotMet,
            message: format!("not done within {} s: {left}", self.args.timeout.as_secs()),
            hint: Some(format!(
                "the order stays given; kubectl tarnfui status {names}"
            )),
        }
    }
}
