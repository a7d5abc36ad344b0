//! What went wrong between this program and the API server, in words for people.
//!
//! The client's own errors name types and repeat their sources; here each becomes what a person
//! can do something about.

use std::fmt;

use crate::error::{Hinted, guess, one_line, root_cause};

/// What stands before the fault where a server's certificate is not accepted.
const DISTRUST: &str = "invalid peer certificate: ";

/// In the cause where a server answers a greeting of TLS in something else.
const NO_TLS: &str = "InvalidContentType";

/// In what a server says where not the rights of the caller are missing, but a policy is in the way.
const DENIED: &str = "denied the request";

/// What can be wrong with a certificate: a part of what the library calls it, and what a person is told.
const CERTIFICATE_FAULTS: [(&str, &str); 5] = [
    (
        "UnknownIssuer",
        "is signed by nobody whom the kubeconfig trusts",
    ),
    (
        "CaUsedAsEndEntity",
        "is one of a certificate authority, and not of a server",
    ),
    ("not valid for name", "is for another name"),
    ("certificate expired", "has run out"),
    ("not valid yet", "is not valid yet"),
];

/// What was asked of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    verb: &'static str,
    resource: &'static str,
    name: String,
    namespace: Option<String>,
}

impl Access {
    /// Reading one object.
    pub fn get(resource: &'static str, name: &str, namespace: Option<&str>) -> Self {
        Self::new("get", resource, name, namespace)
    }

    /// Listing a kind.
    pub fn list(resource: &'static str, namespace: Option<&str>) -> Self {
        Self::new("list", resource, "", namespace)
    }

    /// Changing one object that lies in no namespace.
    pub fn patch(resource: &'static str, name: &str) -> Self {
        Self::new("patch", resource, name, None)
    }

    /// Changing one object in a namespace.
    pub fn patch_in(resource: &'static str, name: &str, namespace: &str) -> Self {
        Self::new("patch", resource, name, Some(namespace))
    }

    /// Making an object.
    pub fn create(resource: &'static str) -> Self {
        Self::new("create", resource, "", None)
    }

    fn new(
        verb: &'static str,
        resource: &'static str,
        name: &str,
        namespace: Option<&str>,
    ) -> Self {
        Self {
            verb,
            resource,
            name: name.to_owned(),
            namespace: namespace.map(str::to_owned),
        }
    }

    /// The command that says whether it is allowed. A namespace lies in itself, as permissions go.
    fn can_i(&self) -> String {
        let slash = if self.name.is_empty() { "" } else { "/" };
        let namespace = match (&self.namespace, self.resource, self.verb) {
            (Some(namespace), _, _) => format!(" -n {namespace}"),
            (None, "namespaces", _) if !self.name.is_empty() => format!(" -n {}", self.name),
            (None, _, "list") => " -A".to_owned(),
            (None, _, _) => String::new(),
        };
        let Self {
            verb,
            resource,
            name,
            ..
        } = self;
        format!("kubectl auth can-i {verb} {resource}{slash}{name}{namespace}")
    }

    /// The command that shows what there is of its kind.
    fn list_of(&self) -> String {
        let namespace = self.namespace.iter().map(|it| format!(" -n {it}"));
        format!(
            "kubectl get {}{}",
            self.resource,
            namespace.collect::<String>()
        )
    }

    fn is_of_all_namespaces(&self) -> bool {
        self.verb == "list" && self.resource == "namespaces"
    }

    fn is_order(&self) -> bool {
        self.verb == "patch" && self.resource == "namespaces"
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            write!(f, "{} {}", self.verb, self.resource)?;
        } else {
            write!(
                f,
                "{} {} {:?}",
                self.verb,
                singular(self.resource),
                self.name
            )?;
        }
        match &self.namespace {
            Some(namespace) => write!(f, " in namespace {namespace:?}"),
            None => Ok(()),
        }
    }
}

/// The word for one of a resource; the plurals that are used here all end in a plain s.
fn singular(plural: &str) -> &str {
    plural.strip_suffix('s').unwrap_or(plural)
}

/// Why the server did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClusterError {
    /// No connection came about.
    #[error("the server at {server} can't be reached: {cause}")]
    Away {
        /// Its address.
        server: String,
        /// Why.
        cause: String,
    },
    /// Its certificate is none to trust.
    #[error("the server at {server} can't be trusted: its certificate {fault}")]
    Untrusted {
        /// Its address.
        server: String,
        /// What is wrong with the certificate, as a verb.
        fault: String,
    },
    /// No answer came in time.
    #[error("the server at {server} did not answer within {seconds} s")]
    Silent {
        /// Its address.
        server: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The credentials are not accepted.
    #[error("the server at {server} does not accept the credentials")]
    Unauthorized {
        /// Its address.
        server: String,
    },
    /// What answers is something else than an API server.
    #[error("the server at {server} answers, but is no Kubernetes API server")]
    NotKubernetes {
        /// Its address.
        server: String,
    },
    /// The caller may not do it.
    #[error("may not {access}")]
    Forbidden {
        /// What was asked.
        access: Access,
        /// What the server said.
        message: String,
    },
    /// There is no such object, or no such kind.
    #[error("{} does not exist{}", absent(.access), guess(.near.as_deref()))]
    NotFound {
        /// What was asked.
        access: Access,
        /// One that it may stand for.
        near: Option<String>,
    },
    /// The object was changed in between.
    #[error("could not {access}: somebody else changes it all the time")]
    Conflict {
        /// What was asked.
        access: Access,
    },
    /// The server refuses for another reason.
    #[error("could not {access}: {message}")]
    Refused {
        /// What was asked.
        access: Access,
        /// The HTTP status.
        status: u16,
        /// What the server said.
        message: String,
    },
    /// The request can't be put into words of HTTP.
    #[error("could not {access}: the request can't be sent")]
    BadRequest {
        /// What was asked.
        access: Access,
    },
}

