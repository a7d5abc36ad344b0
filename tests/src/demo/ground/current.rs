//! Somebody's cluster as a ground: that of a context of their kubeconfig.
//!
//! Nothing is sent to it before they agreed. What is made lies in namespaces that this run has
//! labelled as its own, and nothing without that label is ever removed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::Namespace as Object;
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, PostParams, Preconditions};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config, ResourceExt as _};
use serde_json::json;
use tarnfui_shared::workload::{KINDS, SAVED_LABEL};

use crate::clock::real_now;
use crate::demo::cast::{self, Namespace};
use crate::demo::replicas::LEASE;
use crate::demo::screen::Screen;
use crate::demo::sight::resource;
use crate::demo::tenancy::Tenancy;
use crate::testbed::{Directory, bounded};
use crate::wait;

use super::question::Question;
use super::refusal::{Findings, Refusal, refuse};
use super::{Access, Site, Workshop, has_kubectl};

/// The label on the namespaces that a run has made; its value tells runs apart.
const RUN: &str = "tarnfui-demo/run";

/// How long namespaces may take to go: their pods are given 30 s to end.
const GONE_BOUND: Duration = Duration::from_mins(2);

/// A cluster that is not ours.
#[derive(Debug)]
pub(super) struct Current {
    run: String,
    /// As it was given, none for the current one.
    context: Option<String>,
    places: Vec<String>,
    _directory: Directory,
}

impl Current {
    /// Asks, connects, and looks whether there is anything against it.
    pub(super) async fn open(
        site: &Site,
        namespaces: &[Namespace],
        screen: &mut Screen,
    ) -> anyhow::Result<(Client, Workshop, Self)> {
        let kubeconfig = Kubeconfig::read()
            .context("there is no usable kubeconfig; hint: set KUBECONFIG, or --cluster sandbox")?;
        let context = site.context.clone().or(kubeconfig.current_context.clone());
        let context = context.context(
            "the kubeconfig has no current context; hint: kubectl config get-contexts, then --context",
        )?;
        let server = server_of(&kubeconfig, &context)?;
        let question = Question {
            context: &context,
            server: &server,
            namespaces,
        };
        question.ask(site.is_agreed, screen).await?;

        let options = KubeConfigOptions {
            context: Some(context.clone()),
            ..KubeConfigOptions::default()
        };
        let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
        let config = bounded(config.context("read the kubeconfig")?);
        let client = Client::try_from(config).context("make a client")?;
        let home = Tenancy::Guest.home().to_owned();
        let places: Vec<String> = std::iter::once(home)
            .chain(namespaces.iter().map(|it| it.place.clone()))
            .collect();
        refuse(real_now(), look(&client, &places).await?)?;

        let directory = Directory::make("demo")?;
        let workshop = Workshop {
            directory: directory.path().to_owned(),
            bin: directory.path().join("bin"),
            arguments: vec![format!("--context={context}")],
            variables: environment(std::env::vars_os(), &std::env::current_dir()?),
        };
        let current = Self {
            run: format!("{:x}", real_now().as_nanosecond()),
            context: site.context.clone(),
            places,
            _directory: directory,
        };
        Ok((client, workshop, current))
    }

    /// Makes namespaces, as ours.
    pub(super) async fn claim(
        &self,
        client: &Client,
        places: impl Iterator<Item = &str>,
    ) -> anyhow::Result<()> {
        let api: Api<Object> = Api::all(client.clone());
        for place in places {
            let mut object = cast::bare(place);
            object["metadata"]["labels"] = json!({ RUN: self.run });
            let object = serde_json::from_value(object).context("read a manifest")?;
            match api.create(&PostParams::default(), &object).await {
                Ok(_) => {}
                // Somebody was quicker than our look at it.
                Err(kube::Error::Api(status)) if status.is_already_exists() => {
                    return Err(Refusal::Taken(vec![place.to_owned()]).into());
                }
                Err(error) => return Err(error).with_context(|| format!("make {place}")),
            }
        }
        Ok(())
    }

    pub(super) fn access(&self, bin: PathBuf) -> Access {
        let context = self.context.as_ref();
        Access {
            tenancy: Tenancy::Guest,
            kubeconfig: None,
            bin,
            has_kubectl: has_kubectl(),
            flags: context.map_or(String::new(), |name| format!(" --context {name}")),
            plugin_flags: format!(" --controller-namespace {}", Tenancy::Guest.home()),
        }
    }

    /// What there is to remove.
    pub(super) fn places(&self) -> &[String] {
        &self.places
    }

