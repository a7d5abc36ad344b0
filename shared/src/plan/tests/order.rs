//! In which order writes start.

use super::*;

#[test]
fn wakes_go_before_sleeps_ascending_and_sleeps_descending() {
    let never = |item: Item| item.with("schedule", "never");
    let asleep = |name: &str| deploy(name, 0).saved("1");
    let items = [
        never(deploy("a", 1).with("wave", "1")),
        never(deploy("b", 1).with("wave", "3")),
        never(deploy("c", 1)),
        asleep("d"),
        deploy("e", 2).saved("1").with("wave", "-1"),
        asleep("f"),
    ];
    let plan = plan_at(now(), AWAKE, &items);
    assert_eq!(
        done(&plan),
        [
            "release deployment/e",
            "restore deployment/d 1",
            "restore deployment/f 1",
            "sleep deployment/b 1 -> 0",
            "sleep deployment/a 1 -> 0",
            "sleep deployment/c 1 -> 0",
        ]
    );
}

#[test]
fn of_one_wave_they_go_as_they_were_observed() {
    let items = [
        deploy("a", 1),
        deploy("b", 1),
        sts("a", 1),
        cron("a", false),
    ];
    assert_eq!(
        done(&plan_at(now(), ASLEEP, &items)),
        [
            "sleep deployment/a 1 -> 0",
            "sleep deployment/b 1 -> 0",
            "sleep statefulset/a 1 -> 0",
            "sleep cronjob/a false -> true",
        ]
    );
}

#[test]
fn the_lowest_and_the_highest_wave_are_no_fault() {
    let never =
        |name: &str, wave: &str| deploy(name, 1).with("wave", wave).with("schedule", "never");
    let items = [never("low", "-2147483648"), never("high", "2147483647")];
    assert_eq!(
        done(&plan_at(now(), NO_RULE, &items)),
        [
            "sleep deployment/high 1 -> 0",
            "sleep deployment/low 1 -> 0"
        ]
    );
}

#[test]
fn outlooks_stay_in_the_order_of_the_observation() {
    let items = [deploy("a", 0), deploy("b", 1), deploy("c", 0).saved("1")];
    let stages: Vec<_> = plan_at(now(), AWAKE, &items)
        .outlooks
        .iter()
        .map(|it| it.stage)
        .collect();
    assert_eq!(stages, [Stage::AtRest, Stage::Awake, Stage::Waking]);
}
