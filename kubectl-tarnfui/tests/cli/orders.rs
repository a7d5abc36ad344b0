//! Orders for named namespaces: the sentence, the patch, and nothing but the patch.

use kubectl_tarnfui::Exit;

use crate::world::{MONDAY, PARIS, Ran, SUNDAY, World, shop, world};

/// The patch of one namespace, as the server sees it.
fn patch(name: &str, annotations: &str) -> String {
    format!(
        "PATCH /api/v1/namespaces/{name}?&fieldManager=kubectl-tarnfui \
         {{\"metadata\":{{\"annotations\":{{{annotations}}},\"resourceVersion\":\"7\"}}}}"
    )
}

#[track_caller]
fn gives(world: &World, now: &str, command: &str, sentence: &str, annotations: &str) {
    let ran = world.run(now, command);
    ran.shows(Exit::Done, &format!("{sentence}\n"), "");
    ran.wrote(&[&patch("shop", annotations)]);
}

#[track_caller]
fn refuses(ran: &Ran, message: &str, hint: &str) {
    ran.shows(
        Exit::Failed,
        "",
        &format!("error: {message}\nhint: {hint}\n"),
    );
    ran.wrote_nothing();
}

#[test]
fn snooze_puts_off_the_sleep_of_what_is_awake() {
    let expect = "namespace/shop stays awake until 22:00 CET (in 3 h; sleep was due at 20:00)";
    let write = "\"tarnfui.io/awake-until\":\"2026-11-23T22:00:00+01:00\",\"tarnfui.io/override-by\":\"dana\"";
    for words in [
        "namespace shop",
        "ns shop",
        "ns/shop",
        "namespace/shop",
        "shop",
        "-n shop",
    ] {
        gives(
            &shop(),
            MONDAY,
            &format!("snooze {words} --for 2h"),
            expect,
            write,
        );
        gives(
            &shop(),
            MONDAY,
            &format!("snooze --until 22:00 {words}"),
            expect,
            write,
        );
    }
}

#[test]
fn snooze_puts_off_the_wake_of_what_is_asleep() {
    gives(
        &shop(),
        SUNDAY,
        "snooze shop",
        "namespace/shop stays asleep until Mon 09:00 CET (in 20 h; wake was due at Mon 08:00)",
        "\"tarnfui.io/asleep-until\":\"2026-11-23T09:00:00+01:00\",\"tarnfui.io/override-by\":\"dana\"",
    );
}

#[test]
fn a_second_snooze_goes_on_from_the_first() {
    let world = shop();
    world.run(MONDAY, "snooze shop --for 2h --reason 'late deploy'");
    let ran = world.run(MONDAY, "snooze shop --for 30m");
    let expect = "namespace/shop stays awake until 22:30 CET \
                  (in 3 h 30 min; replaces awake until 22:00 CET by dana)\n";
    ran.shows(Exit::Done, expect, "");
    // The reason was that of the first order.
    let left = world.annotations("shop");
    assert!(
        left.iter().all(|(key, _)| key != "override-reason"),
        "{left:?}"
    );
}

#[test]
fn snooze_needs_a_transition_to_put_off() {
    let awake = world().namespace("shop", &[("schedule", "always")]);
    refuses(
        &awake.run(MONDAY, "snooze shop"),
        "namespace \"shop\" has no transition to put off: it stays awake",
        "kubectl tarnfui explain shop",
    );
    let asleep = world().namespace("shop", &[("schedule", "never")]);
    refuses(
        &asleep.run(MONDAY, "snooze shop"),
        "namespace \"shop\" has no transition to put off: it stays asleep",
        "kubectl tarnfui wake shop",
    );
    let plain = world().namespace("shop", &[]);
    refuses(
        &plain.run(MONDAY, "snooze shop"),
        "snooze would change nothing: namespace \"shop\" has no rule, or is not managed by the configuration",
        "kubectl tarnfui explain shop; it gets hours by kubectl annotate namespace shop \
         tarnfui.io/schedule=\"Mon-Fri 08:00-20:00\"",
    );
    let invalid = world().namespace("shop", &[("schedule", "Mo-Fri 8:00-20:00")]);
    refuses(
        &invalid.run(MONDAY, "snooze shop"),
        "snooze would change nothing: namespace \"shop\" has rules that can't be read, \
         and stays awake until they can",
        "kubectl tarnfui explain shop",
    );
}

#[test]
fn snooze_until_a_time_before_the_transition_is_refused() {
    refuses(
        &shop().run(MONDAY, "snooze shop --until 19:30"),
        "\"19:30\" puts nothing off: 19:30 CET is not after the sleep due at 20:00",
        "name a later time, or say by how long, as in --for 2h",
    );
    refuses(
        &shop().run(SUNDAY, "snooze shop --until 'tomorrow 8:00'"),
        "\"tomorrow 8:00\" puts nothing off: Mon 08:00 CET is not after the wake due at Mon 08:00",
        "name a later time, or say by how long, as in --for 2h",
    );
}

