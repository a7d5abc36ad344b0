//! The name by which a process holds the lease.
//!
//! The lease is taken for ours when it bears our name, so no two processes may share one: not two
//! replicas with the same host name, and not a process and the one before it in the same pod.

#[cfg(test)]
mod tests;

use std::fmt;
use std::iter;

/// The API server accepts a field manager of at most this many bytes, and the name is also one.
const NAME_LIMIT: usize = 128;
/// 36^8 suffixes: that two processes of the same name also draw the same one is 1 in 10^12.
const SUFFIX_LENGTH: usize = 8;

/// A name for a holder: what a person recognises, then a suffix of this process alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Candidate(String);

impl Candidate {
    /// A candidate under the pod's or host's name `identity`, with a random suffix:
    /// `tarnfui-controller-6f9c-x2b7q_0k3v9zt1`.
    ///
    /// Whatever `identity` holds, the name is valid: characters other than ASCII letters, digits,
    /// `.`, `-` and `_` become `-`, and what is too long is cut at its end.
    pub fn named(identity: &str) -> Self {
        let suffix: String = iter::repeat_with(random_character)
            .take(SUFFIX_LENGTH)
            .collect();
        let room = NAME_LIMIT - SUFFIX_LENGTH - 1;
        let readable: String = identity.chars().map(printable).take(room).collect();
        Self(format!("{readable}_{suffix}"))
    }

    /// The whole name, suffix included.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn printable(character: char) -> char {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => character,
        _ => '-',
    }
}

fn random_character() -> char {
    char::from_digit(fastrand::u32(..36), 36).expect("a digit below 36 in base 36")
}
