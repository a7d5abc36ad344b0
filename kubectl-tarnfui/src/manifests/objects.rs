//! Namespaces and workloads out of files, with the lines where they stand.
//!
//! Unlike [`super::read`], which explains what a file means, this takes what it can and says what is
//! wrong with the rest: who looks for faults wants all of them.

use std::collections::BTreeMap;

use tarnfui_shared::workload::{KINDS, Kind};

use super::tree::{self, Located, Node};
use crate::error::one_line;
use crate::reading::Annotations;

/// What is in a file, as far as we have to do with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// The namespaces and workloads.
    pub objects: Vec<Object>,
    /// What can't be read.
    pub faults: Vec<Fault>,
}

/// What sort of object it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A Namespace.
    Namespace,
    /// A workload.
    Workload(Kind),
}

/// A namespace or workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Which of both.
    pub sort: Sort,
    /// The namespace of a workload, where it says one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Its annotations, but for those that are no text.
    pub annotations: Annotations,
    /// The line where it begins.
    pub line: u64,
    /// The lines of its annotations.
    pub lines: BTreeMap<String, u64>,
}

/// Something that no API server would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line.
    pub line: u64,
    /// The object, where there is one.
    pub object: Option<String>,
    /// The field or annotation, where there is one.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl Object {
    /// As it is shown: `namespace/shop`, or `shop/deployment/web`.
    pub fn reference(&self) -> String {
        match (self.sort, &self.namespace) {
            (Sort::Namespace, _) => format!("namespace/{}", self.name),
            (Sort::Workload(kind), None) => format!("{}/{}", kind.row().singular, self.name),
            (Sort::Workload(kind), Some(namespace)) => {
                format!("{namespace}/{}/{}", kind.row().singular, self.name)
            }
        }
    }

    /// The line of an annotation, or of the object where it has no such.
    pub fn line_of(&self, key: &str) -> u64 {
        self.lines.get(key).copied().unwrap_or(self.line)
    }
}

/// What is in the text of a file.
pub fn contents(text: &str) -> Contents {
    let mut contents = Contents::default();
    for document in tree::documents(text) {
        match document {
            Ok(document) => contents.collect(&document, ""),
            Err(unreadable) => contents.faults.push(Fault {
                line: unreadable.line,
                object: None,
                key: None,
                message: format!("no YAML: {}", unreadable.cause),
                hint: None,
            }),
        }
    }
    contents
}

/// The line of a configuration's `path`, such as `defaults.schedule`; of what it is in, where it
/// has no line of its own.
pub fn line_of_path(text: &str, path: &str) -> u64 {
    let Some(Ok(document)) = tree::documents(text).next() else {
        return 1;
    };
    let (mut here, mut line, mut rest) = (&document, document.line, path);
    loop {
        let found = here.entries().iter().find_map(|(name, value)| {
            let after = rest.strip_prefix(name.text.as_str())?;
            let after = after.strip_prefix('.').or(after.is_empty().then_some(""))?;
            Some((name.line, value, after))
        });
        let Some(found) = found else { return line };
        (line, here, rest) = found;
    }
}

impl Contents {
    /// Adds what is in this object. Those in a list of a kind need not say that they are of it.
    fn collect(&mut self, object: &Located, usual_kind: &str) {
        let kind = object.text("kind").unwrap_or(usual_kind);
        if let Some(inner) = kind.strip_suffix("List") {
            if let Some(Node::List(items)) = object.get("items").map(|it| &it.node) {
                for item in items {
                    self.collect(item, inner);
                }
            }
            return;
        }
        let group = object.text("apiVersion").map(|version| {
            let group = version.split_once('/').map(|(group, _)| group);
            group.unwrap_or_default()
        });
        if let Some(sort) = sort(kind, group) {
            self.add(object, sort);
        }
    }

    fn add(&mut self, object: &Located, sort: Sort) {
        let metadata = object.get("metadata");
        let text = |name| metadata.and_then(|it| it.text(name));
        let Some(name) = text("name").or_else(|| text("generateName")) else {
            let kind = match sort {
                Sort::Namespace => "Namespace",
                Sort::Workload(kind) => kind.row().name,
            };
            self.faults.push(Fault {
                line: object.line,
                object: None,
                key: Some("metadata.name".into()),
                message: format!("a {kind} without a name"),
                hint: Some("give it a metadata.name".into()),
            });
            return;
        };
        let mut found = Object {
            sort,
            namespace: text("namespace").map(one_line),
            name: one_line(name),
            annotations: Annotations::new(),
            line: object.line,
            lines: BTreeMap::new(),
        };
        if let Some(annotations) = metadata.and_then(|it| it.get("annotations")) {
            self.annotate(&mut found, annotations);
        }
        self.objects.push(found);
    }

    fn annotate(&mut self, object: &mut Object, annotations: &Located) {
        let reference = object.reference();
        let fault = |line, key: &str, message: &str, hint: Option<String>| Fault {
            line,
            object: Some(reference.clone()),
            key: Some(one_line(key)),
            message: message.to_owned(),
            hint,
        };
        match &annotations.node {
            Node::Null | Node::Map(_) => {}
            Node::Text(_) | Node::Plain(_) | Node::List(_) => {
                let told = "it is no map of names to texts";
                let fault = fault(annotations.line, "metadata.annotations", told, None);
                self.faults.push(fault);
            }
        }
        for (name, value) in annotations.entries() {
            let key = &name.text;
            let hint = match &value.node {
                Node::Text(text) => {
                    object.annotations.insert(key.clone(), text.clone());
                    object.lines.insert(key.clone(), name.line);
                    continue;
                }
                Node::Plain(text) => one_line(&format!("quote it: {key}: \"{text}\"")),
                Node::Null => "give it a value, or take it out".to_owned(),
                Node::List(_) | Node::Map(_) => "write one text, in quotes".to_owned(),
            };
            self.faults
                .push(fault(name.line, key, "its value is no text", Some(hint)));
        }
    }
}

/// What we have to do with, by kind and API group; none of these is in a group of the same kind that
/// somebody else defined.
fn sort(kind: &str, group: Option<&str>) -> Option<Sort> {
    let is_of = |ours: &str| group.is_none_or(|group| group == ours);
    if kind == "Namespace" {
        return is_of("").then_some(Sort::Namespace);
    }
    let row = KINDS.iter().find(|row| row.name == kind)?;
    is_of(row.group).then_some(Sort::Workload(row.kind))
}

#[cfg(test)]
mod tests;
