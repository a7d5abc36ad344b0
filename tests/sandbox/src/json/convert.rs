//! What values are made from, and made into.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{List, Map, Number, Text, Value};

/// Rows of what a value can be made from, and how.
macro_rules! from {
    ($($from:ty: |$it:ident| $make:expr;)*) => {
        $(impl From<$from> for Value {
            fn from($it: $from) -> Self {
                $make
            }
        })*
    };
}

from! {
    bool: |it| Self::Bool(it);
    i32: |it| Self::Number(it.into());
    i64: |it| Self::Number(it.into());
    u8: |it| Self::Number(it.into());
    u16: |it| Self::Number(it.into());
    u32: |it| Self::Number(it.into());
    u64: |it| Self::Number(it.into());
    usize: |it| Self::Number(it.into());
    // JSON has no infinity and no NaN.
    f64: |it| Number::from_f64(it).map_or(Self::Null, Self::Number);
    Text: |it| Self::String(it);
    String: |it| Self::String(it.into());
    &str: |it| Self::String(it.into());
    &String: |it| Self::String(it.into());
    &Text: |it| Self::String(it.clone());
    Cow<'_, str>: |it| Self::String(it.into());
    List: |it| Self::Array(it);
    Map: |it| Self::Object(it);
    &Value: |it| it.clone();
    &Map: |it| Self::Object(it.clone());
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Clone + Into<Self>> From<&[T]> for Value {
    fn from(items: &[T]) -> Self {
        items.iter().cloned().collect()
    }
}

impl<T: Clone + Into<Self>> From<&Vec<T>> for Value {
    fn from(items: &Vec<T>) -> Self {
        items.as_slice().into()
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(it) => Self::Bool(it),
            serde_json::Value::Number(it) => Self::Number(it),
            serde_json::Value::String(it) => Self::String(it.into()),
            serde_json::Value::Array(items) => items.into(),
            serde_json::Value::Object(fields) => {
                let fields = fields.into_iter();
                Self::Object(fields.map(|(name, value)| (name, value.into())).collect())
            }
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(it) => Self::Bool(*it),
            Value::Number(it) => Self::Number(it.clone()),
            Value::String(it) => Self::String(it.to_string()),
            Value::Array(list) => list.iter().map(Self::from).collect(),
            Value::Object(map) => {
                let fields = map.iter();
                let fields = fields.map(|(name, value)| (name.to_string(), Self::from(value)));
                Self::Object(fields.collect())
            }
        }
    }
}

impl PartialEq<str> for Value {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<i64> for Value {
    fn eq(&self, other: &i64) -> bool {
        self.as_i64() == Some(*other)
    }
}

impl PartialEq<i32> for Value {
    fn eq(&self, other: &i32) -> bool {
        self.as_i64() == Some((*other).into())
    }
}

impl PartialEq<bool> for Value {
    fn eq(&self, other: &bool) -> bool {
        self.as_bool() == Some(*other)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(list) => {
                let mut items = serializer.serialize_seq(Some(list.len()))?;
                list.iter().try_for_each(|it| items.serialize_element(it))?;
                items.end()
            }
            Self::Object(map) => {
                let mut fields = serializer.serialize_map(Some(map.len()))?;
                let mut all = map.iter();
                all.try_for_each(|(name, value)| fields.serialize_entry(name.as_str(), value))?;
                fields.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list: Vec<Value> = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, value)) = entries.next_entry::<Text, Value>()? {
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}
