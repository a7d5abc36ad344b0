//! From a request to what carries it out: who asks, whether they may, and what is there.

use std::borrow::Cow;

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};

use super::{Ask, Asking, Server, pages};
use crate::answer::{Answer, Failure};
use crate::authz::{Caller, Deed, allows};
use crate::discovery;
use crate::json::Value;
use crate::request::{self, Call, Miss, Place, Verb, header};
use crate::view::View;

/// Headers of somebody who acts as somebody else.
const AS_USER: HeaderName = HeaderName::from_static("impersonate-user");
const AS_GROUP: HeaderName = HeaderName::from_static("impersonate-group");

impl Server {
    /// A request about a resource, served or not. Rights come before all else.
    pub(super) fn resource(
        &mut self,
        asking: &Asking<'_>,
        place: &Place<'_>,
        verb: Verb,
    ) -> Result<Answer, Failure> {
        let selected = match verb {
            // A list that is narrowed to one name is covered by a rule that names it.
            Verb::List | Verb::Watch => {
                request::selected_name(asking.request.uri().query().unwrap_or_default())
            }
            Verb::Get | Verb::Update | Verb::Patch | Verb::Delete => Some(place.name.to_owned()),
            Verb::Create | Verb::DeleteCollection => None,
        };
        let selected = selected.unwrap_or_default();
        let deed = Deed {
            verb: verb.as_str(),
            group: place.group,
            resource: place.resource,
            sub: place.sub,
            namespace: place.namespace,
            name: &selected,
        };
        let caller = &*acting(asking, &deed)?;
        let is_review = discovery::is_review(place.group, place.version, place.resource);
        // Everybody may ask about themselves, and who has the right to about others.
        let is_own = is_review && place.resource.starts_with("self");
        let is_open = is_own && verb == Verb::Create;
        if !is_open && !allows(&self.store, caller, &deed) {
            return Err(Failure::denied(caller, &deed));
        }
        if is_review {
            if verb != Verb::Create || !place.name.is_empty() {
                return Err(Failure::method());
            }
            return self
                .review(asking, caller, place.resource)
                .map(Answer::Whole);
        }
        let target = match place.target(verb) {
            Ok(target) => target,
            Err(Miss::NoPage) => return Ok(Answer::Whole(pages::not_found())),
            Err(Miss::Refused(failure)) => return Err(failure),
        };
        let is_write = matches!(verb, Verb::Create | Verb::Update | Verb::Patch);
        if is_write && place.group == "rbac.authorization.k8s.io" && !caller.is_master() {
            // The real server lets nobody give away what they have not.
            let what = "rights given by somebody who may not do everything";
            return Err(Failure::unknown_request(what));
        }
        let call = Call::read(verb, target, asking.request)?;
        let ask = Ask {
            now: asking.now,
            caller,
            view: View::of(&call, asking.now)?,
            call,
        };
        let answer = self.carry_out(&ask)?;
        Ok(if ask.call.accept.is_yaml {
            as_yaml(answer)
        } else {
            answer
        })
    }

    fn carry_out(&mut self, ask: &Ask<'_>) -> Result<Answer, Failure> {
        match ask.call.verb {
            Verb::Get => self.get(ask).map(Answer::Whole),
            Verb::List => self.list(ask).map(Answer::Whole),
            Verb::Watch => self.watch(ask).map(Answer::Watch),
            Verb::Create => self.create(ask).map(Answer::Whole),
            Verb::Update => self.update(ask).map(Answer::Whole),
            Verb::Patch => self.patch(ask).map(Answer::Whole),
            Verb::Delete => self.delete(ask).map(Answer::Whole),
            Verb::DeleteCollection => self.delete_many(ask).map(Answer::Whole),
        }
    }
}

/// Who it counts as: somebody who may do everything may act as somebody else.
pub(super) fn acting<'r>(asking: &Asking<'r>, deed: &Deed<'_>) -> Result<Cow<'r, Caller>, Failure> {
    let user = header(asking.request, &AS_USER);
    let headers = asking.request.headers();
    let mut names = headers.keys().map(HeaderName::as_str);
    if user.is_empty() {
        if names.any(|it| it.starts_with("impersonate-")) {
            let what = "Impersonate headers without a user";
            return Err(Failure::unknown_request(what));
        }
        return Ok(Cow::Borrowed(asking.caller));
    }
    if names.any(|it| it.starts_with("impersonate-uid") || it.starts_with("impersonate-extra")) {
        let what = "Impersonate headers but for user and group";
        return Err(Failure::unknown_request(what));
    }
    if !asking.caller.is_master() {
        let verb = format!("impersonate-on:user-info:{}", deed.verb);
        let deed = Deed {
            verb: &verb,
            ..*deed
        };
        return Err(Failure::denied(asking.caller, &deed));
    }
    let groups: Vec<&str> = headers
        .get_all(&AS_GROUP)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .collect();
    let account = user.strip_prefix("system:serviceaccount:");
    let caller = match account.and_then(|it| it.split_once(':')) {
        Some((namespace, name)) if groups.is_empty() => Caller::service_account(namespace, name),
        _ => Caller::of_groups(user, &groups),
    };
    Ok(Cow::Owned(caller))
}

fn as_yaml(answer: Answer) -> Answer {
    let Answer::Whole(mut whole) = answer else {
        return answer;
    };
    let value: Option<Value> = serde_json::from_slice(whole.body()).ok();
    if let Some(text) = value.and_then(|value| serde_saphyr::to_string(&value).ok()) {
        *whole.body_mut() = text.into();
        let yaml = HeaderValue::from_static("application/yaml");
        whole.headers_mut().insert(CONTENT_TYPE, yaml);
    }
    Answer::Whole(whole)
}
