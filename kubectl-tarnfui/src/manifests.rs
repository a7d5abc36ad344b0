//! Namespaces out of files: YAML documents, Lists and JSON, as `kubectl get -o yaml` writes them.
//!
//! Everything else in the files is passed over, so that a whole directory of manifests can be
//! piped in. What the API server would refuse is refused here as well: a file that can't be
//! applied has no meaning to explain.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value as Json;

use tarnfui_shared::problem::{Code, Problem};

use crate::args::ConnectionArgs;
use crate::error::{Failure, Hinted, one_line};
use crate::reading::Annotations;

mod documents;
mod files;
mod objects;
mod tree;

pub use objects::{Fault, Manifests, NamespaceManifest, Place, Placed, WorkloadManifest};

/// The largest file that is read, in bytes: 10,000 namespaces of 3 KB, and as much again.
const MAX_BYTES: u64 = 64 << 20;

/// A namespace as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its name.
    pub name: String,
    /// Its annotations.
    pub annotations: Annotations,
}

/// Why a file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It can't be read.
    #[error("reading {}", shown(.path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is too large.
    #[error("{} is larger than {} MiB", shown(.path), MAX_BYTES >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It is neither YAML nor JSON.
    #[error("{} is no YAML: {cause}", shown(.path))]
    NoYaml {
        /// The file.
        path: PathBuf,
        /// What is wrong and where, in the words of the reader.
        cause: String,
    },
    /// A namespace in it has no name.
    #[error("a Namespace in {} has no name", shown(.path))]
    NoName {
        /// The file.
        path: PathBuf,
    },
    /// An annotation of a namespace in it is no text.
    #[error("annotation {key} of namespace {namespace:?} in {} is no text", shown(.path))]
    NoText {
        /// The file.
        path: PathBuf,
        /// The namespace.
        namespace: String,
        /// The annotation.
        key: String,
        /// The value as it should be written.
        quoted: String,
    },
    /// There is no namespace in it.
    #[error("no Namespace in {}", shown(.path))]
    NoNamespace {
        /// The file.
        path: PathBuf,
    },
    /// Standard input has nothing in it: what was to write it has failed, as a rule.
    #[error("standard input is empty")]
    Empty,
    /// There is no manifest in a directory.
    #[error("no file that ends in .yaml, .yml or .json in {}", shown(.path))]
    NoFile {
        /// The directory.
        path: PathBuf,
    },
    /// There are too many files in a directory.
    #[error("more than {limit} files in {}", shown(.path))]
    TooMany {
        /// The directory that was one too many.
        path: PathBuf,
        /// How many are read.
        limit: usize,
    },
    /// All files together are too large.
    #[error("the files up to {} are larger than {} MiB", shown(.path), MAX_BYTES >> 20)]
    TooMuch {
        /// The file that was one too many.
        path: PathBuf,
    },
}

impl Hinted for ManifestError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable { .. } => {
                "name a file that can be read, or - for standard input".into()
            }
            Self::TooLarge { .. } => "split it, or give only its namespaces".into(),
            Self::NoYaml { path, .. } => {
                format!("kubectl apply --dry-run=client -f {}", path.display())
            }
            Self::NoName { .. } => "give it a metadata.name".into(),
            Self::NoText { key, quoted, .. } => format!("quote it: {key}: {quoted}"),
            Self::NoNamespace { .. } => {
                "kubectl get namespaces -o yaml writes a file that has some".into()
            }
            Self::Empty => "see what the command before the | says; set -o pipefail".into(),
            Self::NoFile { .. } => "name a directory of manifests, or a file, or -".into(),
            Self::TooMany { .. } | Self::TooMuch { .. } => "give one directory at a time".into(),
        })
    }
}

/// The namespaces in a file, in its order; `-` is `input`.
pub fn read(path: &Path, input: &mut dyn BufRead) -> Result<Vec<Manifest>, ManifestError> {
    let text = text_of(path, input)?;
    let limits = documents::limits(&text);
    let documents = serde_saphyr::from_multiple_with_options::<Option<Document>>(&text, limits);
    let documents = documents.map_err(|error| {
        let complaint = error.without_snippet().to_string();
        let first = complaint.lines().next().unwrap_or_default();
        ManifestError::NoYaml {
            path: path.to_owned(),
            cause: one_line(first),
        }
    })?;
    let mut found = Vec::new();
    for document in documents.into_iter().flatten() {
        document.collect("", path, &mut found)?;
    }
    if found.is_empty() {
        return Err(ManifestError::NoNamespace {
            path: path.to_owned(),
        });
    }
    Ok(found)
}

