//! `--wait`: until all is as it was ordered, or the time is over.

use kubectl_tarnfui::Exit;
use serde_json::json;

use crate::fake::Fake;
use crate::screen::screen;
use crate::world::{PARIS, SUNDAY, Step, World, shop, world};

const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";
const API: &str = "/apis/apps/v1/namespaces/shop/deployments/api";

/// A controller that gives `web` back, and pods that come.
fn woken(fake: &mut Fake, path: &str, value: i32, ready: i32) {
    let object = fake.objects.get_mut(path).unwrap();
    object["metadata"]["labels"] = json!({});
    object["spec"]["replicas"] = json!(value);
    object["status"] =
        json!({ "replicas": value, "updatedReplicas": value, "readyReplicas": ready });
}

fn nothing(_: &mut Fake) {}

fn web(fake: &mut Fake) {
    woken(fake, WEB, 3, 1);
    woken(fake, API, 1, 0);
}

fn api(fake: &mut Fake) {
    woken(fake, API, 1, 1);
}

fn all(fake: &mut Fake) {
    woken(fake, WEB, 3, 3);
}

fn sleeper() -> World {
    shop().asleep("shop", "api", "1").asleep("shop", "web", "3")
}

fn waking() -> Vec<Step> {
    vec![
        ("2026-11-22T12:00:02Z", web),
        ("2026-11-22T12:00:04Z", api),
        ("2026-11-22T12:00:06Z", all),
    ]
}

const WAKES: &str = "namespace/shop wakes and stays awake until 15:00 CET \
                     (in 2 h; wake was due at Mon 08:00)\n";

#[test]
fn it_waits_until_pods_are_ready() {
    let ran = sleeper().run_through(SUNDAY, "wake shop --wait", waking());
    ran.shows(
        Exit::Done,
        WAKES,
        "shop/deployment/api: 1 of 1 ready\nshop/deployment/web: 3 of 3 ready\n",
    );
    assert_eq!(ran.writes.len(), 1);
}

#[test]
fn it_waits_until_pods_are_gone() {
    let asleep: fn(&mut Fake) = |fake| {
        let web = fake.objects.get_mut(WEB).unwrap();
        web["metadata"]["labels"] = json!({ "tarnfui.io/saved": "3" });
        web["spec"]["replicas"] = json!(0);
    };
    let gone: fn(&mut Fake) = |fake| {
        fake.objects.get_mut(WEB).unwrap()["status"]["readyReplicas"] = json!(0);
    };
    // A Monday within the hours.
    let steps = vec![
        ("2026-11-23T10:00:02Z", asleep),
        ("2026-11-23T10:00:04Z", nothing),
        ("2026-11-23T10:00:06Z", gone),
    ];
    let world = shop().running("shop", "web", 3);
    let ran = world.run_through("2026-11-23T10:00:00Z", "sleep shop --wait", steps.clone());
    assert_eq!(
        (ran.exit, ran.err.as_str()),
        (Exit::Done, "shop/deployment/web: asleep\n")
    );
    let ran = shop().running("shop", "web", 3).run_through(
        "2026-11-23T10:00:00Z",
        "sleep shop --wait",
        steps[..2].to_vec(),
    );
    assert_eq!(
        (ran.exit, ran.err.as_str()),
        (Exit::Interrupted, "note: the order stays given\n")
    );
}

#[test]
fn a_cron_job_has_no_pods_to_count() {
    let path = "/apis/batch/v1/namespaces/shop/cronjobs/report";
    let job = json!({
        "metadata": {
            "name": "report", "namespace": "shop", "uid": "22222222-2222-4222-8222-222222222222",
            "creationTimestamp": "2026-01-01T00:00:00Z", "labels": { "tarnfui.io/saved": "false" },
        },
        "spec": { "suspend": true },
    });
    let world = || {
        shop()
            .config("kinds: [Deployment, CronJob]")
            .with(|fake| fake.put(path, job.clone()))
    };
    let ran = world().run(SUNDAY, "wake shop --wait --timeout 30s");
    assert_eq!(ran.err, "note: the order stays given\n");
    let late: Step = ("2026-11-22T12:00:30Z", nothing);
    let ran = world().run_through(SUNDAY, "wake shop --wait --timeout 30s", vec![late]);
    assert_eq!(
        ran.err,
        "error: not done within 30 s: shop/cronjob/report: not awake yet\n\
         hint: the order stays given; kubectl tarnfui status shop\n"
    );
}

#[test]
fn what_is_so_already_is_not_waited_for() {
    let ran = shop()
        .asleep("shop", "web", "2")
        .run(SUNDAY, "sleep shop --wait --for 1h");
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert_eq!(ran.err, "shop/deployment/web: asleep\n");
    let ran = shop().run(SUNDAY, "sleep shop --wait");
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
}

