//! A configuration is taken whole or not at all, and every fault says what to do next.

use super::*;
use crate::annotations::Entry;
use crate::workload::Kind;

mod faults;

#[track_caller]
fn good(text: &str) -> Config {
    Config::parse(text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"))
}

/// Everything that can be said, once.
const WHOLE: &str = "
paused: true
defaults:
  schedule: '@office'
  timezone: Europe/Paris
  holidays: '@france, 2026-12-24'
  idle-after: 1h
  wake-on-request: 'true'
  grace: 5m
  wake-ahead: 10m
schedules:
  office: Mon-Fri 08:00-20:00
  nights: daily 22:00-06:00 UTC
calendars:
  france: 2026-12-25, 2027-01-01
  works: [2026-12-28..2026-12-31, 2027-05-14]
namespaces:
  managed: [team-*, shop]
  excluded: [team-prod, '*-live']
kinds: [Deployment, sts, cronjobs]
pace:
  writesInFlight: 64
";

#[test]
fn a_whole_configuration_is_read() {
    let config = good(WHOLE);
    assert!(config.is_paused);
    let names: Vec<_> = config.schedules.keys().collect();
    assert_eq!(names, ["nights", "office"]);
    let works = &config.calendars["works"];
    assert_eq!(works.ranges().len(), 2);
    let office = config.defaults.schedule.value().unwrap();
    assert_eq!(
        config.schedule(office).unwrap().to_string(),
        "Mon-Fri 08:00-20:00"
    );
    let days = config
        .holidays(config.defaults.holidays.value().unwrap())
        .unwrap();
    // The 24th and 25th touch.
    assert_eq!(days.ranges().len(), 2);
    assert_eq!(config.defaults.wake_on_request, Entry::Set(true));
    assert_eq!(
        config.defaults.timezone.value().unwrap().name(),
        "Europe/Paris"
    );
    for kind in [Kind::Deployment, Kind::StatefulSet, Kind::CronJob] {
        assert!(config.kinds.contains(kind), "{kind}");
    }
    assert_eq!(config.writes_in_flight, 64);
}

#[test]
fn nothing_said_is_the_built_in_configuration() {
    for text in ["", "\n  \n", "# nothing\n", "{}", "---\n"] {
        assert_eq!(good(text), Config::default(), "{text:?}");
    }
    let config = Config::default();
    assert!(!config.is_paused);
    assert_eq!(config.defaults, NamespaceAnnotations::default());
    assert_eq!(config.kinds, Kinds::defaults());
    assert_eq!(config.writes_in_flight, 16);
    assert!(config.namespaces.includes("shop"));
    for name in EXCLUDED_BY_DEFAULT {
        assert!(!config.namespaces.includes(name), "{name}");
    }
}

#[test]
fn sections_left_empty_say_nothing() {
    // What a template leaves behind when there is nothing to fill in.
    for key in read::TOP.iter().filter(|key| **key != "paused") {
        for empty in ["", " null", " ~"] {
            let text = format!("{key}:{empty}\n");
            assert_eq!(good(&text), Config::default(), "{text:?}");
        }
    }
}

#[test]
fn values_need_no_quotes() {
    let config = good("defaults:\n  wake-on-request: true\n  idle-after: 30m\n");
    assert_eq!(config.defaults.wake_on_request, Entry::Set(true));
    let config = good("calendars:\n  one: 2026-12-25\n  many:\n  - 2026-12-25\n");
    assert_eq!(config.calendars["one"], config.calendars["many"]);
}

#[test]
fn what_is_not_named_stays_as_in_the_base() {
    let base = good(
        "defaults: { schedule: 'Mon 08:00-20:00', timezone: Europe/Paris }
namespaces: { managed: [shop] }
kinds: [StatefulSet]",
    );
    assert_eq!(Config::parse_over(&base, "").unwrap(), base);
    let over = Config::parse_over(&base, "defaults: { schedule: always }").unwrap();
    let schedule = over.defaults.schedule.value().unwrap();
    assert_eq!(schedule.to_string(), "always");
    assert_eq!(over.defaults.timezone, base.defaults.timezone);
    assert_eq!(
        (over.namespaces, over.kinds),
        (base.namespaces.clone(), base.kinds)
    );
    let over = Config::parse_over(&base, "namespaces: { excluded: [shop] }").unwrap();
    assert!(!over.namespaces.includes("shop") && !over.namespaces.includes("dev"));
    let over = Config::parse_over(&base, "kinds: []").unwrap();
    assert_eq!(over.kinds, Kinds::NONE);
}

#[test]
fn a_pattern_stands_for_names() {
    let check = |pattern: &str, fit: &[&str], unfit: &[&str]| {
        for name in fit {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for name in unfit {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    };
    check("shop", &["shop"], &["shops", "sho", "eshop", ""]);
    check("*", &["shop", "", "a-b"], &[]);
    check("team-*", &["team-", "team-a"], &["team", "ateam-a"]);
    check("*-prod", &["a-prod", "-prod"], &["prod", "a-prod-1"]);
    check("a*a", &["aa", "aba", "aaa"], &["a", "ab"]);
    check(
        "a*b*c",
        &["abc", "abbc", "a-b-c", "abcbc"],
        &["ac", "acb", "abcd"],
    );
    check("a*b*b", &["abb", "abab"], &["ab", "aab"]);
    check("**", &["", "x"], &[]);
    check("*a*", &["a", "ba", "ab", "bab"], &["b"]);
}

#[test]
fn managed_and_excluded_go_together() {
    let check = |text: &str, managed: &[&str], others: &[&str]| {
        let config = good(text);
        for name in managed {
            assert!(config.namespaces.includes(name), "{text} {name}");
        }
        for name in others {
            assert!(!config.namespaces.includes(name), "{text} {name}");
        }
    };
    check(
        "",
        &["shop"],
        &["kube-system", "kube-public", "kube-node-lease"],
    );
    check(
        "namespaces: { managed: [team-*] }",
        &["team-a"],
        &["shop", "kube-system"],
    );
    // Whoever excludes others does not mean that the cluster's own may sleep.
    check(
        "namespaces: { excluded: [live-*] }",
        &["shop"],
        &["live-1", "kube-system"],
    );
    // A pattern does not name it either; its very name does.
    check(
        "namespaces: { managed: [kube-*, kube-public] }",
        &["kube-other", "kube-public"],
        &["kube-system"],
    );
    check("namespaces: { managed: [] }", &[], &["shop"]);
    let mut namespaces = Namespaces::default();
    namespaces.exclude("tarnfui");
    assert!(!namespaces.includes("tarnfui") && namespaces.includes("shop"));
}
