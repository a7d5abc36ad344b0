//! One open watch: its events, as the bytes bring them.

use std::pin::Pin;
use std::time::Duration;

use anyhow::{Context as _, bail};
use futures::{Stream, StreamExt as _};
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde_json::Value;

use super::show::is_end_of_initial_events;

/// How long the next event may take, on a machine that is busy.
const BOUND: Duration = Duration::from_secs(30);

type Chunks = Pin<Box<dyn Stream<Item = anyhow::Result<Vec<u8>>> + Send>>;

/// A watch that is open.
pub(super) struct Watch {
    /// What is shown of its events.
    pub(super) show: Vec<String>,
    chunks: Chunks,
    unread: Vec<u8>,
}

impl Watch {
    /// A watch whose answer has begun.
    pub(super) fn new(body: Body, show: Vec<String>) -> Self {
        let chunks = body.into_data_stream();
        let chunks = chunks.map(|chunk| Ok(chunk.context("read a watch")?.to_vec()));
        Self {
            show,
            chunks: Box::pin(chunks),
            unread: Vec::new(),
        }
    }

    /// The next event but for bookmarks, which come when they come: only the one that ends the
    /// initial events has its place. `None` if the server has ended the watch.
    pub(super) async fn next(&mut self) -> anyhow::Result<Option<Value>> {
        loop {
            match self.next_of_all().await? {
                Some(event) if event["type"] == "BOOKMARK" && !is_end_of_initial_events(&event) => {
                }
                other => return Ok(other),
            }
        }
    }

    async fn next_of_all(&mut self) -> anyhow::Result<Option<Value>> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                let event = serde_json::from_slice(&line).context("read an event")?;
                return Ok(Some(event));
            }
            let chunk = tokio::time::timeout(BOUND, self.chunks.next()).await;
            let Ok(chunk) = chunk else {
                bail!("no event within {} s", BOUND.as_secs());
            };
            match chunk {
                Some(chunk) => self.unread.extend(chunk?),
                None if self.unread.is_empty() => return Ok(None),
                None => bail!("a watch that ends within an event"),
            }
        }
    }
}
