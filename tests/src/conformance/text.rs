//! Files of behaviours as steps, and back into text with other answers.
//!
//! Reading is strict: what is not understood is an error with its line, never skipped, because a
//! step that is not made looks like one that passed.

use anyhow::{Context as _, bail, ensure};

/// What a file says.
#[derive(Debug)]
pub(super) struct Case {
    /// Whether it needs a server of its own.
    pub(super) is_alone: bool,
    /// In the order of the file.
    pub(super) steps: Vec<Step>,
    /// The lines that are no answers, each with the number of the step that is answered after it.
    lines: Vec<(String, Option<usize>)>,
}

/// One step, and what is recorded to come of it.
#[derive(Debug)]
pub(super) struct Step {
    /// Its place in the file, from 1.
    pub(super) line: usize,
    /// Its first line, for messages.
    pub(super) head: String,
    /// What is done.
    pub(super) act: Act,
    /// What comes of it, without the bars.
    pub(super) recorded: Vec<String>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Gives a name to a text.
    Let { name: String, text: String },
    /// Asks something.
    Ask(Ask),
    /// Opens a watch under a name.
    Watch { ask: Ask, watch: String },
    /// Reads so many events of a watch.
    Expect {
        watch: String,
        events: usize,
        keep: Vec<Keep>,
    },
    /// Touches an object; that has to be the next event.
    Nothing { watch: String, object: String },
    /// Reads a watch until the server ends it.
    End { watch: String },
    /// Makes the server forget old versions.
    Forget,
}

/// A request, before names are put in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ask {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    pub(super) user: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    /// What of the answer is shown: pointers, with `*` for every item, and `@name` for headers.
    pub(super) show: Vec<String>,
    pub(super) keep: Vec<Keep>,
    /// The status that is waited for, where the server needs a while to know what was told to it.
    pub(super) until: Option<u16>,
}

/// A value of an answer, for later steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keep {
    pub(super) name: String,
    pub(super) pointer: String,
}

/// The words for a PATCH of each media type.
const PATCHES: [(&str, &str); 4] = [
    ("MERGE", "application/merge-patch+json"),
    ("JSON", "application/json-patch+json"),
    ("STRATEGIC", "application/strategic-merge-patch+json"),
    ("APPLY", "application/apply-patch+yaml"),
];

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "PATCH", "WATCH"];

impl Case {
    /// Reads the text of a file; `place` is what messages call it.
    pub(super) fn read(text: &str, place: &str) -> anyhow::Result<Self> {
        let mut case = Self {
            is_alone: false,
            steps: Vec::new(),
            lines: Vec::new(),
        };
        let lines: Vec<&str> = text.lines().collect();
        let mut at = 0;
        while at < lines.len() {
            let length = lines[at..]
                .iter()
                .take_while(|line| !line.is_empty())
                .count();
            let block = &lines[at..at + length];
            let read = case.block(block, at + 1);
            read.with_context(|| format!("{place}:{}", at + 1))?;
            if at + length < lines.len() {
                case.lines.push((String::new(), None));
            }
            at += length + 1;
        }
        Ok(case)
    }

    /// Lines that stand together: comments, then a step, then its answer.
    fn block(&mut self, block: &[&str], first: usize) -> anyhow::Result<()> {
        let comments = block
            .iter()
            .take_while(|line| line.starts_with('#'))
            .count();
        let rest = &block[comments..];
        let said = rest
            .iter()
            .take_while(|line| !line.starts_with('|'))
            .count();
        let (said, answer) = rest.split_at(said);
        let kept = block[..comments].iter().chain(said);
        self.lines
            .extend(kept.map(|line| ((*line).to_owned(), None)));
        let Some((head, body)) = said.split_first() else {
            ensure!(answer.is_empty(), "an answer to nothing");
            return Ok(());
        };
        if *head == "alone" {
            ensure!(self.steps.is_empty(), "`alone` stands before every step");
            self.is_alone = true;
            return Ok(());
        }
        let recorded = answer.iter().map(|line| {
            let line = line.strip_prefix('|').context("a line below an answer")?;
            Ok(line.strip_prefix(' ').unwrap_or(line).to_owned())
        });
        self.steps.push(Step {
            line: first + comments,
            head: (*head).to_owned(),
            act: Act::read(head, body)?,
            recorded: recorded.collect::<anyhow::Result<_>>()?,
        });
        let last = self.lines.last_mut().context("a step has lines")?;
        last.1 = Some(self.steps.len() - 1);
        Ok(())
    }

    /// Whether it makes the server forget old versions.
    pub(super) fn forgets(&self) -> bool {
        self.steps.iter().any(|step| step.act == Act::Forget)
    }

