//! Questions about oneself: who am I, and may I; and may somebody else. They are answered and never
//! kept.

use bytes::Bytes;
use http::{Response, StatusCode};

use super::body::Expected;
use super::vital::seconds;
use super::{Asking, Server};
use crate::answer::{Cause, Failure, whole};
use crate::authz::{Caller, Deed, Verdict, allows_path, verdict};
use crate::fields::{self, Writer};
use crate::json::{Value, json};
use crate::request::{Strictness, header};

impl Server {
    pub(super) fn review(
        &mut self,
        asking: &Asking<'_>,
        caller: &Caller,
        plural: &str,
    ) -> Result<Response<Bytes>, Failure> {
        let is_access = plural != "selfsubjectreviews";
        let expected = match plural {
            "selfsubjectaccessreviews" => {
                Expected::named("SelfSubjectAccessReview", "authorization.k8s.io/v1")
            }
            "subjectaccessreviews" => {
                Expected::named("SubjectAccessReview", "authorization.k8s.io/v1")
            }
            _ => Expected::named("SelfSubjectReview", "authentication.k8s.io/v1"),
        };
        let media = header(asking.request, &http::header::CONTENT_TYPE);
        let media = media.split(';').next().unwrap_or_default().trim();
        let body = asking.request.body();
        let mut review = self.read(body, media, expected, Strictness::Warn)?;
        let at = seconds(asking.now);
        if is_access {
            let other;
            let asked_about = if plural == "subjectaccessreviews" {
                other = somebody(&review["spec"])?;
                &other
            } else {
                caller
            };
            let status = self.may(asked_about, &review["spec"])?;
            let agent = header(asking.request, &http::header::USER_AGENT);
            let writer = Writer {
                manager: agent.split('/').next().unwrap_or_default(),
                api_version: expected.api_version,
                at: &at,
                subresource: None,
            };
            review["metadata"] = json!({});
            fields::update(None, &mut review, &writer);
            review["status"] = status;
        } else {
            review["metadata"] = json!({ "creationTimestamp": at });
            review["status"] = json!({ "userInfo":
                { "username": caller.name, "groups": caller.groups } });
        }
        Ok(whole(StatusCode::CREATED, &review))
    }

    fn may(&self, caller: &Caller, spec: &Value) -> Result<Value, Failure> {
        fn text<'v>(value: &'v Value, key: &str) -> &'v str {
            value[key].as_str().unwrap_or_default()
        }
        let (resource, path) = (&spec["resourceAttributes"], &spec["nonResourceAttributes"]);
        if resource.is_null() == path.is_null() {
            let why =
                "exactly one of nonResourceAttributes or resourceAttributes must be specified";
            let cause = Cause::invalid("spec.resourceAttributes", "null", why);
            let kind = ("authorization.k8s.io", "");
            return Err(Failure::invalid_as(kind, "", &[cause]));
        }
        if resource.is_null() {
            let (verb, path) = (text(path, "verb"), text(path, "path"));
            let is_allowed = allows_path(&self.store, caller, verb, path);
            return Ok(json!({ "allowed": is_allowed }));
        }
        let deed = Deed {
            verb: text(resource, "verb"),
            group: text(resource, "group"),
            resource: text(resource, "resource"),
            sub: text(resource, "subresource"),
            namespace: text(resource, "namespace"),
            name: text(resource, "name"),
        };
        Ok(match verdict(&self.store, caller, &deed) {
            Verdict::Denied => json!({ "allowed": false }),
            Verdict::Master => json!({ "allowed": true }),
            Verdict::Granted(reason) => json!({ "allowed": true, "reason": reason }),
        })
    }
}

/// Who is asked about: exactly who is named, with no group that is not.
fn somebody(spec: &Value) -> Result<Caller, Failure> {
    let name = spec["user"].as_str().unwrap_or_default().to_owned();
    let groups = spec["groups"].as_array().into_iter().flatten();
    let groups: Vec<String> = groups
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect();
    if name.is_empty() && groups.is_empty() {
        let what = "a SubjectAccessReview about nobody";
        return Err(Failure::unknown_request(what));
    }
    Ok(Caller { name, groups })
}
