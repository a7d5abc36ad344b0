//! A cluster in a few words, and a command run against it.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures::FutureExt;
use kubectl_tarnfui::cluster::Cluster;
use kubectl_tarnfui::{Exit, Io, Outside, Terminal, run};
use serde_json::{Value as Json, json};

use crate::fake::{Fake, client};
use crate::schemas;

/// A Sunday, 13:00 in Paris; the hours of the namespaces here start at 08:00 on Monday.
pub(crate) const SUNDAY: &str = "2026-11-22T12:00:00Z";

/// A Monday, 19:00 in Paris; the hours of the namespaces here end at 20:00.
pub(crate) const MONDAY: &str = "2026-11-23T18:00:00Z";

/// A cluster.
#[derive(Clone, Default)]
pub(crate) struct World {
    fake: Arc<Mutex<Fake>>,
    terminal: Terminal,
    input: String,
    program: Option<PathBuf>,
}

/// What happens while a command pauses: it becomes another instant, and the server changes.
pub(crate) type Step = (&'static str, fn(&mut Fake));

/// What a command did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) exit: Exit,
    /// What it wrote to the server.
    pub(crate) writes: Vec<String>,
    /// How often it read.
    pub(crate) reads: usize,
    /// How often it looked for a cluster.
    pub(crate) connections: usize,
}

/// A cluster with nothing in it, whose caller is `dana`.
pub(crate) fn world() -> World {
    World::default().with(|fake| fake.username = Some("dana".to_owned()))
}

/// A cluster with one namespace that works in Paris from 8 to 20 on weekdays.
pub(crate) fn shop() -> World {
    world().namespace("shop", &PARIS)
}

/// Working hours in Paris.
pub(crate) const PARIS: [(&str, &str); 2] = [
    ("schedule", "Mon-Fri 08:00-20:00"),
    ("timezone", "Europe/Paris"),
];

impl World {
    /// The server itself.
    pub(crate) fn fake(&self) -> Arc<Mutex<Fake>> {
        Arc::clone(&self.fake)
    }

    /// Changes the server.
    pub(crate) fn with(self, change: impl FnOnce(&mut Fake)) -> Self {
        change(&mut self.fake.lock().unwrap());
        self
    }

    /// A namespace with annotations of ours, and the label `team=NAME`.
    pub(crate) fn namespace(self, name: &str, annotations: &[(&str, &str)]) -> Self {
        let annotations: serde_json::Map<String, Json> = annotations
            .iter()
            .map(|(key, value)| (format!("tarnfui.io/{key}"), json!(value)))
            .collect();
        let labels = json!({ "team": name, "kubernetes.io/metadata.name": name });
        let metadata = json!({ "name": name, "labels": labels, "annotations": annotations });
        self.with(|fake| {
            fake.put(
                format!("/api/v1/namespaces/{name}"),
                json!({ "metadata": metadata }),
            );
        })
    }

    /// A workload of `replicas`, old and settled; with labels and annotations of ours.
    pub(crate) fn workload(
        self,
        (namespace, plural, name): (&str, &str, &str),
        replicas: i32,
        labels: &[(&str, &str)],
        annotations: &[(&str, &str)],
    ) -> Self {
        let ours = |pairs: &[(&str, &str)]| -> serde_json::Map<String, Json> {
            pairs
                .iter()
                .map(|(key, value)| (format!("tarnfui.io/{key}"), json!(value)))
                .collect()
        };
        let object = json!({
            "metadata": {
                "name": name, "namespace": namespace, "uid": "11111111-1111-4111-8111-111111111111",
                "creationTimestamp": "2026-01-01T00:00:00Z",
                "labels": ours(labels), "annotations": ours(annotations),
            },
            "spec": { "replicas": replicas },
            "status": { "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": replicas },
        });
        let path = format!("/apis/apps/v1/namespaces/{namespace}/{plural}/{name}");
        self.with(|fake| fake.put(path, object))
    }

    /// A Deployment that runs.
    pub(crate) fn running(self, namespace: &str, name: &str, replicas: i32) -> Self {
        self.workload((namespace, "deployments", name), replicas, &[], &[])
    }

    /// A Deployment that sleeps.
    pub(crate) fn asleep(self, namespace: &str, name: &str, saved: &str) -> Self {
        self.workload(
            (namespace, "deployments", name),
            0,
            &[("saved", saved)],
            &[],
        )
    }

    /// The controller's configuration.
    pub(crate) fn config(self, text: &str) -> Self {
        let path = "/api/v1/namespaces/tarnfui-system/configmaps/tarnfui-config";
        let data = json!({ "metadata": {}, "data": { "config.yaml": text } });
        self.with(|fake| fake.put(path, data))
    }

    /// Refuses a verb on a kind.
    pub(crate) fn forbid(self, access: &'static str) -> Self {
        self.with(|fake| fake.forbidden.extend([access]))
    }

    /// A person at a terminal of this width, who types `input`.
    pub(crate) fn terminal(mut self, columns: usize, input: &str) -> Self {
        self.terminal = Terminal {
            columns: Some(columns),
            can_ask: true,
            can_draw: true,
            err_columns: Some(columns),
            ..Terminal::default()
        };
        input.clone_into(&mut self.input);
        self
    }

