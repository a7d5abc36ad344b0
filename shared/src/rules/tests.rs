//! Annotations over defaults, key by key, and what counts as a rule at all.

use super::*;

mod workload;

/// A namespace with these annotations under this configuration; `schedule=...` with short keys.
#[track_caller]
fn rules(annotations: &[&str], config: &str) -> (Rules, Vec<Problem>) {
    let config = Config::parse(config).unwrap();
    Rules::of_namespace("shop", &read(annotations), &config)
}

fn pair(annotation: &str) -> (String, &str) {
    let (key, value) = annotation.split_once('=').unwrap();
    (format!("tarnfui.io/{key}"), value)
}

fn read(annotations: &[&str]) -> NamespaceAnnotations {
    let pairs: Vec<_> = annotations.iter().map(|it| pair(it)).collect();
    NamespaceAnnotations::read(pairs.iter().map(|(key, value)| (key.as_str(), *value))).0
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|it| format!("{} {it}", it.code))
        .collect()
}

fn minutes(number: i64) -> SignedDuration {
    SignedDuration::from_mins(number)
}

#[test]
fn nothing_said_is_no_rule() {
    let (rules, problems) = rules(&[], "");
    assert_eq!(rules, Rules::none());
    assert_eq!(problems, []);
}

#[test]
fn what_is_a_rule_that_does_not_run_out() {
    let check = |annotations: &[&str], standing: bool, unreadable: bool| {
        let (rules, _) = rules(annotations, "");
        let found = (rules.is_standing, rules.is_unreadable);
        assert_eq!(found, (standing, unreadable), "{annotations:?}");
    };
    check(&["schedule=always"], true, false);
    check(&["schedule=08:00-20:00"], true, false);
    check(&["idle-after=30m", "wake-on-request=true"], true, false);
    check(&["awake-until=forever"], true, false);
    check(&["asleep-until=forever"], true, false);
    // These alone are none.
    check(&["idle-after=30m"], false, false);
    check(&["idle-after=30m", "wake-on-request=false"], false, false);
    check(&["wake-on-request=true"], false, false);
    check(&["awake-until=2026-11-23T22:00:00Z"], false, false);
    check(&["asleep-until=2026-11-23T22:00:00Z"], false, false);
    for annotation in [
        "timezone=Europe/Paris",
        "holidays=2026-12-25",
        "grace=1h",
        "wake-ahead=1h",
        "exclude=true",
        "override-by=dana",
    ] {
        check(&[annotation], false, false);
    }
    // What can't be read counts as set.
    check(&["schedule=x"], true, true);
    check(&["idle-after=x"], true, true);
    check(&["idle-after=30m", "wake-on-request=x"], true, true);
    check(&["awake-until=x"], true, true);
    check(&["asleep-until=x"], true, true);
    check(&["schedule=@nowhere"], true, true);
    for annotation in [
        "timezone=x",
        "holidays=x",
        "holidays=@x",
        "grace=x",
        "wake-ahead=x",
        "exclude=x",
    ] {
        check(&[annotation], false, true);
        check(&["schedule=always", annotation], true, true);
    }
    // Never these.
    check(
        &["schedule=always", "override-by=", "wave=x", "schedul=x"],
        true,
        false,
    );
}

#[test]
fn defaults_fill_in_key_by_key() {
    let config = "defaults:
  schedule: Mon-Fri 08:00-20:00
  timezone: Europe/Paris
  holidays: 2026-12-25
  idle-after: 1h
  wake-on-request: true
  grace: 5m
  wake-ahead: 10m
";
    let whole = [
        "schedule=Mon-Fri 08:00-20:00",
        "timezone=Europe/Paris",
        "holidays=2026-12-25",
        "idle-after=1h",
        "wake-on-request=true",
        "grace=5m",
        "wake-ahead=10m",
    ];
    assert_eq!(rules(&[], config), rules(&whole, ""), "all of them");
    let others = [
        "schedule=daily 22:00-06:00",
        "timezone=America/New_York",
        "holidays=2026-11-26",
        "idle-after=2h",
        "wake-on-request=false",
        "grace=1h",
        "wake-ahead=30m",
    ];
    for (place, other) in others.iter().enumerate() {
        let mut all = whole;
        all[place] = other;
        let over = rules(&[other], config);
        assert_eq!(over, rules(&all, ""), "{other} over the defaults");
        if place != 2 {
            assert_ne!(over, rules(&[], config), "{other} makes a difference");
        }
    }
}

