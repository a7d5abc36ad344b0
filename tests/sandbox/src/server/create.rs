//! Making an object: by POST, or by writing to a name at which nothing is yet.

use bytes::Bytes;
use http::{Response, StatusCode};

use super::vital::{seconds, stored, text};
use super::{Ask, Server};
use crate::answer::{Failure, raw, whole};
use crate::authz::{Deed, allows};
use crate::fields::{self, Writer};
use crate::json::{Value, json};
use crate::kinds::Resource;
use crate::request::{Call, Verb};
use crate::{admit, events};

/// What every Service's address begins with: a network of its own.
const SERVICES: [u8; 2] = [10, 96];

impl Server {
    pub(super) fn create(&mut self, ask: &Ask<'_>) -> Result<Response<Bytes>, Failure> {
        let object = self.document(&ask.call)?;
        self.create_from(ask, object)
    }

    /// Makes it at a name, for who may.
    pub(super) fn create_at(
        &mut self,
        ask: &Ask<'_>,
        object: Value,
    ) -> Result<Response<Bytes>, Failure> {
        let target = &ask.call.target;
        let row = target.row();
        let deed = Deed {
            verb: Verb::Create.as_str(),
            group: row.group,
            resource: row.plural,
            sub: "",
            namespace: target.within(),
            name: target.named(),
        };
        if !allows(&self.store, ask.caller, &deed) {
            return Err(Failure::denied(ask.caller, &deed));
        }
        self.create_from(ask, object)
    }

    fn create_from(
        &mut self,
        ask: &Ask<'_>,
        mut object: Value,
    ) -> Result<Response<Bytes>, Failure> {
        let (call, row) = (&ask.call, ask.call.target.row());
        place(call, &mut object)?;
        self.name(&mut object);
        let name = text(&object, "name").to_owned();
        self.check_namespace(call, &name)?;
        let version = text(&object, "resourceVersion").to_owned();
        self.prepare(ask, &mut object);
        let faults = admit::faults(row, None, &object);
        if !faults.is_empty() {
            let told = as_told(row);
            return Err(Failure::invalid_as(told, &name, &faults));
        }
        if call.verb == Verb::Create && !matches!(&*version, "" | "0") {
            let why = "resourceVersion should not be set on objects to be created";
            return Err(Failure::internal(why));
        }
        let resource = stored(call.target.resource);
        if let Some(there) = self.store.get(resource, call.target.within(), &name) {
            let mut failure = Failure::exists(row, &name);
            if there.value["metadata"]["deletionTimestamp"].is_string() {
                failure.message = format!("object is being deleted: {}", failure.message);
            }
            return Err(failure);
        }
        if !call.is_apply() {
            let at = seconds(ask.now);
            fields::update(None, &mut object, &writer(call, &at));
        }
        if call.options.is_dry_run() {
            return Ok(whole(StatusCode::CREATED, &ask.view.document(&object)));
        }
        let kept = self.store.put(resource, object);
        Ok(raw(StatusCode::CREATED, ask.view.one(&kept)))
    }

    /// What only the server gives it, and what was left out.
    fn prepare(&mut self, ask: &Ask<'_>, object: &mut Value) {
        let row = ask.call.target.row();
        let uid = self.uid();
        let metadata = admit::metadata(object);
        metadata.insert("uid".to_owned(), uid.into());
        metadata.insert("creationTimestamp".to_owned(), seconds(ask.now).into());
        for key in [
            "resourceVersion",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
        ] {
            metadata.remove(key);
        }
        if row.has_generation {
            metadata.insert("generation".to_owned(), 1.into());
        }
        if row.has_status
            && let Some(fields) = object.as_object_mut()
        {
            fields.remove("status");
        }
        admit::fill_in(row, object);
        match row.kind {
            "Event" => events::fill_in(object),
            "Service" => self.give_address(object),
            _ => {}
        }
    }

    fn give_address(&mut self, service: &mut Value) {
        let spec = &mut service["spec"];
        if spec["clusterIP"].is_string() || spec["type"] == "ExternalName" {
            return;
        }
        let [first, second] = SERVICES;
        let (third, fourth) = (self.rng.u8(..), self.rng.u8(1..));
        let address = format!("{first}.{second}.{third}.{fourth}");
        spec["clusterIP"] = address.as_str().into();
        spec["clusterIPs"] = json!([address]);
        spec["ipFamilies"] = json!(["IPv4"]);
    }
}

/// Puts an object into the namespace of the path, where it is in none.
pub(super) fn place(call: &Call<'_>, object: &mut Value) -> Result<(), Failure> {
    let namespace = call.target.within();
    let own = text(object, "namespace");
    if !own.is_empty() && own != namespace {
        let message = "the namespace of the provided object does not match the namespace sent on \
                       the request";
        return Err(Failure::bad_request(message));
    }
    if call.target.row().is_namespaced && own.is_empty() {
        admit::metadata(object).insert("namespace".to_owned(), namespace.into());
    }
    Ok(())
}

/// The group and kind by which an object that is not valid is told: of Events, those of the core.
pub(super) fn as_told(row: &Resource) -> (&'static str, &'static str) {
    match row.kind {
        "Event" => ("", "Event"),
        kind => (row.group, kind),
    }
}

/// Who writes by a call.
pub(super) fn writer<'a>(call: &'a Call<'_>, at: &'a str) -> Writer<'a> {
    Writer {
        manager: call.manager(),
        api_version: call.target.row().api_version,
        at,
        subresource: call.target.sub.map(crate::request::Sub::as_str),
    }
}
