//! Names for what differs from run to run: versions, uids and times.
//!
//! A version is named in the order in which versions were made, not by its number: `v1`, `v2`. So
//! an answer still says which versions are the same, and which is newer.

use std::collections::BTreeMap;

/// A time from this year on is when something happened; what files write is from before.
const FIRST_YEAR: u16 = 2020;

/// The lengths of the parts of a uid.
const UID_PARTS: [usize; 5] = [8, 4, 4, 4, 12];

/// What stands before a version in the texts of the server.
const BEFORE_VERSION: [&str; 4] = [
    "ResourceVersion in the precondition (",
    "ResourceVersion in record (",
    "resource version: ",
    "current: ",
];

/// The names given so far in one file.
#[derive(Debug)]
pub(super) struct Names {
    namespace: String,
    versions: BTreeMap<u64, String>,
    made: usize,
    uids: Vec<String>,
}

impl Names {
    /// None yet; the namespace of the file is shown as `{ns}`.
    pub(super) fn new(namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            versions: BTreeMap::new(),
            made: 0,
            uids: Vec::new(),
        }
    }

    /// Names the versions of one answer, the oldest first.
    pub(super) fn meet<'r>(&mut self, raw: impl Iterator<Item = &'r str>) {
        let mut numbers: Vec<u64> = raw.filter_map(|raw| raw.parse().ok()).collect();
        numbers.sort_unstable();
        for number in numbers {
            self.version(&number.to_string());
        }
    }

    /// The name of an object's version. One that is seen late, after newer ones, is `v3+1`: made
    /// after `v3`, and before the one named next.
    pub(super) fn version(&mut self, raw: &str) -> String {
        let Some(number) = raw.parse().ok().filter(|number| *number > 0) else {
            return format!("{raw:?}");
        };
        if let Some(name) = self.versions.get(&number) {
            return name.clone();
        }
        let older = self.versions.range(..number).next_back();
        let is_newest = self.versions.range(number..).next().is_none();
        let name = if is_newest {
            self.made += 1;
            format!("v{}", self.made)
        } else {
            let older = older.map_or("v0", |(_, name)| name);
            let base = older.split('+').next().unwrap_or(older);
            let late = self.versions.values();
            let late = late
                .filter(|name| name.starts_with(&format!("{base}+")))
                .count();
            format!("{base}+{}", late + 1)
        };
        self.versions.insert(number, name.clone());
        name
    }

    /// The version of a whole list, which other people's writes raise as well: no older than the
    /// newest that was shown before.
    pub(super) fn version_of_list(&self, raw: &str) -> String {
        let Ok(number) = raw.parse::<u64>() else {
            return format!("{raw:?}");
        };
        let newest = self.versions.range(..=number).next_back();
        format!(">={}", newest.map_or("v0", |(_, name)| name))
    }

    /// A text of the server with names in it, and whether it is nothing but a name.
    pub(super) fn text(&mut self, raw: &str) -> (String, bool) {
        if is_recent_time(raw) {
            let fraction = if raw.contains('.') { "micro " } else { "" };
            return (format!("<{fraction}time>"), true);
        }
        if is_uid(raw) {
            return (self.uid(raw), true);
        }
        let text = raw.replace(&self.namespace, "{ns}");
        let text = self.name_uids(&text);
        (self.name_versions(&text), false)
    }

    fn uid(&mut self, raw: &str) -> String {
        let known = self.uids.iter().position(|uid| uid == raw);
        let index = known.unwrap_or_else(|| {
            self.uids.push(raw.to_owned());
            self.uids.len() - 1
        });
        format!("u{}", index + 1)
    }

    fn name_uids(&mut self, text: &str) -> String {
        let length = UID_PARTS.iter().sum::<usize>() + UID_PARTS.len() - 1;
        let (mut named, mut rest) = (String::new(), text);
        while let Some(first) = rest.chars().next() {
            if let Some(uid) = rest.get(..length).filter(|uid| is_uid(uid)) {
                named.push_str(&self.uid(uid));
                rest = &rest[length..];
            } else {
                named.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        named
    }

    fn name_versions(&self, text: &str) -> String {
        let mut named = text.to_owned();
        for before in BEFORE_VERSION {
            let Some((head, tail)) = named.split_once(before) else {
                continue;
            };
            let end = tail.find(|c: char| !c.is_ascii_digit());
            let (digits, tail) = tail.split_at(end.unwrap_or(tail.len()));
            let Ok(number) = digits.parse::<u64>() else {
                continue;
            };
            let name = self.versions.get(&number).map_or("<version>", |it| it);
            // `too old resource version: 1 (243)`, the oldest that there is.
            let tail = match tail.strip_prefix(" (").and_then(|it| it.split_once(')')) {
                Some((_, tail)) => format!(" (<version>){tail}"),
                None => tail.to_owned(),
            };
            named = format!("{head}{before}{name}{tail}");
        }
        named
    }
}

fn is_recent_time(text: &str) -> bool {
    let is_time = text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok();
    let year = text.get(..4).and_then(|year| year.parse::<u16>().ok());
    is_time && year.is_some_and(|year| year >= FIRST_YEAR)
}

fn is_uid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_part = |(part, length): (&&str, &usize)| {
        part.len() == *length && part.chars().all(|c| c.is_ascii_hexdigit())
    };
    parts.len() == UID_PARTS.len() && parts.iter().zip(&UID_PARTS).all(is_part)
}

#[cfg(test)]
mod tests;
