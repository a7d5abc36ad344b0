//! Who may do what: the roles and bindings that are stored, read as the table of rules they are.
//!
//! There are no roles but those that somebody made. The group `system:masters` may do everything.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::json::Value;

use crate::kinds::{self, RESOURCES};
use crate::store::Store;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The user's name.
    pub name: String,
    /// The user's groups.
    pub groups: Vec<String>,
}

impl Caller {
    /// Somebody who may do everything.
    pub fn admin(name: &str) -> Self {
        Self::of_groups(name, &["system:masters"])
    }

    /// Somebody who may do what roles allow.
    pub fn user(name: &str) -> Self {
        Self::of_groups(name, &[])
    }

    /// A service account: `system:serviceaccount:NAMESPACE:NAME`.
    pub fn service_account(namespace: &str, name: &str) -> Self {
        let group = format!("system:serviceaccounts:{namespace}");
        let user = format!("system:serviceaccount:{namespace}:{name}");
        Self::of_groups(&user, &["system:serviceaccounts", &group])
    }

    /// Somebody in these groups, and in that of everybody who is known.
    pub fn of_groups(name: &str, groups: &[&str]) -> Self {
        let groups = groups.iter().copied().chain(["system:authenticated"]);
        Self {
            name: name.to_owned(),
            groups: groups.map(str::to_owned).collect(),
        }
    }

    /// Whether they may do everything.
    pub fn is_master(&self) -> bool {
        self.is_in("system:masters")
    }

    fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|it| it == group)
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Deed<'a> {
    /// The verb.
    pub verb: &'a str,
    /// The group of the resource.
    pub group: &'a str,
    /// The resource, in the plural.
    pub resource: &'a str,
    /// The subresource, or nothing.
    pub sub: &'a str,
    /// The namespace, or nothing.
    pub namespace: &'a str,
    /// The name, or nothing.
    pub name: &'a str,
}

impl Deed<'_> {
    /// The sentence by which it is refused.
    pub fn refusal(&self, caller: &Caller) -> String {
        let Self {
            verb,
            group,
            namespace,
            ..
        } = self;
        let place = if namespace.is_empty() {
            "at the cluster scope".to_owned()
        } else {
            format!("in the namespace \"{namespace}\"")
        };
        let resource = self.resource_and_sub();
        let name = &caller.name;
        format!(
            "User \"{name}\" cannot {verb} resource \"{resource}\" in API group \"{group}\" {place}"
        )
    }

    /// `deployments/scale`
    pub fn resource_and_sub(&self) -> Cow<'_, str> {
        if self.sub.is_empty() {
            Cow::Borrowed(self.resource)
        } else {
            Cow::Owned(format!("{}/{}", self.resource, self.sub))
        }
    }

    /// The resource as messages name it: `deployments.apps`.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.resource.to_owned()
        } else {
            format!("{}.{}", self.resource, self.group)
        }
    }
}

/// What comes of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing allows it.
    Denied,
    /// Who asks may do everything.
    Master,
    /// A role allows it: in the words of the real server.
    Granted(String),
}

/// Whether the roles allow it.
pub fn allows(store: &Store, caller: &Caller, deed: &Deed<'_>) -> bool {
    caller.is_master() || grant(store, caller, deed).is_some()
}

/// Whether it is allowed, and by what.
pub fn verdict(store: &Store, caller: &Caller, deed: &Deed<'_>) -> Verdict {
    if caller.is_master() {
        return Verdict::Master;
    }
    match grant(store, caller, deed) {
        Some(grant) => Verdict::Granted(grant.words()),
        None => Verdict::Denied,
    }
}

/// What everybody may ask for who is somebody: the way to the API, and how the server is.
const OPEN_PATHS: [&str; 9] = [
    "/api",
    "/api/*",
    "/apis",
    "/apis/*",
    "/healthz",
    "/livez",
    "/openapi",
    "/openapi/*",
    "/readyz",
];

/// Whether what is no resource may be asked for.
pub fn allows_path(store: &Store, caller: &Caller, verb: &str, path: &str) -> bool {
    let is_open = OPEN_PATHS.iter().any(|it| is_path(it, path)) || is_path("/version", path);
    if caller.is_master() || (verb == "get" && is_open) {
        return true;
    }
    let [places, bindings, ..] = *PLACES;
    store.all(bindings, None).any(|binding| {
        let name = binding.value["roleRef"]["name"]
            .as_str()
            .unwrap_or_default();
        let role = store.get(places, "", name);
        let rules = role.and_then(|role| role.value["rules"].as_array());
        subject(&binding.value, caller).is_some()
            && rules.into_iter().flatten().any(|rule| {
                has(rule, "verbs", |it| it == "*" || it == verb)
                    && has(rule, "nonResourceURLs", |it| is_path(it, path))
            })
    })
}

