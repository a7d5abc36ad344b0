//! That what is the same is kept once, and that nobody is given what is another's.

use tarnfui_shared::observe::{RawNamespace, RawWorkload};
use tarnfui_shared::workload::Kind;

use super::*;

fn namespace(name: &str, schedule: &str) -> NamespaceObject {
    let text = format!(
        r#"{{"metadata":{{"name":"{name}","annotations":{{"tarnfui.io/schedule":"{schedule}"}}}}}}"#
    );
    let raw: RawNamespace = serde_json::from_str(&text).unwrap();
    raw.observe()
}

fn workload(manager: &str) -> Workload {
    let text = format!(
        r#"{{"metadata":{{"name":"web","resourceVersion":"1","managedFields":[
            {{"manager":"{manager}","fieldsV1":{{"f:spec":{{"f:replicas":{{}}}}}}}}]}}}}"#
    );
    let raw: RawWorkload = serde_json::from_str(&text).unwrap();
    raw.observe(Kind::Deployment).unwrap()
}

/// Taken in, and what its annotations mean.
fn met(shared: &mut Shared, name: &str, schedule: &str, config: &Config) -> Arc<Resolved> {
    let mut object = namespace(name, schedule);
    shared.namespace(&mut object);
    shared.resolved(name, &object, config)
}

#[test]
fn the_same_annotations_mean_the_same_and_are_kept_once() {
    let (mut shared, config) = (Shared::default(), Config::default());
    let one = met(&mut shared, "one", "never", &config);
    let same = met(&mut shared, "two", "never", &config);
    let other = met(&mut shared, "three", "always", &config);
    assert!(Arc::ptr_eq(&one, &same));
    assert_ne!(one.rules, other.rules);
    assert_eq!(shared.readings.len(), 2);
}

#[test]
fn who_is_not_managed_has_other_rules_by_the_same_annotations() {
    let config = Config::parse("{namespaces: {excluded: [infra]}}").unwrap();
    let mut shared = Shared::default();
    for _ in 0..2 {
        assert!(!met(&mut shared, "shop", "never", &config).rules.is_outside);
        assert!(met(&mut shared, "infra", "never", &config).rules.is_outside);
    }
}

#[test]
fn what_can_not_be_read_is_told_with_its_own_value() {
    let (mut shared, config) = (Shared::default(), Config::default());
    let mut told = Vec::new();
    for (name, schedule) in [("one", "?"), ("two", "!"), ("one", "?")] {
        let resolved = met(&mut shared, name, schedule, &config);
        assert!(resolved.rules.is_unreadable);
        told.push(resolved.problems[0].to_string());
    }
    assert!(told[0].contains('?') && told[1].contains('!'), "{told:?}");
    assert_eq!(told[0], told[2]);
}

#[test]
fn another_configuration_is_another_meaning() {
    let mut shared = Shared::default();
    let schedules = |hours: &str| Config::parse(&format!("{{schedules: {{office: \"{hours}\"}}}}"));
    let before = met(&mut shared, "shop", "@office", &schedules("never").unwrap());
    shared.forget_meanings();
    let after = met(
        &mut shared,
        "shop",
        "@office",
        &schedules("always").unwrap(),
    );
    assert_ne!(before.rules, after.rules);
}

#[test]
fn names_of_managers_are_kept_once_and_not_for_ever() {
    let mut shared = Shared::default();
    let [mut one, mut two] = [workload("helm"), workload("helm")];
    shared.workload(&mut one);
    shared.workload(&mut two);
    let [one, two] = [one.owner.other.unwrap(), two.owner.other.unwrap()];
    assert!(Arc::ptr_eq(&one, &two));
    for number in 0..3 * SWEEP {
        let mut object = namespace(
            "shop",
            &format!(
                "2026-01-01T00:00:{:02}Z - 2027-01-01T{:02}:{:02}:00Z",
                number % 60,
                number / 60 % 24,
                number / 1440
            ),
        );
        shared.namespace(&mut object);
        shared.workload(&mut workload(&number.to_string()));
    }
    assert!(shared.managers.len() <= SWEEP && shared.readings.len() <= SWEEP);
    assert!(shared.managers.contains(&one), "it is still somebody's");
}
