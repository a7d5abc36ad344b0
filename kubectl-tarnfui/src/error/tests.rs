//! What people are told is one line, and says everything once.

use std::io;
use std::path::PathBuf;

use super::*;
use crate::manifests::ManifestError;

#[test]
fn the_chain_names_each_cause_once() {
    let source = io::Error::new(io::ErrorKind::NotFound, "no such\n file");
    let error = ManifestError::Unreadable {
        path: PathBuf::from("a.yaml"),
        source,
    };
    assert!(
        !error.to_string().contains("no such"),
        "a Display must leave its source to the chain"
    );
    assert_eq!(chain(&error), "reading a.yaml: no such file");
    assert_eq!(root_cause(&error), "no such file");
}

#[test]
fn texts_of_others_cannot_move_the_cursor() {
    assert_eq!(one_line("a\n\tb\u{1b}[31mc\u{7}  d\r"), "a b [31mc d");
    assert_eq!(one_line(" \u{202f}\n"), "");
}

#[test]
fn exit_codes_are_the_public_ones() {
    let all = [
        Exit::Done,
        Exit::Failed,
        Exit::Usage,
        Exit::NotMet,
        Exit::Interrupted,
    ];
    assert_eq!(all.map(Exit::code), [0, 1, 2, 3, 130]);
}
