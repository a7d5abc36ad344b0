//! JSON as a strict reader sees it: with the fields that are there twice.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Path, Step};
use crate::json::{Map, Value};

/// A document, and what a strict reader would not have taken.
#[derive(Debug)]
pub struct Json {
    /// The document; of fields that are there twice, the last.
    pub value: Value,
    /// `duplicate field "data"`, for each.
    pub doubles: Vec<String>,
}

/// Reads a document. An error is in the words of the real server where it ends too early.
pub fn json(body: &[u8]) -> Result<Json, String> {
    let mut doubles = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(body);
    let seed = Seed {
        path: None,
        doubles: &mut doubles,
    };
    let value = seed.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    match value {
        Ok(value) => Ok(Json { value, doubles }),
        Err(error) if error.is_eof() => Err("unexpected end of JSON input".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

struct Seed<'a> {
    path: Option<&'a Path<'a>>,
    doubles: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let path = Path {
                within: self.path,
                step: Step::Item(list.len()),
            };
            let seed = Seed {
                path: Some(&path),
                doubles: &mut *self.doubles,
            };
            match items.next_element_seed(seed)? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list.into())),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let path = Path {
                within: self.path,
                step: Step::Field(&name),
            };
            if map.contains_key(&name) {
                let field = path.text(true);
                self.doubles.push(format!("duplicate field \"{field}\""));
            }
            let seed = Seed {
                path: Some(&path),
                doubles: &mut *self.doubles,
            };
            let value = entries.next_value_seed(seed)?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}
