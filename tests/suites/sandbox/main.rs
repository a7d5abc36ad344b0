//! The real kubectl on the sandbox: what people type, and what they read.
//!
//! Each text beside this file is a session on a sandbox of its own, in which time stands still and
//! everything that a cluster does by itself is done at once. Its notation is in `session.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Options, Tool};

mod cluster;
mod session;

use cluster::Cluster;
use session::Session;

/// Where the sessions are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/suites/sandbox");

/// Set, this makes a run write what kubectl says into the sessions, instead of comparing.
const BLESS: &str = "TARNFUI_BLESS";

fn main() -> ExitCode {
    let mut suite = Suite::new(Options::default());
    for path in sessions().expect("the sessions are beside this suite") {
        let name = path.file_stem().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        suite = suite.blocking(&name, move |testbed| play(&path, testbed));
    }
    suite.run()
}

fn sessions() -> std::io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(FOLDER)?.collect::<Result<Vec<_>, _>>()?;
    let mut paths: Vec<_> = entries.iter().map(fs::DirEntry::path).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "txt"));
    paths.sort();
    Ok(paths)
}

fn play(path: &Path, testbed: &Testbed) -> anyhow::Result<()> {
    let text = fs::read_to_string(path)?;
    let mut session = Session::read(&text)?;
    let cluster = Cluster::start(testbed.tools().path(Tool::Kubectl))?;
    let differences = session.play(&cluster)?;
    if std::env::var_os(BLESS).is_some() {
        fs::write(path, session.to_text()).context("write the session")?;
    } else {
        anyhow::ensure!(differences.is_empty(), "{}", differences.join("\n"));
    }
    cluster.check()
}
