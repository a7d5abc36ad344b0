//! The resources that are served, as a table: what they are called, and which of the API's features
//! each has. A resource that is not in it does not exist here, as where its CRD is missing.

/// What can be asked of one resource.
#[derive(Debug, PartialEq, Eq)]
pub struct Resource {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// The version, the only one that is served.
    pub version: &'static str,
    /// As in URLs: `deployments`.
    pub plural: &'static str,
    /// As kubectl prints it: `deployment`.
    pub singular: &'static str,
    /// As in objects: `Deployment`.
    pub kind: &'static str,
    /// What people type: `deploy`.
    pub short: &'static [&'static str],
    /// Whether `kubectl get all` shows it.
    pub is_in_all: bool,
    /// Whether its objects lie in namespaces.
    pub is_namespaced: bool,
    /// Whether `metadata.generation` counts the changes of what people want.
    pub has_generation: bool,
    /// Whether a PUT may leave out the version.
    pub is_unconditional: bool,
    /// The subresource `status`.
    pub has_status: bool,
    /// The subresource `scale`.
    pub has_scale: bool,
}

impl Resource {
    /// The group and version as objects name them: `apps/v1`, `v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// The resource as messages name it: `deployments.apps`, `namespaces`.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.plural.to_owned()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// The start of its URLs: `/apis/apps/v1`, `/api/v1`.
    pub fn root(&self) -> String {
        if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        }
    }
}

/// The resource at a place in the API.
pub fn find(group: &str, version: &str, plural: &str) -> Option<&'static Resource> {
    RESOURCES
        .iter()
        .find(|it| it.group == group && it.version == version && it.plural == plural)
}

/// The resource of an object with these fields.
pub fn of_kind(api_version: &str, kind: &str) -> Option<&'static Resource> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    RESOURCES
        .iter()
        .find(|it| it.group == group && it.version == version && it.kind == kind)
}

/// What most are: in a namespace, with no more than the plain verbs.
const PLAIN: Resource = Resource {
    group: "",
    version: "v1",
    plural: "",
    singular: "",
    kind: "",
    short: &[],
    is_in_all: false,
    is_namespaced: true,
    has_generation: false,
    is_unconditional: true,
    has_status: false,
    has_scale: false,
};

/// What workloads are: a wish, a status, and a scale.
const WORKLOAD: Resource = Resource {
    group: "apps",
    is_in_all: true,
    has_generation: true,
    has_status: true,
    has_scale: true,
    ..PLAIN
};

const ROLE: Resource = Resource {
    group: "rbac.authorization.k8s.io",
    ..PLAIN
};

/// Every resource, in the order of discovery.
pub static RESOURCES: &[Resource] = &[
    Resource {
        plural: "namespaces",
        singular: "namespace",
        kind: "Namespace",
        short: &["ns"],
        is_namespaced: false,
        has_status: true,
        ..PLAIN
    },
    Resource {
        plural: "configmaps",
        singular: "configmap",
        kind: "ConfigMap",
        short: &["cm"],
        ..PLAIN
    },
    Resource {
        plural: "secrets",
        singular: "secret",
        kind: "Secret",
        ..PLAIN
    },
    Resource {
        plural: "serviceaccounts",
        singular: "serviceaccount",
        kind: "ServiceAccount",
        short: &["sa"],
        ..PLAIN
    },
    Resource {
        plural: "services",
        singular: "service",
        kind: "Service",
        short: &["svc"],
        is_in_all: true,
        has_status: true,
        ..PLAIN
    },
    Resource {
        plural: "pods",
        singular: "pod",
        kind: "Pod",
        short: &["po"],
        is_in_all: true,
        has_generation: true,
        has_status: true,
        ..PLAIN
    },
    // The same objects as those of events.k8s.io, by the older names of their fields.
    Resource {
        plural: "events",
        singular: "event",
        kind: "Event",
        short: &["ev"],
        ..PLAIN
    },
    Resource {
        plural: "deployments",
        singular: "deployment",
        kind: "Deployment",
        short: &["deploy"],
        ..WORKLOAD
    },
    Resource {
        plural: "replicasets",
        singular: "replicaset",
        kind: "ReplicaSet",
        short: &["rs"],
        ..WORKLOAD
    },
    Resource {
        plural: "statefulsets",
        singular: "statefulset",
        kind: "StatefulSet",
        short: &["sts"],
        ..WORKLOAD
    },
    Resource {
        plural: "daemonsets",
        singular: "daemonset",
        kind: "DaemonSet",
        short: &["ds"],
        has_scale: false,
        ..WORKLOAD
    },
    Resource {
        group: "batch",
        plural: "cronjobs",
        singular: "cronjob",
        kind: "CronJob",
        short: &["cj"],
        has_scale: false,
        ..WORKLOAD
    },
    Resource {
        group: "batch",
        plural: "jobs",
        singular: "job",
        kind: "Job",
        has_scale: false,
        ..WORKLOAD
    },
    Resource {
        group: "autoscaling",
        version: "v2",
        plural: "horizontalpodautoscalers",
        singular: "horizontalpodautoscaler",
        kind: "HorizontalPodAutoscaler",
        short: &["hpa"],
        is_in_all: true,
        has_status: true,
        ..PLAIN
    },
    Resource {
        group: "coordination.k8s.io",
        plural: "leases",
        singular: "lease",
        kind: "Lease",
        is_unconditional: false,
        ..PLAIN
    },
    Resource {
        group: "events.k8s.io",
        plural: "events",
        singular: "event",
        kind: "Event",
        short: &["ev"],
        ..PLAIN
    },
    Resource {
        plural: "roles",
        singular: "role",
        kind: "Role",
        ..ROLE
    },
    Resource {
        plural: "rolebindings",
        singular: "rolebinding",
        kind: "RoleBinding",
        ..ROLE
    },
    Resource {
        plural: "clusterroles",
        singular: "clusterrole",
        kind: "ClusterRole",
        is_namespaced: false,
        ..ROLE
    },
    Resource {
        plural: "clusterrolebindings",
        singular: "clusterrolebinding",
        kind: "ClusterRoleBinding",
        is_namespaced: false,
        ..ROLE
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_are_the_same_place_or_kind() {
        for row in RESOURCES {
            let found = find(row.group, row.version, row.plural);
            assert!(found.is_some_and(|it| std::ptr::eq(it, row)), "{row:?}");
            let found = of_kind(&row.api_version(), row.kind);
            assert!(found.is_some_and(|it| std::ptr::eq(it, row)), "{row:?}");
        }
        assert_eq!(find("apps", "v1", "rollouts"), None);
        assert_eq!(of_kind("apps/v2", "Deployment"), None);
    }
}
