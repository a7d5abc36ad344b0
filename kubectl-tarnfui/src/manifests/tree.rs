//! A document with the line of everything in it, whatever its shape.
//!
//! Typed reading stops at the first thing that is not as expected, and takes the rest of a file
//! with it; from a tree each object is read on its own.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value as Json};
use serde_saphyr::Spanned;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    /// Its line in the document, from 1 on.
    pub(super) line: usize,
    pub(super) node: Node,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Scalar(Json),
    List(Vec<Tree>),
    Map(Vec<Entry>),
}

/// A key of a map, with its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    /// The line of the key, which is where people look for the value.
    pub(super) line: usize,
    pub(super) value: Tree,
}

impl Tree {
    /// The value at a path of keys.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, key| {
            let found = tree.entries().iter().find(|entry| entry.key == *key)?;
            Some(&found.value)
        })
    }

    /// The text at a path of keys, where there is one.
    pub(super) fn text(&self, path: &[&str]) -> Option<&str> {
        match &self.at(path)?.node {
            Node::Scalar(Json::String(text)) => Some(text),
            Node::Scalar(_) | Node::List(_) | Node::Map(_) => None,
        }
    }

    /// The keys of a map; of anything else, none.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.node {
            Node::Map(entries) => entries,
            Node::Scalar(_) | Node::List(_) => &[],
        }
    }

    /// The items of a list; of anything else, none.
    pub(super) fn items(&self) -> &[Self] {
        match &self.node {
            Node::List(items) => items,
            Node::Scalar(_) | Node::Map(_) => &[],
        }
    }

    /// The same without its places.
    pub(super) fn to_json(&self) -> Json {
        match &self.node {
            Node::Scalar(value) => value.clone(),
            Node::List(items) => items.iter().map(Self::to_json).collect(),
            Node::Map(entries) => {
                let pairs = entries.iter();
                pairs
                    .map(|entry| (entry.key.clone(), entry.value.to_json()))
                    .collect()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned {
            value, referenced, ..
        } = Spanned::<Node>::deserialize(deserializer)?;
        Ok(Self {
            line: line(&referenced),
            node: value,
        })
    }
}

/// The line of a place; the first where it is not known.
fn line(location: &serde_saphyr::Location) -> usize {
    usize::try_from(location.line()).unwrap_or(1).max(1)
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Json::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Json::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        // JSON has no infinity; nothing that is read here is a fraction.
        Ok(Node::Scalar(
            Number::from_f64(value).map_or(Json::Null, Json::Number),
        ))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = items.next_element()? {
            found.push(item);
        }
        Ok(Node::List(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(Spanned {
            value: key,
            referenced,
            ..
        }) = map.next_key::<Spanned<String>>()?
        {
            entries.push(Entry {
                key,
                line: line(&referenced),
                value: map.next_value()?,
            });
        }
        Ok(Node::Map(entries))
    }
}
