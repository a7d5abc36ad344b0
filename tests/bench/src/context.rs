//! What every bench is given: the programs to measure, how large to be, and where results go.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tarnfui_tests::controllers::AHEAD;
use tarnfui_tests::testbed::{Program, Tools};

use crate::limits::{self, Limits};

/// How large the populations are, and how long things are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As the figures are published.
    Full,
    /// So small that all benches together take a minute: they work, and say nothing.
    Smoke,
}

impl Scale {
    /// The one or the other.
    pub fn pick<T>(self, full: T, smoke: T) -> T {
        match self {
            Self::Full => full,
            Self::Smoke => smoke,
        }
    }
}

/// The programs that are measured.
#[derive(Debug, Clone)]
pub struct Programs {
    /// The controller.
    pub controller: PathBuf,
    /// The plugin.
    pub plugin: PathBuf,
    /// How far the controller's clock is ahead of the machine's. Only that of a test binary ever is:
    /// then what was just made is old enough to be put to sleep.
    pub ahead: Duration,
    /// What limits the controllers, or why nothing does.
    limits: Result<Arc<Limits>, String>,
}

impl Programs {
    /// Released ones, which know no clock but the machine's.
    pub fn released(controller: &Path, plugin: &Path) -> anyhow::Result<Self> {
        let absolute = |path: &Path| {
            std::path::absolute(path)
                .ok()
                .filter(|path| path.is_file())
                .with_context(|| format!("there is no {}; hint: just bench", path.display()))
        };
        Ok(Self {
            controller: absolute(controller)?,
            plugin: absolute(plugin)?,
            ahead: Duration::ZERO,
            limits: Limits::here()
                .map(Arc::new)
                .map_err(|error| format!("{error:#}")),
        })
    }

    /// The roles of a test binary, by the links in `directory`.
    pub fn roles(directory: &Path) -> Self {
        Self {
            controller: directory.join(tarnfui_tests::roles::CONTROLLER.0),
            plugin: directory.join(tarnfui_tests::roles::PLUGIN.0),
            ahead: AHEAD,
            limits: Err("it is no released program".to_owned()),
        }
    }

    /// The controller as a process that knows its cluster by `kubeconfig`.
    pub fn controller(&self, name: &str, kubeconfig: &Path) -> anyhow::Result<Program> {
        let seconds = self.ahead.as_secs().to_string();
        let program = match &self.limits {
            Err(_) => Program::new(name, &self.controller),
            // From its first page on, which it would not be if we put it there once it runs.
            Ok(limits) => Program::new(name, "/bin/sh").arguments([
                "-c".as_ref(),
                limits::ENTER.as_ref(),
                limits.group(name)?.as_os_str(),
                self.controller.as_os_str(),
            ]),
        };
        Ok(program
            .variable("KUBECONFIG", kubeconfig)
            .variable(tarnfui_tests::roles::CLOCK_AHEAD, seconds))
    }

    /// What limits the controllers, in words.
    pub fn limit(&self) -> String {
        match &self.limits {
            Ok(_) => format!(
                "each controller limited to {} MiB by cgroup",
                limits::MEMORY_BYTES >> 20
            ),
            Err(why) => format!("controllers not limited: {why}"),
        }
    }
}

/// What every bench is given.
#[derive(Debug, Clone)]
pub struct Context {
    /// What is measured.
    pub programs: Programs,
    /// How large.
    pub scale: Scale,
    /// The programs of a real control plane.
    pub tools: Tools,
}