#[test]
fn wake_lasts_two_hours() {
    gives(
        &shop(),
        SUNDAY,
        "wake shop --reason 'load  test'",
        "namespace/shop wakes and stays awake until 15:00 CET (in 2 h; wake was due at Mon 08:00)",
        "\"tarnfui.io/awake-until\":\"2026-11-22T15:00:00+01:00\",\"tarnfui.io/override-by\":\"dana\",\
         \"tarnfui.io/override-reason\":\"load test\"",
    );
}

#[test]
fn wake_takes_an_order_to_sleep_away_and_names_who_gave_it() {
    let orders = [
        ("asleep-until", "forever"),
        ("override-by", "kim"),
        ("override-reason", "fair"),
    ];
    let world = world().namespace("shop", &[&PARIS[..], &orders[..]].concat());
    gives(
        &world,
        MONDAY,
        "wake shop --until 22:00",
        "namespace/shop wakes and stays awake until 22:00 CET \
         (in 3 h; replaces asleep until it is resumed by kim)",
        "\"tarnfui.io/asleep-until\":null,\"tarnfui.io/awake-until\":\"2026-11-23T22:00:00+01:00\",\
         \"tarnfui.io/override-by\":\"dana\",\"tarnfui.io/override-reason\":null",
    );
}

#[test]
fn an_order_that_ends_within_the_hours_says_when_they_end() {
    gives(
        &shop(),
        SUNDAY,
        "wake shop --until 'Mon 9:00'",
        "namespace/shop wakes and stays awake until Mon 20:00 CET \
         (in 1 d 7 h; the order ends at Mon 09:00; wake was due at Mon 08:00)",
        "\"tarnfui.io/awake-until\":\"2026-11-23T09:00:00+01:00\",\"tarnfui.io/override-by\":\"dana\"",
    );
}

#[test]
fn what_is_so_already_is_not_written() {
    let hours = shop().run(MONDAY, "wake shop --for 30m");
    hours.shows(
        Exit::Done,
        "namespace/shop is already awake until 20:00 CET (in 1 h)\n",
        "",
    );
    hours.wrote_nothing();

    let world = shop();
    world.run(MONDAY, "snooze shop --until 22:00");
    let again = world.run(MONDAY, "wake shop --until 22:00");
    let expect = "namespace/shop is already awake until 22:00 CET (in 3 h; by order of dana)\n";
    again.shows(Exit::Done, expect, "");
    again.wrote_nothing();
    // A shorter one is another order.
    world.run(MONDAY, "wake shop --until 21:00").wrote(&[&patch(
        "shop",
        "\"tarnfui.io/awake-until\":\"2026-11-23T21:00:00+01:00\",\"tarnfui.io/override-by\":\"dana\"",
    )
    .replace("\"7\"", "\"8\"")]);
}

#[test]
fn sleep_lasts_until_the_hours_next_start() {
    gives(
        &shop(),
        MONDAY,
        "sleep shop",
        "namespace/shop goes to sleep until Tue 08:00 CET (in 13 h; sleep was due at 20:00)",
        "\"tarnfui.io/asleep-until\":\"2026-11-24T08:00:00+01:00\",\"tarnfui.io/override-by\":\"dana\"",
    );
    let by_night = shop().run(SUNDAY, "sleep shop");
    by_night.shows(
        Exit::Done,
        "namespace/shop is already asleep until Mon 08:00 CET (in 19 h)\n",
        "",
    );
    by_night.wrote_nothing();
}

#[test]
fn sleep_without_hours_needs_an_end() {
    let plain = world().namespace("shop", &[]);
    refuses(
        &plain.run(MONDAY, "sleep shop"),
        "namespace \"shop\" has no hours that start again, so the sleep needs an end",
        "kubectl tarnfui sleep shop --until \"tomorrow 9:00\", or --forever",
    );
    gives(
        &plain,
        MONDAY,
        "sleep shop --forever",
        "namespace/shop goes to sleep until it is resumed",
        "\"tarnfui.io/asleep-until\":\"forever\",\"tarnfui.io/override-by\":\"dana\"",
    );
}

#[test]
fn resume_takes_every_key_of_an_order_away() {
    let orders = [
        ("awake-until", "forever"),
        ("override-by", "kim"),
        ("override-reason", "fair"),
    ];
    let world = world().namespace("shop", &[&PARIS[..], &orders[..]].concat());
    gives(
        &world,
        SUNDAY,
        "resume shop",
        "namespace/shop goes by its hours again: asleep until Mon 08:00 CET \
         (in 19 h; replaces awake until it is resumed by kim)",
        "\"tarnfui.io/awake-until\":null,\"tarnfui.io/override-by\":null,\"tarnfui.io/override-reason\":null",
    );
    let again = world.run(SUNDAY, "resume shop");
    let expect = "namespace/shop has no order to take back: asleep until Mon 08:00 CET (in 19 h)\n";
    again.shows(Exit::Done, expect, "").wrote_nothing();
}

