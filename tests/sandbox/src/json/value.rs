//! A value, and how to reach into it.

use std::fmt;
use std::ops::{Index, IndexMut};

use super::{List, Map, Number, Text};

/// A JSON value.
#[derive(Clone, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(Text),
    /// A list.
    Array(List),
    /// Fields by their names.
    Object(Map),
}

/// What is found where nothing is.
static NULL: Value = Value::Null;

impl Value {
    /// The field of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// The field of an object, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.as_object_mut()?.get_mut(name)
    }

    /// What an RFC 6901 pointer leads to.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let mut steps = pointer.strip_prefix('/')?.split('/').map(unescaped);
        steps.try_fold(self, |value, step| match value {
            Self::Object(map) => map.get(&step),
            Self::Array(list) => list.get(place(&step)?),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => None,
        })
    }

    /// The same, to be changed.
    pub fn pointer_mut(&mut self, pointer: &str) -> Option<&mut Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let mut steps = pointer.strip_prefix('/')?.split('/').map(unescaped);
        steps.try_fold(self, |value, step| match value {
            Self::Object(map) => map.get_mut(&step),
            Self::Array(list) => list.get_mut(place(&step)?),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => None,
        })
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        let Self::String(text) = self else {
            return None;
        };
        Some(text)
    }

    /// True or false, if it is that.
    pub fn as_bool(&self) -> Option<bool> {
        let Self::Bool(value) = self else {
            return None;
        };
        Some(*value)
    }

    /// The number, if it is one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        let Self::Number(number) = self else {
            return None;
        };
        number.as_i64()
    }

    /// The number, if it is one that fits.
    pub fn as_u64(&self) -> Option<u64> {
        let Self::Number(number) = self else {
            return None;
        };
        number.as_u64()
    }

    /// The list, if it is one.
    pub fn as_array(&self) -> Option<&Vec<Self>> {
        let Self::Array(list) = self else {
            return None;
        };
        Some(list)
    }

    /// The list, to be changed, if it is one.
    pub fn as_array_mut(&mut self) -> Option<&mut Vec<Self>> {
        let Self::Array(list) = self else {
            return None;
        };
        Some(list)
    }

    /// The fields, if it is an object.
    pub fn as_object(&self) -> Option<&Map> {
        let Self::Object(map) = self else {
            return None;
        };
        Some(map)
    }

    /// The fields, to be changed, if it is an object.
    pub fn as_object_mut(&mut self) -> Option<&mut Map> {
        let Self::Object(map) = self else {
            return None;
        };
        Some(map)
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is a text.
    pub fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    /// Whether it is a list.
    pub fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// Takes it out, and leaves nothing.
    #[must_use]
    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// Appends it as text.
    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Object(map) => map.write(to),
            Self::Array(list) => list.write(to),
            Self::String(text) => write_text(text, to),
            Self::Null => to.extend_from_slice(b"null"),
            Self::Bool(true) => to.extend_from_slice(b"true"),
            Self::Bool(false) => to.extend_from_slice(b"false"),
            Self::Number(number) => {
                let written = serde_json::to_writer(to, number);
                written.expect("a number can be written into memory");
            }
        }
    }

    /// As text.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        self.write(&mut bytes);
        bytes
    }
}

/// A text in quotes. Few have anything in them that has to be escaped.
pub(super) fn write_text(text: &str, to: &mut Vec<u8>) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        to.push(b'"');
        to.extend_from_slice(text.as_bytes());
        to.push(b'"');
    } else {
        serde_json::to_writer(to, text).expect("a text can be written into memory");
    }
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// A place in a list: no sign, and no zero before it.
fn place(step: &str) -> Option<usize> {
    let is_odd = step.starts_with('+') || (step.starts_with('0') && step.len() > 1);
    if is_odd {
        return None;
    }
    step.parse().ok()
}

/// What a value is reached into by: the name of a field, or a place in a list.
pub trait Key {
    /// What is there, if anything is.
    fn find<'v>(&self, value: &'v Value) -> Option<&'v Value>;

    /// What is there, to be changed. A field that is not there is made.
    fn reach<'v>(&self, value: &'v mut Value) -> &'v mut Value;
}

impl Key for str {
    fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.get(self)
    }

    fn reach<'v>(&self, value: &'v mut Value) -> &'v mut Value {
        if value.is_null() {
            *value = Value::Object(Map::new());
        }
        let map = value.as_object_mut().expect("a field is of an object");
        map.get_or_insert_with(self, || Value::Null)
    }
}

impl Key for String {
    fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.get(self)
    }

    fn reach<'v>(&self, value: &'v mut Value) -> &'v mut Value {
        self.as_str().reach(value)
    }
}

impl Key for Text {
    fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.get(self)
    }

    fn reach<'v>(&self, value: &'v mut Value) -> &'v mut Value {
        self.as_str().reach(value)
    }
}

impl Key for usize {
    fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.as_array()?.get(*self)
    }

    fn reach<'v>(&self, value: &'v mut Value) -> &'v mut Value {
        let list = value.as_array_mut().expect("a place is in a list");
        &mut list[*self]
    }
}

impl<K: Key + ?Sized> Key for &K {
    fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        (**self).find(value)
    }

    fn reach<'v>(&self, value: &'v mut Value) -> &'v mut Value {
        (**self).reach(value)
    }
}

impl<K: Key> Index<K> for Value {
    type Output = Self;

    fn index(&self, key: K) -> &Self {
        key.find(self).unwrap_or(&NULL)
    }
}

impl<K: Key> IndexMut<K> for Value {
    /// # Panics
    ///
    /// If a field is asked of what is neither an object nor nothing, or a place of what is no list.
    fn index_mut(&mut self, key: K) -> &mut Self {
        key.reach(self)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_bytes()))
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