fn is_path(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => path == pattern || path.strip_suffix('/') == Some(pattern),
    }
}

/// Where the rules are: cluster roles, their bindings, roles, their bindings.
static PLACES: LazyLock<[usize; 4]> = LazyLock::new(|| {
    [
        "clusterroles",
        "clusterrolebindings",
        "roles",
        "rolebindings",
    ]
    .map(place)
});

fn place(plural: &str) -> usize {
    let row = kinds::find("rbac.authorization.k8s.io", "v1", plural);
    let found = row.and_then(|row| RESOURCES.iter().position(|it| std::ptr::eq(it, row)));
    found.expect("RBAC is in the table")
}

/// A binding, and whom of it the caller is.
struct Grant<'s> {
    binding: &'s Value,
    subject: &'s Value,
}

impl Grant<'_> {
    fn words(&self) -> String {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let metadata = &self.binding["metadata"];
        let (name, namespace) = (text(metadata, "name"), text(metadata, "namespace"));
        let (kind, binding) = if namespace.is_empty() {
            ("ClusterRoleBinding", name)
        } else {
            ("RoleBinding", format!("{name}/{namespace}"))
        };
        let role = &self.binding["roleRef"];
        let (role_kind, role) = (text(role, "kind"), text(role, "name"));
        let (subject_kind, subject) = (text(self.subject, "kind"), text(self.subject, "name"));
        let subject = match text(self.subject, "namespace").as_str() {
            "" => subject,
            namespace => format!("{subject}/{namespace}"),
        };
        format!(
            "RBAC: allowed by {kind} {binding:?} of {role_kind} {role:?} to {subject_kind} \
             {subject:?}"
        )
    }
}

fn grant<'s>(store: &'s Store, caller: &Caller, deed: &Deed<'_>) -> Option<Grant<'s>> {
    let [cluster_roles, cluster_bindings, roles, bindings] = *PLACES;
    let resource = deed.resource_and_sub();
    let everywhere = store.all(cluster_bindings, None);
    let here = (!deed.namespace.is_empty())
        .then(|| store.all(bindings, Some(deed.namespace)))
        .into_iter()
        .flatten();
    everywhere.chain(here).find_map(|binding| {
        let binding = &binding.value;
        let subject = subject(binding, caller)?;
        let reference = &binding["roleRef"];
        let name = reference["name"].as_str().unwrap_or_default();
        let role = match reference["kind"].as_str() {
            Some("ClusterRole") => store.get(cluster_roles, "", name),
            _ => store.get(roles, deed.namespace, name),
        };
        let mut all = role?.value["rules"].as_array()?.iter();
        all.any(|rule| covers(rule, deed, &resource))
            .then_some(Grant { binding, subject })
    })
}

/// Whom of a binding the caller is.
fn subject<'s>(binding: &'s Value, caller: &Caller) -> Option<&'s Value> {
    let mut subjects = binding["subjects"].as_array()?.iter();
    subjects.find(|subject| {
        let text = |key: &str| subject[key].as_str().unwrap_or_default();
        match text("kind") {
            "User" => text("name") == caller.name,
            "Group" => caller.is_in(text("name")),
            "ServiceAccount" => {
                let wanted = caller.name.strip_prefix("system:serviceaccount:");
                let parts = wanted.and_then(|it| it.split_once(':'));
                parts == Some((text("namespace"), text("name")))
            }
            _ => false,
        }
    })
}

fn has(rule: &Value, key: &str, is_wanted: impl Fn(&str) -> bool) -> bool {
    let list = rule[key].as_array();
    let mut texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.any(is_wanted)
}

/// Whether a rule covers a deed on `resource`, which has the subresource in it.
fn covers(rule: &Value, deed: &Deed<'_>, resource: &str) -> bool {
    let names = rule["resourceNames"].as_array();
    has(rule, "verbs", |it| it == "*" || it == deed.verb)
        && has(rule, "apiGroups", |it| it == "*" || it == deed.group)
        && has(rule, "resources", |it| {
            it == "*"
                || it == resource
                || (!deed.sub.is_empty() && it.strip_prefix("*/") == Some(deed.sub))
        })
        && (names.is_none_or(Vec::is_empty)
            || (!deed.name.is_empty() && has(rule, "resourceNames", |it| it == deed.name)))
}

#[cfg(test)]
mod tests;
