//! A node that is not there: KWOK plays its kubelet, so that pods become ready and go, without
//! anything being run.
//!
//! There is no scheduler: a pod template says `nodeName`. It must not run containers; what answers
//! at a pod's address is a suite's business.

use std::path::Path;

use anyhow::Context as _;
use k8s_openapi::api::core::v1 as core;
use kube::api::{Api, PostParams};
use serde_json::json;

/// The name of the node, for `nodeName` in pod templates.
pub const FAKE_NODE: &str = "fake";

/// Whether a cluster has a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// None: pods are made and stay pending.
    Absent,
    /// One, named [`FAKE_NODE`].
    Fake {
        /// The addresses its pods get. Loopback addresses are refused in EndpointSlices.
        pod_cidr: String,
    },
}

impl Default for Node {
    fn default() -> Self {
        Self::Fake {
            pod_cidr: "10.213.1.0/24".to_owned(),
        }
    }
}

/// The arguments KWOK is started with.
pub(super) fn kwok_arguments(
    kubeconfig: &Path,
    stages: &Path,
    pod_cidr: &str,
) -> anyhow::Result<Vec<String>> {
    let mut arguments = vec![
        format!("--kubeconfig={}", kubeconfig.display()),
        format!("--cidr={pod_cidr}"),
        "--manage-all-nodes".to_owned(),
        // No leases of nodes: they would be writes every few seconds that nobody asked for.
        "--node-lease-duration-seconds=0".to_owned(),
        // No port of its own: by default it listens on all addresses, on a fixed one.
        "--server-address=".to_owned(),
        "--node-port=0".to_owned(),
    ];
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(stages).context("read the stages of KWOK")? {
        paths.push(entry.context("read the stages of KWOK")?.path());
    }
    paths.sort();
    arguments.extend(
        paths
            .iter()
            .map(|path| format!("--config={}", path.display())),
    );
    Ok(arguments)
}

/// Makes the Node object that KWOK then brings to life.
pub(super) async fn create(client: &kube::Client) -> anyhow::Result<()> {
    let node: core::Node = serde_json::from_value(json!({
        "metadata": {
            "name": FAKE_NODE,
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {"kubernetes.io/hostname": FAKE_NODE, "kubernetes.io/os": "linux"},
        },
    }))?;
    let nodes = Api::<core::Node>::all(client.clone());
    nodes
        .create(&PostParams::default(), &node)
        .await
        .context("make the node")?;
    Ok(())
}

/// Whether KWOK says that the node is ready.
pub(super) async fn is_ready(client: &kube::Client) -> bool {
    let nodes = Api::<core::Node>::all(client.clone());
    let Ok(node) = nodes.get(FAKE_NODE).await else {
        return false;
    };
    let conditions = node
        .status
        .and_then(|status| status.conditions)
        .unwrap_or_default();
    conditions
        .iter()
        .any(|condition| condition.type_ == "Ready" && condition.status == "True")
}
