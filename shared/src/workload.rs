//! The kinds of workload as a table, the value that sleeping changes, and the mark that keeps it.
//!
//! A kind is a row, not code: what differs between kinds is which field is set and to what. How the
//! state of an object is read from the API is for [`crate::observe`].

use std::fmt;

use serde::Serialize;

/// The label that holds the saved value of a sleeping workload: the mark.
///
/// A label and not an annotation: the Deployment controller copies annotations to ReplicaSets, and
/// `kubectl rollout undo` copies them back, so an undo at night would take the mark away, or bring
/// back that of another night.
pub const SAVED_LABEL: &str = "tarnfui.io/saved";

/// The label that holds the value a workload was put to, where that is not 0.
pub const ASLEEP_AT_LABEL: &str = "tarnfui.io/asleep-at";

/// A kind of workload that can be put to sleep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `apps/v1` Deployment.
    Deployment,
    /// `apps/v1` StatefulSet.
    StatefulSet,
    /// `batch/v1` CronJob.
    CronJob,
}

/// Which field of a kind sleeping changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `spec.replicas`, a number.
    Replicas,
    /// `spec.suspend`, true or false.
    Suspend,
}

impl Field {
    /// The name below `spec`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replicas => "replicas",
            Self::Suspend => "suspend",
        }
    }

    /// The path as people write it.
    pub fn path(self) -> &'static str {
        match self {
            Self::Replicas => "spec.replicas",
            Self::Suspend => "spec.suspend",
        }
    }
}

/// One kind: where the API has it and what sleeping does to it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The kind.
    pub kind: Kind,
    /// As in `kind:`.
    pub name: &'static str,
    /// API group.
    pub group: &'static str,
    /// API version.
    pub version: &'static str,
    /// As in URLs and RBAC rules.
    pub plural: &'static str,
    /// As people write it, before a slash.
    pub singular: &'static str,
    /// Short names that kubectl takes.
    pub short: &'static [&'static str],
    /// What sleeping changes.
    pub field: Field,
    /// Whether it is handled where the configuration names no kinds.
    pub is_default: bool,
}

/// Every kind. Sorted as in [`Kind`], which a test holds.
pub const KINDS: &[Row] = &[
    Row {
        kind: Kind::Deployment,
        name: "Deployment",
        group: "apps",
        version: "v1",
        plural: "deployments",
        singular: "deployment",
        short: &["deploy"],
        field: Field::Replicas,
        is_default: true,
    },
    Row {
        kind: Kind::StatefulSet,
        name: "StatefulSet",
        group: "apps",
        version: "v1",
        plural: "statefulsets",
        singular: "statefulset",
        short: &["sts"],
        field: Field::Replicas,
        is_default: true,
    },
    Row {
        kind: Kind::CronJob,
        name: "CronJob",
        group: "batch",
        version: "v1",
        plural: "cronjobs",
        singular: "cronjob",
        short: &["cj"],
        field: Field::Suspend,
        is_default: false,
    },
];

impl Kind {
    /// The first in the order of kinds.
    pub const FIRST: Self = Self::Deployment;

    /// Its row in the table.
    pub fn row(self) -> &'static Row {
        &KINDS[self as usize]
    }

    /// The kind that `word` names in any of the ways kubectl takes, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        let is_it = |row: &&Row| {
            [row.name, row.plural, row.singular]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(word))
                || row.short.iter().any(|name| name.eq_ignore_ascii_case(word))
        };
        KINDS.iter().find(is_it).map(|row| row.kind)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().name)
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// No kind at all.
    pub const NONE: Self = Self(0);

    /// The kinds that are handled where the configuration names none.
    pub fn defaults() -> Self {
        KINDS
            .iter()
            .filter(|row| row.is_default)
            .map(|row| row.kind)
            .collect()
    }

    /// Whether `kind` is one of them.
    pub fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<T: IntoIterator<Item = Kind>>(kinds: T) -> Self {
        Self(kinds.into_iter().fold(0, |set, kind| set | 1 << kind as u8))
    }
}

/// The value of the field that sleeping changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A number of replicas, 0 or more.
    Replicas(i32),
    /// Whether it is suspended.
    Suspend(bool),
}

