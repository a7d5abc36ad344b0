//! Plays the steps of one file against one server, and says what came of each.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use http::{Request, Response};
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde_json::{Value, json};

use super::names::Names;
use super::text::{Act, Ask, Keep};
use super::watch::Watch;
use super::{Server, show};
use crate::testbed::USER_AGENT;
use crate::wait;

/// How long an answer may take: some wait for seconds on purpose, and the machine may be busy.
const BOUND: Duration = Duration::from_secs(30);

/// The annotation by which the end of nothing is recognised.
const MARKER: &str = "conformance/marker";

/// Who makes the namespace and who touches objects: first and last in the order of managers, among
/// those who wrote within the same second.
const MAKER: &str = "a-case";
const TOUCHER: &str = "zz-marker";

/// What a file has come to so far.
pub(super) struct Driver<'a> {
    server: Server<'a>,
    clients: BTreeMap<String, kube::Client>,
    /// What stands for the names in braces.
    values: BTreeMap<String, String>,
    watches: BTreeMap<String, Watch>,
    names: Names,
    markers: usize,
}

/// An answer, whole.
struct Answer {
    code: u16,
    headers: http::HeaderMap,
    body: Vec<u8>,
}

impl<'a> Driver<'a> {
    /// Makes the namespace of the file, which its steps call `{ns}`.
    pub(super) async fn new(server: Server<'a>, namespace: &str) -> anyhow::Result<Self> {
        let values = [("ns".to_owned(), namespace.to_owned())];
        let mut driver = Self {
            server,
            clients: BTreeMap::new(),
            values: values.into(),
            watches: BTreeMap::new(),
            names: Names::new(namespace),
            markers: 0,
        };
        let object = json!({ "metadata": { "name": namespace } });
        let target = format!("/api/v1/namespaces?fieldManager={MAKER}");
        let made = driver.whole(&own("POST", target, &object)).await?;
        ensure!(made.code == 201, "make {namespace}: {}", made.code);
        Ok(driver)
    }

    /// Does one step, and says what came of it.
    pub(super) async fn play(&mut self, act: &Act) -> anyhow::Result<Vec<String>> {
        match act {
            Act::Let { name, text } => {
                let text = self.fill(text)?;
                self.values.insert(name.clone(), text);
                Ok(Vec::new())
            }
            Act::Ask(ask) => self.ask(ask).await,
            Act::Watch { ask, watch } => self.open(ask, watch).await,
            Act::Expect {
                watch,
                events,
                keep,
            } => self.expect(watch, *events, keep).await,
            Act::Nothing { watch, object } => self.nothing(watch, object).await,
            Act::End { watch } => self.end(watch).await,
            Act::Forget => {
                self.server.forget();
                Ok(Vec::new())
            }
        }
    }

    async fn ask(&mut self, ask: &Ask) -> anyhow::Result<Vec<String>> {
        let mut answer = self.whole(ask).await?;
        if let Some(code) = ask.until {
            let ask = ask.clone();
            wait::until_async(&format!("status {code}"), BOUND, async || {
                if answer.code != code {
                    answer = self.whole(&ask).await?;
                }
                Ok(answer.code == code)
            })
            .await?;
        }
        self.shown(ask, &answer)
    }

    fn shown(&mut self, ask: &Ask, answer: &Answer) -> anyhow::Result<Vec<String>> {
        let mut lines = head(ask, answer.code, &answer.headers);
        if let Ok(body) = serde_json::from_slice::<Value>(&answer.body) {
            lines.extend(show::body(&body, &ask.show, &mut self.names));
            self.keep(&body, &ask.keep)?;
        } else if ask.show.is_empty() {
            let text = String::from_utf8_lossy(&answer.body);
            lines.push(format!("text {:?}", self.names.text(&text).0));
        }
        Ok(lines)
    }

    async fn open(&mut self, ask: &Ask, watch: &str) -> anyhow::Result<Vec<String>> {
        let answer = self.send(ask).await?;
        let code = answer.status();
        if code.is_success() {
            let lines = head(ask, code.as_u16(), answer.headers());
            let opened = Watch::new(answer.into_body(), ask.show.clone());
            let known = self.watches.insert(watch.to_owned(), opened);
            ensure!(known.is_none(), "the watch {watch} is open already");
            return Ok(lines);
        }
        let answer = collect(answer).await?;
        let plain = Ask {
            show: Vec::new(),
            ..ask.clone()
        };
        self.shown(&plain, &answer)
    }

    async fn expect(
        &mut self,
        name: &str,
        events: usize,
        keep: &[Keep],
    ) -> anyhow::Result<Vec<String>> {
        let mut lines = Vec::new();
        for number in 1..=events {
            let watch = watch(&mut self.watches, name)?;
            let Some(event) = watch.next().await? else {
                lines.push("end".to_owned());
                break;
            };
            lines.push(show::event(&event, &watch.show, &mut self.names));
            if number == events {
                self.keep(&event["object"], keep)?;
            }
        }
        Ok(lines)
    }

