//! Where an object or a collection lies, as its path says.

use std::fmt;

use http::request::Parts;

/// The parts of a path: `/apis/apps/v1/namespaces/shop/deployments/web`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    api: String,
    plural: String,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
}

impl Place {
    pub(crate) fn parse(path: &str) -> Self {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let (api, rest) = parts.split_at(if parts[0] == "api" { 2 } else { 3 });
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (Some(*namespace), rest),
            rest => (None, rest),
        };
        Self {
            api: api.join("/"),
            plural: rest[0].to_owned(),
            namespace: namespace.map(str::to_owned),
            name: rest.get(1).map(|name| (*name).to_owned()),
        }
    }

    /// The object of this name in this collection.
    pub(crate) fn named(&self, name: &str) -> Self {
        let name = Some(name.to_owned());
        Self {
            name,
            ..self.clone()
        }
    }

    /// Whether this collection holds that object.
    pub(crate) fn holds(&self, object: &Self) -> bool {
        let is_here = self.namespace.is_none() || self.namespace == object.namespace;
        is_here && self.api == object.api && self.plural == object.plural
    }
}

/// `deployments shop/web`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = self.namespace.as_deref().unwrap_or_default();
        let name = self.name.as_deref().unwrap_or_default();
        write!(f, "{} {namespace}/{name}", self.plural)
    }
}

/// The value in the query whose pair holds `key`; with the key before it, unless it ends with `=`.
pub(crate) fn query(parts: &Parts, key: &str) -> Option<String> {
    let mut pairs = parts.uri.query()?.split('&');
    if key.ends_with('=') {
        return pairs.find_map(|pair| pair.strip_prefix(key).map(str::to_owned));
    }
    pairs.find(|pair| pair.contains(key)).map(str::to_owned)
}
