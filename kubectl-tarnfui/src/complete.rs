//! What may come next on a command line that is being typed: from words to candidates.
//!
//! The command line's own definition is all there is to it, so a new flag completes by itself. No
//! cluster is asked here and no file read: that namespaces or contexts are wanted is part of the answer.

use clap::{Arg, ArgAction, Command, CommandFactory, Parser};

use crate::args::{CONNECTION, Cli, ConnectionArgs};
use crate::context::Named;
use crate::error::one_line;

/// The word that stands for a word break in bash, which takes `--output=json` apart.
const EQUALS: &str = "=";

/// Lengths of time that people give orders for.
const DURATIONS: &[(&str, &str)] = &[
    ("30m", "half an hour"),
    ("1h", "an hour"),
    ("2h", "two hours"),
    ("8h", "a working day"),
    ("1d", "a day"),
];

/// Ends that people give orders.
const ENDS: &[(&str, &str)] = &[
    ("18:00", "in the namespace's zone"),
    ("20:00", "in the namespace's zone"),
    ("22:00", "in the namespace's zone"),
];

/// Something that may come next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The word.
    pub word: String,
    /// What it means.
    pub about: Option<String>,
}

/// What may come next.
#[derive(Debug, Default)]
pub struct Wanted {
    /// What is known without a cluster.
    pub candidates: Vec<Candidate>,
    /// Whether names of namespaces are.
    pub namespaces: bool,
    /// What of the kubeconfig is.
    pub named: Option<Named>,
    /// Whether files are, which the shell knows better.
    pub files: bool,
    /// How the word begins that is being typed.
    pub prefix: String,
    /// Names that were given already, which nobody gives twice.
    pub given: Vec<String>,
    /// Where the cluster is, as far as was said.
    pub connection: ConnectionArgs,
}

impl Candidate {
    /// A word and what it means.
    pub fn new(word: impl Into<String>, about: Option<String>) -> Self {
        let about = about
            .map(|about| one_line(&about))
            .filter(|about| !about.is_empty());
        Self {
            word: word.into(),
            about,
        }
    }
}

/// What was read of the words before the last.
struct Typed<'a> {
    command: &'a Command,
    /// The flag that the last word is the value of.
    awaited: Option<&'a Arg>,
    flags: Vec<&'a Arg>,
    names: Vec<String>,
    has_verb: bool,
    is_past_flags: bool,
    connection: Vec<String>,
}

impl Wanted {
    /// What may come in place of the last of `words`, which may be empty. The name of the program is
    /// not one of them.
    pub fn of(words: &[String]) -> Self {
        let mut root = Cli::command();
        root.build();
        let (last, before) = words
            .split_last()
            .map_or(("", words), |(last, before)| (last.trim(), before));
        let mut typed = Typed::new(&root);
        for word in before {
            typed.take(word);
        }
        let mut last = last;
        if last == EQUALS {
            typed.take(last);
            last = "";
        }
        let mut wanted = typed.wanted(last);
        let prefix = std::mem::take(&mut wanted.prefix);
        wanted.candidates.retain(|it| it.word.starts_with(&prefix));
        wanted.prefix = prefix;
        // A flag whose value is being typed says nothing yet, and would take the next word for it.
        if typed.awaited.is_some_and(is_of_connection) {
            typed.connection.pop();
        }
        let words = typed.connection.iter().map(String::as_str);
        let line = ["kubectl-tarnfui"]
            .into_iter()
            .chain(words)
            .chain(["version"]);
        if let Ok(cli) = Cli::try_parse_from(line) {
            wanted.connection = cli.connection;
        }
        wanted
    }
}

impl<'a> Typed<'a> {
    fn new(root: &'a Command) -> Self {
        Self {
            command: root,
            awaited: None,
            flags: Vec::new(),
            names: Vec::new(),
            has_verb: false,
            is_past_flags: false,
            connection: Vec::new(),
        }
    }

    /// Takes a word that is complete.
    fn take(&mut self, word: &str) {
        if word == EQUALS {
            self.awaited = self
                .awaited
                .or(self.flags.last().copied())
                .filter(|arg| takes_value(arg));
            return;
        }
        if let Some(arg) = self.awaited.take() {
            self.note(arg, word);
        } else if self.is_past_flags || !word.starts_with('-') || word == "-" {
            self.take_name(word);
        } else if word == "--" {
            self.is_past_flags = true;
        } else {
            self.take_flag(word);
        }
    }

    fn take_name(&mut self, word: &str) {
        match self.command.find_subcommand(word) {
            Some(verb) if !self.has_verb => {
                self.command = verb;
                self.has_verb = true;
            }
            Some(_) | None => self.names.push(word.to_owned()),
        }
    }

    fn take_flag(&mut self, word: &str) {
        let Some((arg, value)) = self.flag(word) else {
            return;
        };
        self.flags.push(arg);
        self.note(arg, word);
        if value.is_none() && takes_value(arg) && !arg.is_require_equals_set() {
            self.awaited = Some(arg);
        }
    }

