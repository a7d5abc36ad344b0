//! What a workload's own annotations change, and what stays its namespace's.

use super::*;

/// The rules of a namespace, and of a workload in it.
#[track_caller]
fn both(namespace: &[&str], own: &[&str]) -> (Rules, Rules, Vec<Problem>) {
    let config = Config::parse("calendars: { france: 2026-12-25 }").unwrap();
    let annotations = read(namespace);
    let (rules, _) = Rules::of_namespace("shop", &annotations, &config);
    let pairs: Vec<_> = own.iter().map(|it| pair(it)).collect();
    let pairs = pairs.iter().map(|(key, value)| (key.as_str(), *value));
    let (own, _) = WorkloadAnnotations::read(pairs);
    let (own, problems) = rules.for_workload(&own, &annotations, &config);
    (rules, own, problems)
}

#[test]
fn a_schedule_of_its_own_replaces_the_namespaces_and_nothing_else() {
    let rest = [
        "timezone=America/New_York",
        "holidays=2026-11-26, @france",
        "idle-after=1h",
        "wake-on-request=true",
        "awake-until=2026-11-23T22:00:00Z",
        "asleep-until=forever",
        "grace=1h",
        "wake-ahead=10m",
    ];
    let namespace = [&["schedule=Mon-Fri 08:00-20:00"], &rest[..]].concat();
    let (_, own, problems) = both(&namespace, &["schedule=daily 22:00-06:00"]);
    let instead = [&["schedule=daily 22:00-06:00"], &rest[..]].concat();
    let (expect, _, _) = both(&instead, &[]);
    assert_eq!((own, problems), (expect, vec![]));
}

#[test]
fn a_schedule_alone_is_a_rule_for_that_workload_only() {
    let (namespace, own, _) = both(&[], &["schedule=08:00-20:00"]);
    assert!(!namespace.is_standing && own.is_standing && own.hours.is_some());
    let (namespace, own, _) = both(&[], &["schedule=?"]);
    assert!(!namespace.is_unreadable && own.is_unreadable && own.is_standing);
}

#[test]
fn other_annotations_alone_are_no_rule() {
    for annotation in ["exclude=true", "sleep-replicas=1", "wave=1", "wave=?"] {
        let (_, own, _) = both(&[], &[annotation]);
        assert!(!own.is_standing, "{annotation}");
    }
}

#[test]
fn exclude_adds_up() {
    let check = |namespace: &[&str], own: &[&str], expect: bool| {
        let (_, rules, _) = both(namespace, own);
        assert_eq!(rules.is_excluded, expect, "{namespace:?} {own:?}");
    };
    check(&[], &[], false);
    check(&[], &["exclude=false"], false);
    check(&[], &["exclude=true"], true);
    check(&["exclude=true"], &[], true);
    check(&["exclude=true"], &["exclude=false"], true);
    check(&["exclude=false"], &["exclude=true"], true);
}

#[test]
fn a_fault_of_its_own_stays_its_own() {
    for annotation in [
        "schedule=?",
        "exclude=?",
        "sleep-replicas=?",
        "wave=?",
        "schedule=@x",
    ] {
        let (namespace, own, _) = both(&["schedule=always"], &[annotation]);
        assert!(
            !namespace.is_unreadable && own.is_unreadable,
            "{annotation}"
        );
    }
    let (_, _, problems) = both(&["schedule=always"], &["schedule=@x"]);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, Code::UnknownName);
}

#[test]
fn a_fault_of_the_namespace_holds_for_all_and_is_told_once() {
    for annotation in [
        "timezone=?",
        "holidays=@x",
        "exclude=?",
        "grace=?",
        "schedule=@x",
    ] {
        let (_, own, problems) = both(&[annotation], &["schedule=always"]);
        assert!(own.is_unreadable, "{annotation}");
        assert_eq!(problems, [], "{annotation}");
    }
}
