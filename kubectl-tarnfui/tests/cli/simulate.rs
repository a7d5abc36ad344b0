//! `simulate`: the timeline of manifests, and what changes between two versions of them.

use kubectl_tarnfui::Exit;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::world::{MONDAY, Ran, world};

const OLD: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations:
    tarnfui.io/schedule: Mon-Fri 08:00-20:00
    tarnfui.io/timezone: Europe/Paris
    tarnfui.io/holidays: '2026-11-25'
---
{apiVersion: v1, kind: Namespace, metadata: {name: plain}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 3}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop, annotations: {tarnfui.io/sleep-replicas: '1'}}
spec: {replicas: 2}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: plain}
spec: {replicas: 2}
";

const WEEK: &str = "\
namespace/shop, by the clock of Europe/Paris
                 0     3     6     9     12    15    18    21
Mon 2026-11-23     ..............########################........
Tue 2026-11-24   ................########################........
Wed 2026-11-25   ................hhhhhhhhhhhhhhhhhhhhhhhh........
Thu 2026-11-26   ................########################........
Fri 2026-11-27   ................########################........
Sat 2026-11-28   ................................................
Sun 2026-11-29   ................................................
Mon 2026-11-30   ..

FROM                       STATE    WHY
Mon 2026-11-23 01:00 CET   Asleep   OffHours
Mon 2026-11-23 08:00 CET   Awake    WorkingHours
Mon 2026-11-23 20:00 CET   Asleep   OffHours
Tue 2026-11-24 08:00 CET   Awake    WorkingHours
Tue 2026-11-24 20:00 CET   Asleep   OffHours
Wed 2026-11-25 08:00 CET   Asleep   Holiday
Wed 2026-11-25 20:00 CET   Asleep   OffHours
Thu 2026-11-26 08:00 CET   Awake    WorkingHours
Thu 2026-11-26 20:00 CET   Asleep   OffHours
Fri 2026-11-27 08:00 CET   Awake    WorkingHours
Fri 2026-11-27 20:00 CET   Asleep   OffHours

# awake   . asleep   h asleep on a holiday   half an hour each

NAMESPACE   AWAKE   ASLEEP   REPLICA-HOURS   RELEASED   SHARE
plain       -       -        336             0          0 %
shop        48 h    120 h    840             480        57 %
total       48 h    120 h    1176            480        41 %
";

/// Directories `old` and `new` with one file each, of which the second comes from the first.
pub(crate) fn versions(changes: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let mut new = OLD.to_owned();
    for (from, to) in changes {
        assert!(new.contains(from), "{from}");
        new = new.replace(from, to);
    }
    for (name, text) in [("old", OLD), ("new", new.as_str())] {
        std::fs::create_dir(directory.path().join(name)).unwrap();
        std::fs::write(directory.path().join(name).join("all.yaml"), text).unwrap();
    }
    directory
}

/// Runs in the directory, of which `DIR` stands for the path, on a Monday.
fn simulate(directory: &TempDir, command: &str) -> Ran {
    let path = directory.path().to_str().unwrap();
    let ran = world().run(
        MONDAY,
        &format!("simulate {}", command.replace("DIR", path)),
    );
    assert_eq!(ran.reads, 0);
    ran.wrote_nothing();
    ran
}

#[test]
fn a_week_from_today_is_shown_whole() {
    let directory = versions(&[]);
    simulate(&directory, "-f DIR/old").shows(Exit::Done, WEEK, "");
    let same = "-f DIR/old --from 2026-11-23T00:00:00Z --to 2026-11-30";
    simulate(&directory, same).shows(Exit::Done, WEEK, "");
    let ran = world().input(OLD).run(MONDAY, "simulate -f -");
    ran.shows(Exit::Done, WEEK, "");
}

#[test]
fn a_long_span_is_rows_of_weeks() {
    let ran = simulate(
        &versions(&[]),
        "-f DIR/old --from 2026-11-23 --to 2026-12-12",
    );
    let (strip, rest) = ran.out.split_once("\n\n").unwrap();
    assert_eq!(
        strip,
        "\
namespace/shop, by the clock of Europe/Paris
                 Mon    Tue    Wed    Thu    Fri    Sat    Sun
Mon 2026-11-23   ..###. ..###. ..hhh. ..###. ..###. ...... ......
Mon 2026-11-30   ..###. ..###. ..###. ..###. ..###. ...... ......
Mon 2026-12-07   ..###. ..###. ..###. ..###. ..###. ."
    );
    assert!(
        rest.contains("\nand 16 more, which -o json has\n"),
        "{rest}"
    );
    assert!(rest.contains("   four hours each\n"), "{rest}");
}

