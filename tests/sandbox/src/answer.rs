//! What comes back: a whole answer or a stream, and failures in the shape of the API's `Status`.
//!
//! Which failure a request meets is not decided here.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};

use crate::authz::{Caller, Deed};
use crate::json::{Value, json};
use crate::kinds::Resource;
use crate::watch::Watch;

/// The types that objects are written in.
const MEDIA: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/// The answer to a request.
#[derive(Debug)]
pub enum Answer {
    /// All of it at once.
    Whole(Response<Bytes>),
    /// A stream of events, to be asked for with [`crate::server::Server::events`].
    Watch(Watch),
}

/// Why a request is not carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The HTTP status.
    pub code: StatusCode,
    /// The API's word for it; empty where it has none.
    pub reason: &'static str,
    /// A sentence.
    pub message: String,
    /// Which object, and what about it.
    pub details: Value,
    /// Of a list that can't be gone on with as it was: the token to go on as it is now.
    pub continues: Option<String>,
}

/// What the API says of a wrong field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// A word: `FieldValueInvalid`.
    pub reason: &'static str,
    /// A sentence about the field.
    pub message: String,
    /// The path of the field.
    pub field: String,
}

impl Cause {
    /// A value that is not allowed, with what it is and why not.
    pub fn invalid(field: &str, value: &str, why: &str) -> Self {
        Self {
            reason: "FieldValueInvalid",
            message: format!("Invalid value: {value}: {why}"),
            field: field.to_owned(),
        }
    }

    /// A field that must be there.
    pub fn required(field: &str, why: &str) -> Self {
        let message = if why.is_empty() {
            "Required value".to_owned()
        } else {
            format!("Required value: {why}")
        };
        Self {
            reason: "FieldValueRequired",
            message,
            field: field.to_owned(),
        }
    }

    /// A field that must not be there.
    pub fn forbidden(field: &str, why: &str) -> Self {
        Self {
            reason: "FieldValueForbidden",
            message: format!("Forbidden: {why}"),
            field: field.to_owned(),
        }
    }

    /// A value that is none of a few; the value is given as the API shows it.
    pub fn unsupported(field: &str, value: &str, supported: &[&str]) -> Self {
        let supported: Vec<String> = supported.iter().map(|it| format!("{it:?}")).collect();
        let supported = supported.join(", ");
        Self {
            reason: "FieldValueNotSupported",
            message: format!("Unsupported value: {value}: supported values: {supported}"),
            field: field.to_owned(),
        }
    }

    /// A text of more than so many bytes.
    pub fn too_long(field: &str, bytes: usize) -> Self {
        Self {
            reason: "FieldValueTooLong",
            message: format!("Too long: may not be more than {bytes} bytes"),
            field: field.to_owned(),
        }
    }
}

impl Failure {
    fn new(code: StatusCode, reason: &'static str, message: String) -> Self {
        Self {
            code,
            reason,
            message,
            details: Value::Null,
            continues: None,
        }
    }

    fn about(mut self, resource: &Resource, name: &str) -> Self {
        self.details = json!({ "kind": resource.plural });
        if !resource.group.is_empty() {
            self.details["group"] = resource.group.into();
        }
        if !name.is_empty() {
            self.details["name"] = name.into();
        }
        self
    }

    /// There is no such object.
    pub fn not_found(resource: &Resource, name: &str) -> Self {
        let message = format!("{} \"{name}\" not found", resource.qualified());
        Self::new(StatusCode::NOT_FOUND, "NotFound", message).about(resource, name)
    }

    /// There is no such path at all.
    pub fn no_page() -> Self {
        let message = "the server could not find the requested resource".to_owned();
        let mut failure = Self::new(StatusCode::NOT_FOUND, "NotFound", message);
        failure.details = json!({});
        failure
    }

    /// There is one by that name.
    pub fn exists(resource: &Resource, name: &str) -> Self {
        let message = format!("{} \"{name}\" already exists", resource.qualified());
        Self::new(StatusCode::CONFLICT, "AlreadyExists", message).about(resource, name)
    }

