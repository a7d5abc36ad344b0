//! Namespaces, workloads and autoscalers out of manifests, each with the place where it stands.
//!
//! What can't be read is a fault at its place, and everything else goes on. Nothing is concluded
//! from the objects here but whether the API server and the controller could read them.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tarnfui_shared::annotations::PREFIX;
use tarnfui_shared::observe::{Autoscaler, RawAutoscaler, RawWorkload, Workload};
use tarnfui_shared::problem::{Code, Problem};
use tarnfui_shared::workload::{ASLEEP_AT_LABEL, Field, KINDS, Kind, SAVED_LABEL};

use super::tree::{Entry, Node, Tree};
use crate::error::one_line;
use crate::reading::Annotations;

/// A place in the files that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, by its number in [`Manifests::files`].
    pub file: usize,
    /// The line, from 1 on.
    pub line: usize,
}

/// The annotations of ours on one object, and where they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placed {
    /// What they say; those that are no text are left out, and a fault.
    pub annotations: Annotations,
    lines: BTreeMap<String, usize>,
}

/// A Namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceManifest {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub placed: Placed,
}

/// A workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadManifest {
    /// Its namespace.
    pub namespace: String,
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub placed: Placed,
    /// The object as the controller would see it.
    pub workload: Workload,
}

/// Something that can't be read, or has no meaning where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// The namespace it is in, of a workload.
    pub namespace: Option<String>,
    /// The object, as `namespace/shop` or `deployment/web`; none where there is no object yet.
    pub object: Option<String>,
    /// What is wrong; its key is empty where it is the file.
    pub problem: Problem,
}

/// Everything in some files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifests {
    /// The files, as they were named.
    pub files: Vec<String>,
    /// The Namespaces, in the order of the files.
    pub namespaces: Vec<NamespaceManifest>,
    /// The workloads, in the order of the files.
    pub workloads: Vec<WorkloadManifest>,
    /// The HorizontalPodAutoscalers, by namespace.
    pub autoscalers: BTreeMap<String, Vec<Autoscaler>>,
    /// What can't be read.
    pub faults: Vec<Fault>,
    /// The last Namespace of each name.
    last: BTreeMap<String, usize>,
}

impl Placed {
    /// The line of an annotation, where it is there.
    pub fn line(&self, key: &str) -> Option<usize> {
        self.lines.get(key).copied()
    }
}

/// An object on its way in.
struct Object<'a> {
    tree: &'a Tree,
    kind: &'a str,
    file: usize,
    /// The lines of the file before its document.
    before: usize,
    /// The namespace, of what lies in one.
    namespace: Option<String>,
    reference: String,
}

impl Manifests {
    /// What a Namespace says, where there is one. Of two with one name it is the last, which is
    /// applied last.
    pub fn annotations_of(&self, namespace: &str) -> Option<&Annotations> {
        let last = self.last.get(namespace)?;
        Some(&self.namespaces[*last].placed.annotations)
    }

    /// The autoscaler that targets a workload.
    pub fn autoscaler_of(&self, manifest: &WorkloadManifest) -> Option<&str> {
        let workload = &manifest.workload;
        let all = self.autoscalers.get(&manifest.namespace)?;
        let found = all
            .iter()
            .find(|it| it.kind == workload.kind && workload.name == *it.target)?;
        Some(&found.name)
    }

    /// Takes in the objects of a document. `usual_kind` is that of the items of a list, and `home`
    /// the namespace of what names none.
    pub(super) fn take(
        &mut self,
        tree: &Tree,
        (file, before): (usize, usize),
        usual_kind: &str,
        home: &str,
    ) {
        let kind = tree.text(&["kind"]).unwrap_or(usual_kind);
        if kind.ends_with("List") {
            let inner = kind.trim_end_matches("List");
            let items = tree.at(&["items"]).map(Tree::items).unwrap_or_default();
            for item in items {
                self.take(item, (file, before), inner, home);
            }
            return;
        }
        let name = tree.text(&["metadata", "name"]).unwrap_or_default();
        let of_ours = kind_of(tree, kind);
        let is_namespace = kind == "Namespace";
        let noun = of_ours.map_or_else(|| kind.to_lowercase(), |it| it.row().singular.to_owned());
        let own = tree.text(&["metadata", "namespace"]).unwrap_or(home);
        let object = Object {
            tree,
            kind,
            file,
            before,
            namespace: (!is_namespace).then(|| one_line(own)),
            reference: one_line(&format!("{noun}/{name}")),
        };
        if name.is_empty() && (is_namespace || of_ours.is_some()) {
            let problem = Problem::new("metadata.name", Code::InvalidManifest, "has no name");
            self.fault(&object, tree.line, problem.with_hint("give it one"));
            return;
        }
        self.check_labels(&object);
        match of_ours {
            Some(kind) => self.workload(&object, kind),
            None if is_namespace => self.namespace(&object, name),
            None if kind == "HorizontalPodAutoscaler" => self.autoscaler(&object),
            None => self.other(&object),
        }
    }

    fn fault(&mut self, object: &Object<'_>, line: usize, problem: Problem) {
        self.faults.push(Fault {
            place: object.place(line),
            namespace: object.namespace.clone(),
            object: Some(object.reference.clone()),
            problem,
        });
    }

    fn namespace(&mut self, object: &Object<'_>, name: &str) {
        let placed = self.placed(object);
        self.last.insert(name.to_owned(), self.namespaces.len());
        self.namespaces.push(NamespaceManifest {
            name: name.to_owned(),
            place: object.place(object.tree.line),
            placed,
        });
    }

