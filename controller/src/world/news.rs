//! What watches have seen, and whom it is about.

use std::sync::Arc;

use tarnfui_shared::config::Config;
use tarnfui_shared::observe::{Autoscaler, NamespaceObject, RawNamespace, Workload};
use tarnfui_shared::problem::Problem;
use tarnfui_shared::workload::Kind;

use super::{Fault, Source};

/// Something that a watch has seen.
#[derive(Debug)]
pub enum News {
    /// A list begins: what it does not name is gone once it is complete. The number is the list's.
    Relisting(Source, u32),
    /// A list is complete.
    Listed(Source),
    /// A list or watch failed, and is tried again.
    Failed(Source, Fault),
    /// A watch that failed answers again.
    Recovered(Source),
    /// A Namespace is there, or has changed.
    Namespace(Box<str>, NamespaceObject),
    /// A Namespace is gone.
    NamespaceGone(Box<str>),
    /// A workload is there, or has changed.
    Workload(Box<str>, Box<Workload>),
    /// A workload is gone.
    WorkloadGone(Box<str>, Kind, Box<str>),
    /// A HorizontalPodAutoscaler is there, or has changed; none if its target is of no kind of ours.
    Autoscaler(Box<str>, Box<str>, Option<Autoscaler>),
    /// The configuration was read: a good one, or what is wrong with it, and its version.
    Configuration(Result<Arc<Config>, Vec<Problem>>, String),
}

impl From<RawNamespace> for News {
    fn from(raw: RawNamespace) -> Self {
        let name = raw.metadata.name.as_str().into();
        Self::Namespace(name, raw.observe())
    }
}

/// Which namespaces have to be looked at again.
#[derive(Debug, PartialEq, Eq)]
pub enum Dirty {
    /// None.
    None,
    /// This one.
    One(Box<str>),
    /// All of them.
    All,
}
