//! Changing an object: replacing it, patching it, applying to it.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};

use super::body::{as_kept, unfit_patch, yaml};
use super::create::{as_told, place, writer};
use super::vital::{seconds, stored, text};
use super::{Ask, Server};
use crate::admit;
use crate::answer::{Cause, Failure, raw, whole};
use crate::decode::{self, Json};
use crate::fields::{self, Conflict};
use crate::json::Value;
use crate::kinds::Resource;
use crate::patch::{self, PatchError, PatchType};
use crate::request::{Call, Sub};
use crate::store::Object;
use crate::{events, scale};

impl Server {
    pub(super) fn update(&mut self, ask: &Ask<'_>) -> Result<Response<Bytes>, Failure> {
        let call = &ask.call;
        if call.target.sub == Some(Sub::Scale) {
            return self.put_scale(ask);
        }
        let mut after = self.document(call)?;
        let (row, name) = (call.target.row(), call.target.named());
        place(call, &mut after)?;
        check_whole_name(call, &after)?;
        let before = match self.existing(call) {
            Ok(before) => before.clone(),
            Err(_) if row.can_be_put && call.target.sub.is_none() => {
                return self.create_at(ask, after);
            }
            Err(failure) => return Err(failure),
        };
        if matches!(text(&after, "resourceVersion"), "" | "0") && !row.is_unconditional {
            let why = "must be specified for an update";
            let cause = Cause::invalid("metadata.resourceVersion", "0", why);
            return Err(Failure::invalid_as((row.group, row.plural), name, &[cause]));
        }
        let uid = text(&after, "uid");
        if !uid.is_empty() && uid != before.metadata("uid") {
            let why = format!(
                "Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
                before.metadata("uid")
            );
            return Err(Failure::conflict(row, name, &why));
        }
        self.commit(ask, &before, after)
    }

    pub(super) fn patch(&mut self, ask: &Ask<'_>) -> Result<Response<Bytes>, Failure> {
        let call = &ask.call;
        if call.is_apply() {
            return self.apply(ask);
        }
        let patch = decode::json(call.body)
            .map_err(|why| Failure::bad_request(format!("error decoding patch: {why}")))?;
        let before = self.existing(call)?.clone();
        let row = call.target.row();
        if call.target.sub == Some(Sub::Scale) {
            let current = scale::of(row, &before.value).ok_or_else(Failure::no_page)?;
            let wanted = patched(call.patch, current, &patch.value)?;
            return self.patch_scale(ask, wanted);
        }
        let current = if row.kind == "Event" && row.group.is_empty() {
            events::by_old_names(&before.value)
        } else {
            before.value.clone()
        };
        let mut after = patched(call.patch, current, &patch.value)?;
        self.check_patched(call, &mut after, patch)?;
        let mut after = as_kept(row, after);
        check_name(call, &after)?;
        place(call, &mut after)?;
        self.commit(ask, &before, after)
    }

    /// Server-side apply.
    fn apply(&mut self, ask: &Ask<'_>) -> Result<Response<Bytes>, Failure> {
        let (call, row) = (&ask.call, ask.call.target.row());
        if call.target.sub == Some(Sub::Scale) || row.kind == "Event" {
            let what = "server-side apply of a scale or an Event";
            return Err(Failure::unknown_request(what));
        }
        let Json { value, .. } = yaml(call.body)?;
        let mut applied = value;
        let word = |key: &str| applied[key].as_str().unwrap_or_default();
        let (kind, version) = (word("kind"), word("apiVersion"));
        if kind != row.kind || version != row.api_version {
            let (group, version) = version.split_once('/').unwrap_or(("", version));
            let why = format!("invalid object type: {group}/{version}, Kind={kind}");
            return Err(Failure::bad_request(why));
        }
        if !applied["metadata"]["managedFields"].is_null() {
            return Err(Failure::bad_request("metadata.managedFields must be nil"));
        }
        check_declared(call, &mut applied)?;
        if text(&applied, "name").is_empty() {
            admit::metadata(&mut applied).insert("name".to_owned(), call.target.named().into());
        }
        check_name(call, &applied)?;
        place(call, &mut applied)?;
        let before = self.existing(call).ok().cloned();
        let at = seconds(ask.now);
        let current = before.as_ref().map(|it| &it.value);
        let is_forced = call.options.force.unwrap_or(false);
        let merged = fields::apply(current, &applied, &writer(call, &at), is_forced);
        let after = merged.map_err(|conflicts| conflict_failure(&conflicts))?;
        match before {
            Some(before) => self.commit(ask, &before, after),
            None if call.target.sub.is_some() => Err(Failure::not_found(row, call.target.named())),
            None => self.create_at(ask, after),
        }
    }

