//! What the kubeconfig files name, for completion.

use kube::config::Kubeconfig;

use super::files;
use crate::args::ConnectionArgs;

/// What there are names of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Contexts.
    Contexts,
    /// Clusters.
    Clusters,
    /// Users.
    Users,
}

impl Named {
    /// The names, each with what tells it from others; none where the files can't be read. Nothing of
    /// what a user signs in with is among that.
    pub fn in_files(self, args: &ConnectionArgs) -> Vec<(String, Option<String>)> {
        let files = files::read(args.kubeconfig.as_deref());
        self.of(files.ok().flatten().unwrap_or_default())
    }

    fn of(self, files: Kubeconfig) -> Vec<(String, Option<String>)> {
        match self {
            Self::Contexts => {
                let about = |it: kube::config::Context| match it.namespace {
                    Some(namespace) => format!("{}, namespace {namespace}", it.cluster),
                    None => it.cluster,
                };
                let all = files.contexts.into_iter();
                all.map(|it| (it.name, it.context.map(about))).collect()
            }
            Self::Clusters => {
                let all = files.clusters.into_iter();
                all.map(|it| (it.name, it.cluster.and_then(|it| it.server)))
                    .collect()
            }
            Self::Users => files
                .auth_infos
                .into_iter()
                .map(|it| (it.name, None))
                .collect(),
        }
    }
}
