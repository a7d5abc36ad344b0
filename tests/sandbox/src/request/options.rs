//! The query of a request.

use std::borrow::Cow;

use super::Verb;
use crate::answer::{Cause, Failure};
use crate::kinds::Resource;
use crate::patch::PatchType;
use crate::selector::Selector;

/// The longest name of a manager.
const MANAGER_BYTES: usize = 128;

/// Parameters of the real server that are not here.
const ELSEWHERE: [&str; 3] = [
    "ignoreStoreReadErrorWithClusterBreakingPotential",
    "orphanDependents",
    "shardSelector",
];

/// Whether and how old an answer may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Match {
    /// As `resourceVersion` alone means it.
    #[default]
    Unset,
    /// That version or a later one.
    NotOlderThan,
    /// That version.
    Exact,
    /// What means nothing.
    Other(String),
}

/// How strictly the fields of a body are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Those that are not known are told.
    #[default]
    Warn,
    /// They are passed over.
    Ignore,
    /// They are refused.
    Strict,
}

/// The query, read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The most objects in one page.
    pub limit: Option<usize>,
    /// Where a page begins, as the one before it said.
    pub continues: Option<String>,
    /// The version wanted; empty where none is.
    pub version: String,
    /// What it means.
    pub version_match: Match,
    /// What it is narrowed to.
    pub selector: Selector,
    /// How long a watch lasts.
    pub timeout_seconds: Option<u64>,
    /// Whether bookmarks may come.
    pub bookmarks: bool,
    /// Whether a watch begins with all there is, and says when that is done.
    pub initial_events: Option<bool>,
    /// Who writes.
    pub field_manager: Option<String>,
    /// Whether an apply takes fields from others; none where it is not said.
    pub force: Option<bool>,
    /// What is not to be kept: `All`, if anything.
    dry_run: Vec<String>,
    /// How strictly the fields of the body are read.
    pub strictness: Strictness,
    /// What is no such word.
    other_strictness: Option<String>,
    /// How much of each object is in a table: `None`, `Metadata` or `Object`.
    pub include: Option<String>,
    /// What happens to what a deleted object owns.
    pub propagation: Option<String>,
    /// How long a deleted Pod has.
    pub grace_seconds: Option<i64>,
}

