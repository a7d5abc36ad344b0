//! What a cluster is made of: chosen by the suite, before it starts.

use crate::testbed::{Node, User};

/// A controller of kube-controller-manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controller {
    /// Deployments make ReplicaSets.
    Deployment,
    /// ReplicaSets make pods.
    ReplicaSet,
    /// StatefulSets make pods.
    StatefulSet,
    /// DaemonSets make pods.
    DaemonSet,
    /// Jobs make pods.
    Job,
    /// CronJobs make Jobs.
    CronJob,
    /// Services have their addresses in EndpointSlices.
    EndpointSlice,
    /// HorizontalPodAutoscalers scale; without a metrics API they only ever say why they don't.
    HorizontalPodAutoscaler,
    /// PodDisruptionBudgets know what they allow.
    Disruption,
    /// Deleted namespaces are emptied and go.
    Namespace,
    /// What belongs to a deleted object goes.
    GarbageCollector,
    /// `admin`, `edit` and `view` gather their rules.
    ClusterRoleAggregation,
}

impl Controller {
    /// All that the testbed knows of.
    pub const ALL: [Self; 12] = [
        Self::Deployment,
        Self::ReplicaSet,
        Self::StatefulSet,
        Self::DaemonSet,
        Self::Job,
        Self::CronJob,
        Self::EndpointSlice,
        Self::HorizontalPodAutoscaler,
        Self::Disruption,
        Self::Namespace,
        Self::GarbageCollector,
        Self::ClusterRoleAggregation,
    ];

    /// Its name in `--controllers`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Deployment => "deployment-controller",
            Self::ReplicaSet => "replicaset-controller",
            Self::StatefulSet => "statefulset-controller",
            Self::DaemonSet => "daemonset-controller",
            Self::Job => "job-controller",
            Self::CronJob => "cronjob-controller",
            Self::EndpointSlice => "endpointslice-controller",
            Self::HorizontalPodAutoscaler => "horizontal-pod-autoscaler-controller",
            Self::Disruption => "disruption-controller",
            Self::Namespace => "namespace-controller",
            Self::GarbageCollector => "garbage-collector-controller",
            Self::ClusterRoleAggregation => "clusterrole-aggregation-controller",
        }
    }
}

/// What a cluster is made of. The default is all of it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The controllers that run; with none, no kube-controller-manager is started.
    pub controllers: Vec<Controller>,
    /// Whether there is a node for pods to be on.
    pub node: Node,
    /// Users beside `admin`, `controller` and `dev`.
    pub users: Vec<User>,
    /// Further arguments of kube-apiserver, such as `--feature-gates=WatchList=false`.
    pub api_server_arguments: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            controllers: Controller::ALL.to_vec(),
            node: Node::default(),
            users: Vec::new(),
            api_server_arguments: Vec::new(),
        }
    }
}

impl Options {
    /// An API server alone: nothing reacts to what is written. The quickest to start.
    pub fn api_server_only() -> Self {
        Self {
            controllers: Vec::new(),
            node: Node::Absent,
            ..Self::default()
        }
    }
}
