//! Reading the protobuf that `kubectl` sends where it has a type of its own for what it makes:
//! `create namespace`, `create configmap`, `auth can-i` and the like know no other encoding, and a
//! 415 does not make them take one. Answers are JSON, which they also accept.
//!
//! It must not leave out what it does not understand: a field that is set and not in the tables of
//! `schema` is an error, which names it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;

use crate::json::{Map, Value, json};

use schema::{ENVELOPE, Field, Kind, TYPES};

mod schema;

/// What `Content-Type` and `Accept` call it.
pub const CONTENT_TYPE: &str = "application/vnd.kubernetes.protobuf";

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtobufError {
    /// It does not begin as the protobuf of Kubernetes does.
    #[error("the body is no protobuf of Kubernetes")]
    NotAnEnvelope,
    /// There is no table for its kind.
    #[error("{kind} of {api_version} can be sent as JSON only")]
    UnknownKind {
        /// As in objects.
        api_version: String,
        /// As in objects.
        kind: String,
    },
    /// A field is set that no table has.
    #[error("field {number} below {place} can be sent as JSON only")]
    UnknownField {
        /// The names of the fields around it: `spec.template`.
        place: String,
        /// Its number.
        number: u64,
    },
    /// It ends too early, or a value is not of the type that its field has.
    #[error("the value below {place} is malformed")]
    Malformed {
        /// The names of the fields around it.
        place: String,
    },
}

/// Reads an object, with its `apiVersion` and `kind`. Fields that are empty are left out, for
/// protobuf does not tell them from those that are not set.
pub fn read(body: &[u8]) -> Result<Value, ProtobufError> {
    let body = body
        .strip_prefix(b"k8s\0")
        .ok_or(ProtobufError::NotAnEnvelope)?;
    let mut raw: &[u8] = &[];
    let envelope = message(body, ENVELOPE, "the envelope", &mut raw)?;
    let word = |name: &str| {
        let found = envelope.get("typeMeta").and_then(|it| it.get(name));
        found.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (api_version, kind) = (word("apiVersion"), word("kind"));
    let Some((.., fields)) = TYPES
        .iter()
        .find(|(its_version, its_kind, _)| *its_version == api_version && *its_kind == kind)
    else {
        return Err(ProtobufError::UnknownKind { api_version, kind });
    };
    let mut object = message(raw, fields, &kind, &mut &[][..])?;
    object.insert("apiVersion".to_owned(), api_version.into());
    object.insert("kind".to_owned(), kind.into());
    Ok(Value::Object(object))
}

/// A value as it is on the wire.
#[derive(Clone, Copy)]
enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl Wire<'_> {
    fn is_empty(self) -> bool {
        match self {
            Self::Number(number) => number == 0,
            Self::Bytes(bytes) => bytes.is_empty(),
        }
    }
}

/// Reads the fields of a message. `raw` is where the bytes of the object go that an envelope holds.
fn message<'a>(
    mut body: &'a [u8],
    fields: &[Field],
    place: &str,
    raw: &mut &'a [u8],
) -> Result<Map, ProtobufError> {
    let mut object = Map::new();
    while !body.is_empty() {
        let (number, wire) = next(&mut body).ok_or_else(|| malformed(place))?;
        let Some(field) = fields.iter().find(|it| it.number == number) else {
            if wire.is_empty() {
                continue;
            }
            let place = place.to_owned();
            return Err(ProtobufError::UnknownField { place, number });
        };
        if let (Kind::Raw, Wire::Bytes(bytes)) = (&field.kind, wire) {
            *raw = bytes;
            continue;
        }
        let value = value(&field.kind, wire, &format!("{place}.{}", field.name))?;
        add(&mut object, field, value);
    }
    Ok(object)
}

/// Adds a value to those that are there, if it is one.
fn add(object: &mut Map, field: &Field, value: Value) {
    let name = field.name.to_owned();
    match (value, object.get_mut(field.name)) {
        (value, Some(Value::Array(list))) if field.is_many => list.push(value),
        (value, None) if field.is_many => {
            object.insert(name, json!([value]));
        }
        (Value::Object(entry), Some(Value::Object(map))) => map.extend(entry),
        (value, _) if matches!(field.kind, Kind::Meant(_)) || !is_nothing(&value) => {
            object.insert(name, value);
        }
        _ => {}
    }
}

