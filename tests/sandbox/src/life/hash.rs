//! The name of a pod template: equal for equal templates, and of the letters that Kubernetes uses.
//! The real one hashes Go's own print of the template, so that the letters are not the same.

use crate::json::Value;

/// Without vowels and what looks like them, so that no words come out.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// The template as ten letters at most.
pub(super) fn of(template: &Value) -> String {
    let letter = |digit: u8| char::from(LETTERS[usize::from(digit - b'0')]);
    let number = number(&template.to_string()).to_string();
    number.bytes().map(letter).collect()
}

/// FNV-1a with 32 bits.
pub(super) fn number(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
