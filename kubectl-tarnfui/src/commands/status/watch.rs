//! `status --watch`: look after look, until the person has seen enough.
//!
//! Lists, again and again, and no watches: what is shown changes with the clock as well as with the
//! objects, and a list every few seconds of what is listed anyway needs nothing to be kept in step.
//! It is bounded by pausing longer than the look took.

use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use jiff::Timestamp;

use super::{Look, Looker, tell_missing};
use crate::args::{Cli, StatusArgs};
use crate::cluster::ClusterError;
use crate::commands::{style, tell_gap};
use crate::error::{Exit, Failure, Hinted, chain};
use crate::io::{Io, Outside, Terminal, Waiting};
use crate::render::table;
use crate::view::{Gap, Standings};

/// From the end of one look to the start of the next: soon enough for who waits before the screen.
const INTERVAL: Duration = Duration::from_secs(3);

/// So many times as long as the look took is paused at least, so that a big cluster is not kept
/// busy with us.
const REST: u32 = 4;

/// Rows where a terminal does not say how many it has.
const USUAL_ROWS: usize = 24;

/// Looks until it is interrupted.
pub(super) async fn run(
    cli: &Cli,
    args: &StatusArgs,
    looker: &Looker<'_>,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let mut watch = Watch {
        cli,
        args,
        outside,
        last: None,
        standings: Standings::default(),
        told: Vec::new(),
        cut_off: None,
    };
    let mut stop = (outside.interrupted)();
    let first = match watch.look(looker, &mut stop).await {
        Some(look) => look?,
        None => return Ok(Exit::Interrupted),
    };
    if first.shown.is_empty() && !first.missing.is_empty() {
        return Ok(tell_missing(io, &first.missing));
    }
    let is_live = is_live(io.terminal);
    if is_live {
        io.data(table::ENTER)?;
    }
    let ended = watch.go_on(first, looker, &mut stop, io).await;
    if is_live {
        io.data(table::LEAVE)?;
    }
    ended
}

struct Watch<'a> {
    cli: &'a Cli,
    args: &'a StatusArgs,
    outside: &'a Outside<'a>,
    /// The last look that came about.
    last: Option<Look>,
    standings: Standings,
    /// The gaps and missing namespaces that the person was told of.
    told: Vec<Gap>,
    /// Why the last look did not come about.
    cut_off: Option<ClusterError>,
}

impl Watch<'_> {
    /// Shows the first look, and every one after it.
    async fn go_on(
        &mut self,
        first: Look,
        looker: &Looker<'_>,
        stop: &mut Waiting,
        io: &mut Io<'_>,
    ) -> Result<Exit, Failure> {
        let mut sight = Ok(first);
        let mut took = Duration::ZERO;
        loop {
            let reads = if is_live(io.terminal) {
                self.draw(sight, io)?
            } else {
                self.log(sight, io)?
            };
            if !reads {
                return Ok(Exit::Done);
            }
            let pause = (self.outside.pause)(INTERVAL.max(took * REST));
            if let Either::Right(_) = select(pause, &mut *stop).await {
                return Ok(Exit::Interrupted);
            }
            let start = (self.outside.now)();
            sight = match self.look(looker, stop).await {
                Some(sight) => sight,
                None => return Ok(Exit::Interrupted),
            };
            took = since(start, (self.outside.now)());
        }
    }

    /// One look; none where it was interrupted.
    async fn look(
        &self,
        looker: &Looker<'_>,
        stop: &mut Waiting,
    ) -> Option<Result<Look, ClusterError>> {
        match select(pin!(looker.look(self.outside.now)), stop).await {
            Either::Left((sight, _)) => Some(sight),
            Either::Right(_) => None,
        }
    }

    /// Prints what changed, and tells of what is new to be told. Returns whether anybody reads.
    fn log(&mut self, sight: Result<Look, ClusterError>, io: &mut Io<'_>) -> Result<bool, Failure> {
        let look = match sight {
            Ok(look) => look,
            Err(error) => {
                if self.cut_off.is_none() {
                    tell_gap(io, &cut_off(&error));
                }
                self.cut_off = Some(error);
                return Ok(true);
            }
        };
        if self.cut_off.take().is_some() {
            io.tell("note: the server answers again");
        }
        let faults = faults(&look);
        for gap in faults.iter().filter(|gap| !self.told.contains(gap)) {
            tell_gap(io, gap);
        }
        self.told = faults;
        let changes = self.standings.look(look.now, &look.shown);
        io.offer(&table::changes(&changes))
    }

    /// Draws everything anew. What is to be told is part of the picture: on the stream for talk it
    /// would be painted over.
    fn draw(
        &mut self,
        sight: Result<Look, ClusterError>,
        io: &mut Io<'_>,
    ) -> Result<bool, Failure> {
        self.cut_off = None;
        match sight {
            Ok(look) => self.last = Some(look),
            Err(error) => self.cut_off = Some(error),
        }
        let Some(look) = &self.last else {
            return Ok(true);
        };
        let (columns, rows) = (self.outside.size)().unzip();
        let terminal = Terminal {
            columns: columns.or(io.terminal.columns),
            ..io.terminal
        };
        // Countdowns go on while nothing new is known.
        let now = (self.outside.now)();
        let mut body = table::namespaces(
            &look.shown,
            style(self.cli, self.args.listing, terminal, now),
        );
        if !look.is_named {
            body = [&body, "\n", &table::summary(&look.shown, look.hidden)].concat();
        }
        let faults = faults(look)
            .into_iter()
            .chain(self.cut_off.as_ref().map(cut_off));
        let told: Vec<String> = faults
            .map(|gap| {
                format!(
                    "problem: {}
",
                    gap.message
                )
            })
            .collect();
        let seen = look.now.strftime("%H:%M:%S");
        let foot = format!("\n{}seen at {seen} UTC; ctrl-C ends", told.concat());
        io.offer(&table::frame(&body, &foot, rows.unwrap_or(USUAL_ROWS)))
    }
}

/// Whether it is drawn over and over, and not told line by line.
fn is_live(terminal: Terminal) -> bool {
    terminal.columns.is_some() && terminal.can_draw
}

/// Everything that is not as it should be with the looking itself.
fn faults(look: &Look) -> Vec<Gap> {
    let missing = look.missing.iter().map(|error| Gap {
        what: "namespaces".to_owned(),
        message: chain(error),
        hint: error.hint(),
    });
    look.gaps.iter().cloned().chain(missing).collect()
}

/// What is said while the server does not answer: once, and not again at every try.
fn cut_off(error: &ClusterError) -> Gap {
    Gap {
        what: "server".to_owned(),
        message: format!("{}; looking again every few seconds", chain(error)),
        hint: error.hint(),
    }
}

fn since(start: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(start)).unwrap_or_default()
}
