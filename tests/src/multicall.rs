//! One binary, several programs: a test binary re-executes itself under another name to play the
//! controller or the plugin in a process of its own.
//!
//! A process of its own, because signals, exit codes and what is written to stdout are part of what
//! is tested; the same binary, because then `cargo test` alone builds all there is to run.
//! It must not know the programs: the caller brings a table of names and functions.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// A name, and what runs when the binary is started under it. Arguments are those of the process.
pub type Role = (&'static str, fn() -> ExitCode);

/// Runs the role this process was started as, or returns `None` if it was started as itself.
///
/// To be called first in `main`, before anything is printed or any thread is started:
///
/// ```
/// use std::process::ExitCode;
/// use tarnfui_tests::multicall::{self, Role};
///
/// const ROLES: &[Role] = &[("tarnfui-controller", || ExitCode::SUCCESS)];
///
/// // Started under its own name, so there is no role to play.
/// assert_eq!(multicall::dispatch(ROLES), None);
/// ```
pub fn dispatch(roles: &[Role]) -> Option<ExitCode> {
    let started_as = std::env::args_os().next()?;
    let name = Path::new(&started_as).file_name()?;
    role_named(roles, name).map(|run| run())
}

/// Puts a symbolic link to this binary into `directory` for each role, so that starting the link
/// starts the role, and kubectl finds a plugin among them when `directory` is on its `PATH`.
///
/// A link that is there already is left alone: trials share a cluster and its directory.
pub fn link(directory: &Path, roles: &[Role]) -> io::Result<()> {
    let binary = std::env::current_exe()?;
    for (name, _) in roles {
        match std::os::unix::fs::symlink(&binary, directory.join(name)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn role_named(roles: &[Role], name: &OsStr) -> Option<fn() -> ExitCode> {
    roles
        .iter()
        .find(|(role, _)| name == *role)
        .map(|(_, run)| *run)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: &[Role] = &[
        ("tarnfui-controller", || ExitCode::SUCCESS),
        ("kubectl-tarnfui", || ExitCode::FAILURE),
    ];

    #[test]
    fn a_role_is_found_by_its_whole_name() {
        assert!(role_named(ROLES, OsStr::new("kubectl-tarnfui")).is_some());
        assert!(role_named(ROLES, OsStr::new("kubectl")).is_none());
        assert!(role_named(ROLES, OsStr::new("conformance-0123abcd")).is_none());
    }

    #[test]
    fn links_may_be_made_twice() {
        let directory = tempfile::tempdir().unwrap();
        link(directory.path(), ROLES).unwrap();
        link(directory.path(), ROLES).unwrap();
        let target = std::fs::read_link(directory.path().join("kubectl-tarnfui")).unwrap();
        assert_eq!(target, std::env::current_exe().unwrap());
    }
}
