//! "Did you mean": the candidate that a mistyped word most likely stands for.
//!
//! A wrong guess costs more than none, so the distance allowed is small. The work is bounded: long
//! words get no guess, and candidates of a very different length are not compared.

/// The longest word that gets a guess, in bytes: twice the longest zone name (32).
const MAX_WORD_BYTES: usize = 64;

/// The candidate nearest to `word`: one that begins with it, or else the nearest by the number of
/// letters to add, drop, change or swap, at most a third of the word. Upper and lower case are the
/// same; of two equally near the first wins.
///
/// ```
/// use tarnfui_shared::text::did_you_mean;
/// assert_eq!(did_you_mean("schedul", ["schedule", "timezone"]), Some("schedule"));
/// assert_eq!(did_you_mean("shcedule", ["schedule", "timezone"]), Some("schedule"));
/// assert_eq!(did_you_mean("backup", ["schedule", "timezone"]), None);
/// ```
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() < 2 || word.len() > MAX_WORD_BYTES {
        return None;
    }
    let word = word.to_ascii_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(&word, candidate)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How far apart a word in lower case and a candidate are, if not too far. A word that only was not
/// finished is as near as one with a single letter wrong.
fn distance(word: &str, candidate: &str) -> Option<usize> {
    let begins = candidate.as_bytes().get(..word.len());
    if begins.is_some_and(|begins| begins.eq_ignore_ascii_case(word.as_bytes())) {
        return Some(usize::from(candidate.len() > word.len()));
    }
    let allowed = (word.len() / 3).max(1);
    if candidate.len().abs_diff(word.len()) > allowed {
        return None;
    }
    let distance = strsim::osa_distance(word, &candidate.to_ascii_lowercase());
    (distance <= allowed).then_some(distance)
}