    /// Touches an object that the watch sees: what comes before that would be something.
    async fn nothing(&mut self, name: &str, object: &str) -> anyhow::Result<Vec<String>> {
        self.markers += 1;
        let marker = self.markers.to_string();
        let patch = json!({ "metadata": { "annotations": { MARKER: marker } } });
        let target = format!("{object}?fieldManager={TOUCHER}");
        let touched = self.whole(&own("PATCH", target, &patch)).await?;
        ensure!(touched.code == 200, "touch {object}: {}", touched.code);
        let mut lines = Vec::new();
        loop {
            let watch = watch(&mut self.watches, name)?;
            match watch.next().await? {
                None => bail!("the watch has ended"),
                Some(event) if event["object"]["metadata"]["annotations"][MARKER] == *marker => {
                    return Ok(lines);
                }
                Some(event) => lines.push(show::event(&event, &watch.show, &mut self.names)),
            }
        }
    }

    /// What still comes until the server ends the watch.
    async fn end(&mut self, name: &str) -> anyhow::Result<Vec<String>> {
        let mut watch = self.watches.remove(name).context("no such watch")?;
        let mut lines = Vec::new();
        while let Some(event) = watch.next().await? {
            lines.push(show::event(&event, &watch.show, &mut self.names));
        }
        lines.push("end".to_owned());
        Ok(lines)
    }

    async fn whole(&mut self, ask: &Ask) -> anyhow::Result<Answer> {
        collect(self.send(ask).await?).await
    }

    async fn send(&mut self, ask: &Ask) -> anyhow::Result<Response<Body>> {
        let target = encode(&self.fill(&ask.target)?);
        let mut request = Request::builder().method(ask.method.as_str()).uri(target);
        let has = |name: &str| ask.headers.iter().any(|(known, _)| known == name);
        if !has("accept") {
            request = request.header("accept", "application/json");
        }
        if ask.body.is_some() && !has("content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let body = self.fill(ask.body.as_deref().unwrap_or_default())?;
        let request = request.body(Body::from(body.into_bytes()))?;
        let client = self.client(&ask.user).await?;
        let answer = tokio::time::timeout(BOUND, client.send(request)).await;
        let answer = answer.with_context(|| format!("no answer within {} s", BOUND.as_secs()))?;
        Ok(answer?)
    }

    async fn client(&mut self, user: &str) -> anyhow::Result<kube::Client> {
        if let Some(client) = self.clients.get(user) {
            return Ok(client.clone());
        }
        let client = self.server.client(user).await?;
        self.clients.insert(user.to_owned(), client.clone());
        Ok(client)
    }

    fn keep(&mut self, body: &Value, keep: &[Keep]) -> anyhow::Result<()> {
        for Keep { name, pointer } in keep {
            let value = body.pointer(pointer);
            let value = value.with_context(|| format!("the answer has no {pointer}: {body}"))?;
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            self.values.insert(name.clone(), text);
        }
        Ok(())
    }

    /// Puts in what the names in braces stand for.
    fn fill(&self, text: &str) -> anyhow::Result<String> {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, opened) = rest.split_at(at);
            filled.push_str(before);
            let name = opened[1..].split('}').next().unwrap_or_default();
            let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && opened.len() > name.len() + 1;
            if is_name {
                let value = self.values.get(name);
                filled.push_str(value.with_context(|| format!("{{{name}}} is not known"))?);
                rest = &opened[name.len() + 2..];
            } else {
                filled.push('{');
                rest = &opened[1..];
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// A request of the driver itself: it calls itself a test, and so need not be in any file.
fn own(method: &str, target: String, body: &Value) -> Ask {
    let merge = "application/merge-patch+json";
    let media = if method == "PATCH" {
        merge
    } else {
        "application/json"
    };
    let headers = [("content-type", media), ("user-agent", USER_AGENT)];
    Ask {
        method: method.to_owned(),
        target,
        user: "admin".to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        body: Some(body.to_string()),
        ..Ask::default()
    }
}

/// The status, and the headers that are shown.
fn head(ask: &Ask, code: u16, headers: &http::HeaderMap) -> Vec<String> {
    let mut lines = vec![code.to_string()];
    for header in ask.show.iter().filter_map(|it| it.strip_prefix('@')) {
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let values: Vec<_> = headers.get_all(header).iter().map(text).collect();
        lines.extend(values.iter().map(|value| format!("@{header} {value}")));
        if values.is_empty() {
            lines.push(format!("@{header} absent"));
        }
    }
    lines
}

fn watch<'w>(
    watches: &'w mut BTreeMap<String, Watch>,
    name: &str,
) -> anyhow::Result<&'w mut Watch> {
    let watch = watches.get_mut(name);
    watch.with_context(|| format!("no watch {name} is open"))
}

async fn collect(answer: Response<Body>) -> anyhow::Result<Answer> {
    let (head, body) = answer.into_parts();
    let body = tokio::time::timeout(BOUND, body.collect()).await;
    let body = body.with_context(|| format!("no whole answer within {} s", BOUND.as_secs()))?;
    Ok(Answer {
        code: head.status.as_u16(),
        headers: head.headers,
        body: body.context("read an answer")?.to_bytes().to_vec(),
    })
}

/// A target as a URI may hold it; what is escaped already stays.
fn encode(target: &str) -> String {
    let mut encoded = String::new();
    for c in target.chars() {
        if c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c) {
            encoded.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 15].map(|digit| {
                let digit = char::from_digit(digit.into(), 16).unwrap_or('0');
                digit.to_ascii_uppercase()
            }));
        }
    }
    encoded
}
