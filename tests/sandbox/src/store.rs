//! What is kept: objects by resource, namespace and name, and what happened to them lately.
//!
//! Every change has a version, one more than the one before. What may be changed is not decided here.

use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::json::{Value, write_fields};
use crate::kinds::RESOURCES;

/// How many changes of one resource are remembered: a watch that lies further behind is told that
/// its version is too old.
const HISTORY: usize = 4096;

/// An object as it was at one version.
#[derive(Debug)]
pub struct Object {
    /// The document, with its version in it.
    pub value: Value,
    /// The version.
    pub version: u64,
    text: OnceLock<Text>,
}

/// A document as text, with its kind first.
#[derive(Debug)]
struct Text {
    whole: Bytes,
    /// Where the kind ends, and what is in a list begins.
    head: usize,
}

impl Object {
    pub(crate) fn new(mut value: Value, version: u64) -> Arc<Self> {
        value["metadata"]["resourceVersion"] = version.to_string().into();
        Arc::new(Self {
            value,
            version,
            text: OnceLock::new(),
        })
    }

    /// The document as text, written once.
    pub fn bytes(&self) -> &Bytes {
        &self.text().whole
    }

    /// The same without its kind, as it is in a list, but for the brace that begins it.
    pub fn without_kind(&self) -> &[u8] {
        let text = self.text();
        &text.whole[text.head..]
    }

    fn text(&self) -> &Text {
        self.text.get_or_init(|| write(&self.value))
    }

    /// A text of the metadata, or nothing.
    pub fn metadata(&self, key: &str) -> &str {
        self.value["metadata"][key].as_str().unwrap_or_default()
    }
}

/// Writes an object with its kind first.
fn write(value: &Value) -> Text {
    let mut whole = Vec::with_capacity(2048);
    whole.extend_from_slice(b"{\"kind\":");
    value["kind"].write(&mut whole);
    whole.extend_from_slice(b",\"apiVersion\":");
    value["apiVersion"].write(&mut whole);
    whole.push(b',');
    let head = whole.len();
    let fields = value.as_object().into_iter().flatten();
    let fields = fields.map(|(name, value)| (name.as_str(), value));
    let rest = fields.filter(|(name, _)| !matches!(*name, "kind" | "apiVersion"));
    write_fields(rest, &mut whole);
    whole.push(b'}');
    Text {
        whole: whole.into(),
        head,
    }
}

/// The order of a list: by the whole key, in which the namespace ends with a slash.
pub fn order(left: (&str, &str), right: (&str, &str)) -> Ordering {
    let key = |(namespace, name)| -> [&str; 3] { [namespace, "/", name] };
    let (left, right) = (key(left), key(right));
    let left = left.iter().flat_map(|it| it.bytes());
    left.cmp(right.iter().flat_map(|it| it.bytes()))
}

/// What happened to one object.
#[derive(Debug, Clone)]
pub struct Change {
    /// The version of the change.
    pub version: u64,
    /// What was before, if anything was.
    pub before: Option<Arc<Object>>,
    /// What is now; of a deletion, the object as it was last, with the version of the deletion.
    pub after: Arc<Object>,
    /// Whether it is gone.
    pub is_deletion: bool,
}

type Names = BTreeMap<Box<str>, Arc<Object>>;

#[derive(Debug, Clone, Default)]
struct Table {
    objects: BTreeMap<Box<str>, Names>,
    history: VecDeque<Change>,
    /// The newest version that is no longer remembered.
    forgotten: u64,
    changed_at: u64,
}

/// All objects.
#[derive(Debug, Clone)]
pub struct Store {
    tables: Vec<Table>,
    version: u64,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            tables: RESOURCES.iter().map(|_| Table::default()).collect(),
            version: 1,
        }
    }
}

impl Store {
    /// The version of the newest change of all.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The version of the newest change of one resource.
    pub fn changed_at(&self, resource: usize) -> u64 {
        self.tables[resource].changed_at
    }

    /// One object. Of a resource without namespaces, the namespace is the empty text.
    pub fn get(&self, resource: usize, namespace: &str, name: &str) -> Option<&Arc<Object>> {
        self.tables[resource].objects.get(namespace)?.get(name)
    }

