//! `lint`: what is wrong with the rules in manifests, and nothing else; asks no cluster.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::args::{LintArgs, Report};
use crate::error::{Exit, Failure};
use crate::io::Io;
use crate::manifests::objects::{Contents, Fault, contents};
use crate::manifests::{self, ManifestError};
use crate::render::{json, sarif, table, yaml};
use crate::view::{DocumentKind, Level, LintResult, Linted, LintedConfiguration, List, lint};

/// The most that is read of all files together, in bytes: ten thousand files of 26 KB.
const MAX_ALL_BYTES: usize = 256 << 20;

/// What stands for the file where standard input was read.
const STDIN: &str = "stdin";

pub(super) fn run(args: &LintArgs, has_color: bool, io: &mut Io<'_>) -> Result<Exit, Failure> {
    args.check()?;
    let configuration = match &args.config_file {
        None => None,
        Some(path) => Some(LintedConfiguration {
            file: shown(path),
            text: manifests::text_of(path, io.input)?,
        }),
    };
    let mut exit = Exit::Done;
    let mut paths: Vec<PathBuf> = Vec::new();
    for named in &args.filename {
        match manifests::walk(named) {
            Ok(found) => paths.extend(found),
            Err(error) => exit = exit.max(io.report(&error.into())),
        }
    }
    let (files, read) = read(&paths, io)?;
    exit = exit.max(read);
    let results = lint(&files, configuration.as_ref());
    print(args.output, &results, has_color, io)?;
    let count = files.len() + usize::from(configuration.is_some());
    if count > 0 {
        io.tell(&summary(&results, count));
    }
    let is_nothing = |file: &Linted| file.contents == Contents::default();
    if !files.is_empty() && files.iter().all(is_nothing) {
        io.tell("note: there is no Namespace and no workload in what was read");
    }
    let has_problem = results.iter().any(|it| it.level == Level::Problem);
    if args.exit_code && has_problem {
        exit = exit.max(Exit::NotMet);
    }
    Ok(exit)
}

/// What is in the files, each once; those that can't be read are told of, and the others go on.
fn read(paths: &[PathBuf], io: &mut Io<'_>) -> Result<(Vec<Linted>, Exit), Failure> {
    let mut exit = Exit::Done;
    let mut files = Vec::new();
    let mut bytes = 0;
    let mut seen = BTreeSet::new();
    for path in paths.iter().filter(|path| seen.insert(*path)) {
        let contents = match manifests::text_of(path, io.input) {
            Ok(text) => {
                bytes += text.len();
                contents(&text)
            }
            Err(ManifestError::Unreadable { source, .. })
                if source.kind() == std::io::ErrorKind::InvalidData =>
            {
                no_text()
            }
            Err(error) => {
                exit = exit.max(io.report(&error.into()));
                continue;
            }
        };
        if bytes > MAX_ALL_BYTES {
            return Err(Failure::failed(
                format!(
                    "the files are larger than {} MiB together",
                    MAX_ALL_BYTES >> 20
                ),
                "lint them in several runs: kubectl tarnfui lint -f DIR",
            ));
        }
        files.push(Linted {
            file: shown(path),
            contents,
        });
    }
    Ok((files, exit))
}

/// What is said of a file whose bytes are no text.
fn no_text() -> Contents {
    Contents {
        objects: Vec::new(),
        faults: vec![Fault {
            line: 1,
            object: None,
            key: None,
            message: "no YAML: it is not in UTF-8".into(),
            hint: None,
        }],
    }
}

fn print(
    report: Report,
    results: &[LintResult],
    has_color: bool,
    io: &mut Io<'_>,
) -> Result<(), Failure> {
    let list = List::new(DocumentKind::LintResultList, results);
    let text = match report {
        Report::Table => table::results(results, io.terminal.columns, has_color),
        Report::Json => json::document(&list)?,
        Report::Yaml => yaml::document(&list)?,
        Report::Sarif => {
            // Only for how files are named, so that it does no harm where it can't be known.
            let here = std::env::current_dir().ok();
            sarif::document(results, here.as_deref())?
        }
    };
    io.data(&text)
}

/// `2 problems and 1 notice in 3 files`
fn summary(results: &[LintResult], files: usize) -> String {
    let count = |level| results.iter().filter(|it| it.level == level).count();
    let (problems, notices) = (count(Level::Problem), count(Level::Notice));
    let found = match (problems, notices) {
        (0, 0) => "no problems".to_owned(),
        (problems, 0) => counted(problems, "problem"),
        (0, notices) => counted(notices, "notice"),
        (problems, notices) => {
            format!(
                "{} and {}",
                counted(problems, "problem"),
                counted(notices, "notice")
            )
        }
    };
    format!("{found} in {}", counted(files, "file"))
}

fn counted(count: usize, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {what}{end}")
}

fn shown(path: &Path) -> String {
    if path == Path::new("-") {
        STDIN.to_owned()
    } else {
        path.display().to_string()
    }
}