    /// Keeps `after` in place of `before`, if it may be: the one way of every change.
    fn commit(
        &mut self,
        ask: &Ask<'_>,
        before: &Arc<Object>,
        after: Value,
    ) -> Result<Response<Bytes>, Failure> {
        let after = Self::admitted(ask, before, after)?;
        Ok(match self.kept(ask, before, after) {
            Kept::Stored(kept) => raw(StatusCode::OK, ask.view.one(&kept)),
            Kept::Tried(tried) => whole(StatusCode::OK, &ask.view.document(&tried)),
        })
    }

    /// What the object becomes if `after` is written, with all that the server has a say in.
    pub(super) fn admitted(
        ask: &Ask<'_>,
        before: &Object,
        mut after: Value,
    ) -> Result<Value, Failure> {
        let (call, row) = (&ask.call, ask.call.target.row());
        check_version(call, before, &after)?;
        let old = &before.value;
        let part = match call.target.sub {
            None | Some(Sub::Scale) => None,
            Some(Sub::Status) => Some("status"),
            Some(Sub::Finalize) => Some("spec"),
        };
        if let Some(part) = part {
            let mut written = std::mem::replace(&mut after, old.clone());
            admit::replace(&written, &mut after, part);
            if let Some(tracked) = admit::metadata(&mut written).remove("managedFields") {
                admit::metadata(&mut after).insert("managedFields".to_owned(), tracked);
            }
            if part == "status" {
                admit::fill_in(row, &mut after);
            }
        } else {
            admit::carry_over(row, old, &mut after);
            // Only its own subresource takes a Namespace's finalizers away.
            if row.kind == "Namespace" {
                admit::replace(old, &mut after, "spec");
            }
            admit::fill_in(row, &mut after);
            if row.kind == "Event" {
                events::fill_in(&mut after);
            }
            admit::count_generation(row, old, &mut after);
        }
        let faults = admit::faults(row, Some(old), &after);
        if !faults.is_empty() {
            let name = call.target.named();
            return Err(Failure::invalid_as(as_told(row), name, &faults));
        }
        if !call.is_apply() {
            let at = seconds(ask.now);
            fields::update(Some(old), &mut after, &writer(call, &at));
        }
        Ok(after)
    }

    /// Keeps what was admitted. What changes nothing is no write.
    pub(super) fn kept(&mut self, ask: &Ask<'_>, before: &Arc<Object>, after: Value) -> Kept {
        if before.value == after {
            return Kept::Stored(before.clone());
        }
        if ask.call.options.is_dry_run() {
            return Kept::Tried(after);
        }
        let resource = stored(ask.call.target.resource);
        Kept::Stored(self.keep(resource, after))
    }
}

/// What came of a change.
pub(super) enum Kept {
    /// What is kept now.
    Stored(Arc<Object>),
    /// What would be, of a dry run.
    Tried(Value),
}

