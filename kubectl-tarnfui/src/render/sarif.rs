//! SARIF 2.1.0: what code hosts read to show problems beside the lines that have them.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value as Json, json};
use tarnfui_shared::reference::CODES;

use crate::error::{Failure, one_line};
use crate::render::json;
use crate::view::{Level, LintResult};

/// Where the schema is.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The problems as one run of this program, with files as seen from `here`.
pub fn document(results: &[LintResult], here: Option<&Path>) -> Result<String, Failure> {
    let rules: Vec<Json> = CODES
        .iter()
        .map(|(code, meaning)| {
            json!({
                "id": code.as_str(),
                "shortDescription": { "text": meaning },
                "defaultConfiguration": { "level": level((*code).into()) },
            })
        })
        .collect();
    let results: Vec<Json> = results.iter().map(|it| result(it, here)).collect();
    let driver = json!({
        "name": "tarnfui",
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rules,
    });
    let run = json!({ "tool": { "driver": driver }, "results": results });
    json::document(&json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))
}

fn result(result: &LintResult, here: Option<&Path>) -> Json {
    let mut place = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&result.file, here) },
            "region": { "startLine": result.line },
        },
    });
    if let Some(object) = &result.object {
        place["logicalLocations"] = json!([{ "fullyQualifiedName": object }]);
    }
    let rule = CODES.iter().position(|(code, _)| *code == result.code);
    let mut told = json!({
        "ruleId": result.code.as_str(),
        "level": level(result.level),
        "message": { "text": message(result) },
        "locations": [place],
    });
    if let Some(rule) = rule {
        told["ruleIndex"] = json!(rule);
    }
    told
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Problem => "error",
        Level::Notice => "note",
    }
}

/// All of it in one sentence: code hosts show nothing else.
fn message(result: &LintResult) -> String {
    let told = match &result.hint {
        Some(hint) => format!("{}; hint: {hint}", result.message),
        None => result.message.clone(),
    };
    let places = [&result.object, &result.key].into_iter().flatten();
    let texts: Vec<&str> = places.chain([&told]).map(String::as_str).collect();
    one_line(&texts.join(": "))
}

/// The file as a reference of a URI: relative where it is at or below `here`, because that is what a
/// code host knows, with slashes whatever the machine has.
pub fn uri(file: &str, here: Option<&Path>) -> String {
    let path = Path::new(file);
    let below = here.and_then(|here| path.strip_prefix(here).ok());
    let shown = below.unwrap_or(path).to_string_lossy().into_owned();
    let shown = if std::path::MAIN_SEPARATOR == '\\' {
        shown.replace('\\', "/")
    } else {
        shown
    };
    let is_absolute = below.is_none() && path.is_absolute();
    let start = match (is_absolute, shown.starts_with('/')) {
        (false, _) => "",
        (true, true) => "file://",
        (true, false) => "file:///",
    };
    let parts = shown.split('/').enumerate();
    let parts = parts.filter(|(at, part)| *part != "." && (*at == 0 || !part.is_empty()));
    let parts: Vec<String> = parts.map(|(_, part)| encoded(part)).collect();
    start.to_owned() + &parts.join("/")
}

/// The text with everything encoded but what never means anything in a URI.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            write!(encoded, "%{byte:02X}").expect("a String takes all that is written to it");
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
