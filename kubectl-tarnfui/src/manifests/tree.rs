//! YAML and JSON as a tree that knows its lines.
//!
//! Documents are told apart before they are read, so that one that can't be read hides no other.
//! What a tree means is not known here.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

use crate::error::one_line;

/// A value in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// Nothing.
    Null,
    /// Text, quoted or not.
    Text(String),
    /// A number, or true or false, as it could be written.
    Plain(String),
    /// A list.
    List(Vec<Located>),
    /// Names with values, in the order in which they are written.
    Map(Vec<(Name, Located)>),
}

/// A name in a map, and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) line: u64,
}

/// A value, and the line where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) node: Node,
    pub(super) line: u64,
}

/// A document that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) line: u64,
    pub(super) cause: String,
}

impl Located {
    /// The names in this map, with their values; none where it is no map.
    pub(super) fn entries(&self) -> &[(Name, Self)] {
        match &self.node {
            Node::Map(entries) => entries,
            Node::Null | Node::Text(_) | Node::Plain(_) | Node::List(_) => &[],
        }
    }

    /// The value under `name`.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let found = self.entries().iter().find(|(key, _)| key.text == name);
        found.map(|(_, value)| value)
    }

    /// The text under `name`, if it is one and says something.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match &self.get(name)?.node {
            Node::Text(text) if !text.is_empty() => Some(text),
            Node::Text(_) | Node::Null | Node::Plain(_) | Node::List(_) | Node::Map(_) => None,
        }
    }

    /// Moves all of it so many lines down.
    fn move_down(&mut self, lines: u64) {
        self.line += lines;
        match &mut self.node {
            Node::Null | Node::Text(_) | Node::Plain(_) => {}
            Node::List(items) => items.iter_mut().for_each(|item| item.move_down(lines)),
            Node::Map(entries) => {
                for (name, value) in entries {
                    name.line += lines;
                    value.move_down(lines);
                }
            }
        }
    }
}

/// The documents in `text`, but for the empty ones.
pub(super) fn documents(text: &str) -> impl Iterator<Item = Result<Located, Unreadable>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parts = parts(text)
        .into_iter()
        .filter(|(_, part)| has_content(part));
    parts.map(|(before, part)| document(before, part))
}

/// Reads one document. As one of several: where only one is asked for, what stands behind it is
/// passed over, and would not be seen.
fn document(before: u64, text: &str) -> Result<Located, Unreadable> {
    let read = serde_saphyr::from_multiple::<Spanned<Node>>(text);
    let read = read.map_err(|error| Unreadable {
        line: before + error.location().map_or(1, |it| it.line().max(1)),
        cause: cause(&error.without_snippet().to_string()),
    })?;
    let nothing = Located {
        node: Node::Null,
        line: 1,
    };
    let mut document = read.into_iter().next().map_or(nothing, Located::from);
    document.move_down(before);
    Ok(document)
}

/// What the reader says, without what it says to programmers, and without the place: it counts the
/// lines of this document alone.
fn cause(told: &str) -> String {
    let told = told.lines().next().unwrap_or_default();
    let told = told.split(", set DuplicateKeyPolicy").next();
    let told = told.and_then(|it| it.split(" at line ").next());
    one_line(told.unwrap_or_default())
}

/// The text taken apart where YAML says that a document begins or ends, which it may say nowhere
/// else: not within a quoted text, and not within a block. Each with the number of lines before it.
fn parts(text: &str) -> Vec<(u64, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut before) = (0, 0);
    let mut at = 0;
    for (index, line) in (0..).zip(text.split_inclusive('\n')) {
        if is_marker(line, "---") {
            parts.push((before, &text[start..at]));
            (start, before) = (at, index);
        }
        at += line.len();
        if is_marker(line, "...") {
            parts.push((before, &text[start..at]));
            (start, before) = (at, index + 1);
        }
    }
    parts.push((before, &text[start..]));
    parts
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// Whether there is more than comments, directives and marks of documents.
fn has_content(text: &str) -> bool {
    text.lines().any(|line| {
        let marked = ["---", "..."].iter().find(|it| is_marker(line, it));
        let rest = line[marked.map_or(0, |it| it.len())..].trim();
        !(rest.is_empty() || rest.starts_with('#') || line.starts_with('%'))
    })
}

impl From<Spanned<Node>> for Located {
    fn from(spanned: Spanned<Node>) -> Self {
        Self {
            line: spanned.referenced.line(),
            node: spanned.value,
        }
    }
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
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Plain(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Plain(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Plain(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Plain(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Node, E> {
        Ok(Node::Text(String::from_utf8_lossy(value).into_owned()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Node, D::Error> {
        Node::deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Spanned<Node>>()? {
            items.push(item.into());
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<Spanned<Node>, Spanned<Node>>()? {
            let line = key.referenced.line();
            let text = match key.value {
                Node::Text(text) | Node::Plain(text) => text,
                // Nothing that we look for has such a name.
                Node::Null | Node::List(_) | Node::Map(_) => continue,
            };
            entries.push((Name { text, line }, value.into()));
        }
        Ok(Node::Map(entries))
    }
}

#[cfg(test)]
mod tests;
