//! A deployment of the first Tarnfui goes on as it was.

use std::error::Error as _;

use super::*;
use crate::workload::Kinds;

#[track_caller]
fn read(variables: &[(&str, &str)]) -> Result<Config, VariableError> {
    for (name, _) in variables {
        assert!(VARIABLES.contains(name), "{name}");
    }
    let value = |name: &str| variables.iter().find(|(key, _)| *key == name);
    base(|name| value(name).map(|(_, value)| (*value).to_owned()))
}

#[track_caller]
fn check_hours(variables: &[(&str, &str)], expect: &str) {
    let config = read(variables).unwrap();
    let schedule = config.defaults.schedule.value().unwrap();
    assert_eq!(schedule.to_string(), expect, "{variables:?}");
}

#[test]
fn with_no_variable_it_is_the_built_in_configuration() {
    assert_eq!(read(&[]), Ok(Config::default()));
    let blank: Vec<_> = VARIABLES.iter().map(|name| (*name, " ")).collect();
    assert_eq!(read(&blank), Ok(Config::default()));
}

#[test]
fn hours_fall_back_to_those_of_the_first() {
    check_hours(&[("TARNFUI_STARTUP_TIME", "08:30")], "Mon-Fri 08:30-19:00");
    check_hours(&[("TARNFUI_SHUTDOWN_TIME", "20:00")], "Mon-Fri 07:00-20:00");
    check_hours(&[("TARNFUI_ACTIVE_DAYS", "Sat,Sun")], "Sat-Sun 07:00-19:00");
    check_hours(&[("TARNFUI_ACTIVE_DAYS", "daily")], "daily 07:00-19:00");
    check_hours(
        &[
            ("TARNFUI_STARTUP_TIME", " 22:00 "),
            ("TARNFUI_SHUTDOWN_TIME", "06:00"),
            ("TARNFUI_ACTIVE_DAYS", "mon, fri"),
        ],
        "Mon,Fri 22:00-06:00",
    );
}

#[test]
fn the_other_variables_hold_as_well() {
    let config = read(&[
        ("TARNFUI_TIMEZONE", "Europe/Paris"),
        ("TARNFUI_NAMESPACE", " shop "),
        (
            "TARNFUI_RESOURCE_TYPES",
            "deployments, StatefulSets,cronjob",
        ),
        ("TARNFUI_RECONCILIATION_INTERVAL", "not even a number"),
    ])
    .unwrap();
    assert_eq!(
        config.defaults.timezone.value().unwrap().name(),
        "Europe/Paris"
    );
    assert!(!config.defaults.schedule.is_present());
    assert!(config.namespaces.includes("shop") && !config.namespaces.includes("dev"));
    let all = [Kind::Deployment, Kind::StatefulSet, Kind::CronJob];
    assert_eq!(config.kinds, all.into_iter().collect::<Kinds>());
    let one = read(&[("TARNFUI_RESOURCE_TYPES", "statefulsets")]).unwrap();
    assert_eq!(
        one.kinds,
        [Kind::StatefulSet].into_iter().collect::<Kinds>()
    );
    // Kubernetes' own are out of it unless one is named.
    let config = read(&[("TARNFUI_NAMESPACE", "kube-system")]).unwrap();
    assert!(config.namespaces.includes("kube-system"));
    assert!(!config.namespaces.includes("kube-public"));
}

#[test]
fn a_config_file_goes_over_the_variables() {
    let base = read(&[
        ("TARNFUI_STARTUP_TIME", "08:00"),
        ("TARNFUI_TIMEZONE", "Europe/Paris"),
    ])
    .unwrap();
    let config = Config::parse_over(&base, "defaults: { timezone: UTC }").unwrap();
    assert_eq!(config.defaults.timezone.value().unwrap().name(), "UTC");
    assert_eq!(config.defaults.schedule, base.defaults.schedule);
}

#[test]
fn a_fault_names_its_variable_and_not_its_source() {
    let check = |variables: &[(&str, &str)], variable: &str, source: &str| {
        let error = read(variables).expect_err(source);
        assert_eq!(error.to_string(), variable, "{variables:?}");
        assert_eq!(error.source().unwrap().to_string(), source, "{variables:?}");
    };
    let time = "expected a time as H:MM or HH:MM, 00:00 to 24:00";
    check(
        &[("TARNFUI_STARTUP_TIME", "8")],
        "TARNFUI_STARTUP_TIME",
        &format!("time \"8\": {time}"),
    );
    check(
        &[("TARNFUI_SHUTDOWN_TIME", "25:00")],
        "TARNFUI_SHUTDOWN_TIME",
        &format!("time \"25:00\": {time}"),
    );
    check(
        &[("TARNFUI_SHUTDOWN_TIME", "07:00")],
        "TARNFUI_SHUTDOWN_TIME",
        "times \"07:00\": expected an end that differs from the start; 00:00-24:00 is the whole day",
    );
    check(
        &[("TARNFUI_ACTIVE_DAYS", "mon,tue,foo")],
        "TARNFUI_ACTIVE_DAYS",
        "weekday \"foo\" in \"mon,tue,foo\": expected Mon, Tue, Wed, Thu, Fri, Sat, Sun, daily, \
         weekdays or weekends",
    );
    check(
        &[("TARNFUI_TIMEZONE", "CET+1")],
        "TARNFUI_TIMEZONE",
        "zone \"CET+1\": expected an IANA zone name such as Europe/Paris or UTC",
    );
    let name = "expected a namespace's name";
    for namespace in ["team-*", "Shop", "a,b"] {
        check(
            &[("TARNFUI_NAMESPACE", namespace)],
            "TARNFUI_NAMESPACE",
            &format!("namespace {namespace:?}: {name}"),
        );
    }
    let kinds = "expected deployments, statefulsets, cronjobs";
    check(
        &[("TARNFUI_RESOURCE_TYPES", "deployments,daemonsets")],
        "TARNFUI_RESOURCE_TYPES",
        &format!("kind \"daemonsets\": {kinds}"),
    );
    check(
        &[("TARNFUI_RESOURCE_TYPES", "deploymets")],
        "TARNFUI_RESOURCE_TYPES",
        &format!("kind \"deploymets\": {kinds}; did you mean deployments?"),
    );
    check(
        &[("TARNFUI_RESOURCE_TYPES", "deployments,")],
        "TARNFUI_RESOURCE_TYPES",
        &format!("kind is empty: {kinds}"),
    );
}

#[test]
fn one_variable_holds_one_thing() {
    for (name, value) in [
        ("TARNFUI_STARTUP_TIME", "07:00-08:00, 09:00"),
        ("TARNFUI_SHUTDOWN_TIME", "19:00, 20:00-21:00"),
        ("TARNFUI_SHUTDOWN_TIME", "19:00 Europe/Paris"),
        ("TARNFUI_ACTIVE_DAYS", "Mon 01:00-02:00, Tue"),
        ("TARNFUI_ACTIVE_DAYS", "2026-12-24"),
        ("TARNFUI_ACTIVE_DAYS", "@office"),
        ("TARNFUI_ACTIVE_DAYS", "always"),
    ] {
        let error = read(&[(name, value)]).expect_err(value);
        assert_eq!(error.variable, name, "{value}");
    }
}