impl Value {
    /// What the field says at rest: 0 replicas, or suspended.
    pub fn at_rest(field: Field) -> Self {
        match field {
            Field::Replicas => Self::Replicas(0),
            Field::Suspend => Self::Suspend(true),
        }
    }

    /// Reads the value of a label that was written with [`fmt::Display`].
    ///
    /// Strict on purpose: a value that Tarnfui would not have written is somebody's edit, and is
    /// not guessed at.
    pub fn parse(field: Field, text: &str) -> Option<Self> {
        let value = match field {
            Field::Replicas => Self::Replicas(text.parse().ok().filter(|number| *number >= 0)?),
            Field::Suspend => Self::Suspend(text.parse().ok()?),
        };
        (value.to_string() == text).then_some(value)
    }

    /// Whether something runs at this value that would not run at `rest`.
    pub fn runs_above(self, rest: Self) -> bool {
        match (self, rest) {
            (Self::Replicas(value), Self::Replicas(rest)) => value > rest,
            (Self::Suspend(value), Self::Suspend(rest)) => !value && rest,
            (Self::Replicas(_), Self::Suspend(_)) | (Self::Suspend(_), Self::Replicas(_)) => false,
        }
    }

    /// The number of replicas, where that is what it is.
    pub fn replicas(self) -> Option<i32> {
        match self {
            Self::Replicas(number) => Some(number),
            Self::Suspend(_) => None,
        }
    }

    /// As JSON, for a patch.
    pub fn to_json(self) -> serde_json::Value {
        match self {
            Self::Replicas(number) => number.into(),
            Self::Suspend(suspended) => suspended.into(),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replicas(number) => number.fmt(f),
            Self::Suspend(suspended) => suspended.fmt(f),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Replicas(number) => serializer.serialize_i32(*number),
            Self::Suspend(suspended) => serializer.serialize_bool(*suspended),
        }
    }
}

/// As it is serialized: a number or a boolean, and nothing round it.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for Value {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The value of the field that sleeping changes: a number of replicas, or, of a \
                            CronJob, whether it is suspended.",
            "type": ["integer", "boolean"],
            "minimum": 0,
            "maximum": i32::MAX,
        })
    }
}

/// What the labels of a workload say of its sleep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// Nothing: it was not put to sleep by us.
    None,
    /// It was put to sleep.
    Saved {
        /// The value before.
        saved: Value,
        /// The value it was put to.
        asleep_at: Value,
    },
    /// Labels that Tarnfui would not have written; the text of the faulty one, cut.
    Unreadable(RareText),
}

/// A text in the room of a pointer, for what lies in every workload and is said of hardly any. Boxed
/// twice, because the box of a text knows its length too.
#[derive(Clone, PartialEq, Eq)]
pub struct RareText(Box<Text>);

#[derive(Clone, PartialEq, Eq)]
struct Text(Box<str>);

impl<T: Into<Box<str>>> From<T> for RareText {
    fn from(text: T) -> Self {
        Self(Box::new(Text(text.into())))
    }
}

/// As the text, in quotes.
impl fmt::Debug for RareText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl std::ops::Deref for RareText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0.0
    }
}

impl Mark {
    /// Reads the labels of a workload whose sleeping changes `field`.
    ///
    /// A saved value that is not above the one it was put to is unreadable as well: nothing that
    /// did not run is ever put to sleep, so restoring it would turn an edit into a loss.
    pub fn read(field: Field, saved: Option<&str>, asleep_at: Option<&str>) -> Self {
        let Some(saved_text) = saved else {
            return Self::None;
        };
        let rest = match asleep_at {
            None => Some(Value::at_rest(field)),
            Some(text) => Value::parse(field, text),
        };
        let unreadable =
            |text: &str| Self::Unreadable(crate::problem::cut(text.to_owned(), 63).into());
        let Some(asleep_at) = rest else {
            return unreadable(asleep_at.unwrap_or_default());
        };
        match Value::parse(field, saved_text) {
            Some(saved) if saved.runs_above(asleep_at) => Self::Saved { saved, asleep_at },
            Some(_) | None => unreadable(saved_text),
        }
    }
}

#[cfg(test)]
mod tests;
