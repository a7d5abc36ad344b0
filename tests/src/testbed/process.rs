//! A child process that does not outlive us: ended by its process id when dropped, panics of a
//! trial included, and by the kernel when we ourselves are killed.
//!
//! It must not know which programs it runs, and must never look processes up by name: others on
//! this machine may run the same ones.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal};

/// How long a process may take to end by itself after SIGTERM, unless told otherwise: enough for a
/// controller that gives its lease back first.
const TERM_BOUND: Duration = Duration::from_secs(5);

/// Pause between two looks at a process that is ending.
const POLL: Duration = Duration::from_millis(10);

/// Lines of a log shown when its process ended unasked or did not become ready.
const TAIL_LINES: usize = 15;

/// What to start, and with what.
///
/// The process will see no variable of our environment but `PATH`, and where it is started as its
/// home: etcd takes any option from the environment, and others read settings from the user's home.
#[derive(Debug, Clone)]
pub struct Program {
    name: String,
    path: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(String, OsString)>,
    input: Input,
    has_errors_apart: bool,
}

/// What a process reads from its stdin.
#[derive(Debug, Clone, Copy)]
enum Input {
    Nothing,
    Lines,
}

impl Program {
    /// A program, and the name under which this process of it is spoken of. Two of the same program
    /// in one directory need two names.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        let (name, path) = (name.into(), path.into());
        Self {
            name,
            path,
            arguments: Vec::new(),
            variables: Vec::new(),
            input: Input::Nothing,
            has_errors_apart: false,
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn arguments(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Gives it a stdin to which [`Process::feed`] writes, and which closes when we end, however we
    /// end. Without this it reads nothing.
    #[must_use]
    pub fn fed(mut self) -> Self {
        self.input = Input::Lines;
        self
    }

    /// Keeps its stderr apart from its stdout, for [`Process::errors`].
    #[must_use]
    pub fn errors_apart(mut self) -> Self {
        self.has_errors_apart = true;
        self
    }

    /// Starts it in `directory`, with its stdout and stderr appended to `<name>.log` there.
    pub fn start(self, directory: &Path) -> anyhow::Result<Process> {
        let log = directory.join(format!("{}.log", self.name));
        let errors = if self.has_errors_apart {
            directory.join(format!("{}.errors.log", self.name))
        } else {
            log.clone()
        };
        let append = |path: &Path| File::options().create(true).append(true).open(path);
        let open = || io::Result::Ok((append(&log)?, append(&errors)?));
        let (out, err) = open().with_context(|| format!("open the log of {}", self.name))?;
        let mut command = bound_to_us(&self.path);
        command.args(self.arguments).current_dir(directory);
        command.env_clear().env("HOME", directory);
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(self.variables);
        let input = match self.input {
            Input::Nothing => Stdio::null(),
            Input::Lines => Stdio::piped(),
        };
        command.stdin(input).stdout(out).stderr(err);
        let child = spawn(command).with_context(|| format!("start {}", self.name))?;
        Ok(Process {
            name: self.name,
            child,
            log,
            errors,
            ended: None,
        })
    }
}

/// A running child process and the file its output goes to.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    errors: PathBuf,
    ended: Option<ExitStatus>,
}

impl Process {
    /// The name given at start.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes to the stdin of a process that was started [`fed`](Program::fed).
    pub fn feed(&mut self, text: &str) -> io::Result<()> {
        let stdin = self.child.stdin.as_mut();
        let stdin = stdin.ok_or_else(|| io::Error::other("it was not started to be fed"))?;
        stdin.write_all(text.as_bytes())
    }

    /// What it has written so far, to stdout and stderr alike unless they are kept apart.
    pub fn log(&self) -> String {
        text(&self.log)
    }

    /// What it has written to stderr so far, if that is kept apart.
    pub fn errors(&self) -> String {
        text(&self.errors)
    }

    /// The last lines of its log.
    pub fn log_tail(&self) -> String {
        let text = self.log();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }

    /// How it ended, or `None` while it runs.
    pub fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            let looked = self.child.try_wait();
            self.ended = looked.with_context(|| format!("look at {}", self.name))?;
        }
        Ok(self.ended)
    }

    /// Fails, with the last lines of the log, if the process has ended.
    pub fn check(&mut self) -> anyhow::Result<()> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => {
                anyhow::bail!(
                    "{} ended ({status}); its log:\n{}",
                    self.name,
                    self.log_tail()
                )
            }
        }
    }

    /// Sends a signal to this process alone. Nothing is sent once it has ended: its id may be
    /// another's by then.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        if self.ended.is_some() {
            return Ok(());
        }
        rustix::process::kill_process(Pid::from_child(&self.child), signal)?;
        Ok(())
    }

    /// Asks the process to end, without waiting. A stopped one is continued, or it could not hear.
    pub fn ask_to_end(&self) {
        // The one way these fail is that it has ended by itself, which is what is wanted.
        let _ = self.signal(Signal::TERM);
        let _ = self.signal(Signal::CONT);
    }

    /// Kills the process and waits until it is gone.
    pub fn kill(&mut self) {
        if self.ended.is_none() {
            let _ = self.child.kill();
            self.ended = self.child.wait().ok();
        }
    }

    /// Ends the process: SIGTERM, then SIGKILL after some seconds. Returns when it is gone, with how
    /// it ended if that could be learnt.
    pub fn end(&mut self) -> Option<ExitStatus> {
        self.end_within(TERM_BOUND)
    }

    /// The same, with another bound between the two signals.
    pub fn end_within(&mut self, bound: Duration) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ask_to_end();
        }
        let asked = Instant::now();
        while let Ok(None) = self.ended() {
            if asked.elapsed() >= bound {
                self.kill();
                break;
            }
            thread::sleep(POLL);
        }
        self.ended
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn text(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}