fn is_nothing(value: &Value) -> bool {
    let is_empty_map = value.as_object().is_some_and(Map::is_empty);
    let is_zero = value.as_i64() == Some(0) || *value == Value::Bool(false);
    is_empty_map || is_zero || value.as_str() == Some("") || value.is_null()
}

fn value(kind: &Kind, wire: Wire<'_>, place: &str) -> Result<Value, ProtobufError> {
    let wrong = || malformed(place);
    match (kind, wire) {
        (Kind::Number, Wire::Number(number)) => Ok(json!(number.cast_signed())),
        (Kind::Bool, Wire::Number(number)) => Ok(json!(number != 0)),
        (Kind::Text, Wire::Bytes(bytes)) => {
            let text = str::from_utf8(bytes).map_err(|_| wrong())?;
            Ok(json!(text))
        }
        (Kind::Bytes, Wire::Bytes(bytes)) => Ok(json!(BASE64_STANDARD.encode(bytes))),
        (Kind::Time, Wire::Bytes([])) => Ok(Value::Null),
        (Kind::Time, Wire::Bytes(bytes)) => {
            let time = message(bytes, schema::TIME, place, &mut &[][..])?;
            let seconds = time.get("seconds").and_then(Value::as_i64).unwrap_or(0);
            let time = Timestamp::from_second(seconds).map_err(|_| wrong())?;
            Ok(json!(time.to_string()))
        }
        (Kind::Message(fields), Wire::Bytes(bytes)) => {
            message(bytes, fields, place, &mut &[][..]).map(Value::Object)
        }
        (Kind::Map(kind), Wire::Bytes(bytes)) => entry(kind, bytes, place),
        (Kind::NumberOrText, Wire::Bytes(bytes)) => {
            let mut both = message(bytes, schema::NUMBER_OR_TEXT, place, &mut &[][..])?;
            let name = if both.contains_key("isText") {
                "text"
            } else {
                "number"
            };
            Ok(both.remove(name).unwrap_or(json!(0)))
        }
        (Kind::Meant(kind), wire) => value(kind, wire, place),
        (Kind::Number | Kind::Bool | Kind::Raw, Wire::Bytes(_)) | (_, Wire::Number(_)) => {
            Err(wrong())
        }
    }
}

/// One entry of a map: a message of a key and a value, of which either may be missing if empty.
fn entry(kind: &Kind, mut body: &[u8], place: &str) -> Result<Value, ProtobufError> {
    let mut key = Value::from("");
    let mut found = value(kind, Wire::Bytes(&[]), place)?;
    while !body.is_empty() {
        match next(&mut body) {
            Some((1, wire)) => key = value(&Kind::Text, wire, place)?,
            Some((2, wire)) => found = value(kind, wire, place)?,
            _ => return Err(malformed(place)),
        }
    }
    let key = key.as_str().unwrap_or_default().to_owned();
    Ok(Value::Object(Map::from_iter([(key, found)])))
}

/// The number and the value of the next field. Of the six types of the wire two are in use here.
fn next<'a>(body: &mut &'a [u8]) -> Option<(u64, Wire<'a>)> {
    let tag = varint(body)?;
    let wire = match tag & 7 {
        0 => Wire::Number(varint(body)?),
        2 => {
            let length = usize::try_from(varint(body)?).ok()?;
            let (bytes, rest) = body.split_at_checked(length)?;
            *body = rest;
            Wire::Bytes(bytes)
        }
        _ => return None,
    };
    Some((tag >> 3, wire))
}

/// A number in groups of seven bits, the lowest first.
fn varint(body: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = body.split_first()?;
        *body = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn malformed(place: &str) -> ProtobufError {
    ProtobufError::Malformed {
        place: place.to_owned(),
    }
}

#[cfg(test)]
mod tests;