impl Options {
    /// Reads a query, or refuses what can't be read. What nobody knows is passed over, as by the
    /// real server.
    pub fn read(query: &str, row: &Resource) -> Result<Self, Failure> {
        let mut options = Self::default();
        if query.is_empty() {
            return Ok(options);
        }
        let (mut labels, mut fields) = (Cow::default(), Cow::default());
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "labelSelector" => labels = value,
                "fieldSelector" => fields = value,
                _ => options.set(&key, value)?,
            }
        }
        options.selector = Selector::read(&labels, &fields, row)?;
        Ok(options)
    }

    fn set(&mut self, key: &str, value: Cow<'_, str>) -> Result<(), Failure> {
        let text = |value: Cow<'_, str>| Some(value.into_owned()).filter(|it| !it.is_empty());
        match key {
            "limit" => {
                let limit = number(&value)?;
                self.limit = usize::try_from(limit).ok().filter(|it| *it > 0);
            }
            "continue" => self.continues = text(value),
            "resourceVersion" => self.version = value.into_owned(),
            "resourceVersionMatch" => self.version_match = version_match(value),
            "timeoutSeconds" => self.timeout_seconds = u64::try_from(number(&value)?).ok(),
            "allowWatchBookmarks" => self.bookmarks = boolean(&value),
            "sendInitialEvents" => self.initial_events = Some(boolean(&value)),
            "fieldManager" => self.field_manager = text(value),
            "force" => self.force = Some(boolean(&value)),
            "dryRun" => self.dry_run.push(value.into_owned()),
            "includeObject" => self.include = text(value),
            "propagationPolicy" => self.propagation = text(value),
            "gracePeriodSeconds" => self.grace_seconds = Some(number(&value)?),
            "fieldValidation" => match &*value {
                "" | "Warn" => self.strictness = Strictness::Warn,
                "Ignore" => self.strictness = Strictness::Ignore,
                "Strict" => self.strictness = Strictness::Strict,
                _ => self.other_strictness = text(value),
            },
            _ if ELSEWHERE.contains(&key) => {
                let what = format!("the parameter {key}={value}");
                return Err(Failure::unknown_request(what));
            }
            // How long a request may take, and how the answer is indented: nothing takes long here,
            // and nothing is indented. And what nobody knows.
            _ => {}
        }
        Ok(())
    }

    /// Whether nothing is to be kept.
    pub fn is_dry_run(&self) -> bool {
        !self.dry_run.is_empty()
    }

    /// Refuses what means nothing for the verb.
    pub fn check(&self, verb: Verb, patch: Option<PatchType>) -> Result<(), Failure> {
        let kind = match verb {
            Verb::Get | Verb::List | Verb::Watch => return Ok(()),
            Verb::Create => "CreateOptions",
            Verb::Update => "UpdateOptions",
            Verb::Patch => "PatchOptions",
            Verb::Delete | Verb::DeleteCollection => "DeleteOptions",
        };
        let mut causes = self.manager_faults(patch);
        if let Some(propagation) = self.propagation.as_deref() {
            causes.extend(propagation_fault(propagation));
        }
        if self.dry_run.iter().any(|it| it != "All") {
            let value = format!("{:?}", self.dry_run);
            causes.push(Cause::unsupported("dryRun", &value, &["All"]));
        }
        if let Some(other) = &self.other_strictness {
            let (value, known) = (format!("{other:?}"), ["", "Ignore", "Strict", "Warn"]);
            causes.push(Cause::unsupported("fieldValidation", &value, &known));
        }
        if causes.is_empty() {
            return Ok(());
        }
        Err(Failure::invalid_as(("meta.k8s.io", kind), "", &causes))
    }

    fn manager_faults(&self, patch: Option<PatchType>) -> Vec<Cause> {
        let mut causes = Vec::new();
        let manager = self.field_manager.as_deref().unwrap_or_default();
        match patch {
            Some(PatchType::Apply) if manager.is_empty() => {
                causes.push(Cause::required(
                    "fieldManager",
                    "is required for apply patch",
                ));
            }
            Some(PatchType::Json | PatchType::Merge | PatchType::Strategic)
                if self.force.is_some() =>
            {
                let why = "may not be specified for non-apply patch";
                causes.push(Cause::forbidden("force", why));
            }
            _ => {}
        }
        if manager.len() > MANAGER_BYTES {
            causes.push(Cause::too_long("fieldManager", MANAGER_BYTES));
        }
        if let Some(place) = manager.chars().position(char::is_control) {
            let value = format!("{manager:?}");
            let why = format!("should only contain printable characters (invalid index: {place})");
            causes.push(Cause::invalid("fieldManager", &value, &why));
        }
        causes
    }
}

/// What is wrong with a word for what happens to what a deleted object owns.
pub(crate) fn propagation_fault(word: &str) -> Option<Cause> {
    const KNOWN: [&str; 4] = ["Foreground", "Background", "Orphan", "nil"];
    let is_known = KNOWN[..3].contains(&word);
    let fault = || Cause::unsupported("propagationPolicy", &format!("{word:?}"), &KNOWN);
    (!is_known).then(fault)
}

/// Whether a query asks for a watch: needed before anything else of it is read.
pub(crate) fn is_watch(query: &str) -> bool {
    let is_there = query.contains("watch");
    is_there
        && form_urlencoded::parse(query.as_bytes())
            .any(|(key, value)| key == "watch" && boolean(&value))
}

/// The one name that a query narrows a list to: what rules with names look at.
pub(crate) fn selected_name(query: &str) -> Option<String> {
    if !query.contains("metadata.name") {
        return None;
    }
    let (_, fields) =
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "fieldSelector")?;
    let mut terms = fields.split(',').filter(|it| !it.contains("!="));
    terms.find_map(|term| {
        let value = term.strip_prefix("metadata.name=")?;
        Some(value.trim_start_matches('=').to_owned())
    })
}

fn boolean(value: &str) -> bool {
    !matches!(value, "" | "0" | "false")
}

fn number(value: &str) -> Result<i64, Failure> {
    value.parse().map_err(|_| {
        let why = format!("strconv.ParseInt: parsing {value:?}: invalid syntax");
        Failure::bad_request(why)
    })
}

fn version_match(value: Cow<'_, str>) -> Match {
    match &*value {
        "" => Match::Unset,
        "NotOlderThan" => Match::NotOlderThan,
        "Exact" => Match::Exact,
        _ => Match::Other(value.into_owned()),
    }
}
