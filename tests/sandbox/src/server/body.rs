//! From the bytes of a request to an object: read as what it says it is, checked against what the
//! path says it is, and told what of it is not known.

use crate::json::Value;

use super::Server;
use crate::answer::{Cause, Failure};
use crate::decode::{self, Json};
use crate::events;
use crate::kinds::{Resource, of_kind};
use crate::patch::PatchType;
use crate::protobuf::{self, ProtobufError};
use crate::request::{Call, Strictness};

/// How much of a body that can't be read is shown.
const SHOWN_BYTES: usize = 30;

/// What is read: a kind, and its place in the API.
#[derive(Clone, Copy)]
pub(super) struct Expected {
    pub(super) kind: &'static str,
    pub(super) api_version: &'static str,
    pub(super) version: &'static str,
    fields: &'static decode::Type,
}

impl Expected {
    /// The objects of the resource that a call is about.
    pub(super) fn of(call: &Call<'_>) -> Self {
        let row = call.target.row();
        Self {
            kind: row.kind,
            api_version: row.api_version,
            version: row.version,
            fields: decode::of(call.target.resource),
        }
    }

    /// What is no resource.
    pub(super) fn named(kind: &'static str, api_version: &'static str) -> Self {
        let version = api_version.rsplit('/').next().unwrap_or(api_version);
        Self {
            kind,
            api_version,
            version,
            fields: decode::named(kind),
        }
    }

    fn unfit(&self, why: &str) -> Failure {
        let (kind, version) = (self.kind, self.version);
        Failure::bad_request(format!(
            "{kind} in version \"{version}\" cannot be handled as a {kind}: {why}"
        ))
    }
}

impl Server {
    /// The object that a request brings, by the names that are kept.
    pub(super) fn document(&mut self, call: &Call<'_>) -> Result<Value, Failure> {
        let expected = Expected::of(call);
        let strictness = call.options.strictness;
        let value = self.read(call.body, call.content_type, expected, strictness)?;
        Ok(as_kept(call.target.row(), value))
    }

    /// A document of one kind.
    pub(super) fn read(
        &mut self,
        body: &[u8],
        content_type: &str,
        expected: Expected,
        strictness: Strictness,
    ) -> Result<Value, Failure> {
        let Json { mut value, doubles } = match content_type {
            "" | "application/json" => decode::json(body).map_err(|why| {
                let kind = expected.kind;
                Failure::bad_request(format!(
                    "the object provided is unrecognized (must be of type {kind}): couldn't get \
                     version/kind; json parse error: {why} ({})",
                    summary(body)
                ))
            })?,
            "application/yaml" => yaml(body)?,
            protobuf::CONTENT_TYPE => Json {
                value: protobuf::read(body).map_err(|error| protobuf_failure(&error))?,
                doubles: Vec::new(),
            },
            _ => return Err(Failure::media_type()),
        };
        check_kind(expected, &mut value)?;
        let unknown = decode::object(expected.fields, &mut value);
        let unknown = unknown.map_err(|why| expected.unfit(&why))?;
        self.tell(strictness, doubles, unknown)
            .map_err(|why| expected.unfit(&why))?;
        Ok(value)
    }

    /// Checks what a patch has made, as if it had been sent.
    pub(super) fn check_patched(
        &mut self,
        call: &Call<'_>,
        value: &mut Value,
        patch: Json,
    ) -> Result<(), Failure> {
        let expected = Expected::of(call);
        let is_same = value["kind"] == expected.kind && value["apiVersion"] == expected.api_version;
        let unknown = if is_same && call.patch == Some(PatchType::Merge) {
            decode::merged(expected.fields, value, &patch.value)
        } else if is_same {
            decode::object(expected.fields, value)
        } else {
            let (kind, version) = (&value["kind"], &value["apiVersion"]);
            Err(format!(
                "no kind {kind} is registered for version {version}"
            ))
        };
        let strictness = call.options.strictness;
        let checked = unknown.and_then(|it| self.tell(strictness, patch.doubles, it));
        checked.map_err(|why| unfit_patch(value, &why))
    }

