//! `completion`: kubectl's own, by a program of a certain name beside the plugin, and scripts for the
//! plugin's bare name.
//!
//! kubectl runs `kubectl_complete-tarnfui` with the words typed so far and shows what that prints: a
//! candidate a line, and last a colon and a number that says what the shell is to make of them. That
//! program is a link to this one. The scripts ask in the same way, so that all shells are told the
//! same; generated ones would know flags and no namespaces.

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use tarnfui_shared::annotations::Key;
use tarnfui_shared::problem::cut;

use crate::args::{Completion, CompletionArgs};
use crate::cluster::Namespace;
use crate::complete::{Candidate, Wanted};
use crate::error::{Exit, Failure};
use crate::io::{Io, Outside};

/// The name under which kubectl looks for who completes this plugin.
pub(crate) const COMPLETER: &str = "kubectl_complete-tarnfui";

/// The word that the scripts ask by.
pub(crate) const ASK: &str = "__complete";

/// How long a person who pressed tab is kept waiting: longer, and it reads as a hang.
const LIMIT: Duration = Duration::from_secs(1);

/// The longest schedule that is shown beside a name, in bytes.
const MAX_ABOUT_BYTES: usize = 60;

/// What the shell is to make of the candidates, in the numbers of kubectl's library: take them as they
/// are, or complete files.
const NO_FILES: &str = ":4";
const FILES: &str = ":0";

/// Prints a script, or installs the link.
pub(super) fn run(
    args: &CompletionArgs,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let script = match args.what {
        Completion::Install => return install(io, outside),
        Completion::Bash => include_str!("../../completions/kubectl-tarnfui.bash"),
        Completion::Zsh => include_str!("../../completions/kubectl-tarnfui.zsh"),
        Completion::Fish => include_str!("../../completions/kubectl-tarnfui.fish"),
        Completion::Powershell => include_str!("../../completions/kubectl-tarnfui.ps1"),
    };
    io.data(script).map(|()| Exit::Done)
}

/// Prints what may come in place of the last of `words`. Whatever fails makes for fewer candidates:
/// words in between those of a person who is typing help nobody.
pub(crate) fn complete(
    words: &[String],
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let mut wanted = Wanted::of(words);
    if wanted.namespaces {
        let found = namespaces(&wanted, outside).unwrap_or_default();
        let found = found.into_iter().filter(|namespace| {
            let name = &namespace.metadata.name;
            name.starts_with(&wanted.prefix) && !wanted.given.contains(name)
        });
        let found: Vec<Candidate> = found.map(candidate).collect();
        wanted.candidates.extend(found);
    }
    if let Some(named) = wanted.named {
        let found = named.in_files(&wanted.connection).into_iter();
        let found = found.filter(|(name, _)| name.starts_with(&wanted.prefix));
        let found: Vec<Candidate> = found.map(|(name, it)| Candidate::new(name, it)).collect();
        wanted.candidates.extend(found);
    }
    let lines = wanted.candidates.into_iter().map(|it| match it.about {
        Some(about) => format!("{}\t{about}\n", it.word),
        None => format!("{}\n", it.word),
    });
    let directive = if wanted.files { FILES } else { NO_FILES };
    let text: Vec<String> = lines.chain([format!("{directive}\n")]).collect();
    io.data(&text.concat()).map(|()| Exit::Done)
}

/// A namespace, with its schedule, which is what tells one from the other here.
fn candidate(namespace: Namespace) -> Candidate {
    let mut metadata = namespace.metadata;
    let schedule = metadata.annotations.remove(Key::Schedule.full());
    Candidate::new(
        metadata.name,
        schedule.map(|text| cut(text, MAX_ABOUT_BYTES)),
    )
}

/// All namespaces, if they are there in time.
fn namespaces(wanted: &Wanted, outside: &Outside<'_>) -> Option<Vec<Namespace>> {
    let runtime = super::runtime().ok()?;
    runtime.block_on(async {
        let listed = async {
            let cluster = (outside.connect)(wanted.connection.clone()).await.ok()?;
            cluster.namespaces(None).await.ok()
        };
        tokio::time::timeout(LIMIT, listed).await.ok().flatten()
    })
}

/// Puts the link by which kubectl completes beside the program.
fn install(io: &mut Io<'_>, outside: &Outside<'_>) -> Result<Exit, Failure> {
    let program = (outside.program)();
    let place = program
        .as_deref()
        .and_then(|it| Some((it.parent()?, it.file_name()?)));
    let Some((directory, name)) = place else {
        return Err(Failure::failed(
            "can't tell where this program is",
            format!("put a link named {COMPLETER} to it on the PATH"),
        ));
    };
    let link = directory
        .join(COMPLETER)
        .with_extension(std::env::consts::EXE_EXTENSION);
    let made = make(&link, Path::new(name)).map_err(|fault| {
        let shown = link.display();
        match fault {
            Fault::Foreign => Failure::failed(
                format!("{shown} is there and is not ours"),
                format!("see what it is; then: rm {shown}"),
            ),
            Fault::Failed(error) => Failure::failed(
                format!("making {shown}: {error}"),
                format!(
                    "ln -s {} {COMPLETER} in a folder on the PATH that you may write to",
                    directory.join(name).display()
                ),
            ),
        }
    })?;
    let what = if made {
        "completes"
    } else {
        "completes already:"
    };
    io.data(&format!("{} {what} kubectl tarnfui\n", link.display()))?;
    io.tell("note: kubectl's own completion has to be on: kubectl completion --help");
    Ok(Exit::Done)
}

enum Fault {
    /// Something of somebody else's is in its place.
    Foreign,
    Failed(io::Error),
}

/// Makes the link to `name` beside it; returns whether it was not there yet.
fn make(link: &Path, name: &Path) -> Result<bool, Fault> {
    match fs::symlink_metadata(link) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Fault::Failed(error)),
        Ok(_) => {
            // Ours is a link to what stands beside it, or to where that stood before.
            let target = fs::read_link(link).map_err(|_| Fault::Foreign)?;
            if target == name {
                return Ok(false);
            }
            if target.file_name() != name.file_name() {
                return Err(Fault::Foreign);
            }
            fs::remove_file(link).map_err(Fault::Failed)?;
        }
    }
    put(link, name).map_err(Fault::Failed)?;
    Ok(true)
}

/// A link with a name alone as its target goes on to work where both are moved.
#[cfg(unix)]
fn put(link: &Path, name: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(name, link)
}

/// Where links need rights of their own, a second name of the same file does as well.
#[cfg(not(unix))]
fn put(link: &Path, name: &Path) -> io::Result<()> {
    let beside = link.parent().map(|it| it.join(name)).unwrap_or_default();
    fs::hard_link(beside, link)
}
