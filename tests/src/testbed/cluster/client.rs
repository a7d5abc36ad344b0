//! Clients of a cluster that do what they are told once, and say so when it did not work.
//!
//! kube's default client retries a write for minutes and waits for an answer for ever: tests built
//! on it would pass where the product must not, and hang where they should fail.

use std::future::Future;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use k8s_openapi::api::core::v1::Namespace;
use kube::api::{Api, GetParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// What these clients call themselves, so that the log of requests tells them from the programs under
/// test, which call themselves something else or nothing.
pub const USER_AGENT: &str = "tarnfui-tests";

/// For a connection to loopback, and for sending a request.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// For silence on a connection: longer than the minute between two bookmarks of a watch.
const READ_TIMEOUT: Duration = Duration::from_secs(75);

/// For one look at whether a server that is just starting answers.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// The configuration for a kubeconfig: no hidden retries, every wait bounded.
pub(super) async fn config(kubeconfig: &Path) -> anyhow::Result<Config> {
    let file = Kubeconfig::read_from(kubeconfig).context("read the kubeconfig")?;
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(file, &options).await;
    config.context("read the kubeconfig").map(bounded)
}

/// The same configuration with no hidden retries and every wait bounded.
pub(crate) fn bounded(mut config: Config) -> Config {
    config.default_retry = false;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    config.read_timeout = Some(READ_TIMEOUT);
    config.write_timeout = Some(CONNECT_TIMEOUT);
    let agent = http::HeaderValue::from_static(USER_AGENT);
    config.headers.push((http::header::USER_AGENT, agent));
    config
}

/// A client of whoever a kubeconfig is for.
pub(crate) async fn connect(kubeconfig: &Path) -> anyhow::Result<Client> {
    Client::try_from(config(kubeconfig).await?).context("make a client")
}

/// Whether the API server says that it is ready, and has made the namespaces it makes.
pub(super) async fn is_ready(kubeconfig: &Path) -> bool {
    let looks = async {
        let client = connect(kubeconfig).await.ok()?;
        let answer = text_by(&client, "readyz").await.ok()?;
        let namespaces = Api::<Namespace>::all(client);
        let default = namespaces.get_opt("default").await.ok()?;
        (answer == "ok").then_some(default?)
    };
    tokio::time::timeout(PROBE_TIMEOUT, looks)
        .await
        .is_ok_and(|found| found.is_some())
}

/// The text at a path of the API server that is no resource, such as `metrics`.
pub(super) async fn text(kubeconfig: &Path, path: &str) -> anyhow::Result<String> {
    text_by(&connect(kubeconfig).await?, path).await
}

async fn text_by(client: &Client, path: &str) -> anyhow::Result<String> {
    let request = kube::core::Request::new("").get(path, &GetParams::default());
    let request = request.with_context(|| format!("ask for {path}"))?;
    client
        .request_text(request)
        .await
        .with_context(|| format!("ask for {path}"))
}

/// Runs a future to its end on a thread of its own, so that it works inside a runtime as well.
pub(super) fn run<F>(future: F) -> anyhow::Result<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    thread::scope(|scope| {
        let runs = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            Ok(runtime.block_on(future))
        });
        runs.join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
