//! `status`: what is shown of namespaces and their workloads, and what is said when it is not all.

use kubectl_tarnfui::Exit;

use crate::world::{PARIS, SUNDAY, World, shop, world};

/// One namespace of each sort.
fn many() -> World {
    let order = [
        ("awake-until", "2026-11-22T22:00:00+01:00"),
        ("override-by", "kim\u{1b}[31m"),
    ];
    world()
        .namespace("bad", &[("schedule", "Mo-Fri 8:00-18:00")])
        .namespace("blog", &PARIS)
        .asleep("blog", "web", "5")
        .workload(("blog", "statefulsets", "db"), 0, &[("saved", "2")], &[])
        .running("blog", "cache", 2)
        .namespace("mixed", &[])
        .workload(
            ("mixed", "deployments", "web"),
            1,
            &[],
            &[("schedule", "always")],
        )
        .namespace("plain", &[])
        .running("plain", "web", 1)
        .namespace("shop", &[&PARIS[..], &order[..]].concat())
        .running("shop", "web", 3)
        .namespace("tools", &[PARIS[0], ("exclude", "true")])
}

const SUMMARY: &str = "5 namespaces: 1 asleep, 2 awake, 2 not managed; 1 without rules not shown\n\
                       1 with problems: kubectl tarnfui status bad\n";

