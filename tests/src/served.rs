//! The sandbox as processes reach it: served on loopback, by a port for each caller, with a
//! kubeconfig for each.
//!
//! On a thread of its own, so that it answers while its user waits for a process to end. Its clock
//! is the machine's, as a real cluster's would be. It must not decide what is in it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

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
use crate::testbed::{Directory, Request, connect, kubeconfig};
use crate::{controllers, manifests};

/// Uids and generated names are the same every time: nobody minds, and two runs compare.
const SEED: u64 = 1;

/// The sandbox, served for as long as the value lives.
#[derive(Debug)]
pub struct Served {
    server: door::Sandbox,
    admin: PathBuf,
    account: PathBuf,
    // Dropped in this order: nobody is served from a directory that is gone.
    _thread: Thread,
    directory: Directory,
}

/// The thread that serves; it ends with the value.
#[derive(Debug)]
struct Thread {
    stop: Option<oneshot::Sender<()>>,
    handle: Option<JoinHandle<()>>,
}

impl Thread {
    fn start(serving: Serving) -> anyhow::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let builder = thread::Builder::new().name("sandbox".to_owned());
        let handle = builder.spawn(move || {
            // What goes wrong later shows in every request that is not answered.
            drop(serving.run(stopped));
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

impl Served {
    /// Starts one, with a model of the workload controllers in it where there are `habits`. `purpose`
    /// is part of the name of its directory.
    pub async fn start(purpose: &str, habits: Option<Habits>) -> anyhow::Result<Self> {
        let server = door::Sandbox::new(SEED, Arc::new(real_now));
        let (bound, addresses) = oneshot::channel();
        let thread = Thread::start(Serving {
            server: server.clone(),
            callers: [
                Caller::admin("admin"),
                Caller::service_account(controllers::NAMESPACE, "tarnfui-controller"),
            ],
            life: habits.map(|habits| Life::new(SEED, habits)),
            bound,
        })?;
        let addresses = addresses.await.context("the sandbox does not start")??;
        let directory = Directory::make(purpose)?;
        let write = |address: SocketAddr, user: &str| {
            let cluster = json!({ "server": format!("http://{address}") });
            let config = kubeconfig("sandbox", &cluster, (user, &json!({})));
            let path = directory.path().join(format!("{user}.kubeconfig"));
            fs::write(&path, config.to_string()).context("write a kubeconfig")?;
            anyhow::Ok(path)
        };
        Ok(Self {
            admin: write(addresses[0], "admin")?,
            account: write(addresses[1], "controller")?,
            server,
            _thread: thread,
            directory,
        })
    }

    /// The server, for what is to be done to it from inside.
    pub fn server(&self) -> &door::Sandbox {
        &self.server
    }

    /// The kubeconfig of somebody who may do everything.
    pub fn kubeconfig(&self) -> &Path {
        &self.admin
    }

    /// The kubeconfig of the controllers' account.
    pub fn account(&self) -> &Path {
        &self.account
    }

    /// The temporary directory that it has.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// A client of somebody who may do everything. It does each request once.
    pub async fn client(&self) -> anyhow::Result<Client> {
        connect(&self.admin).await
    }

    /// Makes the rights of the controllers, and their namespace.
    pub async fn grant(&self) -> anyhow::Result<()> {
        let rights = manifests::documents(controllers::RIGHTS)?;
        manifests::create(&self.client().await?, &rights).await
    }

    /// Every request so far, as an audit log has it.
    pub fn requests(&self) -> anyhow::Result<Vec<Request>> {
        let all = |server: &mut Server| Ok(server.log()?.map(request).collect());
        let all: Result<_, Forgotten> = self.server.with(all);
        all.context("read what was asked of the sandbox")
    }
}

/// Where each caller is served, or why not.
type Bound = oneshot::Sender<anyhow::Result<[SocketAddr; 2]>>;

/// What the thread is given.
struct Serving {
    server: door::Sandbox,
    callers: [Caller; 2],
    life: Option<Life>,
    bound: Bound,
}

impl Serving {
    /// Serves the callers, and lives, until it is to stop.
    fn run(self, stopped: oneshot::Receiver<()>) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let [one, other] = self.callers;
            let ports = async {
                let ports = [
                    Port::bind(&self.server, one).await?,
                    Port::bind(&self.server, other).await?,
                ];
                let addresses = [ports[0].address()?, ports[1].address()?];
                anyhow::Ok((ports, addresses))
            };
            let ([one, other], addresses) = match ports.await {
                Ok(ports) => ports,
                Err(error) => {
                    let _ = self.bound.send(Err(error.context("listen on loopback")));
                    return;
                }
            };
            let _ = self.bound.send(Ok(addresses));
            let living = async {
                match self.life {
                    Some(life) => life.run(self.server.clone()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = one.serve() => {}
                () = other.serve() => {}
                () = living => {}
                _ = stopped => {}
            }
        });
        Ok(())
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