impl ClusterError {
    /// What an error of the client means.
    pub(super) fn read(error: &kube::Error, server: &str, access: &Access) -> Self {
        let server = server.to_owned();
        if let kube::Error::Api(status) = error {
            return Self::answered(status, server, access.clone());
        }
        if matches!(error, kube::Error::SerdeError(_) | kube::Error::FromUtf8(_)) {
            return Self::NotKubernetes { server };
        }
        // Everything else happens before there is an answer.
        let cause = root_cause(error);
        if let Some(fault) = cause.strip_prefix(DISTRUST) {
            let fault = certificate_fault(fault);
            return Self::Untrusted { server, fault };
        }
        let cause = if cause.contains(NO_TLS) {
            "it answers, but speaks no TLS".to_owned()
        } else {
            cause
        };
        Self::Away { server, cause }
    }

    fn answered(status: &kube::core::Status, server: String, access: Access) -> Self {
        // What the client says for an answer that it can't read as a Status.
        let is_status = status.reason != "Failed to parse error data";
        let message = one_line(&status.message);
        match status.code {
            401 => Self::Unauthorized { server },
            _ if !is_status => Self::NotKubernetes { server },
            403 if message.contains(DENIED) => Self::Refused {
                access,
                status: 403,
                message,
            },
            403 => Self::Forbidden { access, message },
            404 => Self::NotFound { access, near: None },
            409 => Self::Conflict { access },
            status => Self::Refused {
                access,
                status,
                message,
            },
        }
    }

    /// Whether what is refused is a look at all namespaces; at one of them it may still be granted.
    pub fn forbids_all_namespaces(&self) -> bool {
        matches!(self, Self::Forbidden { access, .. } if access.is_of_all_namespaces())
    }

    /// Whether every other request would fail in the same way.
    pub fn is_of_the_server(&self) -> bool {
        match self {
            Self::Away { .. }
            | Self::Untrusted { .. }
            | Self::Silent { .. }
            | Self::Unauthorized { .. }
            | Self::NotKubernetes { .. } => true,
            Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::Refused { .. }
            | Self::BadRequest { .. } => false,
        }
    }
}

impl Hinted for ClusterError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Away { .. } => "kubectl cluster-info".to_owned(),
            Self::Untrusted { .. } => {
                "kubectl config view --minify shows certificate-authority and tls-server-name"
                    .to_owned()
            }
            Self::Silent { .. } => "give it longer with --request-timeout 2m".to_owned(),
            Self::Unauthorized { .. } => "kubectl auth whoami".to_owned(),
            Self::NotKubernetes { .. } => "kubectl config view --minify".to_owned(),
            Self::Forbidden { access, .. } if access.is_order() => {
                let name = &access.name;
                format!(
                    "ask for the ClusterRole tarnfui-orders in namespace {name} \
                     (verb patch, resource namespaces, name {name}); {}",
                    access.can_i()
                )
            }
            Self::NotFound { access, .. } => access.list_of(),
            Self::Conflict { .. } => "try again".to_owned(),
            Self::Forbidden { access, .. } if access.is_of_all_namespaces() => {
                format!("name a namespace that you may read; {}", access.can_i())
            }
            Self::Refused {
                access,
                status: 400,
                ..
            } if access.verb == "list" => {
                "labels are written as in -l team=web,tier!=db".to_owned()
            }
            Self::Refused { status: 403, .. } => "ask whoever set up that policy".to_owned(),
            Self::Refused {
                status: 429 | 500..,
                ..
            } => "try again in a moment".to_owned(),
            Self::Forbidden { access, .. }
            | Self::Refused { access, .. }
            | Self::BadRequest { access } => access.can_i(),
        })
    }
}

/// What is wrong with a certificate. What is not known is told as it is called, without the lists
/// that stand behind a semicolon.
fn certificate_fault(fault: &str) -> String {
    let known = CERTIFICATE_FAULTS
        .iter()
        .find(|(part, _)| fault.contains(part));
    if let Some((_, said)) = known {
        return (*said).to_owned();
    }
    let first = fault.split(';').next().unwrap_or(fault);
    format!("is not accepted: {first}")
}

/// `namespace "shop"`, or the kind where that is what is missing.
fn absent(access: &Access) -> String {
    let what = match access.name.as_str() {
        "" => format!("kind {:?}", access.resource),
        name => format!("{} {name:?}", singular(access.resource)),
    };
    match &access.namespace {
        Some(namespace) => format!("{what} in namespace {namespace:?}"),
        None => what,
    }
}
