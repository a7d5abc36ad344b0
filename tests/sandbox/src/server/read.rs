//! Reading: one object, a list in pages, the start of a watch.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde::{Deserialize, Serialize};

use super::vital::stored;
use super::{Ask, Server};
use crate::answer::{Cause, Failure, raw, whole};
use crate::json::json;
use crate::request::{Call, Match, Options, Sub};
use crate::scale;
use crate::store::{Object, order};
use crate::watch::Watch;

/// Where the next page begins, as a client gets it.
#[derive(Serialize, Deserialize)]
struct Token {
    /// The version that all pages are of; none to go on with what is there now.
    version: Option<u64>,
    /// The last object of the page before.
    namespace: String,
    name: String,
}

impl Server {
    pub(super) fn get(&self, ask: &Ask<'_>) -> Result<Response<Bytes>, Failure> {
        let call = &ask.call;
        let version = version(&call.options.version).map_err(Failure::internal)?;
        self.check_reached(version)?;
        let object = self.existing(call)?;
        if call.target.sub == Some(Sub::Scale) {
            let scale = scale::of(call.target.row(), &object.value);
            let scale = scale.ok_or_else(Failure::no_page)?;
            return Ok(whole(StatusCode::OK, &ask.view.scale(&scale)));
        }
        Ok(raw(StatusCode::OK, ask.view.one(object)))
    }

    /// The object that a call names.
    pub(super) fn existing(&self, call: &Call<'_>) -> Result<&Arc<Object>, Failure> {
        let target = &call.target;
        let resource = stored(target.resource);
        let found = self.store.get(resource, target.within(), target.named());
        found.ok_or_else(|| Failure::not_found(target.row(), target.named()))
    }

    pub(super) fn list(&self, ask: &Ask<'_>) -> Result<Response<Bytes>, Failure> {
        let options = &ask.call.options;
        check_list(options)?;
        let token = options.continues.as_deref().map(token).transpose()?;
        let current = self.store.version();
        let version = match &token {
            Some(token) => token.version.unwrap_or(current),
            None => self.list_version(options)?,
        };
        let objects = self.objects(&ask.call, version);
        let mut objects = objects.ok_or_else(|| too_old(token.as_ref()))?;
        if let Some(token) = &token {
            let last = (token.namespace.as_str(), token.name.as_str());
            objects.retain(|it| order(key(it), last).is_gt());
        }
        // Where the last of all is, selected or not.
        let end = objects.last().cloned();
        if !options.selector.is_empty() {
            objects.retain(|it| ask.view.is_selected(&options.selector, &it.value));
        }
        let mut metadata = json!({ "resourceVersion": version.to_string() });
        // A list that may be of any version is not cut, nor is one of an exact one.
        let is_cut = options.version != "0" && options.version_match != Match::Exact;
        let limit = options.limit.filter(|_| is_cut).unwrap_or(usize::MAX);
        let left = objects.len().saturating_sub(limit);
        objects.truncate(limit);
        let last = objects.last().filter(|_| objects.len() == limit);
        if let (Some(last), Some(end)) = (last, end)
            && order(key(last), key(&end)).is_lt()
        {
            metadata["continue"] = continues(Some(version), last).into();
            // With a selector the server has not counted, nor does it know whether there is more.
            if options.selector.is_empty() {
                metadata["remainingItemCount"] = left.into();
            }
        }
        Ok(raw(StatusCode::OK, ask.view.list(&objects, metadata)))
    }

    fn list_version(&self, options: &Options) -> Result<u64, Failure> {
        let wanted = version(&options.version)
            .map_err(|why| Failure::bad_request(format!("invalid resource version: {why}")))?;
        self.check_reached(wanted)?;
        Ok(match (&options.version_match, wanted) {
            (Match::Exact, Some(version)) => version,
            _ => self.store.version(),
        })
    }

    /// What there is at a version; none if that is no longer known.
    pub(super) fn objects(&self, call: &Call<'_>, version: u64) -> Option<Vec<Arc<Object>>> {
        let resource = stored(call.target.resource);
        let namespace = call.target.namespace;
        if version == self.store.version() {
            return Some(self.store.all(resource, namespace).cloned().collect());
        }
        let mut objects = self.store.at(resource, version)?;
        objects
            .retain(|it| namespace.is_none_or(|namespace| it.metadata("namespace") == namespace));
        Some(objects)
    }

    pub(super) fn watch(&self, ask: &Ask<'_>) -> Result<Watch, Failure> {
        let (call, options) = (&ask.call, &ask.call.options);
        check_watch(options, self.has_streaming_lists)?;
        let from = version(&options.version).map_err(Failure::internal)?;
        let resource = stored(call.target.resource);
        let now = self.store.version();
        let begins = match options.initial_events {
            Some(all) => all,
            None => matches!(from, None | Some(0)),
        };
        if !begins {
            let version = from.filter(|it| *it > 0).unwrap_or(now);
            return Ok(Watch::new(call, resource, ask.view, version));
        }
        self.check_reached(from)?;
        let mut watch = Watch::new(call, resource, ask.view, now);
        let mut objects = self.objects(call, now).unwrap_or_default();
        objects.retain(|it| ask.view.is_selected(&options.selector, &it.value));
        watch.begin(&objects);
        if options.bookmarks {
            watch.end_initial();
        }
        Ok(watch)
    }

