//! The sandbox as a ground: an API server and a model of Kubernetes' controllers in this process.
//!
//! On a thread of its own, so that it answers while the demo waits for a process to end. Its clock
//! is the machine's, as a real cluster's would be.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context as _;
use kube::Client;
use serde_json::json;
use tarnfui_sandbox::authz::Caller;
use tarnfui_sandbox::door;
use tarnfui_sandbox::http::Port;
use tarnfui_sandbox::life::{Habits, Life};
use tarnfui_sandbox::server::{Forgotten, Logged, Server};
use tokio::sync::oneshot;

use crate::clock::real_now;
use crate::controllers;
use crate::demo::screen::Screen;
use crate::demo::tenancy::Tenancy;
use crate::testbed::{Directory, Request, connect, kubeconfig};

use super::{Access, Workshop, has_kubectl, manifests};

/// Uids and generated names are the same every time: nobody minds, and two runs compare.
const SEED: u64 = 1;

/// The sandbox, served for as long as the value lives.
#[derive(Debug)]
pub(super) struct Sandbox {
    server: door::Sandbox,
    kubeconfig: PathBuf,
    // Dropped in this order: nobody is served from a directory that is gone.
    _thread: Thread,
    _directory: Directory,
}

/// The thread that serves; it ends with the value.
#[derive(Debug)]
struct Thread {
    stop: Option<oneshot::Sender<()>>,
    handle: Option<JoinHandle<()>>,
}

impl Thread {
    fn start(server: door::Sandbox, callers: [Caller; 2], bound: Bound) -> anyhow::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let builder = thread::Builder::new().name("sandbox".to_owned());
        let handle = builder.spawn(move || {
            // What goes wrong later shows in every request that is not answered.
            drop(serve(&server, callers, bound, stopped));
        });
        Ok(Self {
            stop: Some(stop),
            handle: Some(handle.context("start the sandbox")?),
        })
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        drop(self.stop.take());
        // It ends by itself; if it panicked, that was shown.
        let _ = self.handle.take().map(JoinHandle::join);
    }
}

impl Sandbox {
    pub(super) async fn open(screen: &mut Screen) -> anyhow::Result<(Client, Workshop, Self)> {
        screen.say("An API server in this process, with a model of Kubernetes' own controllers.");
        let server = door::Sandbox::new(SEED, Arc::new(real_now));
        let callers = [
            Caller::admin("admin"),
            Caller::service_account(controllers::NAMESPACE, "tarnfui-controller"),
        ];
        let (bound, addresses) = oneshot::channel();
        let thread = Thread::start(server.clone(), callers, bound)?;
        let addresses = addresses.await.context("the sandbox does not start")??;
        let directory = Directory::make("demo")?;
        let [admin, account] = [(addresses[0], "admin"), (addresses[1], "controller")];
        let write = |(address, user): (SocketAddr, &str)| {
            let cluster = json!({ "server": format!("http://{address}") });
            let config = kubeconfig("sandbox", &cluster, (user, &json!({})));
            let path = directory.path().join(format!("{user}.kubeconfig"));
            fs::write(&path, config.to_string()).context("write a kubeconfig")?;
            anyhow::Ok(path)
        };
        let (admin, account) = (write(admin)?, write(account)?);
        let workshop = Workshop {
            directory: directory.path().to_owned(),
            bin: directory.path().join("bin"),
            arguments: Vec::new(),
            variables: vec![("KUBECONFIG".to_owned(), account.into())],
        };
        let client = connect(&admin).await?;
        let sandbox = Self {
            server,
            kubeconfig: admin,
            _thread: thread,
            _directory: directory,
        };
        Ok((client, workshop, sandbox))
    }

    /// Every request so far, as an audit log has it.
    pub(super) fn requests(&self) -> anyhow::Result<Vec<Request>> {
        let all = |server: &mut Server| Ok(server.log()?.map(request).collect());
        let all: Result<_, Forgotten> = self.server.with(all);
        all.context("count the writes of a demo of so many days")
    }

    pub(super) fn access(&self, bin: PathBuf) -> Access {
        Access {
            tenancy: Tenancy::Owner,
            kubeconfig: Some(self.kubeconfig.clone()),
            bin,
            has_kubectl: has_kubectl(),
            flags: String::new(),
            plugin_flags: String::new(),
        }
    }
}

/// Makes the rights of the controllers.
pub(super) async fn grant(client: &Client) -> anyhow::Result<()> {
    manifests::create(client, &manifests::documents(controllers::RIGHTS)?).await
}

/// Where each caller is served, or why not.
type Bound = oneshot::Sender<anyhow::Result<[SocketAddr; 2]>>;

/// Serves the callers, and lives, until it is to stop.
fn serve(
    server: &door::Sandbox,
    callers: [Caller; 2],
    bound: Bound,
    stopped: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let [one, other] = callers;
        let ports = async {
            let ports = [
                Port::bind(server, one).await?,
                Port::bind(server, other).await?,
            ];
            let addresses = [ports[0].address()?, ports[1].address()?];
            anyhow::Ok((ports, addresses))
        };
        let ([one, other], addresses) = match ports.await {
            Ok(ports) => ports,
            Err(error) => {
                let _ = bound.send(Err(error.context("listen on loopback")));
                return;
            }
        };
        let _ = bound.send(Ok(addresses));
        let life = Life::new(SEED, habits());
        tokio::select! {
            () = one.serve() => {}
            () = other.serve() => {}
            () = life.run(server.clone()) => {}
            _ = stopped => {}
        }
    });
    Ok(())
}

/// Those of the testbed's fake node, where pods run as soon as they are there.
fn habits() -> Habits {
    let milliseconds = Duration::from_millis;
    Habits {
        with_pods: true,
        ready_after: milliseconds(50)..milliseconds(300),
        gone_after: milliseconds(50)..milliseconds(300),
        ..Habits::default()
    }
}

fn request(logged: &Logged) -> Request {
    Request {
        received_at: logged.at,
        user: logged.user.clone(),
        user_agent: logged.agent.clone(),
        verb: logged.verb.clone(),
        uri: logged.uri.clone(),
        resource: logged.resource.clone(),
        namespace: logged.namespace.clone(),
        name: logged.name.clone(),
        code: logged.code,
    }
}
