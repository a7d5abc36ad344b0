//! The types of objects, as a table in a text beside this file.

use std::sync::LazyLock;

use crate::kinds::{RESOURCES, Resource};

/// The table; it explains itself.
const TEXT: &str = include_str!("types.txt");

/// A type of object.
#[derive(Debug)]
pub struct Type {
    /// Its name.
    pub(super) name: &'static str,
    /// Sorted by name.
    fields: Vec<(&'static str, Code)>,
}

/// What a field holds.
#[derive(Debug)]
pub(super) enum Code {
    Text,
    Bytes,
    Time,
    MicroTime,
    Quantity,
    NumberOrText,
    Int32,
    Int64,
    Number,
    Boolean,
    Anything,
    List(Box<Code>),
    Map(Box<Code>),
    /// By its place in the table.
    Object(usize),
}

static TYPES: LazyLock<Vec<Type>> = LazyLock::new(read);

/// By the place of the resource.
static BY_RESOURCE: LazyLock<Vec<&Type>> = LazyLock::new(|| {
    let name = |row: &Resource| match (row.group, row.kind) {
        ("events.k8s.io", _) => "events.Event",
        (_, kind) => kind,
    };
    RESOURCES.iter().map(|row| named(name(row))).collect()
});

/// The type of the objects of a resource, by its place in the table of resources.
pub fn of(resource: usize) -> &'static Type {
    BY_RESOURCE[resource]
}

/// The type of what is no resource: `Scale`.
pub(crate) fn named(name: &str) -> &'static Type {
    let found = TYPES.iter().find(|it| it.name == name);
    found.expect("every type that is asked for is in the table")
}

pub(super) fn at(place: usize) -> &'static Type {
    &TYPES[place]
}

impl Type {
    pub(super) fn field(&self, name: &str) -> Option<&Code> {
        let place = self.fields.binary_search_by(|(it, _)| (*it).cmp(name));
        place.ok().map(|place| &self.fields[place].1)
    }
}

impl Code {
    /// What the real server calls it where it is refused.
    pub(super) fn of_go(&self) -> String {
        match self {
            Self::Text | Self::Quantity => "string".to_owned(),
            Self::Bytes => "[]uint8".to_owned(),
            Self::Time => "v1.Time".to_owned(),
            Self::MicroTime => "v1.MicroTime".to_owned(),
            Self::Int32 | Self::NumberOrText => "int32".to_owned(),
            Self::Int64 => "int64".to_owned(),
            Self::Number => "float64".to_owned(),
            Self::Boolean => "bool".to_owned(),
            Self::Anything => "interface {}".to_owned(),
            Self::List(code) => format!("[]{}", code.of_go()),
            Self::Map(code) => format!("map[string]{}", code.of_go()),
            Self::Object(place) => format!("v1.{}", at(*place).name),
        }
    }
}

fn read() -> Vec<Type> {
    let lines = TEXT.lines().filter(|line| !line.starts_with('#'));
    // A line that begins with a space goes on with the one before.
    let mut words: Vec<Vec<&'static str>> = Vec::new();
    for line in lines {
        match words.last_mut().filter(|_| line.starts_with(' ')) {
            Some(words) => words.extend(line.split_whitespace()),
            None => words.push(line.split_whitespace().collect()),
        }
    }
    let names: Vec<&str> = words.iter().map(|words| words[0]).collect();
    let read = |words: &Vec<&'static str>| {
        let (name, fields) = words.split_first().expect("a line has words");
        let field = |word: &&'static str| {
            let (name, text) = word.split_once(':').expect("a field has a colon");
            (name, code(text, &names))
        };
        let mut fields: Vec<_> = fields.iter().map(field).collect();
        fields.sort_unstable_by_key(|(name, _)| *name);
        Type { name, fields }
    };
    words.iter().map(read).collect()
}

fn code(text: &str, names: &[&str]) -> Code {
    let inner = |text: &str| Box::new(code(text, names));
    match text {
        "s" => Code::Text,
        "y" => Code::Bytes,
        "t" => Code::Time,
        "m" => Code::MicroTime,
        "q" => Code::Quantity,
        "o" => Code::NumberOrText,
        "i" => Code::Int32,
        "l" => Code::Int64,
        "f" => Code::Number,
        "b" => Code::Boolean,
        "a" => Code::Anything,
        _ => match (text.strip_prefix('['), text.strip_prefix('{')) {
            (Some(text), _) => Code::List(inner(text)),
            (_, Some(text)) => Code::Map(inner(text)),
            _ => {
                let place = names.iter().position(|it| *it == text);
                Code::Object(place.expect("every type that is named is in the table"))
            }
        },
    }
}
