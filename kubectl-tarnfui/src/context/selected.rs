//! One context out of a kubeconfig, with what flags say put over it.

use kube::config::{AuthInfo, Cluster, Context, Kubeconfig};
use kube::config::{NamedAuthInfo, NamedCluster, NamedContext};
use tarnfui_shared::text::did_you_mean;

use super::{ContextError, DEFAULT_NAMESPACE, path_text};
use crate::args::ConnectionArgs;

/// The name of all three parts in the kubeconfig that is handed on.
const NAME: &str = "selected";

/// What is used of a kubeconfig.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) namespace: String,
    pub(super) cluster: Cluster,
    pub(super) auth: AuthInfo,
    /// The name of the user in the files.
    pub(super) user: Option<String>,
}

impl Selected {
    /// What the flags select, else the current context.
    pub(super) fn of(files: &Kubeconfig, args: &ConnectionArgs) -> Result<Self, ContextError> {
        let context = context(files, args)?;
        let cluster = args
            .cluster
            .clone()
            .or(context.as_ref().map(|it| it.cluster.clone()));
        let cluster = cluster.map_or(Ok(Cluster::default()), |name| cluster_of(files, name))?;
        let user = args
            .user
            .clone()
            .or(context.as_ref().and_then(|it| it.user.clone()));
        let auth = files
            .auth_infos
            .iter()
            .find(|it| Some(&it.name) == user.as_ref());
        // A flag may bring the credentials that the files do not have.
        let is_needed = args.user.is_some()
            || (args.token.is_none()
                && args.username.is_none()
                && args.client_certificate.is_none());
        if let (None, Some(name), true) = (auth, &user, is_needed) {
            let near = near(name, files.auth_infos.iter().map(|it| it.name.as_str()));
            return Err(ContextError::UnknownUser {
                name: name.clone(),
                near,
            });
        }
        let namespace = context
            .and_then(|it| it.namespace)
            .filter(|name| !name.is_empty());
        Ok(Self {
            namespace: namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned()),
            cluster,
            auth: auth.and_then(|it| it.auth_info.clone()).unwrap_or_default(),
            user,
        })
    }

    /// Whether the file itself, and not the environment, names a proxy.
    pub(super) fn has_proxy(&self) -> bool {
        self.cluster
            .proxy_url
            .as_ref()
            .is_some_and(|url| !url.is_empty())
    }

    /// Puts flags over what the files say.
    pub(super) fn overrule(&mut self, args: &ConnectionArgs) {
        self.overrule_cluster(args);
        self.overrule_credentials(args);
        let groups = Some(args.as_group.clone()).filter(|groups| !groups.is_empty());
        set(&mut self.auth.impersonate, args.as_user.clone());
        set(&mut self.auth.impersonate_groups, groups);
    }

    fn overrule_cluster(&mut self, args: &ConnectionArgs) {
        let cluster = &mut self.cluster;
        set(&mut cluster.server, args.server.clone());
        set(&mut cluster.tls_server_name, args.tls_server_name.clone());
        set(&mut cluster.disable_compression, args.disable_compression);
        set(
            &mut cluster.insecure_skip_tls_verify,
            args.insecure_skip_tls_verify,
        );
        if let Some(path) = &args.certificate_authority {
            cluster.certificate_authority = Some(path_text(path));
            cluster.certificate_authority_data = None;
        }
    }

    /// A credential from a flag takes the place of every other kind: whoever gives a token does
    /// not want to be asked by a login program.
    fn overrule_credentials(&mut self, args: &ConnectionArgs) {
        let auth = &mut self.auth;
        if let Some(path) = &args.client_certificate {
            auth.client_certificate = Some(path_text(path));
            auth.client_certificate_data = None;
        }
        if let Some(path) = &args.client_key {
            auth.client_key = Some(path_text(path));
            auth.client_key_data = None;
        }
        if args.token.is_some() || args.username.is_some() {
            (auth.token, auth.token_file) = (None, None);
            (auth.username, auth.password) = (None, None);
            (auth.exec, auth.auth_provider) = (None, None);
        }
        if let Some(token) = &args.token {
            auth.token = Some(token.clone().into());
        } else if let Some(name) = &args.username {
            auth.username = Some(name.clone());
            auth.password = Some(args.password.clone().unwrap_or_default().into());
        }
    }

    /// A kubeconfig that holds nothing else.
    pub(super) fn into_kubeconfig(self) -> Kubeconfig {
        let name = || NAME.to_owned();
        let context = Context {
            cluster: name(),
            user: Some(name()),
            namespace: Some(self.namespace),
            ..Context::default()
        };
        Kubeconfig {
            current_context: Some(name()),
            contexts: vec![NamedContext {
                name: name(),
                context: Some(context),
                ..NamedContext::default()
            }],
            clusters: vec![NamedCluster {
                name: name(),
                cluster: Some(self.cluster),
                ..NamedCluster::default()
            }],
            auth_infos: vec![NamedAuthInfo {
                name: name(),
                auth_info: Some(self.auth),
                ..NamedAuthInfo::default()
            }],
            ..Kubeconfig::default()
        }
    }
}

/// The context; none where none is needed, because flags name the server.
fn context(files: &Kubeconfig, args: &ConnectionArgs) -> Result<Option<Context>, ContextError> {
    let current = files
        .current_context
        .as_ref()
        .filter(|name| !name.is_empty());
    let Some(name) = args.context.as_ref().or(current) else {
        let is_named = args.server.is_some() || args.cluster.is_some();
        return if is_named {
            Ok(None)
        } else {
            Err(ContextError::NoContext)
        };
    };
    let found = files.contexts.iter().find(|it| it.name == *name);
    found
        .and_then(|it| it.context.clone())
        .map(Some)
        .ok_or_else(|| ContextError::UnknownContext {
            name: name.clone(),
            near: near(name, files.contexts.iter().map(|it| it.name.as_str())),
        })
}

fn cluster_of(files: &Kubeconfig, name: String) -> Result<Cluster, ContextError> {
    let found = files.clusters.iter().find(|it| it.name == name);
    found
        .and_then(|it| it.cluster.clone())
        .ok_or_else(|| ContextError::UnknownCluster {
            near: near(&name, files.clusters.iter().map(|it| it.name.as_str())),
            name,
        })
}

fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    did_you_mean(name, known).map(str::to_owned)
}

fn set<T>(place: &mut Option<T>, flag: Option<T>) {
    if flag.is_some() {
        *place = flag;
    }
}
