//! Controllers as processes of their own, with exactly the rights that `deploy/rbac.yaml` grants.
//!
//! A controller acts on a whole cluster, so a cluster has one lease for all of them, and trials
//! that need another configuration need another cluster, or to take turns.
//! It must not know what a controller does: suites look at that.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use kube::api::{Api, PostParams};
use serde_json::Value;

use crate::roles;
use crate::testbed::{Cluster, Options, Process, Program, User, free_port};
use crate::wait;

/// Whom controllers log in as.
pub const ACCOUNT: &str = "system:serviceaccount:tarnfui-system:tarnfui-controller";

/// The namespace of the controllers' Lease and ConfigMap.
pub const NAMESPACE: &str = "tarnfui-system";

/// The name of that Lease.
pub const LEASE: &str = "tarnfui-controller";

/// The rights of that account, as people install them.
pub const RIGHTS: &str = include_str!("../../deploy/rbac.yaml");

/// How far the clock of a controller is ahead where a trial wants that: a day, less five seconds.
///
/// What was just made is then older than the usual grace, and a grace of `1d` is over after five
/// seconds.
pub const AHEAD: Duration = Duration::from_secs(24 * 60 * 60 - 5);

/// What a clock that is [`AHEAD`] will say in so many seconds.
pub fn ahead_in(seconds: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(seconds) + AHEAD
}

/// How long a controller may take to start and to fill its caches, on a machine that is busy.
const READY_BOUND: Duration = Duration::from_mins(1);

/// How long an answer of a controller may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// These options, with the controllers' account among the users.
pub fn with_account(mut options: Options) -> Options {
    options
        .users
        .push(User::service_account(NAMESPACE, "tarnfui-controller"));
    options
}

/// Applies `rights`, which are [`RIGHTS`] or some of them, and waits until the API server knows.
pub fn grant(cluster: &Cluster, rights: &str) -> anyhow::Result<()> {
    cluster.apply(rights).context("grant the rights")?;
    wait::until("the rights are known", READY_BOUND, || {
        crate::testbed::run(async {
            let api = Api::all(cluster.client(ACCOUNT).await?);
            let may_watch = may(&api, "watch", "", "namespaces").await?;
            anyhow::Ok(may_watch && may(&api, "create", "coordination.k8s.io", "leases").await?)
        })?
    })
}

/// Whether the account of `api` may do this; a Lease is the controllers' own.
pub(crate) async fn may(
    api: &Api<SelfSubjectAccessReview>,
    verb: &str,
    group: &str,
    resource: &str,
) -> anyhow::Result<bool> {
    let attributes = ResourceAttributes {
        group: Some(group.to_owned()),
        namespace: (resource == "leases").then(|| NAMESPACE.to_owned()),
        name: (resource == "leases").then(|| LEASE.to_owned()),
        resource: Some(resource.to_owned()),
        verb: Some(verb.to_owned()),
        ..ResourceAttributes::default()
    };
    let review = SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(attributes),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    };
    let answer = api.create(&PostParams::default(), &review).await?;
    Ok(answer.status.is_some_and(|status| status.allowed))
}

/// A controller to be started.
#[derive(Debug, Clone)]
pub struct Launch {
    name: String,
    configuration: Option<String>,
    log: &'static str,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Launch {
    /// A controller on the machine's clock, with the built-in configuration.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            configuration: None,
            log: "info,tarnfui_controller=debug",
            arguments: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// Its clock is [`AHEAD`] of the machine's.
    #[must_use]
    pub fn ahead(self) -> Self {
        self.variable(roles::CLOCK_AHEAD, &AHEAD.as_secs().to_string())
    }

    /// Its configuration, from a file.
    #[must_use]
    pub fn configuration(mut self, text: &str) -> Self {
        self.configuration = Some(text.to_owned());
        self
    }

    /// What it logs; everything of its own, unless told otherwise.
    #[must_use]
    pub fn log(mut self, filter: &'static str) -> Self {
        self.log = filter;
        self
    }

    /// One more argument.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// One more variable of its environment; a later one takes the place of an earlier.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts it, with the rights of [`ACCOUNT`], and does not wait for anything.
    pub fn start(&self, cluster: &Cluster) -> anyhow::Result<Controller> {
        let program = cluster.program(&self.name, roles::CONTROLLER.0, ACCOUNT);
        self.start_as(program, cluster.directory())
    }

