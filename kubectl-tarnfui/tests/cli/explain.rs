//! `explain`: for a cluster, and for files without one.

use std::path::PathBuf;

use kubectl_tarnfui::Exit;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::world::{MONDAY, PARIS, SUNDAY, World, shop, world};

const WHOLE: &str = "\
RULE                FITS   WOULD WIN IF
1 NoRule            no     no rule is left, or the configuration excludes it
2 Excluded          no     tarnfui.io/exclude: \"true\" is set
3 InvalidRules      no     a rule can't be read
4 Override awake    no     somebody orders it: kubectl tarnfui wake shop
5 Override asleep   no     somebody orders it: kubectl tarnfui sleep shop
6 Requested         no     -
7 OffHours          yes    -

KEY               FROM         VALUE
schedule          annotation   Mon-Fri 08:00-20:00
timezone          annotation   Europe/Paris
holidays          built-in     -
idle-after        built-in     -
wake-on-request   built-in     false
grace             built-in     15m
wake-ahead        built-in     0m
exclude           built-in     false

                 0     3     6     9     12    15    18    21
Sun 2026-11-22                             ......................
Mon 2026-11-23   ................########################........
Tue 2026-11-24   ................########################........
Wed 2026-11-25   ................########################........
Thu 2026-11-26   ................########################........
Fri 2026-11-27   ................########################........
Sat 2026-11-28   ................................................
# awake   . asleep   half an hour each

NEXT                       STATE    WHY
Mon 2026-11-23 08:00 CET   Awake    WorkingHours
Mon 2026-11-23 20:00 CET   Asleep   OffHours
Tue 2026-11-24 08:00 CET   Awake    WorkingHours
Tue 2026-11-24 20:00 CET   Asleep   OffHours
Wed 2026-11-25 08:00 CET   Awake    WorkingHours
";

/// A file with one namespace of each sort, among other things.
const FILE: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations:
    tarnfui.io/schedule: Mon-Fri 08:00-20:00
    tarnfui.io/timezone: Europe/Paris
---
# nothing but a comment
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {1: a number for a key}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: bad, annotations: {tarnfui.io/schedule: 'Mo 8:00-9:00'}}}
- {apiVersion: v1, kind: Namespace, metadata: {name: plain}}
";

fn file(text: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("namespaces.yaml");
    std::fs::write(&path, text).unwrap();
    (directory, path)
}

#[test]
fn a_namespace_is_explained_whole() {
    let ran = shop().run(SUNDAY, "explain shop");
    let expect = format!(
        "namespace/shop is asleep until Mon 08:00 CET (in 19 h)\nrule 7: OffHours, outside its hours\n\n{WHOLE}"
    );
    ran.shows(Exit::Done, &expect, "").wrote_nothing();
    assert_eq!(ran.reads, 2);
    shop()
        .run(SUNDAY, "explain -n shop")
        .shows(Exit::Done, &expect, "");
}

#[test]
fn it_is_asleep_until_it_wakes_and_not_until_the_reason_is_another() {
    let holiday = [
        ("schedule", "Mon-Fri 08:00-20:00"),
        ("holidays", "2026-11-23"),
    ];
    let ran = world()
        .namespace("shop", &holiday)
        .run(SUNDAY, "explain shop");
    let first = ran.out.lines().next().unwrap();
    assert_eq!(
        first,
        "namespace/shop is asleep until Tue 08:00 UTC (in 1 d 20 h)"
    );
    // What comes next says when the reason changes.
    assert!(
        ran.out
            .contains("Mon 2026-11-23 08:00 UTC   Asleep   Holiday\n")
    );
}

#[test]
fn at_moves_the_present() {
    let ran = shop().run(SUNDAY, "explain shop --at 2026-11-23T18:00:00Z");
    assert_eq!(ran.out, shop().run(MONDAY, "explain shop").out);
    assert!(
        ran.out
            .starts_with("namespace/shop is awake until 20:00 CET (in 1 h)\nrule 9: ")
    );
}

