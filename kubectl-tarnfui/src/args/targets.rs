//! Names of namespaces and workloads, in the ways that kubectl takes them.
//!
//! Whether they exist is not asked here.

use tarnfui_shared::text::did_you_mean;
use tarnfui_shared::workload::{KINDS, Kind};

use super::Selection;
use crate::error::Failure;

/// The words for a namespace before its name.
const WORDS: &[&str] = &["namespace", "namespaces", "ns"];

/// The longest name of a namespace: a DNS label.
const MAX_NAMESPACE_BYTES: usize = 63;

/// The longest name of a workload: a DNS subdomain.
const MAX_NAME_BYTES: usize = 253;

/// What a selection means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// These, in this order, none twice.
    Named(Vec<String>),
    /// Those with certain labels.
    Selected(String),
    /// All.
    All,
}

/// A namespace, or a workload in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The namespace.
    pub namespace: String,
    /// The workload.
    pub workload: Option<(Kind, String)>,
}

impl Selection {
    /// What was selected; none where nothing was said at all. `flag` is the value of `-n`.
    pub fn target(&self, flag: Option<&str>) -> Result<Option<Target>, Failure> {
        let names = namespaces(&self.names)?;
        let said_twice = || {
            let hint = "name the namespaces, or give -n, -l or -A, and only one of them";
            Err(Failure::usage(
                "-n does not go with other ways to select namespaces",
                hint,
            ))
        };
        match (names.is_empty(), self.all_namespaces, &self.selector, flag) {
            (false, _, _, Some(_)) | (_, true, _, Some(_)) | (_, _, Some(_), Some(_)) => {
                said_twice()
            }
            (false, _, _, None) => Ok(Some(Target::Named(names))),
            (true, true, _, None) => Ok(Some(Target::All)),
            (true, false, Some(labels), None) => Ok(Some(Target::Selected(labels.clone()))),
            (true, false, None, Some(name)) => Ok(Some(Target::Named(vec![checked(name)?]))),
            (true, false, None, None) => Ok(None),
        }
    }
}

/// The namespaces that the words name: `shop`, `ns/shop`, `namespace shop`.
fn namespaces(words: &[String]) -> Result<Vec<String>, Failure> {
    let names = match words {
        [word] if is_word(word) => {
            let hint = format!("name one, as in {word}/shop; for one of that name: {word}/{word}");
            return Err(Failure::usage(
                format!("{word:?} needs the name of a namespace"),
                hint,
            ));
        }
        [word, names @ ..] if is_word(word) => names,
        names => names,
    };
    let mut found: Vec<String> = Vec::new();
    for name in names {
        let name = match name.split_once('/') {
            Some((word, name)) if is_word(word) => checked(name)?,
            Some((word, _)) => return Err(not_a_namespace(name, word)),
            None => checked(name)?,
        };
        if !found.contains(&name) {
            found.push(name);
        }
    }
    Ok(found)
}

fn is_word(word: &str) -> bool {
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn not_a_namespace(whole: &str, word: &str) -> Failure {
    if Kind::parse(word).is_some() {
        let hint =
            "to keep one workload out of it: kubectl annotate KIND NAME tarnfui.io/exclude=true";
        return Failure::usage(
            format!("{whole:?} is a workload; orders are for namespaces"),
            hint,
        );
    }
    let hint = match did_you_mean(word, WORDS.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => "write namespace/NAME, ns/NAME or only NAME".to_owned(),
    };
    Failure::usage(format!("{whole:?} names no namespace"), hint)
}

/// Reads the name of a namespace, for a flag.
pub(super) fn namespace_name(name: &str) -> Result<String, String> {
    if is_label(name, MAX_NAMESPACE_BYTES, false) {
        return Ok(name.to_owned());
    }
    Err("a namespace's name is 1 to 63 of a-z, 0-9 and -, with - neither first nor last".to_owned())
}

fn checked(name: &str) -> Result<String, Failure> {
    namespace_name(name)
        .map_err(|expected| Failure::usage(format!("{name:?} is no name of a namespace"), expected))
}

fn is_label(name: &str, limit: usize, dots: bool) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let fits = |byte: u8| plain(byte) || byte == b'-' || (dots && byte == b'.');
    let edge = |byte: Option<u8>| byte.is_some_and(plain);
    name.len() <= limit
        && name.bytes().all(fits)
        && edge(name.bytes().next())
        && edge(name.bytes().last())
}

impl Object {
    /// Reads `shop`, `ns/shop` or `shop/deployment/web`; several words as for orders.
    pub fn parse_all(words: &[String]) -> Result<Vec<Self>, Failure> {
        let is_workload = |word: &String| word.split('/').count() == 3;
        if !words.iter().any(is_workload) {
            let whole = |namespace| Self {
                namespace,
                workload: None,
            };
            return Ok(namespaces(words)?.into_iter().map(whole).collect());
        }
        words.iter().map(|word| Self::parse(word)).collect()
    }

    fn parse(word: &str) -> Result<Self, Failure> {
        let mut parts = word.splitn(3, '/');
        let (Some(namespace), Some(kind), Some(name)) = (parts.next(), parts.next(), parts.next())
        else {
            let names = namespaces(&[word.to_owned()])?;
            let namespace = names.into_iter().next().unwrap_or_default();
            return Ok(Self {
                namespace,
                workload: None,
            });
        };
        let namespace = checked(namespace)?;
        let known = || KINDS.iter().map(|row| row.singular);
        let Some(kind) = Kind::parse(kind) else {
            let hint = match did_you_mean(kind, known()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("known kinds: {}", known().collect::<Vec<_>>().join(", ")),
            };
            return Err(Failure::usage(
                format!("kind {kind:?} in {word:?} is not known"),
                hint,
            ));
        };
        if !is_label(name, MAX_NAME_BYTES, true) {
            let hint = format!("kubectl get {} -n {namespace}", kind.row().plural);
            return Err(Failure::usage(
                format!("{name:?} is no name of a workload"),
                hint,
            ));
        }
        Ok(Self {
            namespace,
            workload: Some((kind, name.to_owned())),
        })
    }
}
