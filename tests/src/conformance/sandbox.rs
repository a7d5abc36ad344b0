//! The sandbox as a server that is asked, and what it may say no to.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use http::Request;
use serde_json::Value;
use tarnfui_sandbox::answer::Answer;
use tarnfui_sandbox::authz::Caller;
use tarnfui_sandbox::door::Sandbox;
use tarnfui_sandbox::kinds;

use super::text::Step;
use crate::controllers::ACCOUNT;

/// Where it answers otherwise than the real server: the file, the start of the step's first line, and
/// why that is so. Of anything else that differs, a 501 too, the file fails.
const OTHERWISE: &[(&str, &str, &str)] = &[
    ("kubectl", "GET /version", SAYS_SO),
    ("plugin", "GET /version", SAYS_SO),
];

const SAYS_SO: &str = "whoever asks is told that it is no real server";

/// The time in it, which stands still: that of all writes is then one second, and their order known.
const NOW: &str = "2026-11-22T08:00:00Z";

/// A new one in which the controller's account has these rights.
pub fn with_rights(rights: &str) -> anyhow::Result<Sandbox> {
    let now = NOW.parse().context("the time")?;
    let sandbox = Sandbox::new(1, Arc::new(move || now));
    for document in rights.split("\n---\n") {
        let object: Value = serde_saphyr::from_str(document).context("read the rights")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
        let row = kinds::of_kind(&version, &kind).with_context(|| format!("{kind} is served"))?;
        let within = match object["metadata"]["namespace"].as_str() {
            Some(namespace) => format!("/namespaces/{namespace}"),
            None => String::new(),
        };
        let path = format!("{}{within}/{}", row.root(), row.plural);
        let request = Request::post(&path).body(object.to_string().into())?;
        let answer = sandbox.with(|server| server.answer(now, &Caller::admin("admin"), &request));
        let is_made = matches!(&answer, Answer::Whole(answer) if answer.status() == 201);
        ensure!(is_made, "{path}: {answer:?}");
    }
    Ok(sandbox)
}

/// Who asks by the name that is in the files.
pub(super) fn caller(user: &str) -> Caller {
    let account = ACCOUNT.strip_prefix("system:serviceaccount:");
    let account = account.filter(|_| user == ACCOUNT);
    match (user, account.and_then(|it| it.split_once(':'))) {
        ("admin", _) => Caller::admin(user),
        (_, Some((namespace, name))) => Caller::service_account(namespace, name),
        _ => Caller::user(user),
    }
}

/// Whether this is a step that it answers otherwise, and does.
pub(super) fn is_otherwise(file: &str, step: &Step, found: &[String]) -> anyhow::Result<bool> {
    let is_listed = |(its_file, head, _): &&(&str, &str, &str)| {
        *its_file == file && step.head.starts_with(head)
    };
    let Some((_, head, why)) = OTHERWISE.iter().find(is_listed) else {
        return Ok(false);
    };
    ensure!(found != step.recorded, "{head} is not otherwise: {why}");
    Ok(true)
}
