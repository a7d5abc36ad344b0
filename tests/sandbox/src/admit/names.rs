//! The forms of names, keys and values, and the sentences of the API about those that have another.

/// A part of a name, and the value of a label.
const LABEL_BYTES: usize = 63;
/// A whole name.
const NAME_BYTES: usize = 253;

/// What is wrong with a name that may have dots.
pub(super) fn subdomain(name: &str) -> Option<String> {
    if name.len() > NAME_BYTES {
        return Some(format!("must be no more than {NAME_BYTES} bytes"));
    }
    let is_fit = name.split('.').all(is_label);
    let why = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
               '-' or '.', and must start and end with an alphanumeric character (e.g. \
               'example.com', regex used for validation is \
               '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    (!is_fit).then(|| why.to_owned())
}

/// What is wrong with a name without dots, such as a Namespace's.
pub(super) fn label_name(name: &str) -> Option<String> {
    if name.len() > LABEL_BYTES {
        return Some(format!("must be no more than {LABEL_BYTES} bytes"));
    }
    let why = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \
               '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or \
               '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    (!is_label(name)).then(|| why.to_owned())
}

/// What is wrong with a name that is part of a path.
pub(super) fn path_segment(name: &str) -> Option<String> {
    if matches!(name, "." | "..") {
        return Some(format!("may not be '{name}'"));
    }
    let found = ['/', '%'].into_iter().find(|it| name.contains(*it));
    found.map(|found| format!("may not contain '{found}'"))
}

/// What is wrong with the key of a label or the name of a finalizer: `example.com/name`.
pub(super) fn qualified(key: &str) -> Option<String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if let Some(prefix) = prefix {
        if prefix.is_empty() {
            return Some("prefix part must be non-empty".to_owned());
        }
        if let Some(why) = subdomain(prefix) {
            return Some(format!("prefix part {why}"));
        }
    }
    if name.is_empty() {
        return Some("name part must be non-empty".to_owned());
    }
    if name.len() > LABEL_BYTES {
        return Some(format!(
            "name part must be no more than {LABEL_BYTES} bytes"
        ));
    }
    let why = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start \
               and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or \
               '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    (!is_word(name)).then(|| why.to_owned())
}

/// What is wrong with the value of a label.
pub(super) fn label_value(value: &str) -> Option<String> {
    if value.len() > LABEL_BYTES {
        return Some(format!("must be no more than {LABEL_BYTES} bytes"));
    }
    let why = "a valid label must be an empty string or consist of alphanumeric characters, '-', \
               '_' or '.', and must start and end with an alphanumeric character (e.g. \
               'MyValue',  or 'my_value',  or '12345', regex used for validation is \
               '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    (!value.is_empty() && !is_word(value)).then(|| why.to_owned())
}

/// What is wrong with a key of a ConfigMap or Secret.
pub(super) fn config_key(key: &str) -> Option<String> {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let why = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. \
               'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is \
               '[-._a-zA-Z0-9]+')";
    let is_fit = !key.is_empty() && key.chars().all(is_inner);
    (!is_fit).then(|| why.to_owned())
}

fn is_label(label: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !label.is_empty()
        && label.chars().all(is_inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_word(word: &str) -> bool {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    word.chars().all(is_inner) && is_end(word.chars().next()) && is_end(word.chars().next_back())
}
