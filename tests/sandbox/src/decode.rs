//! Reading objects as a typed server does: what a field can't hold is refused, what no field is called
//! is dropped and told, and what says nothing is left out.
//!
//! It must not know what values mean: whether a number of replicas makes sense is for
//! [`crate::admit`].

use crate::json::{Map, Value};

use types::Code;

mod json;
mod time;
mod types;

pub use json::{Json, json};
pub(crate) use types::named;
pub use types::{Type, of};

/// A step on the way to a field.
#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'a str),
    Item(usize),
}

/// The way to a field, innermost step first.
#[derive(Clone, Copy)]
struct Path<'a> {
    within: Option<&'a Path<'a>>,
    step: Step<'a>,
}

impl Path<'_> {
    /// `spec.containers[0].image`, or without the places in lists.
    fn text(&self, has_items: bool) -> String {
        let within = self.within.map(|it| it.text(has_items));
        match (self.step, within) {
            (Step::Field(name), None) => name.to_owned(),
            (Step::Field(name), Some(within)) => format!("{within}.{name}"),
            (Step::Item(place), Some(within)) if has_items => format!("{within}[{place}]"),
            (Step::Item(_), within) => within.unwrap_or_default(),
        }
    }
}

/// Makes of a document what a typed server has after reading it. Fields that the type does not have
/// are taken out and told, as `unknown field "spec.replica"`; a value that a field can't hold is an
/// error, in the words of the real server.
pub fn object(kind: &'static Type, value: &mut Value) -> Result<Vec<String>, String> {
    read(kind, value, None)
}

/// The same of a document that was read before, and into which something was put then: only what
/// that has is read anew.
pub fn merged(kind: &'static Type, value: &mut Value, put: &Value) -> Result<Vec<String>, String> {
    read(kind, value, put.as_object())
}

fn read(kind: &'static Type, value: &mut Value, put: Option<&Map>) -> Result<Vec<String>, String> {
    let mut reading = Reading {
        owner: kind.name,
        unknown: Vec::new(),
    };
    let Some(fields) = value.as_object_mut() else {
        return Err(mismatch(value, &Code::Object(0), None, kind.name));
    };
    match put {
        Some(put) => reading.fields_put(kind, fields, put, None)?,
        None => reading.fields(kind, fields, None)?,
    }
    Ok(reading.unknown)
}

struct Reading {
    /// The type whose field is being read.
    owner: &'static str,
    unknown: Vec<String>,
}

impl Reading {
    fn fields(
        &mut self,
        kind: &'static Type,
        fields: &mut Map,
        within: Option<&Path<'_>>,
    ) -> Result<(), String> {
        let mut result = Ok(());
        fields.retain(|name, value| {
            // What is refused is left as it is, to be shown.
            if result.is_err() {
                return true;
            }
            if value.is_null() {
                return false;
            }
            let step = Step::Field(name);
            let path = Path { within, step };
            let Some(code) = self.known(kind, name, &path) else {
                return false;
            };
            result = self.value(code, value, &path);
            result.is_err() || !is_nothing(code, value)
        });
        result
    }

    /// Of the fields those that were put.
    fn fields_put(
        &mut self,
        kind: &'static Type,
        fields: &mut Map,
        put: &Map,
        within: Option<&Path<'_>>,
    ) -> Result<(), String> {
        for (name, put) in put {
            let Some(value) = fields.get_mut(name) else {
                continue;
            };
            let step = Step::Field(name);
            let path = Path { within, step };
            let code = self.known(kind, name, &path);
            let is_kept = match (code, &mut *value, put) {
                (Some(Code::Object(place)), Value::Object(inner), Value::Object(put)) => {
                    self.fields_put(types::at(*place), inner, put, Some(&path))?;
                    true
                }
                (Some(code), value, _) if !value.is_null() => {
                    self.value(code, value, &path)?;
                    !is_nothing(code, value)
                }
                _ => false,
            };
            if !is_kept {
                fields.remove(name);
            }
        }
        Ok(())
    }

    /// What a field holds; that it is none is told.
    fn known(&mut self, kind: &'static Type, name: &str, path: &Path<'_>) -> Option<&'static Code> {
        let code = kind.field(name);
        if code.is_none() {
            let field = path.text(true);
            self.unknown.push(format!("unknown field \"{field}\""));
        }
        self.owner = kind.name;
        code
    }

    fn value(
        &mut self,
        code: &'static Code,
        value: &mut Value,
        path: &Path<'_>,
    ) -> Result<(), String> {
        let is_fit = match (code, &mut *value) {
            (Code::Anything, _)
            | (Code::Text | Code::Bytes | Code::NumberOrText, Value::String(_))
            | (Code::Boolean, Value::Bool(_))
            | (Code::Number, Value::Number(_))
            | (Code::Quantity, Value::String(_) | Value::Number(_)) => true,
            (Code::Int32 | Code::NumberOrText, Value::Number(number)) => {
                number.as_i64().is_some_and(|it| i32::try_from(it).is_ok())
            }
            (Code::Int64, Value::Number(number)) => number.as_i64().is_some(),
            (Code::Time, Value::String(text)) => return time::seconds(text),
            (Code::MicroTime, Value::String(text)) => return time::micros(text),
            (Code::Object(place), Value::Object(fields)) => {
                return self.fields(types::at(*place), fields, Some(path));
            }
            (Code::List(code), Value::Array(items)) => {
                let owner = self.owner;
                for (place, item) in items.iter_mut().enumerate() {
                    let step = Step::Item(place);
                    let within = Some(path);
                    self.owner = owner;
                    self.value(code, item, &Path { within, step })?;
                }
                true
            }
            (Code::Map(code), Value::Object(entries)) => {
                for value in entries.values_mut().filter(|it| !it.is_null()) {
                    self.value(code, value, path)?;
                }
                true
            }
            _ => false,
        };
        if is_fit {
            return Ok(());
        }
        Err(mismatch(value, code, Some(path), self.owner))
    }
}

/// Whether a typed server does not keep this apart from nothing.
fn is_nothing(code: &Code, value: &Value) -> bool {
    match (code, value) {
        (Code::List(_), Value::Array(items)) => items.is_empty(),
        (Code::Map(_), Value::Object(entries)) => entries.is_empty(),
        _ => false,
    }
}

fn mismatch(value: &Value, code: &Code, path: Option<&Path<'_>>, owner: &str) -> String {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(number) if matches!(code, Code::Int32 | Code::Int64 | Code::NumberOrText) => {
            format!("number {number}")
        }
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "string".to_owned(),
        Value::Array(_) => "array".to_owned(),
        Value::Object(_) => "object".to_owned(),
    };
    let wanted = code.of_go();
    match path {
        Some(path) => {
            let field = path.text(false);
            format!(
                "json: cannot unmarshal {found} into Go struct field {owner}.{field} of type {wanted}"
            )
        }
        None => format!("json: cannot unmarshal {found} into Go value of type {owner}"),
    }
}

#[cfg(test)]
mod tests;
