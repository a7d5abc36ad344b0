//! Faults in what people wrote, and states of workloads that people should know of.
//!
//! A problem is a value that is shown to somebody; it is never a reason for this code to fail. What
//! a problem does to a decision is decided in [`crate::rules`] and [`crate::plan`], not here.

use std::fmt;

use serde::Serialize;

use crate::text::TextError;

/// The longest message or hint that is shown, in bytes; longer ones are cut at a character.
///
/// An Event's note may be 1,024 bytes long, and holds a prefix and the hint as well.
pub const MAX_TEXT_BYTES: usize = 480;

/// What kind of problem it is: a closed set, part of the public API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Code {
    /// A value that can't be read. The namespace, or the one workload, stays awake.
    InvalidValue,
    /// An `@name` that the configuration does not define. The namespace stays awake.
    UnknownName,
    /// A key under our prefix that means nothing. Changes no state.
    UnknownKey,
    /// A key that belongs on the other kind of object. Changes no state.
    WrongPlace,
    /// A text that is only shown was cut. Changes no state.
    TextCut,
    /// `idle-after` without `wake-on-request`: nothing could wake it, so it counts as not set.
    IdleWithoutWake,
    /// The schedule reads as something else than many people mean by it. Changes no state.
    Misleading,
    /// Somebody started the workload while it should sleep. It is left as it is.
    StartedByOther,
    /// The mark holds no value that can be restored. Nothing is written.
    SavedUnreadable,
    /// The workload was put to sleep, and its mark is gone. Nothing is written.
    SavedMissing,
    /// Something undid three writes in a row. No more are made until the next transition.
    Contested,
    /// A rollout is under way: what wakes would be the new revision alone. It sleeps later.
    RolloutInProgress,
    /// A rollout exceeded its deadline, and the workload was put to sleep all the same.
    RolloutStuck,
    /// At 0 replicas the volumes of the StatefulSet would be deleted. It never sleeps.
    WouldDeleteVolumes,
    /// `sleep-replicas` on the target of a HorizontalPodAutoscaler, which would raise it at once.
    FloorUnderAutoscaler,
    /// A CronJob that starts a missed run the moment it wakes.
    WillCatchUp,
    /// Another object controls the workload: that is the one to annotate.
    OwnedByOther,
    /// A wave did not become ready in time; the next ones were woken all the same.
    WaveLate,
    /// The configuration can't be read. The last good one stays in force.
    InvalidConfig,
    /// A manifest can't be read: no API server would take it. Only of files.
    InvalidManifest,
}

impl Code {
    /// The code as it appears in JSON, events, metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidValue => "InvalidValue",
            Self::UnknownName => "UnknownName",
            Self::UnknownKey => "UnknownKey",
            Self::WrongPlace => "WrongPlace",
            Self::TextCut => "TextCut",
            Self::IdleWithoutWake => "IdleWithoutWake",
            Self::Misleading => "Misleading",
            Self::StartedByOther => "StartedByOther",
            Self::SavedUnreadable => "SavedUnreadable",
            Self::SavedMissing => "SavedMissing",
            Self::Contested => "Contested",
            Self::RolloutInProgress => "RolloutInProgress",
            Self::RolloutStuck => "RolloutStuck",
            Self::WouldDeleteVolumes => "WouldDeleteVolumes",
            Self::FloorUnderAutoscaler => "FloorUnderAutoscaler",
            Self::WillCatchUp => "WillCatchUp",
            Self::OwnedByOther => "OwnedByOther",
            Self::WaveLate => "WaveLate",
            Self::InvalidConfig => "InvalidConfig",
            Self::InvalidManifest => "InvalidManifest",
        }
    }

    /// Whether the problem is only worth knowing, as opposed to something that somebody should mend.
    pub fn is_notice(self) -> bool {
        match self {
            Self::Misleading
            | Self::TextCut
            | Self::RolloutInProgress
            | Self::WillCatchUp
            | Self::OwnedByOther => true,
            Self::InvalidValue
            | Self::UnknownName
            | Self::UnknownKey
            | Self::WrongPlace
            | Self::IdleWithoutWake
            | Self::StartedByOther
            | Self::SavedUnreadable
            | Self::SavedMissing
            | Self::Contested
            | Self::RolloutStuck
            | Self::WouldDeleteVolumes
            | Self::FloorUnderAutoscaler
            | Self::WaveLate
            | Self::InvalidConfig
            | Self::InvalidManifest => false,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One problem: where it is, what it is, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// The workload it is about, as `deployment/web`; left out where it is the namespace's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// The annotation, label, field or configuration path to look at: `tarnfui.io/schedule`.
    pub key: String,
    /// What kind of problem.
    pub code: Code,
    /// What was found and what was expected, in one line.
    pub message: String,
    /// What to do next; left out where there is nothing to suggest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Problem {
    /// A problem of a namespace, or of the configuration.
    pub fn new(key: impl Into<String>, code: Code, message: impl Into<String>) -> Self {
        let message = cut(message.into(), MAX_TEXT_BYTES);
        Self {
            workload: None,
            key: key.into(),
            code,
            message,
            hint: None,
        }
    }

    /// A value at `key` that can't be read.
    pub fn unreadable(key: impl Into<String>, error: &TextError) -> Self {
        Self::new(key, Code::InvalidValue, error.to_string())
    }

    /// The same problem with a next step.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(cut(hint.into(), MAX_TEXT_BYTES));
        self
    }

    /// The same problem as one of the workload `kind/name`.
    #[must_use]
    pub fn of_workload(mut self, workload: impl Into<String>) -> Self {
        self.workload = Some(workload.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(workload) = &self.workload {
            write!(f, "{workload}: ")?;
        }
        write!(f, "{}: {}", self.key, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "; hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Cuts `text` to at most `limit` bytes, at a character boundary, and says so with an ellipsis.
pub fn cut(mut text: String, limit: usize) -> String {
    if text.len() <= limit {
        return text;
    }
    let mut end = limit.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push('…');
    text
}

#[cfg(test)]
mod tests;
