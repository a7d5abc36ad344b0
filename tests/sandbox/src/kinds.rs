//! The resources that are served, as a table: what they are called, and which of the API's features
//! each has. A resource that is not in it does not exist here, as where its CRD is missing.

/// What can be asked of one resource.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column of the table, and none excludes another"
)]
#[derive(Debug, PartialEq, Eq)]
pub struct Resource {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// The version, the only one that is served.
    pub version: &'static str,
    /// Both, as objects name them: `apps/v1`, `v1`.
    pub api_version: &'static str,
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
    /// Whether a PUT makes what is not there.
    pub can_be_put: bool,
    /// The subresource `status`.
    pub has_status: bool,
    /// The subresource `scale`.
    pub has_scale: bool,
}

impl Resource {
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
        let root = if self.group.is_empty() { "api" } else { "apis" };
        format!("/{root}/{}", self.api_version)
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
    RESOURCES
        .iter()
        .find(|it| it.api_version == api_version && it.kind == kind)
}

/// What most are: in a namespace, with no more than the plain verbs.
const PLAIN: Resource = Resource {
    group: "",
    version: "v1",
    api_version: "v1",
    plural: "",
    singular: "",
    kind: "",
    short: &[],
    is_in_all: false,
    is_namespaced: true,
    has_generation: false,
    is_unconditional: true,
    can_be_put: false,
    has_status: false,
    has_scale: false,
};

/// What workloads are: a wish, a status, and a scale.
const WORKLOAD: Resource = Resource {
    group: "apps",
    api_version: "apps/v1",
    is_in_all: true,
    has_generation: true,
    has_status: true,
    has_scale: true,
    ..PLAIN
};

const ROLE: Resource = Resource {
    group: "rbac.authorization.k8s.io",
    api_version: "rbac.authorization.k8s.io/v1",
    can_be_put: true,
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
        can_be_put: true,
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
        can_be_put: true,
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
        api_version: "batch/v1",
        plural: "cronjobs",
        singular: "cronjob",
        kind: "CronJob",
        short: &["cj"],
        has_scale: false,
        ..WORKLOAD
    },
    Resource {
        group: "batch",
        api_version: "batch/v1",
        plural: "jobs",
        singular: "job",
        kind: "Job",
        has_scale: false,
        ..WORKLOAD
    },
    Resource {
        group: "autoscaling",
        version: "v2",
        api_version: "autoscaling/v2",
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
        api_version: "coordination.k8s.io/v1",
        plural: "leases",
        singular: "lease",
        kind: "Lease",
        is_unconditional: false,
        can_be_put: true,
        ..PLAIN
    },
    Resource {
        group: "events.k8s.io",
        api_version: "events.k8s.io/v1",
        plural: "events",
        singular: "event",
        kind: "Event",
        short: &["ev"],
        can_be_put: true,
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
            let joined = format!("{}/{}", row.group, row.version);
            assert_eq!(row.api_version, joined.trim_start_matches('/'));
            let found = find(row.group, row.version, row.plural);
            assert!(found.is_some_and(|it| std::ptr::eq(it, row)), "{row:?}");
            let found = of_kind(row.api_version, row.kind);
            assert!(found.is_some_and(|it| std::ptr::eq(it, row)), "{row:?}");
        }
        assert_eq!(find("apps", "v1", "rollouts"), None);
        assert_eq!(of_kind("apps/v2", "Deployment"), None);
    }
}