#[test]
fn each_value_says_where_it_comes_from() {
    let orders = [
        ("timezone", "UTC"),
        ("asleep-until", "forever"),
        ("override-by", "kim"),
    ];
    let world = world()
        .namespace("shop", &orders)
        .config(
            "defaults: {schedule: '@office', timezone: Asia/Tokyo, grace: 1h, holidays: '2026-12-24, @france'}\n\
             schedules: {office: weekdays 9:00-17:00}\n\
             calendars: {france: [2026-11-11, 2026-12-25, 2027-01-01]}",
        );
    world.run(SUNDAY, "explain shop --no-headers").shows(
        Exit::Done,
        "\
namespace/shop is asleep
rule 5: Override, a person's order

1 NoRule            no    no rule is left, or the configuration excludes it
2 Excluded          no    tarnfui.io/exclude: \"true\" is set
3 InvalidRules      no    a rule can't be read
4 Override awake    no    somebody orders it: kubectl tarnfui wake shop
5 Override asleep   yes   -

schedule          default      @office
@office           schedule     Mon-Fri 09:00-17:00
timezone          annotation   UTC
holidays          default      2026-12-24, @france
@france           calendar     2026-12-25, 2027-01-01
idle-after        built-in     -
wake-on-request   built-in     false
asleep-until      annotation   forever
override-by       annotation   kim
grace             default      1h
wake-ahead        built-in     0m
exclude           built-in     false
",
        "",
    );
}

#[test]
fn a_workload_is_explained_with_what_it_says_for_itself() {
    let own = [("schedule", "Sun 10:00-14:00"), ("wave", "x")];
    let world = shop().workload(("shop", "deployments", "web"), 1, &[], &own);
    let ran = world.run(SUNDAY, "explain shop/deploy/web");
    let expect = "\
deployment/web in shop is awake
rule 3: InvalidRules, a rule can't be read, and when in doubt it is awake

RULE             FITS   WOULD WIN IF
1 NoRule         no     no rule is left, or the configuration excludes it
2 Excluded       no     tarnfui.io/exclude: \"true\" is set
3 InvalidRules   yes    -

KEY               FROM         VALUE
schedule          workload     Sun 10:00-14:00
timezone          annotation   Europe/Paris
holidays          built-in     -
idle-after        built-in     -
wake-on-request   built-in     false
grace             built-in     15m
wake-ahead        built-in     0m
exclude           built-in     false

problem: deployment/web: tarnfui.io/wave: wave \"x\": expected a whole number such as -1, 0 or 2 (InvalidValue)
";
    ran.shows(Exit::Done, expect, "");
    let json = world.run(SUNDAY, "explain shop/deploy/web -o json").out;
    assert!(
        json.contains("\"workload\": \"deployment/web\",\n"),
        "{json}"
    );
}

#[test]
fn what_the_configuration_would_say_is_unknown_without_it() {
    let ran = shop()
        .forbid("get configmaps")
        .run(SUNDAY, "explain shop --no-headers");
    assert_eq!(
        ran.out,
        "namespace/shop: unknown, because the configuration can't be read\n\n\
         schedule   annotation   Mon-Fri 08:00-20:00\ntimezone   annotation   Europe/Paris\n"
    );
    assert!(
        ran.err
            .starts_with("problem: the configuration can't be read: "),
        "{ran:?}"
    );
    let json = shop()
        .forbid("get configmaps")
        .run(SUNDAY, "explain shop -o json")
        .out;
    assert!(
        json.contains("\"state\": null,") && json.contains("\"reason\": null,"),
        "{json}"
    );
}

#[test]
fn a_file_needs_no_cluster() {
    let (_directory, path) = file(FILE);
    let command = format!(
        "explain -f {} --at 2026-11-22T12:00:00Z -o json",
        path.display()
    );
    let ran = world().run(MONDAY, &command);
    assert_eq!(ran.reads, 0);
    assert_eq!((ran.err.as_str(), ran.exit), ("", Exit::Done));
    let json: Json = serde_json::from_str(&ran.out).unwrap();
    let items = json["items"].as_array().unwrap().iter();
    let shown: Vec<String> = items
        .map(|it| {
            let fields = ["namespace", "state", "reason", "until", "rule"];
            fields.map(|field| it[field].to_string()).join(" ")
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#""shop" "Asleep" "OffHours" "2026-11-23T07:00:00Z" 7"#,
            r#""bad" "Awake" "InvalidRules" null 3"#,
            r#""plain" "Unmanaged" "NoRule" null 1"#,
        ]
    );
    assert_eq!(
        json["items"][1]["problems"],
        serde_json::json!([{
            "key": "tarnfui.io/schedule",
            "code": "InvalidValue",
            "message": "weekday \"Mo\" in \"Mo 8:00-9:00\": expected Mon, Tue, Wed, Thu, Fri, Sat, Sun, daily, weekdays or weekends; did you mean Mon?",
        }])
    );
}

