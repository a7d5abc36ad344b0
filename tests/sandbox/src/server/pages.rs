//! What is no resource: the ways to find them, and whether the server is well.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Response, StatusCode};

use super::{Asking, Server, route};
use crate::answer::{Answer, Failure, raw};
use crate::authz::{Deed, allows_path};
use crate::request::header;
use crate::{discovery, openapi, watch};

/// Pages of the real server that are not here.
const ELSEWHERE: [&str; 4] = ["/configz", "/debug", "/logs", "/metrics"];

/// Whether the server is well, in a word.
const HEALTH: [&str; 3] = ["/healthz", "/livez", "/readyz"];

impl Server {
    pub(super) fn page(&self, asking: &Asking<'_>) -> Result<Answer, Failure> {
        let (method, path) = (asking.request.method(), asking.path);
        let verb = method.as_str().to_lowercase();
        let deed = Deed {
            verb: &verb,
            ..Deed::default()
        };
        let caller = &*route::acting(asking, &deed)?;
        if !allows_path(&self.store, caller, &verb, path) {
            return Err(Failure::forbidden_path(&caller.name, &verb, path));
        }
        if method != Method::GET {
            let what = format!("{method} {path}");
            return Err(Failure::unknown_request(what));
        }
        let accept = header(asking.request, &ACCEPT);
        let document = discovery::answer(path, accept).or_else(|| openapi::answer(path));
        if let Some(document) = document {
            let mut answer = raw(StatusCode::OK, watch::text(&document.body));
            if let Ok(media) = document.content_type.parse() {
                answer.headers_mut().insert(CONTENT_TYPE, media);
            }
            return Ok(Answer::Whole(answer));
        }
        if path == "/openapi/v2" && accept.contains(openapi::V2_ACCEPTED) {
            let mut answer = raw(StatusCode::OK, Bytes::from_static(openapi::V2));
            let media = HeaderValue::from_static(openapi::V2_TYPE);
            answer.headers_mut().insert(CONTENT_TYPE, media);
            return Ok(Answer::Whole(answer));
        }
        let is_health = HEALTH.iter().any(|it| path.starts_with(it));
        let query = asking.request.uri().query().unwrap_or_default();
        if HEALTH.contains(&path) && !asks_for_checks(query) {
            return Ok(Answer::Whole(plain(StatusCode::OK, "ok")));
        }
        if is_health || path == "/" || ELSEWHERE.iter().any(|it| path.starts_with(it)) {
            let uri = asking.request.uri();
            return Err(Failure::unknown_request(format!("GET {uri}")));
        }
        Ok(Answer::Whole(not_found()))
    }
}

/// Whether the checks are to be listed, or one of them is to be left out.
fn asks_for_checks(query: &str) -> bool {
    let mut keys = form_urlencoded::parse(query.as_bytes()).map(|(key, _)| key);
    keys.any(|key| matches!(&*key, "verbose" | "exclude"))
}

/// What is said of a path at which nothing is.
pub(super) fn not_found() -> Response<Bytes> {
    plain(StatusCode::NOT_FOUND, "404 page not found\n")
}

fn plain(code: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut answer = raw(code, Bytes::from_static(text.as_bytes()));
    let media = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, media);
    answer
}
