//! The real kubectl on the sandbox, and the plugin by it: what people type, and what they read.
//!
//! Each text beside this file and in `plugin/` is a session on a sandbox of its own, in which time
//! stands still and everything that a cluster does by itself is done at once. Its notation is in
//! `session.rs`. What is typed in `plugin/` is about the objects in the manifests there, and every
//! verb that the plugin has is typed at least once.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use clap::CommandFactory as _;
use kubectl_tarnfui::args::Cli;
use tarnfui_tests::multicall::Role;
use tarnfui_tests::roles;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Options, Tool};

mod cluster;
mod session;

use cluster::Cluster;
use session::Session;

/// Where the sessions are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/suites/sandbox");

/// Those of the plugin, within that.
const PLUGIN: &str = "plugin";

/// Set, this makes a run write what kubectl says into the sessions, instead of comparing.
const BLESS: &str = "TARNFUI_BLESS";

const ROLES: &[Role] = &[roles::PLUGIN, roles::COMPLETER];

fn main() -> ExitCode {
    let mut suite = Suite::new(Options::default()).roles(ROLES);
    for (prefix, folder) in [("", folder("")), ("plugin ", folder(PLUGIN))] {
        for path in sessions(&folder).expect("the sessions are beside this suite") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let name = format!("{prefix}{name}");
            suite = suite.blocking(&name, move |testbed| play(&path, testbed));
        }
    }
    suite
        .anywhere("every verb of the plugin is in a session", async || {
            every_verb()
        })
        .run()
}

fn folder(within: &str) -> PathBuf {
    Path::new(FOLDER).join(within)
}

fn sessions(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut paths: Vec<_> = entries.iter().map(fs::DirEntry::path).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "txt"));
    paths.sort();
    Ok(paths)
}

fn play(path: &Path, testbed: &Testbed) -> anyhow::Result<()> {
    let text = fs::read_to_string(path)?;
    let mut session = Session::read(&text)?;
    let folder = path.parent().context("a session lies in a folder")?;
    let cluster = Cluster::start(testbed.tools().path(Tool::Kubectl), folder)?;
    let differences = session.play(&cluster)?;
    if std::env::var_os(BLESS).is_some() {
        fs::write(path, session.to_text()).context("write the session")?;
    } else {
        ensure!(differences.is_empty(), "{}", differences.join("\n"));
    }
    cluster.check()
}

/// The verbs are those of the plugin's own definition, so a new one is missed here by itself.
fn every_verb() -> anyhow::Result<()> {
    let mut typed = BTreeSet::new();
    for path in sessions(&folder(PLUGIN))? {
        let session = Session::read(&fs::read_to_string(path)?)?;
        typed.extend(session.verbs().map(str::to_owned));
    }
    let cli = Cli::command();
    let verbs = cli.get_subcommands().map(clap::Command::get_name);
    let missing: Vec<&str> = verbs.filter(|it| !typed.contains(*it)).collect();
    ensure!(missing.is_empty(), "in no session: {}", missing.join(", "));
    Ok(())
}
