//! One look at the namespaces that were asked for, as values: what `status` prints once, and draws
//! again and again with `--watch`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tarnfui_shared::decide::Unknown;
use tarnfui_shared::observe::Workload;

use super::find;
pub(in crate::commands) use super::find::Found;
use crate::args::{Cli, Output, StatusArgs, Target};
use crate::cluster::{Cluster, ClusterError};
use crate::commands::Configuration;
use crate::error::{Failure, Hinted, chain};
use crate::view::{Belongings, Gap, NamespaceStatus, Seen, namespace_status, released};

/// What to look at, and how closely.
pub(in crate::commands) struct Looker<'a> {
    cluster: &'a Cluster,
    controller_namespace: &'a str,
    target: Target,
    /// Whether the context's namespace will do where not all may be listed: only where nobody asked
    /// for all in so many words, for then a part would be taken for the whole.
    may_fall_back: bool,
    wants_released: bool,
}

/// What was seen.
pub(in crate::commands) struct Look {
    pub(in crate::commands) now: Timestamp,
    pub(in crate::commands) shown: Vec<NamespaceStatus>,
    /// How many more there are, without rules.
    pub(in crate::commands) hidden: usize,
    pub(in crate::commands) is_named: bool,
    pub(in crate::commands) gaps: Vec<Gap>,
    pub(in crate::commands) missing: Vec<ClusterError>,
    /// Field managers that apply what sleeping sets where there are rules, and of how many workloads.
    pub(in crate::commands) appliers: BTreeMap<String, usize>,
}

impl<'a> Looker<'a> {
    pub(in crate::commands) fn of(
        cli: &'a Cli,
        args: &StatusArgs,
        cluster: &'a Cluster,
    ) -> Result<Self, Failure> {
        let target = args.selection.target(cli.connection.namespace.as_deref())?;
        Ok(Self {
            wants_released: args.listing.output == Output::Wide,
            may_fall_back: target.is_none(),
            ..Self::at(
                &cli.controller_namespace,
                cluster,
                target.unwrap_or(Target::All),
            )
        })
    }

    /// A look at `target`, by the configuration in `controller_namespace`.
    pub(in crate::commands) fn at(
        controller_namespace: &'a str,
        cluster: &'a Cluster,
        target: Target,
    ) -> Self {
        Self {
            cluster,
            controller_namespace,
            target,
            may_fall_back: false,
            wants_released: false,
        }
    }

    /// What is looked at.
    pub(in crate::commands) fn target(&self) -> &Target {
        &self.target
    }

    /// The same, of which the context's namespace will do where not all may be listed.
    pub(in crate::commands) fn or_context(self, may_fall_back: bool) -> Self {
        Self {
            may_fall_back,
            ..self
        }
    }

    /// What there is, by which configuration, and where it was looked for in the end.
    pub(in crate::commands) async fn find(
        &self,
    ) -> Result<(Configuration, Target, Found), ClusterError> {
        let configuration = Configuration::load(self.cluster, self.controller_namespace).await?;
        let mut gaps: Vec<Gap> = configuration.gap().cloned().into_iter().collect();
        let here = Target::Named(vec![self.cluster.namespace.clone()]);
        let (target, found) = match find::find(self.cluster, &self.target, &configuration).await {
            Err(error) if self.may_fall_back && error.forbids_all_namespaces() => {
                gaps.push(only(&self.cluster.namespace, &error));
                let found = find::find(self.cluster, &here, &configuration).await;
                (here, found)
            }
            found => (self.target.clone(), found),
        };
        let mut found = found?;
        gaps.append(&mut found.gaps);
        found.gaps = gaps;
        Ok((configuration, target, found))
    }

    /// Looks. The clock is read when everything is there, so that the answer is of that instant.
    pub(in crate::commands) async fn look(
        &self,
        clock: &dyn Fn() -> Timestamp,
    ) -> Result<Look, ClusterError> {
        let (configuration, target, mut found) = self.find().await?;
        let (target, mut gaps) = (&target, std::mem::take(&mut found.gaps));
        let requests = if self.wants_released {
            Some(find::requests(self.cluster, target, &mut gaps).await?)
        } else {
            None
        };
        let is_named = matches!(target, Target::Named(_));
        let now = clock();
        let nothing = Belongings::default();
        let all = found.namespaces.iter().map(|namespace| {
            let name = &namespace.metadata.name;
            let belongings = found.belongings.get(name).unwrap_or(&nothing);
            let seen = Seen {
                namespace,
                belongings,
                known: configuration.known(),
            };
            let mut status = namespace_status(now, &seen, is_named);
            status.released = requests.as_ref().map(|all| {
                let of = |workload: &Workload| all.get(&(name.clone(), workload.reference()));
                released(&belongings.workloads, of)
            });
            status
        });
        let mut shown: Vec<NamespaceStatus> = all.collect();
        let appliers = appliers(&shown, &found);
        let all = shown.len();
        shown.retain(|status| is_named || !status.is_plain);
        Ok(Look {
            now,
            hidden: all - shown.len(),
            shown,
            is_named,
            gaps,
            missing: found.missing,
            appliers,
        })
    }
}

impl Look {
    /// Whether something is wrong: a problem that somebody should mend, a namespace of which nothing
    /// can be said, or something that could not be read. One that is being deleted is well.
    pub(in crate::commands) fn is_wrong(&self) -> bool {
        let is_wrong = |status: &NamespaceStatus| {
            status.is_faulty() || status.unknown.is_some_and(|it| it != Unknown::Terminating)
        };
        !self.gaps.is_empty() || self.shown.iter().any(is_wrong)
    }
}

fn appliers(shown: &[NamespaceStatus], found: &Found) -> BTreeMap<String, usize> {
    let mut appliers = BTreeMap::new();
    let ruled = shown.iter().filter(|status| !status.is_plain);
    let workloads = ruled
        .filter_map(|status| found.belongings.get(&status.namespace))
        .flat_map(|belongings| &belongings.workloads);
    let owners = workloads.map(|workload| &workload.owner);
    for manager in owners
        .filter(|owner| owner.is_applied)
        .filter_map(|owner| owner.other.as_deref())
    {
        *appliers.entry(crate::error::one_line(manager)).or_default() += 1;
    }
    appliers
}

/// What is left out where not all namespaces may be listed.
pub(in crate::commands) fn only(namespace: &str, error: &ClusterError) -> Gap {
    Gap {
        what: "namespaces".to_owned(),
        message: format!(
            "only {namespace} is looked at, the context's namespace: {}",
            chain(error)
        ),
        hint: error.hint(),
    }
}