#[test]
fn all_that_have_rules_are_shown() {
    let expect = "\
NAMESPACE   STATE       WHY            NEXT                  ASLEEP/ALL   SAVED   OVERRIDE
bad         Awake       InvalidRules   -                     0/0          -       -
blog        Asleep      OffHours       19h (Mon 08:00 CET)   2/3          7       -
mixed       Unmanaged   NoRule         -                     0/1          -       -
shop        Awake       Override       9h (22:00 CET)        0/1          -       until 22:00 CET by kim [31m
tools       Unmanaged   Excluded       -                     0/0          -       -
";
    for command in ["status", "status -A"] {
        let ran = many().run(SUNDAY, command);
        ran.shows(Exit::Done, expect, SUMMARY).wrote_nothing();
        // Namespaces, configuration and three kinds, a page each.
        assert_eq!(ran.reads, 5);
    }
}

#[test]
fn wide_says_more() {
    let order = [
        ("asleep-until", "forever"),
        ("override-reason", "trade fair"),
    ];
    let world = world().namespace("shop", &[&PARIS[..], &order[..]].concat());
    world.run(SUNDAY, "status shop -o wide").shows(
        Exit::Done,
        "\
NAMESPACE   STATE    WHY        NEXT   ASLEEP/ALL   SAVED   OVERRIDE   CORES   GIB   REASON       SCHEDULE              TIMEZONE       PROBLEMS
shop        Asleep   Override   -      0/0          -       forever    -       -     trade fair   Mon-Fri 08:00-20:00   Europe/Paris   -
",
        "",
    );
}

#[test]
fn a_named_one_shows_its_workloads_and_problems() {
    let world = many()
        .namespace("blog", &[PARIS[0], PARIS[1], ("shedule", "always")])
        .asleep("blog", "worker", "x");
    let expect = "\
NAMESPACE   STATE    WHY        NEXT                  ASLEEP/ALL   SAVED   OVERRIDE
blog        Asleep   OffHours   19h (Mon 08:00 CET)   2/4          7       -

WORKLOAD            STATE    WHY        STAGE           READY   SAVED
deployment/cache    Asleep   OffHours   FallingAsleep   2/2     -
deployment/web      Asleep   OffHours   Asleep          0/0     5
deployment/worker   Asleep   OffHours   AtRest          0/0     -
statefulset/db      Asleep   OffHours   Asleep          0/0     2

problem: tarnfui.io/shedule: no such key (UnknownKey)
  hint: did you mean tarnfui.io/schedule?
problem: deployment/worker: tarnfui.io/saved: \"x\": expected a whole number above what it sleeps at; nothing is written (SavedUnreadable)
  hint: set spec.replicas and take the label away
";
    for command in [
        "status blog",
        "status -n blog",
        "status ns/blog",
        "status namespace blog",
    ] {
        world.run(SUNDAY, command).shows(Exit::Done, expect, "");
    }
}

#[test]
fn several_named_ones_have_a_section_each() {
    many()
        .run(SUNDAY, "status plain tools shop --no-headers")
        .shows(
            Exit::Done,
            "\
plain   Unmanaged   NoRule     -                0/1   -   -
tools   Unmanaged   Excluded   -                0/0   -   -
shop    Awake       Override   9h (22:00 CET)   0/1   -   until 22:00 CET by kim [31m

namespace/plain
deployment/web   Unmanaged   NoRule   Awake   1/1   -

namespace/shop
deployment/web   Awake   Override   Awake   3/3   -
",
            "",
        );
}

#[test]
fn a_namespace_that_is_not_there_is_named_and_the_others_are_shown() {
    let ran = many().run(SUNDAY, "status nowhere tools --no-headers");
    let expect = "tools   Unmanaged   Excluded   -   0/0   -   -\n";
    let failure = "error: namespace \"nowhere\" does not exist\nhint: kubectl get namespaces\n";
    ran.shows(Exit::Failed, expect, failure);
}

#[test]
fn names_are_for_scripts() {
    let expect =
        "namespace/bad\nnamespace/blog\nnamespace/mixed\nnamespace/shop\nnamespace/tools\n";
    many()
        .run(SUNDAY, "status -o name")
        .shows(Exit::Done, expect, "");
    many()
        .run(SUNDAY, "status -o name -l team=blog")
        .shows(Exit::Done, "namespace/blog\n", "");
}

#[test]
fn yaml_is_the_same_document() {
    many().run(SUNDAY, "status -l team=shop -o yaml").shows(
        Exit::Done,
        "\
apiVersion: cli.tarnfui.io/v1
kind: NamespaceStatusList
items:
- namespace: shop
  state: Awake
  reason: Override
  unknown: null
  until: 2026-11-22T21:00:00Z
  next:
    at: 2026-11-22T21:00:00Z
    state: Asleep
    reason: OffHours
  schedule: Mon-Fri 08:00-20:00
  timezone: Europe/Paris
  counts:
    asleep: 0
    all: 1
    savedReplicas: 0
  override:
    state: Awake
    until: 2026-11-22T21:00:00Z
    by: kim [31m
    reason: null
  problems: []
",
        "",
    );
}

#[test]
fn a_kind_that_may_not_be_listed_is_a_problem_and_the_others_go_on() {
    let ran = many()
        .forbid("list statefulsets")
        .run(SUNDAY, "status -l team=blog");
    ran.shows(
        Exit::Done,
        "\
NAMESPACE   STATE    WHY        NEXT                  ASLEEP/ALL   SAVED   OVERRIDE
blog        Asleep   OffHours   19h (Mon 08:00 CET)   1/2          5       -
",
        "problem: statefulsets are left out: may not list statefulsets\n\
         hint: kubectl auth can-i list statefulsets -A\n\
         1 namespace: 1 asleep\n",
    );
    let json = many()
        .forbid("list statefulsets")
        .run(SUNDAY, "status blog -o json")
        .out;
    assert!(
        json.contains("\"gaps\": [\n        {\n            \"what\": \"statefulsets\""),
        "{json}"
    );
}

#[test]
fn a_configuration_that_may_not_be_read_leaves_everything_unknown() {
    let ran = many().forbid("get configmaps").run(SUNDAY, "status plain");
    ran.shows(
        Exit::Done,
        "\
NAMESPACE   STATE   WHY       NEXT   ASLEEP/ALL   SAVED   OVERRIDE
plain       -       unknown   -      0/1          -       -

WORKLOAD         STATE   WHY   STAGE   READY   SAVED
deployment/web   -       -     -       1/1     -
",
        "problem: the configuration can't be read: may not get configmap \"tarnfui-config\" in \
         namespace \"tarnfui-system\"\n\
         hint: kubectl auth can-i get configmaps/tarnfui-config -n tarnfui-system; \
         --controller-namespace says where it is\n",
    );
}

#[test]
fn a_broken_configuration_leaves_everything_unknown() {
    let ran = many()
        .config("defualts: {}")
        .run(SUNDAY, "status -l team=plain --no-headers");
    ran.shows(
        Exit::Done,
        "plain   -   unknown   -   0/1   -   -\n",
        "problem: the configuration can't be read: defualts: no such configuration key\n\
         hint: did you mean defaults?\n\
         1 namespace: 1 unknown\n",
    );
}

#[test]
fn a_config_map_without_its_key_is_no_configuration() {
    let path = "/api/v1/namespaces/tarnfui-system/configmaps/tarnfui-config";
    let empty = many().with(|fake| fake.put(path, serde_json::json!({ "metadata": {} })));
    let ran = empty.run(SUNDAY, "status tools --no-headers");
    ran.shows(
        Exit::Done,
        "tools   -   unknown   -   0/0   -   -\n",
        "problem: the configuration can't be read: ConfigMap tarnfui-config has no key config.yaml\n\
         hint: kubectl get configmap tarnfui-config -n tarnfui-system -o yaml\n",
    );
}

#[test]
fn the_configuration_is_the_controllers() {
    let config = "defaults: {schedule: '@office', timezone: Asia/Tokyo}\n\
                  schedules: {office: 'Mon-Fri 09:00-17:00'}\n\
                  namespaces: {excluded: ['kube-*', tools]}";
    let ran = many()
        .config(config)
        .run(SUNDAY, "status plain tools --no-headers");
    let expect = "\
plain   Asleep      OffHours   12h (Mon 09:00 JST)   0/1   -   -
tools   Unmanaged   NoRule     -                     0/0   -   -

namespace/plain
deployment/web   Asleep   OffHours   FallingAsleep   1/1   -
";
    ran.shows(Exit::Done, expect, "");
    let elsewhere = many()
        .config(config)
        .run(SUNDAY, "status tools --controller-namespace other");
    assert!(elsewhere.out.contains("Excluded"), "{elsewhere:?}");
}

#[test]
fn a_paused_configuration_decides_nothing() {
    let ran = many()
        .config("paused: true")
        .run(SUNDAY, "status tools --no-headers");
    ran.shows(Exit::Done, "tools   -   Paused   -   0/0   -   -\n", "");
}

#[test]
fn an_autoscaler_matters_where_a_floor_is_kept() {
    let world = shop()
        .workload(
            ("shop", "deployments", "web"),
            3,
            &[],
            &[("sleep-replicas", "1")],
        )
        .with(|fake| {
            let path = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web";
            let target = serde_json::json!({ "kind": "Deployment", "name": "web" });
            let metadata = serde_json::json!({ "name": "web", "namespace": "shop" });
            let spec = serde_json::json!({ "scaleTargetRef": target });
            fake.put(
                path,
                serde_json::json!({ "metadata": metadata, "spec": spec }),
            );
        });
    let ran = world.run(SUNDAY, "status shop");
    assert!(ran.out.contains("(FloorUnderAutoscaler)"), "{ran:?}");
}

#[test]
fn nothing_with_rules_is_said_in_words() {
    let ran = world().namespace("plain", &[]).run(SUNDAY, "status");
    ran.shows(
        Exit::Done,
        "",
        "no namespace has rules; 1 without rules not shown\n",
    );
}

#[test]
fn a_terminal_cuts_lines_and_a_pipe_does_not() {
    many()
        .terminal(60, "")
        .run(SUNDAY, "status -l team=shop")
        .shows(
            Exit::Done,
            "\
NAMESPACE   STATE     WHY        NEXT             ASLEEP/ALL
shop        ● Awake   Override   9h (22:00 CET)   0/1
",
            "1 namespace: 1 awake\n",
        );
}

#[test]
fn lists_are_read_to_their_last_page() {
    let paged = many().with(|fake| fake.page = Some(1));
    let ran = paged.run(SUNDAY, "status -l team=blog --no-headers");
    assert!(
        ran.out.contains("2/3          7") || ran.out.contains("2/3   7"),
        "{ran:?}"
    );
}

#[test]
fn a_cron_job_shows_what_it_goes_back_to_in_a_word() {
    let job = serde_json::json!({
        "metadata": {
            "name": "nightly", "namespace": "shop", "labels": { "tarnfui.io/saved": "false" },
        },
        "spec": { "suspend": true },
    });
    let path = "/apis/batch/v1/namespaces/shop/cronjobs/nightly";
    let ran = shop()
        .with(|fake| fake.put(path, job))
        .run(SUNDAY, "status shop");
    let line = ran.out.lines().find(|it| it.starts_with("cronjob/nightly"));
    let words = line.unwrap_or_default().split_whitespace();
    assert_eq!(
        words.skip(4).collect::<Vec<_>>(),
        ["suspended", "unsuspended"],
        "{ran:?}"
    );
}

#[test]
fn a_selector_that_the_server_can_not_read_is_no_question_of_rights() {
    let refusal = r#"{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 400,
        "reason": "BadRequest", "message": "unable to parse requirement"}"#;
    let ran = world()
        .with(|fake| fake.instead = Some((400, refusal)))
        .run(SUNDAY, "status -l a===");
    ran.shows(
        Exit::Failed,
        "",
        "error: could not list namespaces: unable to parse requirement\n\
         hint: labels are written as in -l team=web,tier!=db\n",
    );
}