    /// Removes what this run has made, and waits until it is gone.
    pub(super) async fn leave(&self, client: &Client) -> anyhow::Result<()> {
        let api: Api<Object> = Api::all(client.clone());
        let ours = ListParams::default().labels(&format!("{RUN}={}", self.run));
        let made = api.list(&ours).await;
        for namespace in made.context("look for what was made")? {
            let this_one = DeleteParams::default().preconditions(Preconditions {
                uid: namespace.uid(),
                ..Preconditions::default()
            });
            let name = namespace.name_any();
            match api.delete(&name, &this_one).await {
                Ok(_) => {}
                Err(kube::Error::Api(status)) if status.is_not_found() => {}
                Err(error) => return Err(error).with_context(|| format!("remove {name}")),
            }
        }
        let are_gone = async || Ok(api.list(&ours).await?.items.is_empty());
        wait::until_async("they are gone", GONE_BOUND, are_gone).await
    }
}

/// The address of a context's API server.
fn server_of(kubeconfig: &Kubeconfig, context: &str) -> anyhow::Result<String> {
    let named = kubeconfig.contexts.iter().find(|it| it.name == context);
    let cluster = named
        .and_then(|it| it.context.as_ref())
        .map(|it| &it.cluster);
    let cluster = cluster.with_context(|| {
        format!("the kubeconfig has no context {context}; hint: kubectl config get-contexts")
    })?;
    let named = kubeconfig.clusters.iter().find(|it| it.name == *cluster);
    let server = named.and_then(|it| it.cluster.as_ref()?.server.clone());
    server.with_context(|| format!("the kubeconfig has no address for the cluster {cluster}"))
}

/// What there is that may be a reason not to play.
async fn look(client: &Client, places: &[String]) -> anyhow::Result<Findings> {
    let leases: Api<Lease> = Api::all(client.clone());
    let of_that_name = ListParams::default().fields(&format!("metadata.name={LEASE}"));
    let leases = leases
        .list(&of_that_name)
        .await
        .context("look for a Tarnfui")?;
    let mut findings = Findings {
        leases: leases.items,
        ..Findings::default()
    };
    for row in KINDS {
        let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource(row.kind));
        let marked = ListParams::default().labels(SAVED_LABEL).limit(1);
        let marked = api.list(&marked).await;
        let marked = marked.with_context(|| format!("look for {} that sleep", row.plural))?;
        findings.marked.extend(marked.iter().map(|object| {
            let reference = format!("{}/{}", row.singular, object.name_any());
            (reference, object.namespace().unwrap_or_default())
        }));
    }
    let namespaces: Api<Object> = Api::all(client.clone());
    for place in places {
        let there = namespaces.get_opt(place).await;
        if there
            .with_context(|| format!("look for {place}"))?
            .is_some()
        {
            findings.taken.push(place.clone());
        }
    }
    Ok(findings)
}

/// The person's own environment, in which their kubeconfig works: it may call programs that log in.
///
/// But for what the controllers would take for their configuration; and they run elsewhere, so that
/// paths have to be whole.
fn environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
    directory: &Path,
) -> Vec<(String, OsString)> {
    let whole = |paths: OsString| {
        let paths = std::env::split_paths(&paths).map(|path| directory.join(path));
        std::env::join_paths(paths).unwrap_or_default()
    };
    let ours = |name: &str| name.starts_with("TARNFUI_") || name.starts_with("POD_");
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| !ours(name))
        .map(|(name, value)| {
            let value = if name == "KUBECONFIG" && !value.is_empty() {
                whole(value)
            } else {
                value
            };
            (name, value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kubeconfig() -> Kubeconfig {
        let text = json!({
            "clusters": [{ "name": "c", "cluster": { "server": "https://c:6443" } }],
            "contexts": [
                { "name": "one", "context": { "cluster": "c", "user": "u" } },
                { "name": "two", "context": { "cluster": "gone", "user": "u" } },
            ],
        });
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn a_context_is_told_with_its_server() {
        assert_eq!(server_of(&kubeconfig(), "one").unwrap(), "https://c:6443");
        let told = |context| server_of(&kubeconfig(), context).unwrap_err().to_string();
        assert_eq!(
            told("two"),
            "the kubeconfig has no address for the cluster gone"
        );
        assert!(told("three").starts_with("the kubeconfig has no context three; hint: "));
    }

    #[test]
    fn controllers_have_the_persons_environment_but_not_a_tarnfuis() {
        let variables = [
            ("HOME", "/home/dev"),
            ("KUBECONFIG", "one:/two"),
            ("AWS_PROFILE", "dev"),
            ("TARNFUI_STARTUP_TIME", "08:00"),
            ("POD_NAMESPACE", "ops"),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let expect = [
            ("HOME", "/home/dev"),
            ("KUBECONFIG", "/a/one:/two"),
            ("AWS_PROFILE", "dev"),
        ];
        let expect = expect.map(|(name, value)| (name.to_owned(), value.into()));
        assert_eq!(environment(variables.into_iter(), Path::new("/a")), expect);
    }
}
