//! Behaviours of the API, written down once and asked of every server that claims to be one: the
//! real kube-apiserver, and the sandbox.
//!
//! A behaviour is a file in `conformance/`: requests, and below each the answer that the *real*
//! server gave. An answer that differs fails, whoever gives it. The notation is explained in
//! `conformance/README.md`.
//!
//! It must not know which server it asks, but for where clients come from ([`Server`]); and it
//! speaks HTTP with bytes, so that nothing is repaired by a typed client in between.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::controllers::ACCOUNT;
use crate::testbed::Cluster;
use tarnfui_sandbox::door::Sandbox;

pub mod coverage;
mod drive;
mod names;
pub mod sandbox;
mod show;
mod text;
mod watch;

use coverage::Kind;
use drive::Driver;
use text::Case;

/// What makes a real server forget old versions within seconds, where a file says `FORGET`: etcd is
/// compacted at once and not after five minutes, and lists are not answered from what the API server
/// itself still remembers.
pub const FORGETFUL: [&str; 2] = [
    "--etcd-compaction-interval=1s",
    "--feature-gates=ListFromCacheSnapshot=false",
];

/// Set, this makes a run write what the real server answers into the files, instead of comparing.
pub const BLESS: &str = "TARNFUI_BLESS";

/// Where the files are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance");

/// What the files call the controller's account.
const CONTROLLER: &str = "controller";

/// Differences that are told of one file: what follows is mostly a consequence.
const MAX_TOLD: usize = 8;

/// What is asked: something that gives a client for a user.
#[derive(Clone, Copy)]
pub enum Server<'a> {
    /// A cluster of the testbed.
    Real(&'a Cluster),
    /// The sandbox.
    Sandbox(&'a Sandbox),
}

impl Server<'_> {
    /// A client of the user that the files call so: `admin`, `controller`, or any that the server
    /// was started with.
    async fn client(self, user: &str) -> anyhow::Result<kube::Client> {
        let user = if user == CONTROLLER { ACCOUNT } else { user };
        match self {
            Self::Real(cluster) => {
                let mut config = cluster.client_config(user).await?;
                // What a client calls itself is up to the files: it becomes the name of a manager.
                config.headers.clear();
                Ok(kube::Client::try_from(config)?)
            }
            Self::Sandbox(sandbox) => {
                let door = sandbox.door(sandbox::caller(user));
                Ok(kube::Client::new(door, "default"))
            }
        }
    }

    /// Forgets every version but those that objects have now.
    fn forget(self) {
        match self {
            // It does so by itself, see `FORGETFUL`.
            Self::Real(_) => {}
            Self::Sandbox(sandbox) => sandbox.compact(),
        }
    }

    /// Whether it is the real one, whose answers are what is expected of others.
    fn is_real(self) -> bool {
        matches!(self, Self::Real(_))
    }
}

/// A file of behaviours.
#[derive(Debug, Clone)]
pub struct File {
    path: PathBuf,
}

impl File {
    /// All of them, sorted by name.
    pub fn all() -> anyhow::Result<Vec<Self>> {
        let entries = fs::read_dir(FOLDER).with_context(|| format!("read {FOLDER}"))?;
        let mut paths = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<anyhow::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|it| it == "txt"));
        paths.sort();
        ensure!(!paths.is_empty(), "{FOLDER} holds no behaviours");
        Ok(paths.into_iter().map(|path| Self { path }).collect())
    }

    /// Its name, without the ending.
    pub fn name(&self) -> &str {
        let stem = self.path.file_stem().and_then(|stem| stem.to_str());
        stem.unwrap_or_default()
    }

    /// Whether it needs a server that nobody else asks anything: it looks at all namespaces, or
    /// makes the server forget.
    pub fn is_alone(&self) -> anyhow::Result<bool> {
        let case = self.case()?;
        Ok(case.is_alone || case.forgets())
    }

    /// Whether it makes the server forget old versions.
    pub fn forgets(&self) -> anyhow::Result<bool> {
        Ok(self.case()?.forgets())
    }

    /// Asks the server everything that is in the file, and fails where an answer differs. With
    /// [`BLESS`] the answers are written into the file.
    pub async fn run(&self, server: Server<'_>) -> anyhow::Result<()> {
        let mut case = self.case()?;
        let namespace = format!("case-{}", self.name());
        let mut driver = Driver::new(server, &namespace).await?;
        let mut told = Vec::new();
        for step in &mut case.steps {
            let place = format!("{}:{}", relative(&self.path), step.line);
            let found = driver.play(&step.act).await;
            let found = found.with_context(|| format!("{place}: {}", step.head))?;
            if !server.is_real() && sandbox::is_otherwise(self.name(), step, &found)? {
                continue;
            }
            if found != step.recorded {
                told.push(difference(&place, &step.head, &step.recorded, &found));
            }
            step.recorded = found;
        }
        if std::env::var_os(BLESS).is_some() && server.is_real() {
            fs::write(&self.path, case.to_text()).context("write the answers")?;
            return Ok(());
        }
        let more = told.len().saturating_sub(MAX_TOLD);
        told.truncate(MAX_TOLD);
        let more = (more > 0).then(|| format!("and {more} more"));
        ensure!(
            told.is_empty(),
            "answers differ\n{}",
            told.into_iter().chain(more).collect::<Vec<_>>().join("\n")
        );
        Ok(())
    }

    /// The kinds of requests that its steps make.
    fn kinds(&self) -> anyhow::Result<Vec<Kind>> {
        let case = self.case()?;
        let asks = case.steps.iter().filter_map(|step| step.act.ask());
        Ok(asks
            .map(|ask| Kind::asked(&ask.method, &ask.target))
            .collect())
    }

    fn case(&self) -> anyhow::Result<Case> {
        let text = fs::read_to_string(&self.path).context("read a file of behaviours")?;
        Case::read(&text, &relative(&self.path))
    }
}

/// What a person finds it by: the path below the package.
fn relative(path: &Path) -> String {
    let below = path.strip_prefix(env!("CARGO_MANIFEST_DIR"));
    format!("tests/{}", below.unwrap_or(path).display())
}

/// Where two answers part, line by line.
fn difference(place: &str, head: &str, expected: &[String], found: &[String]) -> String {
    let mut lines = vec![format!("{place}: {head}")];
    let gone = expected.iter().filter(|line| !found.contains(line));
    lines.extend(gone.map(|line| format!("  expected | {line}")));
    let new = found.iter().filter(|line| !expected.contains(line));
    lines.extend(new.map(|line| format!("  found    | {line}")));
    if lines.len() == 1 {
        lines.push(format!("  expected the order {expected:?}"));
        lines.push(format!("  found the order    {found:?}"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;
