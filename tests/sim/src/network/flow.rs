//! The events of a watch on their way to a replica: late, cut, or not at all.

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, StreamBody};
use tokio::time::{Instant, sleep};
use tower::BoxError;

use super::wire::Wire;

/// The events of one watch on their way.
pub(super) struct Flow {
    wire: Wire,
    lines: BoxStream<'static, Bytes>,
    ends: u32,
    is_over: bool,
    _open: Open,
}

/// Counts a watch for as long as its replica reads it.
struct Open(Wire);

impl Open {
    fn new(wire: Wire) -> Self {
        wire.counts(|watches| watches + 1);
        Self(wire)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.counts(|watches| watches - 1);
    }
}

impl Flow {
    /// The events of a watch that begins now.
    pub(super) fn new(wire: Wire, lines: BoxStream<'static, Bytes>) -> Self {
        let ends = wire.trouble().ends;
        Self {
            _open: Open::new(wire.clone()),
            wire,
            lines,
            ends,
            is_over: false,
        }
    }

    /// As the body of an answer.
    pub(super) fn body(self) -> UnsyncBoxBody<Bytes, BoxError> {
        let frames = stream::unfold(self, Self::next);
        StreamBody::new(frames.map(|line| line.map(Frame::data))).boxed_unsync()
    }

    async fn next(mut self) -> Option<(Result<Bytes, BoxError>, Self)> {
        while !self.is_over {
            if self.wire.trouble().ends != self.ends || self.wire.way().await.is_err() {
                self.is_over = true;
                return Some((Err("the watch broke".into()), self));
            }
            let network = self.wire.network.clone();
            let bell = network.bell.notified();
            let line = tokio::select! {
                biased;
                () = bell => continue,
                line = self.lines.next() => line?,
            };
            let lag = self.wire.trouble().lag;
            if let Some((_, by)) = lag.filter(|(until, _)| Instant::now() < *until) {
                sleep(by).await;
            }
            return Some((Ok(line), self));
        }
        None
    }
}
