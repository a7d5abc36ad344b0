//! What a path names.

use http::Method;

use super::{Sub, Verb};
use crate::answer::Failure;
use crate::discovery;
use crate::kinds::{RESOURCES, Resource};

/// Subresources of the real server that are not here.
const ELSEWHERE: [&str; 11] = [
    "approval",
    "attach",
    "binding",
    "ephemeralcontainers",
    "eviction",
    "exec",
    "log",
    "portforward",
    "proxy",
    "resize",
    "token",
];

/// Questions that the real server answers, and that are not here.
const REVIEWS: [(&str, &str); 3] = [
    ("authentication.k8s.io", "tokenreviews"),
    ("authorization.k8s.io", "localsubjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectrulesreviews"),
];

/// What a path says, whether it is served or not: rights are looked at before that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'p> {
    /// The group; empty for the core.
    pub group: &'p str,
    /// The version.
    pub version: &'p str,
    /// The resource, in the plural.
    pub resource: &'p str,
    /// The namespace, or nothing. A Namespace lies in itself, as far as rights go.
    pub namespace: &'p str,
    /// The name, or nothing.
    pub name: &'p str,
    /// The subresource, or nothing.
    pub sub: &'p str,
    /// Whether the path goes on after that.
    goes_on: bool,
}

/// Why a path is not served.
#[derive(Debug)]
pub enum Miss {
    /// Nothing is there at all: not even the group.
    NoPage,
    /// Told as a `Status`.
    Refused(Failure),
}

impl<'p> Place<'p> {
    /// Reads a path; none where it can't be that of a resource.
    pub fn of_path(path: &'p str) -> Option<Self> {
        let mut parts = path.trim_matches('/').split('/');
        let group = match parts.next()? {
            "api" => "",
            "apis" => parts.next()?,
            _ => return None,
        };
        let version = parts.next()?;
        let mut resource = parts.next()?;
        let mut namespace = "";
        let mut next = parts.next();
        if resource == "namespaces"
            && let Some(name) = next
        {
            namespace = name;
            let mut rest = parts.clone();
            let inner = rest.next();
            if let Some(inner) = inner.filter(|it| !matches!(*it, "status" | "finalize")) {
                resource = inner;
                parts = rest;
                next = parts.next();
            }
        }
        Some(Self {
            group,
            version,
            resource,
            namespace,
            name: next.unwrap_or_default(),
            sub: parts.next().unwrap_or_default(),
            goes_on: parts.next().is_some(),
        })
    }

    /// What a method does there, as RBAC calls it.
    pub fn verb(&self, method: &Method, is_watch: bool) -> Option<Verb> {
        let is_one = !self.name.is_empty();
        Some(match *method {
            Method::GET if is_one => Verb::Get,
            Method::GET if is_watch => Verb::Watch,
            Method::GET => Verb::List,
            Method::POST => Verb::Create,
            Method::PUT => Verb::Update,
            Method::PATCH => Verb::Patch,
            Method::DELETE if is_one => Verb::Delete,
            Method::DELETE => Verb::DeleteCollection,
            _ => return None,
        })
    }

    /// The resource that is served there.
    pub fn target(&self, verb: Verb) -> Result<Target<'p>, Miss> {
        let refused = |failure| Err(Miss::Refused(failure));
        if self.resource == "watch" {
            return refused(Failure::unknown_request("a path with `watch` in it"));
        }
        let place = RESOURCES.iter().position(|it| {
            it.plural == self.resource && it.group == self.group && it.version == self.version
        });
        let Some(resource) = place else {
            if REVIEWS.contains(&(self.group, self.resource)) {
                let what = format!("the resource {}.{}", self.resource, self.group);
                return refused(Failure::unknown_request(what));
            }
            let is_group = discovery::is_group(self.group);
            return if is_group {
                refused(Failure::no_page())
            } else {
                Err(Miss::NoPage)
            };
        };
        let row = &RESOURCES[resource];
        let is_one = !self.name.is_empty();
        let namespace = Some(self.namespace).filter(|it| !it.is_empty());
        let namespace = namespace.filter(|_| row.is_namespaced || row.kind != "Namespace");
        if namespace.is_some() != row.is_namespaced && (namespace.is_some() || is_one) {
            return refused(Failure::no_page());
        }
        let sub = match self.sub(row) {
            Ok(sub) => sub,
            Err(failure) => return refused(failure),
        };
        if !is_allowed(row, verb, (namespace.is_some(), is_one), sub) {
            return refused(Failure::method());
        }
        Ok(Target {
            resource,
            namespace,
            name: Some(self.name).filter(|_| is_one),
            sub,
        })
    }

    fn sub(&self, row: &Resource) -> Result<Option<Sub>, Failure> {
        match self.sub {
            "" => Ok(None),
            sub if ELSEWHERE.contains(&sub) => {
                let what = format!("the subresource {}/{sub}", row.qualified());
                Err(Failure::unknown_request(what))
            }
            _ if self.goes_on => Err(Failure::no_page()),
            "status" if row.has_status => Ok(Some(Sub::Status)),
            "scale" if row.has_scale => Ok(Some(Sub::Scale)),
            "finalize" if row.kind == "Namespace" => Ok(Some(Sub::Finalize)),
            _ => Err(Failure::no_page()),
        }
    }
}

/// Whether there is such a verb at such a path.
fn is_allowed(
    row: &Resource,
    verb: Verb,
    (is_in_namespace, is_one): (bool, bool),
    sub: Option<Sub>,
) -> bool {
    let is_collection = is_in_namespace == row.is_namespaced && !is_one;
    match (verb, sub) {
        (Verb::Create, _) => is_collection,
        (Verb::DeleteCollection, _) => is_collection && row.kind != "Namespace",
        (Verb::List | Verb::Watch, _) | (Verb::Update, Some(Sub::Finalize)) => true,
        (_, Some(Sub::Finalize)) | (Verb::Delete, Some(_)) => false,
        (Verb::Get | Verb::Update | Verb::Patch | Verb::Delete, _) => is_one,
    }
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'p> {
    /// The resource, by its place in [`RESOURCES`].
    pub resource: usize,
    /// The namespace; none where all are meant, or the resource has none.
    pub namespace: Option<&'p str>,
    /// The name; none where all are meant, or a new object.
    pub name: Option<&'p str>,
    /// The part of it.
    pub sub: Option<Sub>,
}

impl<'p> Target<'p> {
    /// The row of the resource.
    pub fn row(&self) -> &'static Resource {
        &RESOURCES[self.resource]
    }

    /// The name, or nothing.
    pub fn named(&self) -> &'p str {
        self.name.unwrap_or_default()
    }

    /// The namespace, or nothing.
    pub fn within(&self) -> &'p str {
        self.namespace.unwrap_or_default()
    }
}