#[test]
fn what_keeps_a_workload_awake_keeps_its_replicas() {
    // A floor under an autoscaler, volumes that would be lost, an owner, an exclusion, its own hours.
    let manifests = "\
{kind: Namespace, metadata: {name: a, annotations: {tarnfui.io/schedule: never}}}
---
{kind: Deployment, metadata: {name: floor, namespace: a, annotations: {tarnfui.io/sleep-replicas: '1'}}, spec: {replicas: 2}}
---
{kind: HorizontalPodAutoscaler, metadata: {name: h, namespace: a}, spec: {scaleTargetRef: {kind: Deployment, name: floor}}}
---
{kind: StatefulSet, metadata: {name: volumes, namespace: a}, spec: {persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}}}
---
{kind: Deployment, metadata: {name: owned, namespace: a, ownerReferences: [{kind: Rollout, name: r, controller: true}]}}
---
{kind: Deployment, metadata: {name: out, namespace: a, annotations: {tarnfui.io/exclude: 'true'}}}
---
{kind: Deployment, metadata: {name: half, namespace: a, annotations: {tarnfui.io/schedule: 00:00-12:00}}}
---
{kind: Deployment, metadata: {name: twice, namespace: a}, spec: {replicas: 9}}
---
{kind: Deployment, metadata: {name: twice, namespace: a}, spec: {replicas: 4}}
";
    let ran = world()
        .input(manifests)
        .run(MONDAY, "simulate -f - --to 2026-11-24 -o json");
    let json: Json = serde_json::from_str(&ran.out).unwrap();
    let item = &json["items"][0];
    let shown: Vec<String> = item["workloads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let hours = &it["replicaHours"];
            format!(
                "{} {} {}",
                it["workload"].as_str().unwrap(),
                hours["all"],
                hours["released"]
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "deployment/floor 48 0",
            "deployment/half 24 12",
            "deployment/out 24 0",
            "deployment/owned 24 0",
            "deployment/twice 96 96",
            "statefulset/volumes 24 0",
        ]
    );
    assert_eq!(item["replicaHours"]["released"], 108);
    assert_eq!(
        item["workloads"][1]["transitions"][0]["at"],
        "2026-11-23T12:00:00Z"
    );
    assert!(ran.err.contains("(FloorUnderAutoscaler)"), "{}", ran.err);
    assert_eq!(ran.exit, Exit::Done);
}

#[test]
fn a_change_is_shown_by_its_hours() {
    let directory = versions(&[
        ("08:00-20:00", "08:30-18:00"),
        (
            "{tarnfui.io/sleep-replicas: '1'}",
            "{tarnfui.io/sleep-replicas: '1', tarnfui.io/schedule: always}",
        ),
    ]);
    let expect = "\
namespace/shop, by the clock of Europe/Paris
WHAT             HOURS             DAYS              WAS      IS       FIRST        TIMES
namespace        08:00-08:30       Mon-Tue,Thu-Fri   Awake    Asleep   2026-11-23   4
namespace        18:00-20:00       Mon-Tue,Thu-Fri   Awake    Asleep   2026-11-23   4
deployment/api   01:00-08:00       Mon               Asleep   Awake    2026-11-23   1
deployment/api   20:00-08:00       Mon,Thu           Asleep   Awake    2026-11-23   2
deployment/api   20:00-24:00       Tue               Asleep   Awake    2026-11-24   1
deployment/api   00:00-08:00       Thu               Asleep   Awake    2026-11-26   1
deployment/api   20:00-01:00 +3d   Fri               Asleep   Awake    2026-11-27   1

NAMESPACE   ASLEEP         REPLICA-HOURS   RELEASED     CHANGE
shop        120 -> 130 h   840             480 -> 414   -66
total       120 -> 130 h   1176            480 -> 414   -66
";
    simulate(&directory, "-f DIR/new --diff DIR/old").shows(Exit::Done, expect, "");
    let ran = simulate(&directory, "-f DIR/new --diff DIR/old --exit-code");
    ran.shows(Exit::NotMet, expect, "");
}

