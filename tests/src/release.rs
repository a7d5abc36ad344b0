//! `release --all` as a process of its own, with exactly the rights that `deploy/release-rbac.yaml`
//! grants.
//!
//! It must not know what a release does: its suite looks at that.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use k8s_openapi::api::core::v1::Namespace;
use kube::api::Api;

use crate::controllers::{NAMESPACE, may};
use crate::roles;
use crate::testbed::{Cluster, Options, Process, Request, USER_AGENT, User};
use crate::wait;

/// Whom it logs in as.
pub const ACCOUNT: &str = "system:serviceaccount:tarnfui-system:tarnfui-release";

/// The rights of that account, as people install them.
pub const RIGHTS: &str = include_str!("../../deploy/release-rbac.yaml");

/// How long it may take to end, or to get somewhere, on a machine that is busy: a lease of 15 s is
/// waited out twice at most.
const BOUND: Duration = Duration::from_mins(1);

/// Looks for the end of the log made so far in this process.
static MARKERS: AtomicU32 = AtomicU32::new(0);

/// These options, with the account among the users.
pub fn with_account(mut options: Options) -> Options {
    options
        .users
        .push(User::service_account(NAMESPACE, "tarnfui-release"));
    options
}

/// Applies [`RIGHTS`], and waits until the API server knows. Those of the controllers come first:
/// their namespace is made with them.
pub fn grant(cluster: &Cluster) -> anyhow::Result<()> {
    cluster.apply(RIGHTS).context("grant the rights")?;
    wait::until("the rights are known", BOUND, || {
        crate::testbed::run(async {
            let api = Api::all(cluster.client(ACCOUNT).await?);
            let may_patch = may(&api, "patch", "batch", "cronjobs").await?;
            let may_delete = may(&api, "delete", "coordination.k8s.io", "leases").await?;
            anyhow::Ok(may_patch && may_delete)
        })?
    })
}

/// A release that runs.
#[derive(Debug)]
pub struct Release {
    process: Process,
}

/// How one ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// The lines that it wrote to stdout.
    pub out: Vec<String>,
    /// What it wrote to stderr.
    pub err: String,
}

impl Release {
    /// Starts one. `name` tells those on one cluster apart, `arguments` come after `--all`.
    pub fn start(cluster: &Cluster, name: &str, arguments: &[&str]) -> anyhow::Result<Self> {
        let process = cluster
            .program(name, roles::CONTROLLER.0, ACCOUNT)
            .arguments(["release", "--all", &format!("--namespace={NAMESPACE}")])
            .arguments(arguments)
            .errors_apart()
            .start(cluster.directory())?;
        Ok(Self { process })
    }

    /// The process, for signals.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// What it has written to stdout so far, by lines.
    pub fn out(&self) -> Vec<String> {
        self.process.log().lines().map(str::to_owned).collect()
    }

    /// Waits until it is so, or fails if it ends before.
    pub fn until(
        &mut self,
        what: &str,
        is_so: impl Fn(&Self) -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        wait::until(what, BOUND, || {
            self.process.check()?;
            is_so(self)
        })
    }

    /// Waits until it has ended by itself.
    pub fn end(mut self) -> anyhow::Result<Ended> {
        let waited = wait::until("the release has ended", BOUND, || {
            Ok(self.process.ended()?.is_some())
        });
        waited.with_context(|| format!("it has said: {:?}", self.out()))?;
        let status = self.process.ended()?.context("an end")?;
        Ok(Ended {
            code: status.code(),
            out: self.out(),
            err: self.process.errors(),
        })
    }
}

/// Everything that releases have asked for, oldest first, once the log holds all that was answered
/// before this was called.
pub async fn requests(cluster: &Cluster) -> anyhow::Result<Vec<Request>> {
    let number = MARKERS.fetch_add(1, Ordering::Relaxed);
    let marker = format!("is-logged-{number}");
    let api: Api<Namespace> = Api::all(cluster.client("admin").await?);
    api.get_opt(&marker).await.context("ask for a marker")?;
    let is_it = |it: &Request| it.name.as_ref() == Some(&marker);
    wait::until_async("the log holds the marker", BOUND, async || {
        Ok(cluster.requests()?.iter().any(is_it))
    })
    .await?;
    let mut requests = cluster.requests()?;
    // Whether it has its rights is asked by the testbed, in its name.
    requests.retain(|it| it.user == ACCOUNT && !it.user_agent.starts_with(USER_AGENT));
    Ok(requests)
}

/// What releases have asked to be changed, sorted: `patch deployments shop/web`, with the status
/// where it was refused.
pub async fn writes(cluster: &Cluster) -> anyhow::Result<Vec<String>> {
    let requests = requests(cluster).await?;
    let writes = requests.iter().filter(|it| it.is_write());
    let mut lines: Vec<String> = writes.map(written).collect();
    lines.sort();
    Ok(lines)
}

fn written(request: &Request) -> String {
    let namespace = request.namespace.as_deref().unwrap_or_default();
    let name = request.name.as_deref().unwrap_or_default();
    let what = format!("{} {} {namespace}/{name}", request.verb, request.resource);
    if (200..300).contains(&request.code) {
        what
    } else {
        format!("{what}: {}", request.code)
    }
}
