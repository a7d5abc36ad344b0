//! SARIF 2.1.0: findings for code hosts, which show them at their lines of a change.

use serde_json::{Value as Json, json};
use tarnfui_shared::problem::Code;
use tarnfui_shared::reference::CODES;

use super::json;
use crate::error::Failure;
use crate::view::Finding;

/// Where the schema is, as readers look for it.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The findings as a run of this program.
pub fn document(findings: &[Finding]) -> Result<String, Failure> {
    let rules = CODES.iter().map(|(code, meaning)| rule(*code, meaning));
    let rules: Vec<Json> = rules.collect();
    let results: Vec<Json> = findings.iter().map(result).collect();
    json::document(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "kubectl-tarnfui",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "results": results,
        }],
    }))
}

fn rule(code: Code, meaning: &str) -> Json {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": meaning },
        "defaultConfiguration": { "level": level(code) },
    })
}

fn result(finding: &Finding) -> Json {
    let key = finding
        .key
        .as_ref()
        .map(|key| format!("{key}: "))
        .unwrap_or_default();
    let hint = finding
        .hint
        .as_ref()
        .map(|hint| format!("; hint: {hint}"))
        .unwrap_or_default();
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&finding.file) },
            "region": { "startLine": finding.line },
        },
    });
    if let Some(object) = &finding.object {
        let home = finding.namespace.as_ref();
        let name = home.map_or_else(|| object.clone(), |home| format!("{home}/{object}"));
        location["logicalLocations"] = json!([{ "fullyQualifiedName": name, "kind": "resource" }]);
    }
    json!({
        "ruleId": finding.code.as_str(),
        "ruleIndex": finding.code as usize,
        "level": level(finding.code),
        "message": { "text": format!("{key}{}{hint}", finding.message) },
        "locations": [location],
    })
}

/// An error is what can't be applied, or keeps something awake that was meant to sleep.
fn level(code: Code) -> &'static str {
    let is_error = [
        Code::InvalidValue,
        Code::UnknownName,
        Code::InvalidConfig,
        Code::InvalidManifest,
    ]
    .contains(&code);
    match (is_error, code.is_notice()) {
        (true, _) => "error",
        (false, true) => "note",
        (false, false) => "warning",
    }
}

/// The path as a reference: relative to the repository, as it was named.
fn uri(file: &str) -> String {
    if file == "-" {
        return "stdin".to_owned();
    }
    let path = file.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded: String = path
        .bytes()
        .map(|byte| {
            if is_plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    if encoded.starts_with('/') {
        format!("file://{encoded}")
    } else {
        encoded
    }
}