#[test]
fn other_replicas_new_namespaces_and_old_ones_are_changes() {
    let directory = versions(&[
        ("{replicas: 3}", "{replicas: 4}"),
        ("name: plain}}", "name: fresh}}"),
        ("namespace: plain", "namespace: fresh"),
    ]);
    let expect = "\
namespace/fresh is new

namespace/plain is gone

namespace/shop keeps its hours, with other replicas

NAMESPACE   ASLEEP   REPLICA-HOURS   RELEASED     CHANGE
fresh       0 h      0 -> 336        0            0
plain       0 h      336 -> 0        0            0
shop        120 h    840 -> 1008     480 -> 600   +120
total       120 h    1176 -> 1344    480 -> 600   +120
";
    let ran = simulate(&directory, "-f DIR/new --diff DIR/old --exit-code");
    ran.shows(Exit::NotMet, expect, "");
}

#[test]
fn the_same_again_is_no_change() {
    let directory = versions(&[("Mon-Fri 08:00-20:00", "Mon,Tue,Wed,Thu,Fri 8:00-20:00")]);
    let ran = simulate(&directory, "-f DIR/new --diff DIR/old --exit-code");
    ran.shows(
        Exit::Done,
        "",
        "no namespace changes its hours or replicas\n",
    );
    let ran = simulate(&directory, "-f DIR/new --diff DIR/old --exit-code -o json");
    let json: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&json["items"], ran.exit),
        (&Json::Array(Vec::new()), Exit::Done)
    );
    assert_eq!(json["total"]["was"], json["total"]["is"]);
}

#[test]
fn what_is_broken_is_told_and_the_rest_is_shown() {
    let directory = versions(&[("Europe/Paris", "Europe/Pari")]);
    std::fs::write(directory.path().join("new/b.yaml"), "a: [").unwrap();
    let ran = simulate(&directory, "-f DIR/new");
    let path = directory.path().display();
    let told = format!(
        "{path}/new/all.yaml:7: problem: namespace/shop: tarnfui.io/timezone: zone \"Europe/Pari\": \
         expected an IANA zone name such as Europe/Paris or UTC; did you mean Europe/Paris? (InvalidValue)\n\
         {path}/new/b.yaml:1: problem: is no YAML: unclosed bracket '[' (InvalidManifest)\n"
    );
    assert_eq!((ran.err.as_str(), ran.exit), (&*told, Exit::Failed));
    assert!(
        ran.out.contains("\nshop        168 h   0 h "),
        "{}",
        ran.out
    );
}

#[test]
fn a_span_or_an_input_without_meaning_is_refused() {
    let directory = versions(&[]);
    let check = |flags: &str, exit: Exit, expect: &str| {
        let ran = simulate(&directory, flags);
        assert_eq!((ran.out.as_str(), ran.exit), ("", exit), "{flags}");
        assert!(ran.err.contains(expect), "{flags}: {}", ran.err);
    };
    let of_old = |flags: &str| format!("-f DIR/old {flags}");
    let usage = Exit::Usage;
    check(&of_old("--to 2026-11-23"), usage, "is not after --from");
    check(&of_old("--to 2028-01-01"), usage, "are more than 400 days");
    check(
        &of_old("--from 2026-11-33"),
        usage,
        "expected a date as YYYY-MM-DD",
    );
    check(
        &of_old("--from 2026-11-23T08:00:00"),
        usage,
        "it ends with Z or an offset",
    );
    check(&of_old("--exit-code"), usage, "--diff <FILE|DIR>");
    check("", usage, "--filename <FILE|DIR>");
    check("-f DIR/none.yaml", Exit::Failed, "No such file");
    let ran = world().input("kind: Service").run(MONDAY, "simulate -f -");
    ran.shows(
        Exit::Failed,
        "",
        "error: no Namespace or workload in what -f names\n\
         hint: kubectl get namespaces,deployments,statefulsets -A -o yaml writes a file that has some\n",
    );
}
