//! What is counted, for `/metrics`. Names and labels are public API; docs/metrics.md has them all.
//!
//! Counters live here; figures that can be derived are asked for at each scrape, so that nothing has
//! to be kept in step.

use std::fmt::Write as _;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::reconcile::Summary;
use crate::watch::Staleness;

/// Bounds of the lateness of a first write, in seconds: the promise is 1.
const LATENESS_BOUNDS: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WriteLabels {
    op: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

/// The counters.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    leads: Gauge,
    configuration_valid: Gauge,
    writes: Family<WriteLabels, Counter>,
    events: Family<OutcomeLabels, Counter>,
    lateness: Histogram,
    last_lateness: Gauge<f64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("tarnfui");
        let metrics = Self {
            leads: Gauge::default(),
            configuration_valid: Gauge::default(),
            writes: Family::default(),
            events: Family::default(),
            lateness: Histogram::new(LATENESS_BOUNDS),
            last_lateness: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register(
            "leader",
            "Whether this replica leads",
            metrics.leads.clone(),
        );
        registry.register(
            "configuration_valid",
            "Whether the newest configuration is the one in force",
            metrics.configuration_valid.clone(),
        );
        registry.register(
            "writes",
            "Requests that write, by what came of them",
            metrics.writes.clone(),
        );
        registry.register(
            "events",
            "Kubernetes Events, by what came of them",
            metrics.events.clone(),
        );
        registry.register(
            "transition_lateness_seconds",
            "From a boundary to the start of its first write",
            metrics.lateness.clone(),
        );
        registry.register(
            "transition_last_lateness_seconds",
            "The same, of the newest boundary",
            metrics.last_lateness.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }
}

impl Metrics {
    /// This replica leads, or does not.
    pub fn leads(&self, leads: bool) {
        self.leads.set(leads.into());
    }

    /// The newest configuration is in force, or is not.
    pub fn configuration_is_valid(&self, is_valid: bool) {
        self.configuration_valid.set(is_valid.into());
    }

    /// A write has ended.
    pub fn write(&self, op: &'static str, outcome: &'static str) {
        self.writes
            .get_or_create(&WriteLabels { op, outcome })
            .inc();
    }

    /// An Event was sent, or was not.
    pub fn event(&self, outcome: &'static str) {
        self.events.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// The first write after a boundary starts.
    pub fn late_by(&self, lateness: Duration) {
        self.lateness.observe(lateness.as_secs_f64());
        self.last_lateness.set(lateness.as_secs_f64());
    }

    /// Everything, in the text format of OpenMetrics.
    pub fn render(&self, summary: &Summary, staleness: &Staleness) -> String {
        let mut text = String::new();
        // Writing to a String can't fail.
        let _ = encode(&mut text, &self.registry);
        let end = text.rfind("# EOF").unwrap_or(text.len());
        text.truncate(end);
        gauges(&mut text, summary, staleness);
        text.push_str("# EOF\n");
        text
    }
}

fn gauges(text: &mut String, summary: &Summary, staleness: &Staleness) {
    let mut gauge = |name: &str, help: &str, rows: &[(String, String)]| {
        let _ = writeln!(
            text,
            "# HELP tarnfui_{name} {help}.\n# TYPE tarnfui_{name} gauge"
        );
        for (labels, value) in rows {
            let _ = writeln!(text, "tarnfui_{name}{labels} {value}");
        }
    };
    let one = |value: String| vec![(String::new(), value)];
    let namespaces: Vec<_> = summary
        .namespaces
        .iter()
        .map(|((state, reason), count)| {
            (
                format!("{{state=\"{state}\",reason=\"{reason}\"}}"),
                count.to_string(),
            )
        })
        .collect();
    let ages: Vec<_> = staleness
        .ages()
        .iter()
        .map(|(source, age)| {
            (
                format!("{{source=\"{source}\"}}"),
                format!("{:.3}", age.as_secs_f64()),
            )
        })
        .collect();
    gauge("namespaces", "Namespaces by state and reason", &namespaces);
    gauge(
        "workloads",
        "Workloads that are known",
        &one(summary.counts.workloads.to_string()),
    );
    gauge(
        "workloads_asleep",
        "Workloads that sleep",
        &one(summary.counts.asleep.to_string()),
    );
    gauge(
        "saved_replicas",
        "Replicas that come back",
        &one(summary.counts.saved_replicas.to_string()),
    );
    gauge(
        "problems",
        "Problems that somebody should mend",
        &one(summary.counts.problems.to_string()),
    );
    gauge(
        "writes_queued",
        "Changes that wait for their turn",
        &one(summary.queued.to_string()),
    );
    gauge(
        "writes_in_flight",
        "Writes that are under way",
        &one(summary.in_flight.to_string()),
    );
    gauge(
        "watch_staleness_seconds",
        "Since when a watch has not answered",
        &ages,
    );
}

#[cfg(test)]
mod tests;
