//! Brings a cluster up: which process with which arguments, in which order, and when each is ready.
//!
//! It must not keep anything: what it started is handed over, or ended when a later step fails.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use super::client;
use super::options::{Controller, Options};
use crate::testbed::credentials::{Credentials, MACHINERY};
use crate::testbed::{Node, Process, Program, Tool, Tools, audit, nodes};
use crate::wait;

/// How long a process may take to become ready. Alone on two cores the API server takes 4 s; a
/// machine that compiles at the same time is many times slower.
const READY_BOUND: Duration = Duration::from_secs(90);

/// The size from which on the log of requests would begin another file: some 7 million requests.
const AUDIT_LOG_MIB: u32 = 10 << 10;

/// How long an answer of etcd may take.
const STORE_TIMEOUT: Duration = Duration::from_secs(5);

/// The processes of a cluster, last started first: in that order they are asked to end.
#[derive(Debug)]
pub(super) struct Processes {
    pub(super) kwok: Option<Process>,
    pub(super) controller_manager: Option<Process>,
    pub(super) api_server: Process,
    pub(super) etcd: Process,
}

impl Processes {
    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Process> {
        let above = [self.kwok.as_mut(), self.controller_manager.as_mut()];
        above
            .into_iter()
            .flatten()
            .chain([&mut self.api_server, &mut self.etcd])
    }

    /// Fails if any has ended.
    pub(super) fn check(&mut self) -> anyhow::Result<()> {
        self.all().try_for_each(Process::check)
    }
}

/// Where everything of one cluster lies, below its temporary directory.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) directory: PathBuf,
}

impl Layout {
    fn etcd_data(&self) -> PathBuf {
        self.directory.join("etcd")
    }

    fn certificates(&self) -> PathBuf {
        self.directory.join("certificates")
    }

    fn audit_policy(&self) -> PathBuf {
        self.directory.join("audit-policy.json")
    }

    pub(super) fn audit_log(&self) -> PathBuf {
        self.directory.join("audit.log")
    }

    pub(super) fn bin(&self) -> PathBuf {
        self.directory.join("bin")
    }

    /// The API server makes its certificate here, with the authority that signed it behind it.
    fn authority(&self) -> PathBuf {
        self.certificates().join("apiserver.crt")
    }

    /// The key that signs service account tokens must be there before the API server is, and
    /// making one takes a cryptography library. etcd makes a key for the port to its peers, and
    /// having no peers it has no further use for it.
    fn service_account_key(&self) -> PathBuf {
        self.etcd_data().join("fixtures/peer/key.pem")
    }
}

/// Starts etcd and the API server, and waits until the latter answers.
pub(super) fn control_plane(
    tools: &Tools,
    options: &Options,
    layout: &Layout,
    credentials: &mut Credentials,
) -> anyhow::Result<Processes> {
    audit::write_policy(&layout.audit_policy())?;
    fs::create_dir_all(layout.bin()).context("make the directory of programs")?;
    let [store_port, peer_port, api_port] = free_ports()?;

    let arguments = etcd_arguments(layout, store_port, peer_port);
    let mut etcd = start(tools, Tool::Etcd, &arguments, layout)?;
    wait::until("etcd is ready", READY_BOUND, || {
        etcd.check()?;
        let key = fs::read_to_string(layout.service_account_key()).unwrap_or_default();
        Ok(key.contains("-----END"))
    })?;
    wait::until("etcd keeps what it is told", READY_BOUND, || {
        etcd.check()?;
        Ok(make_past(store_port).is_ok())
    })?;

    let url = format!("https://127.0.0.1:{api_port}");
    credentials.write_kubeconfigs(&layout.directory, &url, &layout.authority())?;
    let token_file = credentials.token_file();
    let mut arguments = api_server_arguments(layout, store_port, api_port, token_file);
    arguments.extend(options.api_server_arguments.iter().cloned());
    let api_server = start(tools, Tool::ApiServer, &arguments, layout)?;

    let mut processes = Processes {
        kwok: None,
        controller_manager: None,
        api_server,
        etcd,
    };
    let kubeconfig = machinery(credentials)?;
    wait::until("kube-apiserver is ready", READY_BOUND, || {
        processes
            .check()
            .map_err(|error| error.context(log_of(&processes.etcd)))?;
        client::run(client::is_ready(kubeconfig))
    })
    .map_err(|error| error.context(log_of(&processes.api_server)))?;
    Ok(processes)
}

/// Writes something before the API server is there, as in every cluster that people use: a first
/// version that it never saw, and so can't tell what came after.
fn make_past(store_port: u16) -> io::Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, store_port));
    let mut stream = TcpStream::connect_timeout(&address, STORE_TIMEOUT)?;
    stream.set_read_timeout(Some(STORE_TIMEOUT))?;
    let body = r#"{"key": "cGFzdA==", "value": "cGFzdA=="}"#;
    let length = body.len();
    write!(
        stream,
        "POST /v3/kv/put HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.lines().next().unwrap_or_default().to_owned();
    let is_done = status.contains(" 200 ");
    if is_done {
        Ok(())
    } else {
        Err(io::Error::other(status))
    }
}

