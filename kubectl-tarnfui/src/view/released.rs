//! What sleeping sets free: the requests of the pods that do not run.

use std::iter::Sum;
use std::ops::Add;

use tarnfui_shared::observe::Workload;

use crate::cluster::PodTemplate;

/// What pods ask for. Exact enough for people: a quantity is a decimal that is seldom longer than
/// three digits.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Requests {
    /// Cores.
    pub cores: f64,
    /// Memory, in bytes.
    pub bytes: f64,
}

impl Requests {
    /// What one pod asks for, as the scheduler counts it: its containers together, or the largest
    /// of what runs before them, whichever is more; and what it takes to run a pod at all.
    pub fn of(template: &PodTemplate) -> Self {
        let of = |requests: &std::collections::BTreeMap<String, String>| Self {
            cores: requests
                .get("cpu")
                .and_then(|it| quantity(it))
                .unwrap_or(0.0),
            bytes: requests
                .get("memory")
                .and_then(|it| quantity(it))
                .unwrap_or(0.0),
        };
        let (mut beside, mut before) = (Self::default(), Self::default());
        for container in &template.init_containers {
            let own = of(container.requests());
            if container.restart_policy.as_deref() == Some("Always") {
                beside = beside + own;
                before = before.max(beside);
            } else {
                before = before.max(beside + own);
            }
        }
        let main: Self = template.containers.iter().map(|it| of(it.requests())).sum();
        (main + beside).max(before) + of(&template.overhead)
    }

    /// So many pods of it.
    #[must_use]
    pub fn times(self, pods: i32) -> Self {
        Self {
            cores: self.cores * f64::from(pods),
            bytes: self.bytes * f64::from(pods),
        }
    }

    fn max(self, other: Self) -> Self {
        Self {
            cores: self.cores.max(other.cores),
            bytes: self.bytes.max(other.bytes),
        }
    }
}

impl Add for Requests {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            cores: self.cores + other.cores,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl Sum for Requests {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// What the sleepers among `workloads` set free: the pods that come back when they wake, each with
/// what it asks for. One that keeps a floor sets free what is above it.
pub fn released<'a>(
    workloads: &'a [Workload],
    requests: impl Fn(&'a Workload) -> Option<&'a Requests>,
) -> Requests {
    let of = |workload: &'a Workload| {
        let saved = workload.sleeping()?.replicas()?;
        let pods = saved - workload.value.replicas()?;
        Some(requests(workload)?.times(pods.max(0)))
    };
    workloads.iter().filter_map(of).sum()
}

/// The factors of Kubernetes' quantities.
const SUFFIXES: [(&str, f64); 15] = [
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
    ("Ei", 1_152_921_504_606_846_976.0),
    ("n", 1e-9),
    ("u", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
];

/// Reads a quantity such as `100m`, `1.5`, `2e3` or `512Mi`.
fn quantity(text: &str) -> Option<f64> {
    let with_suffix = SUFFIXES.iter().find_map(|(suffix, factor)| {
        let number: f64 = text.strip_suffix(suffix)?.parse().ok()?;
        Some(number * factor)
    });
    let number = with_suffix.or_else(|| text.parse().ok())?;
    (number.is_finite() && number >= 0.0).then_some(number)
}

#[cfg(test)]
mod tests;
