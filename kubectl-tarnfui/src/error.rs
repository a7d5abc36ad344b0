//! How a command ends, and how a failure is told: one sentence, a hint, an exit code.
//!
//! Every module has its own error type. Here they become text, in one way: a lower-case fragment with
//! its causes, and a next step. Nothing is decided here but the exit code.

use std::error::Error;
use std::process::ExitCode;

/// How a command ended. The numbers are part of the public API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: it failed, wholly or for some of many.
    Failed,
    /// 2: the command line can't be understood; nothing was tried.
    Usage,
    /// 3: a condition that was asked for is not met.
    NotMet,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotMet => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An error that knows a next step.
pub trait Hinted: Error {
    /// What to do next, best a command to run.
    fn hint(&self) -> Option<String>;

    /// How a command ends that meets it.
    fn exit(&self) -> Exit {
        Exit::Failed
    }
}

/// A failure, ready to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How the command ends.
    pub exit: Exit,
    /// What went wrong, with its causes: a lower-case fragment on one line.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl Failure {
    /// A command line that parses and still makes no sense.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
            hint: Some(hint.into()),
        }
    }

    /// A failure that no error type stands for, because only one place has it.
    pub fn failed(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            exit: Exit::Failed,
            message: message.into(),
            hint: Some(hint.into()),
        }
    }
}

impl<E: Hinted> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            exit: error.exit(),
            message: chain(&error),
            hint: error.hint(),
        }
    }
}

/// An error and its causes on one line, the outermost first.
///
/// The only place where causes are printed: no `Display` of ours repeats its source.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    for cause in causes(error).skip(1) {
        text.push_str(": ");
        text.push_str(&cause.to_string());
    }
    one_line(&text)
}

/// The innermost cause of an error of another crate, whose own texts repeat their sources.
pub fn root_cause(error: &dyn Error) -> String {
    let root = causes(error).last().map(ToString::to_string);
    one_line(&root.unwrap_or_default())
}

/// The same with what it happened to, where the error above it repeats the cause behind that.
pub fn placed_cause(error: &dyn Error) -> String {
    let texts: Vec<String> = causes(error).map(ToString::to_string).collect();
    let root = texts.last().map_or("", |it| it);
    let above = texts.iter().rev().nth(1);
    let placed = above.filter(|it| it.ends_with(root)).map_or(root, |it| it);
    one_line(placed)
}

/// `; did you mean "shop"?`, where there is something near.
pub fn guess(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean {near:?}?"))
        .unwrap_or_default()
}

fn causes(error: &dyn Error) -> impl Iterator<Item = &dyn Error> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// The text on one line and without control characters, which a terminal would obey.
///
/// What others wrote, in annotations and in answers of a server, passes through here before it is
/// shown.
pub fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
