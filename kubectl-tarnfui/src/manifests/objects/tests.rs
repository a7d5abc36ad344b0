//! What is taken from a file, and what is said of the rest.

use super::*;

/// Objects with their lines, and faults likewise.
fn seen(text: &str) -> (Vec<String>, Vec<String>) {
    let Contents { objects, faults } = contents(text);
    let objects = objects
        .iter()
        .map(|it| format!("{} {}", it.line, it.reference()));
    let faults = faults.iter().map(|it| {
        let line = it.line.to_string();
        let parts = [
            Some(&line),
            it.object.as_ref(),
            it.key.as_ref(),
            Some(&it.message),
        ];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        parts.join(" ")
    });
    (objects.collect(), faults.collect())
}

#[track_caller]
fn check(text: &str, objects: &[&str], faults: &[&str]) {
    let (found, wrong) = seen(text);
    assert_eq!(found, objects, "{text}");
    assert_eq!(wrong, faults, "{text}");
}

#[test]
fn namespaces_and_workloads_are_taken_and_nothing_else() {
    check(
        "kind: Namespace\nmetadata: {name: a}\n",
        &["1 namespace/a"],
        &[],
    );
    check(
        "kind: Deployment\nmetadata: {name: w}\n",
        &["1 deployment/w"],
        &[],
    );
    let workload =
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {generateName: w-, namespace: a}\n";
    check(workload, &["1 a/cronjob/w-"], &[]);
    check("apiVersion: x.io/v1\nkind: Deployment\n", &[], &[]);
    check("apiVersion: x.io/v1\nkind: Namespace\n", &[], &[]);
    check("kind: ConfigMap\n", &[], &[]);
    check("kind: [Namespace]\n", &[], &[]);
    check("- a\n- b\n", &[], &[]);
    check("just text\n", &[], &[]);
    let told = "2 no YAML: did not find expected <document start>";
    check(
        "{\"kind\": \"Pod\"}\n{\"kind\": \"Namespace\"}\n",
        &[],
        &[told],
    );
    check(
        "kind: Pod\n---\na: 1\na: 2\n",
        &[],
        &["4 no YAML: duplicate mapping key: a"],
    );
}

#[test]
fn lists_are_opened() {
    let text = "kind: NamespaceList\nitems:\n- metadata: {name: a}\n-\n  metadata: {name: b}\n";
    check(text, &["3 namespace/a", "5 namespace/b"], &[]);
    let text = "kind: List\nitems:\n- kind: StatefulSet\n  metadata: {name: w}\n- {kind: Pod}\n";
    check(text, &["3 statefulset/w"], &[]);
    check("kind: List\nitems: {}\n", &[], &[]);
}

#[test]
fn what_no_server_would_take_is_a_fault() {
    check(
        "kind: Namespace\nmetadata: {}\n",
        &[],
        &["1 metadata.name a Namespace without a name"],
    );
    check(
        "kind: Deployment\n",
        &[],
        &["1 metadata.name a Deployment without a name"],
    );
    let text = "kind: Namespace\nmetadata:\n  name: a\n  annotations:\n    b: 1\n    c: x\n    d:\n    e: [x]\n";
    check(
        text,
        &["1 namespace/a"],
        &[
            "5 namespace/a b its value is no text",
            "7 namespace/a d its value is no text",
            "8 namespace/a e its value is no text",
        ],
    );
    let found = contents(text);
    assert_eq!(found.objects[0].annotations.len(), 1);
    assert_eq!(
        (found.objects[0].line_of("c"), found.objects[0].line_of("x")),
        (6, 1)
    );
    assert_eq!(found.faults[0].hint.as_deref(), Some("quote it: b: \"1\""));
    let text = "kind: Namespace\nmetadata:\n  name: a\n  annotations: x\n";
    let told = "4 namespace/a metadata.annotations it is no map of names to texts";
    check(text, &["1 namespace/a"], &[told]);
}

#[test]
fn a_path_of_a_configuration_has_a_line() {
    let text = "# x\ndefaults:\n  schedule: a\nschedules:\n  a.b: c\n  d: e\n";
    let check = |path: &str, line: u64| assert_eq!(line_of_path(text, path), line, "{path}");
    check("defaults", 2);
    check("defaults.schedule", 3);
    check("defaults.zone", 2);
    check("schedules.a.b", 5);
    check("schedules.d", 6);
    check("config.yaml", 2);
    assert_eq!(line_of_path("a: [", "a"), 1);
}
