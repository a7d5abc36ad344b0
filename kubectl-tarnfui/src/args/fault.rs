//! What is wrong with a command line, as every failure is told here: one line, and a hint.
//!
//! The parser's own text is a paragraph with the usage in it. What it found is read out of its error
//! and said anew; nothing is parsed a second time.

use std::error::Error as _;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use tarnfui_shared::text::did_you_mean;

use super::Cli;
use crate::error::{Failure, one_line};

/// What stands before a guess in the texts of the core, and before the hint in those of flags.
const MARKS: [(&str, &str); 2] = [("; did you mean ", "did you mean "), ("\n\nhint: ", "")];

/// What the parser found in a command line of this verb; none where it names none.
pub(super) fn fault(error: &Error, verb: Option<&str>) -> Failure {
    let help = match verb {
        Some(verb) => format!("kubectl tarnfui {verb} --help"),
        None => "kubectl tarnfui --help lists the verbs".to_owned(),
    };
    let arg = texts(error, ContextKind::InvalidArg);
    let arg = || short(arg.first().map_or("", |it| it));
    let (message, hint) = match error.kind() {
        ErrorKind::InvalidSubcommand => no_verb(error),
        ErrorKind::MissingSubcommand => ("a verb is missing".to_owned(), None),
        ErrorKind::UnknownArgument => no_flag(error, arg(), verb),
        ErrorKind::InvalidValue => no_value(error, arg()),
        ErrorKind::ValueValidation => no_such_value(error, arg()),
        ErrorKind::ArgumentConflict => conflict(error, arg()),
        ErrorKind::MissingRequiredArgument => {
            let missing = texts(error, ContextKind::InvalidArg).join(" and ");
            (format!("{missing} is missing"), None)
        }
        ErrorKind::NoEquals
        | ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::InvalidUtf8
        | ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion
        | ErrorKind::Io
        | ErrorKind::Format
        | _ => (first_line(error), None),
    };
    Failure::usage(one_line(&message), hint.unwrap_or(help))
}

type Found = (String, Option<String>);

fn no_verb(error: &Error) -> Found {
    let typed = text(error, ContextKind::InvalidSubcommand);
    let near = texts(error, ContextKind::SuggestedSubcommand);
    let hint = near.first().map(|near| guess(near));
    (format!("verb {typed:?} does not exist"), hint)
}

fn no_flag(error: &Error, typed: &str, verb: Option<&str>) -> Found {
    if !typed.starts_with('-') {
        return (format!("{typed:?} is one word too many"), None);
    }
    let near = text(error, ContextKind::SuggestedArg);
    // A flag of a verb, before the verb: the parser says `'snooze --until' exists`.
    let elsewhere = text(error, ContextKind::Suggested);
    let elsewhere = elsewhere
        .strip_suffix("' exists")
        .and_then(|it| it.strip_prefix('\''));
    let hint = match (near.as_str(), elsewhere) {
        ("", None) => {
            let verb = verb_near(typed.trim_start_matches('-'));
            verb.map(|verb| format!("did you mean kubectl tarnfui {verb}?"))
        }
        ("", Some(near)) | (near, _) => Some(guess(near)),
    };
    let of = match verb {
        Some(verb) if elsewhere.is_none() => format!(" for {verb}"),
        Some(_) => " before the verb".to_owned(),
        None => String::new(),
    };
    (format!("flag {typed:?} does not exist{of}"), hint)
}

/// A value that is not among those that there are, or none at all.
fn no_value(error: &Error, arg: &str) -> Found {
    let typed = text(error, ContextKind::InvalidValue);
    let known = texts(error, ContextKind::ValidValue).join(", ");
    let expected = if known.is_empty() {
        String::new()
    } else {
        format!(": expected one of {known}")
    };
    if typed.is_empty() {
        return (format!("{arg} needs a value{expected}"), None);
    }
    let near = texts(error, ContextKind::SuggestedValue);
    let hint = near.first().map(|near| guess(near));
    (format!("{typed:?} is no value of {arg}{expected}"), hint)
}

/// A value that could not be read, in the words of whoever tried.
fn no_such_value(error: &Error, arg: &str) -> Found {
    let typed = text(error, ContextKind::InvalidValue);
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    let (cause, hint) = MARKS
        .iter()
        .find_map(|(mark, start)| {
            let (cause, hint) = cause.split_once(mark)?;
            Some((cause, Some(format!("{start}{hint}"))))
        })
        .unwrap_or((&cause, None));
    let quoted = format!("{typed:?}");
    let typed = if cause.contains(&quoted) {
        String::new()
    } else {
        format!(" {quoted}")
    };
    (format!("{arg}{typed}: {cause}"), hint)
}

fn conflict(error: &Error, arg: &str) -> Found {
    let others = texts(error, ContextKind::PriorArg);
    let others: Vec<&str> = others.iter().map(|other| short(other)).collect();
    if others.is_empty() || others.contains(&arg) {
        let hint = "say it once".to_owned();
        return (format!("{arg} is said more than once"), Some(hint));
    }
    let all = others.join(" or ");
    let hint = format!("leave out {arg} or {all}");
    (format!("{arg} does not go with {all}"), Some(hint))
}

/// What the parser itself says first, without `error: `.
fn first_line(error: &Error) -> String {
    let whole = error.to_string();
    let line = whole.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

fn guess(near: &str) -> String {
    format!("did you mean {near}?")
}

fn verb_near(word: &str) -> Option<String> {
    let command = Cli::command();
    let verbs = command.get_subcommands().map(clap::Command::get_name);
    let verbs: Vec<&str> = verbs.collect();
    if verbs.contains(&word) {
        return Some(word.to_owned());
    }
    did_you_mean(word, verbs).map(str::to_owned)
}

/// `--for` of `--for <DURATION>`, `NAMESPACE` of `[NAMESPACE]...`.
fn short(arg: &str) -> &str {
    if arg.starts_with('-') {
        return arg.split([' ', '[', '=']).next().unwrap_or(arg);
    }
    let arg = arg.strip_suffix("...").unwrap_or(arg);
    let inner = |open, close| arg.strip_prefix(open)?.strip_suffix(close);
    inner('[', ']').or_else(|| inner('<', '>')).unwrap_or(arg)
}

fn text(error: &Error, kind: ContextKind) -> String {
    texts(error, kind).into_iter().next().unwrap_or_default()
}

fn texts(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        Some(_) | None => Vec::new(),
    }
}
