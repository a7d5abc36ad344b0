//! Why no connection can even be tried.

use std::path::PathBuf;

use crate::error::{Hinted, guess};

/// Why no connection can even be tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// `--kubeconfig` names a file that is not there.
    #[error("kubeconfig {path:?} does not exist")]
    NoFile {
        /// The file.
        path: PathBuf,
    },
    /// None of the usual files is there, and this is no pod.
    #[error("no kubeconfig: none of {} exists", list(.looked_at))]
    NoFiles {
        /// Where one was looked for.
        looked_at: Vec<PathBuf>,
    },
    /// A file can't be read.
    #[error("kubeconfig {path:?} can't be read: {cause}")]
    UnreadableFile {
        /// The file.
        path: PathBuf,
        /// Why, in the words of the reader.
        cause: String,
    },
    /// The files name no context to use.
    #[error("no context is selected")]
    NoContext,
    /// The context is not in the files.
    #[error("context {name:?} does not exist{}", guess(.near.as_deref()))]
    UnknownContext {
        /// Its name.
        name: String,
        /// One that it may stand for.
        near: Option<String>,
    },
    /// The cluster is not in the files.
    #[error("cluster {name:?} does not exist in the kubeconfig{}", guess(.near.as_deref()))]
    UnknownCluster {
        /// Its name.
        name: String,
        /// One that it may stand for.
        near: Option<String>,
    },
    /// The user that a flag names is not in the files.
    #[error("user {name:?} does not exist in the kubeconfig{}", guess(.near.as_deref()))]
    UnknownUser {
        /// Their name.
        name: String,
        /// One that it may stand for.
        near: Option<String>,
    },
    /// The address of the server is none.
    #[error("{server:?} is no address of a server: expected https://HOST:PORT")]
    NoAddress {
        /// What stands in its place.
        server: String,
    },
    /// Something in the files or flags makes no sense.
    #[error("the connection can't be set up: {cause}")]
    Invalid {
        /// What, in the words of the reader.
        cause: String,
    },
    /// The way leads through a proxy.
    #[error("the server at {server} is behind a proxy, and proxies are not supported: {proxy}")]
    Proxy {
        /// The server's address.
        server: String,
        /// The proxy's address.
        proxy: String,
    },
    /// The client can't be made: certificates, keys or a login program.
    #[error("the connection to {server} can't be set up: {cause}")]
    NoClient {
        /// The server's address.
        server: String,
        /// Why.
        cause: String,
    },
}

impl Hinted for ContextError {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoAddress { server } if !server.contains("://") => {
                return Some(format!("did you mean https://{server}?"));
            }
            Self::NoFile { .. } => "leave --kubeconfig out, or name a file that exists",
            Self::NoFiles { .. } => "name one with --kubeconfig or $KUBECONFIG",
            Self::UnreadableFile { .. } => "kubectl config view shows whether kubectl can read it",
            Self::NoContext => "kubectl config get-contexts, then --context NAME",
            Self::UnknownContext { .. } => "kubectl config get-contexts",
            Self::UnknownCluster { .. } => "kubectl config get-clusters",
            Self::UnknownUser { .. } => "kubectl config get-users",
            Self::Proxy { .. } => "if it can be reached without, add its host to $NO_PROXY",
            Self::NoAddress { .. } | Self::Invalid { .. } | Self::NoClient { .. } => {
                "kubectl config view --minify"
            }
        };
        Some(hint.to_owned())
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths
        .iter()
        .map(|path| path.display().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}
