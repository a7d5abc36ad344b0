//! Which files a person means who names a file or a directory.

use std::path::{Path, PathBuf};

use super::ManifestError;

/// The most files of one run: a large repository of manifests has some thousands.
const MAX_FILES: usize = 20_000;

/// How deep directories are walked: links that lead in a circle end here.
const MAX_DEPTH: usize = 32;

/// How a file of manifests ends.
const ENDINGS: &[&str] = &["yaml", "yml", "json"];

/// The files that are meant, in order: of a directory those that end in `.yaml`, `.yml` or `.json`,
/// and those of its directories but hidden ones; of anything else itself.
pub(super) fn named(path: &Path) -> Result<Vec<PathBuf>, ManifestError> {
    if path.as_os_str() == "-" || !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    walk(path, 0, &mut found)?;
    if found.is_empty() {
        return Err(ManifestError::NoFile {
            path: path.to_owned(),
        });
    }
    Ok(found)
}

fn walk(directory: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), ManifestError> {
    let unreadable = |source| ManifestError::Unreadable {
        path: directory.to_owned(),
        source,
    };
    let entries = std::fs::read_dir(directory).map_err(unreadable)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    paths.sort();
    for path in paths {
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_hidden {
            continue;
        }
        if path.is_dir() {
            if depth < MAX_DEPTH {
                walk(&path, depth + 1, found)?;
            }
        } else if is_manifest(&path) {
            found.push(path);
        }
        if found.len() > MAX_FILES {
            return Err(ManifestError::TooMany {
                path: directory.to_owned(),
                limit: MAX_FILES,
            });
        }
    }
    Ok(())
}

fn is_manifest(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}
