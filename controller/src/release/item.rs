//! An item of a list, which may be one that can't be read: that is a value here, so that it can be
//! named and holds up no other. Nothing is printed here.

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tarnfui_shared::observe::{RawMetadata, RawWorkload, Workload};
use tarnfui_shared::problem::cut;
use tarnfui_shared::workload::{Kind, SAVED_LABEL};

use crate::watch::object::Raw;

/// How many of a kind are named; of the rest there is a count. Where there are more, one reason is
/// behind all of them, and nobody reads a thousand lines.
pub(super) const MAX_NAMED: usize = 10;

/// The longest reason or name that is shown, in bytes: it may hold whatever the object does.
const MAX_BYTES: usize = 256;

/// An item as it was sent.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// One whose fields are what they should be.
    Whole(RawWorkload),
    /// Any other, with its name and namespace where it has them, and what is wrong.
    Broken(RawMetadata, String),
}

impl Raw for Item {
    fn metadata(&self) -> &RawMetadata {
        match self {
            Self::Whole(raw) => &raw.metadata,
            Self::Broken(metadata, _) => metadata,
        }
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By way of a tree, because what was read in vain can't be read again from a stream.
        let tree = Value::deserialize(deserializer)?;
        let read = RawWorkload::deserialize(&tree);
        Ok(read.map_or_else(
            |error| Self::Broken(metadata(&tree), error.to_string()),
            Self::Whole,
        ))
    }
}

/// The little that names it.
fn metadata(tree: &Value) -> RawMetadata {
    let text = |key: &str| tree["metadata"][key].as_str().map(str::to_owned);
    let mut metadata = RawMetadata::default();
    metadata.name = text("name").unwrap_or_default();
    metadata.namespace = text("namespace");
    metadata
}

impl Item {
    /// The workload and its namespace, or why there is none.
    pub(super) fn read(self, kind: Kind) -> Result<(Box<str>, Workload), Unread> {
        let RawMetadata {
            name, namespace, ..
        } = self.metadata();
        let namespace = namespace.clone().filter(|namespace| !namespace.is_empty());
        let unread = Unread {
            kind,
            namespace: namespace.clone(),
            name: name.clone(),
            why: String::new(),
        };
        let because = |why: String| Unread { why, ..unread };
        match (self, namespace) {
            (Self::Broken(_, why), _) => Err(because(why)),
            (Self::Whole(_), None) => Err(because("it has no metadata.namespace".to_owned())),
            (Self::Whole(raw), Some(_)) if raw.metadata.name.is_empty() => {
                Err(because("it has no metadata.name".to_owned()))
            }
            (Self::Whole(raw), Some(namespace)) => match raw.observe(kind) {
                Ok(workload) => Ok((namespace.into(), workload)),
                Err(error) => Err(because(error.to_string())),
            },
        }
    }
}

/// An object that can't be read, so that nobody knows whether it sleeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    kind: Kind,
    namespace: Option<String>,
    /// Empty where it has none.
    name: String,
    why: String,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "in {}: ", short(namespace))?,
            None => f.write_str("in no namespace that is known: ")?,
        }
        let singular = self.kind.row().singular;
        match self.name.as_str() {
            "" => write!(f, "a {singular} without a name")?,
            name => write!(f, "{singular}/{}", short(name))?,
        }
        let why = short(&self.why);
        write!(f, ": can't be read: {why}; {}", next_step(self.kind, "it"))
    }
}

/// All of a kind that can't be read.
#[derive(Debug, Default)]
pub(super) struct AllUnread {
    named: Vec<Unread>,
    more: usize,
}

impl AllUnread {
    pub(super) fn push(&mut self, unread: Unread) {
        if self.named.len() < MAX_NAMED {
            self.named.push(unread);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn count(&self) -> usize {
        self.named.len() + self.more
    }

    /// A line for each that is named, and one for the rest.
    pub(super) fn lines(&self, kind: Kind) -> impl Iterator<Item = String> {
        let named = self.named.iter().map(|unread| format!("left, {unread}"));
        let rest = (self.more > 0).then(|| {
            let step = next_step(kind, "any");
            format!(
                "left, {} more of kind {kind}: can't be read; {step}",
                self.more
            )
        });
        named.chain(rest)
    }
}

fn next_step(kind: Kind, which: &str) -> String {
    let field = kind.row().field.path();
    format!(
        "nothing is written; hint: see by kubectl whether {which} has the label {SAVED_LABEL}; \
         if so, set {field} and take the label away"
    )
}

fn short(text: &str) -> String {
    cut(text.to_owned(), MAX_BYTES)
}

#[cfg(test)]
mod tests;
