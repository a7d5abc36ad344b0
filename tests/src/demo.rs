//! `cargo demo`: a week of three namespaces in about a minute, on a real control plane with two real
//! controllers, of which the leader is killed half way.
//!
//! The clock is the only thing that is not real: the controllers read it through their one seam for
//! that, and everything else, leases, timeouts and backoffs, stays on real time. So does lateness,
//! and the clock runs at real speed while there is no leader, so that nothing is hidden by it.
//!
//! In the order of the play: `cast` appears, `replicas` are started, `pilot` steers their
//! clock, `sight` watches, `book` says what is owed, `week` is the play itself, with `view`
//! and `strip` on the `screen`; `proof` and `summary` judge it, and `hold` keeps it up.
//! The demo must never repair what it finds: who watches it should see what a cluster would do.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::multicall::{self, Role};
use crate::roles;

mod book;
mod cast;
mod hold;
mod pilot;
mod proof;
mod replicas;
mod run;
mod screen;
mod sight;
mod strip;
mod summary;
mod view;
mod week;

use run::{Outcome, Stay};
use screen::{Colour, Screen};

const ROLES: &[Role] = &[roles::CONTROLLER, roles::PLUGIN];

/// A week, and the two days after which a person who wants to try things has waited enough.
const DAYS: u32 = 7;
const DAYS_BEFORE_HOLD: u32 = 2;

/// Shows a week of three namespaces that sleep and wake, in about a minute.
///
/// A control plane, two controllers on a fast clock, the leader killed half way. Ends with 0 if
/// nothing was missed, nothing was written twice and everything came back.
#[derive(Debug, Parser)]
#[command(name = "cargo demo", bin_name = "cargo demo --", version)]
struct Args {
    /// Keep the cluster afterwards, on the machine's clock, until ctrl-C
    #[arg(long)]
    hold: bool,

    /// How many days to play, 1 to 14 [default: 7, or 2 with --hold]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=14))]
    days: Option<u32>,

    /// How many seconds pass in one, 60 to 40000
    #[arg(long, value_name = "N", default_value_t = 10_080, value_parser = clap::value_parser!(u32).range(60..=40_000))]
    speed: u32,
}

/// The process: 0 if all came back, 1 if not, 2 if what was typed is wrong, 130 on ctrl-C.
pub fn main() -> ExitCode {
    if let Some(code) = multicall::dispatch(ROLES) {
        return code;
    }
    let args = match Args::try_parse_from(std::env::args_os().collect::<Vec<OsString>>()) {
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

/// Plays until the end, or until somebody wants it to end: whatever was started then ends with the
/// play.
async fn until_told(args: &Args, screen: &mut Screen) -> ExitCode {
    let signals = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    );
    let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
        screen.say("error: cannot wait for signals");
        return ExitCode::FAILURE;
    };
    let stay = Stay::default();
    let days = args
        .days
        .unwrap_or(if args.hold { DAYS_BEFORE_HOLD } else { DAYS });
    let play = run::Play {
        days,
        speed: f64::from(args.speed),
        stay: args.hold.then_some(&stay),
    };
    let code = {
        let playing = run::run(&play, screen);
        tokio::select! {
            outcome = playing => return conclude(outcome, screen),
            code = told(&mut interrupt, 130) => code,
            code = told(&mut terminate, 143) => code,
        }
    };
    let is_held = stay.has_begun();
    screen.say(if is_held {
        "\nStopped."
    } else {
        "\nStopped before the end."
    });
    ExitCode::from(if is_held { 0 } else { code })
}

async fn told(signal: &mut Signal, code: u8) -> u8 {
    signal.recv().await;
    code
}

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
            screen.say(&format!("{} {error:#}", paint.paint(Colour::Red, "error:")));
            ExitCode::FAILURE
        }
    }
}