    /// Tells of fields that are not known, or refuses them.
    fn tell(
        &mut self,
        strictness: Strictness,
        doubles: Vec<String>,
        unknown: Vec<String>,
    ) -> Result<(), String> {
        let told: Vec<String> = doubles.into_iter().chain(unknown).collect();
        match strictness {
            Strictness::Ignore => {}
            Strictness::Warn => self.warnings.extend(told),
            Strictness::Strict if told.is_empty() => {}
            Strictness::Strict => {
                return Err(format!("strict decoding error: {}", told.join(", ")));
            }
        }
        Ok(())
    }
}

/// An object by the names that are kept, which are not those of old Events.
pub(super) fn as_kept(row: &Resource, value: Value) -> Value {
    if row.kind == "Event" && row.group.is_empty() {
        events::by_new_names(&value)
    } else {
        value
    }
}

/// What came of a patch can't be an object of its kind.
pub(super) fn unfit_patch(value: &mut Value, why: &str) -> Failure {
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    let value = Value::from(value.to_string()).to_string();
    Failure::invalid_as(("", ""), "", &[Cause::invalid("patch", &value, why)])
}

/// An object says what it is, or is taken for what it is expected to be.
fn check_kind(expected: Expected, value: &mut Value) -> Result<(), Failure> {
    let Expected {
        kind, api_version, ..
    } = expected;
    let Some(fields) = value.as_object_mut() else {
        let why = "the object provided is unrecognized";
        return Err(Failure::bad_request(format!(
            "{why} (must be of type {kind}): couldn't get version/kind; it is no JSON object"
        )));
    };
    let own_kind = fields.get_or_insert_with("kind", || kind.into()).clone();
    let own_version = fields.get_or_insert_with("apiVersion", || api_version.into());
    let own_version = own_version.clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (own_kind, own_version) = (text(&own_kind), text(&own_version));
    if own_kind == kind && own_version == api_version {
        return Ok(());
    }
    if own_version != api_version && of_kind(&own_version, &own_kind).is_some() {
        return Err(Failure::bad_request(format!(
            "the API version in the data ({own_version}) does not match the expected API version \
             ({api_version})"
        )));
    }
    let group = api_version
        .split_once('/')
        .map_or("core", |(group, _)| group);
    let group = group.split('.').next().unwrap_or(group);
    let version = expected.version;
    Err(Failure::bad_request(format!(
        "{own_kind} in version \"{version}\" cannot be handled as a {kind}: converting \
         ({version}.{own_kind}) to ({group}.{kind}): unknown conversion"
    )))
}

/// A document in YAML, of which JSON is a part.
pub(super) fn yaml(body: &[u8]) -> Result<Json, Failure> {
    if body.trim_ascii_start().first() == Some(&b'{')
        && let Ok(json) = decode::json(body)
    {
        return Ok(json);
    }
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::bad_request(format!("error decoding YAML: {error}"))
    };
    let text = std::str::from_utf8(body).map_err(|error| unreadable(&error))?;
    let value = serde_saphyr::from_str(text).map_err(|error| unreadable(&error))?;
    Ok(Json {
        value,
        doubles: Vec::new(),
    })
}

fn protobuf_failure(error: &ProtobufError) -> Failure {
    match error {
        ProtobufError::NotAnEnvelope | ProtobufError::Malformed { .. } => {
            Failure::bad_request(error.to_string())
        }
        ProtobufError::UnknownKind { .. } | ProtobufError::UnknownField { .. } => {
            Failure::unknown_request(error.to_string())
        }
    }
}

fn summary(body: &[u8]) -> String {
    let is_text = body.first() == Some(&b'{');
    let shown = &body[..body.len().min(SHOWN_BYTES)];
    let more = if body.len() > SHOWN_BYTES { " ..." } else { "" };
    match shown {
        [] => "<empty>".to_owned(),
        shown if is_text => format!("{}{more}", String::from_utf8_lossy(shown)),
        // The real server shows bytes in hexadecimal; nobody reads them.
        shown => format!("{shown:02x?}{more}"),
    }
}