/// The namespace of what names none: that of `-n`, and else the one that every kubeconfig starts with.
pub fn home(connection: &ConnectionArgs) -> &str {
    connection.namespace.as_deref().unwrap_or("default")
}

/// Everything in files and directories; `-` is `input`, and `home` the namespace of what names
/// none. What is no YAML is a fault of its place; a file that can't be read is a failure. Neither
/// keeps the others from being read.
pub fn read_all(
    paths: &[PathBuf],
    input: &mut dyn BufRead,
    home: &str,
) -> (Manifests, Vec<Failure>) {
    let (mut found, mut failures, mut bytes) = (Manifests::default(), Vec::new(), 0);
    for path in paths {
        let named = match files::named(path) {
            Ok(named) => named,
            Err(error) => {
                failures.push(error.into());
                continue;
            }
        };
        for path in named {
            match text_of(&path, input) {
                Ok(text) => {
                    bytes += text.len() as u64;
                    found.read_file(&path, &text, home);
                }
                Err(ManifestError::Unreadable { source, .. })
                    if source.kind() == std::io::ErrorKind::InvalidData =>
                {
                    let file = found.file(&path);
                    found.no_yaml(Place { file, line: 1 }, "is no text in UTF-8");
                }
                Err(error) => failures.push(error.into()),
            }
            if bytes > MAX_BYTES {
                failures.push(ManifestError::TooMuch { path }.into());
                return (found, failures);
            }
        }
    }
    (found, failures)
}

impl Manifests {
    fn read_file(&mut self, path: &Path, text: &str, home: &str) {
        let file = self.file(path);
        for (before, document) in documents::documents(text) {
            match document {
                Ok(trees) => {
                    for tree in trees {
                        self.take(&tree, (file, before), "", home);
                    }
                }
                Err(documents::NoYaml { line, cause }) => {
                    self.no_yaml(Place { file, line }, &format!("is no YAML: {cause}"));
                }
            }
        }
    }

    fn file(&mut self, path: &Path) -> usize {
        self.files.push(path.display().to_string());
        self.files.len() - 1
    }

    fn no_yaml(&mut self, place: Place, message: &str) {
        self.faults.push(Fault {
            place,
            namespace: None,
            object: None,
            problem: Problem::new("", Code::InvalidManifest, message),
        });
    }
}

/// The text of a file that is not too large.
pub fn text_of(path: &Path, input: &mut dyn BufRead) -> Result<String, ManifestError> {
    let unreadable = |source| ManifestError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut text = String::new();
    let is_input = path.as_os_str() == "-";
    let read = match path.to_str() {
        Some("-") => input.take(MAX_BYTES + 1).read_to_string(&mut text),
        Some(_) | None => std::fs::File::open(path)
            .and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text)),
    };
    if read.map_err(unreadable)? as u64 > MAX_BYTES {
        return Err(ManifestError::TooLarge {
            path: path.to_owned(),
        });
    }
    // A file may be empty, as part of a directory. Of a pipe it would be a false comfort.
    if is_input && text.trim().is_empty() {
        return Err(ManifestError::Empty);
    }
    Ok(text)
}

/// Any object, down to what tells a Namespace from others.
#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    metadata: Json,
    #[serde(default)]
    items: Option<Vec<Document>>,
}

impl Document {
    /// Adds the namespaces in this object. Those in a NamespaceList need not say that they are.
    fn collect(
        self,
        usual_kind: &str,
        path: &Path,
        found: &mut Vec<Manifest>,
    ) -> Result<(), ManifestError> {
        match self.kind.as_deref().unwrap_or(usual_kind) {
            "Namespace" => found.push(manifest(&self.metadata, path)?),
            kind if kind.ends_with("List") => {
                let inner = kind.trim_end_matches("List").to_owned();
                for item in self.items.into_iter().flatten() {
                    item.collect(&inner, path, found)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn manifest(metadata: &Json, path: &Path) -> Result<Manifest, ManifestError> {
    let name = metadata["name"].as_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| ManifestError::NoName {
        path: path.to_owned(),
    })?;
    let mut annotations = Annotations::new();
    for (key, value) in metadata["annotations"].as_object().into_iter().flatten() {
        let text = value.as_str().ok_or_else(|| ManifestError::NoText {
            path: path.to_owned(),
            namespace: name.to_owned(),
            key: one_line(key),
            quoted: Json::String(value.to_string()).to_string(),
        })?;
        annotations.insert(key.clone(), text.to_owned());
    }
    Ok(Manifest {
        name: name.to_owned(),
        annotations,
    })
}

fn shown(path: &Path) -> String {
    if path.as_os_str() == "-" {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}
