//! Answers that no server gave.

use bytes::Bytes;
use futures::stream;
use http::{Response, StatusCode};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use serde_json::json;
use tower::BoxError;

/// The answer to a replica.
pub type Answer = Response<UnsyncBoxBody<Bytes, BoxError>>;

/// A body that never comes.
pub(super) fn silence() -> UnsyncBoxBody<Bytes, BoxError> {
    let nothing = stream::pending::<Result<Frame<Bytes>, BoxError>>();
    StreamBody::new(nothing).boxed_unsync()
}

/// What a server says that does not carry something out, or says so.
pub(super) fn refusal(code: u16) -> Answer {
    let reason = match code {
        403 => "Forbidden",
        409 => "Conflict",
        410 => "Expired",
        422 => "Invalid",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "InternalError",
    };
    let status = json!({ "kind": "Status", "apiVersion": "v1", "metadata": {},
        "status": "Failure", "reason": reason, "code": code, "message": "so the story goes" });
    let body = Full::new(Bytes::from(status.to_string()));
    let mut answer = Response::new(body.map_err(Into::into).boxed_unsync());
    *answer.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
    if code == 429 {
        let second = http::HeaderValue::from_static("1");
        answer
            .headers_mut()
            .insert(http::header::RETRY_AFTER, second);
    }
    answer
}
