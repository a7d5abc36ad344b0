//! A sandbox with a port for each person, and kubectl, with the plugin, as one of them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tarnfui_sandbox::authz::Caller;
use tarnfui_sandbox::door::Sandbox;
use tarnfui_sandbox::http::Port;
use tarnfui_sandbox::life::{Habits, Life};
use tarnfui_tests::{multicall, roles};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// The time, which stands still: every age is `0s`.
const NOW: &str = "2026-11-22T08:00:00Z";

/// The people there are: one who may do everything, and one who may what roles allow.
const PEOPLE: [&str; 2] = ["admin", "dev"];

/// A sandbox that is served on loopback. Dropped, it stops.
pub(crate) struct Cluster {
    kubectl: PathBuf,
    folder: PathBuf,
    addresses: Vec<String>,
    directory: TempDir,
    sandbox: Sandbox,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Cluster {
    /// Starts it, and makes a home with a kubeconfig for each person and the plugin in `bin`.
    /// Everything is typed in `folder`.
    pub(crate) fn start(kubectl: &Path, folder: &Path) -> anyhow::Result<Self> {
        let directory = tempfile::tempdir().context("a home")?;
        let bin = directory.path().join("bin");
        fs::create_dir(&bin)?;
        multicall::link(&bin, &[roles::PLUGIN]).context("link the plugin")?;
        let now = NOW.parse().context("the time")?;
        let sandbox = Sandbox::new(1, Arc::new(move || now));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (mut ports, mut addresses) = (Vec::new(), Vec::new());
        for person in PEOPLE {
            let caller = match person {
                "admin" => Caller::admin(person),
                _ => Caller::user(person),
            };
            let port = runtime.block_on(Port::bind(&sandbox, caller))?;
            addresses.push(port.address()?.to_string());
            let kubeconfig = kubeconfig(&format!("http://{}", port.address()?));
            fs::write(directory.path().join(person), kubeconfig)?;
            ports.push(port);
        }
        let (stop, stopped) = oneshot::channel();
        let lives = sandbox.clone();
        let serving = std::thread::spawn(move || serve(&runtime, ports, lives, stopped));
        Ok(Self {
            kubectl: kubectl.to_owned(),
            folder: folder.to_owned(),
            addresses,
            directory,
            sandbox,
            stop: Some(stop),
            serving: Some(serving),
        })
    }

    /// Runs kubectl as somebody.
    pub(crate) fn run(
        &self,
        person: &str,
        arguments: &[String],
        input: &str,
    ) -> anyhow::Result<Output> {
        let mut kubectl = Command::new(&self.kubectl)
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", self.directory.path())
            .env("PATH", self.directory.path().join("bin"))
            .env(roles::CLOCK_AT, NOW)
            .env("KUBECONFIG", self.directory.path().join(person))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("start kubectl")?;
        let mut stdin = kubectl.stdin.take().context("its input")?;
        // What it does not read is its business.
        drop(stdin.write_all(input.as_bytes()));
        drop(stdin);
        Ok(kubectl.wait_with_output()?)
    }

    /// What was said, with `~` for the home and `sandbox` for an address: they are others in every
    /// run.
    pub(crate) fn said(&self, said: &[u8]) -> String {
        let home = self.directory.path().to_string_lossy();
        let said = String::from_utf8_lossy(said).replace(&*home, "~");
        let addresses = self.addresses.iter();
        addresses.fold(said, |said, address| said.replace(address, "sandbox"))
    }

    /// Fails if kubectl asked anything that the sandbox does not know.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let unknown: Vec<String> = self.sandbox.with(|server| {
            let unknown = server.log()?.filter(|it| it.code == 501);
            let told = unknown.map(|it| format!("{} {}", it.verb, it.uri));
            anyhow::Ok(told.collect())
        })?;
        ensure!(unknown.is_empty(), "not known: {unknown:#?}");
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(serving) = self.serving.take() {
            // What went wrong there, kubectl has said.
            drop(serving.join());
        }
    }
}

fn serve(
    runtime: &Runtime,
    ports: Vec<Port>,
    sandbox: Sandbox,
    stopped: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    runtime.block_on(async {
        for port in ports {
            tokio::spawn(port.serve());
        }
        let at_once = Duration::ZERO..Duration::ZERO;
        let habits = Habits {
            with_pods: true,
            seen_after: at_once.clone(),
            ready_after: at_once.clone(),
            gone_after: at_once.clone(),
            done_after: at_once.clone(),
            scaled_after: at_once,
        };
        let now = sandbox.now();
        // What is due later never is: time stands still.
        let reached = move |at| async move {
            if at > now {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = Life::new(1, habits).run_with(sandbox, reached) => {}
            _ = stopped => {}
        }
        Ok(())
    })
}

fn kubeconfig(server: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: sandbox\n\
         clusters: [{{name: sandbox, cluster: {{server: \"{server}\"}}}}]\n\
         contexts: [{{name: sandbox, context: {{cluster: sandbox, user: nobody}}}}]\n\
         users: [{{name: nobody, user: {{}}}}]\n"
    )
}