#[test]
fn a_file_is_read_from_standard_input_as_well() {
    let json =
        r#"{"kind":"NamespaceList","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}"#;
    let ran = world().input(json).run(MONDAY, "explain -f - -o name");
    ran.shows(Exit::Done, "namespace/a\nnamespace/b\n", "");
}

#[test]
fn a_configuration_file_holds_for_the_file() {
    let (_directory, path) = file(FILE);
    let (_other, config) = file("paused: true\ndefaults: {schedule: never}");
    let command = format!(
        "explain -f {} --config-file {} -o json --at 2026-11-22T12:00:00Z",
        path.display(),
        config.display()
    );
    let ran = world().run(MONDAY, &command);
    assert!(
        ran.out
            .contains("\"namespace\": \"plain\",\n            \"state\": \"Asleep\""),
        "{ran:?}"
    );
    assert_eq!(
        ran.err,
        "note: the configuration says paused: nothing would be written\n"
    );
}

#[track_caller]
fn fails(world: &World, command: &str, expect: &str) {
    world.run(MONDAY, command).shows(Exit::Failed, "", expect);
}

#[test]
fn a_file_that_can_not_be_used_says_why() {
    let check = |text: &str, message: &str| {
        let world = world().input(text);
        let ran = world.run(MONDAY, "explain -f -");
        assert_eq!((ran.out.as_str(), ran.exit), ("", Exit::Failed), "{text}");
        assert_eq!(ran.err, message, "{text}");
    };
    check(
        "kind: ConfigMap\n",
        "error: no Namespace in standard input\n\
         hint: kubectl get namespaces -o yaml writes a file that has some\n",
    );
    check(
        "kind: Namespace\nmetadata: {annotations: {}}\n",
        "error: a Namespace in standard input has no name\nhint: give it a metadata.name\n",
    );
    check(
        "kind: Namespace\nmetadata: {name: a, annotations: {tarnfui.io/exclude: true}}\n",
        "error: annotation tarnfui.io/exclude of namespace \"a\" in standard input is no text\n\
         hint: quote it: tarnfui.io/exclude: \"true\"\n",
    );
    check(
        "kind: [",
        "error: standard input is no YAML: unexpected event: expected string scalar at line 1, column 7\n\
         hint: kubectl apply --dry-run=client -f -\n",
    );
    fails(
        &world(),
        "explain -f does-not-exist.yaml",
        "error: reading does-not-exist.yaml: No such file or directory (os error 2)\n\
         hint: name a file that can be read, or - for standard input\n",
    );
}

#[test]
fn a_broken_configuration_file_is_no_configuration() {
    let (_directory, path) = file(FILE);
    let (_other, config) = file("defualts: {}\nkinds: [Pod]");
    let path = path.display();
    let config = config.display();
    let ran = world().run(MONDAY, &format!("explain -f {path} --config-file {config}"));
    assert_eq!(
        ran.err,
        format!(
            "error: configuration {config} can't be read: defualts: no such configuration key; \
             hint: did you mean defaults?; and 1 more\nhint: mend it, or leave --config-file out\n"
        )
    );
    assert_eq!(ran.exit, Exit::Failed);
}

#[test]
fn several_objects_are_told_apart() {
    let world = shop().namespace("blog", &PARIS);
    let ran = world.run(SUNDAY, "explain ns shop nowhere blog -o name");
    ran.shows(
        Exit::Failed,
        "namespace/shop\nnamespace/blog\n",
        "error: namespace \"nowhere\" does not exist\nhint: kubectl get namespaces\n",
    );
}