/// What a patch makes of a document.
fn patched(kind: Option<PatchType>, current: Value, patch: &Value) -> Result<Value, Failure> {
    let result = match kind {
        Some(PatchType::Json) => patch::json(&current, patch),
        Some(PatchType::Strategic) => patch::strategic(current, patch),
        _ if !patch.is_object() => {
            let why = "json: cannot unmarshal into Go value of type map[string]interface {}";
            return Err(Failure::bad_request(format!("error decoding patch: {why}")));
        }
        _ => Ok(patch::merge(current, patch)),
    };
    result.map_err(|error| match error {
        PatchError::Malformed(message) => {
            Failure::bad_request(format!("error decoding patch: {message}"))
        }
        PatchError::Rejected(_) => Failure::unprocessable(),
        PatchError::Failed(message) => Failure::internal(message),
    })
}

/// What is applied has no field that is not known.
fn check_declared(call: &Call<'_>, applied: &mut Value) -> Result<(), Failure> {
    let kind = decode::of(call.target.resource);
    let unknown = match decode::object(kind, applied) {
        Ok(unknown) if unknown.is_empty() => return Ok(()),
        Ok(unknown) => unknown,
        Err(why) => return Err(unfit_patch(applied, &why)),
    };
    let field = |told: &String| {
        let path = told.split('"').nth(1).unwrap_or_default();
        format!(".{path}: field not declared in schema")
    };
    let fields: Vec<String> = unknown.iter().map(field).collect();
    let told = match fields.as_slice() {
        [one] => one.clone(),
        many => format!("errors:\n  {}", many.join("\n  ")),
    };
    let row = call.target.row();
    let (namespace, name) = (text(applied, "namespace"), text(applied, "name"));
    let (version, kind) = (row.api_version, row.kind);
    Err(Failure::internal(format!(
        "failed to create typed patch object ({namespace}/{name}; {version}, Kind={kind}): {told}"
    )))
}

/// A document that is put as a whole says which object it is of.
pub(super) fn check_whole_name(call: &Call<'_>, after: &Value) -> Result<(), Failure> {
    if text(after, "name").is_empty() {
        let name = call.target.named();
        return Err(Failure::bad_request(format!(
            "the name of the object ({name} based on URL) was undeterminable: name must be provided"
        )));
    }
    check_name(call, after)
}

fn check_name(call: &Call<'_>, after: &Value) -> Result<(), Failure> {
    let (own, name) = (text(after, "name"), call.target.named());
    if own == name {
        return Ok(());
    }
    Err(Failure::bad_request(format!(
        "the name of the object ({own}) does not match the name on the URL ({name})"
    )))
}

/// The version that a write names must be that which is there.
fn check_version(call: &Call<'_>, before: &Object, after: &Value) -> Result<(), Failure> {
    let row: &Resource = call.target.row();
    let name = call.target.named();
    match text(after, "resourceVersion") {
        "" | "0" => Ok(()),
        version if version == before.metadata("resourceVersion") => Ok(()),
        version if version.parse::<u64>().is_err() => Err(Failure::internal(format!(
            "strconv.ParseUint: parsing {version:?}: invalid syntax"
        ))),
        _ => Err(Failure::stale(row, name)),
    }
}

fn conflict_failure(conflicts: &[Conflict]) -> Failure {
    let causes: Vec<_> = conflicts
        .iter()
        .map(|it| (it.manager.clone(), it.field.clone()))
        .collect();
    if let [(manager, field)] = causes.as_slice() {
        let message = format!("Apply failed with 1 conflict: conflict with {manager}: {field}");
        return Failure::apply_conflict(message, &causes);
    }
    let mut lines: Vec<String> = Vec::new();
    let mut last = None;
    for (manager, field) in &causes {
        if last != Some(manager) {
            lines.push(format!("conflicts with {manager}:"));
            last = Some(manager);
        }
        lines.push(format!("- {field}"));
    }
    let (count, lines) = (causes.len(), lines.join("\n"));
    let message = format!("Apply failed with {count} conflicts: {lines}");
    Failure::apply_conflict(message, &causes)
}
