//! `lint`: what is wrong with manifests, before anybody applies them.

use super::configuration;
use crate::args::{Cli, LintArgs, LintOutput};
use crate::error::{Exit, Failure};
use crate::io::Io;
use crate::manifests::{self, Manifests};
use crate::render::{json, sarif, table, yaml};
use crate::view::{DocumentKind, Finding, Level, List, lint};
use crate::words::counted;

pub(super) fn run(cli: &Cli, args: &LintArgs, io: &mut Io<'_>) -> Result<Exit, Failure> {
    let config = configuration::from_file(args.config_file.as_deref(), io.input)?;
    let home = manifests::home(&cli.connection);
    let (manifests, failures) = manifests::read_all(&args.filename, io.input, home);
    let findings = lint(&manifests, &config);
    let list = List::new(DocumentKind::FindingList, &findings);
    let text = match args.output {
        LintOutput::Table => table::findings(&findings),
        LintOutput::Json => json::document(&list)?,
        LintOutput::Yaml => yaml::document(&list)?,
        LintOutput::Sarif => sarif::document(&findings)?,
    };
    io.data(&text)?;
    // Of nothing at all that could be read, "no problems" would be a false comfort.
    let has_read = failures.is_empty() || !manifests.files.is_empty();
    if args.output == LintOutput::Table && has_read {
        io.tell(&summary(&manifests, &findings));
    }
    let failed = failures.iter().map(|failure| io.report(failure)).max();
    let has_problem = findings.iter().any(|it| it.level == Level::Problem);
    let met = if args.exit_code && has_problem {
        Exit::NotMet
    } else {
        Exit::Done
    };
    // What could not be read may hide more, so a failure comes first.
    Ok(failed.unwrap_or(met))
}

/// `2 problems and 1 note; 3 files, 1 namespace, 4 workloads`
fn summary(manifests: &Manifests, findings: &[Finding]) -> String {
    let notes = findings.iter().filter(|it| it.level == Level::Note).count();
    let problems = match findings.len() - notes {
        0 => "no problems".to_owned(),
        count => counted(count, "problem"),
    };
    let notes = match notes {
        0 => String::new(),
        count => format!(" and {}", counted(count, "note")),
    };
    format!(
        "{problems}{notes}; {}, {}, {}",
        counted(manifests.files.len(), "file"),
        counted(manifests.namespaces.len(), "namespace"),
        counted(manifests.workloads.len(), "workload"),
    )
}
