//! `lint`: everything that is wrong with manifests, at its place, with no cluster.

use std::path::Path;

use kubectl_tarnfui::Exit;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::world::{MONDAY, Ran, world};

const SHOP: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations:
    tarnfui.io/shedule: always
    tarnfui.io/schedule: Mon-Fri 08:00-12:00, 13:00-17:00
    tarnfui.io/timezone: Europe/Pari
    tarnfui.io/wake-on-request: true
  labels:
    tarnfui.io/exclude: 'true'
    tarnfui.io/saved: '3'
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations:
    tarnfui.io/sleep-replicas: '1'
    tarnfui.io/timezone: UTC
spec:
  replicas: 3
  template:
    metadata:
      annotations:
        tarnfui.io/wave: '1'
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
";

const OTHERS: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {tarnfui.io/exclude: 'true'}}
---
a: [
---
# A Deployment of somebody else, and a document that is no object at all.
apiVersion: example.com/v1
kind: Deployment
metadata: {name: other}
spec: {replicas: many}
---
- 1
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {replicas: '3'}}
---
{kind: NamespaceList, items: [{metadata: {}}]}
";

fn files(files: &[(&str, &[u8])]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

/// Runs `lint` on a directory, whose path is left out of what is shown.
fn lint(directory: &Path, flags: &str) -> Ran {
    let mut ran = world().run(MONDAY, &format!("lint -f {} {flags}", directory.display()));
    let path = format!("{}/", directory.display());
    ran.out = ran.out.replace(&path, "");
    ran.err = ran.err.replace(&path, "");
    assert_eq!(ran.reads, 0);
    ran.wrote_nothing();
    ran
}

#[test]
fn every_problem_has_its_line() {
    let directory = files(&[("shop.yaml", SHOP.as_bytes())]);
    let expect = "\
shop.yaml:6: problem: namespace/shop: tarnfui.io/shedule: no such key (UnknownKey)
  hint: did you mean tarnfui.io/schedule?
shop.yaml:7: note: namespace/shop: tarnfui.io/schedule: 13:00-17:00 holds on every day, since it names no days: write \"Mon-Fri 13:00-17:00\" to keep to them, or \"daily 13:00-17:00\" (Misleading)
shop.yaml:8: problem: namespace/shop: tarnfui.io/timezone: zone \"Europe/Pari\": expected an IANA zone name such as Europe/Paris or UTC; did you mean Europe/Paris? (InvalidValue)
shop.yaml:9: problem: namespace/shop: tarnfui.io/wake-on-request: true is no text, and the server takes nothing else (InvalidValue)
  hint: quote it: tarnfui.io/wake-on-request: \"true\"
shop.yaml:11: problem: namespace/shop: tarnfui.io/exclude: has no meaning as a label (WrongPlace)
  hint: make it an annotation
shop.yaml:12: problem: namespace/shop: tarnfui.io/saved: is the controller's own: applied, it makes something out to be asleep (WrongPlace)
  hint: take it out of the manifest
shop.yaml:20: problem: deployment/web in shop: tarnfui.io/sleep-replicas: stays awake: HorizontalPodAutoscaler \"web\" would raise it at once (FloorUnderAutoscaler)
  hint: remove the annotation: an autoscaler rests while its target is at 0
shop.yaml:21: problem: deployment/web in shop: tarnfui.io/timezone: has no meaning on a workload (WrongPlace)
  hint: set it on its Namespace
shop.yaml:27: problem: deployment/web in shop: tarnfui.io/wave: has no meaning on the template (WrongPlace)
  hint: set it under metadata.annotations of the Deployment itself
shop.yaml:29: problem: statefulset/db in shop: spec.persistentVolumeClaimRetentionPolicy.whenScaled: stays awake: at 0 replicas its volumes would be deleted (WouldDeleteVolumes)
  hint: set whenScaled to Retain, or exclude it with tarnfui.io/exclude: \"true\"
";
    let told = "9 problems and 1 note; 1 file, 1 namespace, 2 workloads\n";
    lint(directory.path(), "").shows(Exit::Done, expect, told);
    lint(directory.path(), "--exit-code").shows(Exit::NotMet, expect, told);
}

#[test]
fn what_is_broken_hides_nothing_else() {
    let directory = files(&[
        ("b/others.yml", OTHERS.as_bytes()),
        ("a.json", b"\xff\xfe"),
        (".hidden/c.yaml", b"a: ["),
        ("readme.md", b"a: ["),
    ]);
    let expect = "\
a.json:1: problem: is no text in UTF-8 (InvalidManifest)
b/others.yml:3: problem: service/web in default: tarnfui.io/exclude: has no meaning on a Service (WrongPlace)
  hint: set it on the Namespace, or on a Deployment, StatefulSet, CronJob
b/others.yml:5: problem: is no YAML: unclosed bracket '[' (InvalidManifest)
b/others.yml:15: problem: deployment/x in default: spec: can't be read: invalid type: string \"3\", expected i32 (InvalidManifest)
  hint: kubectl apply --dry-run=server -f FILE says what the server wants
b/others.yml:17: problem: namespace/: metadata.name: has no name (InvalidManifest)
  hint: give it one
";
    let told = "5 problems; 2 files, 0 namespaces, 0 workloads\n";
    lint(directory.path(), "").shows(Exit::Done, expect, told);
}

#[test]
fn large_files_are_read_and_texts_that_unfold_are_not() {
    // More values than a reader allows itself, and more documents.
    let list = format!("kind: List\nitems: [{}]\n", "0, ".repeat(260_000));
    let many = "---\n{kind: Namespace, metadata: {name: a}}\n".repeat(1_100);
    for (text, told) in [
        (
            list.as_str(),
            "no problems; 1 file, 0 namespaces, 0 workloads\n",
        ),
        (&many, "no problems; 1 file, 1100 namespaces, 0 workloads\n"),
    ] {
        let ran = world().input(text).run(MONDAY, "lint -f -");
        ran.shows(Exit::Done, "", told);
    }
    let ran = world().input(&many).run(MONDAY, "explain -f - -o name");
    assert_eq!(
        (ran.out.lines().count(), ran.exit),
        (1_100, Exit::Done),
        "{}",
        ran.err
    );

    let mut bomb = "a0: &a0 x\n".to_owned();
    for at in 1..9 {
        let aliases = format!("*a{}, ", at - 1).repeat(9);
        bomb.extend([format!("a{at}: &a{at} [{aliases}]\n")]);
    }
    let ran = world().input(&bomb).run(MONDAY, "lint -f -");
    let expect =
        ": problem: is no YAML: budget breached: Nodes { nodes: 10001 } (InvalidManifest)\n";
    assert!(ran.out.ends_with(expect), "{}", ran.out);
}

#[test]
fn notes_are_no_problems_and_nothing_is_none() {
    let note = "{kind: Namespace, metadata: {name: a, annotations: \
                {tarnfui.io/schedule: '2026-12-24, 2026-12-26 08:00-12:00'}}}";
    let ran = world()
        .input(note)
        .run(MONDAY, "lint -f - --exit-code -o json");
    let json: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert_eq!(json["items"][0]["code"], "Misleading", "{json}");
    assert_eq!(json["items"][0]["level"], "Note", "{json}");
    assert_eq!(json["items"][0]["file"], "-", "{json}");

    let ran = world()
        .input("kind: Service\n")
        .run(MONDAY, "lint -f - --exit-code");
    let told = "no problems; 1 file, 0 namespaces, 0 workloads\n";
    ran.shows(Exit::Done, "", told);
    // What was to write it has failed.
    let ran = world().input("\n").run(MONDAY, "lint -f - --exit-code");
    let told = "error: standard input is empty\n\
                hint: see what the command before the | says; set -o pipefail\n";
    ran.shows(Exit::Failed, "", told);
}

#[test]
fn the_configuration_and_the_namespace_flag_count() {
    let directory = files(&[
        (
            "m/a.yaml",
            b"kind: Namespace\nmetadata: {name: shop, annotations: {tarnfui.io/schedule: '@offce'}}\n\
              ---\n{apiVersion: batch/v1, kind: CronJob, metadata: {name: report}}\n",
        ),
        (
            "config.yaml",
            b"kinds: [CronJob]\nschedules: {office: Mon-Fri 08:00-18:00}\ndefaults: {idle-after: 5m}\n",
        ),
    ]);
    let config = directory.path().join("config.yaml");
    let flags = format!("-n shop --config-file {}", config.display());
    let expect = "\
a.yaml:2: problem: namespace/shop: tarnfui.io/schedule: schedule \"@offce\" is not defined in the configuration (UnknownName)
  hint: did you mean @office?
a.yaml:4: note: cronjob/report in shop: spec.startingDeadlineSeconds: starts a run the moment it wakes, if it missed one (WillCatchUp)
  hint: set startingDeadlineSeconds to what a late run is still good for
";
    let ran = lint(&directory.path().join("m"), &flags);
    assert_eq!(ran.out, expect, "{ran:?}");
}

#[test]
fn files_that_can_not_be_read_are_failures_and_the_others_go_on() {
    let directory = files(&[("d/plain.txt", b"x"), ("a.yaml", b"kind: Namespace")]);
    let path = directory.path().display();
    let command = format!("lint -f {path}/none.yaml -f {path}/d -f {path}/a.yaml --exit-code");
    let ran = world().run(MONDAY, &command);
    let expect = format!(
        "1 problem; 1 file, 0 namespaces, 0 workloads\n\
         error: reading {path}/none.yaml: No such file or directory (os error 2)\n\
         hint: name a file that can be read, or - for standard input\n\
         error: no file that ends in .yaml, .yml or .json in {path}/d\n\
         hint: name a directory of manifests, or a file, or -\n"
    );
    assert_eq!((ran.err.as_str(), ran.exit), (&*expect, Exit::Failed));
    assert!(ran.out.contains("a.yaml:1: problem: "), "{ran:?}");

    // Nothing was read, so nothing is said of problems either.
    let ran = world().run(MONDAY, &format!("lint -f {path}/none.yaml"));
    assert!(ran.err.starts_with("error: reading "), "{ran:?}");

    let ran = world().run(MONDAY, "lint");
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("--filename <FILE|DIR>"), "{ran:?}");
}

#[test]
fn sarif_has_the_shape_that_code_hosts_read() {
    let directory = files(&[("a b.yaml", SHOP.as_bytes())]);
    let ran = lint(directory.path(), "-o sarif --exit-code");
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::NotMet, ""));
    let sarif: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(
        sarif["$schema"],
        "https://json.schemastore.org/sarif-2.1.0.json"
    );
    let [run] = sarif["runs"].as_array().unwrap().as_slice() else {
        panic!("one run")
    };
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "kubectl-tarnfui");
    let rules = driver["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 10);
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"], "{result}");
        assert!(rule["shortDescription"]["text"].is_string(), "{rule}");
        let level = result["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level), "{result}");
        assert_eq!(rule["defaultConfiguration"]["level"], level, "{result}");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        // The directory is left out of what is looked at here, with its slash.
        assert_eq!(uri, "file://a%20b.yaml");
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
    }
    let named = |at: usize| &results[at]["locations"][0]["logicalLocations"][0];
    assert_eq!(named(0)["fullyQualifiedName"], "namespace/shop");
    assert_eq!(named(9)["fullyQualifiedName"], "shop/statefulset/db");
}
