//! Each rule, broken once.

use super::*;

const GOOD: &str = r"
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata: {name: tarnfui}
spec:
  version: v0.1.0
  shortDescription: Put namespaces to sleep
  platforms:
    - selector: {matchLabels: {os: linux, arch: amd64}}
      uri: https://example.com/a.tar.gz
      sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      files: [{from: kubectl-tarnfui, to: .}]
      bin: kubectl-tarnfui
";

fn found(text: &str, name: &str) -> Vec<String> {
    faults(name, &serde_saphyr::from_str(text).unwrap())
}

#[test]
fn a_manifest_that_keeps_the_rules_has_no_faults() {
    assert_eq!(found(GOOD, "tarnfui"), [""; 0]);
}

/// What is replaced by what, and the rule that this breaks.
const BROKEN: [(&str, &str, &str); 14] = [
    ("v1alpha2", "v1", "the apiVersion is another"),
    ("kind: Plugin", "kind: Plug", "the kind is another"),
    (
        "Put namespaces to sleep",
        "''",
        "there is no short description",
    ),
    (
        "Put namespaces to sleep",
        r#""a\nb""#,
        "the short description has several lines",
    ),
    (
        "v0.1.0",
        "0.1.0",
        "the version is no v and a semantic version",
    ),
    (
        "v0.1.0",
        "v0.1",
        "the version is no v and a semantic version",
    ),
    (
        "v0.1.0",
        "v0.01.0",
        "the version is no v and a semantic version",
    ),
    (
        "os: linux",
        "os: plan9",
        "platform 0: it is for no platform that there is",
    ),
    (
        "https://example.com/a.tar.gz",
        "''",
        "platform 0: there is no uri",
    ),
    (
        "0123456789abcdef01",
        "0123456789ABCDEF01",
        "platform 0: the sha256 is no such sum",
    ),
    (
        "0123456789abcdef01",
        "",
        "platform 0: the sha256 is no such sum",
    ),
    (
        "bin: kubectl-tarnfui",
        "bin: ''",
        "platform 0: there is no bin",
    ),
    (
        "[{from: kubectl-tarnfui, to: .}]",
        "[]",
        "platform 0: there are no files",
    ),
    (
        "to: .}",
        "to: ''}",
        "platform 0: a file has no from or no to",
    ),
];

#[test]
fn every_rule_can_be_broken() {
    for (from, to, expect) in BROKEN {
        assert!(GOOD.contains(from), "{from}");
        assert_eq!(
            found(&GOOD.replacen(from, to, 1), "tarnfui"),
            [expect],
            "{from} -> {to}"
        );
    }
    let none = &GOOD[..GOOD.find("    - selector").unwrap()];
    let none = none.replace("platforms:", "platforms: []");
    assert_eq!(found(&none, "tarnfui"), ["there is no platform"]);
}

#[test]
fn the_name_is_that_of_the_file_and_fit_for_one() {
    let another = "the file has another name than the plugin";
    assert_eq!(found(GOOD, "krew"), [another]);
    let dotted = "the name has something in it but letters, digits, - and _";
    assert_eq!(
        found(&GOOD.replace("name: tarnfui", "name: a.b"), "a.b"),
        [dotted]
    );
    let forbidden = "no file may be called so on Windows";
    assert_eq!(
        found(&GOOD.replace("name: tarnfui", "name: Con"), "Con"),
        [forbidden]
    );
}

#[test]
fn no_platform_is_selected_twice() {
    let platform = &GOOD[GOOD.find("    - selector").unwrap()..];
    let any_system = platform.replace("os: linux, ", "");
    let twice = [GOOD, &any_system[..]].concat();
    assert_eq!(found(&twice, "tarnfui"), ["linux/amd64 is selected twice"]);
    let two = [GOOD, &platform.replace("amd64", "arm64")].concat();
    assert_eq!(found(&two, "tarnfui"), [""; 0]);
}

#[test]
fn what_krew_does_not_know_is_refused() {
    let odd = GOOD.replace("  version:", "  channel: stable\n  version:");
    assert!(serde_saphyr::from_str::<Manifest>(&odd).is_err());
}
