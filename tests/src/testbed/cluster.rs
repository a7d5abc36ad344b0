//! A cluster: started, used, stopped; several side by side if need be.
//!
//! Everything it has lies in one temporary directory and on ports the kernel chose, and all of it
//! is gone when the value is dropped.
//! It must not be shared between processes: who started it ends it.

pub(crate) mod client;
mod options;
mod start;

use std::ffi::OsString;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use rustix::process::Signal;

pub use client::USER_AGENT;
pub use options::{Controller, Options};
use start::{Layout, Processes, free_ports};

use super::audit::{self, Request};
use super::credentials::{Credentials, MACHINERY};
use super::directory::Directory;
use super::metrics::Metrics;
use super::process::Program;
use super::tools::{Tool, Tools};

/// How often a start is tried when another process took one of its ports in the meantime.
const STARTS: u32 = 3;

/// How long the processes may take to end before they are killed. They need a tenth of a second;
/// but the API server may wait for seconds, for a connection on which nothing was ever asked, and
/// what they would save in that time is thrown away.
const TERM_BOUND: Duration = Duration::from_millis(300);

/// A running control plane. Dropping it ends its processes and removes its files.
///
/// Its methods take `&self`, so that trials running at the same time can share one.
#[derive(Debug)]
pub struct Cluster {
    // Dropped in this order: the processes go before the directory they write to.
    processes: Mutex<Processes>,
    credentials: Credentials,
    layout: Layout,
    kubectl: PathBuf,
    reader: Reader,
    _directory: Directory,
}

type Read = dyn FnOnce(anyhow::Result<Vec<Request>>) + Send + Sync;