/// Starts what makes objects come to life, and waits until the node is ready.
pub(super) fn life(
    tools: &Tools,
    options: &Options,
    layout: &Layout,
    credentials: &Credentials,
    processes: &mut Processes,
) -> anyhow::Result<()> {
    let kubeconfig = machinery(credentials)?;
    if let Node::Fake { pod_cidr } = &options.node {
        let arguments = nodes::kwok_arguments(kubeconfig, tools.stages(), pod_cidr)?;
        processes.kwok = Some(start(tools, Tool::Kwok, &arguments, layout)?);
    }
    if !options.controllers.is_empty() {
        let arguments = controller_manager_arguments(kubeconfig, &options.controllers);
        let process = start(tools, Tool::ControllerManager, &arguments, layout)?;
        processes.controller_manager = Some(process);
    }
    if matches!(options.node, Node::Fake { .. }) {
        client::run(async { nodes::create(&client::connect(kubeconfig).await?).await })??;
        wait::until("the node is ready", READY_BOUND, || {
            processes.check()?;
            client::run(async {
                let client = client::connect(kubeconfig).await?;
                anyhow::Ok(nodes::is_ready(&client).await)
            })?
        })?;
    }
    processes.check()
}

fn machinery(credentials: &Credentials) -> anyhow::Result<&Path> {
    credentials
        .kubeconfig(MACHINERY)
        .context("the testbed's own user has no kubeconfig")
}

fn start(
    tools: &Tools,
    tool: Tool,
    arguments: &[String],
    layout: &Layout,
) -> anyhow::Result<Process> {
    Program::new(tool.name(), tools.path(tool))
        .arguments(arguments)
        .start(&layout.directory)
}

fn etcd_arguments(layout: &Layout, store_port: u16, peer_port: u16) -> Vec<String> {
    let store = format!("http://127.0.0.1:{store_port}");
    let peer = format!("https://127.0.0.1:{peer_port}");
    vec![
        format!("--data-dir={}", layout.etcd_data().display()),
        format!("--listen-client-urls={store}"),
        format!("--advertise-client-urls={store}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=default={peer}"),
        "--peer-auto-tls".to_owned(),
        // What a power cut would lose is thrown away anyway.
        "--unsafe-no-fsync".to_owned(),
        "--log-level=warn".to_owned(),
    ]
}

fn api_server_arguments(
    layout: &Layout,
    store_port: u16,
    api_port: u16,
    token_file: &Path,
) -> Vec<String> {
    let key = layout.service_account_key();
    vec![
        format!("--etcd-servers=http://127.0.0.1:{store_port}"),
        "--bind-address=127.0.0.1".to_owned(),
        // Else it looks for a default route, and a private network namespace has none.
        "--advertise-address=127.0.0.1".to_owned(),
        format!("--secure-port={api_port}"),
        format!("--cert-dir={}", layout.certificates().display()),
        format!("--token-auth-file={}", token_file.display()),
        "--authorization-mode=RBAC".to_owned(),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        format!("--service-account-key-file={}", key.display()),
        format!("--service-account-signing-key-file={}", key.display()),
        "--service-cluster-ip-range=10.214.0.0/16".to_owned(),
        // Pods need no account of their own here, and no controller makes them one.
        "--disable-admission-plugins=ServiceAccount".to_owned(),
        // The kubernetes Service would need an address that is not loopback.
        "--endpoint-reconciler-type=none".to_owned(),
        format!("--audit-policy-file={}", layout.audit_policy().display()),
        format!("--audit-log-path={}", layout.audit_log().display()),
        // A request is answered only once it is in the log: reading it back is then no race.
        "--audit-log-mode=blocking".to_owned(),
        // In one file: after 100 MiB, some 70,000 requests, the server would begin another.
        format!("--audit-log-maxsize={AUDIT_LOG_MIB}"),
    ]
}

fn controller_manager_arguments(kubeconfig: &Path, controllers: &[Controller]) -> Vec<String> {
    let names: Vec<&str> = controllers
        .iter()
        .map(|controller| controller.name())
        .collect();
    vec![
        format!("--kubeconfig={}", kubeconfig.display()),
        format!("--controllers={}", names.join(",")),
        "--leader-elect=false".to_owned(),
        // No port: nobody asks it anything.
        "--secure-port=0".to_owned(),
        // The defaults, 20 and 30, would make large tests wait for its politeness.
        "--kube-api-qps=2000".to_owned(),
        "--kube-api-burst=2000".to_owned(),
        "--horizontal-pod-autoscaler-sync-period=1s".to_owned(),
        // Writes at its own convenience would be noise; resyncs are hours away.
        "--min-resync-period=12h".to_owned(),
    ]
}

fn log_of(process: &Process) -> String {
    format!(
        "the log of {} ends:\n{}",
        process.name(),
        process.log_tail()
    )
}

/// Ports that were free a moment ago. All are held until all are found, so they differ; between
/// here and their use another process may take one, and then the whole start is tried again.
pub(crate) fn free_ports<const COUNT: usize>() -> anyhow::Result<[u16; COUNT]> {
    let mut held = Vec::with_capacity(COUNT);
    let mut ports = [0; COUNT];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port")?;
        *port = listener.local_addr().context("find a free port")?.port();
        held.push(listener);
    }
    Ok(ports)
}
