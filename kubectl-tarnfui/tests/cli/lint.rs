//! `lint`: what is wrong with manifests, with no cluster.

use std::fs;

use kubectl_tarnfui::Exit;
use serde_json::Value as Json;
use tarnfui_shared::reference::CODES;
use tempfile::TempDir;

use crate::world::{MONDAY, Ran, world};

/// A file with faults of every sort, among other things.
const FILE: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations:
    tarnfui.io/schedule: Mo-Fri 08:00-18:00
    tarnfui.io/shedule: always
    tarnfui.io/exclude: true
    tarnfui.io/wave: \"2\"
---
kind: Namespace
metadata: {name: blog, annotations: {tarnfui.io/schedule: 'Mon-Fri 08:00-12:00, 13:00-17:00'}}
---
kind: ConfigMap
metadata: {name: other, annotations: {tarnfui.io/shedule: x}}
---
kind: List
items:
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, annotations: {tarnfui.io/wave: x}}}
- {apiVersion: v1, kind: Namespace, metadata: {}}
---
kind: [
";

/// Files in a directory.
fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

/// Runs a command in which `@` is the directory, and in what it says `@` as well; asserts that no
/// cluster was asked, and no file changed.
#[track_caller]
fn run(directory: &TempDir, command: &str) -> Ran {
    let before = names(directory);
    let root = directory.path().to_str().unwrap();
    let ran = world().run(MONDAY, &command.replace('@', root));
    assert_eq!((ran.reads, names(directory)), (0, before), "{command}");
    ran.wrote_nothing();
    Ran {
        out: ran.out.replace(root, "@"),
        err: ran.err.replace(root, "@"),
        ..ran
    }
}

fn names(directory: &TempDir) -> Vec<(std::ffi::OsString, std::time::SystemTime)> {
    let all = fs::read_dir(directory.path()).unwrap().map(Result::unwrap);
    let mut all: Vec<_> = all
        .map(|it| (it.file_name(), it.metadata().unwrap().modified().unwrap()))
        .collect();
    all.sort();
    all
}

/// The results as `FILE:LINE OBJECT KEY CODE`.
#[track_caller]
fn found(directory: &TempDir, command: &str) -> Vec<String> {
    let ran = run(directory, &format!("{command} -o json"));
    let document: Json = serde_json::from_str(&ran.out).unwrap();
    let items = document["items"].as_array().unwrap();
    let text = |item: &Json, field: &str| item[field].as_str().unwrap_or("-").to_owned();
    let told = items.iter().map(|it| {
        let place = format!("{}:{}", text(it, "file"), it["line"]);
        let rest = ["object", "key", "code"].map(|field| text(it, field));
        format!("{place} {}", rest.join(" "))
    });
    told.collect()
}

#[test]
fn each_problem_says_where_it_is_and_what_it_is() {
    let ran = world().input(FILE).run(MONDAY, "lint -f -");
    ran.shows(
        Exit::Done,
        "\
FILE       OBJECT                KEY                   CODE
stdin:6    namespace/shop        tarnfui.io/schedule   InvalidValue
  problem: weekday \"Mo\" in \"Mo-Fri 08:00-18:00\": expected Mon, Tue, Wed, Thu, Fri, Sat, Sun, daily, weekdays or weekends; did you mean Mon?
stdin:7    namespace/shop        tarnfui.io/shedule    UnknownKey
  problem: no such key
  hint: did you mean tarnfui.io/schedule?
stdin:8    namespace/shop        tarnfui.io/exclude    InvalidManifest
  problem: its value is no text
  hint: quote it: tarnfui.io/exclude: \"true\"
stdin:9    namespace/shop        tarnfui.io/wave       WrongPlace
  problem: has no meaning on a Namespace
  hint: set it on the workload
stdin:12   namespace/blog        tarnfui.io/schedule   Misleading
  note: 13:00-17:00 holds on every day, since it names no days: write \"Mon-Fri 13:00-17:00\" to keep to them, or \"daily 13:00-17:00\"
stdin:19   shop/deployment/web   tarnfui.io/wave       InvalidValue
  problem: wave \"x\": expected a whole number such as -1, 0 or 2
stdin:20   -                     metadata.name         InvalidManifest
  problem: a Namespace without a name
  hint: give it a metadata.name
stdin:22   -                     -                     InvalidManifest
  problem: no YAML: unclosed bracket '['
",
        "7 problems and 1 notice in 1 file\n",
    )
    .wrote_nothing();
    assert_eq!(ran.reads, 0);
}

#[test]
fn a_terminal_gets_long_messages_below_each_other() {
    let world = world().terminal(60, FILE);
    let ran = world.run(MONDAY, "lint -f -");
    let start = "\
FILE       OBJECT
stdin:6    namespace/shop
  problem: tarnfui.io/schedule: weekday \"Mo\" in \"Mo-Fri
  08:00-18:00\": expected Mon, Tue, Wed, Thu, Fri, Sat, Sun,
  daily, weekdays or weekends; did you mean Mon?
  (InvalidValue)
stdin:7    namespace/shop
  problem: tarnfui.io/shedule: no such key (UnknownKey)
  hint: did you mean tarnfui.io/schedule?
";
    assert!(ran.out.starts_with(start), "{}", ran.out);
    let ran = world.terminal(80, FILE).colored().run(MONDAY, "lint -f -");
    let notice = "stdin:12   namespace/blog        tarnfui.io/schedule   \u{1b}[33mMisleading\u{1b}[0m\n  \
        note: 13:00-17:00 holds on every day, since it names no days: write \"Mon-Fri\n  13:00-17:00\" ";
    assert!(ran.out.contains(notice), "{}", ran.out);
}

#[test]
fn the_exit_code_is_of_problems_only_and_where_asked_for() {
    let notice = "kind: Namespace\nmetadata: {name: a, annotations: {tarnfui.io/schedule: 'Mon 8:00-9:00, 10:00-11:00'}}\n";
    let directory = directory(&[
        ("bad.yaml", FILE),
        ("notice.yaml", notice),
        ("good.yaml", "kind: Namespace\nmetadata: {name: a}\n"),
    ]);
    let check = |command: &str, exit: Exit, err: &str| {
        let ran = run(&directory, command);
        assert_eq!((ran.exit, ran.err.as_str()), (exit, err), "{command}");
    };
    check(
        "lint -f @/bad.yaml",
        Exit::Done,
        "7 problems and 1 notice in 1 file\n",
    );
    check(
        "lint -f @/bad.yaml --exit-code",
        Exit::NotMet,
        "7 problems and 1 notice in 1 file\n",
    );
    check(
        "lint -f @/notice.yaml --exit-code",
        Exit::Done,
        "1 notice in 1 file\n",
    );
    check(
        "lint -f @/good.yaml -f @/good.yaml --exit-code",
        Exit::Done,
        "no problems in 1 file\n",
    );
    check(
        "lint -f @ --exit-code -o sarif",
        Exit::NotMet,
        "7 problems and 2 notices in 3 files\n",
    );
    assert_eq!(run(&directory, "lint -f @/good.yaml").out, "");
}

#[test]
fn a_directory_is_read_whole_and_a_workload_by_its_namespace() {
    let directory = directory(&[
        (
            "a/web.yaml",
            "kind: Deployment\nmetadata:\n  name: web\n  namespace: shop\n  annotations:\n    tarnfui.io/schedule: '@office'\n",
        ),
        (
            "b.json",
            "{\n  \"kind\": \"Namespace\",\n  \"metadata\": {\n    \"name\": \"shop\",\n    \"annotations\": {\n      \"tarnfui.io/holidays\": \"@france\"\n    }\n  }\n}\n",
        ),
        ("c.yml", "a: [\n"),
        ("readme.md", "kind: Namespace\n"),
        (".hidden/d.yaml", "a: [\n"),
        ("values.yaml", "image: {tag: 1}\nitems: {a: b}\n"),
    ]);
    assert_eq!(
        found(&directory, "lint -f @"),
        [
            "@/a/web.yaml:6 shop/deployment/web tarnfui.io/schedule UnknownName",
            "@/b.json:6 namespace/shop tarnfui.io/holidays UnknownName",
            "@/c.yml:1 - - InvalidManifest",
        ]
    );
}

#[test]
fn the_configuration_is_looked_at_as_well() {
    let file = "kind: Namespace\nmetadata: {name: a, annotations: {tarnfui.io/schedule: '@offic'}}\n---\n\
                kind: Namespace\nmetadata: {name: b, annotations: {tarnfui.io/schedule: '@office'}}\n---\n\
                kind: Namespace\nmetadata: {name: c}\n";
    let good = "defaults:\n  schedule: '@office'\n  idle-after: 1h\nschedules:\n  office: Mon-Fri 8:00-12:00, 13:00-17:00\n";
    let bad = "paused: false\ndefualts: {}\nschedules:\n  office: Mo 8:00-9:00\n";
    let directory = directory(&[("a.yaml", file), ("good", good), ("bad", bad)]);
    assert_eq!(
        found(&directory, "lint -f @/a.yaml --config-file @/good"),
        [
            "@/good:2 configuration defaults.schedule Misleading",
            "@/good:3 configuration defaults.idle-after IdleWithoutWake",
            "@/good:5 configuration schedules.office Misleading",
            "@/a.yaml:2 namespace/a tarnfui.io/schedule UnknownName",
        ]
    );
    assert_eq!(
        found(&directory, "lint -f @/a.yaml --config-file @/bad"),
        [
            "@/bad:2 configuration defualts UnknownKey",
            "@/bad:4 configuration schedules.office InvalidValue",
        ]
    );
    let ran = run(
        &directory,
        "lint -f @/a.yaml --config-file @/bad --exit-code",
    );
    assert_eq!(
        (ran.exit, ran.err.as_str()),
        (Exit::NotMet, "2 problems in 2 files\n")
    );
}

#[test]
fn what_can_not_be_read_is_told_and_the_others_go_on() {
    let directory = directory(&[("a.yaml", "kind: Pod\n"), ("empty/x.md", "")]);
    fs::write(directory.path().join("b.yaml"), b"\xff\xfe").unwrap();
    let ran = run(&directory, "lint -f @/none -f @/empty -f @");
    // How wide the columns are hangs on where the directory is.
    let squeezed = |text: &str| {
        let words = text.split(' ').filter(|it| !it.is_empty());
        words.collect::<Vec<_>>().join(" ").replace("\n ", "\n")
    };
    Ran {
        out: squeezed(&ran.out),
        ..ran
    }
    .shows(
        Exit::Failed,
        "\
FILE OBJECT KEY CODE
@/b.yaml:1 - - InvalidManifest
problem: no YAML: it is not in UTF-8
",
        "error: reading @/none: No such file or directory (os error 2)\n\
         hint: name a file or directory that can be read, or - for standard input\n\
         error: no *.yaml, *.yml or *.json in @/empty\n\
         hint: name a directory that has manifests: -f DIR\n\
         1 problem in 2 files\n",
    );
    run(&directory, "lint -f @/a.yaml").shows(
        Exit::Done,
        "",
        "no problems in 1 file\nnote: there is no Namespace and no workload in what was read\n",
    );
    let ran = run(&directory, "lint -f @/a.yaml --config-file @/none");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    assert!(ran.err.starts_with("error: reading @/none: "), "{ran:?}");
}

#[test]
fn a_command_line_that_makes_no_sense_is_refused() {
    let ran = world().run(MONDAY, "lint");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    assert!(ran.err.contains("--filename <FILE>"), "{ran:?}");
    world().run(MONDAY, "lint -f - --config-file -").shows(
        Exit::Usage,
        "",
        "error: standard input can be read once only\nhint: give - once, and files for the rest\n",
    );
}

#[test]
fn sarif_is_as_code_hosts_want_it() {
    let ran = world().input(FILE).run(MONDAY, "lint -f - -o sarif");
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    let document: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["version"], "2.1.0");
    assert!(
        document["$schema"]
            .as_str()
            .unwrap()
            .ends_with("/sarif-schema-2.1.0.json")
    );
    let [run] = &document["runs"].as_array().unwrap()[..] else {
        panic!("one run: {document}");
    };
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "tarnfui");
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    let rules = driver["rules"].as_array().unwrap();
    assert_eq!(rules.len(), CODES.len());
    for (rule, (code, meaning)) in rules.iter().zip(CODES) {
        let level = if code.is_notice() { "note" } else { "error" };
        assert_eq!(rule["id"], code.as_str());
        assert_eq!(rule["shortDescription"]["text"], *meaning);
        assert_eq!(rule["defaultConfiguration"]["level"], level);
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 8);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(
            rules[index]["defaultConfiguration"]["level"],
            result["level"]
        );
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let [place] = &result["locations"].as_array().unwrap()[..] else {
            panic!("one place: {result}");
        };
        let place = &place["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "stdin");
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
    }
    assert_eq!(
        results[1]["message"]["text"],
        "namespace/shop: tarnfui.io/shedule: no such key; hint: did you mean tarnfui.io/schedule?"
    );
    assert_eq!(
        results[1]["locations"][0]["physicalLocation"]["region"]["startLine"],
        7
    );
}
