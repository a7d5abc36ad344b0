//! Rights, as tables: what the controller needs, and what this program does.
//!
//! Nobody is asked here.

use std::fmt;

/// Where a right is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In all namespaces, or for what lies in none.
    Everywhere,
    /// In the namespace of the controller.
    Home,
}

/// Some verbs on a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// API group.
    pub group: &'static str,
    /// The plural.
    pub resource: &'static str,
    /// The one object, where only one is needed.
    pub name: Option<&'static str>,
    /// The verbs.
    pub verbs: &'static [&'static str],
    /// Where.
    pub place: Place,
}

const fn row(group: &'static str, resource: &'static str, verbs: &'static [&'static str]) -> Row {
    Row {
        group,
        resource,
        name: None,
        verbs,
        place: Place::Everywhere,
    }
}

const fn home(
    group: &'static str,
    resource: &'static str,
    name: Option<&'static str>,
    verbs: &'static [&'static str],
) -> Row {
    Row {
        name,
        place: Place::Home,
        ..row(group, resource, verbs)
    }
}

/// What the controller needs: deploy/rbac.yaml, which a test holds this to.
pub const CONTROLLER: &[Row] = &[
    row("", "namespaces", &["list", "watch"]),
    row("apps", "deployments", &["get", "list", "watch", "patch"]),
    row("apps", "statefulsets", &["get", "list", "watch", "patch"]),
    row("batch", "cronjobs", &["get", "list", "watch", "patch"]),
    row(
        "autoscaling",
        "horizontalpodautoscalers",
        &["list", "watch"],
    ),
    row("events.k8s.io", "events", &["create"]),
    home("coordination.k8s.io", "leases", None, &["create"]),
    home(
        "coordination.k8s.io",
        "leases",
        Some("tarnfui-controller"),
        &["get", "patch"],
    ),
    home("", "configmaps", Some("tarnfui-config"), &["list", "watch"]),
];

/// The controller's account, as deploy/rbac.yaml names it.
pub const ACCOUNT: &str = "tarnfui-controller";

/// What is listed by this program.
const LISTED: &[Row] = &[
    row("apps", "deployments", &["list"]),
    row("apps", "statefulsets", &["list"]),
    row("batch", "cronjobs", &["list"]),
    row("autoscaling", "horizontalpodautoscalers", &["list"]),
];

/// What this program reads in the controller's namespace.
const READ_AT_HOME: &[Row] = &[
    home("", "configmaps", Some("tarnfui-config"), &["get"]),
    home(
        "coordination.k8s.io",
        "leases",
        Some("tarnfui-controller"),
        &["get"],
    ),
];

/// One right: a verb on a kind, somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The verb.
    pub verb: &'static str,
    /// API group.
    pub group: &'static str,
    /// The plural.
    pub resource: &'static str,
    /// The one object.
    pub name: Option<String>,
    /// The namespace; none is all of them.
    pub namespace: Option<String>,
}

impl Right {
    fn of_row(row: &Row, home: Option<&str>) -> impl Iterator<Item = Self> {
        let namespace = home.map(str::to_owned);
        row.verbs.iter().map(move |verb| Self {
            verb,
            group: row.group,
            resource: row.resource,
            name: row.name.map(str::to_owned),
            namespace: namespace.clone(),
        })
    }

    /// What the controller in the namespace `home` needs.
    pub fn of_controller(home: &str) -> Vec<Self> {
        let at = |row: &Row| (row.place == Place::Home).then_some(home);
        let rights = CONTROLLER.iter().flat_map(|row| Self::of_row(row, at(row)));
        rights.collect()
    }

    /// Listing all namespaces.
    pub fn to_list_namespaces() -> Self {
        Self {
            verb: "list",
            group: "",
            resource: "namespaces",
            name: None,
            namespace: None,
        }
    }

    /// What this program needs beside [`Self::to_list_namespaces`], for a person whose namespace is
    /// `here`: listing in all namespaces, or only in that one.
    pub fn of_plugin(here: &str, lists_all: bool, home: &str) -> Vec<Self> {
        let own = ["get", "patch"].map(|verb| Self {
            verb,
            name: Some(here.to_owned()),
            // A namespace lies in itself, as permissions go.
            namespace: Some(here.to_owned()),
            ..Self::to_list_namespaces()
        });
        let place = (!lists_all).then_some(here);
        let listed = LISTED.iter().flat_map(|row| Self::of_row(row, place));
        let read = READ_AT_HOME
            .iter()
            .flat_map(|row| Self::of_row(row, Some(home)));
        own.into_iter().chain(listed).chain(read).collect()
    }

    /// The command that says whether one has it.
    pub fn can_i(&self) -> String {
        let place = match &self.namespace {
            Some(namespace) => format!("-n {namespace}"),
            None => "-A".to_owned(),
        };
        format!("kubectl auth can-i {} {} {place}", self.verb, self.object())
    }

    fn object(&self) -> String {
        let group = match self.group {
            "" => String::new(),
            group => format!(".{group}"),
        };
        match &self.name {
            Some(name) => format!("{}{group}/{name}", self.resource),
            None => format!("{}{group}", self.resource),
        }
    }
}

/// `patch deployments.apps`, `get leases.coordination.k8s.io/tarnfui-controller in tarnfui-system`.
impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.object())?;
        match &self.namespace {
            Some(namespace) => write!(f, " in {namespace}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
