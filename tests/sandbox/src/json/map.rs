//! The fields of an object, whose copies are the same memory until one of them is changed.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::value::write_text;
use super::{Text, Value};

/// Fields by their names, and in their order.
#[derive(Clone, Default)]
pub struct Map(Option<Arc<Node>>);

#[derive(Default)]
struct Node {
    /// Sorted by name, each name once.
    fields: Vec<(Text, Value)>,
    /// As text, once that was asked for while it was shared.
    text: OnceLock<Box<[u8]>>,
}

impl Clone for Node {
    fn clone(&self) -> Self {
        // A copy is made to be changed.
        Self {
            fields: self.fields.clone(),
            text: OnceLock::new(),
        }
    }
}

/// Up to so many fields are looked through one by one.
const FEW: usize = 16;

impl Map {
    /// No fields.
    pub const fn new() -> Self {
        Self(None)
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let fields = self.fields();
        let place = place(fields, name)?;
        Some(&fields[place].1)
    }

    /// The value of a field, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let place = place(self.fields(), name)?;
        Some(&mut self.fields_mut()[place].1)
    }

    /// Whether there is such a field.
    pub fn contains_key(&self, name: &str) -> bool {
        place(self.fields(), name).is_some()
    }

    /// Sets a field, and returns what it was.
    pub fn insert(&mut self, name: impl Into<Text>, value: Value) -> Option<Value> {
        let name = name.into();
        let place = find(self.fields(), &name);
        let fields = self.fields_mut();
        match place {
            Ok(place) => Some(std::mem::replace(&mut fields[place].1, value)),
            Err(place) => {
                fields.insert(place, (name, value));
                None
            }
        }
    }

    /// Takes a field away, and returns what it was.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let place = place(self.fields(), name)?;
        Some(self.fields_mut().remove(place).1)
    }

    /// The value of a field, made if there is none.
    pub fn get_or_insert_with(
        &mut self,
        name: impl AsRef<str>,
        make: impl FnOnce() -> Value,
    ) -> &mut Value {
        let name = name.as_ref();
        let place = find(self.fields(), name);
        let fields = self.fields_mut();
        let place = place.unwrap_or_else(|place| {
            fields.insert(place, (name.into(), make()));
            place
        });
        &mut fields[place].1
    }

    /// Keeps those that `is_kept` says, which may change them.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&str, &mut Value) -> bool) {
        if !self.is_empty() {
            let fields = self.fields_mut();
            fields.retain_mut(|(name, value)| is_kept(name, value));
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.fields().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.fields().is_empty()
    }

    /// Names and values.
    pub fn iter(&self) -> Iter<'_> {
        self.fields().iter().map(|(name, value)| (name, value))
    }

    /// The names.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> {
        self.fields().iter().map(|(name, _)| name)
    }

    /// The values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.fields().iter().map(|(_, value)| value)
    }

    /// The values, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        let fields = match &self.0 {
            Some(node) if !node.fields.is_empty() => self.fields_mut().as_mut_slice(),
            _ => &mut [],
        };
        fields.iter_mut().map(|(_, value)| value)
    }

    /// Appends it as text. What is shared is likely to be asked for again, so that is kept.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        let Some(node) = &self.0 else {
            to.extend_from_slice(b"{}");
            return;
        };
        if let Some(text) = node.text.get() {
            to.extend_from_slice(text);
            return;
        }
        let start = to.len();
        to.push(b'{');
        write_fields(node.fields.iter().map(|(name, value)| (&**name, value)), to);
        to.push(b'}');
        if Arc::strong_count(node) > 1 {
            // Another thread may have been quicker, with the same.
            let _ = node.text.set(to[start..].into());
        }
    }

    fn fields(&self) -> &[(Text, Value)] {
        self.0.as_deref().map_or(&[], |node| &node.fields)
    }

    fn fields_mut(&mut self) -> &mut Vec<(Text, Value)> {
        let node = Arc::make_mut(self.0.get_or_insert_default());
        node.text.take();
        &mut node.fields
    }
}

/// Where a field is. Most objects have a handful, and most names another length than the others.
fn place(fields: &[(Text, Value)], name: &str) -> Option<usize> {
    if fields.len() > FEW {
        return find(fields, name).ok();
    }
    fields.iter().position(|(it, _)| it.as_str() == name)
}

/// Where a field is, or would be.
fn find(fields: &[(Text, Value)], name: &str) -> Result<usize, usize> {
    fields.binary_search_by(|(it, _)| it.as_str().cmp(name))
}

/// Appends fields as they stand in an object, without its braces.
pub(crate) fn write_fields<'a>(
    fields: impl Iterator<Item = (&'a str, &'a Value)>,
    to: &mut Vec<u8>,
) {
    for (place, (name, value)) in fields.enumerate() {
        if place > 0 {
            to.push(b',');
        }
        write_text(name, to);
        to.push(b':');
        value.write(to);
    }
}

pub(super) type Split = fn(&(Text, Value)) -> (&Text, &Value);

/// Names and values.
pub(super) type Iter<'a> = std::iter::Map<std::slice::Iter<'a, (Text, Value)>, Split>;

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        let is_same = match (&self.0, &other.0) {
            (Some(left), Some(right)) => Arc::ptr_eq(left, right),
            (left, right) => left.is_none() && right.is_none(),
        };
        is_same || self.fields() == other.fields()
    }
}

impl<N: Into<Text>> FromIterator<(N, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(fields: I) -> Self {
        let mut map = Self::new();
        for (name, value) in fields {
            map.insert(name, value);
        }
        map
    }
}

impl<N: Into<Text>> Extend<(N, Value)> for Map {
    fn extend<I: IntoIterator<Item = (N, Value)>>(&mut self, fields: I) {
        for (name, value) in fields {
            self.insert(name, value);
        }
    }
}

impl IntoIterator for Map {
    type Item = (Text, Value);
    type IntoIter = std::vec::IntoIter<(Text, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        let node = self.0.map(Arc::unwrap_or_clone).unwrap_or_default();
        node.fields.into_iter()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a Text, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}
