//! Builds programs into the cache: one directory per module and its pins, one file per program.
//!
//! A program appears under its name only when it is whole (written aside, then renamed), and one
//! process builds at a time (a file lock), so that a build that was interrupted is simply repeated.
//! It must not touch the checkout: the modules are copied, and Go may not change them
//! (`-mod=readonly`).

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use super::recipe::{KWOK, Module, Recipe, STAGES, STAGES_MODULE, Tool};
use super::{GO_NEEDED, Missing, ToolsError};
use crate::testbed::say;

/// Lines of Go's output shown when a program does not build.
const OUTPUT_LINES: usize = 20;

/// `$TARNFUI_CACHE`, else `tarnfui` in the user's cache directory.
pub(super) fn cache_directory() -> Result<PathBuf, ToolsError> {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("TARNFUI_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|directory| directory.join("tarnfui")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/tarnfui")))
        .ok_or(ToolsError::NoCacheDirectory)
}

pub(super) fn program_path(cache: &Path, recipe: &Recipe) -> PathBuf {
    module_directory(cache, recipe.module).join(recipe.tool.name())
}

pub(super) fn stages_path(cache: &Path) -> PathBuf {
    module_directory(cache, &KWOK).join("stages")
}

/// Whether a program, and what it needs beside it, is in the cache.
pub(super) fn is_complete(cache: &Path, recipe: &Recipe) -> bool {
    program_path(cache, recipe).is_file()
        && (recipe.tool != Tool::Kwok || stages_path(cache).is_dir())
}

/// Builds what is absent, unless another process was quicker.
pub(super) fn build(cache: &Path, absent: &[Recipe]) -> Result<(), ToolsError> {
    let first = absent.first().map_or(Tool::Etcd, |recipe| recipe.tool);
    check_go(first)?;
    fs::create_dir_all(cache).map_err(|source| at(cache, source))?;
    let _lock = lock(&cache.join("lock"))?;
    for recipe in absent {
        if !is_complete(cache, recipe) {
            build_one(cache, recipe)?;
        }
    }
    Ok(())
}

fn build_one(cache: &Path, recipe: &Recipe) -> Result<(), ToolsError> {
    let name = recipe.tool.name();
    let started = Instant::now();
    say(&format!(
        "building {name} {} from source, once; about {} on two cores ...",
        recipe.module.version, recipe.takes
    ));
    let source = write_source(cache, recipe.module)?;
    // Downloading first tells "not online" from "does not compile".
    let fetched = go(&source, &["list", "-deps", "-f", "", recipe.package])?;
    if !fetched.status.success() {
        let detail = last_lines(&fetched.stderr, 1);
        return Err(ToolsError::Missing(Missing::Unreachable {
            tool: recipe.tool,
            detail,
        }));
    }
    let program = program_path(cache, recipe);
    let aside = program.with_file_name(format!("{name}.building"));
    let aside_text = aside.display().to_string();
    let link = ["-ldflags", recipe.module.link];
    let arguments = [
        "build",
        "-trimpath",
        "-o",
        &aside_text,
        link[0],
        link[1],
        recipe.package,
    ];
    let built = go(&source, &arguments)?;
    if !built.status.success() {
        let output = last_lines(&built.stderr, OUTPUT_LINES);
        return Err(ToolsError::Build {
            tool: recipe.tool,
            output,
        });
    }
    if recipe.tool == Tool::Kwok {
        copy_stages(&source, &stages_path(cache))?;
    }
    fs::rename(&aside, &program).map_err(|source| at(&program, source))?;
    say(&format!(
        "built {name} in {} s",
        started.elapsed().as_secs()
    ));
    Ok(())
}

/// Copies KWOK's stages out of Go's module cache, which may be emptied any time.
fn copy_stages(source: &Path, stages: &Path) -> Result<(), ToolsError> {
    let found = go(source, &["list", "-m", "-f", "{{.Dir}}", STAGES_MODULE])?;
    let module = PathBuf::from(String::from_utf8_lossy(&found.stdout).trim());
    let aside = stages.with_extension("building");
    drop(fs::remove_dir_all(&aside));
    fs::create_dir_all(&aside).map_err(|source| at(&aside, source))?;
    for path in STAGES {
        let from = module.join(path);
        let to = aside.join(from.file_name().expect("the table holds paths of files"));
        // Read and written, not copied: files of the module cache are read-only.
        let text = fs::read(&from).map_err(|source| at(&from, source))?;
        fs::write(&to, text).map_err(|source| at(&to, source))?;
    }
    drop(fs::remove_dir_all(stages));
    fs::rename(&aside, stages).map_err(|source| at(stages, source))
}

