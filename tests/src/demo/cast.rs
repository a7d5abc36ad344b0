//! Who appears: three namespaces with different hours, and what runs in them.
//!
//! It must not decide when anything sleeps: the hours are annotations, as a person writes them.

use jiff::civil::Weekday;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value as Json, json};
use tarnfui_shared::annotations::{Key, NamespaceAnnotations};
use tarnfui_shared::config::Config;
use tarnfui_shared::rules::Rules;
use tarnfui_shared::workload::{Kind, Value};
use tarnfui_shared::zone::Zone;

use super::tenancy::Tenancy;

/// The shortest there is: what the demo makes is older than that once its clock has run for a
/// moment.
const GRACE: &str = "1m";

/// One namespace.
#[derive(Debug, Clone)]
pub(super) struct Namespace {
    /// Its name in the play.
    pub(super) name: &'static str,
    /// Its name in the cluster.
    pub(super) place: String,
    /// Its hours and what goes with them.
    pub(super) annotations: Vec<(&'static str, String)>,
    /// The zone in which its times are shown.
    pub(super) zone: Zone,
    /// What runs in it.
    pub(super) workloads: Vec<Workload>,
}

/// One workload, as it is made and as it must be at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Workload {
    /// Its kind.
    pub(super) kind: Kind,
    /// Its name.
    pub(super) name: &'static str,
    /// The replicas, or whether it is suspended.
    pub(super) original: Value,
}

impl Workload {
    /// As people write it: `deployment/web`.
    pub(super) fn reference(&self) -> String {
        format!("{}/{}", self.kind.row().singular, self.name)
    }

    fn manifest(&self, namespace: &str, tenancy: Tenancy) -> Json {
        let row = self.kind.row();
        let labels = json!({ "app": self.name });
        let mut pod = tenancy.pod(self.name);
        let mut spec = match self.kind {
            Kind::Deployment => json!({}),
            Kind::StatefulSet => {
                json!({ "serviceName": self.name, "podManagementPolicy": "Parallel" })
            }
            Kind::CronJob => {
                pod["restartPolicy"] = json!("Never");
                json!({
                    "schedule": "30 4 * * *",
                    // A run that it slept through is not made up for.
                    "startingDeadlineSeconds": 60,
                    "jobTemplate": { "spec": { "template": { "spec": &pod } } },
                })
            }
        };
        if self.kind != Kind::CronJob {
            spec["selector"] = json!({ "matchLabels": labels });
            spec["template"] = json!({ "metadata": { "labels": labels }, "spec": pod });
        }
        spec[row.field.name()] = self.original.to_json();
        json!({
            "apiVersion": format!("{}/{}", row.group, row.version),
            "kind": row.name,
            "metadata": { "namespace": namespace, "name": self.name },
            "spec": spec,
        })
    }
}

impl Namespace {
    /// The rules in force, made of the annotations by the code that the controller uses.
    pub(super) fn rules(&self) -> anyhow::Result<Rules> {
        let pairs = self
            .annotations
            .iter()
            .map(|(key, value)| (*key, value.as_str()));
        let (annotations, unreadable) = NamespaceAnnotations::read(pairs);
        let (rules, unknown) = Rules::of_namespace(self.name, &annotations, &Config::default());
        let problem = unreadable.into_iter().chain(unknown).next();
        anyhow::ensure!(
            problem.is_none(),
            "the annotations of {}: {problem:?}",
            self.name
        );
        Ok(rules)
    }

    /// A merge patch that sets the annotations.
    pub(super) fn with_rule(&self) -> Json {
        let pairs = self.annotations.iter();
        let annotations: serde_json::Map<_, _> = pairs
            .map(|(key, value)| ((*key).to_owned(), json!(value)))
            .collect();
        json!({ "metadata": { "annotations": annotations } })
    }

    /// A merge patch that takes the rule away.
    pub(super) fn without_rule() -> Json {
        json!({ "metadata": { "annotations": { Key::Schedule.full(): null } } })
    }
}