#[test]
fn an_order_that_could_not_be_read_is_replaced() {
    let world = world().namespace("shop", &[PARIS[0], PARIS[1], ("awake-until", "tomorow")]);
    gives(
        &world,
        SUNDAY,
        "sleep shop --until 'Tue 8:00'",
        "namespace/shop goes to sleep until Tue 08:00 CET (in 1 d 19 h)",
        "\"tarnfui.io/asleep-until\":\"2026-11-24T08:00:00+01:00\",\"tarnfui.io/awake-until\":null,\
         \"tarnfui.io/override-by\":\"dana\"",
    );
}

#[test]
fn what_something_else_decides_is_refused() {
    let excluded = world().namespace("shop", &[PARIS[0], ("exclude", "true")]);
    refuses(
        &excluded.run(MONDAY, "sleep shop"),
        "sleep would change nothing: namespace \"shop\" is excluded",
        "kubectl annotate namespace shop tarnfui.io/exclude-",
    );
    let invalid = world().namespace("shop", &[("schedule", "Mo-Fri 8:00-20:00")]);
    refuses(
        &invalid.run(MONDAY, "sleep shop --for 2h"),
        "sleep would change nothing: namespace \"shop\" has rules that can't be read, \
         and stays awake until they can",
        "kubectl tarnfui explain shop",
    );
}

#[test]
fn who_gives_the_order_is_asked_of_the_server_first() {
    let old = shop().with(|fake| fake.username = None);
    let ran = old.run(SUNDAY, "wake shop");
    assert!(
        ran.writes[0].contains("\"tarnfui.io/override-by\":\"kubeconfig-user\""),
        "{ran:?}"
    );
}

#[test]
fn a_race_is_run_again_from_what_is_there_now() {
    let raced = shop().with(|fake| fake.raced = 1);
    let ran = raced.run(SUNDAY, "wake shop");
    assert_eq!((ran.exit, ran.writes.len()), (Exit::Done, 2));
    assert!(ran.writes[0].contains("\"resourceVersion\":\"7\""));
    assert!(ran.writes[1].contains("\"resourceVersion\":\"100\""));

    let hopeless = shop()
        .with(|fake| fake.raced = 100)
        .run(SUNDAY, "wake shop");
    hopeless.shows(
        Exit::Failed,
        "",
        "error: could not patch namespace \"shop\": somebody else changes it all the time\nhint: try again\n",
    );
    assert_eq!(hopeless.writes.len(), 4);
}

#[test]
fn a_missing_permission_is_named() {
    let ran = shop().forbid("patch namespaces").run(SUNDAY, "wake shop");
    ran.shows(
        Exit::Failed,
        "",
        "error: may not patch namespace \"shop\"\n\
         hint: ask for the ClusterRole tarnfui-orders in namespace shop (verb patch, resource \
         namespaces, name shop); kubectl auth can-i patch namespaces/shop -n shop\n",
    );
}

#[test]
fn a_configuration_that_cannot_be_read_leaves_orders_with_an_end() {
    let world = world().namespace("shop", &[]).forbid("get configmaps");
    let problem = "problem: the configuration can't be read: may not get configmap \"tarnfui-config\" \
                   in namespace \"tarnfui-system\"\n\
                   hint: kubectl auth can-i get configmaps/tarnfui-config -n tarnfui-system; \
                   --controller-namespace says where it is\n";
    let ran = world.run(MONDAY, "wake shop --for 2h");
    let expect = "namespace/shop is to be awake until 20:00 UTC (in 2 h; the hours are unknown)\n";
    ran.shows(Exit::Done, expect, problem);
    for command in ["snooze shop", "sleep shop", "sleep shop --until 22:00"] {
        let ran = world.run(MONDAY, command);
        assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
        assert!(
            ran.err.contains("can't be known without the configuration"),
            "{ran:?}"
        );
        ran.wrote_nothing();
    }
}

#[test]
fn a_paused_configuration_is_said() {
    let ran = shop().config("paused: true").run(SUNDAY, "wake shop");
    let note = "note: the configuration says paused: nothing happens until that is over\n";
    assert_eq!(
        (ran.err.as_str(), ran.exit, ran.writes.len()),
        (note, Exit::Done, 1)
    );
}

#[test]
fn a_namespace_being_deleted_gets_no_order() {
    let world = shop().with(|fake| {
        let object = fake.objects.get_mut("/api/v1/namespaces/shop").unwrap();
        object["metadata"]["deletionTimestamp"] = "2026-11-22T11:00:00Z".into();
    });
    refuses(
        &world.run(SUNDAY, "wake shop"),
        "namespace \"shop\" is being deleted",
        "kubectl get namespace shop",
    );
}
