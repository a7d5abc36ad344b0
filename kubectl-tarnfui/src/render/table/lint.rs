//! `lint`: a line for each finding, with the place first, as editors and people know it.

use crate::render::lines;
use crate::view::{Finding, Level};

/// The findings, their hints below them; never cut, because the end of a message is where the
/// help is.
pub fn findings(findings: &[Finding]) -> String {
    lines(findings.iter().flat_map(|finding| {
        let hint = finding.hint.as_ref().map(|hint| format!("  hint: {hint}"));
        std::iter::once(line(finding)).chain(hint)
    }))
}

fn line(finding: &Finding) -> String {
    let kind = match finding.level {
        Level::Problem => "problem",
        Level::Note => "note",
    };
    let home = match &finding.namespace {
        Some(namespace) => format!(" in {namespace}"),
        None => String::new(),
    };
    let object = match &finding.object {
        Some(object) => format!(" {object}{home}:"),
        None => String::new(),
    };
    let key = match &finding.key {
        Some(key) => format!(" {key}:"),
        None => String::new(),
    };
    let Finding {
        file,
        line,
        code,
        message,
        ..
    } = finding;
    format!("{file}:{line}: {kind}:{object}{key} {message} ({code})")
}
