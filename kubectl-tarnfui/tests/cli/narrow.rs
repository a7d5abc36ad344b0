//! Tables on narrow terminals: whole columns are left out before anything is cut, and a pipe gets all.

use kubectl_tarnfui::Exit;

use crate::saved::sleepers;
use crate::simulate::versions;
use crate::world::{MONDAY, SUNDAY, World, shop};

/// What it prints to a terminal of so many columns.
#[track_caller]
fn narrow(world: World, columns: usize, now: &str, command: &str, expect: &str) {
    let ran = world.terminal(columns, "").run(now, command);
    assert_eq!((ran.out.as_str(), ran.exit), (expect, Exit::Done));
}

#[test]
fn saved_keeps_what_comes_back_what_is_and_what_is_wrong() {
    narrow(
        sleepers(),
        80,
        SUNDAY,
        "saved",
        "\
NAMESPACE   WORKLOAD             SAVED         NOW           PROBLEMS
blog        deployment/broken    unreadable    0             SavedUnreadable
blog        deployment/started   2             5 (started)   -
blog        cronjob/report       unsuspended   suspended     -
shop        deployment/web       4             0             -
shop        statefulset/db       3             1             -
",
    );
    narrow(
        sleepers(),
        60,
        SUNDAY,
        "saved",
        "\
NAMESPACE   WORKLOAD       SAVED         NOW           PROB…
blog        deploy…roken   unreadable    0             Save…
blog        deploy…arted   2             5 (started)   -
blog        cronjo…eport   unsuspended   suspended     -
shop        deploy…t/web   4             0             -
shop        statef…et/db   3             1             -
",
    );
}

#[test]
fn pending_keeps_when_where_what_and_orders() {
    let world = || {
        shop().running("shop", "web", 3).namespace(
            "team-checkout-production",
            &[("awake-until", "2026-11-23T20:30:00Z")],
        )
    };
    narrow(
        world(),
        80,
        MONDAY,
        "pending",
        "\
WHEN                  NAMESPACE                  BECOMES       OVERRIDE
1h (20:00 CET)        shop                       ○ Asleep      -
2h30m (20:30 UTC)     team-checkout-production   · Unmanaged   Awake ends
13h (Tue 08:00 CET)   shop                       ● Awake       -
",
    );
    narrow(
        world(),
        60,
        MONDAY,
        "pending",
        "\
WHEN                  NAMESPACE      BECOMES       OVERRIDE
1h (20:00 CET)        shop           ○ Asleep      -
2h30m (20:30 UTC)     team-c…ction   · Unmanaged   Awake en…
13h (Tue 08:00 CET)   shop           ● Awake       -
",
    );
}

#[test]
fn a_diff_keeps_which_hours_become_what() {
    let directory = versions(&[(
        "{tarnfui.io/sleep-replicas: '1'}",
        "{tarnfui.io/sleep-replicas: '1', tarnfui.io/schedule: always}",
    )]);
    let path = directory.path().display();
    let command =
        format!("simulate -f {path}/new --diff {path}/old --from 2026-11-23 --to 2026-11-30");
    narrow(
        shop(),
        80,
        SUNDAY,
        &command,
        "\
namespace/shop, by the clock of Europe/Paris
WHAT             HOURS             DAYS      WAS      IS      FIRST        TIMES
deployment/api   01:00-08:00       Mon       Asleep   Awake   2026-11-23   1
deployment/api   20:00-08:00       Mon,Thu   Asleep   Awake   2026-11-23   2
deployment/api   20:00-24:00       Tue       Asleep   Awake   2026-11-24   1
deployment/api   00:00-08:00       Thu       Asleep   Awake   2026-11-26   1
deployment/api   20:00-01:00 +3d   Fri       Asleep   Awake   2026-11-27   1

NAMESPACE   ASLEEP   REPLICA-HOURS   RELEASED     CHANGE
shop        120 h    840             480 -> 384   -96
total       120 h    1176            480 -> 384   -96
",
    );
    narrow(
        shop(),
        60,
        SUNDAY,
        &command,
        "\
namespace/shop, by the clock of Europe/Paris
WHAT             HOURS             DAYS      WAS      IS
deployment/api   01:00-08:00       Mon       Asleep   Awake
deployment/api   20:00-08:00       Mon,Thu   Asleep   Awake
deployment/api   20:00-24:00       Tue       Asleep   Awake
deployment/api   00:00-08:00       Thu       Asleep   Awake
deployment/api   20:00-01:00 +3d   Fri       Asleep   Awake

NAMESPACE   ASLEEP   REPLICA-HOURS   RELEASED     CHANGE
shop        120 h    840             480 -> 384   -96
total       120 h    1176            480 -> 384   -96
",
    );
}
