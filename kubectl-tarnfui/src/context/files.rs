//! Which kubeconfig files there are, and what they say together. They are never written.

use std::env;
use std::path::{Path, PathBuf};

use kube::config::{Kubeconfig, KubeconfigError};

use super::ContextError;
use crate::error::one_line;

/// What the files say; none where none of the usual ones exists.
pub(super) fn read(named: Option<&Path>) -> Result<Option<Kubeconfig>, ContextError> {
    match named {
        Some(path) if !path.exists() => Err(ContextError::NoFile {
            path: path.to_owned(),
        }),
        Some(path) => read_one(path).map(Some),
        None => read_all(&usual()),
    }
}

/// What the files say together, the first to say something winning. One that does not exist is
/// passed over, as kubectl does; none where none exists.
pub(super) fn read_all(paths: &[PathBuf]) -> Result<Option<Kubeconfig>, ContextError> {
    let mut merged = None;
    for path in paths.iter().filter(|path| path.exists()) {
        let so_far = merged.unwrap_or_else(Kubeconfig::default);
        let next = so_far.merge(read_one(path)?);
        merged = Some(next.map_err(|error| unreadable(path, &error))?);
    }
    Ok(merged)
}

/// Where files are looked for when none is named.
pub(super) fn usual() -> Vec<PathBuf> {
    let listed = env::var_os("KUBECONFIG").unwrap_or_default();
    let listed: Vec<PathBuf> = env::split_paths(&listed)
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    match env::home_dir() {
        Some(home) if listed.is_empty() => vec![home.join(".kube").join("config")],
        Some(_) | None => listed,
    }
}

fn read_one(path: &Path) -> Result<Kubeconfig, ContextError> {
    Kubeconfig::read_from(path).map_err(|error| unreadable(path, &error))
}

/// Only the first line of a reader's complaint: the rest is an excerpt of the file, which may hold
/// a token.
fn unreadable(path: &Path, error: &KubeconfigError) -> ContextError {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    ContextError::UnreadableFile {
        path: path.to_owned(),
        cause: one_line(first),
    }
}
