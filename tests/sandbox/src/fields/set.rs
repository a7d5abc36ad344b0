//! Sets of fields, in the form in which they stand in `managedFields`: `{"f:spec":{"f:replicas":{}}}`.
//!
//! A node without children is a member. One with children is a member where one of them is `.`. The
//! operations keep to that form, so that an entry is changed in place and never decoded.
//!
//! It must not know what any field means.

use crate::json::{Map, Text, Value};

use super::schema::List;

/// A set of fields.
pub(super) type Set = Map;

/// The child that makes a node with children a member.
const SELF: &str = ".";

/// One step of the way to a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Element<'a> {
    /// The field of an object.
    Field(&'a str),
    /// An item of a list.
    Item(&'static List, &'a Value),
}

impl Element<'_> {
    pub(super) fn encode(self) -> String {
        match self {
            Self::Field(name) => ["f:", name].concat(),
            Self::Item(list, item) => list.identity(item),
        }
    }
}

/// The way to a field, innermost step first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path<'a> {
    pub(super) within: Option<&'a Path<'a>>,
    pub(super) element: Element<'a>,
}

/// Adds a field.
pub(super) fn insert(set: &mut Set, path: &Path<'_>) {
    let siblings = match path.within {
        Some(within) => descend(set, within),
        None => set,
    };
    let key = path.element.encode();
    match siblings.get_mut(&key) {
        None => {
            siblings.insert(key, Value::Object(Set::new()));
        }
        Some(Value::Object(node)) if !node.is_empty() => {
            node.insert(SELF.to_owned(), Value::Object(Set::new()));
        }
        Some(_) => {}
    }
}

/// The node at the end of the way, made if need be; who asks puts a child into it.
fn descend<'s>(set: &'s mut Set, path: &Path<'_>) -> &'s mut Set {
    let siblings = match path.within {
        Some(within) => descend(set, within),
        None => set,
    };
    let mut is_new = false;
    let node = siblings.get_or_insert_with(path.element.encode(), || {
        is_new = true;
        Value::Object(Set::new())
    });
    let node = object(node);
    if !is_new && node.is_empty() {
        node.insert(SELF.to_owned(), Value::Object(Set::new()));
    }
    node
}

/// Adds all fields of another set.
pub(super) fn unite(set: &mut Set, other: Set) {
    for (key, other_node) in other {
        match set.get_mut(&key) {
            None => {
                set.insert(key, other_node);
            }
            Some(node) => {
                let node = object(node);
                let is_kept = is_member(node) || other_node.as_object().is_some_and(is_member);
                if let Value::Object(other_node) = other_node {
                    unite(node, other_node);
                }
                set_member(node, is_kept);
            }
        }
    }
}

/// Takes away the fields of another set. What lies below a field is a field of its own, and stays.
pub(super) fn subtract(set: &mut Set, other: &Set) {
    for (key, other_node) in other {
        let (Some(node), Some(other_node)) = (set.get_mut(key), other_node.as_object()) else {
            continue;
        };
        if key == SELF {
            continue;
        }
        let node = object(node);
        let is_kept = is_member(node) && !is_member(other_node);
        node.remove(SELF);
        subtract(node, other_node);
        set_member(node, is_kept);
        if node.is_empty() && !is_kept {
            set.remove(key);
        }
    }
}

/// What is in both.
pub(super) fn intersection(left: &Set, right: &Set) -> Set {
    let mut both = Set::new();
    for (key, node) in left {
        let (Some(node), Some(other)) = (node.as_object(), object_at(right, key)) else {
            continue;
        };
        if key == SELF {
            continue;
        }
        let is_kept = is_member(node) && is_member(other);
        let mut children = intersection(node, other);
        set_member(&mut children, is_kept);
        if is_kept || !children.is_empty() {
            both.insert(key.clone(), Value::Object(children));
        }
    }
    both
}

/// Whether the set has the field at this node.
pub(super) fn is_member(node: &Set) -> bool {
    node.is_empty() || node.contains_key(SELF)
}

/// The node below this key.
pub(super) fn object_at<'s>(set: &'s Set, key: &str) -> Option<&'s Set> {
    set.get(key)?.as_object()
}

/// The children of a node, without the mark that it is itself a member.
pub(super) fn children(set: &Set) -> impl Iterator<Item = (&Text, &Set)> {
    set.iter()
        .filter(|(key, _)| *key != SELF)
        .filter_map(|(key, node)| Some((key, node.as_object()?)))
}

/// Makes the field at this node a member, beside those below it.
pub(super) fn make_member(node: &mut Set) {
    set_member(node, true);
}

fn set_member(node: &mut Set, is_member: bool) {
    node.remove(SELF);
    if is_member && !node.is_empty() {
        node.insert(SELF.to_owned(), Value::Object(Set::new()));
    }
}

/// The node as a set. What a person wrote there instead of one is taken for an empty one.
fn object(node: &mut Value) -> &mut Set {
    if !node.is_object() {
        *node = Value::Object(Set::new());
    }
    node.as_object_mut().expect("it was made one just now")
}

#[cfg(test)]
mod tests;
