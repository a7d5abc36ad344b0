//! The bans of `clippy.toml` hold: each fires on a project that breaks them all, and nothing else.
//!
//! A ban on a path that is misspelt, or that a new version of a crate has moved, is silent; this is
//! where it is noticed. Needs clippy, and no network.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const BANS: &str = include_str!("../clippy.toml");
const BREAKS_THEM: &str = include_str!("../bans/src/lib.rs");

/// The lines of the project that end in a marker, counted from 1.
fn marked() -> BTreeSet<usize> {
    let lines = BREAKS_THEM.lines().enumerate();
    let marked = lines.filter(|(_, line)| line.ends_with("// banned"));
    marked.map(|(index, _)| index + 1).collect()
}

/// The paths that are banned.
fn banned() -> BTreeSet<&'static str> {
    let rows = BANS.lines().filter_map(|line| {
        line.trim_start()
            .strip_prefix("{ path = \"")?
            .split_once('"')
    });
    rows.map(|(path, _)| path).collect()
}

/// What clippy says about the project, one fault a line.
#[expect(
    clippy::disallowed_methods,
    reason = "asks clippy, which is another program; the core itself runs none"
)]
fn clippy() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO"))
        .args(["clippy", "--offline", "--locked", "--message-format=short"])
        .arg("--manifest-path")
        .arg(root.join("bans/Cargo.toml"))
        .arg("--target-dir")
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("bans"))
        .env("CLIPPY_CONF_DIR", root)
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs: it runs this test");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "clippy can't be asked:\n{said}");
    said
}

#[test]
fn every_ban_fires_and_nothing_else_does() {
    let said = clippy();
    let mut lines = BTreeSet::new();
    let mut paths = BTreeSet::new();
    for report in said
        .lines()
        .filter_map(|line| line.strip_prefix("src/lib.rs:"))
    {
        let (line, _) = report.split_once(':').expect("a line and a column");
        lines.insert(line.parse().expect("the number of a line"));
        let quoted = report.split('`').nth(1);
        paths.insert(quoted.unwrap_or(report));
    }
    assert_eq!(lines, marked(), "lines that are reported, and marked lines");
    assert_eq!(
        paths,
        banned(),
        "what is reported, and what clippy.toml bans"
    );
    assert!(!said.contains("does not refer to"), "{said}");
}
