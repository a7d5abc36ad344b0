//! Waking in waves: each ready before the next, and none for ever.

use super::*;

fn asleep(name: &str, wave: &str) -> Item {
    deploy(name, 0).saved("1").with("wave", wave)
}

fn up(name: &str, wave: &str) -> Item {
    deploy(name, 1).with("wave", wave)
}

fn since(item: Item, text: &str) -> Item {
    let unready_since = seconds(text.parse().unwrap());
    let memory = Memory {
        unready_since,
        ..item.memory
    };
    item.memory(memory)
}

#[track_caller]
fn wakes(items: &[Item], expect: &[&str]) -> Plan {
    let plan = plan_at(now(), AWAKE, items);
    let names = plan.changes.iter().map(|change| &*change.target.name);
    assert_eq!(names.collect::<Vec<_>>(), expect);
    plan
}

#[test]
fn the_first_wave_goes_alone() {
    let plan = wakes(
        &[
            asleep("a", "2"),
            asleep("b", "-1"),
            asleep("c", "2"),
            asleep("d", "-1"),
        ],
        &["b", "d"],
    );
    // What waits is waking as well, and its turn comes at the latest after five minutes.
    assert!(
        plan.outlooks
            .iter()
            .all(|outlook| outlook.stage == Stage::Waking)
    );
    assert_eq!(plan.next_transition, "2026-11-23T12:05:00Z".parse().ok());
    // Without a wave it is 0.
    wakes(
        &[
            asleep("a", "1"),
            deploy("b", 0).saved("1"),
            asleep("c", "-1"),
        ],
        &["c"],
    );
    wakes(&[asleep("a", "1"), deploy("b", 0).saved("1")], &["b"]);
}

#[test]
fn one_wave_is_no_waves() {
    wakes(&[asleep("a", "3"), asleep("b", "3")], &["a", "b"]);
    let unready = up("a", "3").unready();
    wakes(&[unready, asleep("b", "3")], &["b"]);
}

#[test]
fn the_next_goes_when_the_one_before_is_ready() {
    wakes(&[up("a", "1"), asleep("b", "2"), asleep("c", "3")], &["b"]);
    wakes(&[up("a", "1").unready(), asleep("b", "2")], &[]);
    let not_all = [up("a", "1"), up("b", "1").unready(), asleep("c", "2")];
    wakes(&not_all, &[]);
    // Nor while one of it is still to be woken.
    wakes(&[up("a", "1"), asleep("b", "1"), asleep("c", "2")], &["b"]);
    // A spec that its controller has not seen is not ready.
    wakes(
        &[
            up("a", "1").set("/metadata/generation", json!(2)),
            asleep("b", "2"),
        ],
        &[],
    );
}

#[test]
fn no_wave_is_waited_for_for_ever() {
    let late = |since_text: &str| [since(up("a", "1").unready(), since_text), asleep("b", "2")];
    let plan = wakes(&late("2026-11-23T11:55:01Z"), &[]);
    assert_eq!(plan.next_transition, "2026-11-23T12:00:01Z".parse().ok());
    let plan = wakes(&late("2026-11-23T11:55:00Z"), &["b"]);
    assert_eq!(codes(&plan), [Code::WaveLate]);
    assert_eq!(
        plan.problems[0].to_string(),
        "deployment/b: tarnfui.io/wave: is woken although wave 1 is not ready after 5 minutes; \
         hint: kubectl get pods shows what holds the earlier wave up"
    );
}

#[test]
fn a_clock_that_was_ahead_for_a_while_holds_nobody_for_longer() {
    let ahead = since(up("a", "1").unready(), "2026-11-23T13:00:00Z");
    let plan = wakes(&[ahead, asleep("b", "2")], &[]);
    assert_eq!(plan.next_transition, "2026-11-23T12:05:00Z".parse().ok());
}

#[test]
fn each_wave_has_five_minutes_of_its_own() {
    let late = since(up("a", "1").unready(), "2026-11-23T11:00:00Z");
    let plan = wakes(&[late.clone(), asleep("b", "2"), asleep("c", "3")], &["b"]);
    assert_eq!(plan.next_transition, "2026-11-23T12:05:00Z".parse().ok());
    let second = since(up("b", "2").unready(), "2026-11-23T11:58:00Z");
    let plan = wakes(&[late.clone(), second, asleep("c", "3")], &[]);
    assert_eq!(plan.next_transition, "2026-11-23T12:03:00Z".parse().ok());
    // The one that came before matters no more once the next is ready.
    wakes(&[late, up("b", "2"), asleep("c", "3")], &["c"]);
}

#[test]
fn since_when_it_is_not_ready_is_remembered_until_it_is() {
    let items = [up("a", "1").unready(), asleep("b", "2")];
    let plan = wakes(&items, &[]);
    assert_eq!(plan.outlooks[0].memory.unready_since, seconds(now()));
    assert_eq!(
        plan.outlooks[1].memory.unready_since, None,
        "its turn has not come"
    );
    let earlier = "2026-11-23T11:58:00Z";
    let plan = wakes(&[since(items[0].clone(), earlier), items[1].clone()], &[]);
    assert_eq!(
        plan.outlooks[0].memory.unready_since,
        seconds(earlier.parse().unwrap())
    );
    let ready = since(up("a", "1"), earlier);
    let plan = wakes(&[ready, asleep("b", "2")], &["b"]);
    assert_eq!(plan.outlooks[0].memory.unready_since, None);
}

#[test]
fn who_takes_no_part_is_not_waited_for() {
    let sleeping = asleep("a", "1").with("schedule", "never");
    wakes(&[sleeping, asleep("b", "2")], &["b"]);
    wakes(
        &[deploy("a", 0).with("wave", "1"), asleep("b", "2")],
        &["b"],
    );
    for item in [asleep("a", "1"), up("a", "1").unready()] {
        let gone = item.set("/metadata/deletionTimestamp", json!(NOW));
        wakes(&[gone, asleep("b", "2")], &["b"]);
    }
    let contested = asleep("a", "1").memory(memory(false, false, 3));
    wakes(&[contested, asleep("b", "2")], &["b"]);
    let excluded = up("a", "1").unready().with("exclude", "true");
    wakes(&[excluded, asleep("b", "2")], &["b"]);
}

#[test]
fn a_wave_with_an_entry_to_be_taken_out_is_waited_for() {
    let handed = asleep("a", "1").owned_by("tarnfui-handover", "Update");
    let plan = wakes(&[handed, asleep("b", "2")], &["a"]);
    assert_eq!(done(&plan), ["restore deployment/a 1"]);
}

#[test]
fn what_is_released_waits_for_nothing() {
    let excluded = [("schedule", "never"), ("exclude", "true")];
    let items = [asleep("a", "2"), asleep("b", "1"), up("c", "0").unready()];
    let plan = plan_at(now(), &excluded, &items);
    assert_eq!(
        done(&plan),
        ["restore deployment/b 1", "restore deployment/a 1"]
    );
    // A mark that is only dropped wakes nobody, and waits for nobody.
    let started = deploy("d", 2).saved("1").with("wave", "3");
    let plan = plan_at(now(), AWAKE, &[up("a", "1").unready(), started]);
    assert_eq!(done(&plan), ["release deployment/d"]);
}

#[test]
fn sleeping_waits_for_nobody() {
    let items = [up("a", "1").unready(), up("b", "2")];
    let plan = plan_at(now(), ASLEEP, &items);
    assert_eq!(
        done(&plan),
        ["sleep deployment/b 1 -> 0", "sleep deployment/a 1 -> 0"]
    );
}