#[test]
fn a_bad_annotation_never_falls_back_to_its_default() {
    let config = "defaults:
  schedule: always
  timezone: Europe/Paris
  holidays: 2026-12-25
  idle-after: 1h
  wake-on-request: true
  grace: 5m
  wake-ahead: 10m
";
    for key in [
        "schedule",
        "timezone",
        "holidays",
        "idle-after",
        "wake-on-request",
        "grace",
        "wake-ahead",
    ] {
        let (rules, _) = rules(&[&format!("{key}=?")], config);
        assert!(rules.is_unreadable && rules.is_standing, "{key}");
    }
}

#[test]
fn built_in_values_where_nothing_is_said() {
    let (told, _) = rules(&["schedule=always", "wake-on-request=true"], "");
    assert_eq!(told.grace, minutes(15));
    assert_eq!(told.kept_by_request, Some(minutes(30)));
    assert_eq!(told.idle_after, None);
    let (told, _) = rules(&["idle-after=1h", "wake-on-request=true", "grace=1m"], "");
    assert_eq!(told.grace, minutes(1));
    assert_eq!(told.kept_by_request, Some(minutes(60)));
    assert_eq!(told.idle_after, Some(minutes(60)));
    let (told, _) = rules(&["schedule=always"], "");
    assert_eq!(told.kept_by_request, None);
}

#[test]
fn idling_that_nothing_could_end_is_told_and_not_set() {
    let expect = "IdleWithoutWake tarnfui.io/idle-after: counts as not set, because no request \
                  could wake the namespace; hint: set tarnfui.io/wake-on-request: \"true\" as well";
    for annotations in [
        &["schedule=always", "idle-after=30m"][..],
        &["schedule=always", "idle-after=30m", "wake-on-request=false"][..],
    ] {
        let (rules, problems) = rules(annotations, "");
        assert_eq!(told(&problems), [expect]);
        assert_eq!((rules.idle_after, rules.kept_by_request), (None, None));
        assert!(!rules.is_unreadable);
    }
}

#[test]
fn names_are_looked_up_and_an_unknown_one_is_unreadable() {
    let config = "schedules: { office: 'Mon 08:00-20:00' }\ncalendars: { france: 2026-12-25 }";
    let named = rules(
        &["schedule=@office", "holidays=@france, 2026-12-24"],
        config,
    );
    let written = rules(
        &[
            "schedule=Mon 08:00-20:00",
            "holidays=2026-12-25, 2026-12-24",
        ],
        "",
    );
    assert_eq!(named, written);

    let (found, problems) = rules(&["schedule=@ofice", "holidays=@spain"], config);
    assert!(found.is_unreadable && found.hours.is_none());
    assert_eq!(
        told(&problems),
        [
            "UnknownName tarnfui.io/holidays: calendar \"@spain\" is not defined in the \
             configuration; hint: define it under calendars in the configuration; offline, name \
             the file with --config-file",
            "UnknownName tarnfui.io/schedule: schedule \"@ofice\" is not defined in the \
             configuration; hint: did you mean @office?",
        ]
    );
}

#[test]
fn a_named_schedule_takes_the_zone_and_holidays_of_the_namespace() {
    let config = "schedules: { office: 'Mon-Fri 08:00-20:00' }";
    let own = [
        "timezone=America/New_York",
        "holidays=2026-11-26",
        "wake-ahead=5m",
    ];
    let named = rules(&[&["schedule=@office"], &own[..]].concat(), config);
    let written = rules(&[&["schedule=Mon-Fri 08:00-20:00"], &own[..]].concat(), "");
    assert_eq!(named, written);
}

#[test]
fn hints_of_the_schedule_are_notices() {
    let (rules, problems) = rules(&["schedule=Mon-Fri 08:00-12:00, 13:00-17:00"], "");
    assert!(!rules.is_unreadable);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, Code::Misleading);
    assert_eq!(problems[0].key, "tarnfui.io/schedule");
}

#[test]
fn the_configuration_may_leave_a_namespace_out() {
    assert!(
        rules(&["schedule=always"], "namespaces: { excluded: [shop] }")
            .0
            .is_outside
    );
    assert!(
        rules(&["schedule=always"], "namespaces: { managed: [team-*] }")
            .0
            .is_outside
    );
    assert!(!rules(&["schedule=always"], "").0.is_outside);
}
