//! Which files are meant: those named, and those in directories named.
//!
//! Links within a directory are not followed: one that stays inside leads to what is found anyway,
//! one that leaves it to what nobody named, and one that goes round to no end. Hidden names are what tools keep for
//! themselves, templates among it.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::Hinted;

/// What a manifest's name ends with.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The most files: a repository of a thousand services with ten files each.
pub(super) const MAX_FILES: usize = 10_000;

/// The most names that are looked at on the way: somebody named `/`, or a folder of packages.
pub(super) const MAX_ENTRIES: usize = 200_000;

/// How deep directories are followed: nobody nests manifests half as deep.
pub(super) const MAX_DEPTH: usize = 32;

/// Why the files can't be told.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// It can't be read.
    #[error("reading {}", .path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There are too many.
    #[error("more than {} in {}", .what, .path.display())]
    TooMany {
        /// The directory that was named.
        path: PathBuf,
        /// How many of what are allowed.
        what: String,
    },
    /// There is none.
    #[error("no *.yaml, *.yml or *.json in {}", .path.display())]
    None {
        /// The directory that was named.
        path: PathBuf,
    },
}

impl Hinted for WalkError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable { .. } => {
                "name a file or directory that can be read, or - for standard input".into()
            }
            Self::TooMany { .. } => "name a directory further down: -f DIR".into(),
            Self::None { .. } => "name a directory that has manifests: -f DIR".into(),
        })
    }
}

/// The files that `named` stands for, in order: itself, or those below it.
pub fn walk(named: &Path) -> Result<Vec<PathBuf>, WalkError> {
    if named == Path::new("-") {
        return Ok(vec![named.to_owned()]);
    }
    let metadata = std::fs::metadata(named).map_err(|source| WalkError::Unreadable {
        path: named.to_owned(),
        source,
    })?;
    if !metadata.is_dir() {
        return Ok(vec![named.to_owned()]);
    }
    let mut walk = Walk {
        named,
        files: Vec::new(),
        entries: 0,
    };
    walk.directory(named, 0)?;
    if walk.files.is_empty() {
        return Err(WalkError::None {
            path: named.to_owned(),
        });
    }
    Ok(walk.files)
}

struct Walk<'a> {
    named: &'a Path,
    files: Vec<PathBuf>,
    entries: usize,
}

impl Walk<'_> {
    /// Adds the files below `directory`. Names are sorted one directory at a time, so that what is
    /// shown is in the order of a listing.
    fn directory(&mut self, directory: &Path, depth: usize) -> Result<(), WalkError> {
        if depth > MAX_DEPTH {
            return Err(self.too_many(format!("{MAX_DEPTH} directories within each other")));
        }
        let unreadable = |source| WalkError::Unreadable {
            path: directory.to_owned(),
            source,
        };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(directory).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return Err(self.too_many(format!("{MAX_ENTRIES} names")));
            }
            let kind = entry.file_type().map_err(unreadable)?;
            let path = entry.path();
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !is_hidden && (kind.is_dir() || (kind.is_file() && is_manifest(&path))) {
                found.push((path, kind.is_dir()));
            }
        }
        found.sort();
        for (path, is_directory) in found {
            if is_directory {
                self.directory(&path, depth + 1)?;
                continue;
            }
            if self.files.len() == MAX_FILES {
                return Err(self.too_many(format!("{MAX_FILES} files")));
            }
            self.files.push(path);
        }
        Ok(())
    }

    fn too_many(&self, what: String) -> WalkError {
        WalkError::TooMany {
            path: self.named.to_owned(),
            what,
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    let ending = path.extension().and_then(|it| it.to_str());
    ending.is_some_and(|it| ENDINGS.iter().any(|ours| ours.eq_ignore_ascii_case(it)))
}

#[cfg(test)]
mod tests;
