//! Writes from inside: what a cluster's own controllers do to objects, at the price of the write
//! alone.
//!
//! They have no caller, no rights to check and no place in the log. All else is as in a request: a
//! version of its own, the record of who owns which field, the generation. What is written is not
//! decided here, and must be fit to be kept: nothing is validated.

use std::sync::Arc;

use jiff::Timestamp;

use super::Server;
use super::vital::{seconds, text};
use crate::admit;
use crate::fields::{self, Writer};
use crate::json::{Value, json};
use crate::kinds::RESOURCES;
use crate::store::Object;

/// Who writes from inside, by which door, and when.
#[derive(Debug, Clone, Copy)]
pub struct Hand<'a> {
    /// The field manager.
    pub manager: &'a str,
    /// `status`, `scale`, or none for the object itself.
    pub sub: Option<&'static str>,
    /// RFC 3339, in whole seconds and UTC.
    pub at: &'a str,
}

impl<'a> Hand<'a> {
    /// That of the controllers, by the door of the object itself.
    pub fn of_controllers(at: &'a str) -> Self {
        Self {
            manager: "kube-controller-manager",
            sub: None,
            at,
        }
    }

    fn writer(&self, resource: usize) -> Writer<'a> {
        Writer {
            manager: self.manager,
            api_version: RESOURCES[resource].api_version,
            at: self.at,
            subresource: self.sub,
        }
    }
}

impl Server {
    /// Replaces the status of an object that was read just now, and returns what is kept.
    pub fn set_status(
        &mut self,
        resource: usize,
        before: &Object,
        status: Value,
        at: &str,
    ) -> Arc<Object> {
        let hand = Hand {
            sub: Some("status"),
            ..Hand::of_controllers(at)
        };
        let mut after = before.value.clone();
        after["status"] = status;
        self.finish(resource, before, hand, after)
    }

    /// Changes an object that was read just now, and returns what is kept. The generation counts it
    /// unless it is by the door of the status. An object that was only waiting for this to be deleted
    /// is gone afterwards.
    pub fn change(
        &mut self,
        resource: usize,
        before: &Object,
        hand: Hand<'_>,
        change: impl FnOnce(&mut Value),
    ) -> Arc<Object> {
        let mut after = before.value.clone();
        change(&mut after);
        if hand.sub != Some("status") {
            admit::count_generation(&RESOURCES[resource], &before.value, &mut after);
        }
        self.finish(resource, before, hand, after)
    }

    fn finish(
        &mut self,
        resource: usize,
        before: &Object,
        hand: Hand<'_>,
        mut after: Value,
    ) -> Arc<Object> {
        fields::update(Some(&before.value), &mut after, &hand.writer(resource));
        self.keep(resource, after)
    }

    /// Makes an object of `metadata`, `spec` and what else is its own; none where the name is taken,
    /// or the namespace takes nothing new. The status is as the kind begins with.
    pub fn make(
        &mut self,
        resource: usize,
        mut object: Value,
        hand: Hand<'_>,
    ) -> Option<Arc<Object>> {
        let row = &RESOURCES[resource];
        object["apiVersion"] = row.api_version.into();
        object["kind"] = row.kind.into();
        self.name(&mut object);
        let namespace = text(&object, "namespace");
        if row.is_namespaced {
            let is_open = |it: &Value| it["metadata"]["deletionTimestamp"].is_null();
            self.namespace(namespace).filter(|it| is_open(it))?;
        }
        let name = text(&object, "name");
        if self.store.get(resource, namespace, name).is_some() {
            return None;
        }
        admit::tidy(&mut object);
        admit::fill_in(row, &mut object);
        let uid = self.uid();
        let metadata = admit::metadata(&mut object);
        metadata.insert("uid".to_owned(), uid.into());
        metadata.insert("creationTimestamp".to_owned(), hand.at.into());
        if row.has_generation {
            metadata.insert("generation".to_owned(), 1.into());
        }
        fields::update(None, &mut object, &hand.writer(resource));
        Some(self.store.put(resource, object))
    }

    /// Takes an object away at once, whatever held it; none if it was not there.
    pub fn erase(&mut self, resource: usize, namespace: &str, name: &str) -> Option<Arc<Object>> {
        self.store.remove(resource, namespace, name)
    }

    /// Deletes an object: at once, unless finalizers hold it, `finalizer` is to, or `grace_seconds`
    /// are to pass before somebody erases it. What is being deleted already stays as it is.
    pub fn retire(
        &mut self,
        resource: usize,
        before: &Object,
        finalizer: Option<&str>,
        (now, grace_seconds): (Timestamp, u32),
    ) {
        let metadata = &before.value["metadata"];
        if metadata["deletionTimestamp"].is_string() {
            return;
        }
        let held = metadata["finalizers"].as_array();
        let is_held = held.is_some_and(|list| !list.is_empty()) || finalizer.is_some();
        if !is_held && grace_seconds == 0 {
            let (namespace, name) = (before.metadata("namespace"), before.metadata("name"));
            self.store.remove(resource, namespace, name);
            return;
        }
        let mut after = before.value.clone();
        let metadata = admit::metadata(&mut after);
        metadata.insert("deletionTimestamp".to_owned(), seconds(now).into());
        metadata.insert(
            "deletionGracePeriodSeconds".to_owned(),
            grace_seconds.into(),
        );
        if let Some(generation) = metadata.get("generation").and_then(Value::as_i64) {
            metadata.insert("generation".to_owned(), (generation + 1).into());
        }
        if let Some(finalizer) = finalizer {
            let list = metadata.get_or_insert_with("finalizers", || json!([]));
            list.as_array_mut()
                .into_iter()
                .for_each(|list| list.push(finalizer.into()));
        }
        self.store.put(resource, after);
    }
}