    /// All objects of a resource, or those in one namespace, in their [`order`].
    pub fn all<'s>(
        &'s self,
        resource: usize,
        namespace: Option<&str>,
    ) -> Box<dyn Iterator<Item = &'s Arc<Object>> + 's> {
        let objects = &self.tables[resource].objects;
        if let Some(namespace) = namespace {
            return Box::new(objects.get(namespace).into_iter().flat_map(Names::values));
        }
        let mut all: Vec<_> = objects.iter().collect();
        all.sort_by(|left, right| order((left.0, ""), (right.0, "")));
        Box::new(all.into_iter().flat_map(|(_, names)| names.values()))
    }

    /// Puts an object in its place, new or not, with a version of its own.
    pub fn put(&mut self, resource: usize, value: Value) -> Arc<Object> {
        self.version += 1;
        let object = Object::new(value, self.version);
        let (namespace, name) = (object.metadata("namespace"), object.metadata("name"));
        let table = &mut self.tables[resource];
        let known = table.objects.get_mut(namespace);
        let before = if let Some(before) = known.and_then(|names| names.get_mut(name)) {
            Some(std::mem::replace(before, object.clone()))
        } else {
            let names = table.objects.entry(namespace.into()).or_default();
            names.insert(name.into(), object.clone())
        };
        table.remember(Change {
            version: self.version,
            before,
            after: object.clone(),
            is_deletion: false,
        });
        object
    }

    /// Takes an object away, and returns it as it was last.
    pub fn remove(&mut self, resource: usize, namespace: &str, name: &str) -> Option<Arc<Object>> {
        let table = &mut self.tables[resource];
        let names = table.objects.get_mut(namespace)?;
        let before = names.remove(name)?;
        if names.is_empty() {
            table.objects.remove(namespace);
        }
        self.version += 1;
        let after = Object::new(before.value.clone(), self.version);
        table.remember(Change {
            version: self.version,
            before: Some(before),
            after: after.clone(),
            is_deletion: true,
        });
        Some(after)
    }

    /// What happened after a version, oldest first; none if that is no longer remembered.
    pub fn since(&self, resource: usize, version: u64) -> Option<impl Iterator<Item = &Change>> {
        let table = &self.tables[resource];
        let start = table.history.partition_point(|it| it.version <= version);
        (version >= table.forgotten).then(|| table.history.range(start..))
    }

    /// All objects of a resource as they were at a version; none if that is no longer remembered.
    pub fn at(&self, resource: usize, version: u64) -> Option<Vec<Arc<Object>>> {
        let key = |it: &Arc<Object>| {
            (
                it.metadata("namespace").to_owned(),
                it.metadata("name").to_owned(),
            )
        };
        if version < self.tables[resource].forgotten {
            return None;
        }
        let mut objects: BTreeMap<_, _> = self
            .all(resource, None)
            .map(|it| (key(it), it.clone()))
            .collect();
        let later = self.tables[resource].history.iter().rev();
        for change in later.take_while(|it| it.version > version) {
            match &change.before {
                Some(before) => drop(objects.insert(key(before), before.clone())),
                None => drop(objects.remove(&key(&change.after))),
            }
        }
        let mut objects: Vec<_> = objects.into_values().collect();
        let key = |it: &Arc<Object>| [it.metadata("namespace"), "/", it.metadata("name")].concat();
        objects.sort_by_cached_key(key);
        Some(objects)
    }

    /// Forgets what happened so far, as a server does that compacts its history.
    pub fn compact(&mut self) {
        for table in &mut self.tables {
            table.history.clear();
            table.forgotten = self.version;
        }
    }
}

impl Table {
    fn remember(&mut self, change: Change) {
        self.changed_at = change.version;
        self.history.push_back(change);
        if self.history.len() > HISTORY {
            let oldest = self.history.pop_front();
            self.forgotten = oldest.map_or(self.forgotten, |it| it.version);
        }
    }
}

#[cfg(test)]
mod tests;