    /// The object is not what the request says it is.
    pub fn conflict(resource: &Resource, name: &str, why: &str) -> Self {
        let kind = resource.qualified();
        let message = format!("Operation cannot be fulfilled on {kind} \"{name}\": {why}");
        Self::new(StatusCode::CONFLICT, "Conflict", message).about(resource, name)
    }

    /// The same, of something that is to be deleted: told by its kind.
    pub fn conflict_of_kind(resource: &Resource, name: &str, why: &str) -> Self {
        let kind = match resource.group {
            "" => resource.kind.to_owned(),
            group => format!("{}.{group}", resource.kind),
        };
        let message = format!("Operation cannot be fulfilled on {kind} \"{name}\": {why}");
        let mut failure = Self::new(StatusCode::CONFLICT, "Conflict", message);
        failure = failure.about(resource, name);
        failure.details["kind"] = resource.kind.into();
        failure
    }

    /// The object has another version by now.
    pub fn stale(resource: &Resource, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version \
                   and try again";
        Self::conflict(resource, name, why)
    }

    /// Nobody may do it, or not now.
    pub fn forbidden(resource: &Resource, name: &str, why: &str) -> Self {
        let kind = resource.qualified();
        let message = format!("{kind} \"{name}\" is forbidden: {why}");
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message).about(resource, name)
    }

    /// No rule allows it.
    pub fn denied(caller: &Caller, deed: &Deed<'_>) -> Self {
        let (kind, why) = (deed.qualified(), deed.refusal(caller));
        let message = match deed.name {
            "" => format!("{kind} is forbidden: {why}"),
            name => format!("{kind} \"{name}\" is forbidden: {why}"),
        };
        let mut failure = Self::new(StatusCode::FORBIDDEN, "Forbidden", message);
        failure.details = json!({ "kind": deed.resource });
        for (key, text) in [("group", deed.group), ("name", deed.name)] {
            if !text.is_empty() {
                failure.details[key] = text.into();
            }
        }
        failure
    }

    /// The caller may not ask for what is no resource.
    pub fn forbidden_path(user: &str, verb: &str, path: &str) -> Self {
        let message = format!("forbidden: User \"{user}\" cannot {verb} path \"{path}\"");
        let mut failure = Self::new(StatusCode::FORBIDDEN, "Forbidden", message);
        failure.details = json!({});
        failure
    }

    /// The object would not be valid.
    pub fn invalid(resource: &Resource, name: &str, causes: &[Cause]) -> Self {
        Self::invalid_as((resource.group, resource.kind), name, causes)
    }

    /// The same of what is no object that is kept, by its group and kind.
    pub fn invalid_as((group, kind): (&str, &str), name: &str, causes: &[Cause]) -> Self {
        let mut told: Vec<String> = Vec::new();
        for cause in causes {
            let text = format!("{}: {}", cause.field, cause.message);
            // What is found by two rules is told once.
            if !told.contains(&text) {
                told.push(text);
            }
        }
        let list = if told.len() == 1 {
            told.concat()
        } else {
            format!("[{}]", told.join(", "))
        };
        let qualified = if group.is_empty() {
            kind.to_owned()
        } else {
            format!("{kind}.{group}")
        };
        let message = format!("{qualified} \"{name}\" is invalid: {list}");
        let mut failure = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", message);
        failure.details = json!({});
        for (key, text) in [("group", group), ("kind", kind), ("name", name)] {
            if !text.is_empty() {
                failure.details[key] = text.into();
            }
        }
        let causes = causes
            .iter()
            .map(|it| json!({ "reason": it.reason, "message": it.message, "field": it.field }));
        failure.details["causes"] = causes.collect();
        failure
    }

    /// Server-side apply meets other managers.
    pub fn apply_conflict(message: String, causes: &[(String, String)]) -> Self {
        let mut failure = Self::new(StatusCode::CONFLICT, "Conflict", message);
        let causes = causes.iter().map(|(manager, field)| {
            let message = format!("conflict with {manager}");
            json!({ "reason": "FieldManagerConflict", "message": message, "field": field })
        });
        failure.details = json!({ "causes": causes.collect::<Value>() });
        failure
    }

    /// The request makes no sense.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message.into())
    }

    /// The patch can't be carried out on this object. The real server does not say why.
    pub fn unprocessable() -> Self {
        let message = "the server rejected our request due to an error in our request";
        let code = StatusCode::UNPROCESSABLE_ENTITY;
        let mut failure = Self::new(code, "Invalid", message.to_owned());
        failure.details = json!({});
        failure
    }

    /// A failure of the server itself, as it calls some that are a client's; it gives no reason.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "", message.into())
    }

    /// A body of a type that no object is read from.
    pub fn media_type() -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: {MEDIA}"
        );
        let code = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(code, "UnsupportedMediaType", message)
    }

    /// A body of a type that no patch has.
    pub fn patch_type() -> Self {
        let code = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let message = "415: Unsupported Media Type".to_owned();
        let mut failure = Self::new(code, "UnsupportedMediaType", message);
        failure.details = json!({});
        failure
    }

    /// An answer of no type that is asked for.
    pub fn not_acceptable() -> Self {
        let code = StatusCode::NOT_ACCEPTABLE;
        let message = format!("406: Not Acceptable\n\nAvailable representations: {MEDIA}");
        let mut failure = Self::new(code, "NotAcceptable", message);
        failure.details = json!({});
        failure
    }

    /// An answer of a type that is known, in a form that is not.
    pub fn no_such_form() -> Self {
        Self::form(format!(
            "only the following media types are accepted: {MEDIA}"
        ))
    }

    /// An answer in a form that it can't have.
    pub fn form(message: String) -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "NotAcceptable", message)
    }

    /// A verb that the resource does not have.
    pub fn method() -> Self {
        let code = StatusCode::METHOD_NOT_ALLOWED;
        let message = "the server does not allow this method on the requested resource";
        let mut failure = Self::new(code, "MethodNotAllowed", message.to_owned());
        failure.details = json!({});
        failure
    }

    /// A version that the history no longer has.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, "Expired", message.into())
    }

    /// A version that is still to come.
    pub fn too_large(wanted: u64, current: u64) -> Self {
        let message = format!("Timeout: Too large resource version: {wanted}, current: {current}");
        let mut failure = Self::new(StatusCode::GATEWAY_TIMEOUT, "Timeout", message);
        failure.details = json!({ "retryAfterSeconds": 1, "causes": [
            { "reason": "ResourceVersionTooLarge", "message": "Too large resource version" } ] });
        failure
    }

    /// A request that takes too long.
    pub fn timeout() -> Self {
        let message = "Timeout: request did not complete within requested timeout - context \
                       deadline exceeded";
        Self::new(StatusCode::GATEWAY_TIMEOUT, "Timeout", message.to_owned())
    }

    /// The sandbox does not know how a real server would answer.
    pub fn unknown_request(what: impl Into<String>) -> Self {
        let message = format!("the sandbox does not know this request: {}", what.into());
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    /// As the API's `Status`.
    pub fn status(&self) -> Value {
        let mut status = json!({ "kind": "Status", "apiVersion": "v1", "metadata": {},
            "status": "Failure", "message": self.message, "code": self.code.as_u16() });
        if !self.reason.is_empty() {
            status["reason"] = self.reason.into();
        }
        if !self.details.is_null() {
            status["details"] = self.details.clone();
        }
        if let Some(token) = &self.continues {
            status["metadata"]["continue"] = token.as_str().into();
        }
        status
    }

    /// As a whole answer.
    pub fn answer(&self) -> Response<Bytes> {
        let mut answer = whole(self.code, &self.status());
        if let Some(seconds) = self.details["retryAfterSeconds"].as_u64() {
            answer.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        answer
    }
}

/// A whole answer with a document in it.
pub fn whole(code: StatusCode, body: &Value) -> Response<Bytes> {
    raw(code, body.to_bytes().into())
}

/// A whole answer whose document is written already.
pub fn raw(code: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut answer = Response::new(body);
    *answer.status_mut() = code;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    answer
}
