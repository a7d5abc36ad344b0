//! Whose cluster it is, and what follows from that for everything that is made there.
//!
//! On one that was made for the demo, names are short and the controllers look after everything. On
//! somebody's, every name says where it comes from, and the controllers look after nothing else.
//! What there is to make is not known here.

use serde_json::{Value as Json, json};

use crate::controllers;
use crate::testbed::FAKE_NODE;

/// An image that does nothing, as small as they get.
const PAUSE: &str = "registry.k8s.io/pause:3.10";

/// Whose cluster it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tenancy {
    /// Ours, and gone after the demo.
    Owner,
    /// Somebody's, where we are guests.
    Guest,
}

impl Tenancy {
    /// The namespace of the controllers, with their Lease and their configuration.
    pub(super) fn home(self) -> &'static str {
        match self {
            Self::Owner => controllers::NAMESPACE,
            Self::Guest => "tarnfui-demo",
        }
    }

    /// What a namespace of the play is called in the cluster.
    pub(super) fn place(self, name: &str) -> String {
        match self {
            Self::Owner => name.to_owned(),
            Self::Guest => format!("{}-{name}", self.home()),
        }
    }

    /// The configuration. CronJobs are handled only where somebody says so; and a guest manages
    /// these namespaces alone, each by its whole name.
    pub(super) fn config(self, places: &[String]) -> String {
        let kinds = "kinds: [Deployment, StatefulSet, CronJob]\n";
        match self {
            Self::Owner => kinds.to_owned(),
            Self::Guest => format!("{kinds}namespaces: {{managed: [{}]}}\n", places.join(", ")),
        }
    }

    /// What a pod of this name consists of.
    ///
    /// Ours lie on a node that only says that they run. A guest's do run, and are as undemanding as
    /// any cluster may wish.
    pub(super) fn pod(self, name: &str) -> Json {
        match self {
            Self::Owner => json!({
                "nodeName": FAKE_NODE,
                "containers": [{ "name": name, "image": name }],
            }),
            Self::Guest => json!({
                "automountServiceAccountToken": false,
                "securityContext": {
                    "runAsNonRoot": true,
                    "runAsUser": 65535,
                    "seccompProfile": { "type": "RuntimeDefault" },
                },
                "containers": [{
                    "name": name,
                    "image": PAUSE,
                    "resources": {
                        "requests": { "cpu": "1m", "memory": "8Mi" },
                        "limits": { "cpu": "10m", "memory": "16Mi" },
                    },
                    "securityContext": {
                        "allowPrivilegeEscalation": false,
                        "capabilities": { "drop": ["ALL"] },
                    },
                }],
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use tarnfui_shared::config::Config;

    use super::*;

    #[test]
    fn a_guest_looks_after_its_own_namespaces_alone() {
        let places = ["shop", "lab"].map(|name| Tenancy::Guest.place(name));
        assert_eq!(places, ["tarnfui-demo-shop", "tarnfui-demo-lab"]);
        let manages = |tenancy: Tenancy, name: &str| {
            let config = Config::parse(&tenancy.config(&places)).unwrap();
            config.namespaces.includes(name)
        };
        for place in &places {
            assert!(manages(Tenancy::Guest, place));
        }
        for other in ["shop", "default", "tarnfui-demo", "tarnfui-demo-shop-2"] {
            assert!(!manages(Tenancy::Guest, other), "{other}");
            assert!(manages(Tenancy::Owner, other), "{other}");
        }
    }
}