fn write_source(cache: &Path, module: &Module) -> Result<PathBuf, ToolsError> {
    let directory = module_directory(cache, module).join("source");
    fs::create_dir_all(&directory).map_err(|source| at(&directory, source))?;
    for (name, text) in module.files {
        let path = directory.join(name);
        fs::write(&path, text).map_err(|source| at(&path, source))?;
    }
    Ok(directory)
}

/// Waits for the lock, and says so if another process holds it. It is released when the file is
/// closed, by a crash too.
fn lock(path: &Path) -> Result<File, ToolsError> {
    let file = File::create(path).map_err(|source| at(path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            say("another process is building the tools; waiting for it ...");
            file.lock().map_err(|source| at(path, source))?;
            Ok(file)
        }
        Err(TryLockError::Error(source)) => Err(at(path, source)),
    }
}

fn check_go(tool: Tool) -> Result<(), ToolsError> {
    let output = go(Path::new("."), &["env", "GOVERSION"])
        .ok()
        .filter(|output| output.status.success())
        .ok_or(ToolsError::Missing(Missing::NoGo { tool }))?;
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match go_version(&found) {
        Some(version) if version < GO_NEEDED => Err(ToolsError::Missing(Missing::OldGo { found })),
        // A version that says nothing of the kind is a development version: let it try.
        Some(_) | None => Ok(()),
    }
}

/// `go1.26.8` is 1.26.
fn go_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix("go")?.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts
        .next()?
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()?;
    Some((major, minor))
}

/// Runs Go in `directory`, with nothing of the user's settings that could change what is built. The
/// settings of *where from* (GOPROXY and its like) are the user's.
fn go(directory: &Path, arguments: &[&str]) -> Result<Output, ToolsError> {
    Command::new("go")
        .args(arguments)
        .current_dir(directory)
        .env("GOFLAGS", "-mod=readonly")
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off")
        // Static programs, and no C compiler needed.
        .env("CGO_ENABLED", "0")
        .stdin(Stdio::null())
        .output()
        .map_err(|source| at(Path::new("go"), source))
}

/// One directory per module, its pins and how it is built: to change any of them is to build anew,
/// and checkouts that differ in them share a cache without quarrel.
fn module_directory(cache: &Path, module: &Module) -> PathBuf {
    let machine = [std::env::consts::OS, std::env::consts::ARCH, module.link];
    let files = module.files.iter().flat_map(|(name, text)| [*name, *text]);
    let digest = fingerprint(machine.into_iter().chain(files));
    cache.join(format!("{}-{}-{digest:016x}", module.name, module.version))
}

/// FNV-1a. It names directories and guards nothing; std's hasher may change between releases of
/// Rust, which would build everything anew for no reason.
fn fingerprint<'a>(parts: impl Iterator<Item = &'a str>) -> u64 {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    // A byte that is in no text ends each part, so that parts cannot run together.
    let bytes = parts.flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(START, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    })
}

fn last_lines(output: &[u8], count: usize) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn at(path: &Path, source: io::Error) -> ToolsError {
    ToolsError::Cache {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_go() {
        assert_eq!(go_version("go1.26.8"), Some((1, 26)));
        assert_eq!(go_version("go1.27rc1"), Some((1, 27)));
        assert_eq!(go_version("devel go1.27-abc"), None);
    }

    #[test]
    fn a_fingerprint_sees_where_parts_end() {
        let of = |parts: &[&'static str]| fingerprint(parts.iter().copied());
        assert_eq!(of(&["go.mod", "x"]), of(&["go.mod", "x"]));
        assert_ne!(of(&["go.mod", "x"]), of(&["go.modx", ""]));
    }
}
