//! What there is to ask for: the answers below `/version`, `/api` and `/apis`, by which clients find
//! the resources, their verbs and their short names.
//!
//! It must not name anything that is not served: a client that finds a resource here uses it.

use crate::json::{Value, json};

use crate::kinds::{RESOURCES, Resource};

/// The version that is claimed: that of the server whose answers these are compared with, and a
/// word that tells the two apart.
pub const GIT_VERSION: &str = "v1.36.3+sandbox";

/// A JSON document, and what it says that it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The header `Content-Type`.
    pub content_type: String,
    /// The body.
    pub body: Value,
}

/// Answers a GET of one of these paths; `None` where there is nothing, which is a 404.
///
/// `accept` is the header of that name, empty if there is none. Its entries count in the order in
/// which they are written; a `q` is not read, for no client that asks for discovery sends one.
pub fn answer(path: &str, accept: &str) -> Option<Document> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let plain = |body| Document {
        content_type: "application/json".to_owned(),
        body,
    };
    match parts[..] {
        ["version"] => Some(plain(version())),
        ["api"] if asks_for_all_at_once(accept) => Some(all_at_once(&[""])),
        ["apis"] if asks_for_all_at_once(accept) => Some(all_at_once(&groups())),
        ["api"] => Some(plain(core())),
        ["apis"] => {
            let groups: Vec<Value> = groups().into_iter().filter_map(group).collect();
            Some(plain(
                json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}),
            ))
        }
        ["api", version] => resources("", version).map(plain),
        ["apis", name] => {
            let mut found = group(name)?;
            found["kind"] = json!("APIGroup");
            found["apiVersion"] = json!("v1");
            Some(plain(found))
        }
        ["apis", group, version] if !group.is_empty() => resources(group, version).map(plain),
        _ => None,
    }
}

/// What aggregated discovery says that it is, and how it is asked for.
const ALL_AT_ONCE: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The groups in the order of the real server: where two have a resource of the same name, such as
/// `events`, clients take the one of the earlier group.
const ORDER: [&str; 9] = [
    "",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "rbac.authorization.k8s.io",
    "coordination.k8s.io",
];

const VERBS: [&str; 8] = [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];

const SUBRESOURCE_VERBS: [&str; 3] = ["get", "patch", "update"];

/// What is only ever created, and never kept: questions about who one is, and what one, or somebody
/// else, may do.
const REVIEWS: [Row; 3] = [
    Row {
        group: "authentication.k8s.io",
        version: "v1",
        plural: "selfsubjectreviews",
        singular: "selfsubjectreview",
        kind: "SelfSubjectReview",
        is_namespaced: false,
        verbs: &["create"],
        kept: None,
    },
    Row {
        group: "authorization.k8s.io",
        version: "v1",
        plural: "selfsubjectaccessreviews",
        singular: "selfsubjectaccessreview",
        kind: "SelfSubjectAccessReview",
        is_namespaced: false,
        verbs: &["create"],
        kept: None,
    },
    Row {
        group: "authorization.k8s.io",
        version: "v1",
        plural: "subjectaccessreviews",
        singular: "subjectaccessreview",
        kind: "SubjectAccessReview",
        is_namespaced: false,
        verbs: &["create"],
        kept: None,
    },
];

/// One resource, as it is listed.
struct Row {
    group: &'static str,
    version: &'static str,
    plural: &'static str,
    singular: &'static str,
    kind: &'static str,
    is_namespaced: bool,
    verbs: &'static [&'static str],
    /// The resource, if its objects are kept.
    kept: Option<&'static Resource>,
}

impl Row {
    fn of(resource: &'static Resource) -> Self {
        Self {
            group: resource.group,
            version: resource.version,
            plural: resource.plural,
            singular: resource.singular,
            kind: resource.kind,
            is_namespaced: resource.is_namespaced,
            verbs: verbs(resource),
            kept: Some(resource),
        }
    }

    /// Each subresource with the group, version and kind of its documents; the first two are empty
    /// where they are those of the resource.
    fn subresources(&self) -> Vec<(&'static str, [&'static str; 3])> {
        let has = |wanted: fn(&Resource) -> bool| self.kept.is_some_and(wanted);
        let scale = has(|it| it.has_scale).then_some(("scale", ["autoscaling", "v1", "Scale"]));
        let status = has(|it| it.has_status).then_some(("status", ["", "", self.kind]));
        scale.into_iter().chain(status).collect()
    }

    /// The entries of a list: the resource, and each subresource by a name with a slash.
    fn listed(&self) -> Vec<Value> {
        let mut own = json!({
            "name": self.plural,
            "singularName": self.singular,
            "namespaced": self.is_namespaced,
            "kind": self.kind,
            "verbs": self.verbs,
        });
        self.add_names(&mut own);
        let mut entries = vec![own];
        for (name, [group, version, kind]) in self.subresources() {
            let mut entry = json!({
                "name": format!("{}/{name}", self.plural),
                "singularName": "",
                "namespaced": self.is_namespaced,
                "kind": kind,
                "verbs": SUBRESOURCE_VERBS,
            });
            if !group.is_empty() {
                entry["group"] = json!(group);
                entry["version"] = json!(version);
            }
            entries.push(entry);
        }
        entries
    }

    /// The same, as aggregated discovery has it.
    fn nested(&self) -> Value {
        let response = |[group, version, kind]: [&str; 3]| json!({"group": group, "version": version, "kind": kind});
        let mut own = json!({
            "resource": self.plural,
            "responseKind": response(["", "", self.kind]),
            "scope": if self.is_namespaced { "Namespaced" } else { "Cluster" },
            "singularResource": self.singular,
            "verbs": self.verbs,
        });
        self.add_names(&mut own);
        let nested: Vec<Value> = self
            .subresources()
            .into_iter()
            .map(|(name, kind)| {
                json!({
                    "subresource": name,
                    "responseKind": response(kind),
                    "verbs": SUBRESOURCE_VERBS,
                })
            })
            .collect();
        if !nested.is_empty() {
            own["subresources"] = nested.into();
        }
        own
    }

    /// The short names and the category, left out where there is none.
    fn add_names(&self, entry: &mut Value) {
        let Some(kept) = self.kept else { return };
        if !kept.short.is_empty() {
            entry["shortNames"] = json!(kept.short);
        }
        if kept.is_in_all {
            entry["categories"] = json!(["all"]);
        }
    }
}

