//! Which requests are of one kind: the same verb, resource and options, whatever the names.

use std::fmt;

/// Query keys whose value changes what is asked.
const TELLING: [&str; 8] = [
    "allowWatchBookmarks",
    "dryRun",
    "fieldValidation",
    "force",
    "includeObject",
    "propagationPolicy",
    "resourceVersionMatch",
    "sendInitialEvents",
];

/// Subresources of a Namespace: its path looks like that of an object in it.
const OF_NAMESPACE: [&str; 2] = ["finalize", "status"];

/// A kind of request: `watch deployments.apps everywhere ?labelSelector&resourceVersion=0`.
///
/// What a log does not tell is not in it: the headers, so neither the media type of a patch nor
/// the form of the answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind(String);

impl Kind {
    /// The kind of a request with this verb, as RBAC calls it.
    pub fn of(verb: &str, uri: &str) -> Self {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let options = options(query);
        let question = if options.is_empty() { "" } else { " ?" };
        Self(format!("{verb} {}{question}{options}", Place::of(path)))
    }

    /// The kind of a request by this method, whose verb the server finds out.
    pub fn asked(method: &str, uri: &str) -> Self {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let is_named = !matches!(Place::of(path), Place::All { .. });
        let is_watch = query.split('&').any(|pair| pair == "watch=true");
        let verb = match (method, is_named) {
            ("GET", false) if is_watch => "watch",
            ("GET", false) => "list",
            ("GET", true) => "get",
            ("POST", _) => "create",
            ("PUT", _) => "update",
            ("DELETE", false) => "deletecollection",
            ("DELETE", true) => "delete",
            ("PATCH", _) => "patch",
            _ => method,
        };
        Self::of(verb, uri)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a path leads to.
enum Place {
    /// No resource.
    Path(String),
    /// The objects of a kind, of one namespace or of all.
    All { resource: String, everywhere: bool },
    /// One of them.
    One(String),
}

impl Place {
    fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (group, rest) = match parts.as_slice() {
            ["api", _, rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (*group, rest),
            _ => return Self::Path(path.to_owned()),
        };
        let (rest, is_in_namespace) = match rest {
            [] => return Self::Path(path.to_owned()),
            ["namespaces", _, below, ..] if OF_NAMESPACE.contains(below) => (rest, false),
            ["namespaces", _, below @ ..] if !below.is_empty() => (below, true),
            _ => (rest, false),
        };
        let dot = if group.is_empty() { "" } else { "." };
        match rest {
            [resource] => Self::All {
                resource: format!("{resource}{dot}{group}"),
                everywhere: !is_in_namespace && *resource != "namespaces",
            },
            [resource, _] => Self::One(format!("{resource}{dot}{group}")),
            [resource, _, below @ ..] => {
                Self::One(format!("{resource}{dot}{group}/{}", below.join("/")))
            }
            [] => Self::Path(path.to_owned()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(path),
            Self::One(resource) => f.write_str(resource),
            Self::All {
                resource,
                everywhere,
            } => {
                let where_ = if *everywhere { " everywhere" } else { "" };
                write!(f, "{resource}{where_}")
            }
        }
    }
}

/// The query, sorted, without what is only a name or a number.
fn options(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut options: Vec<String> = pairs.filter_map(option).collect();
    options.sort();
    options.join("&")
}

fn option(pair: &str) -> Option<String> {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    match key {
        // In the verb.
        "watch" => None,
        // Empty, these are as good as not there.
        "resourceVersion" | "labelSelector" | "fieldSelector" | "continue" if value.is_empty() => {
            None
        }
        "resourceVersion" if value == "0" => Some("resourceVersion=0".to_owned()),
        "fieldSelector" => Some(format!("{key}={}", fields(value))),
        _ if TELLING.contains(&key) => Some(format!("{key}={value}")),
        _ => Some(key.to_owned()),
    }
}

/// The fields of a selector, without the values: `metadata.name`.
fn fields(selector: &str) -> String {
    let selector = selector
        .replace("%3D", "=")
        .replace("%2C", ",")
        .replace("%21", "!");
    let fields = selector.split(',').map(|term| {
        let end = term.find(['=', '!']).unwrap_or(term.len());
        &term[..end]
    });
    fields.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests;
