//! `cargo demo`: a week of three namespaces in about a minute, with two real controllers, of which
//! the leader is killed half way.
//!
//! The clock is the only thing that is not real about the controllers: they read it through their
//! one seam for that, and everything else, leases, timeouts and backoffs, stays on real time. So does
//! lateness, and the clock runs at real speed while there is no leader, so that nothing is hidden by
//! it.
//!
//! In the order of the play: `args` are read, a `ground` is found to play on (and by whose it is, the
//! `tenancy`, things are named), `cast` appears, `replicas` are started, `pilot` steers their clock,
//! `sight` watches, `book` says what is owed, `week` is the play itself, with `view` and `strip` on
//! the `screen`; `proof`, `tally` and `summary` judge it, and `hold` keeps it up.
//! The demo must never repair what it finds: who watches it should see what a cluster would do.

use std::ffi::OsString;
use std::process::ExitCode;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::clock;
use crate::multicall::{self, Role};
use crate::roles;

mod args;
mod book;
mod cast;
mod ground;
mod hold;
mod pilot;
mod proof;
mod replicas;
mod run;
mod screen;
mod sight;
mod strip;
mod summary;
mod tally;
mod tenancy;
mod view;
mod week;

use args::Args;
use ground::{Ground, Refusal};
use run::{Outcome, Play, Stay};
use screen::{Colour, Screen};

const ROLES: &[Role] = &[roles::CONTROLLER, roles::PLUGIN];

/// The exit code where somebody's cluster is not played on.
const REFUSED: u8 = 3;

/// The process: 0 if all came back, 1 if not, 2 if what was typed is wrong, 3 if somebody's cluster is
/// not played on, 130 on ctrl-C.
pub fn main() -> ExitCode {
    if let Some(code) = multicall::dispatch(ROLES) {
        return code;
    }
    let args = match Args::read(std::env::args_os().collect::<Vec<OsString>>()) {
        Ok(args) => args,
        Err(error) => {
            // Nothing to do if there is nobody to read it.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut screen = Screen::stdout();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(until_told(&args, &mut screen)),
        Err(error) => {
            screen.say(&format!("error: cannot start: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// The ways of telling it to end.
struct Told {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Told {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for any of them, the terminal that is closed among them. The exit code that says so.
    async fn wait(&mut self) -> u8 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
            _ = self.hang_up.recv() => 129,
        }
    }
}

/// Plays until the end, or until somebody wants it to end, and leaves nothing behind either way.
async fn until_told(args: &Args, screen: &mut Screen) -> ExitCode {
    let Ok(mut told) = Told::new() else {
        screen.say("error: cannot wait for signals");
        return ExitCode::FAILURE;
    };
    let site = args.site();
    let namespaces = match cast::namespaces(clock::real_now(), site.choice.tenancy()) {
        Ok(namespaces) => namespaces,
        Err(error) => return conclude(Err(error), screen),
    };
    let ground = tokio::select! {
        ground = Ground::open(&site, &namespaces, screen) => ground,
        code = told.wait() => Err(Stopped(code).into()),
    };
    let ground = match ground {
        Ok(ground) => ground,
        Err(error) => return conclude(Err(error), screen),
    };
    let stay = Stay::default();
    let play = Play {
        namespaces: &namespaces,
        days: args.days(),
        speed: f64::from(args.speed),
        stay: args.hold.then_some(&stay),
    };
    // Not to be interrupted: what is being made right now would be missed when it is removed.
    let outcome = match ground.found(&namespaces).await {
        Ok(()) => tokio::select! {
            outcome = run::run(&play, &ground, screen) => outcome,
            code = told.wait() => Err(Stopped(if stay.has_begun() { 0 } else { code }).into()),
        },
        Err(error) => Err(error),
    };
    let code = conclude(outcome, screen);
    let is_clean = clear(&ground, &mut told, screen).await;
    if is_clean { code } else { ExitCode::FAILURE }
}

/// Removes what does not go by itself, unless told a second time. Whether all is gone.
async fn clear(ground: &Ground, told: &mut Told, screen: &mut Screen) -> bool {
    let names = ground.leftovers();
    if names.is_empty() {
        return true;
    }
    screen.say(&format!("\nRemoving {}.", names.join(", ")));
    let closed = tokio::select! {
        closed = ground.close() => closed,
        _ = told.wait() => Err(anyhow::anyhow!("told to leave them")),
    };
    let Err(error) = closed else { return true };
    let names = names.join(" ");
    let hint = format!("they may still be there; hint: kubectl delete namespace {names}");
    complain(&error.context(hint), screen);
    false
}

/// Somebody wanted it to end.
#[derive(Debug, thiserror::Error)]
#[error("stopped")]
struct Stopped(u8);

fn conclude(outcome: anyhow::Result<Outcome>, screen: &mut Screen) -> ExitCode {
    let paint = screen.paint();
    match outcome {
        Ok(Outcome { faults, logs }) if !faults.is_empty() => {
            screen.say(&paint.paint(Colour::Red, "\nNot well:"));
            for fault in faults {
                screen.say(&format!("  {fault}"));
            }
            screen.say(&format!("\n{logs}"));
            ExitCode::FAILURE
        }
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            if let Some(Stopped(code)) = error.downcast_ref() {
                let early = if *code == 0 { "" } else { " before the end" };
                screen.say(&format!("\nStopped{early}."));
                return ExitCode::from(*code);
            }
            complain(&error, screen);
            let is_refused = error.downcast_ref::<Refusal>().is_some();
            ExitCode::from(if is_refused { REFUSED } else { 1 })
        }
    }
}

fn complain(error: &anyhow::Error, screen: &mut Screen) {
    let paint = screen.paint();
    let (what, hints) = complaint(error);
    screen.say(&format!("{} {what}", paint.paint(Colour::Red, "error:")));
    for hint in hints {
        screen.say(&format!("{} {hint}", paint.paint(Colour::Bold, "hint:")));
    }
}

/// An error with its causes, and the hints that stand in them, which would be lost in between.
fn complaint(error: &anyhow::Error) -> (String, Vec<String>) {
    let (mut causes, mut hints) = (Vec::new(), Vec::new());
    for cause in error.chain() {
        let text = cause.to_string();
        let (cause, hint) = match text.split_once("; hint: ") {
            Some((cause, hint)) => (cause, Some(hint.to_owned())),
            None => (&*text, None),
        };
        causes.push(cause.to_owned());
        hints.extend(hint);
    }
    (causes.join(": "), hints)
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn hints_come_last() {
        let error = Err::<(), _>(anyhow::anyhow!("no such file; hint: make one"));
        let error = error.context("there is no kubeconfig; hint: set KUBECONFIG");
        let (what, hints) = complaint(&error.unwrap_err());
        assert_eq!(what, "there is no kubeconfig: no such file");
        assert_eq!(hints, ["set KUBECONFIG", "make one"]);
    }
}