    /// Keeps what says where the cluster is.
    fn note(&mut self, arg: &Arg, word: &str) {
        if is_of_connection(arg) {
            self.connection.push(word.to_owned());
        }
    }

    /// The flag that a word is, and the value that is part of it.
    fn flag<'w>(&self, word: &'w str) -> Option<(&'a Arg, Option<&'w str>)> {
        let mut all = self.command.get_arguments();
        if let Some(long) = word.strip_prefix("--") {
            let (long, value) = match long.split_once('=') {
                Some((long, value)) => (long, Some(value)),
                None => (long, None),
            };
            return all
                .find(|arg| arg.get_long() == Some(long))
                .map(|arg| (arg, value));
        }
        // Of several letters in a row, all but the last take no value.
        let letters = word.strip_prefix('-')?;
        for (at, letter) in letters.char_indices() {
            let arg = self
                .command
                .get_arguments()
                .find(|arg| arg.get_short() == Some(letter))?;
            let rest = &letters[at + letter.len_utf8()..];
            if takes_value(arg) || rest.is_empty() {
                let value = Some(rest.trim_start_matches('=')).filter(|_| !rest.is_empty());
                return Some((arg, value));
            }
        }
        None
    }

    fn wanted(&self, last: &str) -> Wanted {
        if let Some(arg) = self.awaited {
            return values(arg, last);
        }
        if last.starts_with('-') && !self.is_past_flags {
            if let (true, Some((arg, Some(value)))) = (last.starts_with("--"), self.flag(last)) {
                return values(arg, value);
            }
            return self.wanted_flags(last);
        }
        let mut wanted = if self.has_verb {
            let place = self.command.get_positionals().next();
            place.map_or_else(Wanted::default, |arg| values(arg, last))
        } else {
            verbs(self.command, last)
        };
        let is_full = self.command.get_positionals().all(|arg| !is_many(arg));
        if self.has_verb && is_full && !self.names.is_empty() {
            wanted = Wanted::default();
        }
        wanted.given.clone_from(&self.names);
        wanted
    }

    /// The flags that may come. The rarer ones only once a letter of them is there: they are many.
    fn wanted_flags(&self, last: &str) -> Wanted {
        let is_free = |arg: &&Arg| {
            let is_given = self.flags.iter().any(|it| it.get_id() == arg.get_id());
            !is_given || matches!(arg.get_action(), ArgAction::Append)
        };
        let is_looked_for = |arg: &&Arg| last.len() > 2 || !arg.is_hide_short_help_set();
        let all = self
            .command
            .get_arguments()
            .filter(|arg| !arg.is_hide_set());
        let flags = all.filter(is_free).filter(is_looked_for);
        let candidates = flags.filter_map(|arg| {
            let about = arg.get_help().map(ToString::to_string);
            Some(Candidate::new(format!("--{}", arg.get_long()?), about))
        });
        Wanted {
            candidates: candidates.collect(),
            prefix: last.to_owned(),
            ..Wanted::default()
        }
    }
}

fn is_of_connection(arg: &Arg) -> bool {
    arg.get_help_heading() == Some(CONNECTION)
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

/// Whether a place takes several words.
fn is_many(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append)
}

fn verbs(root: &Command, last: &str) -> Wanted {
    let verbs = root.get_subcommands().filter(|verb| !verb.is_hide_set());
    let verbs = verbs.map(|verb| {
        let about = verb.get_about().map(ToString::to_string);
        Candidate::new(verb.get_name(), about)
    });
    Wanted {
        candidates: verbs.collect(),
        prefix: last.to_owned(),
        ..Wanted::default()
    }
}

/// What may be the value of a flag, or stand in a place.
fn values(arg: &Arg, last: &str) -> Wanted {
    let mut wanted = Wanted {
        prefix: last.to_owned(),
        ..Wanted::default()
    };
    let told = |all: &[(&str, &str)]| {
        let all = all.iter();
        all.map(|(word, about)| Candidate::new(*word, Some((*about).to_owned())))
            .collect()
    };
    match arg.get_id().as_str() {
        "names" | "objects" | "namespace" | "controller_namespace" => wanted.namespaces = true,
        "context" => wanted.named = Some(Named::Contexts),
        "cluster" => wanted.named = Some(Named::Clusters),
        "user" => wanted.named = Some(Named::Users),
        "duration" | "within" => wanted.candidates = told(DURATIONS),
        "until" => wanted.candidates = told(ENDS),
        _ if is_file(arg) => wanted.files = true,
        _ => {
            let all = arg.get_possible_values();
            let all = all
                .iter()
                .filter(|value| !value.is_hide_set())
                .map(|value| {
                    let about = value.get_help().map(ToString::to_string);
                    Candidate::new(value.get_name(), about)
                });
            wanted.candidates = all.collect();
        }
    }
    wanted
}

/// Whether the value is a file: the name of the value says so.
fn is_file(arg: &Arg) -> bool {
    let mut names = arg.get_value_names().into_iter().flatten();
    names.any(|name| name.split('|').any(|it| it == "FILE" || it == "DIR"))
}

#[cfg(test)]
mod tests;
