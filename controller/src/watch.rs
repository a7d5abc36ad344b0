//! Streams of objects from the API server, as [`News`].
//!
//! One task per [`Source`], on `kube`'s watcher behind a `guard` that makes up for what it
//! lacks. A source that fails is reported and tried again for ever, with a backoff; the others go
//! on. Nothing is kept and nothing decided here.

use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use kube::api::Api;
use kube::runtime::watcher::{self, Event, InitialListStrategy};
use tarnfui_shared::observe::{RawAutoscaler, RawNamespace, RawWorkload};
use tarnfui_shared::workload::{Kind, SAVED_LABEL};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};
use tracing::{debug, warn};

use crate::world::{Fault, News, Source};

pub mod configuration;
mod fault;
mod guard;
pub(crate) mod object;

use guard::Guard;
pub use guard::Staleness;
use object::{Object, Raw, api_resource};

/// How long one watch lasts before the server ends it and it is started anew.
///
/// Within the idle time that the guard allows, so that a connection that went dead is noticed.
const WATCH_SECONDS: u32 = 45;

/// Objects in one page of a list: 50 of 6 KB are 300 KB, the most that is in memory at once.
pub(crate) const PAGE_SIZE: u32 = 50;

/// The pause after a first failure, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// After this long without a failure the next one counts as a first again.
const CALM: Duration = Duration::from_mins(1);

/// The pauses after failures that follow each other: each is twice the one before.
#[derive(Debug, Default)]
struct Pauses(Option<(Instant, Duration)>);

impl Pauses {
    /// The pause after a failure at `now`.
    ///
    /// What counts is the time since the last failure and not a success in between: a server may
    /// accept every watch and end it at once.
    fn next(&mut self, now: Instant) -> Duration {
        let pause = match self.0 {
            Some((last, pause)) if now.duration_since(last) < pause + CALM => {
                (pause * 2).min(LONGEST_PAUSE)
            }
            Some(_) | None => FIRST_PAUSE,
        };
        self.0 = Some((now, pause));
        pause
    }
}

/// What all watches share.
#[derive(Clone)]
pub struct Watches {
    /// The client that they read through.
    pub client: kube::Client,
    /// Where the news go; bounded, so that a burst slows the reading down.
    pub news: mpsc::Sender<News>,
    /// When each source last answered.
    pub staleness: Staleness,
}

impl Watches {
    /// Watches all Namespaces, until the process ends.
    pub async fn namespaces(self) {
        let read = |raw: RawNamespace| Some(raw.into());
        let gone = |raw: RawNamespace| Some(News::NamespaceGone(raw.metadata.name.into()));
        self.run(Source::Namespaces, None, Readers { read, gone })
            .await;
    }

    /// Watches all HorizontalPodAutoscalers, until the process ends.
    pub async fn autoscalers(self) {
        let read = |raw: RawAutoscaler| {
            let namespace = raw.metadata.namespace.clone()?;
            let name = raw.metadata.name.as_str().into();
            Some(News::Autoscaler(namespace.into(), name, raw.observe()))
        };
        let gone = |raw: RawAutoscaler| {
            let namespace = raw.metadata.namespace?;
            Some(News::Autoscaler(
                namespace.into(),
                raw.metadata.name.into(),
                None,
            ))
        };
        self.run(Source::Autoscalers, None, Readers { read, gone })
            .await;
    }