/// Namespaces are deleted one by one.
fn verbs(resource: &Resource) -> &'static [&'static str] {
    const NAMESPACE: [&str; 7] = [
        "create", "delete", "get", "list", "patch", "update", "watch",
    ];
    if resource.plural == "namespaces" {
        &NAMESPACE
    } else {
        &VERBS
    }
}

/// What is listed of a group, by name, as the real server sorts it.
fn rows(group: &str) -> Vec<Row> {
    let kept = RESOURCES.iter().map(Row::of);
    let mut rows: Vec<Row> = kept
        .chain(REVIEWS)
        .filter(|row| row.group == group)
        .collect();
    rows.sort_by_key(|row| row.plural);
    rows
}

/// The groups but for the core, in their order.
fn groups() -> Vec<&'static str> {
    let named = |group: &&str| !group.is_empty() && !rows(group).is_empty();
    ORDER.into_iter().filter(named).collect()
}

/// Whether there is such a group, in any version.
pub(crate) fn is_group(name: &str) -> bool {
    ORDER.contains(&name)
}

/// Whether this is asked, and never kept: see [`REVIEWS`].
pub(crate) fn is_review(group: &str, version: &str, plural: &str) -> bool {
    let place = (group, version, plural);
    REVIEWS
        .iter()
        .any(|it| (it.group, it.version, it.plural) == place)
}

fn group(name: &str) -> Option<Value> {
    let version = rows(name).first()?.version;
    let version = json!({"groupVersion": format!("{name}/{version}"), "version": version});
    (!name.is_empty())
        .then(|| json!({"name": name, "versions": [version], "preferredVersion": version}))
}

fn resources(group: &str, version: &str) -> Option<Value> {
    let mut rows = rows(group);
    rows.retain(|row| row.version == version);
    if rows.is_empty() {
        return None;
    }
    let listed: Vec<Value> = rows.iter().flat_map(Row::listed).collect();
    let mut list = json!({"kind": "APIResourceList", "resources": listed});
    if group.is_empty() {
        // Without an apiVersion: the real list of the core's resources has none either.
        list["groupVersion"] = json!(version);
    } else {
        list["apiVersion"] = json!("v1");
        list["groupVersion"] = json!(format!("{group}/{version}"));
    }
    Some(list)
}

/// No address is given for any client, for the one by which it came will do.
fn core() -> Value {
    json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
}

fn version() -> Value {
    json!({
        "major": "1",
        "minor": "36",
        "emulationMajor": "1",
        "emulationMinor": "36",
        "minCompatibilityMajor": "1",
        "minCompatibilityMinor": "35",
        "gitVersion": GIT_VERSION,
        "gitCommit": "unknown",
        "gitTreeState": "archive",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": "rustc",
        "platform": "sandbox",
    })
}

/// Whether the first format in the header that is known here is that of aggregated discovery.
fn asks_for_all_at_once(accept: &str) -> bool {
    accept.split(',').find_map(is_all_at_once).unwrap_or(false)
}

/// Whether one format is that of aggregated discovery; `None` if it is none that is known.
fn is_all_at_once(format: &str) -> Option<bool> {
    let mut parts = format.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let mut kind = ["", "", ""];
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        match name {
            "g" => kind[0] = value,
            "v" => kind[1] = value,
            "as" => kind[2] = value,
            _ => {}
        }
    }
    match (media, kind) {
        ("application/json", ["apidiscovery.k8s.io", "v2", "APIGroupDiscoveryList"]) => Some(true),
        ("application/json" | "application/*" | "*/*", ["", "", ""]) => Some(false),
        _ => None,
    }
}

fn all_at_once(groups: &[&str]) -> Document {
    let items: Vec<Value> = groups.iter().map(|group| group_at_once(group)).collect();
    Document {
        content_type: ALL_AT_ONCE.to_owned(),
        body: json!({
            "kind": "APIGroupDiscoveryList",
            "apiVersion": "apidiscovery.k8s.io/v2",
            "metadata": {},
            "items": items,
        }),
    }
}

fn group_at_once(group: &str) -> Value {
    let rows = rows(group);
    let nested: Vec<Value> = rows.iter().map(Row::nested).collect();
    let version = rows.first().map_or("v1", |row| row.version);
    let metadata = if group.is_empty() {
        json!({})
    } else {
        json!({"name": group})
    };
    json!({
        "metadata": metadata,
        "versions": [{"version": version, "resources": nested, "freshness": "Current"}],
    })
}

#[cfg(test)]
mod tests;
