//! Label selectors: `app=web,tier in (front, back),!gone,size>3`.

use crate::json::Value;

/// What a label is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Requirement {
    Has(String),
    HasNot(String),
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    More(String, i64),
    Less(String, i64),
}

impl Requirement {
    pub(super) fn is_met(&self, object: &Value) -> bool {
        let label = |key: &str| object["metadata"]["labels"][key].as_str();
        let number = |key: &str| label(key).and_then(|it| it.parse::<i64>().ok());
        match self {
            Self::Has(key) => label(key).is_some(),
            Self::HasNot(key) => label(key).is_none(),
            Self::In(key, values) => {
                label(key).is_some_and(|label| values.iter().any(|it| it == label))
            }
            // An object without the label is not in the set.
            Self::NotIn(key, values) => {
                label(key).is_none_or(|label| values.iter().all(|it| it != label))
            }
            Self::More(key, than) => number(key).is_some_and(|it| it > *than),
            Self::Less(key, than) => number(key).is_some_and(|it| it < *than),
        }
    }
}

/// Reads all requirements of a text; an error is the real server's sentence.
pub(super) fn read(text: &str) -> Result<Vec<Requirement>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut words = Words { rest: text };
    let mut requirements = Vec::new();
    if words.peek().is_empty() {
        return Ok(requirements);
    }
    loop {
        let requirement = requirement(&mut words);
        requirements
            .push(requirement.map_err(|error| format!("unable to parse requirement: {error}"))?);
        match words.next() {
            "" => return Ok(requirements),
            "," => {
                let next = words.peek();
                if !is_name(next) && next != "!" {
                    return Err(format!("found '{next}', expected: identifier after ','"));
                }
            }
            other => return Err(format!("found '{other}', expected: ',' or 'end of string'")),
        }
    }
}

fn requirement(words: &mut Words<'_>) -> Result<Requirement, String> {
    let is_not = words.peek() == "!";
    if is_not {
        words.next();
    }
    let key = words.next();
    if !is_name(key) {
        return Err(format!("found '{key}', expected: identifier"));
    }
    let key = key.to_owned();
    if is_not {
        return Ok(Requirement::HasNot(key));
    }
    if matches!(words.peek(), "" | ",") {
        return Ok(Requirement::Has(key));
    }
    match words.next() {
        "=" | "==" => Ok(Requirement::In(key, vec![value(words)?])),
        "!=" => Ok(Requirement::NotIn(key, vec![value(words)?])),
        ">" => Ok(Requirement::More(key, number(words)?)),
        "<" => Ok(Requirement::Less(key, number(words)?)),
        "in" => Ok(Requirement::In(key, values(words)?)),
        "notin" => Ok(Requirement::NotIn(key, values(words)?)),
        other => Err(format!(
            "found '{other}', expected: in, notin, =, ==, !=, gt, lt"
        )),
    }
}

fn value(words: &mut Words<'_>) -> Result<String, String> {
    if matches!(words.peek(), "" | ",") {
        return Ok(String::new());
    }
    match words.next() {
        word if is_name(word) => Ok(word.to_owned()),
        other => Err(format!("found '{other}', expected: identifier")),
    }
}

fn number(words: &mut Words<'_>) -> Result<i64, String> {
    let value = value(words)?;
    let why = "for 'Gt', 'Lt' operators, the value must be an integer";
    value.parse().map_err(|_| why.to_owned())
}

fn values(words: &mut Words<'_>) -> Result<Vec<String>, String> {
    match words.next() {
        "(" => {}
        other => return Err(format!("found '{other}' expected: '('")),
    }
    let mut values = Vec::new();
    loop {
        match words.next() {
            ")" => return Ok(values),
            "," => {}
            word if is_name(word) => values.push(word.to_owned()),
            other => {
                return Err(format!("found '{other}', expected: ',', ')' or identifier"));
            }
        }
    }
}

fn is_name(word: &str) -> bool {
    !matches!(
        word,
        "" | "," | "(" | ")" | "!" | "=" | "==" | "!=" | "<" | ">"
    )
}

/// The words of a selector; the empty one is its end.
struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    fn peek(&self) -> &'t str {
        const SIGNS: &str = ",()!=<>";
        let rest = self.rest.trim_start();
        for sign in ["==", "!="] {
            if rest.starts_with(sign) {
                return &rest[..sign.len()];
            }
        }
        let is_sign = |c: char| SIGNS.contains(c);
        match rest.chars().next() {
            Some(first) if is_sign(first) => &rest[..first.len_utf8()],
            _ => {
                let end = rest.find(|c: char| is_sign(c) || c.is_whitespace());
                &rest[..end.unwrap_or(rest.len())]
            }
        }
    }

    fn next(&mut self) -> &'t str {
        let word = self.peek();
        self.rest = &self.rest.trim_start()[word.len()..];
        word
    }
}