    /// Refuses a version that is still to come; the real server waits for it for three seconds.
    fn check_reached(&self, version: Option<u64>) -> Result<(), Failure> {
        let current = self.store.version();
        match version.filter(|it| *it > current) {
            Some(version) => Err(Failure::too_large(version, current)),
            None => Ok(()),
        }
    }
}

/// The place of an object in lists.
fn key(object: &Arc<Object>) -> (&str, &str) {
    (object.metadata("namespace"), object.metadata("name"))
}

/// The version that a text names; none where it names none.
fn version(text: &str) -> Result<Option<u64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        format!(
            "resourceVersion: Invalid value: {text:?}: strconv.ParseUint: parsing {text:?}: \
             invalid syntax"
        )
    })
}

/// Why a version is not there any more; whoever was reading a list may go on with what is there now.
fn too_old(token: Option<&Token>) -> Failure {
    let Some(token) = token else {
        return Failure::expired("The resourceVersion for the provided list is too old.");
    };
    let why = "The provided continue parameter is too old to display a consistent list result. You \
               can start a new list without the continue parameter, or use the continue token in \
               this response to retrieve the remainder of the results. Continuing with the \
               provided token results in an inconsistent list - objects that were created, \
               modified, or deleted between the time the first chunk was returned and now may show \
               up in the list.";
    let mut failure = Failure::expired(why);
    failure.continues = Some(encoded(&Token {
        version: None,
        namespace: token.namespace.clone(),
        name: token.name.clone(),
    }));
    failure
}

const MATCH: &str = "resourceVersionMatch";
const INITIAL: &str = "sendInitialEvents";
const WITH_CONTINUE: &str = "resourceVersionMatch is forbidden when continue is provided";

fn check_list(options: &Options) -> Result<(), Failure> {
    let mut causes = Vec::new();
    if options.version_match != Match::Unset {
        if options.version.is_empty() {
            let why = "resourceVersionMatch is forbidden unless resourceVersion is provided";
            causes.push(Cause::forbidden(MATCH, why));
        }
        if options.continues.is_some() {
            causes.push(Cause::forbidden(MATCH, WITH_CONTINUE));
        }
        if let Match::Other(other) = &options.version_match {
            let known = ["Exact", "NotOlderThan", ""];
            causes.push(Cause::unsupported(MATCH, &format!("{other:?}"), &known));
        }
        if options.version_match == Match::Exact && options.version == "0" {
            let why = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
            causes.push(Cause::forbidden(MATCH, why));
        }
    }
    if options.initial_events.is_some() {
        let why = "sendInitialEvents is forbidden for list";
        causes.push(Cause::forbidden(INITIAL, why));
    }
    refused(&causes)?;
    if options.continues.is_some() && !matches!(&*options.version, "" | "0") {
        let why = "specifying resource version is not allowed when using continue";
        return Err(Failure::bad_request(why));
    }
    Ok(())
}

fn check_watch(options: &Options, has_streaming_lists: bool) -> Result<(), Failure> {
    let mut causes = Vec::new();
    let is_unset = options.version_match == Match::Unset;
    let is_fit = options.version_match == Match::NotOlderThan;
    if options.initial_events.is_some() {
        if !is_fit {
            let why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
            causes.push(Cause::forbidden(MATCH, why));
        }
        if !has_streaming_lists {
            let why = "sendInitialEvents is forbidden for watch unless the WatchList feature gate \
                       is enabled";
            causes.push(Cause::forbidden(INITIAL, why));
        }
    } else if !is_unset {
        let why =
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
        causes.push(Cause::forbidden(MATCH, why));
    }
    if !is_unset && !is_fit {
        let found = match &options.version_match {
            Match::Other(other) => other,
            Match::Unset | Match::NotOlderThan | Match::Exact => "Exact",
        };
        let value = format!("{found:?}");
        causes.push(Cause::unsupported(MATCH, &value, &["NotOlderThan"]));
    }
    if !is_unset && options.continues.is_some() {
        causes.push(Cause::forbidden(MATCH, WITH_CONTINUE));
    }
    refused(&causes)
}

fn refused(causes: &[Cause]) -> Result<(), Failure> {
    if causes.is_empty() {
        return Ok(());
    }
    let kind = ("meta.k8s.io", "ListOptions");
    Err(Failure::invalid_as(kind, "", causes))
}

fn continues(version: Option<u64>, last: &Object) -> String {
    encoded(&Token {
        version,
        namespace: last.metadata("namespace").to_owned(),
        name: last.metadata("name").to_owned(),
    })
}

fn encoded(token: &Token) -> String {
    let token = serde_json::to_vec(token).expect("texts and a number can be written");
    URL_SAFE_NO_PAD.encode(token)
}

fn token(text: &str) -> Result<Token, Failure> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let token = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    token.ok_or_else(|| Failure::bad_request("continue key is not valid"))
}
