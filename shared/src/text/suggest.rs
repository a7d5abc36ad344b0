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
    let allowed = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let distance = distance(&word, &candidate.to_ascii_lowercase(), allowed)?;
            Some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How far apart two words are, if not further than allowed. A word that only was not finished is
/// as near as one that differs in case.
fn distance(word: &str, candidate: &str, allowed: usize) -> Option<usize> {
    if candidate.starts_with(word) {
        return Some(usize::from(candidate != word));
    }
    if candidate.len().abs_diff(word.len()) > allowed {
        return None;
    }
    let distance = strsim::osa_distance(word, candidate);
    (distance <= allowed).then_some(distance)
}
