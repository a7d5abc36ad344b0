//! Where the configuration comes from: a ConfigMap that is watched, or a file that is looked at.
//!
//! Which configuration is in force when one is broken or gone is not decided here.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use kube::api::Api;
use kube::runtime::watcher::{self, Event};
use tarnfui_shared::config::{CONFIG_KEY, Config, MAX_BYTES};
use tarnfui_shared::problem::{Code, Problem};
use tokio::time::sleep;

use super::guard::Guard;
use super::{Pauses, WATCH_SECONDS, Watches};
use crate::errors::chain;
use crate::world::{Fault, News, Source};

/// How often a configuration file is looked at.
const FILE_INTERVAL: Duration = Duration::from_secs(5);

/// Where the configuration lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere: the one that is built in, or the first Tarnfui's variables, is in force.
    BuiltIn,
    /// In the ConfigMap of this name, in the controller's own namespace.
    ConfigMap(String),
    /// In this file.
    File(PathBuf),
}

/// What is read over: the built-in configuration, or the first Tarnfui's variables.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The configuration under the one that is read.
    pub base: Config,
    /// The controller's own namespace, which it never puts to sleep; none outside a cluster.
    pub own_namespace: Option<String>,
}

impl Reader {
    /// Reads `text` over the base.
    pub fn read(&self, text: &str) -> Result<Arc<Config>, Vec<Problem>> {
        Config::parse_over(&self.base, text).map(|config| self.finish(config))
    }

    /// The configuration where none is read.
    pub fn built_in(&self) -> Arc<Config> {
        self.finish(self.base.clone())
    }

    fn finish(&self, mut config: Config) -> Arc<Config> {
        if let Some(own) = &self.own_namespace {
            config.namespaces.exclude(own);
        }
        Arc::new(config)
    }
}

impl Watches {
    /// Watches the ConfigMap `name` in `namespace`, until the process ends. One that is deleted is a
    /// fault, not an empty configuration.
    pub async fn configuration(self, namespace: String, name: String, reader: Reader) {
        let source = Source::Configuration;
        let guard = Guard::new(source, self.staleness.contact(source), self.news.clone());
        let api: Api<ConfigMap> = Api::namespaced(guard.client(self.client.clone()), &namespace);
        let config = watcher::Config {
            field_selector: Some(format!("metadata.name={name}")),
            timeout: Some(WATCH_SECONDS),
            ..watcher::Config::default()
        };
        let missing = || {
            Fault(format!(
                "configmap/{name} is not in namespace {namespace}; \
                 hint: create it with the key {CONFIG_KEY}, or start without --config"
            ))
        };
        let mut pauses = Pauses::default();
        let mut is_there = false;
        let mut events = watcher::watcher(api, config).into_stream().boxed();
        while let Some(event) = events.next().await {
            let news = match event {
                Ok(Event::Init) => {
                    is_there = false;
                    continue;
                }
                Ok(Event::InitApply(object) | Event::Apply(object)) => {
                    is_there = true;
                    // One that was missing is so no longer.
                    self.send(News::Recovered(source)).await;
                    let version = object.resource_version().unwrap_or_default();
                    News::Configuration(read(&reader, &object), version)
                }
                Ok(Event::InitDone) if is_there => News::Listed(source),
                Ok(Event::InitDone | Event::Delete(_)) => News::Failed(source, missing()),
                Err(error) => {
                    self.failed(source, &error, &guard, &mut pauses).await;
                    continue;
                }
            };
            if !self.send(news).await {
                return;
            }
        }
    }

    /// Looks at the file `path` every few seconds, until the process ends.
    pub async fn configuration_file(self, path: PathBuf, reader: Reader) {
        let mut last = None;
        loop {
            let read = read_file(&path);
            if last.as_ref() != Some(&read) {
                let news = match &read {
                    Ok(text) => News::Configuration(reader.read(text), String::new()),
                    Err(fault) => News::Failed(Source::Configuration, fault.clone()),
                };
                if !self.send(news).await {
                    return;
                }
                if read.is_ok() && !self.send(News::Listed(Source::Configuration)).await {
                    return;
                }
                last = Some(read);
            }
            sleep(FILE_INTERVAL).await;
        }
    }
}

fn read(reader: &Reader, object: &ConfigMap) -> Result<Arc<Config>, Vec<Problem>> {
    let text = object.data.as_ref().and_then(|data| data.get(CONFIG_KEY));
    let Some(text) = text else {
        let message = format!("the ConfigMap has no key {CONFIG_KEY}");
        return Err(vec![Problem::new(CONFIG_KEY, Code::InvalidConfig, message)]);
    };
    reader.read(text)
}

/// A file is read whole, so its length is bounded before it is.
fn read_file(path: &PathBuf) -> Result<String, Fault> {
    let fault = |error: std::io::Error| {
        Fault(format!(
            "cannot read {}: {}; hint: check --config-file",
            path.display(),
            chain(&error)
        ))
    };
    let length = std::fs::metadata(path).map_err(fault)?.len();
    if length > MAX_BYTES as u64 {
        return Err(Fault(format!(
            "{} has {length} bytes; at most {MAX_BYTES} are read",
            path.display()
        )));
    }
    std::fs::read_to_string(path).map_err(fault)
}