#[test]
fn what_is_kept_is_not_waited_for_and_said() {
    let ran = shop()
        .workload(("shop", "statefulsets", "db"), 1, &[], &[])
        .with(|fake| {
            let db = "/apis/apps/v1/namespaces/shop/statefulsets/db";
            fake.objects.get_mut(db).unwrap()["spec"]["persistentVolumeClaimRetentionPolicy"] =
                json!({ "whenScaled": "Delete" });
        })
        .run(SUNDAY, "sleep shop --wait");
    assert_eq!(
        (ran.exit, ran.err.as_str()),
        (Exit::Done, "shop/statefulset/db: stays as it is\n")
    );
}

#[test]
fn the_time_that_is_over_is_a_condition_not_met() {
    let steps: Vec<Step> = vec![
        ("2026-11-22T12:00:02Z", web),
        ("2026-11-22T12:00:30Z", nothing),
    ];
    let ran = sleeper().run_through(SUNDAY, "wake shop --wait --timeout 30s", steps);
    ran.shows(
        Exit::NotMet,
        WAKES,
        "error: not done within 30 s: shop/deployment/api: 0 of 1 ready\n\
         hint: the order stays given; kubectl tarnfui status shop\n",
    );
}

#[test]
fn a_server_that_goes_away_may_come_back() {
    let away: fn(&mut Fake) = |fake| fake.instead = Some((502, "Bad Gateway"));
    let back: fn(&mut Fake) = |fake| fake.instead = None;
    let mut steps = vec![
        ("2026-11-22T12:00:01Z", away),
        ("2026-11-22T12:00:02Z", back),
    ];
    steps.extend(waking());
    let ran = sleeper().run_through(SUNDAY, "wake shop --wait", steps.clone());
    assert_eq!(ran.exit, Exit::Done);
    steps.truncate(1);
    steps.push(("2026-11-22T12:05:00Z", nothing));
    let ran = sleeper().run_through(SUNDAY, "wake shop --wait", steps);
    assert_eq!(ran.exit, Exit::NotMet);
    assert!(
        ran.err
            .starts_with("error: not done within 300 s: the server at https://fake "),
        "{ran:?}"
    );
}

#[test]
fn where_nothing_is_decided_there_is_nothing_to_wait_for() {
    let ran = sleeper()
        .config("paused: true")
        .run(SUNDAY, "wake shop --wait");
    assert_eq!(ran.exit, Exit::NotMet);
    assert!(
        ran.err.ends_with(
            "error: namespace/shop: nothing to wait for: Paused\nhint: kubectl tarnfui doctor\n"
        ),
        "{ran:?}"
    );
}

/// What a terminal of so many columns shows in the end; its cursor is back.
#[track_caller]
fn seen(world: World, columns: usize, command: &str, steps: Vec<Step>) -> (Exit, Vec<String>) {
    let ran = world
        .terminal(columns, "")
        .run_through(SUNDAY, command, steps);
    let (lines, has_cursor) = screen(&ran.err, columns);
    assert!(has_cursor, "{ran:?}");
    (ran.exit, lines)
}

#[test]
fn a_terminal_has_a_bar_for_each_workload() {
    let bar = |full: usize| "█".repeat(full) + &"░".repeat(20 - full);
    let at = |looks: usize| {
        let steps = waking()[..looks].to_vec();
        seen(sleeper(), 80, "wake shop --wait", steps)
    };
    let lines = |(api, api_words): (usize, &str), (web, web_words): (usize, &str)| {
        [
            format!("shop/deployment/api   {}   {api_words}", bar(api)),
            format!("shop/deployment/web   {}   {web_words}", bar(web)),
        ]
        .to_vec()
    };
    let stopped = |mut lines: Vec<String>| {
        lines.push("note: the order stays given".to_owned());
        (Exit::Interrupted, lines)
    };
    let none = lines((0, "0 of 1 ready"), (0, "0 of 3 ready"));
    assert_eq!(at(0), stopped(none));
    let one = lines((0, "0 of 1 ready"), (6, "1 of 3 ready"));
    assert_eq!(at(1), stopped(one));
    let some = lines((20, "1 of 1 ready"), (6, "1 of 3 ready"));
    assert_eq!(at(2), stopped(some));
    let all = lines((20, "1 of 1 ready"), (20, "3 of 3 ready"));
    assert_eq!(at(3), (Exit::Done, all));
}

