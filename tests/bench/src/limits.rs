//! A limit of memory for each controller, as pods have them: by a control group, where the machine lets
//! us make one. Nobody but the controllers is limited.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

/// What a controller may have: what it allocates, and pages of files that nobody had read before.
pub const MEMORY_BYTES: u64 = 32 << 20;

/// Where the kernel shows its control groups.
const ROOT: &str = "/sys/fs/cgroup";

/// What the names of all groups of benches begin with; the id of the bench's process follows.
const PREFIX: &str = "tarnfui-bench-";

/// Puts the shell that runs it into the group whose file is its first argument, and goes on as the
/// program that the others are.
pub const ENTER: &str = r#"echo $$ > "$0" && exec "$@""#;

/// Control groups of our own, which are gone when this is dropped.
#[derive(Debug)]
pub struct Limits {
    /// The group in which ours are made.
    parent: PathBuf,
    /// The file that holds a group's limit.
    file: &'static str,
    /// The id of the process whose groups they are.
    id: u32,
}

impl Limits {
    /// Groups beside or below our own; an error where the machine has none that can be limited, or
    /// where we may not make any.
    pub fn here() -> anyhow::Result<Self> {
        let groups = fs::read_to_string("/proc/self/cgroup").context("read our control groups")?;
        Self::within(Path::new(ROOT), &groups)
    }

    /// With groups below `root`, and us in `groups`, as `/proc/self/cgroup` has them.
    fn within(root: &Path, groups: &str) -> anyhow::Result<Self> {
        let (parent, file) =
            parent(root, groups).context("there is no control group to limit memory in")?;
        let limits = Self {
            parent,
            file,
            id: std::process::id(),
        };
        limits.sweep(|id| !Path::new("/proc").join(id.to_string()).exists());
        // What can't be done is to be known before anything is measured.
        let tried = limits.group("probe").and_then(|group| enter(&group));
        limits.sweep(|id| id == limits.id);
        tried.map(|()| limits)
    }

    /// The file to which a process writes its id, so that the limit is its own from then on.
    pub fn group(&self, name: &str) -> anyhow::Result<PathBuf> {
        let group = self.parent.join(format!("{PREFIX}{}-{name}", self.id));
        match fs::create_dir(&group) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(error).with_context(|| format!("make {}", group.display()));
            }
            Ok(()) | Err(_) => {}
        }
        let limit = group.join(self.file);
        let write = fs::write(&limit, MEMORY_BYTES.to_string());
        write.with_context(|| format!("write {}", limit.display()))?;
        Ok(group.join("cgroup.procs"))
    }

    /// Takes away the groups of some benches, whose processes have ended. A group that has one all the
    /// same stays, and is taken away by the next bench.
    fn sweep(&self, is_over: impl Fn(u32) -> bool) {
        for entry in fs::read_dir(&self.parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let of = name.to_str().and_then(|name| {
                let (id, _) = name.strip_prefix(PREFIX)?.split_once('-')?;
                id.parse().ok()
            });
            if of.is_some_and(&is_over) {
                drop(fs::remove_dir(entry.path()));
            }
        }
    }
}

impl Drop for Limits {
    fn drop(&mut self) {
        self.sweep(|id| id == self.id);
    }
}

/// Tries whether a process may go into a group.
fn enter(group: &Path) -> anyhow::Result<()> {
    let tried = Command::new("/bin/sh")
        .args(["-c", ENTER])
        .arg(group)
        .arg("/bin/true")
        .output()
        .context("run /bin/sh")?;
    let told = String::from_utf8_lossy(&tried.stderr);
    anyhow::ensure!(tried.status.success(), "enter a group: {}", told.trim());
    Ok(())
}