    /// A terminal that can't be drawn over.
    pub(crate) fn dumb_terminal(mut self, columns: usize) -> Self {
        self.terminal = Terminal {
            columns: Some(columns),
            can_ask: true,
            ..Terminal::default()
        };
        self
    }

    /// The same with colour.
    pub(crate) fn colored(mut self) -> Self {
        self.terminal.has_color = true;
        self
    }

    /// Where the program is.
    pub(crate) fn program(mut self, path: PathBuf) -> Self {
        self.program = Some(path);
        self
    }

    /// What is on standard input.
    pub(crate) fn input(mut self, input: &str) -> Self {
        input.clone_into(&mut self.input);
        self
    }

    /// Runs a command line at `now`; in it, quotes hold words together.
    pub(crate) fn run(&self, now: &str, command: &str) -> Ran {
        self.run_through(now, command, vec![])
    }

    /// The same with a command that pauses: at each pause the next step happens, and when there are
    /// no more the person interrupts it.
    pub(crate) fn run_through(&self, now: &str, command: &str, steps: Vec<Step>) -> Ran {
        let args = std::iter::once("kubectl-tarnfui".to_owned()).chain(words(command));
        self.run_words(now, args.collect(), steps)
    }

    /// The same by the words of the command line, the program's name first.
    pub(crate) fn run_words(&self, now: &str, args: Vec<String>, steps: Vec<Step>) -> Ran {
        let now = RefCell::new(now.to_owned());
        let steps = RefCell::new(steps.into_iter());
        let is_over = Rc::new(Cell::new(false));
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut input = self.input.as_bytes();
        let mut io = Io {
            out: &mut out,
            err: &mut err,
            input: &mut input,
            terminal: self.terminal,
        };
        let connections = Cell::new(0);
        let outside = Outside {
            now: &|| now.borrow().parse().unwrap(),
            pause: &|_| {
                let Some((at, change)) = steps.borrow_mut().next() else {
                    is_over.set(true);
                    return pending().boxed_local();
                };
                at.clone_into(&mut now.borrow_mut());
                change(&mut self.fake.lock().unwrap());
                ready(()).boxed_local()
            },
            interrupted: &|| {
                let is_over = Rc::clone(&is_over);
                let poll = move |_: &mut Context<'_>| {
                    if is_over.get() {
                        Poll::Ready(())
                    } else {
                        Poll::Pending
                    }
                };
                poll_fn(poll).boxed_local()
            },
            size: &|| Some((self.terminal.columns?, 12)),
            program: &|| self.program.clone(),
            connect: &|args| {
                connections.set(connections.get() + 1);
                let namespace = args.namespace.unwrap_or_else(|| "default".to_owned());
                let cluster = Cluster::new(client(&self.fake), "https://fake", namespace);
                let cluster = cluster.asked_by(Some("kubeconfig-user".to_owned()));
                async { Ok(cluster) }.boxed_local()
            },
        };
        let words = args.clone();
        let exit = run(
            args.into_iter().map(Into::into).collect(),
            &mut io,
            &outside,
        );
        let mut fake = self.fake.lock().unwrap();
        let out = String::from_utf8(out).unwrap();
        schemas::hold(&words, &out);
        Ran {
            out,
            err: String::from_utf8(err).unwrap(),
            exit,
            writes: std::mem::take(&mut fake.writes),
            reads: std::mem::take(&mut fake.reads),
            connections: connections.get(),
        }
    }

    /// The annotations of ours that a namespace has now.
    pub(crate) fn annotations(&self, name: &str) -> Vec<(String, String)> {
        let fake = self.fake.lock().unwrap();
        let object = &fake.objects[&format!("/api/v1/namespaces/{name}")];
        let all = object["metadata"]["annotations"].as_object().unwrap();
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        all.iter()
            .map(|(key, value)| (key.replace("tarnfui.io/", ""), text(value)))
            .collect()
    }
}

impl Ran {
    /// Compares everything but what was written.
    #[track_caller]
    pub(crate) fn shows(&self, exit: Exit, out: &str, err: &str) -> &Self {
        assert_eq!(self.out, out, "stdout; stderr is {:?}", self.err);
        assert_eq!(self.err, err, "stderr");
        assert_eq!(self.exit, exit, "exit");
        self
    }

    /// Asserts that nothing was written.
    #[track_caller]
    pub(crate) fn wrote_nothing(&self) {
        assert_eq!(self.writes, [""; 0]);
    }

    /// Asserts that this, and nothing else, was written.
    #[track_caller]
    pub(crate) fn wrote(&self, writes: &[&str]) {
        assert_eq!(self.writes, writes);
    }
}

fn words(command: &str) -> impl Iterator<Item = String> {
    let parts = command.split('\'').enumerate();
    parts.flat_map(|(at, part)| -> Vec<String> {
        let is_quoted = at % 2 == 1;
        if is_quoted {
            vec![part.to_owned()]
        } else {
            part.split_whitespace().map(Into::into).collect()
        }
    })
}