#[test]
fn bars_fit_a_narrow_terminal() {
    let world = shop().asleep("shop", "a-service-with-quite-a-long-name", "3");
    let (exit, lines) = seen(world.clone(), 60, "wake shop --wait", vec![]);
    assert_eq!(exit, Exit::Interrupted);
    assert_eq!(
        lines,
        [
            "shop/deployment/a…uite-a-long-name   ░░░░░░░░   0 of 3 ready",
            "note: the order stays given"
        ]
    );
}

#[test]
fn of_many_workloads_those_that_are_not_done_are_drawn() {
    let many = (0..14).fold(shop(), |world, n| {
        world.asleep("shop", &format!("w{n:02}"), "1")
    });
    let first: fn(&mut Fake) = |fake| {
        woken(fake, "/apis/apps/v1/namespaces/shop/deployments/w00", 1, 1);
    };
    let steps = vec![("2026-11-22T12:00:02Z", first)];
    let (exit, lines) = seen(many, 80, "wake shop --wait", steps);
    assert_eq!(exit, Exit::Interrupted);
    // The terminal has twelve rows.
    assert_eq!(lines.len(), 11, "{lines:?}");
    assert!(lines[0].starts_with("shop/deployment/w01 "), "{lines:?}");
    assert!(lines[8].starts_with("shop/deployment/w09 "), "{lines:?}");
    assert_eq!(lines[9], "and 5 more, 1 of them done");
    assert_eq!(lines[10], "note: the order stays given");
}

#[test]
fn what_goes_wrong_is_told_above_the_bars_or_below() {
    let refused: fn(&mut Fake) = |fake| {
        fake.forbidden.insert("list statefulsets");
    };
    let steps = vec![
        ("2026-11-22T12:00:02Z", refused),
        ("2026-11-22T12:05:00Z", nothing),
    ];
    let (exit, lines) = seen(sleeper(), 100, "wake shop --wait", steps);
    assert_eq!(exit, Exit::NotMet);
    let starts = [
        "problem: statefulsets are left out: may not list statefulsets",
        "hint: kubectl auth can-i list statefulsets",
        "shop/deployment/api   ░",
        "shop/deployment/web   ░",
        "error: not done within 300 s: shop/deployment/api: 0 of 1 ready",
        "hint: the order stays given; kubectl tarnfui status shop",
    ];
    assert_eq!(lines.len(), starts.len(), "{lines:?}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line:?}");
    }
}

#[test]
fn a_dumb_terminal_is_told_line_by_line() {
    let ran = sleeper()
        .dumb_terminal(80)
        .run_through(SUNDAY, "wake shop --wait", waking());
    ran.shows(
        Exit::Done,
        WAKES,
        "shop/deployment/api: 1 of 1 ready\nshop/deployment/web: 3 of 3 ready\n",
    );
}

#[test]
fn many_namespaces_are_read_in_one_list() {
    let names: Vec<String> = (0..40).map(|n| format!("ns-{n:02}")).collect();
    let many = || {
        let all = names.iter();
        all.fold(world(), |world, name| world.namespace(name, &PARIS))
    };
    let ran = many().run(SUNDAY, "sleep -A --yes --wait");
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    // To give the orders, configuration and namespaces; to look, the same and three kinds.
    assert_eq!(ran.reads, 7);
    // By name it is the same, and what is not there is told as ever.
    let command = format!("status {} nowhere --no-headers -o name", names.join(" "));
    let ran = many().run(SUNDAY, &command);
    assert_eq!((ran.exit, ran.reads), (Exit::Failed, 5));
    assert_eq!(ran.out.lines().count(), 40);
    assert!(
        ran.err
            .starts_with("error: namespace \"nowhere\" does not exist\n"),
        "{ran:?}"
    );
    let alone = many().forbid("list namespaces").run(SUNDAY, &command);
    assert_eq!((&alone.out, &alone.err), (&ran.out, &ran.err));
}

#[test]
fn waiting_goes_with_orders_that_are_given() {
    let check = |command: &str, fragment: &str| {
        let ran = shop().run(SUNDAY, command);
        assert_eq!((ran.exit, ran.reads), (Exit::Usage, 0), "{command}");
        assert!(ran.err.contains(fragment), "{command}: {}", ran.err);
        ran.wrote_nothing();
    };
    check(
        "wake shop --wait --dry-run",
        "--wait does not go with --dry-run",
    );
    check("wake shop --timeout 5m", "--wait");
    check(
        "wake shop --wait --timeout 0",
        "expected a duration such as 30s or 5m",
    );
    check("wake shop --wait --timeout -5m", "");
    check(
        "wake shop --wait --timeout soon",
        "expected a duration such as 30s or 5m",
    );
    check("wake shop --wait --timeout 25h", "up to 24h");
}