    /// Watches the workloads of a kind, until the process ends: all while the kind is handled, else
    /// those that have a mark, which are to be released.
    pub async fn workloads(self, kind: Kind, mut is_handled: watch::Receiver<bool>) {
        loop {
            let handled = *is_handled.borrow_and_update();
            let selector = (!handled).then_some(SAVED_LABEL);
            let read = move |raw: RawWorkload| {
                let namespace = raw.metadata.namespace.clone()?;
                match raw.observe(kind) {
                    Ok(workload) => Some(News::Workload(namespace.into(), Box::new(workload))),
                    Err(error) => {
                        warn!(%kind, namespace, %error, "an object could not be taken in");
                        None
                    }
                }
            };
            let gone = move |raw: RawWorkload| {
                let namespace = raw.metadata.namespace?;
                Some(News::WorkloadGone(
                    namespace.into(),
                    kind,
                    raw.metadata.name.into(),
                ))
            };
            let run = self
                .clone()
                .run(Source::Workloads(kind), selector, Readers { read, gone });
            tokio::select! {
                biased;
                changed = is_handled.wait_for(|now| *now != handled) => {
                    if changed.is_err() {
                        return;
                    }
                    debug!(%kind, "what is watched of this kind has changed");
                }
                () = run => return,
            }
        }
    }

    /// Watches one source until nobody takes the news any more.
    async fn run<R, A, D>(self, source: Source, selector: Option<&str>, readers: Readers<A, D>)
    where
        R: Raw,
        A: Fn(R) -> Option<News>,
        D: Fn(R) -> Option<News>,
    {
        let guard = Guard::new(source, self.staleness.contact(source), self.news.clone());
        let client = guard.client(self.client.clone());
        let api: Api<Object<R>> = Api::all_with(client, &api_resource(source));
        let mut strategy = InitialListStrategy::StreamingList;
        let mut pauses = Pauses::default();
        let mut generation = 0;
        loop {
            let config = watcher::Config {
                label_selector: selector.map(str::to_owned),
                timeout: Some(WATCH_SECONDS),
                page_size: Some(PAGE_SIZE),
                initial_list_strategy: strategy.clone(),
                ..watcher::Config::default()
            };
            let mut events = watcher::watcher(api.clone(), config).into_stream().boxed();
            while let Some(event) = events.next().await {
                let news = match event {
                    Ok(Event::Init) => None,
                    Ok(Event::InitApply(object)) => {
                        self.begin_list(source, &mut generation, guard.list()).await;
                        (readers.read)(object.raw)
                    }
                    Ok(Event::InitDone) => {
                        self.begin_list(source, &mut generation, guard.list()).await;
                        Some(News::Listed(source))
                    }
                    Ok(Event::Apply(object)) => (readers.read)(object.raw),
                    Ok(Event::Delete(object)) => (readers.gone)(object.raw),
                    // Said of a list in pages, it is a fault like any other.
                    Err(error)
                        if strategy == InitialListStrategy::StreamingList
                            && fault::wants_pages(&error) =>
                    {
                        strategy = InitialListStrategy::ListWatch;
                        break;
                    }
                    Err(error) => {
                        self.failed(source, &error, &guard, &mut pauses).await;
                        None
                    }
                };
                if let Some(news) = news
                    && !self.send(news).await
                {
                    return;
                }
            }
        }
    }

    /// Tells of a list that is new; at its end at the latest, for it may be empty.
    async fn begin_list(&self, source: Source, generation: &mut u32, list: u32) {
        if *generation != list {
            *generation = list;
            self.send(News::Relisting(source, list)).await;
        }
    }

    async fn failed(
        &self,
        source: Source,
        error: &watcher::Error,
        guard: &Guard,
        pauses: &mut Pauses,
    ) {
        let fault: Fault = fault::describe(source, error);
        let pause = pauses.next(Instant::now());
        warn!(%source, retry_in = ?pause, fault = fault.0, "a watch failed");
        guard.failed();
        self.send(News::Failed(source, fault)).await;
        // Jitter, so that the sources of many replicas do not come back in step.
        sleep(pause.mul_f64(0.75 + fastrand::f64() / 2.0)).await;
    }

    /// Whether anybody still takes the news.
    async fn send(&self, news: News) -> bool {
        self.news.send(news).await.is_ok()
    }
}

/// How an object of a source becomes news.
struct Readers<A, D> {
    read: A,
    gone: D,
}

#[cfg(test)]
mod tests;
