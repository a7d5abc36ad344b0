//! The seams to the outside: streams, terminal, clock and connection.
//!
//! Nothing else in this crate writes to a stream, reads the clock or opens a connection on its own.
//! Data goes to `out`, everything said to a person to `err`.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use jiff::Timestamp;

use crate::args::{ConnectionArgs, Said};
use crate::cluster::Cluster;
use crate::context::ContextError;
use crate::error::{Exit, Failure};

/// The streams of a command.
pub struct Io<'a> {
    /// Data.
    pub out: &'a mut dyn Write,
    /// Talk.
    pub err: &'a mut dyn Write,
    /// Answers of a person.
    pub input: &'a mut dyn BufRead,
    /// What is known of the terminal.
    pub terminal: Terminal,
}

/// What is known of the terminal; the default is none at all, as in a pipe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terminal {
    /// How wide the terminal behind `out` is; none where there is no terminal.
    pub columns: Option<usize>,
    /// Whether a question would reach a person, and the answer come back.
    pub can_ask: bool,
    /// Whether colour is welcome: it is a terminal, `TERM` is not `dumb`, and `NO_COLOR` is not set.
    pub has_color: bool,
    /// Whether what was drawn can be drawn over: `TERM` is not `dumb`.
    pub can_draw: bool,
    /// How wide the terminal behind `err` is; none where there is none, or one that can't be drawn over.
    pub err_columns: Option<usize>,
}

/// How to open the connection that some flags describe.
pub type Connect<'a> =
    &'a dyn Fn(ConnectionArgs) -> LocalBoxFuture<'static, Result<Cluster, ContextError>>;

/// Something to wait for.
pub type Waiting = LocalBoxFuture<'static, ()>;

/// Everything else that comes from outside.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// The clock.
    pub now: &'a dyn Fn() -> Timestamp,
    /// The way to a cluster.
    pub connect: Connect<'a>,
    /// Lets time pass.
    pub pause: &'a dyn Fn(Duration) -> Waiting,
    /// Ends when the person interrupts; from then on an interrupt does not end the process by itself.
    pub interrupted: &'a dyn Fn() -> Waiting,
    /// Columns and rows of the terminal behind `out` as it is now, which may be another size than it
    /// was at first.
    pub size: &'a dyn Fn() -> Option<(usize, usize)>,
    /// Where this program was found; none where that can't be known.
    pub program: &'a dyn Fn() -> Option<PathBuf>,
}

impl Default for Outside<'_> {
    /// This process's, which does not have to be said for what a command has no use for.
    fn default() -> Self {
        Self {
            now: &Timestamp::now,
            connect: &crate::context::connect,
            pause: &|length| tokio::time::sleep(length).boxed_local(),
            interrupted: &|| interrupt().boxed_local(),
            size: &terminal_size,
            program: &program,
        }
    }
}

impl Io<'_> {
    /// Writes data. A reader that went away ends the output and is no failure.
    pub fn data(&mut self, text: &str) -> Result<(), Failure> {
        self.offer(text).map(|_| ())
    }

    /// The same, for who has more to say later: returns whether anybody still reads.
    pub fn offer(&mut self, text: &str) -> Result<bool, Failure> {
        let written = self
            .out
            .write_all(text.as_bytes())
            .and_then(|()| self.out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::failed(
                format!("writing the output: {error}"),
                "see whether the disk behind it is full",
            )),
            Ok(()) => Ok(true),
            Err(_) => Ok(false),
        }
    }

    /// Writes a line to a person. Where even that fails there is nobody left to tell.
    pub fn tell(&mut self, line: &str) {
        self.tell_without_end(&format!("{line}\n"));
    }

    /// Draws something for a person that is drawn over later.
    pub fn draw(&mut self, text: &str) {
        self.tell_without_end(text);
    }

    /// Tells of a failure, and returns how the command ends.
    pub fn report(&mut self, failure: &Failure) -> Exit {
        self.tell(&format!("error: {}", failure.message));
        if let Some(hint) = &failure.hint {
            self.tell(&format!("hint: {hint}"));
        }
        failure.exit
    }

    /// Writes what reading the arguments had to say: help, or what is wrong with them.
    pub fn say(&mut self, said: &Said) -> Result<Exit, Failure> {
        match said {
            Said::Help(text) => self.data(text).map(|()| Exit::Done),
            Said::Beginning(text) => {
                self.tell_without_end(text);
                Ok(Exit::Usage)
            }
            Said::Fault(failure) => Ok(self.report(failure)),
        }
    }

    /// Asks a question that yes or no answers; anything but yes is no.
    pub fn ask(&mut self, question: &str) -> bool {
        self.tell_without_end(&format!("{question} [y/N] "));
        let mut answer = String::new();
        let read = self.input.read_line(&mut answer).is_ok();
        read && ["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str())
    }

    fn tell_without_end(&mut self, text: &str) {
        let told = self
            .err
            .write_all(text.as_bytes())
            .and_then(|()| self.err.flush());
        drop(told);
    }
}

/// Runs `command` with the streams, clock and network of this process.
pub(crate) fn with_process(command: impl FnOnce(&mut Io<'_>, &Outside<'_>) -> Exit) -> Exit {
    let (out, err, input) = (io::stdout(), io::stderr(), io::stdin());
    let terminal = Terminal {
        columns: terminal_size().map(|(columns, _)| columns),
        can_ask: input.is_terminal() && err.is_terminal(),
        has_color: out.is_terminal() && takes_color() && !is_dumb(),
        can_draw: !is_dumb(),
        err_columns: terminal_size::terminal_size_of(&err)
            .filter(|_| err.is_terminal() && !is_dumb())
            .map(|(columns, _)| columns.0.into()),
    };
    let outside = Outside::default();
    let mut io = Io {
        out: &mut out.lock(),
        err: &mut err.lock(),
        input: &mut input.lock(),
        terminal,
    };
    command(&mut io, &outside)
}

/// Columns and rows of the terminal behind standard output.
fn terminal_size() -> Option<(usize, usize)> {
    let out = io::stdout();
    let (columns, rows) = terminal_size::terminal_size_of(&out).filter(|_| out.is_terminal())?;
    Some((columns.0.into(), rows.0.into()))
}

/// Where this program was found: as kubectl started it, which is by its path. A link that it was
/// started by is on the PATH; what that points to need not be.
fn program() -> Option<PathBuf> {
    let started_as = std::env::args_os().next().map(PathBuf::from);
    let has_place = |path: &PathBuf| path.parent().is_some_and(|it| it != Path::new(""));
    let started_as = started_as
        .filter(has_place)
        .and_then(|path| std::path::absolute(path).ok());
    started_as
        .filter(|path| path.exists())
        .or_else(|| std::env::current_exe().ok())
}

/// Ends at the next interrupt. Where none can be heard of, the process ends by it as usual.
async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Whether the environment lets a terminal have colour, by the convention of no-color.org.
fn takes_color() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Whether the terminal understands nothing but text.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