/// Who is to read what was asked of a cluster, when it has stopped.
struct Reader(Option<Box<Read>>);

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl Cluster {
    /// Starts a cluster and returns when it is ready: the API server answers, and the node, if
    /// there is one, is ready. Takes a few seconds; blocks, and may be called in a runtime too.
    pub fn start(tools: &Tools, options: &Options) -> anyhow::Result<Self> {
        let mut attempt = 1;
        loop {
            match Self::start_once(tools, options) {
                Err(error) if attempt < STARTS && is_port_clash(&error) => attempt += 1,
                Err(error) => return Err(error.context("start a cluster")),
                Ok(cluster) => return Ok(cluster),
            }
        }
    }

    fn start_once(tools: &Tools, options: &Options) -> anyhow::Result<Self> {
        let directory = Directory::make("testbed")?;
        let layout = Layout {
            directory: directory.path().to_owned(),
        };
        let mut credentials = Credentials::write(directory.path(), &options.users)?;
        let mut processes = start::control_plane(tools, options, &layout, &mut credentials)?;
        start::life(tools, options, &layout, &credentials, &mut processes)?;
        Ok(Self {
            processes: Mutex::new(processes),
            credentials,
            layout,
            kubectl: tools.path(Tool::Kubectl).to_owned(),
            reader: Reader(None),
            _directory: directory,
        })
    }

    /// The kubeconfig of a user.
    ///
    /// # Panics
    /// If the cluster was started without this user.
    pub fn kubeconfig(&self, user: &str) -> &Path {
        match self.credentials.kubeconfig(user) {
            Some(path) => path,
            None => panic!("the cluster has no user {user}: name it in Options::users"),
        }
    }

    /// A client of a user. It does each request once, without hidden retries, and waits no longer
    /// than a bound for anything.
    pub async fn client(&self, user: &str) -> anyhow::Result<kube::Client> {
        client::connect(self.kubeconfig(user)).await
    }

    /// The configuration [`Cluster::client`] is made of, for clients that differ in something.
    pub async fn client_config(&self, user: &str) -> anyhow::Result<kube::Config> {
        client::config(self.kubeconfig(user)).await
    }

    /// Runs kubectl as `admin` to its end, whatever that is.
    pub fn kubectl(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        self.kubectl_command("admin")
            .args(arguments)
            .output()
            .context("run kubectl")
    }

    /// Applies manifests, YAML or JSON, as `admin`.
    pub fn apply(&self, manifests: &str) -> anyhow::Result<()> {
        let mut kubectl = self
            .kubectl_command("admin")
            .args(["apply", "--filename", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("run kubectl apply")?;
        let mut stdin = kubectl.stdin.take().context("kubectl apply has no stdin")?;
        // Should it end before it has read all, its own words say more than our broken pipe.
        let _ = stdin.write_all(manifests.as_bytes());
        drop(stdin);
        let output = kubectl.wait_with_output().context("run kubectl apply")?;
        let said = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "kubectl apply: {}", said.trim());
        Ok(())
    }

    /// A kubectl for a user: nothing of the person's own settings reaches it, and it finds plugins
    /// in [`Cluster::bin`].
    pub fn kubectl_command(&self, user: &str) -> Command {
        let mut command = Command::new(&self.kubectl);
        command
            .env_clear()
            .env("HOME", self.directory())
            .env("KUBECONFIG", self.kubeconfig(user))
            .env("PATH", self.search_path())
            .stdin(Stdio::null());
        command
    }

    /// A role of the test binary as a process of its own that knows this cluster as `user`; `name`
    /// tells several of one role apart. To be started in [`Cluster::directory`].
    pub fn program(&self, name: &str, role: &str, user: &str) -> Program {
        Program::new(name, self.bin().join(role))
            .variable("KUBECONFIG", self.kubeconfig(user))
            .variable("PATH", self.search_path())
    }

    fn search_path(&self) -> OsString {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(self.bin()).chain(std::env::split_paths(&path));
        // A directory with a colon in its name cannot be in it; then there are no plugins.
        std::env::join_paths(paths).unwrap_or(path)
    }

    /// A directory for programs that belong to this cluster: the roles of a multicall binary.
    pub fn bin(&self) -> PathBuf {
        self.layout.bin()
    }

    /// The temporary directory of the cluster, which holds the log of each process.
    pub fn directory(&self) -> &Path {
        &self.layout.directory
    }

    /// What the API server has counted so far.
    pub async fn api_server_metrics(&self) -> anyhow::Result<Metrics> {
        let text = client::text(self.kubeconfig(MACHINERY), "metrics").await?;
        Ok(Metrics::new(text))
    }

    /// Every request answered so far, oldest first, but for those of the testbed's own parts.
    pub fn requests(&self) -> anyhow::Result<Vec<Request>> {
        audit::read(&self.layout.audit_log())
    }

    /// Hands every request to `read`, once, when the cluster has stopped: however that comes, a
    /// trial that panics included.
    pub fn when_stopped(
        &mut self,
        read: impl FnOnce(anyhow::Result<Vec<Request>>) + Send + Sync + 'static,
    ) {
        self.reader = Reader(Some(Box::new(read)));
    }

    /// Stops the API server in its tracks: connections stay open and nothing is answered. It goes
    /// on when the value returned is dropped.
    pub fn pause_api_server(&self) -> anyhow::Result<Paused<'_>> {
        self.signal_api_server(Signal::STOP)
            .context("pause the API server")?;
        Ok(Paused { cluster: self })
    }

    /// The process ids of the cluster: those of the API server and etcd are always among them.
    pub fn process_ids(&self) -> Vec<u32> {
        self.processes().all().map(|process| process.id()).collect()
    }

    /// Fails, with the last lines of its log, if a process of the cluster has ended.
    pub fn check(&self) -> anyhow::Result<()> {
        self.processes().check()
    }

    /// Ends the processes and removes the files, as dropping does.
    pub fn stop(self) {
        drop(self);
    }

    fn signal_api_server(&self, signal: Signal) -> std::io::Result<()> {
        self.processes().api_server.signal(signal)
    }

    fn processes(&self) -> MutexGuard<'_, Processes> {
        // A trial that panicked while it held this changed nothing by halves.
        self.processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut processes = self.processes();
        // All are asked before the first is waited for: together they take as long as the slowest.
        processes.all().for_each(|process| process.ask_to_end());
        for process in processes.all() {
            process.end_within(TERM_BOUND);
        }
        drop(processes);
        if let Some(read) = self.reader.0.take() {
            read(self.requests());
        }
    }
}

/// The API server does nothing as long as this lives.
#[derive(Debug)]
#[must_use = "the API server goes on when this is dropped"]
pub struct Paused<'cluster> {
    cluster: &'cluster Cluster,
}

impl Paused<'_> {
    /// Lets the API server go on, as dropping does.
    pub fn resume(self) {
        drop(self);
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        // It fails only if the process has ended, which the trial will see by itself.
        let _ = self.cluster.signal_api_server(Signal::CONT);
    }
}

/// A port of loopback that was free a moment ago. Another process may take it before it is used.
pub fn free_port() -> anyhow::Result<u16> {
    let [port] = free_ports()?;
    Ok(port)
}

/// Runs a future to its end on a thread of its own, so that it works inside a runtime as well.
pub fn run<F>(future: F) -> anyhow::Result<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    client::run(future)
}

fn is_port_clash(error: &anyhow::Error) -> bool {
    format!("{error:#}").contains("address already in use")
}
