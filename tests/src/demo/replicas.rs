//! The controllers: processes of their own, whose clock is steered by lines on their stdin.
//!
//! What they do is not looked at here. They end with the value, and when their stdin closes.

use anyhow::Context as _;
use jiff::Timestamp;

use crate::clock::{Course, real_now};
use crate::roles;
use crate::testbed::{Process, Program};

use super::ground::Ground;

/// The Lease that they compete for.
pub(super) const LEASE: &str = "tarnfui-controller";

/// The replicas that run.
pub(super) struct Replicas<'ground> {
    ground: &'ground Ground,
    running: Vec<Process>,
    started: u8,
}

impl<'ground> Replicas<'ground> {
    /// None yet.
    pub(super) fn new(ground: &'ground Ground) -> Self {
        Self {
            ground,
            running: Vec::new(),
            started: 0,
        }
    }

    /// Starts one more on the clock of the demo.
    pub(super) fn start(&mut self, course: &Course) -> anyhow::Result<()> {
        let program = self.program().variable(roles::CLOCK_STEERED, "stdin").fed();
        let mut process = program.start(self.ground.directory())?;
        process
            .feed(&course.line())
            .context("tell a controller the time")?;
        self.running.push(process);
        Ok(())
    }

    /// Starts one more on the machine's clock.
    pub(super) fn start_on_real_time(&mut self) -> anyhow::Result<()> {
        let process = self.program().start(self.ground.directory())?;
        self.running.push(process);
        Ok(())
    }

    /// `controller-a`, `controller-b` and so on, each with a log of its own.
    fn program(&mut self) -> Program {
        let letter = char::from(b'a' + self.started % 26);
        self.started += 1;
        let name = format!("controller-{letter}");
        let arguments = [
            format!("--namespace={}", self.ground.tenancy.home()),
            format!("--identity={name}"),
            format!("--lease-name={LEASE}"),
            format!("--config={}", tarnfui_shared::config::CONFIG_NAME),
            // Nobody asks it anything; the port is any that is free.
            "--admin-address=127.0.0.1:0".to_owned(),
        ];
        self.ground.controller(&name).arguments(arguments)
    }

    /// Steers the clock of all.
    pub(super) fn steer(&mut self, course: &Course) -> anyhow::Result<()> {
        for process in &mut self.running {
            if process.feed(&course.line()).is_err() {
                process.check()?;
                anyhow::bail!("{} does not listen", process.name());
            }
        }
        Ok(())
    }

    /// Kills the one that the Lease names, with SIGKILL, and says when that was.
    pub(super) fn kill(&mut self, holder: &str) -> anyhow::Result<Timestamp> {
        let is_it = |process: &Process| process.name() == replica_of(holder);
        let place = self.running.iter().position(is_it);
        let place =
            place.with_context(|| format!("the Lease names {holder}, which is none of ours"))?;
        let at = real_now();
        self.running.remove(place).kill();
        Ok(at)
    }

    /// Fails, with the last lines of its log, if one has ended unasked.
    pub(super) fn check(&mut self) -> anyhow::Result<()> {
        self.running.iter_mut().try_for_each(Process::check)
    }

    /// Ends all: they give the Lease back.
    pub(super) fn end(&mut self) {
        self.running.iter().for_each(Process::ask_to_end);
        self.running.clear();
    }

    /// The last lines of the log of each.
    pub(super) fn logs(&self) -> String {
        let log = |process: &Process| format!("{}:\n{}\n", process.name(), process.log_tail());
        self.running.iter().map(log).collect()
    }
}

/// The replica behind the name on the Lease, which has a suffix of its process alone.
pub(super) fn replica_of(holder: &str) -> &str {
    holder.rsplit_once('_').map_or(holder, |(name, _)| name)
}
