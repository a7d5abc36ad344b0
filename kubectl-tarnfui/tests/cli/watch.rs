//! `status --watch`: what changes, and what happens when the server goes away.

use kubectl_tarnfui::Exit;
use serde_json::json;

use crate::fake::Fake;
use crate::world::{PARIS, SUNDAY, Step, shop, world};

const SHOP: &str = "/api/v1/namespaces/shop";

fn nothing(_: &mut Fake) {}

fn order(fake: &mut Fake) {
    let shop = fake.objects.get_mut(SHOP).unwrap();
    shop["metadata"]["annotations"]["tarnfui.io/awake-until"] = json!("2026-11-22T13:00:00Z");
}

fn delete(fake: &mut Fake) {
    fake.objects.remove(SHOP);
}

fn away(fake: &mut Fake) {
    fake.instead = Some((502, "<html>Bad Gateway</html>"));
}

fn back(fake: &mut Fake) {
    fake.instead = None;
}

#[test]
fn a_pipe_gets_a_line_for_each_change() {
    let steps: Vec<Step> = vec![
        ("2026-11-22T12:00:03Z", nothing),
        ("2026-11-22T12:00:06.7Z", order),
        ("2026-11-22T12:00:09Z", nothing),
        ("2026-11-22T13:00:00Z", nothing),
        ("2026-11-23T07:00:00Z", nothing),
        ("2026-11-23T07:00:03Z", delete),
    ];
    let world = shop().namespace("blog", &PARIS);
    let ran = world.run_through(SUNDAY, "status -w", steps);
    ran.shows(
        Exit::Interrupted,
        "\
2026-11-22T12:00:00Z blog Asleep (OffHours)
2026-11-22T12:00:00Z shop Asleep (OffHours)
2026-11-22T12:00:07Z shop Asleep -> Awake (Override)
2026-11-22T13:00:00Z shop Awake -> Asleep (OffHours)
2026-11-23T07:00:00Z blog Asleep -> Awake (WorkingHours)
2026-11-23T07:00:00Z shop Asleep -> Awake (WorkingHours)
2026-11-23T07:00:03Z shop Awake -> -
",
        "",
    );
    ran.wrote_nothing();
}

#[test]
fn a_connection_that_breaks_is_told_once_and_it_goes_on() {
    let steps: Vec<Step> = vec![
        ("2026-11-22T12:00:03Z", away),
        ("2026-11-22T12:00:06Z", nothing),
        ("2026-11-22T12:00:09Z", nothing),
        ("2026-11-22T12:00:12Z", back),
        ("2026-11-22T12:00:15Z", order),
    ];
    let ran = shop().run_through(SUNDAY, "status --watch", steps);
    ran.shows(
        Exit::Interrupted,
        "2026-11-22T12:00:00Z shop Asleep (OffHours)\n\
         2026-11-22T12:00:15Z shop Asleep -> Awake (Override)\n",
        "problem: the server at https://fake answers, but is no Kubernetes API server; \
         looking again every few seconds\n\
         hint: kubectl config view --minify\n\
         note: the server answers again\n",
    );
}

#[test]
fn a_server_that_is_away_from_the_first_is_a_failure() {
    let ran = shop().with(away).run(SUNDAY, "status -w");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    let ran = shop().run(SUNDAY, "status nowhere -w");
    ran.shows(
        Exit::Failed,
        "",
        "error: namespace \"nowhere\" does not exist\nhint: kubectl get namespaces\n",
    );
}

#[test]
fn a_gap_is_told_when_it_opens() {
    let close: fn(&mut Fake) = |fake| fake.forbidden.clear();
    let open: fn(&mut Fake) = |fake| fake.forbidden.extend(["list cronjobs"]);
    let steps = vec![
        ("2026-11-22T12:00:03Z", nothing as fn(&mut Fake)),
        ("2026-11-22T12:00:06Z", close),
        ("2026-11-22T12:00:09Z", open),
    ];
    let ran = shop()
        .forbid("list cronjobs")
        .run_through(SUNDAY, "status -w", steps);
    let told = "problem: cronjobs are left out: may not list cronjobs\n\
                hint: kubectl auth can-i list cronjobs -A\n";
    assert_eq!(ran.err, told.repeat(2));
}

#[test]
fn a_terminal_is_drawn_over_and_given_back() {
    let steps: Vec<Step> = vec![
        ("2026-11-22T12:00:03Z", order),
        ("2026-11-22T12:00:06Z", away),
    ];
    let ran = shop()
        .terminal(80, "")
        .run_through(SUNDAY, "status -w", steps);
    let frame = |lines: &[&str]| format!("\u{1b}[H{}\u{1b}[K\u{1b}[J", lines.join("\u{1b}[K\r\n"));
    let asleep = frame(&[
        "NAMESPACE   STATE      WHY        NEXT                  ASLEEP/ALL   SAVED",
        "shop        ○ Asleep   OffHours   19h (Mon 08:00 CET)   0/0          -",
        "",
        "1 namespace: 1 asleep",
        "",
        "seen at 12:00:00 UTC; ctrl-C ends",
    ]);
    let table = [
        "NAMESPACE   STATE     WHY        NEXT             ASLEEP/ALL   OVERRIDE",
        "shop        ● Awake   Override   1h (14:00 CET)   0/0          until 14:00 CET",
        "",
        "1 namespace: 1 awake",
        "",
    ];
    let awake = frame(&[&table[..], &["seen at 12:00:03 UTC; ctrl-C ends"]].concat());
    let cut_off = frame(
        &[
            &table[..],
            &[
                "problem: the server at https://fake answers, but is no Kubernetes API server; \
                 looking again every few seconds",
                "seen at 12:00:03 UTC; ctrl-C ends",
            ],
        ]
        .concat(),
    );
    let (enter, leave) = (
        "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l",
        "\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l",
    );
    let expect = format!("{enter}{asleep}{awake}{cut_off}{leave}");
    ran.shows(Exit::Interrupted, &expect, "");
}

#[test]
fn a_dumb_terminal_gets_a_line_for_each_change() {
    let steps: Vec<Step> = vec![("2026-11-22T12:00:03Z", order)];
    let ran = shop()
        .dumb_terminal(80)
        .run_through(SUNDAY, "status -w", steps);
    ran.shows(
        Exit::Interrupted,
        "2026-11-22T12:00:00Z shop Asleep (OffHours)\n\
         2026-11-22T12:00:03Z shop Asleep -> Awake (Override)\n",
        "",
    );
}

#[test]
fn what_does_not_fit_on_the_screen_is_counted() {
    let many = (0..20).fold(world(), |world, n| {
        world.namespace(&format!("ns-{n:02}"), &PARIS)
    });
    let ran = many.terminal(80, "").run(SUNDAY, "status -w");
    let rows: Vec<&str> = ran.out.split("\r\n").collect();
    assert_eq!(rows.len(), 12, "{rows:?}");
    assert_eq!(rows[9], "… 14 more lines\u{1b}[K");
    assert!(rows[8].starts_with("ns-07 "), "{rows:?}");
}

#[test]
fn a_watch_is_for_people() {
    for output in ["json", "yaml", "name"] {
        let ran = shop().run(SUNDAY, &format!("status -w -o {output}"));
        assert_eq!((ran.exit, ran.reads), (Exit::Usage, 0));
        assert!(
            ran.err
                .starts_with("error: --watch goes with tables only\nhint: "),
            "{ran:?}"
        );
    }
    let ran = shop().run(SUNDAY, "status -w --exit-code");
    assert_eq!((ran.exit, ran.reads), (Exit::Usage, 0));
}
