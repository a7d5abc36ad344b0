//! What a cluster is filled with: namespaces, and workloads of a size that is usual in real ones.
//!
//! By number, so that any part of a population can be made, found and checked without a list of it.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

/// The shortest grace there is: what was made for a measurement must be old enough to sleep.
const GRACE: &str = "1m";

/// Awake, in two spans that have to be read and merged, and with a boundary that is known and far off:
/// a controller keeps one for every namespace.
static AWAKE: LazyLock<String> = LazyLock::new(|| {
    let day = |days: i64| {
        let at = Timestamp::now() + SignedDuration::from_hours(24 * days);
        at.strftime("%Y-%m-%dT00:00:00Z").to_string()
    };
    format!("{} - {}, {} - {}", day(-2), day(100), day(99), day(200))
});

/// Of so many workloads one is a StatefulSet, and the others are Deployments: the default kinds.
const STATEFUL_EVERY: usize = 5;

/// The replicas of each workload.
pub const REPLICAS: u32 = 2;

/// How many there are of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    /// Workloads, spread evenly.
    pub workloads: usize,
    /// Namespaces.
    pub namespaces: usize,
}

/// One of its workloads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Workload {
    /// `deployments` or `statefulsets`.
    pub resource: &'static str,
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Population {
    /// Ten workloads to a namespace.
    pub const fn of(workloads: usize) -> Self {
        Self {
            workloads,
            namespaces: workloads.div_ceil(10),
        }
    }

    /// Half as many to a namespace: small ones, as a cluster of teams has them.
    pub const fn of_small_namespaces(workloads: usize) -> Self {
        Self {
            workloads,
            namespaces: workloads.div_ceil(5),
        }
    }

    /// The names of the namespaces.
    pub fn namespaces(self) -> impl Iterator<Item = String> {
        (0..self.namespaces).map(namespace)
    }

    /// The workloads, in an order that takes all namespaces by turns.
    pub fn workloads(self) -> impl Iterator<Item = Workload> {
        (0..self.workloads).map(move |number| {
            let is_stateful = (number / self.namespaces).is_multiple_of(STATEFUL_EVERY);
            Workload {
                resource: if is_stateful {
                    "statefulsets"
                } else {
                    "deployments"
                },
                namespace: namespace(number % self.namespaces),
                name: format!("service-{number:05}"),
            }
        })
    }
}

fn namespace(number: usize) -> String {
    format!("team-{number:05}")
}

/// A Namespace that is awake for months, by a schedule.
pub fn namespace_manifest(name: &str) -> Json {
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": name,
            "labels": { "team": name, "environment": "development" },
            "annotations": {
                "tarnfui.io/schedule": *AWAKE,
                "tarnfui.io/timezone": "Europe/Paris",
                "tarnfui.io/grace": GRACE,
            },
        },
    })
}

impl Workload {
    /// The API path of its kind in its namespace.
    pub fn collection(&self) -> String {
        format!(
            "/apis/apps/v1/namespaces/{}/{}",
            self.namespace, self.resource
        )
    }

    /// Its API path.
    pub fn path(&self) -> String {
        format!("{}/{}", self.collection(), self.name)
    }

    /// Its manifest: an API server that has added its own defaults, `managedFields` and status sends
    /// about 7 KB of it.
    pub fn manifest(&self) -> Json {
        let labels = json!({
            "app.kubernetes.io/name": self.name,
            "app.kubernetes.io/instance": self.namespace,
            "app.kubernetes.io/version": "2026.11.1",
            "app.kubernetes.io/managed-by": "Helm",
        });
        let selector = json!({ "app.kubernetes.io/name": self.name });
        let mut spec = json!({
            "replicas": REPLICAS,
            "selector": { "matchLabels": selector },
            "template": { "metadata": { "labels": labels }, "spec": self.pod() },
        });
        let kind = if self.resource == "statefulsets" {
            spec["serviceName"] = self.name.clone().into();
            "StatefulSet"
        } else {
            "Deployment"
        };
        json!({
            "apiVersion": "apps/v1",
            "kind": kind,
            "metadata": {
                "namespace": self.namespace,
                "name": self.name,
                "labels": labels,
                "annotations": {
                    "meta.helm.sh/release-name": self.name,
                    "meta.helm.sh/release-namespace": self.namespace,
                    "example.com/owner": format!("{}@example.com", self.namespace),
                },
            },
            "spec": spec,
        })
    }

    fn pod(&self) -> Json {
        let variable = |number: usize| {
            json!({
                "name": format!("SERVICE_SETTING_{number:02}"),
                "value": format!("https://dependency-{number:02}.{}.svc:8443/", self.namespace),
            })
        };
        let probe = |path: &str| {
            json!({
                "httpGet": { "path": path, "port": "http" },
                "periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 3,
            })
        };
        json!({
            "containers": [{
                "name": "service",
                "image": format!("registry.example.com/{}/{}:2026.11.1", self.namespace, self.name),
                "env": (0..16).map(variable).collect::<Vec<_>>(),
                "ports": [{ "name": "http", "containerPort": 8080 }],
                "resources": {
                    "requests": { "cpu": "250m", "memory": "256Mi" },
                    "limits": { "memory": "512Mi" },
                },
                "livenessProbe": probe("/livez"),
                "readinessProbe": probe("/readyz"),
                "securityContext": { "readOnlyRootFilesystem": true, "runAsNonRoot": true },
                "volumeMounts": [{ "name": "scratch", "mountPath": "/tmp" }],
            }],
            "volumes": [{ "name": "scratch", "emptyDir": {} }],
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tarnfui_shared::annotations::NamespaceAnnotations;
    use tarnfui_shared::config::Config;
    use tarnfui_shared::decide::{Activity, State, decide};
    use tarnfui_shared::rules::Rules;

    use super::*;

    #[test]
    fn every_namespace_has_its_share_and_some_of_each_kind() {
        let population = Population::of(1_000);
        assert_eq!(population.namespaces, 100);
        let all: Vec<_> = population.workloads().collect();
        let names: BTreeSet<_> = all.iter().map(Workload::path).collect();
        assert_eq!(names.len(), 1_000);
        for namespace in population.namespaces() {
            let own: Vec<_> = all.iter().filter(|it| it.namespace == namespace).collect();
            let stateful = own.iter().filter(|it| it.resource == "statefulsets");
            assert_eq!((own.len(), stateful.count()), (10, 2), "{namespace}");
        }
    }

    #[test]
    fn a_namespace_is_awake_and_has_a_transition_that_is_known() {
        let manifest = namespace_manifest("team");
        let annotations = manifest["metadata"]["annotations"].as_object().unwrap();
        let annotations = annotations.iter();
        let pairs = annotations.map(|(key, value)| (key.as_str(), value.as_str().unwrap()));
        let (read, problems) = NamespaceAnnotations::read(pairs);
        let (rules, more) = Rules::of_namespace("team", &read, &Config::default());
        assert_eq!((problems, more), (vec![], vec![]));
        let decision = decide(Timestamp::now(), &rules, &Activity::default());
        assert_eq!(decision.state, State::Awake);
        assert!(decision.until.unwrap() > Timestamp::now() + SignedDuration::from_hours(24 * 100));
    }
}
