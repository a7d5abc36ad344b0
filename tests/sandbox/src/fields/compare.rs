//! Which fields differ between two states of an object.
//!
//! One walk over both at once, without a copy of either: nearly every write changes a field or two of
//! a hundred. It must not know who writes.

use std::sync::LazyLock;

use crate::json::Value;

use super::schema::{self, List, Place, Relation};
use super::set::{self, Element, Path, Set};

/// What became of the fields.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// The fields that are new or have another value.
    pub(super) changed: Set,
    /// The fields that are gone.
    pub(super) removed: Set,
}

/// Nobody owns these: the server sets them, or they name the object.
const UNOWNED: &[&str] = &["apiVersion", "kind"];

/// The same in `metadata`.
const UNOWNED_METADATA: &[&str] = &[
    "clusterName",
    "creationTimestamp",
    "generation",
    "managedFields",
    "name",
    "namespace",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// What stands for a part that is always there.
static EMPTY: LazyLock<Value> = LazyLock::new(|| Value::Object(Set::new()));

/// What a write by this door must leave alone: the server puts it back as it was.
pub(super) fn out_of_reach(subresource: Option<&str>) -> &'static str {
    match subresource {
        Some("status") => "spec",
        _ => "status",
    }
}

/// Takes out of a set what nobody ever owns.
pub(super) fn remove_unowned(set: &mut Set) {
    for name in UNOWNED {
        set.remove(&format!("f:{name}"));
    }
    let Some(Value::Object(metadata)) = set.get_mut("f:metadata") else {
        return;
    };
    for name in UNOWNED_METADATA {
        metadata.remove(&format!("f:{name}"));
    }
    if metadata.is_empty() {
        set.remove("f:metadata");
    }
}

/// Whether nobody ever owns the field, by the way to it.
fn is_unowned(within: Option<&Path<'_>>, name: &str) -> bool {
    match within {
        None => UNOWNED.contains(&name),
        Some(path) if path.within.is_none() => {
            matches!(path.element, Element::Field("metadata")) && UNOWNED_METADATA.contains(&name)
        }
        Some(_) => false,
    }
}

/// What differs; before a create there is nothing.
pub(super) fn between(before: Option<&Value>, after: &Value, subresource: Option<&str>) -> Changes {
    let mut walk = Walk {
        kind: after["kind"].as_str().unwrap_or_default(),
        out_of_reach: out_of_reach(subresource),
        changes: Changes::default(),
    };
    let before = before.unwrap_or(&EMPTY);
    walk.fields(None, "", before.as_object(), after.as_object());
    walk.changes
}

struct Walk<'a> {
    kind: &'a str,
    out_of_reach: &'static str,
    changes: Changes,
}