/// The three namespaces, with a holiday within the week from `start` on.
pub(super) fn namespaces(start: Timestamp, tenancy: Tenancy) -> anyhow::Result<Vec<Namespace>> {
    let annotated = |schedule: &str, zone: &str| {
        vec![
            (Key::Schedule.full(), schedule.to_owned()),
            (Key::Timezone.full(), zone.to_owned()),
            (Key::Grace.full(), GRACE.to_owned()),
        ]
    };
    let (paris, new_york) = (
        Zone::parse("Europe/Paris")?,
        Zone::parse("America/New_York")?,
    );
    let mut shop = annotated("Mon-Fri 08:00-20:00", paris.name());
    shop.push((Key::Holidays.full(), holiday(start, &paris)?));
    let lab = annotated("daily 22:00-06:00", new_york.name());
    let batch = annotated("Mon-Thu 18:00-23:00, Sat-Sun 06:00-18:00", "UTC");
    Ok(vec![
        Namespace {
            name: "shop",
            place: tenancy.place("shop"),
            annotations: shop,
            zone: paris,
            workloads: vec![
                replicas(Kind::Deployment, "web", 3),
                replicas(Kind::Deployment, "api", 2),
            ],
        },
        Namespace {
            name: "lab",
            place: tenancy.place("lab"),
            annotations: lab,
            zone: new_york,
            workloads: vec![
                replicas(Kind::Deployment, "notebook", 1),
                replicas(Kind::Deployment, "trainer", 4),
            ],
        },
        Namespace {
            name: "batch",
            place: tenancy.place("batch"),
            annotations: batch,
            zone: Zone::utc(),
            workloads: vec![
                replicas(Kind::Deployment, "worker", 5),
                replicas(Kind::StatefulSet, "queue", 3),
                Workload {
                    kind: Kind::CronJob,
                    name: "report",
                    original: Value::Suspend(false),
                },
            ],
        },
    ])
}

/// A namespace, without any rule.
pub(super) fn bare(place: &str) -> Json {
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": place } })
}

/// Everything to be made in the namespaces before the controllers start: they have no rule yet, so
/// that nothing happens.
pub(super) fn manifests(namespaces: &[Namespace], tenancy: Tenancy) -> Vec<Json> {
    let places: Vec<String> = namespaces.iter().map(|it| it.place.clone()).collect();
    let mut manifests = vec![json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "namespace": tenancy.home(), "name": tarnfui_shared::config::CONFIG_NAME },
        "data": { tarnfui_shared::config::CONFIG_KEY: tenancy.config(&places) },
    })];
    for namespace in namespaces {
        let workloads = namespace.workloads.iter();
        manifests.extend(workloads.map(|workload| workload.manifest(&namespace.place, tenancy)));
    }
    manifests
}

fn replicas(kind: Kind, name: &'static str, number: i32) -> Workload {
    Workload {
        kind,
        name,
        original: Value::Replicas(number),
    }
}

/// The first working day that is two days away or more: it falls into a demo of a week whenever
/// that starts.
fn holiday(start: Timestamp, zone: &Zone) -> anyhow::Result<String> {
    let mut day = zone.to_civil(start).date().checked_add(2.days())?;
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
        day = day.tomorrow()?;
    }
    Ok(day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_read_and_every_workload_runs() {
        for namespace in
            namespaces("2026-11-22T12:00:00Z".parse().unwrap(), Tenancy::Owner).unwrap()
        {
            assert!(namespace.rules().unwrap().is_standing, "{}", namespace.name);
            for workload in namespace.workloads {
                let rest = Value::at_rest(workload.kind.row().field);
                assert!(workload.original.runs_above(rest));
            }
        }
    }

    #[test]
    fn the_holiday_is_a_working_day_of_the_week_to_come() {
        let check = |start: &str, expect: &str| {
            let day = holiday(
                start.parse().unwrap(),
                &Zone::parse("Europe/Paris").unwrap(),
            );
            assert_eq!(day.unwrap(), expect);
        };
        check("2026-11-22T12:00:00Z", "2026-11-24");
        check("2026-11-26T12:00:00Z", "2026-11-30");
        // Already Saturday in Paris.
        check("2026-11-27T23:30:00Z", "2026-11-30");
    }

    #[test]
    fn what_plays_on_somebodys_cluster_lies_in_namespaces_that_say_so() {
        let start = "2026-11-22T12:00:00Z".parse().unwrap();
        let namespaces = namespaces(start, Tenancy::Guest).unwrap();
        let paths = crate::manifests::paths(&manifests(&namespaces, Tenancy::Guest));
        assert_eq!(paths.len(), 8);
        for path in &paths {
            assert!(path.contains("/namespaces/tarnfui-demo"), "{path}");
        }
        assert_eq!(
            paths[0],
            "/api/v1/namespaces/tarnfui-demo/configmaps/tarnfui-config"
        );
        assert_eq!(
            paths[6],
            "/apis/apps/v1/namespaces/tarnfui-demo-batch/statefulsets/queue"
        );
    }
}
