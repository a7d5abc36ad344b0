//! A real Kubernetes control plane on this machine: etcd, kube-apiserver, kube-controller-manager
//! and a fake node, as plain processes on loopback.
//!
//! Real, because what we promise rests on what an API server does with resource versions, patches
//! and watches, and a mock would only repeat what we believe about that.
//! No Docker and no virtual machine: the programs are built from Go modules, once.
//!
//! It must not know anything about sleeping or waking: suites bring that.

mod audit;
mod cluster;
mod credentials;
mod directory;
mod metrics;
mod nodes;
mod process;
mod tools;

pub use audit::Request;
pub(crate) use cluster::client::{bounded, connect};
pub use cluster::{Cluster, Controller, Options, Paused, USER_AGENT, free_port, run};
pub use credentials::User;
pub(crate) use credentials::kubeconfig;
pub(crate) use directory::Directory;
pub use metrics::Metrics;
pub use nodes::{FAKE_NODE, Node};
pub use process::{Process, Program, is_running};
pub use tools::{Missing, Tool, Tools, ToolsError};

/// Says something to the person waiting: on stderr, since stdout belongs to the test harness and to
/// the programs under test.
#[allow(
    clippy::print_stderr,
    reason = "the one place of this crate that talks to a terminal"
)]
pub fn say(line: &str) {
    eprintln!("testbed: {line}");
}
