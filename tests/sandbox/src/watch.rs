//! Watches: what of the changes one of them is told, and in which words.
//!
//! A watch is a place in the history and nothing more, so one that nobody reads costs nothing. How
//! long it lasts is for the door to hold.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use crate::answer::Failure;
use crate::json::{Value, json};
use crate::request::{Call, Form};
use crate::store::{Change, Object, Store};
use crate::table;
use crate::view::View;

/// The annotation by which a watch says that it has told all there was.
const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

/// A stream of events.
#[derive(Debug)]
pub struct Watch {
    /// The resource, by its place in the table: what to wait for.
    pub resource: usize,
    /// How long it may last, if that was said.
    pub lasts: Option<Duration>,
    /// Whether it may be told of versions at which nothing happened to it.
    pub has_bookmarks: bool,
    namespace: Option<String>,
    selector: crate::selector::Selector,
    view: View,
    /// The version up to which everything was told.
    version: u64,
    initial: Vec<Bytes>,
    /// Whether the first bookmark is still to say that it has told all there was.
    owes_end: bool,
    /// Whether the columns of its tables were told, which is done once.
    has_columns: bool,
}

impl Watch {
    /// A watch from `version` on.
    pub fn new(call: &Call<'_>, resource: usize, view: View, version: u64) -> Self {
        let options = &call.options;
        Self {
            resource,
            lasts: options.timeout_seconds.map(Duration::from_secs),
            has_bookmarks: options.bookmarks,
            namespace: call.target.namespace.map(str::to_owned),
            selector: options.selector.clone(),
            view,
            version,
            initial: Vec::new(),
            owes_end: false,
            has_columns: false,
        }
    }

    /// Begins with everything there is, each as if it had just been made. The first bookmark says
    /// that this was all.
    pub fn begin(&mut self, objects: &[Arc<Object>]) {
        for object in objects {
            let line = self.event("ADDED", object);
            self.initial.push(line);
        }
        self.owes_end = true;
    }

    /// From now on ages are counted to this.
    pub fn tick(&mut self, now: Timestamp) {
        self.view = self.view.at(now);
    }

    /// Says after that at once that this was all.
    pub fn end_initial(&mut self) {
        let bookmark = self.bookmark_at(self.version);
        self.initial.push(bookmark);
    }

    /// What is to be told by now; an error ends the watch, and is told as its last event.
    pub fn events(&mut self, store: &Store) -> Result<Vec<Bytes>, Bytes> {
        let mut lines = std::mem::take(&mut self.initial);
        let Some(changes) = store.since(self.resource, self.version) else {
            let message = format!(
                "too old resource version: {} ({})",
                self.version,
                store.version()
            );
            let status = Failure::expired(message).status();
            return Err(line("ERROR", status.to_string().as_bytes()));
        };
        for change in changes {
            lines.extend(self.tell(change));
            self.version = change.version;
        }
        Ok(lines)
    }

    /// A bookmark at the newest version of all.
    pub fn bookmark(&mut self, store: &Store) -> Bytes {
        self.version = self.version.max(store.version());
        self.bookmark_at(self.version)
    }

    fn tell(&mut self, change: &Change) -> Option<Bytes> {
        let was = change.before.as_ref().filter(|it| self.concerns(it));
        let is = !change.is_deletion && self.concerns(&change.after);
        match (was, is) {
            (None, false) => None,
            (None, true) => Some(self.event("ADDED", &change.after)),
            (Some(_), true) => Some(self.event("MODIFIED", &change.after)),
            (Some(_), false) if change.is_deletion => Some(self.event("DELETED", &change.after)),
            // It left the selection: it is told as it was when it was in it, at the version of leaving.
            (Some(before), false) => {
                let mut value = before.value.clone();
                value["metadata"]["resourceVersion"] = change.version.to_string().into();
                Some(self.event_of("DELETED", &value))
            }
        }
    }

    fn event(&mut self, kind: &str, object: &Object) -> Bytes {
        if self.view.form() == Form::Table {
            return self.event_of(kind, &object.value);
        }
        self.view.event(kind, object)
    }

    fn event_of(&mut self, kind: &str, object: &Value) -> Bytes {
        if self.view.form() != Form::Table {
            return self.view.event_of(kind, object);
        }
        let table = self.with_columns_once(self.view.document(object));
        line(kind, &text(&table))
    }

    fn with_columns_once(&mut self, table: Value) -> Value {
        if std::mem::replace(&mut self.has_columns, true) {
            return table::without_columns(table);
        }
        table
    }

    fn concerns(&self, object: &Object) -> bool {
        let is_here = self
            .namespace
            .as_deref()
            .is_none_or(|it| it == object.metadata("namespace"));
        is_here && self.view.is_selected(&self.selector, &object.value)
    }

    fn bookmark_at(&mut self, version: u64) -> Bytes {
        let mut metadata =
            json!({ "resourceVersion": version.to_string(), "creationTimestamp": null });
        if std::mem::take(&mut self.owes_end) {
            metadata["annotations"] = json!({ INITIAL_EVENTS_END: "true" });
        }
        let row = self.view.row();
        let object = match self.view.form() {
            Form::Whole => {
                json!({ "kind": row.kind, "apiVersion": row.api_version, "metadata": metadata })
            }
            Form::Partial | Form::PartialList => {
                json!({ "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
                    "metadata": metadata })
            }
            Form::Table => {
                // As the object of a row would have it, the mark is in the table's only row.
                let table = self.view.document(&json!({ "metadata": metadata }));
                self.with_columns_once(table)
            }
        };
        line("BOOKMARK", &text(&object))
    }
}

/// An event as a line of the stream.
pub(crate) fn line(kind: &str, object: &[u8]) -> Bytes {
    let mut line = Vec::with_capacity(object.len() + 32);
    line.extend_from_slice(b"{\"type\":\"");
    line.extend_from_slice(kind.as_bytes());
    line.extend_from_slice(b"\",\"object\":");
    line.extend_from_slice(object);
    line.extend_from_slice(b"}\n");
    line.into()
}

/// The document of a Status or an object, for those that are told of nothing else.
pub(crate) fn text(value: &Value) -> Bytes {
    value.to_bytes().into()
}