/// The group in which ours can be made, and the file of a limit in them: our own group of the first
/// version, which has a tree for each resource; of the second, which has one tree, and where a group
/// with processes has no limited ones in it, the nearest one above us that has.
fn parent(root: &Path, groups: &str) -> Option<(PathBuf, &'static str)> {
    let find = |wanted: &str| {
        groups.lines().find_map(|line| {
            let (resources, path) = line.split_once(':')?.1.split_once(':')?;
            let is_wanted = resources.split(',').any(|resource| resource == wanted);
            is_wanted.then(|| path.trim_start_matches('/').to_owned())
        })
    };
    if let Some(path) = find("memory") {
        return Some((root.join("memory").join(path), "memory.limit_in_bytes"));
    }
    let own = root.join(find("")?);
    let above = own.ancestors().take_while(|group| group.starts_with(root));
    let limits_memory = |group: &&Path| {
        let resources = fs::read_to_string(group.join("cgroup.subtree_control"));
        resources.is_ok_and(|it| it.split_whitespace().any(|it| it == "memory"))
    };
    above
        .into_iter()
        .find(limits_memory)
        .map(|group| (group.to_owned(), "memory.max"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is in a group; the kernel's own files go with it, and these do not.
    fn take_apart(group: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(group).unwrap().map(|entry| entry.unwrap());
        let mut found: Vec<_> = entries
            .map(|entry| {
                let text = fs::read_to_string(entry.path()).unwrap();
                fs::remove_file(entry.path()).unwrap();
                (entry.file_name().into_string().unwrap(), text)
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn a_group_is_made_in_either_version_and_is_gone_in_the_end() {
        let root = tempfile::tempdir().unwrap();
        let first = root.path().join("memory/pod");
        let second = root.path().join("slice/scope");
        for path in [&first, &second] {
            fs::create_dir_all(path).unwrap();
        }
        fs::write(
            root.path().join("slice/cgroup.subtree_control"),
            "cpu memory\n",
        )
        .unwrap();
        for (groups, parent, file) in [
            (
                "4:cpu,memory:/pod\n0::/slice\n",
                "memory/pod",
                "memory.limit_in_bytes",
            ),
            ("0::/slice/scope\n", "slice", "memory.max"),
        ] {
            let parent = root.path().join(parent);
            // Of a bench that was killed: no process has that id.
            let left_behind = parent.join(format!("{PREFIX}4194305-leader"));
            fs::create_dir(&left_behind).unwrap();
            let limits = Limits::within(root.path(), groups).unwrap();
            assert!(!left_behind.exists());
            enter(&limits.group("leader").unwrap()).unwrap();
            let group = |name: &str| parent.join(format!("{PREFIX}{}-{name}", limits.id));
            let held = take_apart(&group("leader"));
            assert_eq!(held[1], (file.to_owned(), "33554432".to_owned()));
            assert!(held[0].0 == "cgroup.procs" && held[0].1.trim().parse::<u32>().is_ok());
            take_apart(&group("probe"));
            let groups = ["leader", "probe"].map(group);
            drop(limits);
            assert!(groups.iter().all(|group| !group.exists()));
        }
    }

    #[test]
    fn where_nothing_can_be_limited_the_reason_is_told() {
        let root = tempfile::tempdir().unwrap();
        let told = |groups| Limits::within(root.path(), groups).unwrap_err().to_string();
        assert_eq!(
            told("0::/\n"),
            "there is no control group to limit memory in"
        );
        assert!(told("4:memory:/pod\n").starts_with("make "));
    }

    /// On this machine: either it is limited, or the reason is told.
    #[test]
    fn a_process_is_in_its_group_where_there_are_any() {
        match Limits::here() {
            Err(why) => assert!(!why.to_string().is_empty()),
            Ok(limits) => {
                let group = limits.group("test").unwrap();
                let mut show = Command::new("/bin/sh");
                show.args(["-c", ENTER]).arg(&group);
                show.args(["cat", "/proc/self/cgroup"]);
                let shown = show.output().unwrap();
                let shown = String::from_utf8(shown.stdout).unwrap();
                assert!(
                    shown.contains(&format!("{PREFIX}{}-test", limits.id)),
                    "{shown}"
                );
            }
        }
    }
}
