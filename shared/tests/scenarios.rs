//! Whole stories, one a file in `scenarios/`: what people do and when, and what comes of it.
//!
//! A file is read from top to bottom. What stands before the first `at` has been there for long;
//! what stands before another one is done at its instant. There the namespace is looked at, and
//! changes are carried out until there are none. Lines that begin with `|` are what is expected to
//! come out.
//!
//! ```text
//! zone ZONE                       of all times here, in and out; else UTC
//! config                          the configuration, indented, in YAML
//! namespace KEY = VALUE           an annotation; `namespace KEY -` takes it away
//! KIND NAME VALUE                 a workload is created: deployment web 3, cronjob report false
//! annotate KIND/NAME KEY = VALUE  an annotation of ours on a workload; `-` as above
//! label KIND/NAME KEY = VALUE     a label of ours, likewise
//! set KIND/NAME VALUE by MANAGER  replicas or suspend; by apply:NAME for server-side apply
//! patch KIND/NAME JSON            any merge patch, as by kubectl
//! autoscaler KIND/NAME            a HorizontalPodAutoscaler for it
//! delete KIND/NAME
//! slow KIND/NAME                  does not become ready by itself; `ready KIND/NAME` ends that
//! request                         somebody opens a page
//! traffic known                   or unknown
//! restart                         the controller's process ends, and another begins
//! at Fri 2026-10-23 20:00         an instant; the weekday is checked; +02 picks one of two
//! ```
//!
//! A scenario that fails prints what differs, and leaves what came out beside the build: to be read
//! in review, and copied over if it is right.

#[path = "model/story.rs"]
mod story;

#[path = "model/cluster.rs"]
mod cluster;
#[path = "model/looker.rs"]
mod looker;

use std::path::{Path, PathBuf};

/// Every scenario, sorted by name.
#[expect(
    clippy::disallowed_methods,
    reason = "scenarios are files; the core reads none"
)]
fn scenarios() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let files = std::fs::read_dir(folder).expect("the folder of the scenarios");
    let mut paths: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|it| it == "txt"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a text");
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// Where what came out of a scenario is left.
#[expect(
    clippy::disallowed_methods,
    reason = "for whoever mends the scenario; the core writes nothing"
)]
fn leave(path: &Path, text: &str) -> PathBuf {
    let name = path.file_name().expect("the name of a scenario");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&place, text).expect("room for a text");
    place
}

/// The lines that differ, with `-` where they were expected and `+` where they came out, each under
/// its instant.
fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    // How many lines are common from each pair of places on.
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let skipped = common[i + 1][j].max(common[i][j + 1]);
            common[i][j] = if a == b {
                common[i + 1][j + 1] + 1
            } else {
                skipped
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut lines, mut instant) = (Vec::new(), None);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            instant = Some(old[i]).filter(|it| it.starts_with("at ")).or(instant);
            (i, j) = (i + 1, j + 1);
            continue;
        }
        lines.extend(instant.take().map(|it| format!("  line {}, {it}", i + 1)));
        if j == new.len() || i < old.len() && common[i + 1][j] >= common[i][j + 1] {
            lines.push(format!("- {}", old[i]));
            i += 1;
        } else {
            lines.push(format!("+ {}", new[j]));
            j += 1;
        }
    }
    lines.join("\n")
}

#[test]
fn every_scenario_comes_out_as_it_is_written() {
    let mut failures = Vec::new();
    let scenarios = scenarios();
    assert!(scenarios.len() >= 12, "only {} scenarios", scenarios.len());
    for (path, text) in scenarios {
        let found = story::tell(&text);
        if found != text {
            let place = leave(&path, &found);
            failures.push(format!(
                "{}\n{}\n  what came out: {}",
                path.display(),
                difference(&text, &found),
                place.display()
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn a_difference_shows_what_differs_and_where() {
    let expected = "at one\n| a\n| b\n\nat two\n| d\n\nat three\n| e\n";
    let found = "at one\n| a\n| c\n\nat two\n| d\n\nat three\n| e\n| f\n";
    let lines = "  line 3, at one\n- | b\n+ | c\n  line 10, at three\n+ | f";
    assert_eq!(difference(expected, found), lines);
    assert_eq!(difference(found, found), "");
}