    /// Starts it as a program that knows its cluster already, in a directory of one's choice.
    pub fn start_as(&self, program: Program, directory: &Path) -> anyhow::Result<Controller> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let mut program = program
            .arguments([
                format!("--namespace={NAMESPACE}"),
                format!("--identity={}", self.name),
                format!("--admin-address={address}"),
                format!("--log={}", self.log),
            ])
            .arguments(&self.arguments);
        if let Some(text) = &self.configuration {
            let path = directory.join(format!("{}.yaml", self.name));
            fs::write(&path, text).context("write the configuration")?;
            program = program.arguments([Path::new("--config-file"), &path]);
        }
        for (name, value) in &self.variables {
            program = program.variable(name, value);
        }
        let process = program.start(directory)?;
        Ok(Controller { process, address })
    }

    /// Starts it, and waits until it is ready.
    pub fn start_ready(&self, cluster: &Cluster) -> anyhow::Result<Controller> {
        let mut controller = self.start(cluster)?;
        controller.until_ready()?;
        Ok(controller)
    }
}

/// A controller that runs.
#[derive(Debug)]
pub struct Controller {
    process: Process,
    address: SocketAddr,
}

impl Controller {
    /// The process, for signals and its log.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The last lines of its log.
    pub fn log_tail(&self) -> String {
        self.process.log_tail()
    }

    /// Waits until `/readyz` says so.
    pub fn until_ready(&mut self) -> anyhow::Result<()> {
        let is_ready = |it: &Self| it.get("/readyz").is_ok_and(|(code, _)| code == 200);
        self.until("ready", is_ready)
    }

    /// Waits until it leads.
    pub fn until_leading(&mut self) -> anyhow::Result<()> {
        self.until("leading", |it| {
            it.metric("tarnfui_leader").is_ok_and(|leads| leads > 0.0)
        })
    }

    /// Waits until it is so.
    pub fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        let name = self.process.name().to_owned();
        let waited = wait::until(&format!("{name} is {what}"), READY_BOUND, || {
            self.process.check()?;
            Ok(is_so(self))
        });
        waited.with_context(|| format!("its log ends:\n{}", self.log_tail()))
    }

    /// The status and the text at `path` of its admin address.
    pub fn get(&self, path: &str) -> anyhow::Result<(u16, String)> {
        get(self.address, path).with_context(|| format!("ask {} for {path}", self.process.name()))
    }

    /// What `/readyz` says.
    pub fn readiness(&self) -> anyhow::Result<(u16, String)> {
        self.get("/readyz")
    }

    /// The value of a series in `/metrics`, named with its labels as they are shown; 0 if there is
    /// none, since a series appears with its first count.
    pub fn metric(&self, series: &str) -> anyhow::Result<f64> {
        let (_, text) = self.get("/metrics")?;
        let values = text
            .lines()
            .filter_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        let value = values.map(str::parse).next().transpose();
        Ok(value
            .with_context(|| format!("read {series}"))?
            .unwrap_or(0.0))
    }

    /// What it has decided for a namespace.
    pub fn decision(&self, namespace: &str) -> anyhow::Result<Value> {
        let (_, text) = self.get(&format!("/debug/decisions?namespace={namespace}"))?;
        let mut answer: Value = serde_json::from_str(&text).context("read the decisions")?;
        Ok(answer["items"][0].take())
    }

    /// The codes of the problems that it has with a namespace, as `RolloutInProgress
    /// deployment/web`, sorted.
    pub fn problems(&self, namespace: &str) -> anyhow::Result<Vec<String>> {
        let decision = self.decision(namespace)?;
        let problems = decision["problems"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut lines: Vec<String> = problems
            .iter()
            .map(|it| {
                format!("{} {}", text(&it["code"]), text(&it["workload"]))
                    .trim()
                    .to_owned()
            })
            .collect();
        lines.sort();
        Ok(lines)
    }
}

/// One request over HTTP/1.0, which ends with the connection.
fn get(address: SocketAddr, path: &str) -> anyhow::Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_TIMEOUT)?;
    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: controller\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("an answer without a body")?;
    let code = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok((code.context("an answer without a status")?, body.to_owned()))
}
