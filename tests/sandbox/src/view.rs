//! How objects look to who asked for them: whole, as metadata, as a table; and Events by the older
//! names of their fields.
//!
//! Nothing is selected or kept here.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use crate::answer::Failure;
use crate::json::{Value, json};
use crate::kinds::Resource;
use crate::request::{Call, Form, Verb};
use crate::selector::Selector;
use crate::store::Object;
use crate::table::{self, Include};
use crate::{events, watch};

/// How objects are shown.
#[derive(Debug, Clone, Copy)]
pub struct View {
    row: &'static Resource,
    form: Form,
    include: Include,
    /// What ages in tables are counted to.
    now: Timestamp,
}

impl View {
    /// As a call asks for it.
    pub fn of(call: &Call<'_>, now: Timestamp) -> Result<Self, Failure> {
        let row = call.target.row();
        let form = call.accept.form;
        let is_list = matches!(call.verb, Verb::List | Verb::DeleteCollection);
        let unfit = match form {
            Form::Partial if is_list => "PartialObjectMetadata, but the requested object is a list",
            Form::PartialList if !is_list && call.verb != Verb::Watch => {
                "PartialObjectMetadataList, but the requested object is not a list"
            }
            Form::Whole | Form::Partial | Form::PartialList | Form::Table => "",
        };
        if !unfit.is_empty() {
            let kind = if is_list { "List" } else { "" };
            let message = format!("you requested {unfit} ({}{kind})", row.kind);
            return Err(Failure::form(message));
        }
        let include = call.options.include.as_deref();
        let include = match Include::of_query(include) {
            Some(include) => include,
            None if form != Form::Table => Include::Metadata,
            None => {
                let found = include.unwrap_or_default();
                return Err(Failure::bad_request(format!(
                    "Unable to convert to Table as requested: includeObject: Invalid value: \
                     {found:?}: must be 'Metadata', 'Object', 'None', or empty"
                )));
            }
        };
        Ok(Self {
            row,
            form,
            include,
            now,
        })
    }

    /// The form.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The resource that was asked for.
    pub fn row(&self) -> &'static Resource {
        self.row
    }

    /// The same, at another time.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// Whether a selector, which knows the names that were asked by, selects an object.
    pub fn is_selected(&self, selector: &Selector, object: &Value) -> bool {
        selector.is_empty() || selector.selects(&self.named(object))
    }

    /// One object.
    pub fn one(&self, object: &Object) -> Bytes {
        if self.is_as_kept() {
            return object.bytes().clone();
        }
        watch::text(&self.document(&object.value))
    }

    /// One object that is not kept.
    pub fn document(&self, object: &Value) -> Value {
        let object = self.named(object);
        match self.form {
            Form::Whole => object.into_owned(),
            Form::Partial | Form::PartialList => table::partial(&object),
            Form::Table => {
                let version = object["metadata"]["resourceVersion"].clone();
                let metadata = json!({ "resourceVersion": version });
                table::table(self.row, &[&*object], metadata, self.now, self.include)
            }
        }
    }

    /// The Scale of an object.
    pub fn scale(&self, scale: &Value) -> Value {
        match self.form {
            Form::Whole => scale.clone(),
            Form::Partial | Form::PartialList => table::partial(scale),
            Form::Table => {
                let version = scale["metadata"]["resourceVersion"].clone();
                let metadata = json!({ "resourceVersion": version });
                table::of_scale(scale, metadata, self.now, self.include)
            }
        }
    }

    /// Many objects.
    pub fn list(&self, objects: &[Arc<Object>], metadata: Value) -> Bytes {
        if self.is_as_kept() {
            return self.joined(objects, &metadata);
        }
        let objects: Vec<_> = objects.iter().map(|it| self.named(&it.value)).collect();
        let list = match self.form {
            Form::Whole => json!({ "kind": format!("{}List", self.row.kind),
                "apiVersion": self.row.api_version, "metadata": metadata,
                "items": objects.iter().map(|it| without_kind(it)).collect::<Vec<_>>() }),
            Form::Partial | Form::PartialList => {
                let mut list = table::partial_list(&references(&objects), metadata);
                // The real server has none where there are none.
                if objects.is_empty() {
                    list["items"] = Value::Null;
                }
                list
            }
            Form::Table => {
                let rows = references(&objects);
                table::table(self.row, &rows, metadata, self.now, self.include)
            }
        };
        watch::text(&list)
    }

    /// The texts of the objects are written already.
    fn joined(&self, objects: &[Arc<Object>], metadata: &Value) -> Bytes {
        let size: usize = objects.iter().map(|it| it.bytes().len() + 1).sum();
        let mut list = Vec::with_capacity(size + 256);
        let kind = self.row.kind;
        let head = format!(
            "{{\"kind\":\"{kind}List\",\"apiVersion\":\"{}\",\"metadata\":{metadata},\"items\":[",
            self.row.api_version
        );
        list.extend_from_slice(head.as_bytes());
        for (place, object) in objects.iter().enumerate() {
            if place > 0 {
                list.push(b',');
            }
            list.push(b'{');
            list.extend_from_slice(object.without_kind());
        }
        list.extend_from_slice(b"]}");
        list.into()
    }

    /// An event of a watch about an object as it is kept.
    pub fn event(&self, kind: &str, object: &Object) -> Bytes {
        if self.is_as_kept() {
            return watch::line(kind, object.bytes());
        }
        self.event_of(kind, &object.value)
    }

    /// An event of a watch about an object as it never was kept.
    pub fn event_of(&self, kind: &str, object: &Value) -> Bytes {
        watch::line(kind, &watch::text(&self.document(object)))
    }

    /// Whether an object is shown as it is kept, to the byte.
    fn is_as_kept(&self) -> bool {
        self.form == Form::Whole && !self.is_old_event()
    }

    fn is_old_event(&self) -> bool {
        self.row.kind == "Event" && self.row.group.is_empty()
    }

    fn named<'v>(&self, object: &'v Value) -> Cow<'v, Value> {
        if self.is_old_event() {
            Cow::Owned(events::by_old_names(object))
        } else {
            Cow::Borrowed(object)
        }
    }
}

fn references<'v>(objects: &'v [Cow<'_, Value>]) -> Vec<&'v Value> {
    objects.iter().map(AsRef::as_ref).collect()
}

fn without_kind(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("kind");
        fields.remove("apiVersion");
    }
    object
}