    fn workload(&mut self, object: &Object<'_>, kind: Kind) {
        let placed = self.placed(object);
        self.check_template(object, kind);
        let name = object.tree.text(&["metadata", "name"]);
        let at = |path: &[&str]| object.tree.at(path).map(Tree::to_json);
        // Down to what the controller reads. A version is one, so that it would be taken; what
        // labels say of a sleep is for the controller, and a fault in a manifest.
        let raw = json!({
            "metadata": {
                "name": name,
                "resourceVersion": "1",
                "annotations": placed.annotations,
                "ownerReferences": at(&["metadata", "ownerReferences"]).unwrap_or_else(|| json!([])),
            },
            "spec": at(&["spec"]).filter(|spec| !spec.is_null()).unwrap_or_else(|| json!({})),
        });
        let read = serde_json::from_value::<RawWorkload>(raw).map_err(|error| error.to_string());
        let read = read.and_then(|raw| raw.observe(kind).map_err(|error| error.to_string()));
        match read {
            Ok(workload) => self.workloads.push(WorkloadManifest {
                namespace: object.namespace.clone().unwrap_or_default(),
                place: object.place(object.tree.line),
                placed,
                workload,
            }),
            Err(cause) => {
                let spec = object.tree.at(&["spec"]);
                let line = spec.map_or(object.tree.line, |spec| spec.line);
                let message = format!("can't be read: {}", one_line(&cause));
                let problem = Problem::new("spec", Code::InvalidManifest, message);
                let hint = "kubectl apply --dry-run=server -f FILE says what the server wants";
                self.fault(object, line, problem.with_hint(hint));
            }
        }
    }

    fn autoscaler(&mut self, object: &Object<'_>) {
        self.other(object);
        let raw = json!({
            "metadata": { "name": object.tree.text(&["metadata", "name"]).unwrap_or_default() },
            "spec": object.tree.at(&["spec"]).map_or_else(|| json!({}), Tree::to_json),
        });
        let read = serde_json::from_value::<RawAutoscaler>(raw);
        if let Some(found) = read.ok().and_then(RawAutoscaler::observe) {
            let home = object.namespace.clone().unwrap_or_default();
            self.autoscalers.entry(home).or_default().push(found);
        }
    }

    /// Any other object has no meaning for us, and our keys have none on it.
    fn other(&mut self, object: &Object<'_>) {
        let message = format!("has no meaning on a {}", one_line(object.kind));
        let kinds: Vec<&str> = KINDS.iter().map(|row| row.name).collect();
        let hint = format!("set it on the Namespace, or on a {}", kinds.join(", "));
        for entry in ours(object.tree, &["metadata", "annotations"]) {
            let problem = Problem::new(&entry.key, Code::WrongPlace, message.clone());
            self.fault(object, entry.line, problem.with_hint(hint.clone()));
        }
    }

    fn placed(&mut self, object: &Object<'_>) -> Placed {
        let mut placed = Placed::default();
        for entry in ours(object.tree, &["metadata", "annotations"]) {
            let line = object.before + entry.line;
            placed.lines.insert(entry.key.clone(), line);
            match &entry.value.node {
                Node::Scalar(Json::String(text)) => {
                    placed.annotations.insert(entry.key.clone(), text.clone());
                }
                Node::Scalar(_) | Node::List(_) | Node::Map(_) => {
                    let value = one_line(&entry.value.to_json().to_string());
                    let message = format!("{value} is no text, and the server takes nothing else");
                    let problem = Problem::new(&entry.key, Code::InvalidValue, message);
                    let hint = format!("quote it: {}: {}", entry.key, Json::String(value));
                    self.fault(object, entry.line, problem.with_hint(hint));
                }
            }
        }
        placed
    }

    /// The mark is a label, and what people write never is.
    fn check_labels(&mut self, object: &Object<'_>) {
        for entry in ours(object.tree, &["metadata", "labels"]) {
            let is_mark = [SAVED_LABEL, ASLEEP_AT_LABEL].contains(&entry.key.as_str());
            let (message, hint) = if is_mark {
                (
                    "is the controller's own: applied, it makes something out to be asleep",
                    "take it out of the manifest",
                )
            } else {
                ("has no meaning as a label", "make it an annotation")
            };
            let problem = Problem::new(&entry.key, Code::WrongPlace, message);
            self.fault(object, entry.line, problem.with_hint(hint));
        }
    }

    /// What stands on the template ends up on pods, which nobody asks.
    fn check_template(&mut self, object: &Object<'_>, kind: Kind) {
        let template: &[&str] = match kind.row().field {
            Field::Replicas => &["spec", "template", "metadata", "annotations"],
            Field::Suspend => &["spec", "jobTemplate", "metadata", "annotations"],
        };
        for entry in ours(object.tree, template) {
            let problem = Problem::new(
                &entry.key,
                Code::WrongPlace,
                "has no meaning on the template",
            );
            let hint = format!("set it under metadata.annotations of the {kind} itself");
            self.fault(object, entry.line, problem.with_hint(hint));
        }
    }
}

impl Object<'_> {
    fn place(&self, line: usize) -> Place {
        Place {
            file: self.file,
            line: self.before + line,
        }
    }
}

/// The kind of workload that an object is. Others have a `Deployment`, too: the group tells.
fn kind_of(tree: &Tree, kind: &str) -> Option<Kind> {
    let row = KINDS.iter().find(|row| row.name == kind)?;
    let group = tree
        .text(&["apiVersion"])
        .map(|it| it.split_once('/').map_or("", |(group, _)| group));
    group
        .is_none_or(|group| group == row.group)
        .then_some(row.kind)
}

/// The entries at a path whose keys are ours.
fn ours<'a>(tree: &'a Tree, path: &[&str]) -> impl Iterator<Item = &'a Entry> {
    let entries = tree.at(path).map(Tree::entries).unwrap_or_default();
    entries.iter().filter(|entry| entry.key.starts_with(PREFIX))
}
