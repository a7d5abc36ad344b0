//! A temporary directory of a cluster or of a demo: removed with it, or, where its process was killed
//! and could not, by the next of the same purpose that starts on this machine.
//!
//! It must not remove a directory whose process lives: a lock on a file in it tells, which the
//! system lets go when that process ends, however it ends.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use anyhow::Context as _;
use tempfile::TempDir;

/// The file that is locked as long as the directory is in use.
const OWNER: &str = "owner";

/// A directory of ours, locked.
#[derive(Debug)]
pub(crate) struct Directory {
    // Dropped in this order: a directory that is half removed must not look abandoned.
    directory: TempDir,
    _owner: File,
}

impl Directory {
    /// Makes one whose name says what it is for, and removes those that were left behind.
    pub(crate) fn make(purpose: &str) -> anyhow::Result<Self> {
        let (parent, prefix) = (std::env::temp_dir(), format!("tarnfui-{purpose}-"));
        remove_abandoned(&parent, &prefix);
        Self::make_in(&parent, &prefix).with_context(|| format!("make a directory {prefix}*"))
    }

    fn make_in(parent: &Path, prefix: &str) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix(prefix).tempdir_in(parent)?;
        // Locked before it bears its name, so that nobody finds it unlocked.
        let nameless = directory.path().join("owner.part");
        let owner = File::create(&nameless)?;
        owner.lock()?;
        fs::rename(nameless, directory.path().join(OWNER))?;
        Ok(Self {
            directory,
            _owner: owner,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// Removes what was left behind. What cannot be removed, another user's for one, stays: it is in
/// nobody's way.
fn remove_abandoned(parent: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(prefix);
        if ours && is_abandoned(&entry.path()) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

fn is_abandoned(directory: &Path) -> bool {
    File::open(directory.join(OWNER)).is_ok_and(|owner| owner.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_holds_is_removed() {
        let parent = tempfile::tempdir().unwrap();
        let mine = Directory::make_in(parent.path(), "tarnfui-testbed-").unwrap();
        let abandoned = parent.path().join("tarnfui-testbed-abandoned");
        let unborn = parent.path().join("tarnfui-testbed-unborn");
        let foreign = parent.path().join("something-else");
        for directory in [&abandoned, &unborn, &foreign] {
            fs::create_dir(directory).unwrap();
        }
        for directory in [&abandoned, &foreign] {
            fs::write(directory.join(OWNER), "").unwrap();
        }

        remove_abandoned(parent.path(), "tarnfui-testbed-");
        assert!(mine.path().exists());
        assert!(!abandoned.exists());
        assert!(unborn.exists(), "it is being made right now");
        assert!(foreign.exists());
    }
}
