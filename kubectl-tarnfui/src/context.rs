//! The connection as meant: from flags and kubeconfig files to a client.
//!
//! kubectl's rules: `--kubeconfig`, else the files in `$KUBECONFIG` merged, else `~/.kube/config`, else
//! the service account of a pod. Flags win over what a file says. Nothing here asks a server
//! anything.

use std::path::Path;
use std::time::Duration;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::args::ConnectionArgs;
use crate::cluster::Cluster;

mod error;
mod files;
mod names;
mod proxy;
mod selected;

pub use error::ContextError;
pub use names::Named;
use selected::Selected;

/// How long a connection may take to come about: a server that is there answers within a second,
/// one behind a black hole never does.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long one request may take where `--request-timeout` does not say: a page of 500 objects
/// takes a busy server some seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The namespace where neither a flag nor the context names one.
const DEFAULT_NAMESPACE: &str = "default";

/// Finds out what the flags mean, and makes a client for it.
pub fn connect(args: ConnectionArgs) -> LocalBoxFuture<'static, Result<Cluster, ContextError>> {
    open(args).boxed_local()
}

async fn open(args: ConnectionArgs) -> Result<Cluster, ContextError> {
    let limit = args.request_limit(REQUEST_TIMEOUT);
    let (mut config, user) = match files::read(args.kubeconfig.as_deref())? {
        None if args.server.is_none() => (in_cluster(&args)?, None),
        found => from_files(found.unwrap_or_default(), &args).await?,
    };
    // Retries would hide that a server is away for minutes, and repeat a write that went through.
    config.default_retry = false;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    config.read_timeout = limit;
    config.write_timeout = limit;
    config.headers.extend(args.impersonation_headers()?);
    let server = config.cluster_url.to_string();
    let namespace = args
        .namespace
        .clone()
        .unwrap_or_else(|| config.default_namespace.clone());
    if let Some(proxy) = &config.proxy_url {
        let proxy = proxy.to_string();
        return Err(ContextError::Proxy { server, proxy });
    }
    let login = config.auth_info.exec.as_ref();
    let login = login.and_then(|exec| exec.command.clone());
    let client = Client::try_from(config).map_err(|error| ContextError::NoClient {
        server: server.clone(),
        cause: no_client(&error, login),
    })?;
    Ok(Cluster::new(client, server, namespace)
        .asked_by(user)
        .within(limit))
}

async fn from_files(
    kubeconfig: Kubeconfig,
    args: &ConnectionArgs,
) -> Result<(Config, Option<String>), ContextError> {
    let mut selected = Selected::of(&kubeconfig, args)?;
    selected.overrule(args);
    if let Some(server) = &selected.cluster.server {
        is_address(server)
            .then_some(())
            .ok_or_else(|| ContextError::NoAddress {
                server: server.clone(),
            })?;
    }
    let has_own_proxy = selected.has_proxy();
    let user = selected.user.clone();
    let mut config =
        Config::from_custom_kubeconfig(selected.into_kubeconfig(), &KubeConfigOptions::default())
            .await
            .map_err(|error| ContextError::Invalid {
                cause: error.to_string(),
            })?;
    if !has_own_proxy && proxy::is_bypassed(&config.cluster_url) {
        config.proxy_url = None;
    }
    Ok((config, user))
}

/// Whether the client can make addresses of requests of it: it takes a name without a scheme, and
/// dies of it later.
fn is_address(server: &str) -> bool {
    let uri = server.parse::<http::Uri>().ok();
    let scheme = uri.as_ref().and_then(http::Uri::scheme_str);
    scheme.is_some_and(|scheme| ["http", "https"].contains(&scheme))
}

/// Why there is no client: a file, or the login program. Of what such a program was given and has
/// printed nothing is told, because it may be a token.
fn no_client(error: &kube::Error, login: Option<String>) -> String {
    let cause = crate::error::placed_cause(error);
    let Some(login) = login else {
        return cause;
    };
    let status = cause.split_once(" failed with status ");
    match status.and_then(|(_, it)| it.split(": Output {").next()) {
        Some(status) => format!("login program {login:?} failed: {status}"),
        None => format!("login program {login:?}: {cause}"),
    }
}

fn in_cluster(args: &ConnectionArgs) -> Result<Config, ContextError> {
    match (&args.context, Config::incluster()) {
        (None, Ok(config)) => Ok(config),
        (Some(_), _) | (None, Err(_)) => Err(ContextError::NoFiles {
            looked_at: files::usual(),
        }),
    }
}

impl ConnectionArgs {
    fn request_limit(&self, usual: Duration) -> Option<Duration> {
        match self.request_timeout {
            None => Some(usual),
            Some(timeout) => timeout.limit(),
        }
    }

    /// The parts of impersonation that the client leaves out.
    fn impersonation_headers(
        &self,
    ) -> Result<Vec<(http::HeaderName, http::HeaderValue)>, ContextError> {
        let uid = self
            .as_uid
            .iter()
            .map(|uid| ("impersonate-uid".to_owned(), uid));
        let extra = self.as_user_extra.iter();
        let extra = extra.map(|(key, value)| (format!("impersonate-extra-{key}"), value));
        uid.chain(extra)
            .map(|(name, value)| header(&name, value))
            .collect()
    }
}

fn header(name: &str, value: &str) -> Result<(http::HeaderName, http::HeaderValue), ContextError> {
    let name_read = name.parse::<http::HeaderName>().ok();
    let header = name_read.zip(value.parse::<http::HeaderValue>().ok());
    header.ok_or_else(|| ContextError::Invalid {
        cause: format!("{name}: {value:?} can't be sent"),
    })
}

/// The path of a file as the client takes it.
fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
