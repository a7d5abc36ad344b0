//! kubectl's connection flags, under kubectl's names.
//!
//! kubectl refuses flags before the name of a plugin, so a plugin has to take all of them itself,
//! before and after its verb.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;

use super::targets;

/// The heading above them in help texts, by which they are told from other flags.
pub(crate) const HEADING: &str = "Connection, as in kubectl";

/// Where the cluster is, and who asks.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = HEADING)]
pub struct ConnectionArgs {
    /// Namespace; the context's where nothing is said.
    #[arg(short = 'n', long, global = true, value_parser = targets::namespace_name)]
    pub namespace: Option<String>,
    /// Context to use; the current one where nothing is said.
    #[arg(long, global = true)]
    pub context: Option<String>,
    /// Kubeconfig file; else the files in $KUBECONFIG, else ~/.kube/config.
    #[arg(long, global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Cluster of the kubeconfig to use.
    #[arg(long, global = true, hide_short_help = true)]
    pub cluster: Option<String>,
    /// User of the kubeconfig to use.
    #[arg(long, global = true, hide_short_help = true)]
    pub user: Option<String>,
    /// Address of the API server.
    #[arg(
        short = 's',
        long,
        global = true,
        value_name = "URL",
        hide_short_help = true
    )]
    pub server: Option<String>,
    /// Bearer token.
    #[arg(long, global = true, hide_short_help = true)]
    pub token: Option<String>,
    /// User to act as.
    #[arg(
        long = "as",
        global = true,
        value_name = "USER",
        hide_short_help = true
    )]
    pub as_user: Option<String>,
    /// Group to act as; may be given several times.
    #[arg(long, global = true, value_name = "GROUP", hide_short_help = true)]
    pub as_group: Vec<String>,
    /// Uid to act as.
    #[arg(long, global = true, value_name = "UID", hide_short_help = true)]
    pub as_uid: Option<String>,
    /// More about the user to act as; may be given several times.
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = key_value, hide_short_help = true)]
    pub as_user_extra: Vec<(String, String)>,
    /// File with the certificates of the authority to trust.
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub certificate_authority: Option<PathBuf>,
    /// File with the client certificate.
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub client_certificate: Option<PathBuf>,
    /// File with the key of the client certificate.
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub client_key: Option<PathBuf>,
    /// Trust any server: somebody in between could read and change everything.
    #[arg(long, global = true, num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_name = "BOOL", hide_short_help = true)]
    pub insecure_skip_tls_verify: Option<bool>,
    /// Name that the server's certificate must have.
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    pub tls_server_name: Option<String>,
    /// How long one request may take, as in 5s or 2m; 0 is without limit.
    #[arg(long, global = true, value_name = "DURATION", value_parser = request_timeout,
        hide_short_help = true)]
    pub request_timeout: Option<RequestTimeout>,
    /// User name for basic authentication.
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    pub username: Option<String>,
    /// Password for basic authentication.
    #[arg(long, global = true, hide_short_help = true)]
    pub password: Option<String>,
    /// Ask for uncompressed answers.
    #[arg(long, global = true, num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_name = "BOOL", hide_short_help = true)]
    pub disable_compression: Option<bool>,
    /// Accepted for kubectl's sake: nothing is cached.
    #[arg(long, global = true, value_name = "DIR", hide_short_help = true)]
    pub cache_dir: Option<PathBuf>,
}

/// How long one request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestTimeout {
    /// This long.
    Within(Duration),
    /// As long as it likes.
    Unlimited,
}

impl RequestTimeout {
    /// The limit, if there is one.
    pub fn limit(self) -> Option<Duration> {
        match self {
            Self::Within(length) => Some(length),
            Self::Unlimited => None,
        }
    }
}

/// Reads a number of seconds, or a duration such as `1m30s`.
fn request_timeout(value: &str) -> Result<RequestTimeout, String> {
    let expected = || "expected seconds, or a duration such as 5s or 2m; 0 is without limit";
    let seconds = value.parse::<u64>().ok().map(Duration::from_secs);
    let length = seconds.or_else(|| Duration::try_from(value.parse::<SignedDuration>().ok()?).ok());
    match length.ok_or_else(expected)? {
        Duration::ZERO => Ok(RequestTimeout::Unlimited),
        length => Ok(RequestTimeout::Within(length)),
    }
}

fn key_value(value: &str) -> Result<(String, String), String> {
    match value.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        Some(_) | None => Err("expected KEY=VALUE".to_owned()),
    }
}