impl Walk<'_> {
    /// All fields of an object that is there before, after, or both.
    fn fields(
        &mut self,
        path: Option<&Path<'_>>,
        within: &str,
        before: Option<&Set>,
        after: Option<&Set>,
    ) {
        for (name, old, new) in zip(before, after) {
            if is_unowned(path, name) || (path.is_none() && name == self.out_of_reach) {
                continue;
            }
            // Nearly all is as it was, and that is quicker to see than to look up how it is owned.
            if old == new {
                continue;
            }
            let is_unset = |value: &Value| schema::is_unset(within, name, value);
            if before.is_some() && old.is_none() && new.is_some_and(is_unset) {
                continue;
            }
            let default = |is_parent_there: bool| {
                (is_parent_there && schema::is_always_there(within, name)).then_some(&*EMPTY)
            };
            let old = something(name, old).or_else(|| default(before.is_some()));
            let new = something(name, new).or_else(|| default(after.is_some()));
            let path = Path {
                within: path,
                element: Element::Field(name),
            };
            self.field(&path, (within, name), old, new);
        }
    }

    fn field(
        &mut self,
        path: &Path<'_>,
        (within, name): (&str, &str),
        before: Option<&Value>,
        after: Option<&Value>,
    ) {
        let place = Place {
            kind: self.kind,
            within,
        };
        // What is always there has no shape of its own.
        let shape = after.filter(|after| !std::ptr::eq(*after, &raw const *EMPTY));
        let Some(shape) = shape.or(before) else {
            return;
        };
        match schema::relation(place, name, shape) {
            Relation::Atomic => self.leaf(path, before, after),
            Relation::Granular => self.object(path, name, before, after),
            Relation::Items(list) => self.items(path, list, before, after),
        }
    }

    fn object(
        &mut self,
        path: &Path<'_>,
        name: &str,
        before: Option<&Value>,
        after: Option<&Value>,
    ) {
        let (old, new) = (fields_of(before), fields_of(after));
        let (Ok(old), Ok(new)) = (old, new) else {
            return self.leaf(path, before, after);
        };
        self.fields(Some(path), name, old, new);
        self.container(path, old.is_some(), new.is_some());
    }

    fn items(
        &mut self,
        path: &Path<'_>,
        list: &'static List,
        before: Option<&Value>,
        after: Option<&Value>,
    ) {
        let (old, new) = (items_of(before), items_of(after));
        let is_broken = |items: &[Value]| items.iter().any(|item| !list.can_identify(item));
        if is_broken(old) || is_broken(new) {
            return self.leaf(path, before, after);
        }
        let is_in_step =
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| list.is_same(old, new));
        if is_in_step {
            for (old, new) in old.iter().zip(new) {
                self.item(path, list, Some(old), Some(new));
            }
            return self.container(path, before.is_some(), after.is_some());
        }
        for old in old {
            let new = new.iter().find(|new| list.is_same(old, new));
            self.item(path, list, Some(old), new);
        }
        for new in new {
            if !old.iter().any(|old| list.is_same(old, new)) {
                self.item(path, list, None, Some(new));
            }
        }
        self.container(path, before.is_some(), after.is_some());
    }

    fn item(
        &mut self,
        path: &Path<'_>,
        list: &'static List,
        before: Option<&Value>,
        after: Option<&Value>,
    ) {
        let Some(item) = before.or(after) else {
            return;
        };
        let path = Path {
            within: Some(path),
            element: Element::Item(list, item),
        };
        if list.has_atomic_items || list.is_of_values() {
            self.leaf(&path, before, after);
        } else {
            self.object(&path, list.name(), before, after);
        }
    }

    /// That something with parts came or went is a field beside those of its parts.
    fn container(&mut self, path: &Path<'_>, was_there: bool, is_there: bool) {
        if !was_there {
            set::insert(&mut self.changes.changed, path);
        } else if !is_there {
            set::insert(&mut self.changes.removed, path);
        }
    }

    fn leaf(&mut self, path: &Path<'_>, before: Option<&Value>, after: Option<&Value>) {
        if before.is_some() && after.is_some() {
            if before != after {
                set::insert(&mut self.changes.changed, path);
            }
        } else {
            self.container(path, before.is_some(), after.is_some());
        }
    }
}

fn something<'a>(name: &str, value: Option<&'a Value>) -> Option<&'a Value> {
    value.filter(|value| !schema::is_nothing(name, value))
}

/// The fields of an object; an error where it is something else.
fn fields_of(value: Option<&Value>) -> Result<Option<&Set>, ()> {
    match value {
        None => Ok(None),
        Some(Value::Object(fields)) => Ok(Some(fields)),
        Some(_) => Err(()),
    }
}

fn items_of(value: Option<&Value>) -> &[Value] {
    value
        .and_then(Value::as_array)
        .map_or(&[], |items| items.as_slice())
}

/// The fields of two objects side by side. Both are sorted, so one pass is enough.
fn zip<'a>(
    left: Option<&'a Set>,
    right: Option<&'a Set>,
) -> impl Iterator<Item = (&'a str, Option<&'a Value>, Option<&'a Value>)> {
    let mut left = left.into_iter().flatten().peekable();
    let mut right = right.into_iter().flatten().peekable();
    std::iter::from_fn(move || {
        let order = match (left.peek(), right.peek()) {
            (Some((left, _)), Some((right, _))) => left.cmp(right),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, _) => std::cmp::Ordering::Greater,
        };
        let old = if order.is_le() { left.next() } else { None };
        let new = if order.is_ge() { right.next() } else { None };
        let (name, _) = old.or(new)?;
        Some((
            name.as_str(),
            old.map(|(_, value)| value),
            new.map(|(_, value)| value),
        ))
    })
}
