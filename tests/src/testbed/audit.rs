//! The log of requests: what the API server says each user asked of it, and what it answered.
//!
//! It is the server's own audit log, so it also holds what a client did behind its caller's back:
//! hidden retries, refused writes, a list too many.
//! It must not hold bodies: that would slow the server, and what was written can be read.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;

use super::credentials::MACHINERY;

/// One request, as the API server recorded it when it had answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// When it was received, to the microsecond.
    pub received_at: jiff::Timestamp,
    /// Who asked.
    pub user: String,
    /// What the client calls itself.
    pub user_agent: String,
    /// The verb as RBAC calls it: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`.
    pub verb: String,
    /// The path and the query.
    pub uri: String,
    /// The plural name of the kind, with `/` and the subresource if there is one; empty for paths
    /// that are no resource.
    pub resource: String,
    /// The namespace of the object, if it has one.
    pub namespace: Option<String>,
    /// The name of the object, if the request names one.
    pub name: Option<String>,
    /// The HTTP status of the answer.
    pub code: u16,
}

impl Request {
    /// Whether it asked for a change, granted or not.
    pub fn is_write(&self) -> bool {
        !matches!(self.verb.as_str(), "get" | "list" | "watch")
    }
}

/// Writes the policy that says what is recorded: everything but what the testbed's own parts do,
/// once answered.
pub(super) fn write_policy(path: &Path) -> anyhow::Result<()> {
    let policy = json!({
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [
            {"level": "None", "users": [MACHINERY, "system:apiserver", "system:anonymous"]},
            {"level": "Metadata"},
        ],
    });
    fs::write(path, policy.to_string()).context("write the audit policy")
}

/// Reads what was recorded so far, oldest first.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Request>> {
    let text = match fs::read_to_string(path) {
        // The server makes the file with its first line.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.context("read the audit log")?,
    };
    // A last line without its end is being written right now.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut requests = Vec::new();
    for line in whole.lines() {
        let event: Event = serde_json::from_str(line).context("read a line of the audit log")?;
        requests.extend(event.into_request()?);
    }
    requests.sort_by_key(|request| request.received_at);
    Ok(requests)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    stage: String,
    verb: String,
    #[serde(rename = "requestURI")]
    request_uri: String,
    user: EventUser,
    #[serde(default)]
    user_agent: String,
    object_ref: Option<ObjectRef>,
    response_status: Option<ResponseStatus>,
    request_received_timestamp: String,
}

#[derive(Deserialize)]
struct EventUser {
    #[serde(default)]
    username: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ObjectRef {
    resource: String,
    subresource: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct ResponseStatus {
    #[serde(default)]
    code: u16,
}

impl Event {
    /// The request, if this is its one line: a watch has two, at its start and at its end, and the
    /// start is what tells.
    fn into_request(self) -> anyhow::Result<Option<Request>> {
        let told_at = if self.verb == "watch" {
            "ResponseStarted"
        } else {
            "ResponseComplete"
        };
        if self.stage != told_at && self.stage != "Panic" {
            return Ok(None);
        }
        let object = self.object_ref.unwrap_or_default();
        let resource = match object.subresource {
            Some(subresource) => format!("{}/{subresource}", object.resource),
            None => object.resource,
        };
        let received_at = self.request_received_timestamp.parse();
        Ok(Some(Request {
            received_at: received_at.context("read a time of the audit log")?,
            user: self.user.username,
            user_agent: self.user_agent,
            verb: self.verb,
            uri: self.request_uri,
            resource,
            namespace: object.namespace,
            name: object.name,
            code: self.response_status.map_or(0, |status| status.code),
        }))
    }
}
