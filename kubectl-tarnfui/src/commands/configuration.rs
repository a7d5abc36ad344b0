//! The configuration that the controller goes by.
//!
//! Absent is the built-in one. One that is there and can't be read is never taken for absent: what
//! hangs on it is unknown then, and is shown as that.

use std::io::BufRead;
use std::path::Path;

use tarnfui_shared::config::{CONFIG_KEY, CONFIG_NAME, Config};
use tarnfui_shared::problem::Problem;

use crate::cluster::{Cluster, ClusterError};
use crate::error::{Failure, Hinted, chain, one_line};
use crate::manifests;
use crate::reading::Known;
use crate::view::Gap;

/// The configuration, as far as it is known.
#[derive(Debug)]
pub(super) enum Configuration {
    /// This one is in force.
    Read(Box<Config>),
    /// It could not be read.
    Unread {
        /// What stands in where something has to.
        built_in: Box<Config>,
        /// Why.
        gap: Gap,
    },
}

impl Configuration {
    /// Reads the ConfigMap in `namespace`. Fails only where nothing else could be read either.
    pub(super) async fn load(cluster: &Cluster, namespace: &str) -> Result<Self, ClusterError> {
        let text = match cluster.config_map(namespace, CONFIG_NAME).await {
            Ok(None) => return Ok(Self::Read(Box::default())),
            Ok(Some(mut data)) => data.remove(CONFIG_KEY),
            Err(error) if error.is_of_the_server() => return Err(error),
            Err(error) => return Ok(Self::unread(&chain(&error), Some(hint_of(&error)))),
        };
        let Some(text) = text else {
            let fault = format!("ConfigMap {CONFIG_NAME} has no key {CONFIG_KEY}");
            return Ok(Self::unread(&fault, Some(look(namespace))));
        };
        Ok(match Config::parse(&text) {
            Ok(config) => Self::Read(Box::new(config)),
            Err(problems) => match problems.into_iter().next() {
                None => Self::unread("it is faulty", Some(look(namespace))),
                Some(Problem {
                    key, message, hint, ..
                }) => {
                    let fault = one_line(&format!("{key}: {message}"));
                    Self::unread(&fault, hint.or_else(|| Some(look(namespace))))
                }
            },
        })
    }

    fn unread(fault: &str, hint: Option<String>) -> Self {
        let message = format!("the configuration can't be read: {fault}");
        let gap = Gap {
            what: "configuration".to_owned(),
            message,
            hint,
        };
        Self::Unread {
            built_in: Box::default(),
            gap,
        }
    }

    /// The configuration, or what stands in for it.
    pub(super) fn config(&self) -> &Config {
        match self {
            Self::Read(config) => config,
            Self::Unread { built_in, .. } => built_in,
        }
    }

    /// The configuration, as far as anything may build on it.
    pub(super) fn known(&self) -> Known<'_> {
        match self {
            Self::Read(config) => Known::Read(config),
            Self::Unread { built_in, .. } => Known::Unread(built_in),
        }
    }

    /// Why it is not known.
    pub(super) fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Read(_) => None,
            Self::Unread { gap, .. } => Some(gap),
        }
    }
}

/// The configuration in a file; the built-in one where none is named.
pub(super) fn from_file(path: Option<&Path>, input: &mut dyn BufRead) -> Result<Config, Failure> {
    let Some(path) = path else {
        return Ok(Config::default());
    };
    let text = manifests::text_of(path, input)?;
    Config::parse(&text).map_err(|problems| broken(&path.display().to_string(), &problems))
}

fn broken(path: &str, problems: &[Problem]) -> Failure {
    let first = problems
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    let more = match problems.len() {
        0 | 1 => String::new(),
        count => format!("; and {} more", count - 1),
    };
    Failure::failed(
        format!("configuration {path} can't be read: {first}{more}"),
        "mend it, or leave --config-file out",
    )
}

fn hint_of(error: &ClusterError) -> String {
    let hint = error
        .hint()
        .map(|hint| format!("{hint}; "))
        .unwrap_or_default();
    format!("{hint}--controller-namespace says where it is")
}

fn look(namespace: &str) -> String {
    format!("kubectl get configmap {CONFIG_NAME} -n {namespace} -o yaml")
}
