//! Sessions as texts: what is typed, and what is said.
//!
//! ```text
//! # A comment.
//! $ kubectl apply -f - as dev
//! < apiVersion: v1
//! < kind: Namespace
//! < metadata: {name: shop}
//! | namespace/shop created
//! ! what is said on stderr
//! = 1
//! ```
//!
//! Each command is followed by what it reads, what it says, and how it ends, if not well.

use anyhow::{Context as _, ensure};

use crate::cluster::Cluster;

/// A session.
pub(crate) struct Session {
    parts: Vec<Part>,
}

enum Part {
    /// An empty line or a comment.
    Line(String),
    Command(Box<Typed>),
}

struct Typed {
    line: usize,
    head: String,
    person: String,
    arguments: Vec<String>,
    input: Vec<String>,
    said: Vec<String>,
}

impl Session {
    /// Reads one.
    pub(crate) fn read(text: &str) -> anyhow::Result<Self> {
        let mut parts = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let number = number + 1;
            if let Some(head) = line.strip_prefix("$ ") {
                let typed = Typed::read(number, head)?;
                parts.push(Part::Command(Box::new(typed)));
                continue;
            }
            if line.is_empty() || line.starts_with('#') {
                parts.push(Part::Line(line.to_owned()));
                continue;
            }
            let Some(Part::Command(typed)) = parts.last_mut() else {
                anyhow::bail!("line {number} belongs to no command");
            };
            match line.strip_prefix('<') {
                Some(input) => {
                    let input = input.strip_prefix(' ').unwrap_or(input);
                    typed.input.push(input.to_owned());
                }
                None => typed.said.push(line.to_owned()),
            }
        }
        Ok(Self { parts })
    }

    /// Types everything, keeps what was said, and tells where that differs from what was read.
    pub(crate) fn play(&mut self, cluster: &Cluster) -> anyhow::Result<Vec<String>> {
        let mut differences = Vec::new();
        for part in &mut self.parts {
            let Part::Command(typed) = part else {
                continue;
            };
            let said = typed.play(cluster)?;
            if said != typed.said {
                let expected = typed.said.join("\n  ");
                let found = said.join("\n  ");
                let (line, head) = (typed.line, &typed.head);
                differences.push(format!(
                    "line {line}: {head}\nexpected\n  {expected}\nfound\n  {found}"
                ));
            }
            typed.said = said;
        }
        Ok(differences)
    }

    /// The verbs of the plugin that are typed.
    pub(crate) fn verbs(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Command(typed) => match typed.arguments.as_slice() {
                [first, verb, ..] if first == "tarnfui" => Some(verb.as_str()),
                _ => None,
            },
            Part::Line(_) => None,
        })
    }

    /// As a text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        let mut push = |line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        for part in &self.parts {
            match part {
                Part::Line(line) => push(line),
                Part::Command(typed) => {
                    push(&format!("$ {}", typed.head));
                    for line in &typed.input {
                        push(format!("< {line}").trim_end());
                    }
                    typed.said.iter().for_each(|line| push(line));
                }
            }
        }
        text
    }
}

impl Typed {
    fn read(line: usize, head: &str) -> anyhow::Result<Self> {
        let (command, person) = head.split_once(" as ").unwrap_or((head, "admin"));
        let command = command.strip_prefix("kubectl");
        let command = command.with_context(|| format!("line {line} is no kubectl"))?;
        Ok(Self {
            line,
            head: head.to_owned(),
            person: person.to_owned(),
            arguments: words(command)?,
            input: Vec::new(),
            said: Vec::new(),
        })
    }

    fn play(&self, cluster: &Cluster) -> anyhow::Result<Vec<String>> {
        let input = self.input.join("\n");
        let output = cluster.run(&self.person, &self.arguments, &input)?;
        let mut said = lines("|", &cluster.said(&output.stdout));
        said.extend(lines("!", &cluster.said(&output.stderr)));
        if !output.status.success() {
            let code = output.status.code();
            said.push(format!("= {}", code.context("kubectl was killed")?));
        }
        Ok(said)
    }
}

fn lines(sign: &str, said: &str) -> Vec<String> {
    said.lines()
        .map(|line| format!("{sign} {line}").trim_end().to_owned())
        .collect()
}

/// The words of a command: blanks part them, but within quotes.
fn words(command: &str) -> anyhow::Result<Vec<String>> {
    let mut words = Vec::new();
    let (mut word, mut is_word, mut quote) = (String::new(), false, None);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => (quote, is_word) = (Some(c), true),
            (None, ' ') if is_word => {
                words.push(std::mem::take(&mut word));
                is_word = false;
            }
            (None, ' ') => {}
            (_, c) => {
                word.push(c);
                is_word = true;
            }
        }
    }
    ensure!(quote.is_none(), "a quote has no end: {command}");
    if is_word {
        words.push(word);
    }
    Ok(words)
}