/// Whether a process with this id exists and has not ended. One that has ended but was not waited
/// for by its parent yet counts as ended.
pub fn is_running(id: u32) -> bool {
    if let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) {
        // The state is the first field after the name, which is in brackets and may hold blanks.
        let state = stat
            .rsplit(") ")
            .next()
            .and_then(|rest| rest.chars().next());
        return !matches!(state, Some('Z' | 'X'));
    }
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw);
    // EPERM and success both mean that it is there.
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

/// A command that the kernel kills when we are gone, by way of util-linux's `setpriv`: std's own
/// hook between fork and exec is `unsafe`, which this workspace forbids.
///
/// Where there is no such `setpriv` (macOS, BusyBox) the program runs without it, and a SIGKILL of
/// ours leaves it behind; every other end of ours, panics included, still ends it. So does a death
/// of ours in the instant between the fork and the request, which the kernel cannot see.
fn bound_to_us(program: &Path) -> Command {
    static SETPRIV: OnceLock<bool> = OnceLock::new();
    let there = *SETPRIV.get_or_init(|| {
        Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--", "true"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    });
    if there {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

type Order = (Command, mpsc::SyncSender<io::Result<Child>>);

/// Starts a command from a thread that lives as long as we do.
///
/// "Parent" means the *thread* that forked where the kernel kills orphans: started from the thread
/// of a trial, a shared cluster would die with the trial that happened to start it.
fn spawn(command: Command) -> io::Result<Child> {
    static SPAWNER: OnceLock<mpsc::Sender<Order>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (sender, orders) = mpsc::channel::<Order>();
        thread::spawn(move || {
            for (mut command, reply) in orders {
                // The asker waits for this; were it gone, dropping the child would be all to do.
                let _ = reply.send(command.spawn());
            }
        });
        sender
    });
    let (reply, answer) = mpsc::sync_channel(1);
    let gone = || io::Error::other("the thread that starts processes is gone");
    spawner.send((command, reply)).map_err(|_| gone())?;
    answer.recv().map_err(|_| gone())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait;

    fn shell(script: &str) -> (tempfile::TempDir, Process) {
        let logs = tempfile::tempdir().unwrap();
        let process = Program::new("sh", "/bin/sh")
            .arguments(["-c", script])
            .start(logs.path())
            .unwrap();
        (logs, process)
    }

    fn wait_until_ready(process: &Process) {
        let is_ready = || Ok(process.log().contains("ready"));
        wait::until("it is ready", Duration::from_secs(10), is_ready).unwrap();
    }

    fn wait_for_end(process: &mut Process) -> String {
        let has_ended = || Ok(process.ended()?.is_some());
        wait::until("it ends", Duration::from_secs(10), has_ended).unwrap();
        process.check().unwrap_err().to_string()
    }

    #[test]
    fn dropping_ends_it() {
        let (_logs, process) = shell("while :; do sleep 1; done");
        let id = process.id();
        assert!(is_running(id));
        drop(process);
        assert!(!is_running(id));
    }

    #[test]
    fn a_stopped_one_ends_too() {
        // It handles the signal: one that does not is ended by it even while it is stopped.
        let script = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done";
        let (_logs, mut process) = shell(script);
        wait_until_ready(&process);
        process.signal(Signal::STOP).unwrap();
        let status = process.end().unwrap();
        assert_eq!(
            status.code(),
            Some(7),
            "it was continued, heard the signal and ended itself"
        );
        assert!(!is_running(process.id()));
    }

    #[test]
    fn an_end_unasked_is_told_with_the_log() {
        let (_logs, mut process) = shell("echo no such flag >&2; exit 3");
        let error = wait_for_end(&mut process);
        assert!(error.contains("sh ended (exit status: 3)"), "{error}");
        assert!(error.contains("no such flag"), "{error}");
    }

    #[test]
    fn it_outlives_the_thread_that_asked_for_it() {
        // Ready first: until it has asked for it, the kernel does not end it with anybody.
        let start_and_wait = || {
            let (logs, process) = shell("echo ready; while :; do sleep 1; done");
            wait_until_ready(&process);
            (logs, process)
        };
        let (_logs, process) = thread::spawn(start_and_wait).join().unwrap();
        // The kernel would have ended it when the thread ended: give that a while to show.
        thread::sleep(Duration::from_millis(100));
        assert!(is_running(process.id()));
    }
}