    /// The file, with what is recorded now.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        for (line, step) in &self.lines {
            text.push_str(line);
            text.push('\n');
            for recorded in step.iter().flat_map(|step| &self.steps[*step].recorded) {
                text.push_str(format!("| {recorded}").trim_end());
                text.push('\n');
            }
        }
        text
    }
}

impl Act {
    /// The request of the step, where it makes one.
    pub(super) fn ask(&self) -> Option<&Ask> {
        match self {
            Self::Ask(ask) | Self::Watch { ask, .. } => Some(ask),
            Self::Let { .. }
            | Self::Expect { .. }
            | Self::Nothing { .. }
            | Self::End { .. }
            | Self::Forget => None,
        }
    }

    fn read(head: &str, body: &[&str]) -> anyhow::Result<Self> {
        let mut words = head.split(' ');
        let word = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        let alone = || {
            ensure!(body.is_empty(), "{word} has no further lines");
            Ok(())
        };
        match (word, rest.as_slice()) {
            ("let", [name]) => Ok(Self::Let {
                name: (*name).to_owned(),
                text: body.join("\n"),
            }),
            ("EXPECT", [watch, events]) => Ok(Self::Expect {
                watch: (*watch).to_owned(),
                events: events.parse().context("a number of events")?,
                keep: keeps(body)?,
            }),
            ("NOTHING", [watch, object]) => alone().map(|()| Self::Nothing {
                watch: (*watch).to_owned(),
                object: (*object).to_owned(),
            }),
            ("END", [watch]) => alone().map(|()| Self::End {
                watch: (*watch).to_owned(),
            }),
            ("FORGET", []) => alone().map(|()| Self::Forget),
            ("WATCH", _) => {
                let (asked, watch) = head.split_once(" -> ").context("WATCH ... -> NAME")?;
                let mut ask = Ask::read(asked, body)?;
                "GET".clone_into(&mut ask.method);
                ask.target = watched(&ask.target);
                Ok(Self::Watch {
                    ask,
                    watch: watch.to_owned(),
                })
            }
            _ => Ok(Self::Ask(Ask::read(head, body)?)),
        }
    }
}

impl Ask {
    fn read(head: &str, body: &[&str]) -> anyhow::Result<Self> {
        let (word, rest) = head.split_once(' ').context("a request is METHOD /path")?;
        let (target, user) = rest.rsplit_once(" as ").unwrap_or((rest, "admin"));
        ensure!(target.starts_with('/'), "{target:?} is no path");
        let mut ask = Self {
            method: word.to_owned(),
            target: target.to_owned(),
            user: user.to_owned(),
            ..Self::default()
        };
        if let Some((_, media)) = PATCHES.iter().find(|(name, _)| *name == word) {
            "PATCH".clone_into(&mut ask.method);
            let header = ("content-type".to_owned(), (*media).to_owned());
            ask.headers.push(header);
        } else if !METHODS.contains(&word) {
            bail!("{word:?} is no method");
        }
        let mut text = Vec::new();
        for line in body {
            if let Some(pointers) = line.strip_prefix("show ") {
                ask.show.extend(pointers.split(' ').map(str::to_owned));
            } else if line.starts_with("keep ") {
                ask.keep.push(keep(line)?);
            } else if let Some(code) = line.strip_prefix("until ") {
                ask.until = Some(code.parse().context("a status")?);
            } else if let Some((name, value)) = header(line).filter(|_| text.is_empty()) {
                // Ours replaces the one that comes with the method.
                ask.headers.retain(|(known, _)| *known != name);
                ask.headers.push((name, value.to_owned()));
            } else {
                text.push(*line);
            }
        }
        ask.body = (!text.is_empty()).then(|| text.join("\n"));
        Ok(ask)
    }
}

/// The same with what makes it a watch.
fn watched(target: &str) -> String {
    match target.split_once('?') {
        Some((path, query)) => format!("{path}?watch=true&{query}"),
        None => format!("{target}?watch=true"),
    }
}

/// `Content-Type: application/json`, its name in lower case.
fn header(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(": ")?;
    let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    is_name.then(|| (name.to_ascii_lowercase(), value))
}

fn keeps(lines: &[&str]) -> anyhow::Result<Vec<Keep>> {
    lines.iter().map(|line| keep(line)).collect()
}

/// `keep version /metadata/resourceVersion`.
fn keep(line: &str) -> anyhow::Result<Keep> {
    match line.split(' ').collect::<Vec<_>>().as_slice() {
        ["keep", name, pointer] => Ok(Keep {
            name: (*name).to_owned(),
            pointer: (*pointer).to_owned(),
        }),
        _ => bail!("{line:?} is not `keep NAME POINTER`"),
    }
}

#[cfg(test)]
mod tests;
