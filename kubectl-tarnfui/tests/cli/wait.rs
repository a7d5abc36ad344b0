//! `--wait`: until all is as it was ordered, or the time is over.

use kubectl_tarnfui::Exit;
use serde_json::json;

use crate::fake::Fake;
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

#[test]
fn a_terminal_has_a_bar_for_each_workload() {
    let ran = sleeper()
        .terminal(80, "")
        .run_through(SUNDAY, "wake shop --wait", waking());
    let bar = |full: usize| "█".repeat(full) + &"░".repeat(20 - full);
    let frame = |up: &str, (api, api_words): (usize, &str), (web, web_words): (usize, &str)| {
        format!(
            "{up}\rshop/deployment/api   {}   {api_words}\u{1b}[K\n\
             \rshop/deployment/web   {}   {web_words}\u{1b}[K\n\u{1b}[J",
            bar(api),
            bar(web)
        )
    };
    let up = "\u{1b}[2A";
    let expect = [
        frame("", (0, "0 of 1 ready"), (0, "0 of 3 ready")),
        frame(up, (0, "0 of 1 ready"), (6, "1 of 3 ready")),
        frame(up, (20, "1 of 1 ready"), (6, "1 of 3 ready")),
        frame(up, (20, "1 of 1 ready"), (20, "3 of 3 ready")),
    ];
    ran.shows(Exit::Done, WAKES, &expect.concat());
}

#[test]
fn of_many_workloads_those_that_are_not_done_are_drawn() {
    let many = (0..14).fold(shop(), |world, n| {
        world.asleep("shop", &format!("w{n:02}"), "1")
    });
    let first: fn(&mut Fake) = |fake| {
        woken(fake, "/apis/apps/v1/namespaces/shop/deployments/w00", 1, 1);
    };
    let ran = many.terminal(80, "").run_through(
        SUNDAY,
        "wake shop --wait",
        vec![("2026-11-22T12:00:02Z", first)],
    );
    let last = ran.err.rsplit("\u{1b}[11A").next().unwrap();
    assert!(last.starts_with("\rshop/deployment/w01 "), "{last}");
    assert!(last.contains("\rand 4 more\u{1b}[K\n"), "{last}");
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
