//! The programs the testbed runs, and how they are had: from the cache, from `KUBEBUILDER_ASSETS`,
//! or built from Go modules, once.
//!
//! "Cannot be had here" ([`Missing`]) is told apart from "something is broken": the first lets a
//! person without Go run every other test, the second must never look like the first.
//! It must not download binaries: what runs is what `go.sum` says.

mod build;
mod recipe;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use recipe::Recipe;
pub use recipe::Tool;

/// The version of Go that the modules under `testbed/` ask for.
const GO_NEEDED: (u32, u32) = (1, 26);

/// Where each program lies on this machine.
#[derive(Debug, Clone)]
pub struct Tools {
    /// In the order of [`Tool::ALL`].
    programs: Vec<PathBuf>,
    stages: PathBuf,
}

impl Tools {
    /// Finds every program, building those that are neither in `KUBEBUILDER_ASSETS` nor in the
    /// cache. The first time this takes minutes, and says so on stderr; later it is a few file
    /// look-ups.
    ///
    /// Processes may call this at the same time: one builds, the others wait.
    pub fn obtain() -> Result<Self, ToolsError> {
        let assets = std::env::var_os("KUBEBUILDER_ASSETS")
            .filter(|directory| !directory.is_empty())
            .map(PathBuf::from);
        Self::obtain_with(&build::cache_directory()?, assets.as_deref())
    }

    fn obtain_with(cache: &Path, assets: Option<&Path>) -> Result<Self, ToolsError> {
        let mut programs = Vec::new();
        let mut absent = Vec::new();
        for tool in Tool::ALL {
            let recipe = Recipe::of(tool);
            if let Some(directory) = assets.filter(|_| recipe.in_assets) {
                programs.push(in_assets(directory, tool)?);
                continue;
            }
            programs.push(build::program_path(cache, &recipe));
            if !build::is_complete(cache, &recipe) {
                absent.push(recipe);
            }
        }
        if !absent.is_empty() {
            build::build(cache, &absent)?;
        }
        Ok(Self {
            programs,
            stages: build::stages_path(cache),
        })
    }

    /// The path of a program.
    pub fn path(&self, tool: Tool) -> &Path {
        &self.programs[tool as usize]
    }

    /// The directory that holds the files telling KWOK how nodes and pods come and go.
    pub(crate) fn stages(&self) -> &Path {
        &self.stages
    }
}

fn in_assets(directory: &Path, tool: Tool) -> Result<PathBuf, ToolsError> {
    let path = directory.join(tool.name());
    if path.is_file() {
        return Ok(path);
    }
    Err(ToolsError::NotInAssets {
        directory: directory.to_owned(),
        tool,
    })
}

/// Why the tools cannot be had on this machine: nothing is broken, something is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// A program is not in the cache and there is no Go to build it with.
    NoGo {
        /// The first program that is missing.
        tool: Tool,
    },
    /// There is a Go, but too old a one.
    OldGo {
        /// What it says of itself, such as `go1.22.1`.
        found: String,
    },
    /// The source of a program could not be downloaded.
    Unreachable {
        /// The program.
        tool: Tool,
        /// The last line Go said about it.
        detail: String,
    },
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = GO_NEEDED;
        match self {
            Self::NoGo { tool } => write!(
                f,
                "{} is not built yet and there is no Go; hint: install Go {major}.{minor} or later",
                tool.name()
            ),
            Self::OldGo { found } => write!(
                f,
                "{found} is too old to build the testbed; hint: install Go {major}.{minor} or later"
            ),
            Self::Unreachable { tool, detail } => write!(
                f,
                "the source of {} cannot be downloaded ({detail}); hint: go online once, or set \
                 GOPROXY",
                tool.name()
            ),
        }
    }
}

/// Why there are no tools.
#[derive(Debug)]
pub enum ToolsError {
    /// They cannot be had on this machine.
    Missing(Missing),
    /// `KUBEBUILDER_ASSETS` is set, but a program is not in it.
    NotInAssets {
        /// Its value.
        directory: PathBuf,
        /// The program that is not there.
        tool: Tool,
    },
    /// A program does not compile.
    Build {
        /// The program.
        tool: Tool,
        /// The last lines Go said about it.
        output: String,
    },
    /// The cache cannot be read or written.
    Cache {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Neither `TARNFUI_CACHE` nor `XDG_CACHE_HOME` nor `HOME` is set.
    NoCacheDirectory,
}

impl fmt::Display for ToolsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(missing) => missing.fmt(f),
            Self::NotInAssets { directory, tool } => write!(
                f,
                "KUBEBUILDER_ASSETS is {}, which holds no {}; hint: unset it to build one",
                directory.display(),
                tool.name()
            ),
            Self::Build { tool, output } => {
                write!(f, "{} does not build:\n{output}", tool.name())
            }
            Self::Cache { path, .. } => {
                write!(
                    f,
                    "the cache of built tools cannot be used at {}",
                    path.display()
                )
            }
            Self::NoCacheDirectory => {
                f.write_str("there is no place for built tools; hint: set TARNFUI_CACHE")
            }
        }
    }
}

impl std::error::Error for ToolsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Cache { source, .. } => Some(source),
            Self::Missing(_)
            | Self::NotInAssets { .. }
            | Self::Build { .. }
            | Self::NoCacheDirectory => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_used_in_place_and_their_gaps_are_told() {
        let assets = tempfile::tempdir().unwrap();
        std::fs::write(assets.path().join("etcd"), "").unwrap();
        assert_eq!(
            in_assets(assets.path(), Tool::Etcd).unwrap(),
            assets.path().join("etcd")
        );
        let error = in_assets(assets.path(), Tool::ApiServer).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("holds no kube-apiserver; hint: unset it to build one")
        );
    }

    #[test]
    fn every_reason_is_one_line_with_a_hint() {
        let reasons = [
            Missing::NoGo { tool: Tool::Etcd },
            Missing::OldGo {
                found: "go1.22.1".to_owned(),
            },
            Missing::Unreachable {
                tool: Tool::Kwok,
                detail: "no such host".to_owned(),
            },
        ];
        for reason in reasons {
            let text = reason.to_string();
            assert!(text.contains("; hint: ") && !text.contains('\n'), "{text}");
        }
    }
}
